// Writes modules of small functions in which nearly every operation may trap, in the shapes that optimisers rearrange: operands,
// locals set and read in another order, branches over what was set, arms, loops, calls that are inlined, arguments and results
// that nothing uses. Half of the operations trap, so that the first of several traps is told only if their order is kept.
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
  localTee,
  ModuleBuilder,
  memoryAccess,
  opcode,
  typeCode,
  unsigned,
  type ValueType,
} from './module-builder.js';
import { loadRows, opcodeRows, storeRows } from './opcode-rows.js';
import { operands } from './operands.js';
import { Random } from './random.js';
import { CALLBACK, type RandomModule, STEPS } from './random-module.js';

const { Block, Loop, If, Else, End, Br, BrIf, BrTable, Return, Drop, Select, Unreachable } = Opcode;

const STEPS_GLOBAL = 0;
const GLOBAL = 1;
const TABLE_ENTRIES = 8;
/** Parameters of a function, all i32. */
const MOST_PARAMETERS = 4;
const OWN_LOCALS = 3;

const I32_DIVISIONS = opcodeRows.filter(({ mnemonic }) => /^i32\.(div|rem)_/.test(mnemonic));
const I64_DIVISIONS = opcodeRows.filter(({ mnemonic }) => /^i64\.(div|rem)_/.test(mnemonic));
const TRUNCATIONS = opcodeRows.filter(({ mnemonic }) => /^i\d+\.trunc_f/.test(mnemonic));
const SUMS = [Opcode.I32Add, Opcode.I32Sub, Opcode.I32And, Opcode.I32Or, Opcode.I32Xor, Opcode.I32LtS, Opcode.I32Eq];
/** Opcodes that convert an i64 to an i32, and back. */
const WRAP = 0xa7;
const EXTEND = 0xac;
const F32_CONVERT = 0xb2;
const F64_CONVERT = 0xb7;
const F32_DIV = 0x95;
const F64_DIV = 0xa3;

interface Callee {
  index: number;
  parameters: number;
  results: number;
}

class TrapWriter {
  private readonly random: Random;
  private readonly builder: ModuleBuilder;
  private readonly callees: readonly Callee[];
  private readonly parameters: number;
  private readonly results: number;
  private budget: number;
  /** Blocks around: whether a branch to one takes no value and goes forward. */
  private readonly labels: boolean[] = [];
  private readonly code: Code = [];
  /** Locals that are set once, and to be read once. */
  private readonly fresh: number[] = [];
  locals = OWN_LOCALS;

  constructor(
    random: Random,
    builder: ModuleBuilder,
    callees: readonly Callee[],
    signature: { parameters: number; results: number },
    budget: number,
  ) {
    this.random = random;
    this.builder = builder;
    this.callees = callees;
    this.parameters = signature.parameters;
    this.results = signature.results;
    this.budget = budget;
  }

  write(): Code {
    this.statements(1 + this.random.below(4));
    if (this.results > 0) this.value(3);
    return this.code;
  }

  private emit(...bytes: Code): void {
    for (const byte of bytes) this.code.push(byte);
  }

  private local(): number {
    return this.random.below(this.parameters + OWN_LOCALS);
  }

  /** Pushes one bit of a parameter, mostly: it decides whether an operation traps. */
  private bit(): void {
    const { random } = this;
    const kind = random.below(20);
    if (kind === 0) {
      this.emit(...i32(random.pick([0, 1])));
      return;
    }
    if (kind === 1) this.value(1);
    else if (kind < 15 && this.parameters > 0) this.emit(...localGet(random.below(this.parameters)));
    else this.emit(...localGet(this.local()));
    const shift = random.below(8);
    if (shift > 0) this.emit(...i32(shift), Opcode.I32ShrU);
    this.emit(...i32(1), Opcode.I32And);
  }

