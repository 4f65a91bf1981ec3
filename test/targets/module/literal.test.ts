// Numbers as text, to bits and back.

import { describe, expect, it } from 'vitest';
import { literalBits, literalText, type NumberType } from '../../../targets/module/literal.js';
import fc from '../../properties.js';

const WIDTHS: Record<NumberType, number> = { i32: 32, i64: 64, f32: 32, f64: 64 };

describe('literals', () => {
  it.each([
    ['i32', '42', 42n],
    ['i32', '-1', 0xffffffffn],
    ['i32', '4294967295', 0xffffffffn],
    ['i32', '-2147483648', 0x80000000n],
    ['i32', '0xfF_00', 0xff00n],
    ['i32', '-0x10', 0xfffffff0n],
    ['i32', '+1_000', 1000n],
    ['i64', '0x123456789abcdef0', 0x123456789abcdef0n],
    ['i64', '-9223372036854775808', 0x8000000000000000n],
    ['f32', '0.1', 0x3dcccccdn],
    // Half way between two floats: to the even one. A double on the way would round twice.
    ['f32', '16777217', 0x4b800000n],
    ['f32', '1.00000005960464477540', 0x3f800001n],
    ['f32', '3.4028235e38', 0x7f7fffffn],
    ['f32', '1e-45', 1n],
    ['f32', 'nan:0x200001', 0x7fa00001n],
    ['f32', '-nan', 0xffc00000n],
    ['f64', '-0', 0x8000000000000000n],
    ['f64', '.5', 0x3fe0000000000000n],
    ['f64', '5.', 0x4014000000000000n],
    ['f64', '0x1.8p3', 0x4028000000000000n],
    ['f64', '-0X1P-1074', 0x8000000000000001n],
    ['f64', '1e-999999999', 0n],
    ['f64', '0e999999999', 0n],
    ['f64', '-inf', 0xfff0000000000000n],
    ['f64', 'Infinity', 0x7ff0000000000000n],
    ['f64', 'nan', 0x7ff8000000000000n],
  ] as const)('%s %s', (type, text, bits) => {
    expect(literalBits(type, text)).toBe(bits);
  });

  it.each([
    ['i32', '', SyntaxError],
    ['i32', '1.5', SyntaxError],
    ['i32', '1e3', SyntaxError],
    ['i32', '0x', SyntaxError],
    ['i32', '_1', SyntaxError],
    ['i32', '1__0', SyntaxError],
    ['i32', ' 1', SyntaxError],
    ['i32', '--1', SyntaxError],
    ['i32', '4294967296', RangeError],
    ['i32', '-2147483649', RangeError],
    ['i64', '18446744073709551616', RangeError],
    ['f32', '1e39', RangeError],
    ['f32', 'nan:0x800000', RangeError],
    ['f64', 'nan:0x0', RangeError],
    ['f64', '1e999999999', RangeError],
    ['f64', '0x1p999999999', RangeError],
    ['f64', '1.2.3', SyntaxError],
    ['f64', '.', SyntaxError],
    ['f64', '1e', SyntaxError],
    ['f64', 'infinite', SyntaxError],
  ] as const)('%s does not take "%s"', (type, text, error) => {
    expect(() => literalBits(type, text)).toThrow(error);
  });

  it('come back from their text, bit for bit', () => {
    for (const type of ['i32', 'i64', 'f32', 'f64'] as const) {
      fc.assert(
        fc.property(fc.bigInt({ min: 0n, max: (1n << BigInt(WIDTHS[type])) - 1n }), (bits) => {
          expect(literalBits(type, literalText(type, bits))).toBe(bits);
        }),
      );
    }
  });

  it('are as JavaScript reads and writes them', () => {
    const view = new DataView(new ArrayBuffer(8));
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        view.setFloat64(0, number);
        const bits = view.getBigUint64(0);
        expect(literalBits('f64', Object.is(number, -0) ? '-0' : String(number))).toBe(bits);
        expect(literalText('f64', bits)).toBe(Object.is(number, -0) ? '-0' : String(number));
      }),
    );
  });

  it('are short for f32 too', () => {
    for (const text of ['0.1', '3.14', '-2.5', '1e+21', '1e-7', '3.4028235e+38', '1.1754944e-38', '16777216']) {
      expect(literalText('f32', literalBits('f32', text))).toBe(text);
    }
  });
});
