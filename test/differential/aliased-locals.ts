// Short sequences of instructions over two locals of each type, which wait on the operand stack as well, as compilers write
// them when they reuse locals: each result stays on the stack, goes to a local, or does both. Lowering joins such instructions,
// translation moves their operands; either must keep the values that a local had when it was read.
import { Opcode } from '../../src/opcodes.js';
import {
  type Code,
  constant,
  EMPTY_BLOCK,
  i32,
  localGet,
  localSet,
  localTee,
  ModuleBuilder,
  memoryAccess,
  type NumberType,
  unsigned,
} from './module-builder.js';
import { type Choose, everyChoice } from './odometer.js';
import { opcodeRows } from './opcode-rows.js';
import { bitsOfF64 } from './operands.js';

const { Block, If, End, Br, BrIf, BrTable, Return, CallIndirect, Select } = Opcode;

/** The effect of one step of a sequence on its operands. */
export interface Step {
  name: string;
  operands: NumberType[];
  result?: NumberType;
  /** Writes the instruction behind its operands. */
  code: (choose: Choose) => Code;
  /** Nothing can follow. */
  ends?: boolean;
  stores?: boolean;
}

const codes = new Map(opcodeRows.map(({ mnemonic, code }) => [mnemonic, code]));

function operation(mnemonic: string): Step {
  const { parameters, result } = opcodeRows.find((row) => row.mnemonic === mnemonic)!;
  return { name: mnemonic, operands: parameters, result, code: () => [codes.get(mnemonic)!] };
}

/** With a constant as its right operand. */
function withConstant(mnemonic: string, value: number): Step {
  const { operands, result } = operation(mnemonic);
  const right = constant(operands[1], operands[1] === 'f64' ? bitsOfF64(value) : BigInt(value));
  return {
    name: `${mnemonic} ${value}`,
    operands: operands.slice(0, 1),
    result,
    code: () => [...right, codes.get(mnemonic)!],
  };
}

/** Address of the doubles in memory; below it, there are small integers. */
const DOUBLES = 32768;

function load(name: string, code: number, result: NumberType): Step {
  const offset = result === 'f64' ? DOUBLES : 8;
  return { name, operands: ['i32'], result, code: () => memoryAccess(code, offset) };
}

function store(name: string, code: number, type: NumberType): Step {
  const offset = type === 'f64' ? DOUBLES : 4;
  return { name, operands: ['i32', type], stores: true, code: () => memoryAccess(code, offset) };
}

function storeConstant(name: string, code: number, value: number): Step {
  return { name, operands: ['i32'], stores: true, code: () => [...i32(value), ...memoryAccess(code, 4)] };
}

/** Types in the order in which they are on the stack. */
const TYPES = ['f64', 'i64', 'i32'] as const;
/** Two locals of each type; the first two are the parameters. */
const localsOf: Partial<Record<NumberType, [number, number]>> = { i32: [0, 1], i64: [2, 3], f64: [4, 5] };
const SUM = 6;
const WIDE = 7;
const DOUBLE = 8;
const LOCALS: NumberType[] = ['i64', 'i64', 'f64', 'f64', 'i32', 'i64', 'f64'];

