// Writes valid modules at random: whatever the seed, they end, and what they do is the same on every engine. Bits of a NaN
// that the specification leaves open never reach a place where they could be seen.
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
  type NumberType,
  opcode,
  typeCode,
  unsigned,
  type ValueType,
} from './module-builder.js';
import { loadRows, type OpcodeRow, opcodeRows, storeRows } from './opcode-rows.js';
import { operands } from './operands.js';
import { Random } from './random.js';

const {
  Unreachable,
  Nop,
  Block,
  Loop,
  If,
  Else,
  End,
  Br,
  BrIf,
  BrTable,
  Return,
  CallIndirect,
  ReturnCall,
  ReturnCallIndirect,
  Drop,
  Select,
  SelectT,
  TableGet,
  TableSet,
  I32Eqz,
  I32LtS,
  I32Add,
  I32Sub,
  I32RemU,
  I32And,
  I32Or,
  I32Shl,
  RefNull,
  RefIsNull,
  RefFunc,
  MemoryInit,
  DataDrop,
  MemoryCopy,
  MemoryFill,
  TableInit,
  ElemDrop,
  TableCopy,
  TableGrow,
  TableSize,
  TableFill,
} = Opcode;

/** Functions that the host offers every random module, in this order. */
export const hostFunctions: { name: string; parameters: ValueType[]; results: ValueType[] }[] = [
  { name: 'log', parameters: ['i32'], results: [] },
  { name: 'mix', parameters: ['i64', 'f32', 'f64', 'i32'], results: ['i64'] },
  { name: 'half', parameters: ['f64'], results: ['f64'] },
  { name: 'pair', parameters: ['i32'], results: ['f32', 'i64'] },
  { name: 'poke', parameters: ['i32', 'i32'], results: ['i32'] },
  { name: 'grow', parameters: ['i32'], results: ['i32'] },
  { name: 'callback', parameters: ['i32'], results: ['i32'] },
];
export const HOST = 'host';
/** Exported for the host function of the same name, which calls it with its argument. */
export const CALLBACK = 'callback';
/** Exported global: what is left of the loops and calls that a run may make. To be set before each. */
export const STEPS = 'steps';

export interface RandomModule {
  bytes: Uint8Array;
  /** Exported functions, with parameters and results of integer types only. */
  functions: { name: string; parameters: ('i32' | 'i64')[] }[];
  globals: string[];
  tables: string[];
}

const NUMBERS: NumberType[] = ['i32', 'i64', 'f32', 'f64'];
/** Room for every function of a module and some null entries. */
const TABLE_MINIMUM = 20;
const TABLE_MAXIMUM = 28;
const GLOBAL_STEPS = 0;
/** Operations whose second operand must not be zero, or -1: made odd, mostly. */
const DIVISION = /\.(div|rem)_/;
/** Conversions that trap on most floats. */
const TRAPPING_CONVERSION = /^i\d+\.trunc_f/;
/** Where the bits of a NaN among the operands are seen. */
const OBSERVES_BITS = /reinterpret_f|copysign/;

interface Signature {
  parameters: ValueType[];
  results: ValueType[];
}

interface Label {
  /** What a branch to it takes. */
  types: ValueType[];
  loop: boolean;
}

function isNumber(type: ValueType): type is NumberType {
  return type === 'i32' || type === 'i64' || type === 'f32' || type === 'f64';
}

const rowsByResult = new Map(NUMBERS.map((type) => [type, opcodeRows.filter(({ result }) => result === type)]));
const loadsByResult = new Map(NUMBERS.map((type) => [type, loadRows.filter(({ result }) => result === type)]));

/** Functions of a module know each other's signatures before their bodies are written. */
interface Plan {
  functions: Signature[];
  globals: { type: ValueType; mutable: boolean }[];
  dataSegments: number;
  elementSegments: number;
  tables: ('funcref' | 'externref')[];
}

/** Writes one function body. */
class FunctionWriter {
  private readonly random: Random;
  private readonly builder: ModuleBuilder;
  private readonly plan: Plan;
  private readonly signature: Signature;
  private readonly locals: ValueType[];
  private readonly labels: Label[] = [];
  /** Instructions that may still be written. */
  private budget: number;
  private readonly code: Code = [];

