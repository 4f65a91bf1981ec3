// How a register operand is shifted, as one number: the type in bits 6:5, the amount in 4:0. 0 is not at all.

export type ShiftName = 'lsl' | 'lsr' | 'asr' | 'ror';

const NAMES: readonly ShiftName[] = ['lsl', 'lsr', 'asr', 'ror'];

/** Rotates right by one, the carry comes in. */
export const RRX = 3 << 5;

/** A shift by a constant: `lsl` by 0 to 31, `lsr` and `asr` by 1 to 32, `ror` by 1 to 31. */
export function shiftOf(name: ShiftName, amount: number): number {
  const isRight = name === 'lsr' || name === 'asr';
  if (amount < (name === 'lsl' ? 0 : 1) || amount > (isRight ? 32 : 31)) throw new RangeError(`${name} #${amount}`);
  return (NAMES.indexOf(name) << 5) | (amount & 31);
}

/** The text of a shift, `lsl #3`; empty for none. */
export function shiftText(shift: number): string {
  if (shift === 0) return '';
  if (shift === RRX) return 'rrx';
  return `${NAMES[shift >> 5]} #${shift & 31 || 32}`;
}

/** The shift of a name and an amount, undefined where the name is none. */
export function shiftName(word: string): ShiftName | undefined {
  return NAMES.find((name) => name === word);
}
