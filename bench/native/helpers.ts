// Instructions of the routines of the native tier, counted on the simulated processor, beside libgcc's routines of the same names, where
// gcc-arm-none-eabi is there.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CORTEX_M0_PLUS, CORTEX_M3, type Cpu } from '../../machine/thumb/cpu.js';
import { Processor } from '../../sim/processor/processor.js';
import { helpersFor } from '../../targets/compiler/thumb/helpers/index.js';
import { formatTable } from '../table.js';
import { HelperProcessor } from './helper-processor.js';

export interface HelperFigures {
  core: string;
  entry: string;
  /** Instructions of a call, on average and at most. */
  mean: number;
  most: number;
  /** Average of libgcc's routine. */
  libgcc?: number;
}

/** Calls that are counted. */
const CALLS = 500;
const CODE = 0x10000;
const STACK = 0x20000000;
const STACK_BYTES = 1024;

const CORES: [core: string, cpu: Cpu][] = [
  ['cortex-m3', CORTEX_M3],
  ['cortex-m0plus', CORTEX_M0_PLUS],
];

/** Kinds of operands: `d` f64, `f` f32, `l` i64, `i` i32. */
const OPERANDS: [kinds: string, entries: RegExp][] = [
  ['dd', /^__aeabi_d(add|sub|mul|div|cmp\w\w)$|^__wasm_f64_m(in|ax)$/],
  ['ff', /^__aeabi_f(add|sub|mul|div|cmp\w\w)$|^__wasm_f32_m(in|ax)$/],
  ['d', /^__aeabi_d2|^__wasm_f64_(sqrt|ceil|floor|trunc|nearest)$/],
  ['f', /^__aeabi_f2|^__wasm_f32_(sqrt|ceil|floor|trunc|nearest)$/],
  ['ll', /^__aeabi_(lmul|u?ldivmod)$/],
  ['li', /^__aeabi_l(lsl|lsr|asr)$|^__wasm_i64_rot/],
  ['l', /^__aeabi_u?l2/],
  ['ii', /^__aeabi_u?idiv|^__wasm_umull$/],
  ['i', /^__aeabi_u?i2|^__(clz|ctz|popcount)si2$/],
];

/** Numerical Recipes' generator: the same operands on every machine. */
class Operands {
  private state = 1;
  private readonly view = new DataView(new ArrayBuffer(8));

  private bits(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return this.state;
  }

  private fraction(): number {
    return (this.bits() + this.bits() / 2 ** 32) / 2 ** 32;
  }

  /** Floats between 2^-10 and 2^10, integers of all lengths. */
  words(kinds: string): number[] {
    return [...kinds].flatMap((kind) => {
      const value = (this.fraction() - 0.5) * 2 ** ((this.bits() >>> 27) - 10);
      const length = (this.bits() >>> 26) + 1;
      if (kind === 'i') return [this.bits() >>> Math.max(0, 32 - length)];
      if (kind === 'f') this.view.setFloat32(0, value, true);
      else if (kind === 'd') this.view.setFloat64(0, value, true);
      else this.view.setBigUint64(0, ((BigInt(this.bits()) << 32n) | BigInt(this.bits())) >> BigInt(64 - length), true);
      const words = [this.view.getUint32(0, true), this.view.getUint32(4, true)];
      return kind === 'f' ? words.slice(0, 1) : words;
    });
  }
}

/** A processor with libgcc's routines, and their addresses; undefined without the compiler. */
function libgcc(core: string, cpu: Cpu, entries: readonly string[]): [Processor, Map<string, number>] | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-libgcc-'));
  try {
    const [linked, image] = [join(folder, 'all.elf'), join(folder, 'all.bin')];
    const wanted = entries.map((entry) => `-Wl,-u,${entry}`);
    const flags = [
      `-mcpu=${core}`,
      '-mthumb',
      '-nostartfiles',
      '-nostdlib',
      '-Wl,-e,0',
      `-Wl,-Ttext=0x${CODE.toString(16)}`,
    ];
    execFileSync('arm-none-eabi-gcc', [...flags, ...wanted, '-o', linked, '-lgcc'], { stdio: 'pipe' });
    execFileSync('arm-none-eabi-objcopy', ['-O', 'binary', '-j', '.text', '-j', '.rodata', linked, image]);
    const names = execFileSync('arm-none-eabi-nm', [linked], { encoding: 'utf8' });
    const addresses = new Map<string, number>();
    for (const [, address, name] of names.matchAll(/^(\w+) \w (\w+)$/gm))
      addresses.set(name, Number.parseInt(address, 16));
    const processor = new Processor(cpu);
    processor.memory.add({ name: 'libgcc', base: CODE, contents: new Uint8Array(readFileSync(image)), access: 'rx' });
    processor.memory.add({ name: 'stack', base: STACK, contents: STACK_BYTES, access: 'rw' });
    return [processor, addresses];
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Measures the helpers with `filter` in their names. */
export function measureHelpers(filter: string): HelperFigures[] {
  return CORES.flatMap(([core, cpu]) => {
    const entries = [...helpersFor(cpu).keys()].filter((entry) => entry.includes(filter));
    const own = new HelperProcessor(cpu);
    const shared = entries.filter((entry) => entry.startsWith('__aeabi_') || entry.endsWith('si2'));
    const other = libgcc(core, cpu, shared);
    return entries.flatMap((entry) => {
      const kinds = OPERANDS.find(([, names]) => names.test(entry))?.[0];
      return kinds === undefined ? [] : [figuresOf(core, entry, kinds, own, other)];
    });
  });
}

function figuresOf(
  core: string,
  entry: string,
  kinds: string,
  own: HelperProcessor,
  other: [Processor, Map<string, number>] | undefined,
): HelperFigures {
  const operands = new Operands();
  const address = other?.[1].get(entry);
  let [sum, most, others] = [0, 0, 0];
  for (let call = 0; call < CALLS; call++) {
    const words = operands.words(kinds);
    own.processor.resetCounts();
    own.call(entry, words);
    const { instructions } = own.processor;
    sum += instructions;
    most = Math.max(most, instructions);
    if (!other || address === undefined) continue;
    const [processor] = other;
    processor.resetCounts();
    processor.registers[13] = STACK + STACK_BYTES;
    processor.call(address, words);
    others += processor.instructions;
  }
  const libgcc = address === undefined ? undefined : others / CALLS;
  return { core, entry, mean: sum / CALLS, most, libgcc };
}

export function formatHelpers(figures: readonly HelperFigures[]): string {
  const rows = figures.map(({ core, entry, mean, most, libgcc }) => [
    `${core} ${entry}`,
    mean.toFixed(1),
    String(most),
    libgcc === undefined ? '' : libgcc.toFixed(1),
    libgcc === undefined ? '' : (mean / libgcc).toFixed(2),
  ]);
  return formatTable([['routine', 'instructions', 'at most', 'libgcc', 'ratio'], ...rows]);
}
