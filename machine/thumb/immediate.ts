// Immediates that are packed in the encoding: ThumbExpandImm (ARM DDI 0403E, A5.3.2) and VFPExpandImm (A6.4.1).

/** The 12 bits of a modified immediate constant of value `value` (any 32-bit integer), or -1 where there are none. */
export function modifiedImmediateBits(value: number): number {
  value >>>= 0;
  if (value < 256) return value;
  const low = value & 255;
  const second = (value >>> 8) & 255;
  if (value === (low | (low << 16)) >>> 0) return 0x100 | low;
  if (value === ((second << 8) | (second << 24)) >>> 0) return 0x200 | second;
  if (value === Math.imul(low, 0x01010101) >>> 0) return 0x300 | low;
  // An 8-bit number with its top bit set, rotated right by 8 to 31, which never wraps.
  const shift = 24 - Math.clz32(value);
  if ((value & ((1 << shift) - 1)) !== 0) return -1;
  return ((32 - shift) << 7) | ((value >>> shift) & 127);
}

/** The value of a modified immediate constant, a signed 32-bit integer; undefined for zero bytes that must not be zero. */
export function modifiedImmediateValue(bits: number): number | undefined {
  const byte = bits & 255;
  if (bits >>> 10 !== 0) {
    const rotation = bits >>> 7;
    const eight = 0x80 | (bits & 127);
    return (eight >>> rotation) | (eight << (32 - rotation));
  }
  if (bits < 256) return byte;
  if (byte === 0) return undefined;
  if (bits < 0x200) return byte | (byte << 16);
  if (bits < 0x300) return (byte << 8) | (byte << 24);
  return Math.imul(byte, 0x01010101);
}

/** Whether a data processing instruction that sets flags takes the carry from this constant (it is rotated). */
export function modifiedImmediateSetsCarry(value: number): boolean {
  const bits = modifiedImmediateBits(value);
  return bits >>> 10 !== 0;
}

/** The 8 bits of a float immediate: ±n/16·2^r with n in 16…31 and r in -3…4; or -1. */
export function floatImmediateBits(value: number): number {
  return FLOAT_IMMEDIATES.get(value) ?? -1;
}

/** The value of a float immediate: sign, three bits of exponent, four of fraction. */
export function floatImmediateValue(bits: number): number {
  const exponent = (((bits >> 4) & 7) ^ 4) - 3;
  const magnitude = ((16 + (bits & 15)) / 16) * 2 ** exponent;
  return bits & 128 ? -magnitude : magnitude;
}

const FLOAT_IMMEDIATES = new Map(Array.from({ length: 256 }, (_, bits) => [floatImmediateValue(bits), bits]));