/** Every kind of instruction that lowering joins with another one, in the types that it joins, and some that it does not. */
export const steps: readonly Step[] = [
  withConstant('i32.add', 4),
  operation('i32.add'),
  load('i32.load', 0x28, 'i32'),
  withConstant('i32.shl', 2),
  withConstant('i32.lt_s', 40),
  operation('i32.lt_u'),
  {
    name: 'if',
    operands: ['i32'],
    code: (choose) => [If, EMPTY_BLOCK, ...i32(99), ...localSet(choose(2)), End],
  },
  { name: 'br_if', operands: ['i32'], code: () => [BrIf, 0] },
  store('i32.store', 0x36, 'i32'),
  { name: 'value', operands: ['i32'], result: 'i32', code: () => [] },
  { name: 'constant', operands: [], result: 'i32', code: () => i32(11) },
  load('i32.load8_u', 0x2d, 'i32'),
  withConstant('i32.and', 60),
  operation('i32.and'),
  operation('i32.xor'),
  withConstant('i32.shr_u', 1),
  withConstant('i32.rotl', 5),
  withConstant('i32.mul', 3),
  operation('i32.mul'),
  operation('i32.sub'),
  withConstant('i32.shr_s', 1),
  load('i32.load8_s', 0x2c, 'i32'),
  load('i32.load16_u', 0x2f, 'i32'),
  store('i32.store8', 0x3a, 'i32'),
  storeConstant('i32.store 5', 0x36, 5),
  storeConstant('i32.store8 6', 0x3a, 6),
  operation('i32.or'),
  withConstant('i32.ne', 24),
  operation('i32.eqz'),
  operation('i32.ge_s'),
  operation('i32.lt_s'),
  operation('i32.le_s'),
  operation('i32.eq'),
  operation('i32.ne'),
  withConstant('i32.eq', 24),
  withConstant('i32.lt_u', 40),
  withConstant('i32.gt_s', 5),
  withConstant('i32.gt_u', 5),
  { name: 'select', operands: ['i32', 'i32', 'i32'], result: 'i32', code: () => [Select] },
  { name: 'br', operands: [], ends: true, code: () => [Br, 1] },
  { name: 'br_table', operands: ['i32'], ends: true, code: () => [BrTable, 2, 0, 1, 0, 1] },
  { name: 'return', operands: ['i32'], ends: true, code: () => [Return] },
  load('f64.load', 0x2b, 'f64'),
  operation('f64.add'),
  operation('f64.mul'),
  operation('f64.sub'),
  withConstant('f64.mul', 1.5),
  store('f64.store', 0x39, 'f64'),
  operation('f64.lt'),
  load('i64.load', 0x29, 'i64'),
  withConstant('i64.shl', 3),
  withConstant('i64.shr_u', 7),
  operation('i64.xor'),
  operation('i64.or'),
  operation('i64.add'),
  withConstant('i64.mul', 1000003),
  store('i64.store', 0x37, 'i64'),
  operation('i64.lt_u'),
  operation('i64.extend_i32_s'),
  operation('i32.wrap_i64'),
];

export interface Sequence {
  code: Code;
  stores: boolean;
}

/** Operands of a step: how many are on the stack already, and the locals that the others are read from. */
interface Sources {
  stacked: number;
  locals: number[];
}

/** Place of the previous step's result: in a local unless it is -1, on the stack, or both. */
interface Previous {
  local: number;
  stacked: boolean;
}

const knownSources = new Map<string, Sources[]>();

/** All sources for the operands of a step; with `previous`, those that read its result. */
function sourcesOf({ operands }: Step, stack: readonly NumberType[], previous: Previous | undefined): Sources[] {
  const key = `${operands};${stack.slice(-operands.length)};${previous?.local};${previous?.stacked}`;
  const known = knownSources.get(key);
  if (known) return known;
  const found: Sources[] = [];
  knownSources.set(key, found);
  for (let stacked = Math.min(operands.length, stack.length); stacked >= 0; stacked--) {
    const from = stack.length - stacked;
    if (!stack.slice(from).every((type, index) => type === operands[index])) continue;
    const rest = operands.slice(stacked).map((type) => localsOf[type]!);
    for (let choice = 0; choice < 1 << rest.length; choice++) {
      const locals = rest.map((pair, index) => pair[(choice >> index) & 1]);
      const reads = !previous || (previous.stacked && stacked > 0) || locals.includes(previous.local);
      if (reads) found.push({ stacked, locals });
    }
  }
  return found;
}

/** Adds the value on the stack to the sum. */
function addUp(type: NumberType): Code {
  const join = [...localGet(SUM), ...i32(31), codes.get('i32.mul')!, codes.get('i32.add')!, ...localSet(SUM)];
  if (type === 'i32') return join;
  const low = [...localSet(WIDE), ...localGet(WIDE), codes.get('i32.wrap_i64')!, ...join];
  const high = [
    ...localGet(WIDE),
    ...constant('i64', 32n),
    codes.get('i64.shr_u')!,
    codes.get('i32.wrap_i64')!,
    ...join,
  ];
  if (type === 'i64') return [...low, ...high];
  // Replace a NaN with unspecified bits by the canonical one.
  const get = localGet(DOUBLE);
  const bits = [...localSet(DOUBLE), ...get, ...constant('f64', 0x7ff8000000000000n), ...get, ...get];
  return [...bits, codes.get('f64.eq')!, Select, codes.get('i64.reinterpret_f64')!, ...low, ...high];
}

/** Gives the locals of these types values, opens two blocks and puts the locals onto the stack. */
function beginning(types: readonly NumberType[]): Code {
  const set = types.flatMap((type) => {
    if (type === 'i32') return [];
    const convert = codes.get(type === 'i64' ? 'i64.extend_i32_s' : 'f64.convert_i32_s')!;
    return localsOf[type]!.flatMap((local, index) => [...localGet(index), convert, ...localSet(local)]);
  });
  const get = types.flatMap((type) => localsOf[type]!.flatMap(localGet));
  return [...set, Block, EMPTY_BLOCK, Block, EMPTY_BLOCK, ...get];
}

