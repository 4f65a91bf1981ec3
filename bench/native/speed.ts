// Instructions and bytes of the kernels and programs as machine code on the simulated processor, beside those of the same C as gcc
// compiles it, where gcc-arm-none-eabi is there. Bounds are checked exactly; gcc's code checks nothing.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CORTEX_M0_PLUS, CORTEX_M4, CORTEX_M4F, type Cpu } from '../../machine/thumb/cpu.js';
import type { Processor } from '../../sim/processor/processor.js';
import { Context } from '../../targets/compiler/thumb/contract.js';
import { compileThumb } from '../../targets/compiler/thumb/image.js';
import type { ModuleCode } from '../../targets/module/module-code.js';
import { readModule } from '../../targets/module/read-module.js';
import { kernelBytes, kernels, programs } from '../kernels.js';
import { formatTable } from '../table.js';
import { gccProgram } from './gcc-program.js';
import { mostMemoryBytes, NativeInstance } from './native-instance.js';

/** Cost of a round of a kernel, and the size of its code. */
export interface CodeFigures {
  instructions: number;
  bytes: number;
}

export interface SpeedFigures {
  core: string;
  kernel: string;
  group: string;
  own: CodeFigures;
  /** With fuel counted. */
  withFuel: CodeFigures;
  /** Figures of gcc, if it is installed. */
  gcc?: { O2: CodeFigures; Os: CodeFigures };
}

const CORES: [core: string, cpu: Cpu][] = [
  ['cortex-m4', CORTEX_M4],
  ['cortex-m0plus', CORTEX_M0_PLUS],
];
const WITH_UNIT: [core: string, cpu: Cpu] = ['cortex-m4f', CORTEX_M4F];
/** Kernels of f32: for these, a float unit makes a difference. */
const SINGLE = new Set(['fir']);

/** CoreMark's name in the table. Its licence keeps it out of this repository: the environment says where it is. */
const COREMARK = 'coremark';
const COREMARK_FILE = process.env.COREMARK_WASM;

const GROUPS: [group: string, names: string[]][] = [
  ['kernels', kernels.map(({ name }) => name)],
  ['programs', programs.filter(({ isHeldOut }) => !isHeldOut).map(({ name }) => name)],
  ['programs held out', programs.filter(({ isHeldOut }) => isHeldOut).map(({ name }) => name)],
];

/** The groups that a mean is of, and CoreMark if it is there. */
const MEASURED: [group: string, names: string[]][] = [...GROUPS, [COREMARK, COREMARK_FILE ? [COREMARK] : []]];

/** The argument of `run`: a second round shows what a round costs, without what is done once. */
const ROUNDS = [1, 2];

/** Instructions of a round. */
function counted(processor: Processor, run: (rounds: number) => void): number {
  const counts = ROUNDS.map((rounds) => {
    processor.resetCounts();
    run(rounds);
    return processor.instructions;
  });
  return counts[1] - counts[0];
}

/** Throws a message for CoreMark without `run`. */
function moduleOf(name: string): ModuleCode {
  if (name !== COREMARK) return readModule(kernelBytes(name));
  const code = readModule(new Uint8Array(readFileSync(COREMARK_FILE!)));
  if (code.importedFunctions > 0 || !code.exports.some((each) => each.name === 'run'))
    throw new Error(
      `COREMARK_WASM: ${COREMARK_FILE} must import nothing and export run(iterations): see bench/README.md`,
    );
  return code;
}

/** The same in C; null if that is not there. */
function sourceOf(name: string): string | null {
  if (name !== COREMARK) return fileURLToPath(new URL(`../bench/kernels/${name}.c`, import.meta.url));
  const source = COREMARK_FILE!.replace(/\.wasm$/, '.c');
  return existsSync(source) ? source : null;
}

