// The kernels and programs of the benchmarks as machine code on the simulated processor: they return what V8 returns.
import { describe, expect, it } from 'vitest';
import { kernelBytes, kernels, programs } from '../../../../bench/kernels.js';
import { NativeInstance } from '../../../../bench/native/native-instance.js';
import { CORTEX_M0_PLUS, CORTEX_M4 } from '../../../../machine/thumb/cpu.js';
import { compileThumb } from '../../../../targets/compiler/thumb/image.js';
import { readModule } from '../../../../targets/module/read-module.js';
import { platform } from '../../../differential/platform.js';

const cpus = { 'ARMv6-M': CORTEX_M0_PLUS, 'ARMv7E-M': CORTEX_M4 };
/** Kernels of which one round takes a million instructions. */
const LONG = new Set(['mandelbrot', 'matmul']);

type Run = (n: number) => number;

const names = [...kernels, ...programs].map(({ name }) => name);

describe('kernels as machine code', () => {
  it.each(Object.entries(cpus).flatMap(([core, cpu]) => names.map((name) => ({ name, core, cpu }))))(
    '$name returns what V8 returns, on $core',
    ({ name, cpu }) => {
      const bytes = kernelBytes(name);
      const code = readModule(bytes);
      const image = compileThumb(code, { cpu, fuel: false });
      const instance = new NativeInstance(code, image);
      const run = code.exports.find((each) => each.name === 'run')!.index;
      const inV8 = new platform.Instance(new platform.Module(bytes)).exports.run as Run;
      for (const n of LONG.has(name) ? [1] : [1, 2]) expect(instance.call(run, [n])).toEqual([inV8(n)]);
    },
  );
});
