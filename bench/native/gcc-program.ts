// The C of a kernel as gcc compiles it for a core, on the simulated processor. What it would take from a C library is here: `sqrt` is
// this project's own routine, and `memset` and `memcpy`, which gcc calls for structures, go byte by byte, as newlib-nano's do.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cpu } from '../../machine/thumb/cpu.js';
import { Processor } from '../../sim/processor/processor.js';
import { linkedHelpers } from '../../targets/compiler/thumb/helpers/index.js';

export interface GccProgram {
  /** Bytes of code, with libgcc's. */
  bytes: number;
  /** Calls `run`. */
  run(rounds: number): number;
  readonly processor: Processor;
}

const FLASH = 0x10000;
const RAM = 0x20000000;
const RAM_BYTES = 0x20000;
/** Program header of a segment to load, and section header with code: of the ELF specification. */
const LOAD = 1;
const EXECUTABLE = 4;

/** Compiles the file `source` with `level`, such as -O2; undefined without the compiler. */
export function gccProgram(source: string, core: string, cpu: Cpu, level: string): GccProgram | undefined {
  const file = compiled(source, core, cpu, level);
  return file === undefined ? undefined : loaded(file, cpu);
}

function compiled(source: string, core: string, cpu: Cpu, level: string): Uint8Array | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'tazzina-gcc-'));
  try {
    const [program, library] = [join(directory, 'program'), join(directory, 'library.s')];
    writeFileSync(library, libraryText(cpu));
    // The simulated processor has no loads of several float registers, which gcc takes to count an address up.
    const unit = ['-mfloat-abi=softfp', '-mfpu=fpv4-sp-d16', '-fno-auto-inc-dec'];
    const floats = cpu.floatUnit ? unit : ['-mfloat-abi=soft'];
    // gcc has the unit as an option of its own.
    const options = [
      `-mcpu=${core.replace('m4f', 'm4')}`,
      '-mthumb',
      ...floats,
      level,
      '-std=c11',
      '-ffreestanding',
      '-nostdlib',
    ];
    // Loops that clear or copy stay loops.
    const own = ['-fno-builtin', '-fno-tree-loop-distribute-patterns', '-ffunction-sections', '-Wl,--gc-sections'];
    const at = (section: string, address: number) => `-Wl,-T${section}=0x${address.toString(16)}`;
    const places = [at('text', FLASH), at('data', RAM), at('bss', RAM + RAM_BYTES / 4)];
    const link = [...places, '-Wl,-e,run', '-lgcc'];
    execFileSync('arm-none-eabi-gcc', [...options, ...own, source, library, ...link, '-o', program], { stdio: 'pipe' });
    return new Uint8Array(readFileSync(program));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** For GNU as: each function in a section of its own. */
function libraryText(cpu: Cpu): string {
  const name = '__wasm_f64_sqrt';
  const texts = linkedHelpers(cpu, [name]).map(({ text }) => text);
  const start = (symbol: string) => `
.section .text.${symbol}, "ax", %progbits
.global ${symbol}
.type ${symbol}, %function
.thumb_func
${symbol}:
`;
  return `.syntax unified
.thumb
${start('sqrt')}    b ${name}
.balign 4
${texts.join('\n.balign 4\n')}
${start('memset')}    adds r2, r2, r0
    mov r3, r0
1:  cmp r3, r2
    beq 2f
    strb r1, [r3]
    adds r3, r3, #1
    b 1b
2:  bx lr
${start('memcpy')}    push {r4, lr}
    movs r3, #0
1:  cmp r3, r2
    beq 2f
    ldrb r4, [r1, r3]
    strb r4, [r0, r3]
    adds r3, r3, #1
    b 1b
2:  pop {r4, pc}
`;
}

/** Loads the segments of an ELF file. */
function loaded(file: Uint8Array, cpu: Cpu): GccProgram {
  const view = new DataView(file.buffer, file.byteOffset);
  const entry = view.getUint32(24, true);
  const [flash, ram] = [new Uint8Array(RAM_BYTES), new Uint8Array(RAM_BYTES)];
  for (const at of headers(view, 28, 42)) {
    if (view.getUint32(at, true) !== LOAD) continue;
    const [offset, address, , bytes] = [4, 8, 12, 16].map((field) => view.getUint32(at + field, true));
    const contents = file.subarray(offset, offset + bytes);
    if (address >= RAM) ram.set(contents, address - RAM);
    else flash.set(contents, address);
  }
  let bytes = 0;
  for (const at of headers(view, 32, 46))
    if ((view.getUint32(at + 8, true) & EXECUTABLE) !== 0) bytes += view.getUint32(at + 20, true);
  const processor = new Processor(cpu);
  processor.memory.add({ name: 'flash', base: 0, contents: flash, access: 'rx' });
  processor.memory.add({ name: 'RAM', base: RAM, contents: ram, access: 'rw' });
  processor.registers[13] = RAM + RAM_BYTES;
  return { bytes, processor, run: (rounds) => processor.call(entry, [rounds]) };
}

/** Offsets of the headers whose table's offset is at `start`, and whose size and number are from `sizes` on. */
function headers(view: DataView, start: number, sizes: number): number[] {
  const first = view.getUint32(start, true);
  const [size, count] = [view.getUint16(sizes, true), view.getUint16(sizes + 2, true)];
  return Array.from({ length: count }, (_, index) => first + index * size);
}
