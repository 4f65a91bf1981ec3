// The routines of the native tier for one core, linked and executed on the simulated processor.

import { assemble } from '../../machine/thumb/assemble.js';
import type { Cpu } from '../../machine/thumb/cpu.js';
import { encode, labelBase, writeEncoding } from '../../machine/thumb/encode.js';
import { Processor } from '../../sim/processor/processor.js';
import { helpersFor } from '../../targets/compiler/thumb/helpers/index.js';

const CODE = 0x10000;
const STACK = 0x20000000;
const STACK_BYTES = 256;
const UNTOUCHED = 0x5a5a5a5a;

export class HelperProcessor {
  readonly processor: Processor;
  private readonly addresses = new Map<string, number>();
  private readonly stack: Uint32Array;

  constructor(readonly cpu: Cpu) {
    const units = [...new Set(helpersFor(cpu).values())].map((unit) => assemble(unit.text, cpu));
    const starts: number[] = [];
    let size = 0;
    for (const { bytes, labels } of units) {
      starts.push(size);
      for (const [name, at] of labels) this.addresses.set(name, CODE + size + at);
      size += (bytes.length + 3) & ~3;
    }
    const image = new Uint8Array(size);
    for (const [index, { bytes, relocations }] of units.entries()) {
      image.set(bytes, starts[index]);
      for (const { at, form, symbol } of relocations) {
        const offset = starts[index] + at;
        const bits = encode(form, [this.addressOf(symbol) - labelBase(form, CODE + offset)]);
        writeEncoding(image, offset, bits, form.size);
      }
    }
    this.processor = new Processor(cpu);
    this.processor.memory.add({ name: 'code', base: CODE, contents: image, access: 'rx' });
    const { bytes } = this.processor.memory.add({ name: 'stack', base: STACK, contents: STACK_BYTES, access: 'rw' });
    this.stack = new Uint32Array(bytes.buffer, bytes.byteOffset, STACK_BYTES / 4);
  }

  /** Calls a routine with these words in r0 to r3, and returns r0 to r3. */
  call(entry: string, words: ArrayLike<number>): Uint32Array {
    const { registers } = this.processor;
    registers[13] = STACK + STACK_BYTES;
    this.processor.call(this.addressOf(entry), words as number[], 20_000);
    return new Uint32Array(registers.buffer, registers.byteOffset, 4);
  }

  /** Bytes of the stack that calls since the last time have written. */
  stackUsed(): number {
    const words = this.stack.findIndex((word) => word !== UNTOUCHED);
    this.stack.fill(UNTOUCHED);
    return words < 0 ? 0 : STACK_BYTES - 4 * words;
  }

  private addressOf(symbol: string): number {
    const address = this.addresses.get(symbol);
    if (address === undefined) throw new Error(`no routine ${symbol}`);
    return address;
  }
}