function own(name: string, cpu: Cpu, fuel: boolean): CodeFigures {
  const code = moduleOf(name);
  // As programs for boards are built: memory has the bytes that are declared, and no more.
  const image = compileThumb(code, { cpu, fuel, mostMemoryBytes: mostMemoryBytes(code, 0) });
  const instance = new NativeInstance(code, image, { growsBy: 0 });
  const run = code.exports.find((each) => each.name === 'run')!.index;
  const instructions = counted(instance.processor, (rounds) => {
    instance.setWord(Context.Fuel, 2 ** 31 - 1);
    instance.call(run, [rounds]);
  });
  return { instructions, bytes: image.bytes.length };
}

function gcc(name: string, core: string, cpu: Cpu, level: string): CodeFigures | undefined {
  const source = sourceOf(name);
  const program = source === null ? undefined : gccProgram(source, core, cpu, level);
  if (program === undefined) return undefined;
  return { instructions: counted(program.processor, program.run), bytes: program.bytes };
}

export function measureSpeed(filter: string): SpeedFigures[] {
  const figures = (core: string, cpu: Cpu, group: string, kernel: string): SpeedFigures => {
    const O2 = gcc(kernel, core, cpu, '-O2');
    const Os = gcc(kernel, core, cpu, '-Os');
    const both = O2 === undefined || Os === undefined ? undefined : { O2, Os };
    return { core, kernel, group, own: own(kernel, cpu, false), withFuel: own(kernel, cpu, true), gcc: both };
  };
  return [...CORES, WITH_UNIT].flatMap(([core, cpu]) =>
    MEASURED.flatMap(([group, names]) =>
      names
        .filter((name) => name.includes(filter) && (!cpu.floatUnit || SINGLE.has(name)))
        .map((name) => figures(core, cpu, group, name)),
    ),
  );
}

function ratioOf(value: number, gccs: number | undefined): string {
  return gccs === undefined ? '' : (value / gccs).toFixed(2);
}

/** Ratios are to gcc -O2. */
export function formatSpeed(figures: readonly SpeedFigures[]): string {
  const rows = [
    ['core, kernel', 'instructions', 'gcc -O2', 'ratio', '-Os', 'with fuel', 'bytes', 'gcc -O2', 'ratio', '-Os'],
  ];
  for (const each of figures) {
    const { core, kernel, own, withFuel } = each;
    const [O2, Os] = [each.gcc?.O2, each.gcc?.Os];
    rows.push([
      `${core} ${kernel}`,
      String(own.instructions),
      String(O2?.instructions ?? ''),
      ratioOf(own.instructions, O2?.instructions),
      O2 === undefined ? '' : ratioOf(Os!.instructions, O2.instructions),
      ratioOf(withFuel.instructions, O2?.instructions),
      String(own.bytes),
      String(O2?.bytes ?? ''),
      ratioOf(own.bytes, O2?.bytes),
      O2 === undefined ? '' : ratioOf(Os!.bytes, O2.bytes),
    ]);
  }
  for (const [core] of CORES) {
    for (const [group, names] of [...GROUPS, ['all', GROUPS.flatMap(([, each]) => each)] as const]) {
      const compared = figures.filter((each) => each.core === core && each.gcc && names.includes(each.kernel));
      if (compared.length > 0) rows.push(means(`${core}, geometric mean, ${group}`, compared));
    }
  }
  return formatTable(rows);
}

function means(title: string, figures: readonly SpeedFigures[]): string[] {
  const mean = (value: (own: CodeFigures, O2: CodeFigures, each: SpeedFigures) => number) => {
    const logarithms = figures.map((each) => Math.log(value(each.own, each.gcc!.O2, each)));
    return Math.exp(logarithms.reduce((sum, each) => sum + each, 0) / figures.length).toFixed(2);
  };
  return [
    title,
    '',
    '',
    mean((own, O2) => own.instructions / O2.instructions),
    mean((_, O2, { gcc }) => gcc!.Os.instructions / O2.instructions),
    mean((_, O2, { withFuel }) => withFuel.instructions / O2.instructions),
    '',
    '',
    mean((own, O2) => own.bytes / O2.bytes),
    mean((_, O2, { gcc }) => gcc!.Os.bytes / O2.bytes),
  ];
}