  constructor(random: Random, builder: ModuleBuilder, plan: Plan, signature: Signature, locals: ValueType[]) {
    this.random = random;
    this.builder = builder;
    this.plan = plan;
    this.signature = signature;
    this.locals = locals;
    this.budget = random.pick([20, 60, 150, 400]);
  }

  write(): Code {
    const { results } = this.signature;
    this.labels.push({ types: results, loop: false });
    // Out of steps: back at once.
    this.emit(...this.spendStep(), If, EMPTY_BLOCK);
    for (const type of results) this.simple(type);
    this.emit(Return, End);
    this.statements(this.random.below(8));
    for (const type of results) this.expression(type, 5);
    return this.code;
  }

  private emit(...bytes: Code): void {
    for (const byte of bytes) this.code.push(byte);
  }

  /** Takes one step and leaves whether there are none left. */
  private spendStep(): Code {
    const step = [...globalGet(GLOBAL_STEPS), ...i32(1), I32Sub, ...globalSet(GLOBAL_STEPS)];
    return [...step, ...globalGet(GLOBAL_STEPS), ...i32(0), I32LtS];
  }

  private localOf(type: ValueType): number {
    const found = this.locals.flatMap((local, index) => (local === type ? [index] : []));
    return found.length === 0 ? -1 : this.random.pick(found);
  }

  private globalOf(type: ValueType, written: boolean): number {
    const found = this.plan.globals.flatMap((global, index) =>
      global.type === type && (!written || (global.mutable && index !== GLOBAL_STEPS)) ? [index] : [],
    );
    return found.length === 0 ? -1 : this.random.pick(found);
  }

  private blockType(parameters: ValueType[], results: ValueType[]): Code {
    if (parameters.length === 0 && results.length === 0) return [EMPTY_BLOCK];
    if (parameters.length === 0 && results.length === 1) return [typeCode(results[0])];
    return unsigned(this.builder.type(parameters, results));
  }

  private types(most: number): ValueType[] {
    return Array.from({ length: this.random.below(most + 1) }, () => this.random.pick(NUMBERS));
  }

  // Expressions: each leaves one value of its type. They tell whether the bits of a NaN in it are known.

  private constantOf(type: NumberType): Code {
    const { random } = this;
    if (random.chance(50)) return constant(type, random.pick(operands[type]));
    if (type === 'i32') return i32(random.below(64));
    if (type === 'i64') return constant(type, BigInt(random.below(64)));
    return constant(type, random.pick(operands[type].slice(0, 20)));
  }

  /** An operand without side effects. */
  private simple(type: ValueType): boolean {
    const { random } = this;
    const local = this.localOf(type);
    if (local >= 0 && random.chance(70)) {
      this.emit(...localGet(local));
      return false;
    }
    const global = this.globalOf(type, false);
    if (global >= 0 && random.chance(40)) {
      this.emit(...globalGet(global));
      return false;
    }
    if (isNumber(type)) this.emit(...this.constantOf(type));
    else if (type === 'externref' || random.chance(40)) this.emit(RefNull, typeCode(type));
    else this.emit(RefFunc, ...unsigned(this.anyFunction()));
    return true;
  }

  private anyFunction(): number {
    return this.random.below(this.plan.functions.length);
  }

  /** An expression whose bits may be seen: a NaN of unknown bits becomes the canonical one. */
  private observed(type: ValueType, depth: number): void {
    const known = this.expression(type, depth);
    if (known || (type !== 'f32' && type !== 'f64')) return;
    const local = this.newLocal(type);
    const nan = type === 'f32' ? 0x7fc00000n : 0x7ff8000000000000n;
    this.emit(...localTee(local), ...constant(type, nan), ...localGet(local), ...localGet(local));
    this.emit(type === 'f32' ? 0x5b : 0x61, Select);
  }

  private newLocal(type: ValueType): number {
    this.locals.push(type);
    return this.locals.length - 1;
  }

  private expression(type: ValueType, depth: number): boolean {
    this.budget--;
    if (depth <= 0 || this.budget <= 0) return this.simple(type);
    return isNumber(type) ? this.number(type, depth - 1) : this.reference(type, depth - 1);
  }

