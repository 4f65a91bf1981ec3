// Writes modules at the limits of machine code: long branches, many constants, large frames, hundreds of arguments, many globals and
// segments, accesses at the ends of memory. Small random modules never get there.
import { Opcode } from '../../src/opcodes.js';
import {
  type Code,
  call,
  constant,
  EMPTY_BLOCK,
  globalGet,
  globalSet,
  i32,
  localGet,
  localSet,
  ModuleBuilder,
  memoryAccess,
  type NumberType,
  unsigned,
  type ValueType,
} from './module-builder.js';
import { loadRows, opcodeRows, storeRows } from './opcode-rows.js';
import { operands } from './operands.js';
import { Random } from './random.js';
import type { Call } from './random-module.js';
import { type RandomModule, STEPS } from './random-module.js';
import { bulk, edge, fromI32, SizeCode } from './size-code.js';

const { Block, Loop, If, Else, End, BrIf, BrTable, I32Add, I32Sub, I32And, I32Xor } = Opcode;
const PAGE = 65536;
const NUMBERS: readonly NumberType[] = ['i32', 'i64', 'f32', 'f64'];

export interface SizeModule extends RandomModule {
  kind: SizeKind;
  calls: Call[];
}

/** The parts of a module under construction. */
interface Draft {
  random: Random;
  builder: ModuleBuilder;
  calls: Call[];
  globals: string[];
  tables: string[];
  /** Multiplies sizes: 1 for the tests, more for long runs. */
  scale: number;
}

const KINDS = {
  branches,
  tables,
  constants,
  frames,
  parameters,
  context,
  accesses,
  immediates,
  functions,
  segments,
};
export type SizeKind = keyof typeof KINDS;
export const sizeKinds = Object.keys(KINDS) as SizeKind[];

/** The module of a seed; its kind, too, unless it is given. */
export function sizeModule(seed: number, scale = 1, kind = sizeKinds[seed % sizeKinds.length]): SizeModule {
  const draft: Draft = {
    random: new Random(seed ^ 0x512e),
    builder: new ModuleBuilder(),
    calls: [],
    globals: [],
    tables: [],
    scale,
  };
  draft.builder.export(STEPS, 'global', draft.builder.global('i32', true, i32(0)));
  KINDS[kind](draft);
  const { calls, globals, tables, builder } = draft;
  return { kind, bytes: builder.build(), functions: [], globals, tables, calls };
}

function memory({ builder, random }: Draft, least = random.pick([1, 1, 2]), most = random.pick([least, 3])): void {
  builder.memory(least, most);
  builder.export('memory', 'memory', 0);
  if (least > 0)
    builder.data(
      0,
      Uint8Array.from({ length: 4096 }, (_, index) => (index * 167) & 255),
    );
}

/** Calls of an export of i32 parameters. */
function add({ calls }: Draft, name: string, ...rows: number[][]): void {
  for (const values of rows) calls.push({ name, values: values.map((value) => value | 0), steps: 0 });
}

/** A size around one of these. */
function around(random: Random, sizes: readonly number[], by = 24): number {
  return Math.max(0, random.pick(sizes) + random.below(2 * by) - by);
}

