// Names of registers, and lists of them.

export const SP = 13;
export const LR = 14;
export const PC = 15;

const NAMES = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'sl', 'fp', 'ip', 'sp', 'lr', 'pc'];
const CODES = new Map([
  ...NAMES.map((name, code): [string, number] => [name, code]),
  ...NAMES.map((_, code): [string, number] => [`r${code}`, code]),
]);

/** Returns the name as objdump prints it: r10 to r12 are `sl`, `fp` and `ip`. */
export function registerName(code: number): string {
  return NAMES[code];
}

/** The register of a name, undefined for other words. */
export function registerCode(name: string): number | undefined {
  return CODES.get(name.toLowerCase());
}

/** The registers of a list, from the lowest: bit n stands for register n. */
export function registersOf(list: number): number[] {
  return Array.from({ length: 16 }, (_, register) => register).filter((register) => (list >> register) & 1);
}
