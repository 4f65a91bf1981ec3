// Disassembles machine code: instructions with their addresses and text, and the conditions of IT blocks.

import { inverse, itLetters } from './condition.js';
import type { Cpu } from './cpu.js';
import { type Decoded, Decoder, isWide } from './decode.js';
import { print } from './print.js';

export interface Disassembled {
  /** The address of the instruction, and its size in bytes. */
  address: number;
  size: 2 | 4;
  /** Absent where the bytes are no instruction of the processor. */
  instruction?: Decoded;
  /** `.hword 0x…` or `.word 0x…` where the bytes are no instruction. */
  text: string;
}

/** All instructions of `bytes`, which stand at `origin`; `label` names addresses. */
export function disassemble(
  bytes: Uint8Array,
  cpu: Cpu,
  origin = 0,
  label?: (address: number) => string | undefined,
): Disassembled[] {
  const decoder = Decoder.of(cpu);
  const halfword = (at: number) => (at + 1 < bytes.length ? bytes[at] | (bytes[at + 1] << 8) : 0);
  const found: Disassembled[] = [];
  let covered: number[] = [];
  for (let at = 0; at + 1 < bytes.length; ) {
    const [first, second] = [halfword(at), halfword(at + 2)];
    const address = origin + at;
    const instruction = decoder.decode(first, second);
    const size = isWide(first) ? 4 : 2;
    const condition = covered.shift();
    if (instruction) {
      const { form, operands } = instruction;
      found.push({ address, size, instruction, text: print(form, operands, { address, condition, label }) });
      if (form.mnemonic === 'it') covered = coveredBy(operands[0], operands[1]);
    } else {
      const bits = size === 4 ? ((second << 16) | first) >>> 0 : first;
      const text = `${size === 4 ? '.word' : '.hword'} 0x${bits.toString(16).padStart(2 * size, '0')}`;
      found.push({ address, size, text });
    }
    at += size;
  }
  return found;
}

/** The conditions of the instructions that an IT instruction covers. */
export function coveredBy(mask: number, condition: number): number[] {
  return ['t', ...itLetters(condition, mask)].map((letter) => (letter === 't' ? condition : inverse(condition)));
}