/** Branches of every kind over code of sizes at which they change their form. */
function branches(draft: Draft): void {
  const { random, builder, scale } = draft;
  memory(draft);
  const sizes = [40, 70, 126, 200, 254, 300, 1020, 2046, 3000].concat(scale > 1 ? [4095, 9000, 65536, 131072] : []);
  for (let index = 0; index < 3; index++) {
    const code = new SizeCode(random, 2);
    const isDense = random.chance(30);
    const size = () => around(random, sizes) + 2 * index;
    for (let part = 0; part < 2; part++) {
      const kind = random.below(5);
      if (kind === 0) {
        code.condition().emit(If, EMPTY_BLOCK).filler(size(), isDense).emit(Else).filler(size(), isDense).emit(End);
      } else if (kind === 1) {
        code.emit(Block, EMPTY_BLOCK).condition().brIf(0).filler(size(), isDense).emit(End);
      } else if (kind === 2) {
        code.emit(...localGet(1), ...i32(3), I32And, ...localSet(3), Loop, EMPTY_BLOCK).filler(size(), isDense);
        code.emit(
          ...localGet(3),
          ...i32(1),
          I32Sub,
          ...localSet(3),
          ...localGet(3),
          ...i32(0),
          Opcode.I32GtS,
          BrIf,
          0,
          End,
        );
      } else if (kind === 3) {
        code.emit(Block, EMPTY_BLOCK, Loop, EMPTY_BLOCK).condition().brIf(1).filler(size(), isDense);
        code.emit(...localGet(1), ...i32(1), Opcode.I32ShrU, ...localSet(1), ...localGet(1), BrIf, 0, End, End);
      } else {
        const count = 2 + random.below(5);
        for (let depth = 0; depth < count; depth++) code.emit(Block, EMPTY_BLOCK);
        code.emit(...localGet(0), BrTable, ...unsigned(count));
        for (let depth = 0; depth <= count; depth++) code.emit(random.below(count));
        for (let depth = 0; depth < count; depth++) code.emit(End).filler(around(random, sizes) / count, isDense);
      }
      // Far from its trap.
      code.fold('i32', ...localGet(1), ...memoryAccess(Opcode.I32Load));
    }
    const body = [...code.code, ...localGet(2)];
    builder.define(['i32', 'i32'], ['i32'], ['i32', 'i32'], body, `function ${index}`);
    add(draft, `function ${index}`, [0, 0], [1, 2], [2, 1], [7, 3], [-1, 65535], [edge(random), 9]);
  }
}

/** br_table of many entries and far targets, back and forth. */
function tables(draft: Draft): void {
  const { random, builder, scale } = draft;
  memory(draft, 1, 1);
  const counts = [1, 2, 3, 127, 255, 256, 257, 510, 1000, 2050].concat(scale > 1 ? [16400, 32800, 65600] : []);
  const count = around(random, counts, 2) + 1;
  const targets = 2 + random.below(6);
  const code = new SizeCode(random, 2);
  code.emit(...i32(3), ...localSet(3), Loop, EMPTY_BLOCK);
  for (let depth = 0; depth < targets; depth++) code.emit(Block, EMPTY_BLOCK);
  code.emit(...localGet(0), BrTable, ...unsigned(count));
  for (let index = 0; index <= count; index++) code.code.push(random.below(targets));
  const sizes = scale > 1 ? [10, 500, 5000, 66000, 140000] : [10, 200, 500, 1000];
  for (let target = 0; target < targets; target++) {
    code.emit(End).filler(around(random, sizes, 8));
    code.fold('i32', ...i32(target + 1));
    if (random.chance(40) && target + 1 < targets) {
      code.emit(
        ...localGet(3),
        ...i32(1),
        I32Sub,
        ...localSet(3),
        ...localGet(3),
        ...i32(0),
        Opcode.I32GtS,
        BrIf,
        ...unsigned(targets - target - 1),
      );
    }
  }
  code.emit(End, ...localGet(2));
  builder.define(['i32', 'i32'], ['i32'], ['i32', 'i32'], code.code, 'table');
  for (const index of [0, 1, 2, count - 2, count - 1, count, count + 1, -1, random.below(count), random.below(count)])
    add(draft, 'table', [index, 4]);
}