  /** An address in memory, or one behind it. */
  private address(): void {
    const { random } = this;
    const kind = random.below(12);
    if (kind === 0) {
      this.emit(...i32(random.pick([0, 100, 65536, -1])));
      return;
    }
    this.bit();
    this.emit(...i32(16), Opcode.I32Shl);
    if (kind < 4) this.emit(...i32(random.below(64)), Opcode.I32Or);
  }

  /** An index in a table: most functions in it have another signature, or there is none. */
  private tableIndex(): void {
    const { random } = this;
    if (random.chance(20)) {
      this.emit(...i32(random.below(TABLE_ENTRIES + 2)));
      return;
    }
    this.bit();
    this.emit(...i32(random.pick([1, 2, 3])), Opcode.I32Shl);
  }

  /** A value that may be computed without a trap. */
  private simple(): void {
    const { random } = this;
    const kind = random.below(10);
    if (kind < 7 && this.fresh.length > 0) {
      const [local] = this.fresh.splice(random.below(this.fresh.length), 1);
      this.emit(...localGet(local));
    } else if (kind < 6) this.emit(...localGet(this.local()));
    else if (kind < 8) this.emit(...globalGet(GLOBAL));
    else this.emit(...constant('i32', random.pick(operands.i32)));
  }

  private value(depth: number): void {
    const { random } = this;
    this.budget--;
    if (depth === 0 || this.budget < 0) {
      this.simple();
      return;
    }
    const kind = random.below(20);
    if (kind < 4) this.simple();
    else if (kind < 8) {
      this.value(depth - 1);
      this.value(depth - 1);
      this.emit(random.pick(SUMS));
    } else if (kind === 8) {
      this.value(depth - 1);
      this.value(depth - 1);
      this.bit();
      this.emit(Select);
    } else if (kind === 9) {
      this.value(depth - 1);
      this.emit(...localTee(this.local()));
    } else if (kind === 10) {
      this.bit();
      this.emit(If, typeCode('i32'));
      this.within(false, () => this.value(depth - 1));
      this.emit(Else);
      this.within(false, () => this.value(depth - 1));
      this.emit(End);
    } else if (kind === 11) {
      this.emit(Block, typeCode('i32'));
      this.within(false, () => {
        this.statements(1 + random.below(2));
        this.value(depth - 1);
      });
      this.emit(End);
    } else this.trapping(depth - 1);
  }

  /** An operation that traps or leaves an i32. */
  private trapping(depth: number): void {
    const { random } = this;
    const kind = random.below(12);
    if (kind < 2) {
      if (random.chance(30)) {
        this.emit(...i32(-2147483648), ...i32(0));
        this.bit();
        this.emit(Opcode.I32Sub);
      } else {
        this.value(depth);
        this.bit();
      }
      this.emit(random.pick(I32_DIVISIONS).code);
    } else if (kind === 2) {
      this.value(depth);
      this.emit(EXTEND);
      this.bit();
      this.emit(EXTEND, random.pick(I64_DIVISIONS).code, WRAP);
    } else if (kind < 6) {
      const { code, result } = random.pick(loadRows);
      this.address();
      this.emit(...memoryAccess(code, random.pick([0, 0, 8, 65000])));
      if (result === 'i64') this.emit(WRAP);
      else if (result !== 'i32') this.emit(Drop, ...i32(3));
    } else if (kind === 6) {
      const { code, parameters, result } = random.pick(TRUNCATIONS);
      // 1 or infinity, which is in no range.
      const [convert, divide] = parameters[0] === 'f32' ? [F32_CONVERT, F32_DIV] : [F64_CONVERT, F64_DIV];
      this.bit();
      this.emit(convert);
      this.bit();
      this.emit(convert, divide, code);
      if (result === 'i64') this.emit(WRAP);
    } else if (kind === 7 && this.callees.length > 0) {
      this.value(depth);
      this.tableIndex();
      this.emit(Opcode.CallIndirect, ...unsigned(this.builder.type(['i32'], ['i32'])), 0);
    } else if (kind === 8) {
      this.tableIndex();
      this.emit(Opcode.TableGet, 0, Opcode.RefIsNull);
    } else this.callFor(depth, 1);
  }