/** Ends the blocks around a sequence, and returns the sum of what it left on the stack and in locals. */
function ending(stack: readonly NumberType[], types: readonly NumberType[]): Code {
  const left = [...stack].reverse().flatMap(addUp);
  const locals = types.flatMap((type) => localsOf[type]!.flatMap((local) => [...localGet(local), ...addUp(type)]));
  return [...left, End, ...i32(1000003), ...addUp('i32'), End, ...locals, ...localGet(SUM)];
}

/** Sequences by the million have a few beginnings and endings. */
const known = new Map<string, Code>();

function once(key: string, write: () => Code): Code {
  const found = known.get(key);
  if (found) return found;
  const code = write();
  known.set(key, code);
  return code;
}

/**
 * With `linked`, each step reads the result of the one before if it has one; with `stacked`, all results stay on the stack. Null
 * if a step finds no operands.
 */
export function writeSequence(
  chosen: readonly Step[],
  choose: Choose,
  { linked = false, stacked: stackedOnly = false } = {},
): Sequence | null {
  const types = TYPES.filter((type) =>
    chosen.some(({ operands, result }) => result === type || operands.includes(type)),
  );
  // On the stack, either is the topmost one.
  if (types.length > 1 && choose(2) === 1) types.reverse();
  const code = once(`${types}`, () => beginning(types)).slice();
  const stack: NumberType[] = types.flatMap((type) => [type, type]);
  let previous: Previous | undefined;
  for (const [index, step] of chosen.entries()) {
    const sources = sourcesOf(step, stack, linked ? previous : undefined);
    if (sources.length === 0) return null;
    const { stacked, locals } = sources[choose(sources.length)];
    for (const local of locals) code.push(...localGet(local));
    code.push(...step.code(choose));
    stack.length -= stacked;
    previous = undefined;
    if (step.result === undefined) continue;
    // A third result is not read by a fourth step: what is kept and stacked is as good as two results.
    const place = stackedOnly ? 0 : choose(index < 2 ? 5 : 3);
    previous = { local: -1, stacked: place === 0 || place > 2 };
    if (place > 0) {
      previous.local = localsOf[step.result]![(place - 1) & 1];
      code.push(...(place > 2 ? localTee : localSet)(previous.local));
    }
    if (previous.stacked) stack.push(step.result);
  }
  const ends = chosen[chosen.length - 1].ends === true;
  const rest = ends ? [] : stack;
  for (const byte of once(`${rest};${types}`, () => ending(rest, types))) code.push(byte);
  return { code, stores: chosen.some(({ stores }) => stores) };
}

/** Every sequence of these steps. */
export function* everySequence(
  chosen: readonly Step[],
  options: { linked?: boolean; stacked?: boolean } = {},
): Generator<Sequence> {
  for (const [index, { ends }] of chosen.entries()) if (ends && index + 1 < chosen.length) return;
  for (const sequence of everyChoice((choose) => writeSequence(chosen, choose, options))) if (sequence) yield sequence;
}

const PAGE = 65536;

/** Contents of the memory before each call: words that are small numbers, and doubles. */
export const image = new Uint8Array(PAGE);
const view = new DataView(image.buffer);
for (let at = 0; at < DOUBLES; at += 4) view.setInt32(at, ((at * 5) >> 2) & 0x1ff, true);
for (let at = DOUBLES; at < PAGE; at += 8) view.setFloat64(at, 1 + (at & 0x1ff) / 64, true);

/** Exported: calls the sequence of a number with the values of two locals. */
export const CALL = 'call';

/** A module of sequences. */
export function sequencesModule(sequences: readonly Sequence[]): Uint8Array {
  const builder = new ModuleBuilder();
  builder.memory(1, 1);
  builder.export('memory', 'memory', 0);
  builder.table('funcref', sequences.length, sequences.length);
  for (const { code } of sequences) builder.define(['i32', 'i32'], ['i32'], LOCALS, code);
  builder.element(
    0,
    sequences.map((_, index) => index),
  );
  const type = unsigned(builder.type(['i32', 'i32'], ['i32']));
  const code = [...localGet(1), ...localGet(2), ...localGet(0), CallIndirect, ...type, 0];
  builder.define(['i32', 'i32', 'i32'], ['i32'], [], code, CALL);
  return builder.build();
}