/** More constants than a pool has room for, in code of one piece and in loops. */
function constants(draft: Draft): void {
  const { random, builder, scale } = draft;
  memory(draft);
  const count = around(random, [20, 60, 130, 250, 260].concat(scale > 1 ? [480, 500, 1100, 2100] : []), 6);
  const code = new SizeCode(random, 2);
  const isLoop = random.chance(40);
  if (isLoop) code.emit(Loop, EMPTY_BLOCK);
  const kinds = random.pick([['i32'], ['i64'], ['f64'], NUMBERS] as const);
  for (let index = 0; index < count; index++) {
    const type = random.pick(kinds);
    if (type === 'i32') code.fold('i32', ...i32(random.bits()));
    else if (type === 'i64') {
      const bits = (BigInt(random.bits()) << 32n) | BigInt(random.bits());
      code.fold('i64', ...localGet(0), ...fromI32('i64'), ...constant('i64', bits), random.pick([0x7c, 0x7d, 0x85]));
    } else {
      const bits = type === 'f32' ? BigInt(random.below(0x3f000000)) : BigInt(random.below(0x3ff00000)) << 32n;
      code.fold(type, ...localGet(1), ...fromI32(type), ...constant(type, bits), type === 'f32' ? 0x92 : 0xa0);
    }
    if (random.chance(10))
      code.emit(...localGet(2), ...localGet(1), ...i32(random.bits()), Opcode.I32LtU, I32Add, ...localSet(2));
    if (random.chance(5)) code.fold('i32', ...localGet(0), ...i32(random.bits()), ...localGet(1), Opcode.Select);
    if (random.chance(3)) code.table(3);
  }
  if (isLoop) code.emit(...localGet(1), ...i32(1), Opcode.I32ShrU, ...localSet(1), ...localGet(1), BrIf, 0, End);
  builder.define(['i32', 'i32'], ['i32'], ['i32'], [...code.code, ...localGet(2)], 'constants');
  add(draft, 'constants', [0, 0], [1, 3], [edge(random), edge(random) & 3]);
}

/** Many values that live at once, in front of a call and behind it. */
function frames(draft: Draft): void {
  const { random, builder, scale } = draft;
  memory(draft);
  const count = around(random, [12, 33, 64, 127, 130].concat(scale > 1 ? [255, 258, 300, 520] : []), 3) + 1;
  const words = random.pick([3, 30, 120]);
  const callee = takesMany(draft, words, ['i32']);
  const types = Array.from({ length: count }, () => random.pick(random.chance(50) ? NUMBERS : (['i32'] as const)));
  const code = new SizeCode(random, 2);
  const local = (index: number) => 3 + index;
  for (const [index, type] of types.entries())
    code.emit(
      ...localGet(0),
      ...i32(index * 77),
      I32Add,
      ...localGet(1),
      I32Xor,
      ...fromI32(type),
      ...localSet(local(index)),
    );
  const isInLoop = random.chance(40);
  if (isInLoop) code.emit(Loop, EMPTY_BLOCK);
  for (let word = 0; word < words; word++) code.emit(...localGet(0), ...i32(word), I32Add);
  code.emit(...call(callee), ...localSet(2));
  for (const [index, type] of types.entries()) code.fold(type, ...localGet(local(index)));
  for (let round = 0; round < 8; round++) {
    const [a, b] = [random.below(count), random.below(count)];
    if (types[a] !== types[b]) continue;
    // Copies that form cycles around the loop.
    code.emit(...localGet(local(a)), ...localGet(local(b)), ...localSet(local(a)), ...localSet(local(b)));
  }
  if (isInLoop) code.emit(...localGet(1), ...i32(2), Opcode.I32ShrU, ...localSet(1), ...localGet(1), BrIf, 0, End);
  for (const [index, type] of types.entries()) code.fold(type, ...localGet(local(index)));
  code.fold('i32', ...localGet(0), ...memoryAccess(Opcode.I32Load16U));
  builder.define(['i32', 'i32'], ['i32'], ['i32', ...types], [...code.code, ...localGet(2)], 'frame');
  add(draft, 'frame', [0, 0], [1, 200], [65534, 7], [65535, 3], [-1, 1]);
}

/** A function of so many i32 that folds them. */
function takesMany({ random, builder }: Draft, words: number, results: ValueType[]): number {
  const code = new SizeCode(random, words);
  for (let word = 0; word < words; word++) code.fold('i32', ...localGet(word));
  const parameters = Array.from({ length: words }, (): ValueType => 'i32');
  return builder.define(parameters, results, ['i32'], [...code.code, ...localGet(words)]);
}