  private callFor(depth: number, results: number): void {
    const fitting = this.callees.filter((callee) => callee.results === results);
    if (fitting.length === 0) {
      if (results > 0) this.simple();
      return;
    }
    const { index, parameters } = this.random.pick(fitting);
    for (let at = 0; at < parameters; at++) this.value(depth);
    this.emit(...call(index));
  }

  private within(forward: boolean, write: () => void): void {
    this.labels.push(forward);
    write();
    this.labels.pop();
  }

  private statements(count: number): void {
    for (; count > 0 && this.budget > 0; count--) this.statement();
  }

  private statement(): void {
    const { random } = this;
    this.budget--;
    const kind = random.below(24);
    if (kind < 8) {
      this.trapping(1);
      const local = random.chance(70) ? this.parameters + this.locals++ : this.local();
      if (local >= this.parameters + OWN_LOCALS) this.fresh.push(local);
      this.emit(...localSet(local));
    } else if (kind < 10) {
      this.value(1);
      this.emit(...localSet(this.local()));
    } else if (kind < 12) {
      const { code, parameters } = random.pick(storeRows);
      this.address();
      this.value(1);
      if (parameters[1] === 'i64') this.emit(EXTEND);
      else if (parameters[1] === 'f32') this.emit(F32_CONVERT);
      else if (parameters[1] === 'f64') this.emit(F64_CONVERT);
      this.emit(...memoryAccess(code, random.pick([0, 0, 4])));
    } else if (kind === 12) {
      this.value(1);
      this.emit(...globalSet(GLOBAL));
    } else if (kind === 13) {
      this.trapping(1);
      this.emit(Drop);
    } else if (kind === 14) {
      this.bit();
      this.emit(If, EMPTY_BLOCK, Unreachable, End);
    } else if (kind < 18) this.arms();
    else if (kind === 18) this.loop();
    else if (kind === 19) {
      this.emit(Block, EMPTY_BLOCK);
      this.within(true, () => {
        this.statements(1);
        this.bit();
        this.emit(BrIf, 0);
        this.statements(1 + random.below(2));
      });
      this.emit(End);
    } else if (kind === 20) this.leave();
    else if (kind === 21) this.callFor(1, 0);
    else this.bulk();
  }

  private arms(): void {
    const { random } = this;
    this.bit();
    this.emit(If, EMPTY_BLOCK);
    this.within(true, () => this.statements(1 + random.below(2)));
    if (random.chance(50)) {
      this.emit(Else);
      this.within(true, () => this.statements(1 + random.below(2)));
    }
    this.emit(End);
  }

  /** Goes round while a global counts down. */
  private loop(): void {
    const { random } = this;
    this.emit(Loop, EMPTY_BLOCK);
    this.within(false, () => {
      this.statements(1 + random.below(2));
      this.emit(...globalGet(STEPS_GLOBAL), ...i32(1), Opcode.I32Sub, ...globalSet(STEPS_GLOBAL));
      this.emit(...globalGet(STEPS_GLOBAL), ...i32(0), Opcode.I32GtS, BrIf, 0);
    });
    this.emit(End);
  }

  /** Out of the function or a block, if a bit is set. */
  private leave(): void {
    const { random } = this;
    const depths = this.labels.flatMap((forward, at) => (forward ? [this.labels.length - 1 - at] : []));
    this.bit();
    this.emit(If, EMPTY_BLOCK);
    if (random.chance(50) || depths.length === 0) {
      if (this.results > 0) this.value(1);
      this.emit(Return);
    } else {
      const depth = unsigned(random.pick(depths) + 1);
      if (random.chance(50)) this.emit(Br, ...depth);
      else {
        this.trapping(1);
        this.emit(BrTable, 1, ...depth, ...depth);
      }
    }
    this.emit(End);
  }

