// Instructions that the kernels execute as machine code on the simulated processor, beside those of the same C as gcc compiles it, where
// gcc-arm-none-eabi is there. Bounds are checked exactly; gcc's code checks nothing.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CORTEX_M0_PLUS, CORTEX_M4, type Cpu } from '../../machine/thumb/cpu.js';
import { Processor } from '../../sim/processor/processor.js';
import { Context } from '../../targets/compiler/thumb/contract.js';
import { compileThumb } from '../../targets/compiler/thumb/image.js';
import { readModule } from '../../targets/module/read-module.js';
import { kernelBytes, kernels } from '../kernels.js';
import { formatTable } from '../table.js';
import { NativeInstance } from './native-instance.js';

export interface SpeedFigures {
  core: string;
  kernel: string;
  instructions: number;
  /** With fuel counted. */
  withFuel: number;
  /** Bytes of the image. */
  bytes: number;
  /** Of gcc -O2. */
  gcc?: number;
}

const CORES: [core: string, cpu: Cpu][] = [
  ['cortex-m4', CORTEX_M4],
  ['cortex-m0plus', CORTEX_M0_PLUS],
];
/** The argument of `run`: a second round shows what a round costs, without what is done once. */
const ROUNDS = [1, 2];

const FLASH = 0x10000;
const RAM = 0x20000000;
const RAM_BYTES = 0x20000;

/** Instructions of a round. */
function counted(processor: Processor, run: (rounds: number) => void): number {
  const counts = ROUNDS.map((rounds) => {
    processor.resetCounts();
    run(rounds);
    return processor.instructions;
  });
  return counts[1] - counts[0];
}

function native(name: string, cpu: Cpu, fuel: boolean): { instructions: number; bytes: number } {
  const code = readModule(kernelBytes(name));
  const image = compileThumb(code, { cpu, fuel });
  const instance = new NativeInstance(code, image);
  const run = code.exports.find((each) => each.name === 'run')!.index;
  const instructions = counted(instance.processor, (rounds) => {
    instance.setWord(Context.Fuel, 2 ** 31 - 1);
    instance.call(run, [rounds]);
  });
  return { instructions, bytes: image.bytes.length };
}

/** Compiles the kernel's C to a program of which `run` is the entry. */
function gccProgram(name: string, core: string): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'tazzina-speed-'));
  try {
    const source = fileURLToPath(new URL(`../bench/kernels/${name}.c`, import.meta.url));
    const program = join(directory, 'program');
    const options = [`-mcpu=${core}`, '-mthumb', '-mfloat-abi=soft', '-O2', '-std=c11', '-ffreestanding', '-nostdlib'];
    // Loops that clear or copy stay loops: there is no C library.
    const own = ['-fno-builtin', '-fno-tree-loop-distribute-patterns'];
    const at = (section: string, address: number) => `-Wl,-T${section}=0x${address.toString(16)}`;
    const places = [at('text', FLASH), at('data', RAM), at('bss', RAM + RAM_BYTES / 4)];
    const link = [...places, '-Wl,-e,run', '-lgcc'];
    execFileSync('arm-none-eabi-gcc', [...options, ...own, source, ...link, '-o', program], { stdio: 'pipe' });
    return new Uint8Array(readFileSync(program));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Loads the segments of an ELF file, and counts. */
function gcc(name: string, core: string, cpu: Cpu): number | undefined {
  let file: Uint8Array;
  try {
    file = gccProgram(name, core);
  } catch (error) {
    // There is no gcc, or the kernel needs a C library: then there is nothing to compare with.
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: Buffer };
    if (code === 'ENOENT' || stderr?.includes('undefined reference')) return undefined;
    throw error;
  }
  const view = new DataView(file.buffer, file.byteOffset);
  const [entry, headers] = [view.getUint32(24, true), view.getUint32(28, true)];
  const [size, count] = [view.getUint16(42, true), view.getUint16(44, true)];
  const flash = new Uint8Array(RAM_BYTES);
  const ram = new Uint8Array(RAM_BYTES);
  for (let index = 0; index < count; index++) {
    const at = headers + index * size;
    if (view.getUint32(at, true) !== 1) continue;
    const [offset, address, , bytes] = [4, 8, 12, 16].map((field) => view.getUint32(at + field, true));
    const contents = file.subarray(offset, offset + bytes);
    if (address >= RAM) ram.set(contents, address - RAM);
    else flash.set(contents, address);
  }
  const processor = new Processor(cpu);
  processor.memory.add({ name: 'flash', base: 0, contents: flash, access: 'rx' });
  processor.memory.add({ name: 'RAM', base: RAM, contents: ram, access: 'rw' });
  processor.registers[13] = RAM + RAM_BYTES;
  return counted(processor, (rounds) => processor.call(entry, [rounds]));
}

export function measureSpeed(filter: string): SpeedFigures[] {
  return CORES.flatMap(([core, cpu]) =>
    kernels
      .filter(({ name }) => name.includes(filter))
      .map(({ name }) => {
        const { instructions, bytes } = native(name, cpu, false);
        const withFuel = native(name, cpu, true).instructions;
        return { core, kernel: name, instructions, withFuel, bytes, gcc: gcc(name, core, cpu) };
      }),
  );
}

export function formatSpeed(figures: readonly SpeedFigures[]): string {
  const ratio = (value: number, gccs: number | undefined) => (gccs === undefined ? '' : (value / gccs).toFixed(2));
  const rows = [['core, kernel', 'instructions', 'gcc -O2', 'ratio', 'with fuel', 'bytes']];
  for (const { core, kernel, instructions, withFuel, bytes, gcc: gccs } of figures)
    rows.push([
      `${core} ${kernel}`,
      String(instructions),
      gccs === undefined ? '' : String(gccs),
      ratio(instructions, gccs),
      ratio(withFuel, gccs),
      String(bytes),
    ]);
  for (const [core] of CORES) {
    const compared = figures.filter((each) => each.core === core && each.gcc !== undefined);
    if (compared.length === 0) continue;
    const mean = (value: (each: SpeedFigures) => number) =>
      Math.exp(compared.reduce((sum, each) => sum + Math.log(value(each) / each.gcc!), 0) / compared.length).toFixed(2);
    rows.push([
      `${core}, geometric mean`,
      '',
      '',
      mean((each) => each.instructions),
      mean((each) => each.withFuel),
      '',
    ]);
  }
  return formatTable(rows);
}