/** Hundreds of arguments and results: of direct, indirect and tail calls. */
function parameters(draft: Draft): void {
  const { random, builder, scale } = draft;
  memory(draft);
  const counts = [5, 17, 33, 70, 128, 131].concat(scale > 1 ? [255, 257, 300, 520, 990] : []);
  const given = Array.from({ length: around(random, counts, 3) + 1 }, () => random.pick(NUMBERS));
  const back = Array.from({ length: around(random, [1, 3, 5, 20, 70].concat(scale > 1 ? [257, 600] : []), 2) }, () =>
    random.pick(NUMBERS),
  );
  const sum = given.length;
  const fold = new SizeCode(random, sum);
  const folded = given.map((_, index) => index).filter((index) => index < 8 || index > sum - 6 || random.chance(30));
  for (const index of folded) fold.fold(given[index], ...localGet(index));
  const results = new SizeCode(random, sum);
  for (const [index, type] of back.entries()) {
    const same = given.indexOf(type, random.below(given.length));
    if (same >= 0 && random.chance(60)) results.emit(...localGet(same));
    else results.emit(...localGet(sum), ...i32(index), I32Add, ...fromI32(type));
  }
  const callee = builder.define(given, back, ['i32'], [...fold.code, ...results.code]);
  const type = unsigned(builder.type(given, back));
  // Passes its arguments on, some of them to other places.
  const passing = (name: Code): Code => {
    const code: Code = [];
    for (const [index, each] of given.entries()) {
      const other = random.chance(30) ? given.indexOf(each, random.below(given.length)) : index;
      code.push(...localGet(other < 0 ? index : other));
    }
    code.push(...name);
    return code;
  };
  builder.table('funcref', 8, 8);
  const ways = [
    callee,
    builder.define(given, back, [], passing(call(callee))),
    builder.define(given, back, [], passing([Opcode.ReturnCall, ...unsigned(callee)])),
    builder.define(given, back, [], passing([...i32(0), Opcode.ReturnCallIndirect, ...type, 0])),
    builder.define(given, back, [], passing([...i32(1), Opcode.CallIndirect, ...type, 0])),
  ];
  builder.element(0, ways);
  const first = 2;
  for (const [index, way] of ways.entries()) {
    const code = new SizeCode(random, first);
    for (const [at, each] of given.entries()) code.emit(...localGet(0), ...i32(at * 3), I32Add, ...fromI32(each));
    if (random.chance(50)) code.emit(...call(way));
    else code.emit(...localGet(1), ...i32(index), I32Add, Opcode.CallIndirect, ...type, 0);
    const locals = back.map((_, at) => first + 1 + at);
    for (const local of [...locals].reverse()) code.emit(...localSet(local));
    for (const [at, each] of back.entries()) code.fold(each, ...localGet(locals[at]));
    builder.define(['i32', 'i32'], ['i32'], ['i32', ...back], [...code.code, ...localGet(first)], `way ${index}`);
    add(draft, `way ${index}`, [0, 0], [edge(random), 0], [1, 4], [1, 9]);
  }
}

/** A context that is large: accesses at its end. */
function context(draft: Draft): void {
  const { random, builder, scale } = draft;
  memory(draft);
  const count = around(random, [7, 15, 16, 30, 200].concat(scale > 1 ? [460, 480, 900, 950] : []), 3) + 1;
  const types = Array.from({ length: count }, () => random.pick(NUMBERS));
  const isMutable = types.map(() => random.chance(90));
  const first = types.map((type, index) =>
    builder.global(type, isMutable[index], constant(type, BigInt(index * 3) << (type === 'f64' ? 32n : 0n))),
  )[0];
  const shown = [...new Set([0, 1, count - 2, count - 1, random.below(count), random.below(count)])].filter(
    (index) => index >= 0,
  );
  for (const index of shown) {
    builder.export(`global ${index}`, 'global', first + index);
    draft.globals.push(`global ${index}`);
  }
  const code = new SizeCode(random, 2);
  for (const index of [...shown, ...shown].filter((each) => isMutable[each])) {
    const type = types[index];
    code.emit(...localGet(0), ...i32(index), I32Add, ...fromI32(type), ...globalSet(first + index));
    code.fold(type, ...globalGet(first + random.pick(shown.filter((each) => types[each] === type))));
  }
  for (const [index, type] of types.entries()) code.fold(type, ...globalGet(first + index));
  builder.define(['i32', 'i32'], ['i32'], ['i32'], [...code.code, ...localGet(2)], 'globals');
  add(draft, 'globals', [0, 0], [1, 1], [edge(random), 2]);
}