  /** Instructions on ranges, of which one end may be outside. */
  private bulk(): void {
    const { random } = this;
    const kind = random.below(9);
    if (kind < 2) {
      this.address();
      this.value(1);
      this.emit(...i32(random.below(3)), ...opcode(Opcode.MemoryFill), 0);
    } else if (kind === 2) {
      this.address();
      this.address();
      this.emit(...i32(random.below(3)), ...opcode(Opcode.MemoryCopy), 0, 0);
    } else if (kind === 3) {
      this.address();
      this.bit();
      this.emit(...i32(random.pick([0, 3, 4])), ...opcode(Opcode.MemoryInit), random.below(2), 0);
    } else if (kind === 4) this.emit(...opcode(Opcode.DataDrop), 0);
    else if (kind === 5) {
      this.tableIndex();
      this.emit(Opcode.RefNull, typeCode('funcref'), Opcode.TableSet, 0);
    } else if (kind === 6) {
      this.tableIndex();
      this.emit(Opcode.RefNull, typeCode('funcref'), ...i32(random.below(3)), ...opcode(Opcode.TableFill), 0);
    } else if (kind === 7) {
      this.tableIndex();
      this.tableIndex();
      this.emit(...i32(random.below(3)), ...opcode(Opcode.TableCopy), 0, 0);
    } else {
      this.tableIndex();
      this.bit();
      this.emit(...i32(random.below(3)), ...opcode(Opcode.TableInit), 1, 0);
    }
  }
}

/** The module of a seed. It imports nothing and has no recursion. */
export function trapModule(seed: number): RandomModule {
  const random = new Random(seed ^ 0x72a9);
  const builder = new ModuleBuilder();
  const addGlobal = (name: string, value: number) =>
    builder.export(name, 'global', builder.global('i32', true, i32(value)));
  addGlobal(STEPS, 0);
  addGlobal('global', 3);
  builder.memory(1, 1);
  builder.export('memory', 'memory', 0);
  const table = builder.table('funcref', TABLE_ENTRIES, TABLE_ENTRIES);
  // If the table is not exported, an optimiser may conclude that it knows all entries.
  const tables = random.chance(50) ? ['table'] : [];
  for (const name of tables) builder.export(name, 'table', table);
  const types = (count: number): ValueType[] => Array.from({ length: count }, () => 'i32');
  const callees: Callee[] = [];
  const define = (known: readonly Callee[], parameters: number, results: number, budget: number, name?: string) => {
    const writer = new TrapWriter(random, builder, known, { parameters, results }, budget);
    const body = writer.write();
    const write = () => builder.define(types(parameters), types(results), types(writer.locals), body, name);
    return { write, parameters, results };
  };
  for (let count = 1 + random.below(4); count > 0; count--) {
    const { write, parameters, results } = define([], random.below(3), random.below(2), random.pick([2, 6, 15]));
    // Two with the same body are one to an optimiser, and two places to who reads of a trap.
    for (let copies = random.chance(15) ? 2 : 1; copies > 0; copies--)
      callees.push({ index: write(), parameters, results });
  }
  const leaf = define([], 1, 1, 4);
  for (let copies = 0; copies < 2; copies++) callees.push({ index: leaf.write(), parameters: 1, results: 1 });
  const inTable = callees.map(({ index }) => index);
  const functions: RandomModule['functions'] = [];
  for (let index = 0; index < 3; index++) {
    const parameters = 1 + random.below(MOST_PARAMETERS);
    const name = `function ${index}`;
    const { write } = define(callees, parameters, random.below(2), random.pick([4, 8, 16, 30]), name);
    write();
    functions.push({ name, parameters: Array.from({ length: parameters }, () => 'i32' as const) });
  }
  const callback = builder.define(types(1), types(1), [], localGet(0));
  builder.export(CALLBACK, 'function', callback);
  builder.element(0, inTable.slice(0, 2));
  builder.passiveElement(inTable.slice(0, 2));
  builder.element(4, inTable.slice(-2));
  builder.passiveData(Uint8Array.of(1, 2, 3));
  builder.data(random.pick([0, 65530]), Uint8Array.of(4, 5, 6, 7));
  return { bytes: builder.build(), functions, globals: [STEPS, 'global'], tables };
}