  private reference(type: 'funcref' | 'externref', depth: number): boolean {
    const { random, plan } = this;
    const kind = random.below(8);
    const tables = plan.tables.flatMap((table, index) => (table === type ? [index] : []));
    if (kind < 3 && tables.length > 0) {
      this.tableIndex(depth);
      this.emit(TableGet, ...unsigned(random.pick(tables)));
    } else if (kind === 3) {
      this.expression(type, depth);
      this.expression(type, depth);
      this.expression('i32', depth);
      this.emit(SelectT, 1, typeCode(type));
    } else if (kind === 4) this.block([type], depth);
    else return this.simple(type);
    return true;
  }

  private number(type: NumberType, depth: number): boolean {
    const { random } = this;
    const kind = random.below(100);
    if (kind < 12) return this.simple(type);
    if (kind < 52) return this.operation(random.pick(rowsByResult.get(type)!), depth);
    if (kind < 62) {
      const { code } = random.pick(loadsByResult.get(type)!);
      this.address(depth);
      this.emit(...memoryAccess(code, this.offset()));
      return true;
    }
    if (kind < 67) return this.choice(type, depth);
    if (kind < 74) {
      this.block([type], depth);
      return false;
    }
    if (kind < 78) {
      this.ifElse([type], depth);
      return false;
    }
    if (kind < 81) {
      this.loop([type], depth);
      return false;
    }
    if (kind < 88) return this.callFor(type, depth);
    if (kind < 93) {
      const local = this.localOf(type);
      if (local < 0) return this.simple(type);
      const known = this.expression(type, depth);
      this.emit(...localTee(local));
      return known;
    }
    if (type === 'i32') return this.integer(depth);
    return this.operation(random.pick(rowsByResult.get(type)!), depth);
  }

  private operation({ code, mnemonic, parameters, result }: OpcodeRow, depth: number): boolean {
    const { random } = this;
    const bitwise = OBSERVES_BITS.test(mnemonic);
    if (TRAPPING_CONVERSION.test(mnemonic) && random.chance(90)) {
      // Between -16 and 239, which every one of them takes.
      const type = parameters[0];
      this.expression('i32', depth);
      this.emit(...i32(255), I32And, type === 'f32' ? 0xb3 : 0xb8, code);
      return true;
    }
    let known = true;
    for (const [index, type] of parameters.entries()) {
      if (bitwise) this.observed(type, depth);
      else if (!this.expression(type, depth)) known = false;
      if (index === 1 && DIVISION.test(mnemonic) && random.chance(90)) {
        this.emit(...constant(type, random.pick([1n, 3n, 17n])), type === 'i32' ? I32Or : 0x84);
      }
    }
    this.emit(...opcode(code));
    // The sign of a NaN changes, its bits do not become known.
    if (/\.(neg|abs)$/.test(mnemonic)) return known;
    return bitwise || result === 'i32' || result === 'i64' || /reinterpret/.test(mnemonic);
  }

  private choice(type: NumberType, depth: number): boolean {
    const first = this.expression(type, depth);
    const second = this.expression(type, depth);
    this.expression('i32', depth);
    if (this.random.chance(80)) this.emit(Select);
    else this.emit(SelectT, 1, typeCode(type));
    return first && second;
  }

  private integer(depth: number): boolean {
    const { random, plan } = this;
    const kind = random.below(7);
    const table = random.below(plan.tables.length);
    if (kind === 0) this.emit(0x3f, 0);
    else if (kind === 1) {
      if (random.chance(80)) this.emit(...i32(random.below(2)));
      else this.expression('i32', depth);
      this.emit(0x40, 0);
    } else if (kind === 2) this.emit(...opcode(TableSize), ...unsigned(table));
    else if (kind === 3) {
      this.expression(plan.tables[table], depth);
      if (random.chance(80)) this.emit(...i32(random.below(3)));
      else this.expression('i32', depth);
      this.emit(...opcode(TableGrow), ...unsigned(table));
    } else if (kind === 4) {
      this.expression(random.pick(['funcref', 'externref'] as const), depth);
      this.emit(RefIsNull);
    } else {
      this.expression('i32', depth);
      this.emit(I32Eqz);
    }
    return true;
  }

  /** A call with a result of the type; other results are dropped, or put into locals. */
  private callFor(type: NumberType, depth: number): boolean {
    const { random, plan } = this;
    const found = plan.functions.flatMap(({ results }, index) => (results.includes(type) ? [index] : []));
    if (found.length === 0) return this.simple(type);
    const index = random.pick(found);
    this.callOf(index, depth);
    const { results } = plan.functions[index];
    let wanted = results.lastIndexOf(type);
    for (let at = results.length - 1; at > wanted; at--) this.take(results[at]);
    if (wanted > 0) {
      // What lies below is taken away too.
      const local = this.newLocal(type);
      this.emit(...localSet(local));
      while (wanted-- > 0) this.take(results[wanted]);
      this.emit(...localGet(local));
    }
    return false;
  }