/** Accesses at the ends of memory, by constants and by what is given. */
function accesses(draft: Draft): void {
  const { random, builder } = draft;
  const pages = random.pick([0, 1, 1, 2, 3]);
  const most = random.pick([pages, 3]);
  memory(draft, pages, most);
  const limits = [0, 1, 2, 3].map((page) => page * PAGE);
  const place = () =>
    random.chance(50) ? random.pick(limits) + random.below(20) - 10 : random.chance(50) ? edge(random) : random.bits();
  for (let index = 0; index < 10; index++) {
    const code = new SizeCode(random, 2);
    for (let access = 0; access < 1 + random.below(3); access++) {
      const isLoad = random.chance(60);
      const { code: opcode, parameters, result } = random.pick(isLoad ? loadRows : storeRows);
      const offset = random.chance(70) ? random.below(9) : place() >>> 0;
      const address = new SizeCode(random, 2);
      if (access === 0 && random.chance(30)) address.emit(...i32(place()));
      else address.emit(...localGet(random.below(2)));
      if (random.chance(25)) address.emit(...i32(place()), random.pick([I32Add, I32Sub]));
      if (random.chance(30)) address.emit(...i32(random.pick([0xffff, 0xfff, -4, -8, 0x1ffff, 0xfffc])), I32And);
      if (random.chance(20)) address.emit(...i32(random.below(4)), Opcode.I32Shl);
      const body = memoryAccess(opcode, offset);
      if (isLoad)
        code.fold(result, ...address.code, ...body, ...(result === 'f32' || result === 'f64' ? notNaN(result) : []));
      else code.emit(...address.code, ...localGet(1), ...fromI32(parameters[1]), ...body);
    }
    if (random.chance(30)) code.emit(...i32(random.below(2)), Opcode.MemoryGrow, 0).emit(...localSet(2));
    code.fold('i32', Opcode.MemorySize, 0);
    builder.define(['i32', 'i32'], ['i32'], ['i32'], [...code.code, ...localGet(2)], `accesses ${index}`);
    for (let round = 0; round < 6; round++) add(draft, `accesses ${index}`, [place(), place()]);
  }
}

/** An f32 or f64 with the bits that no NaN has. */
function notNaN(type: 'f32' | 'f64'): Code {
  return type === 'f32'
    ? [0xbc, ...i32(0x3fffffff), I32And, 0xbe]
    : [0xbd, ...constant('i64', 0x3fffffffffffffffn), Opcode.I64And, 0xbf];
}

const BINARY = opcodeRows.filter(({ mnemonic, parameters }) => parameters.length === 2 && /^i(32|64)/.test(mnemonic));

/** Constants at the edges of immediates as the operands of every integer instruction. */
function immediates(draft: Draft): void {
  const { random, builder } = draft;
  memory(draft);
  const code = new SizeCode(random, 2);
  for (let index = 0; index < 60; index++) {
    const { code: opcode, parameters, result, mnemonic } = random.pick(BINARY);
    const [type] = parameters as ('i32' | 'i64')[];
    const wide = BigInt(edge(random)) * (type === 'i64' && random.chance(40) ? 0x100000001n : 1n);
    const isDivision = /div|rem/.test(mnemonic);
    const value = isDivision && (wide === 0n || wide === -1n) ? 3n : wide;
    const given: Code = [...localGet(index & 1), ...(type === 'i64' ? fromI32('i64') : [])];
    const fixed = constant(type, /sh[lr]|rot/.test(mnemonic) && random.chance(80) ? BigInt(random.below(70)) : value);
    const isSwapped = !isDivision && random.chance(30);
    code.fold(result, ...(isSwapped ? [...fixed, ...given] : [...given, ...fixed]), opcode);
    if (result === 'i32' && random.chance(20))
      code
        .emit(...given, ...fixed, opcode, If, EMPTY_BLOCK)
        .filler(8)
        .emit(End);
  }
  builder.define(['i32', 'i32'], ['i32'], ['i32'], [...code.code, ...localGet(2)], 'immediates');
  const values = operands.i32.map(Number);
  for (let round = 0; round < 8; round++) add(draft, 'immediates', [random.pick(values), edge(random)]);
}

