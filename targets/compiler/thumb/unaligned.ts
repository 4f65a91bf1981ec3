// Accesses of ARMv6-M at addresses that are no multiple of their size, byte by byte: as instructions, and as routines that the functions
// of an image share. These take the address in r12, where loads leave what they load; what is stored is on the stack, and taken from it.

import { FORMS } from '../../../machine/thumb/table.js';
import type { Candidate } from './assembly.js';
import { Register } from './virtual-code.js';

export interface UnalignedAccess {
  isLoad: boolean;
  /** 2 or 4. */
  size: number;
  /** The value's register, and that of the address: low registers. */
  register: number;
  base: number;
}

/** Bytes of stack that a routine uses. */
export const UNALIGNED_STACK = 16;

/** Without a routine; overwrites another low register. */
export function byteAccesses({ isLoad, size, register, base }: UnalignedAccess, scratch: number): Candidate[] {
  const made: Candidate[] = [];
  if (isLoad) {
    made.push([FORMS.ldrb_imm, [register, base, size - 1]]);
    for (let byte = size - 2; byte >= 0; byte--) {
      made.push([FORMS.lsls_imm, [register, register, 8]]);
      made.push([FORMS.ldrb_imm, [scratch, base, byte]]);
      made.push([FORMS.orrs_reg, [register, scratch]]);
    }
    return made;
  }
  made.push([FORMS.strb_imm, [register, base, 0]]);
  for (let byte = 1; byte < size; byte++) {
    made.push([FORMS.lsrs_imm, [scratch, register, 8 * byte]]);
    made.push([FORMS.strb_imm, [scratch, base, byte]]);
  }
  return made;
}

/** The routine for an access, and what comes before and behind the call of it. */
export function unalignedCall({ isLoad, size, register, base }: UnalignedAccess): {
  before: Candidate[];
  symbol: string;
  behind: Candidate[];
} {
  const address: Candidate = [FORMS.mov_high, [Register.R12, base]];
  if (isLoad)
    return { before: [address], symbol: symbolOf('load', size), behind: [[FORMS.mov_high, [register, Register.R12]]] };
  return { before: [address, [FORMS.push, [1 << register]]], symbol: symbolOf('store', size), behind: [] };
}

function symbolOf(kind: 'load' | 'store', size: number): string {
  return `__wasm_unaligned_${kind}${size}`;
}

const load = (size: number) => {
  const bytes = Array.from({ length: size - 1 }, (_, byte) => size - 2 - byte);
  return `
${symbolOf('load', size)}:
    push  {r0-r2}
    mov   r0, r12
    ldrb  r1, [r0, #${size - 1}]
${bytes.map((byte) => `    lsls  r1, r1, #8\n    ldrb  r2, [r0, #${byte}]\n    orrs  r1, r2`).join('\n')}
    mov   r12, r1
    pop   {r0-r2}
    bx    lr
`;
};

const store = (size: number) => {
  const bytes = Array.from({ length: size - 1 }, (_, byte) => byte + 1);
  return `
${symbolOf('store', size)}:
    push  {r0-r1}
    mov   r0, r12
    ldr   r1, [sp, #8]
    strb  r1, [r0]
${bytes.map((byte) => `    lsrs  r1, r1, #8\n    strb  r1, [r0, #${byte}]`).join('\n')}
    pop   {r0-r1}
    add   sp, #4
    bx    lr
`;
};

/** Routines by symbol. They call no other routine. */
export const UNALIGNED_ROUTINES: ReadonlyMap<string, string> = new Map(
  [2, 4].flatMap((size): [string, string][] => [
    [symbolOf('load', size), load(size)],
    [symbolOf('store', size), store(size)],
  ]),
);