  /** Consumes a value. */
  private take(type: ValueType): void {
    const local = this.localOf(type);
    if (local >= 0 && this.random.chance(50)) this.emit(...localSet(local));
    else this.emit(Drop);
  }

  private callOf(index: number, depth: number): void {
    const { parameters } = this.plan.functions[index];
    for (const type of parameters) this.expression(type, depth);
    if (this.random.chance(75)) this.emit(...call(index));
    else this.indirect(CallIndirect, index, depth);
  }

  /** Calls through the table: mostly an entry that holds a function of the type. */
  private indirect(code: number, index: number, depth: number): void {
    const { parameters, results } = this.plan.functions[index];
    if (this.random.chance(85)) this.emit(...i32(index));
    else this.tableIndex(depth);
    this.emit(code, ...unsigned(this.builder.type(parameters, results)), 0);
  }

  private tableIndex(depth: number): void {
    this.expression('i32', depth);
    if (this.random.chance(95)) this.emit(...i32(TABLE_MINIMUM), I32RemU);
  }

  private address(depth: number): void {
    const { random } = this;
    const kind = random.below(10);
    if (kind < 3) this.emit(...i32(random.below(65000)));
    else if (kind < 5) {
      this.masked(depth, 0x7fff);
      this.emit(...i32(random.pick([1, 4, 8, 16, 100])), I32Add);
    } else if (kind < 7) {
      this.masked(depth, 0x7fff);
      this.masked(depth, 0xfff);
      this.emit(...i32(random.below(4)), I32Shl, I32Add);
    } else if (kind < 9 || random.chance(85)) this.masked(depth, 0xffff);
    else this.expression('i32', depth);
  }

  private masked(depth: number, mask: number): void {
    this.expression('i32', depth);
    this.emit(...i32(mask), I32And);
  }

  private offset(): number {
    const { random } = this;
    if (random.chance(70)) return random.below(16);
    return random.chance(95) ? random.below(500) : random.pick([65535, 65536, 131072, 0x40000000, 0xffffffff]);
  }

  // Structure.

  private within(label: Label, write: () => void): void {
    this.labels.push(label);
    write();
    this.labels.pop();
  }

  private parameters(depth: number): ValueType[] {
    const parameters = this.random.chance(25) ? this.types(2) : [];
    for (const type of parameters) this.expression(type, depth);
    return parameters;
  }

  /** Parameters lie on the stack when a block begins; it consumes them first. */
  private consume(parameters: ValueType[]): void {
    for (let index = parameters.length - 1; index >= 0; index--) this.take(parameters[index]);
  }

  private inside(results: ValueType[], depth: number): void {
    this.statements(this.random.below(4));
    if (this.random.chance(12)) {
      this.leave(depth);
      return;
    }
    for (const type of results) this.expression(type, depth);
  }

  private block(results: ValueType[], depth: number): void {
    const parameters = this.parameters(depth);
    this.emit(Block, ...this.blockType(parameters, results));
    this.within({ types: results, loop: false }, () => {
      this.consume(parameters);
      this.inside(results, depth);
    });
    this.emit(End);
  }

  private ifElse(results: ValueType[], depth: number): void {
    const parameters = this.parameters(depth);
    this.expression('i32', depth);
    const type = this.blockType(parameters, results);
    this.emit(If, ...type);
    this.within({ types: results, loop: false }, () => {
      this.consume(parameters);
      this.inside(results, depth);
      if (results.length === 0 && parameters.length === 0 && this.random.chance(50)) return;
      this.emit(Else);
      this.consume(parameters);
      this.inside(results, depth);
    });
    this.emit(End);
  }

