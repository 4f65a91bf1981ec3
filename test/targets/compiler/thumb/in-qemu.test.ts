// The kernels of the benchmarks, and the program with f32, as machine code in QEMU, which knows nothing of this project: they return what V8 returns.
import { describe, expect, it } from 'vitest';
import { kernelBytes, kernels, programs } from '../../../../bench/kernels.js';
import { NativeInstance } from '../../../../bench/native/native-instance.js';
import { CORTEX_M0_PLUS, type Cpu } from '../../../../machine/thumb/cpu.js';
import { Status } from '../../../../targets/compiler/thumb/contract.js';
import { compileThumb } from '../../../../targets/compiler/thumb/image.js';
import { readModule } from '../../../../targets/module/read-module.js';
import { platform } from '../../../differential/platform.js';
import { hasQemu, MACHINES, withoutQemu } from '../../../sim/processor/qemu.js';
import { callInQemu } from './in-qemu.js';

/** Cortex-M3 runs code for ARMv6-M, too: the machine with a Cortex-M0 has too little memory for the kernels. */
const [, m3, m4, m33] = MACHINES;
const TARGETS = [{ machine: m3, cpu: CORTEX_M0_PLUS }, ...[m4, m33].map((machine) => ({ machine, cpu: machine.cpu }))];

describe.skipIf(!hasQemu)(`kernels${withoutQemu}`, () => {
  it.each([...kernels, ...programs.filter(({ name }) => name === 'fir')])(
    '$name returns what V8 returns on QEMU',
    ({ name }) => {
      const bytes = kernelBytes(name);
      const code = readModule(bytes);
      const run = code.exports.find((each) => each.name === 'run')!.index;
      const inV8 = new platform.Instance(new platform.Module(bytes)).exports.run as (n: number) => number;
      const on = ({ machine, cpu }: { machine: (typeof MACHINES)[number]; cpu: Cpu }) => {
        const image = compileThumb(code, { cpu, fuel: false });
        return callInQemu(machine, image, new NativeInstance(code, image), run, 2);
      };
      const right = { status: Status.Done, result: inV8(2) };
      expect(TARGETS.map(on)).toEqual(TARGETS.map(() => right));
    },
  );
});
