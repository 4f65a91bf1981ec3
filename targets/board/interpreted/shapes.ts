// Merges instructions that differ only in parts into one handler, with a list of the parts. The upper half of an instruction's first
// operand selects the part. So rarely executed instructions share a handler and its JsVars.
//
// Macros as in targets/interpreter-printer/instructions.ts. `w` is the first operand's word, $A and the like are the parts.

import { Immediate, type OpcodeRow, opcodeTable } from '../../../src/opcodes.js';
import { Trap } from '../../../src/trap.js';
import { withNames } from '../../interpreter-printer/body.js';
import { constantForms, mirrored } from '../../interpreter-printer/instructions.js';
import type { PureFunction } from '../../interpreter-printer/numeric-functions.js';

export interface Shape {
  /** Key of `shapeTexts`. */
  shape: string;
  /** Expressions by letter. */
  parts: Record<string, string>;
}

/** The text of a shared handler, in which every second piece is the letter of a part. */
export type ShapeText = readonly string[];

const PAIR = 'p = P(2), q = P(3), a = R[p], h = R[p + 1]';
const STORE_PAIR = 'd = P(1); R[d] = x; R[d + 1] = y;';
const JUMP = (target: number) =>
  `{ fuel -= C(${target + 1}); pc = C(${target}); return; } fuel -= C(${target + 2}); pc += ${target + 3};`;

/** Each begins in the scope of `var w = C(1)`. */
export const shapeTexts: Record<string, string> = {
  Integer32: 'var a = I(2), b = $B; I(1) = $X; pc += 4;',
  Integer32Unary: 'var a = I(2); I(1) = $X; pc += 3;',
  Divide32: 'var a = I(2), b = I(3), t = $T; if (t !== 0) return leave(t); I(1) = $X; pc += 4;',
  Compare64: `var ${PAIR}, b = R[q], k = R[q + 1]; I(1) = $X; pc += 4;`,
  Integer64: `var ${PAIR}, b = $B, k = $K, x = $X, y = $Y, ${STORE_PAIR} pc += $N;`,
  Shift64: `var ${PAIR}, b = $B, x = $X, y = $Y, ${STORE_PAIR} pc += $N;`,
  Divide64: `var ${PAIR}, b = R[q], k = R[q + 1], t = $T; if (t !== 0) return leave(t);
    var x = $X, y = highWord, ${STORE_PAIR} pc += 4;`,
  Unary64: `var p = P(2), a = R[p], h = R[p + 1], x = $X, y = $Y, ${STORE_PAIR} pc += 3;`,
  CompareFloat: 'var a = $A, b = $B; I(1) = $X; pc += 4;',
  Float: 'var a = $A, b = $B, v = $X, d = P(1); $S; pc += $N;',
  FloatUnary: 'var a = $A, h = R[P(2) + 1], v = $X, d = P(1); $S; pc += 3;',
  Truncate: 'var a = $A, t = $T; if (t !== 0) return leave(t); I(1) = $X; pc += 3;',
  Truncate64: `var a = $A, t = $T; if (t !== 0) return leave(t); var x = $X, y = highWord, ${STORE_PAIR} pc += 3;`,
  Load: `var a = I(2), o = C(3); if ((a >>> 0) > ((memoryBytes - $Z - o) >>> 0)) return leave(${Trap.MemoryOutOfBounds});
    var m = a + o, x = $X, d = P(1); $S; pc += 4;`,
  Store: `var a = I(1), o = C(3), x = $V; if ((a >>> 0) > ((memoryBytes - $Z - o) >>> 0)) return leave(${Trap.MemoryOutOfBounds});
    var m = a + o; $S; pc += 4;`,
  Move: 'var d = P(1), p = P(2); $S; pc += $N;',
  Select: 'var d = P(1), p = I(4) !== 0 ? P(2) : P(3); $S; pc += 5;',
  BranchZero: `var p = P(1), a = R[p]; if ($X) ${JUMP(2)}`,
  BranchInteger: `var a = I(1), b = $B; if ($X) ${JUMP(3)}`,
  BranchFloat: `var a = $A, b = $B; if ($X) ${JUMP(3)}`,
  Branch64: `var p = P(1), q = P(2), a = R[p], h = R[p + 1], b = R[q], k = R[q + 1]; if ($X) ${JUMP(3)}`,
  Bulk: 'var i = I(1) >>> 0, s = I(2) >>> 0, n = I(3) >>> 0; if ($C) return leave($T); $S; pc += $N;',
  Wide: `$X; var d = P(1), e = P(2); R[d] = wideResult[0]; R[d + 1] = wideResult[1]; R[e] = wideResult[2]; R[e + 1] = wideResult[3];
    pc += $N;`,
};