  /** Goes round as often as a counter allows, and while there are steps left. */
  private loop(results: ValueType[], depth: number): void {
    const { random } = this;
    const parameters = random.chance(25) ? this.types(2) : [];
    const counter = this.newLocal('i32');
    const rounds = random.pick([1, 2, 3, 7, 20]);
    this.emit(...i32(rounds), ...localSet(counter));
    for (const type of parameters) this.expression(type, depth);
    this.emit(Loop, ...this.blockType(parameters, results));
    this.within({ types: parameters, loop: true }, () => {
      this.consume(parameters);
      this.statements(random.below(4) + 1);
      if (random.chance(50)) this.emit(...localGet(counter), ...i32(1), I32Sub, ...localTee(counter));
      else this.emit(...localGet(counter), ...i32(-1), I32Add, ...localSet(counter), ...localGet(counter));
      this.emit(...i32(0), random.pick([0x4a, 0x47]));
      this.emit(...this.spendStep(), I32Eqz, I32And);
      if (parameters.length === 0 && random.chance(60)) this.emit(BrIf, 0);
      else {
        this.emit(If, EMPTY_BLOCK);
        this.within({ types: [], loop: false }, () => {
          for (const type of parameters) this.expression(type, 2);
        });
        this.emit(Br, 1, End);
      }
      for (const type of results) this.expression(type, depth);
    });
    this.emit(End);
  }

  /** A label that may be branched to: no loop, since loops count their rounds themselves. */
  private target(): number {
    const depths = this.labels.flatMap((label, index) => (label.loop ? [] : [this.labels.length - 1 - index]));
    return this.random.pick(depths);
  }

  private labelAt(depth: number): Label {
    return this.labels[this.labels.length - 1 - depth];
  }

  /** Ends the reachable part of a block, and writes some of what is allowed behind. */
  private leave(depth: number): void {
    const { random, plan } = this;
    const kind = random.below(12);
    if (kind < 5) {
      const target = this.target();
      for (const type of this.labelAt(target).types) this.expression(type, depth);
      this.emit(Br, ...unsigned(target));
    } else if (kind < 7) this.branchTable(depth);
    else if (kind < 9) {
      for (const type of this.signature.results) this.expression(type, depth);
      this.emit(Return);
    } else if (kind < 11) {
      const results = this.signature.results.join();
      const found = plan.functions.flatMap((signature, index) => (signature.results.join() === results ? [index] : []));
      const index = random.pick(found);
      for (const type of plan.functions[index].parameters) this.expression(type, depth);
      if (random.chance(60)) this.emit(ReturnCall, ...unsigned(index));
      else this.indirect(ReturnCallIndirect, index, depth);
    } else this.emit(Unreachable);
    this.unreachable();
  }

  /** Code that is never executed: its operands may come from nowhere. */
  private unreachable(): void {
    const { random } = this;
    for (let count = random.below(4); count > 0; count--) {
      const kind = random.below(6);
      if (kind === 0) this.emit(Drop);
      else if (kind === 1) this.emit(...opcode(random.pick(opcodeRows).code), Drop);
      else if (kind === 2) this.emit(Select, Drop);
      else if (kind === 3) this.emit(Block, EMPTY_BLOCK, ...i32(1), BrIf, 0, Br, 0, Drop, Nop, End);
      else if (kind === 4) this.emit(...i32(3), Drop);
      else this.emit(Loop, EMPTY_BLOCK, Unreachable, If, EMPTY_BLOCK, Else, End, End);
    }
  }

  private branchTable(depth: number): void {
    const { random } = this;
    const last = this.target();
    const { types } = this.labelAt(last);
    const same = this.labels.flatMap((label, index) =>
      !label.loop && label.types.join() === types.join() ? [this.labels.length - 1 - index] : [],
    );
    for (const type of types) this.expression(type, depth);
    this.expression('i32', depth);
    if (random.chance(80)) this.emit(...i32(7), I32And);
    const targets = Array.from({ length: random.below(6) }, () => random.pick(same));
    this.emit(BrTable, ...unsigned(targets.length), ...targets.flatMap(unsigned), ...unsigned(last));
  }

  private statements(count: number): void {
    for (; count > 0 && this.budget > 0; count--) this.statement(3);
  }