/** Many functions that call each other, deep and far apart. */
function functions(draft: Draft): void {
  const { random, builder, scale } = draft;
  memory(draft);
  const count = around(random, scale > 1 ? [300, 1000, 3000] : [30, 60], 5);
  builder.table('funcref', 16, 16);
  const first = builder.nextFunction;
  const type = unsigned(builder.type(['i32', 'i32'], ['i32']));
  for (let index = 0; index < count; index++) {
    const code = new SizeCode(random, 2);
    code.filler(random.pick([0, 4, 60]));
    const deeper = index > 0 ? first + Math.max(0, index - 1 - random.below(4)) : -1;
    if (deeper >= 0) code.fold('i32', ...localGet(0), ...i32(1), I32Add, ...localGet(1), ...call(deeper));
    if (random.chance(10)) {
      const passed = [...localGet(0), ...localGet(1), ...i32(1), I32Sub, ...localGet(0), ...i32(15), I32And];
      code.emit(...localGet(1), ...i32(0), Opcode.I32GtS, If, EMPTY_BLOCK);
      code.fold('i32', ...passed, Opcode.CallIndirect, ...type, 0).emit(End);
    }
    builder.define(['i32', 'i32'], ['i32'], ['i32'], [...code.code, ...localGet(2)]);
  }
  builder.element(
    0,
    Array.from({ length: 15 }, () => first + random.below(Math.min(count, 12))),
  );
  const top = [...localGet(0), ...localGet(1), ...call(first + Math.min(count - 1, 400))];
  builder.define(['i32', 'i32'], ['i32'], [], top, 'top');
  add(draft, 'top', [0, 0], [1, 1], [14, 1], [3, 2]);
}

/** Many segments and tables, and what is done with the last ones. */
function segments(draft: Draft): void {
  const { random, builder, scale } = draft;
  memory(draft, 1, 2);
  const most = scale > 1 ? 300 : 40;
  const [dataCount, elementCount] = [1 + random.below(most), 1 + random.below(most)];
  const tableCount = 1 + random.below(Math.min(14, most));
  for (let index = 0; index < tableCount; index++) {
    const size = random.pick([0, 1, 10, 100]);
    const table = builder.table(
      random.chance(70) || index === 0 ? 'funcref' : 'externref',
      size,
      size + random.pick([0, 3, 200]),
    );
    if (index !== 0 && index !== tableCount - 1) continue;
    builder.export(`table ${table}`, 'table', table);
    draft.tables.push(`table ${table}`);
  }
  const one = builder.define([], ['i32'], [], i32(1));
  const two = builder.define([], ['i32'], [], i32(2));
  for (let index = 0; index < dataCount; index++)
    builder.passiveData(Uint8Array.from({ length: index % 7 }, () => index));
  for (let index = 0; index < elementCount; index++)
    builder.passiveElement(Array.from({ length: index % 5 }, () => random.pick([one, two])));
  const code = new SizeCode(random, 2);
  const small = () => random.pick([localGet(0), localGet(1), i32(random.below(5)), i32(edge(random))]);
  for (let index = 0; index < 12; index++) {
    const data = 1 + random.below(dataCount);
    const element = random.below(elementCount);
    const kind = random.below(9);
    code.emit(...localGet(0), ...i32(index), Opcode.I32Eq, If, EMPTY_BLOCK);
    if (kind < 2) code.emit(...small(), ...small(), ...small(), ...bulk(Opcode.MemoryInit, data, 0));
    else if (kind === 2) code.emit(...bulk(Opcode.DataDrop, data));
    else if (kind === 3) code.emit(...bulk(Opcode.ElemDrop, element));
    else if (kind < 6) code.emit(...small(), ...small(), ...small(), ...bulk(Opcode.TableInit, element, 0));
    else if (kind === 6) code.emit(...small(), ...small(), ...small(), ...bulk(Opcode.TableCopy, 0, 0));
    else if (kind === 7) code.emit(...small(), ...small(), ...small(), ...bulk(Opcode.MemoryCopy, 0, 0));
    else code.emit(...small(), ...small(), ...small(), ...bulk(Opcode.MemoryFill, 0));
    code.emit(End);
  }
  builder.define(['i32', 'i32'], ['i32'], ['i32'], [...code.code, ...localGet(2)], 'segments');
  for (let round = 0; round < 24; round++)
    add(draft, 'segments', [round % 12, random.chance(50) ? random.below(6) : edge(random)]);
}