/** Operations that a shared handler computes without a function. */
const IN_PLACE: Record<string, string> = {
  'i32.rem_s': '(b === -1 ? 0 : (a % b) | 0)',
  'i64.div_u': '(divide(a, h, b, k), (highWord = quotientHigh), quotientLow)',
  'i64.rem_u': '(divide(a, h, b, k), (highWord = remainderHigh), remainderLow)',
  'i64.div_s': `(divideMagnitudes(a, h, b, k), h < 0 === k < 0 ? ((highWord = quotientHigh), quotientLow)
    : ((highWord = negateHigh(quotientLow, quotientHigh)), (0 - quotientLow) | 0))`,
  'i64.rem_s': `(divideMagnitudes(a, h, b, k), h >= 0 ? ((highWord = remainderHigh), remainderLow)
    : ((highWord = negateHigh(remainderLow, remainderHigh)), (0 - remainderLow) | 0))`,
  nearest: `(a > 0 ? (a < TWO_52 ? a + TWO_52 - TWO_52 : a)
    : a < 0 && a > -TWO_52 ? NEGATIVE_ZERO - (TWO_52 - a - TWO_52) : a)`,
  'i64.trunc_u': 'i64_trunc_f64_s(a)',
  'i64.trunc_sat_s': `(a >= TWO_63 ? ((highWord = 0x7fffffff), -1)
    : a < -TWO_63 || a !== a ? ((highWord = a === a ? -2147483648 : 0), 0) : i64_trunc_f64_s(a))`,
  'i64.trunc_sat_u': '(a >= TWO_64 ? (highWord = -1) : a > 0 ? i64_trunc_f64_s(a) : (highWord = 0))',
};