  private statement(depth: number): void {
    const { random, plan } = this;
    this.budget--;
    const kind = random.below(100);
    if (kind < 30) {
      const local = random.below(this.locals.length + 1) - 1;
      if (local < 0) this.emit(Nop);
      else {
        this.expression(this.locals[local], depth);
        this.emit(...localSet(local));
      }
    } else if (kind < 42) {
      const row = random.pick(storeRows);
      this.address(depth);
      this.observed(row.parameters[1], depth);
      this.emit(...memoryAccess(row.code, this.offset()));
    } else if (kind < 48) {
      const type = random.pick<ValueType>([...NUMBERS, 'funcref', 'externref']);
      const global = this.globalOf(type, true);
      this.expression(type, depth);
      if (global >= 0) this.emit(...globalSet(global));
      else this.emit(Drop);
    } else if (kind < 53) {
      this.expression(random.pick(NUMBERS), depth);
      this.emit(Drop);
    } else if (kind < 62) this.ifElse([], depth - 1);
    else if (kind < 68) this.loop([], depth - 1);
    else if (kind < 73) this.severalResults(depth - 1);
    else if (kind < 82) this.branchIf(depth);
    else if (kind < 90) {
      const index = this.anyFunction();
      this.callOf(index, depth - 1);
      this.consume(plan.functions[index].results);
    } else this.bulk(depth - 1);
  }

  /** A block, loop or if with results, which go to locals. */
  private severalResults(depth: number): void {
    const results = this.types(3);
    const kind = this.random.below(3);
    if (kind === 0) this.block(results, depth);
    else if (kind === 1) this.ifElse(results, depth);
    else this.loop(results, depth);
    this.consume(results);
  }

  private branchIf(depth: number): void {
    const target = this.target();
    const { types } = this.labelAt(target);
    for (const type of types) this.expression(type, depth - 1);
    this.expression('i32', depth);
    this.emit(BrIf, ...unsigned(target));
    this.consume(types);
  }

  private length(depth: number): void {
    if (this.random.chance(90)) this.emit(...i32(this.random.below(40)));
    else this.expression('i32', depth);
  }

  private bulk(depth: number): void {
    const { random, plan } = this;
    const kind = random.below(10);
    const table = random.below(plan.tables.length);
    if (kind < 2) {
      this.address(depth);
      this.expression('i32', depth);
      this.length(depth);
      this.emit(...opcode(MemoryFill), 0);
    } else if (kind < 4) {
      this.address(depth);
      this.address(depth);
      this.length(depth);
      this.emit(...opcode(MemoryCopy), 0, 0);
    } else if (kind === 4) {
      this.address(depth);
      this.emit(...i32(random.below(8)), ...i32(random.below(8)));
      this.emit(...opcode(MemoryInit), ...unsigned(random.below(plan.dataSegments)), 0);
    } else if (kind === 5) {
      if (random.chance(50)) this.emit(...opcode(DataDrop), ...unsigned(random.below(plan.dataSegments)));
      else this.emit(...opcode(ElemDrop), ...unsigned(random.below(plan.elementSegments)));
    } else if (kind === 6) {
      this.tableIndex(depth);
      this.expression(plan.tables[table], depth);
      this.emit(TableSet, ...unsigned(table));
    } else if (kind === 7) {
      this.tableIndex(depth);
      this.expression(plan.tables[table], depth);
      this.emit(...i32(random.below(4)), ...opcode(TableFill), ...unsigned(table));
    } else if (kind === 8) {
      const same = plan.tables.flatMap((type, index) => (type === plan.tables[table] ? [index] : []));
      this.tableIndex(depth);
      this.tableIndex(depth);
      this.emit(...i32(random.below(4)), ...opcode(TableCopy), ...unsigned(table), ...unsigned(random.pick(same)));
    } else {
      // The others are active or declarative: dropped from the start.
      const segment = random.chance(85) ? 1 : random.below(plan.elementSegments);
      this.emit(...i32(random.below(TABLE_MINIMUM)), ...i32(random.below(3)), ...i32(random.below(3)));
      this.emit(...opcode(TableInit), ...unsigned(segment), 0);
    }
  }
}

