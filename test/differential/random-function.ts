// Writes functions at random: whatever the seed, they end, and what they do is the same on every engine. Bits of a NaN that the
// specification leaves open never reach a place where they could be seen.
import { Opcode } from '../../src/opcodes.js';
import {
  type Code,
  call,
  constant,
  EMPTY_BLOCK,
  globalSet,
  i32,
  localGet,
  localSet,
  localTee,
  type ModuleBuilder,
  memoryAccess,
  type NumberType,
  opcode,
  typeCode,
  unsigned,
  type ValueType,
} from './module-builder.js';
import { comparisonRows, loadsByResult, type OpcodeRow, pairRows, rowsByResult, storeRows } from './opcode-rows.js';
import type { Random } from './random.js';
import { isNumber, NUMBERS, type Plan, RandomCode, type Signature } from './random-code.js';

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
  I32Add,
  I32Sub,
  I32RemU,
  I32And,
  I32Or,
  I32Shl,
  RefIsNull,
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

/** Room for every function of a module and some null entries. */
export const TABLE_MINIMUM = 20;
/** Operations whose second operand must not be zero, or -1: made odd, mostly. */
const DIVISION = /\.(div|rem)_/;
/** Conversions that trap on most floats. */
const TRAPPING_CONVERSION = /^i\d+\.trunc_f/;
/** Operations that observe the bits of a NaN among their operands. */
const OBSERVES_BITS = /reinterpret_f|copysign/;

interface Label {
  /** Types that a branch to it takes. */
  types: ValueType[];
  loop: boolean;
}

/** Writes one function body. */
export class FunctionWriter extends RandomCode {
  private readonly signature: Signature;
  private readonly labels: Label[] = [];
  /** Instructions that may still be written. */
  private budget: number;

  constructor(
    random: Random,
    builder: ModuleBuilder,
    plan: Plan,
    signature: Signature,
    locals: ValueType[],
    budgets: readonly number[],
  ) {
    super(random, builder, plan, locals);
    this.signature = signature;
    this.budget = random.pick(budgets);
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

  // Expressions: each leaves one value of its type. They tell whether the bits of a NaN in it are known.

  /** An expression whose bits may be seen: a NaN of unknown bits becomes the canonical one. */
  private observed(type: ValueType, depth: number): void {
    const known = this.expression(type, depth);
    if (known || (type !== 'f32' && type !== 'f64')) return;
    const local = this.newLocal(type);
    const nan = type === 'f32' ? 0x7fc00000n : 0x7ff8000000000000n;
    this.emit(...localTee(local), ...constant(type, nan), ...localGet(local), ...localGet(local));
    this.emit(type === 'f32' ? 0x5b : 0x61, Select);
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
    if (kind < 40) return this.operation(random.pick(rowsByResult.get(type)!), depth);
    if (kind < 52) return this.reused(type, depth);
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

  /** The old value of a local with its new one, as code has them that uses locals again. */
  private reused(type: NumberType, depth: number): boolean {
    const { random } = this;
    const local = this.localOf(type);
    if (local < 0) return this.simple(type);
    const { code } = random.pick(pairRows.get(type)!);
    this.emit(...localGet(local));
    if (type === 'i32' && random.chance(60)) {
      this.keptAddress(local);
      if (random.chance(60)) {
        this.emit(...localGet(local), ...memoryAccess(random.pick(loadsByResult.get(type)!).code, this.offset()));
        this.keep(local);
        this.emit(...opcode(random.pick(pairRows.get(type)!).code));
      }
    } else {
      this.expression(type, depth);
      this.keep(local);
    }
    this.emit(...opcode(code));
    if (random.chance(30)) this.emit(...localTee(local));
    return type === 'i32' || type === 'i64';
  }

  /** A condition, often the comparison of a local that gets a new value. */
  private condition(depth: number): void {
    const { random } = this;
    const local = this.localOf('i32');
    if (local < 0 || random.chance(50)) {
      this.expression('i32', depth);
      return;
    }
    if (random.chance(60)) {
      this.emit(...localGet(local), ...i32(random.pick([1, -1, 4])), I32Add);
      this.keep(local);
    } else this.expression('i32', depth - 1);
    if (random.chance(20)) return;
    if (random.chance(50)) this.emit(...i32(random.below(64)));
    else this.expression('i32', depth - 2);
    this.emit(random.pick(comparisonRows).code);
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
      // Remove the values below, too.
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
    const local = this.localOf('i32');
    if (local >= 0 && random.chance(20)) {
      this.keptAddress(local);
      return;
    }
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
    this.condition(depth);
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
    this.condition(depth);
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