const pascal = (mnemonic: string) =>
  mnemonic
    .split(/[._ ]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

export function readShapes(functions: Map<string, PureFunction>): Record<string, Shape> {
  const shapes: Record<string, Shape> = {};
  for (const row of opcodeTable) {
    const [, mnemonic, immediate, signature] = row;
    if (immediate !== Immediate.None || signature === '' || /reinterpret|wrap|128|mul_wide/.test(mnemonic)) continue;
    const add = (constant: boolean) => {
      const shape = numericShape(row, functions, constant);
      if (shape) shapes[pascal(mnemonic) + (constant ? 'Constant' : '')] = shape;
    };
    if (constantForms.has(mnemonic)) add(true);
    if (!mirrored.has(mnemonic)) add(false);
  }
  return { ...shapes, ...MEMORY, ...MOVES, ...BRANCHES, ...BULK, ...WIDE };
}

const REGISTER: Record<string, string> = { i: 'I', f: 'S', F: 'F' };
const LITERAL: Record<string, string> = { i: 'C', f: 'E', F: 'D' };

function numericShape(row: OpcodeRow, functions: Map<string, PureFunction>, constant: boolean): Shape | undefined {
  const mnemonic = row[1];
  // The bits of a float are those of an integer.
  const bits = /^f\d\d\.(abs|neg|copysign)$/.test(mnemonic);
  const types = bits ? row[3].replace(/F/g, 'I').replace(/f/g, 'i') : row[3];
  const [parameters, result] = types.split(':');
  const operands = { i: ['a', 'b'], f: ['a', 'b'], F: ['a', 'b'], I: ['a', 'h', 'b', 'k'] }[parameters[0]]!;
  const expression = (suffix: string): string | undefined => {
    const exact = mnemonic.replaceAll('.', '_') + suffix;
    const name = functions.has(exact) ? exact : exact.replaceAll('f32', 'f64');
    const pure = functions.get(name);
    if (!pure) return undefined;
    const given = operands.slice(0, pure.parameters.length);
    if (pure.constants !== '') return `${name}(${given.join(', ')})`;
    const bound = new Map(pure.parameters.map((parameter, at) => [parameter, given[at]]));
    return withNames(pure.result, bound);
  };
  const T = expression('_trap');
  const inPlace =
    IN_PLACE[mnemonic] ?? IN_PLACE[mnemonic.replace(/_f\d\d/, '')] ?? IN_PLACE[mnemonic.replace(/^f\d\d\./, '')];
  const X = inPlace ?? expression('') ?? expression('_low') ?? 'a';
  const Y = expression('_high') ?? '';
  const scalar = (at: number) => {
    const type = parameters[at];
    return `${(constant && at === 1 ? LITERAL : REGISTER)[type]}(${at + 2})`;
  };
  const N = String(2 + parameters.length + (constant ? { i: 0, f: 0, I: 1, F: 2 }[parameters[0]]! : 0));
  const S = result === 'f' ? STORE_F32 : STORE_F64;
  switch (types) {
    case 'ii:i':
      return T ? { shape: 'Divide32', parts: { T, X } } : { shape: 'Integer32', parts: { B: scalar(1), X } };
    case 'i:i':
      return { shape: 'Integer32Unary', parts: { X } };
    case 'II:i':
      return { shape: 'Compare64', parts: { X } };
    case 'II:I': {
      const B = constant ? 'C(3)' : 'R[q]';
      if (T) return { shape: 'Divide64', parts: { T, X } };
      if (/sh[lr]|rot/.test(mnemonic)) return { shape: 'Shift64', parts: { B, X, Y, N } };
      return { shape: 'Integer64', parts: { B, K: constant ? 'C(4)' : 'R[q + 1]', X, Y, N } };
    }
    case 'I:I':
    case 'i:I':
      return { shape: 'Unary64', parts: { X, Y } };
    case 'ff:i':
    case 'FF:i':
      return { shape: 'CompareFloat', parts: { A: scalar(0), B: scalar(1), X } };
    case 'ff:f':
    case 'FF:F':
      return { shape: 'Float', parts: { A: scalar(0), B: scalar(1), X, S, N } };
    case 'f:i':
    case 'F:i':
      return { shape: 'Truncate', parts: { A: scalar(0), T: T ?? '0', X } };
    case 'f:I':
    case 'F:I':
      return { shape: 'Truncate64', parts: { A: scalar(0), T: T ?? '0', X } };
  }
  if (result === 'i') return undefined;
  return { shape: 'FloatUnary', parts: { A: parameters === 'I' ? 'I(2)' : scalar(0), X, S } };
}

/** A NaN that comes out is the canonical one; it does not go through a Float32Array, which on ARM would change it. */
const STORE_F32 = '(v === v ? (S[d] = v) : (R[d] = 0x7fc00000))';
const STORE_F64 = '(v === v ? (F[d >> 1] = v) : (R[d] = 0, R[d + 1] = 0x7ff80000))';

const load = (Z: number, X: string, S: string): Shape => ({ shape: 'Load', parts: { Z: String(Z), X, S } });
const store = (Z: number, V: string, S: string): Shape => ({ shape: 'Store', parts: { Z: String(Z), V, S } });
const READ32 = 'view.getInt32(m, true)';
const SINGLE = '(R[d] = x)';
const SIGNED = '(R[d] = x, R[d + 1] = x >> 31)';
const UNSIGNED = '(R[d] = x, R[d + 1] = 0)';
const BYTE = '(bytes[m] = x)';
const HALF = 'view.setInt16(m, x, true)';
const WORD = 'view.setInt32(m, x, true)';

const MEMORY: Record<string, Shape> = {
  Load32: load(4, READ32, SINGLE),
  Load8S: load(1, '(bytes[m] << 24) >> 24', SINGLE),
  Load8U: load(1, 'bytes[m]', SINGLE),
  Load16S: load(2, 'view.getInt16(m, true)', SINGLE),
  Load16U: load(2, 'view.getUint16(m, true)', SINGLE),
  LoadI64: load(8, READ32, '(R[d] = x, R[d + 1] = view.getInt32(m + 4, true))'),
  LoadF64: load(8, 'view.getFloat64(m, true)', '(F[d >> 1] = x)'),
  I64Load8S: load(1, '(bytes[m] << 24) >> 24', SIGNED),
  I64Load8U: load(1, 'bytes[m]', UNSIGNED),
  I64Load16S: load(2, 'view.getInt16(m, true)', SIGNED),
  I64Load16U: load(2, 'view.getUint16(m, true)', UNSIGNED),
  I64Load32S: load(4, READ32, SIGNED),
  I64Load32U: load(4, READ32, UNSIGNED),
  Store32: store(4, 'I(2)', WORD),
  Store8: store(1, 'I(2)', BYTE),
  Store16: store(2, 'I(2)', HALF),
  StoreF64: store(8, 'F(2)', 'view.setFloat64(m, x, true)'),
  StoreI64: store(8, 'I(2)', '(view.setInt32(m, x, true), view.setInt32(m + 4, R[P(2) + 1], true))'),
  Store32Constant: store(4, 'C(2)', WORD),
  Store8Constant: store(1, 'C(2)', BYTE),
  Store16Constant: store(2, 'C(2)', HALF),
};

const move = (S: string, N: number): Shape => ({ shape: 'Move', parts: { S, N: String(N) } });
const select = (S: string): Shape => ({ shape: 'Select', parts: { S } });

const MOVES: Record<string, Shape> = {
  Move32: move('(R[d] = R[p])', 3),
  MoveI64: move('(R[d] = R[p], R[d + 1] = R[p + 1])', 3),
  MoveF64: move('(F[d >> 1] = F[p >> 1])', 3),
  Constant32: move('(R[d] = C(2))', 3),
  ConstantI64: move('(R[d] = C(2), R[d + 1] = C(3))', 4),
  ConstantF64: move('(F[d >> 1] = D(2))', 5),
  GlobalGet32: move('(R[d] = globals[C(2)])', 3),
  GlobalGet64: move('(R[d] = globals[C(2)], R[d + 1] = globals[C(2) + 1])', 3),
  GlobalSet32: move('(globals[C(1)] = R[p])', 3),
  GlobalSet64: move('(globals[C(1)] = R[p], globals[C(1) + 1] = R[p + 1])', 3),
  RefIsNull: move('(R[d] = R[p] === -1 ? 1 : 0)', 3),
  I64Eqz: move('(R[d] = (R[p] | R[p + 1]) === 0 ? 1 : 0)', 3),
  TableSize: move('(R[d] = tables[C(2) + 1])', 3),
  MemorySize: move('(R[d] = pages)', 3),
  MemoryGrow: move('(R[d] = growMemory(R[p] >>> 0))', 4),
  TableGrow: move('(R[d] = growTable(C(4), I(3), R[p]))', 5),
  DataDrop: move('(dataSegments[C(1) * 2 + 1] = 0)', 2),
  ElementDrop: move('(elementSegments[C(1) * 2 + 1] = 0)', 2),
  Select32: select('(R[d] = R[p])'),
  SelectI64: select('(R[d] = R[p], R[d + 1] = R[p + 1])'),
  SelectF64: select('(F[d >> 1] = F[p >> 1])'),
};

const bulk = (trap: Trap, C: string, S: string, N: number): Shape => {
  return { shape: 'Bulk', parts: { T: String(trap), C, S, N: String(N) } };
};

/** Whether some of `n` bytes from an address on are not in memory. */
const OUTSIDE_MEMORY = (address: string) => `(BEFORE(MOVED(${address}), n) || MOVED(${address}) + n > memoryBytes)`;

const BULK: Record<string, Shape> = {
  MemoryFill: bulk(Trap.MemoryOutOfBounds, OUTSIDE_MEMORY('i'), 'fillMemory(MOVED(i), I(2), n)', 4),
  MemoryCopy: bulk(
    Trap.MemoryOutOfBounds,
    `(${OUTSIDE_MEMORY('i')} || ${OUTSIDE_MEMORY('s')})`,
    'copyMemory(MOVED(i), MOVED(s), n)',
    4,
  ),
  MemoryInit: bulk(
    Trap.MemoryOutOfBounds,
    `(${OUTSIDE_MEMORY('i')} || s + n > dataSegments[C(5) * 2 + 1])`,
    'copy(bytes, MOVED(i), dataBytes, dataSegments[C(5) * 2] + s, n)',
    6,
  ),
  TableFill: bulk(
    Trap.TableOutOfBounds,
    'i + n > tables[C(4) + 1]',
    'tableEntries.fill(I(2), tables[C(4)] + i, tables[C(4)] + i + n)',
    5,
  ),
  TableCopy: bulk(
    Trap.TableOutOfBounds,
    '(i + n > tables[C(4) + 1] || s + n > tables[C(5) + 1])',
    'copy(tableEntries, tables[C(4)] + i, tableEntries, tables[C(5)] + s, n)',
    6,
  ),
  TableInit: bulk(
    Trap.TableOutOfBounds,
    '(i + n > tables[C(6) + 1] || s + n > elementSegments[C(5) * 2 + 1])',
    'copy(tableEntries, tables[C(6)] + i, elements, elementSegments[C(5) * 2] + s, n)',
    7,
  ),
};

const integer = (B: string, X: string): Shape => ({ shape: 'BranchInteger', parts: { B, X } });
const float = (type: 'S' | 'F', X: string): Shape => {
  return { shape: 'BranchFloat', parts: { A: `${type}(1)`, B: `${type}(2)`, X } };
};
const branch = (shape: string, X: string): Shape => ({ shape, parts: { X } });

const BRANCHES: Record<string, Shape> = {
  BranchIf: branch('BranchZero', 'a !== 0'),
  BranchUnless: branch('BranchZero', 'a === 0'),
  BranchI64Eqz: branch('BranchZero', '(a | R[p + 1]) === 0'),
  BranchI64Nez: branch('BranchZero', '(a | R[p + 1]) !== 0'),
  BranchI64Eq: branch('Branch64', 'h === k && a === b'),
  BranchI64Ne: branch('Branch64', 'h !== k || a !== b'),
  BranchI64LtS: branch('Branch64', 'h < k || (h === k && a >>> 0 < b >>> 0)'),
  BranchI64LtU: branch('Branch64', 'h >>> 0 < k >>> 0 || (h === k && a >>> 0 < b >>> 0)'),
  BranchI64LeS: branch('Branch64', 'h < k || (h === k && a >>> 0 <= b >>> 0)'),
  BranchI64LeU: branch('Branch64', 'h >>> 0 < k >>> 0 || (h === k && a >>> 0 <= b >>> 0)'),
};
for (const [name, X] of [
  ['Eq', 'a === b'],
  ['Ne', 'a !== b'],
  ['LtS', 'a < b'],
  ['LtU', 'a >>> 0 < b >>> 0'],
  ['LeS', 'a <= b'],
  ['LeU', 'a >>> 0 <= b >>> 0'],
  ['GtS', 'a > b'],
  ['GtU', 'a >>> 0 > b >>> 0'],
]) {
  if (!name.startsWith('G')) BRANCHES[`BranchI32${name}`] = integer('I(2)', X);
  if (!name.startsWith('Le')) BRANCHES[`BranchI32${name}Constant`] = integer('C(2)', X);
}
for (const [name, X] of [
  ['Eq', 'a === b'],
  ['Ne', 'a !== b'],
  ['Lt', 'a < b'],
  ['Le', 'a <= b'],
  ['NotLt', '!(a < b)'],
  ['NotLe', '!(a <= b)'],
]) {
  BRANCHES[`BranchF32${name}`] = float('S', X);
  BRANCHES[`BranchF64${name}`] = float('F', X);
}

const wide = (X: string, N: number): Shape => ({ shape: 'Wide', parts: { X, N: String(N) } });

const WIDE: Record<string, Shape> = {
  I64Add128: wide('wideAdd(slots, P(3), P(4), P(5), P(6))', 7),
  I64Sub128: wide('wideSubtract(slots, P(3), P(4), P(5), P(6))', 7),
  I64MulWideS: wide('wideMultiply(slots, P(3), P(4), 1)', 5),
  I64MulWideU: wide('wideMultiply(slots, P(3), P(4), 0)', 5),
};