/** The module of a seed; without `host`, it imports nothing. */
export function randomModule(
  seed: number,
  host: readonly (typeof hostFunctions)[number][] = hostFunctions,
): RandomModule {
  const random = new Random(seed);
  const builder = new ModuleBuilder();
  const types = (most: number) =>
    Array.from({ length: random.below(most + 1) }, () =>
      random.chance(92) ? random.pick(NUMBERS) : random.pick<ValueType>(['funcref', 'externref']),
    );
  for (const { name, parameters, results } of host) builder.importFunction(HOST, name, parameters, results);

  const plan: Plan = {
    functions: host.map(({ parameters, results }) => ({ parameters, results })),
    globals: [],
    dataSegments: 3,
    elementSegments: 3,
    tables: ['funcref', 'externref', 'funcref'].slice(0, 1 + random.below(3)) as Plan['tables'],
  };
  const own = 2 + random.below(6);
  for (let index = 0; index < own; index++) plan.functions.push({ parameters: types(4), results: types(3) });
  plan.functions.push({ parameters: ['i32'], results: ['i32'] });
  const count = plan.functions.length;

  const globals: string[] = [];
  const addGlobal = (type: ValueType, mutable: boolean, value: Code, name?: string) => {
    const index = builder.global(type, mutable, value);
    plan.globals.push({ type, mutable });
    builder.export(name ?? `global ${index}`, 'global', index);
    globals.push(name ?? `global ${index}`);
  };
  addGlobal('i32', true, i32(0), STEPS);
  for (const type of NUMBERS) {
    for (let index = random.below(3); index >= 0; index--) {
      addGlobal(type, random.chance(80), constant(type, random.pick(operands[type])));
    }
  }
  if (random.chance(50)) addGlobal('funcref', true, [RefFunc, ...unsigned(random.below(count))]);
  if (random.chance(30)) addGlobal('externref', true, [RefNull, typeCode('externref')]);

  // With a maximum each, since engines differ in how far they let them grow otherwise.
  builder.memory(1, random.pick([1, 2, 3]));
  builder.export('memory', 'memory', 0);
  for (const type of plan.tables) {
    const table = builder.table(type, TABLE_MINIMUM, random.pick([TABLE_MINIMUM, TABLE_MAXIMUM]));
    builder.export(`table ${table}`, 'table', table);
  }

  for (let index = host.length; index < count; index++) {
    const signature = plan.functions[index];
    const own = Array.from({ length: random.below(6) }, () => random.pick<ValueType>([...NUMBERS, 'i32', 'funcref']));
    const locals: ValueType[] = [...signature.parameters, ...own];
    const body = new FunctionWriter(random, builder, plan, signature, locals).write();
    builder.define(signature.parameters, signature.results, locals.slice(signature.parameters.length), body);
  }
  builder.export(CALLBACK, 'function', count - 1);

  const all = Array.from({ length: count }, (_, index) => index);
  builder.element(0, all);
  builder.passiveElement(Array.from({ length: 5 }, () => random.below(count)));
  builder.declareFunctions(all);
  const bytes = (length: number) => Uint8Array.from({ length }, () => random.below(256));
  builder.data(random.below(200), bytes(300));
  builder.passiveData(bytes(12));
  builder.data(65500, bytes(36));
  const functions = exportAll(builder, plan, host.length);
  return { bytes: builder.build(), functions, globals, tables: plan.tables.map((_, index) => `table ${index}`) };
}

/** Exports every function as one of integers: floats go in and out as bits, references not at all. */
function exportAll(builder: ModuleBuilder, plan: Plan, imported: number): RandomModule['functions'] {
  return plan.functions.flatMap(({ parameters, results }, index) => {
    if (index < imported) return [];
    const bits = (type: ValueType) => (type === 'f64' || type === 'i64' ? 'i64' : 'i32');
    const taken = parameters.filter(isNumber);
    const body: Code = [];
    let next = 0;
    for (const type of parameters) {
      if (!isNumber(type)) body.push(RefNull, typeCode(type));
      else body.push(...localGet(next++), ...(type === 'f32' ? [0xbe] : type === 'f64' ? [0xbf] : []));
    }
    body.push(...call(index));
    const locals: ValueType[] = [];
    for (const type of [...results].reverse()) {
      locals.push(type);
      body.push(...localSet(taken.length + locals.length - 1));
    }
    for (const [at, type] of results.entries()) {
      const get = localGet(taken.length + results.length - 1 - at);
      if (!isNumber(type)) body.push(...get, RefIsNull);
      else if (type === 'f32' || type === 'f64') {
        const nan = type === 'f32' ? 0x7fc00000n : 0x7ff8000000000000n;
        body.push(...get, ...constant(type, nan), ...get, ...get, type === 'f32' ? 0x5b : 0x61, Select);
        body.push(type === 'f32' ? 0xbc : 0xbd);
      } else body.push(...get);
    }
    const name = `function ${index}`;
    builder.define(taken.map(bits), results.map(bits), locals, body, name);
    return [{ name, parameters: taken.map(bits) }];
  });
}
