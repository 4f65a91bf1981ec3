// The pieces of random functions: locals, globals, constants and operands without side effects.
import { Opcode } from '../../src/opcodes.js';
import {
  type Code,
  constant,
  EMPTY_BLOCK,
  globalGet,
  globalSet,
  i32,
  localGet,
  localSet,
  localTee,
  type ModuleBuilder,
  type NumberType,
  opcode,
  typeCode,
  unsigned,
  type ValueType,
} from './module-builder.js';
import { opcodeRows } from './opcode-rows.js';
import { operands } from './operands.js';
import type { Random } from './random.js';

const {
  Block,
  Br,
  BrIf,
  Drop,
  Else,
  End,
  I32Add,
  I32And,
  I32LtS,
  I32Sub,
  If,
  Loop,
  Nop,
  RefFunc,
  RefNull,
  Select,
  Unreachable,
} = Opcode;

export const NUMBERS: NumberType[] = ['i32', 'i64', 'f32', 'f64'];
/** Global with the remaining steps of a run. */
const GLOBAL_STEPS = 0;

export interface Signature {
  parameters: ValueType[];
  results: ValueType[];
}

/** Functions of a module know each other's signatures before their bodies are written. */
export interface Plan {
  functions: Signature[];
  globals: { type: ValueType; mutable: boolean }[];
  dataSegments: number;
  elementSegments: number;
  tables: ('funcref' | 'externref')[];
}

export function isNumber(type: ValueType): type is NumberType {
  return type === 'i32' || type === 'i64' || type === 'f32' || type === 'f64';
}

/** The code of one function. */
export class RandomCode {
  protected readonly random: Random;
  protected readonly builder: ModuleBuilder;
  protected readonly plan: Plan;
  protected readonly locals: ValueType[];
  protected readonly code: Code = [];
  private readonly lastLocals = new Map<ValueType, number>();

  constructor(random: Random, builder: ModuleBuilder, plan: Plan, locals: ValueType[]) {
    this.random = random;
    this.builder = builder;
    this.plan = plan;
    this.locals = locals;
  }

  protected emit(...bytes: Code): void {
    for (const byte of bytes) this.code.push(byte);
  }

  /** A local of the type, often the one that was taken last; -1 if there is none. */
  protected localOf(type: ValueType): number {
    const last = this.lastLocals.get(type);
    if (last !== undefined && this.random.chance(40)) return last;
    const found = this.locals.flatMap((local, index) => (local === type ? [index] : []));
    if (found.length === 0) return -1;
    const local = this.random.pick(found);
    this.lastLocals.set(type, local);
    return local;
  }

  protected globalOf(type: ValueType, written: boolean): number {
    const found = this.plan.globals.flatMap((global, index) =>
      global.type === type && (!written || (global.mutable && index !== GLOBAL_STEPS)) ? [index] : [],
    );
    return found.length === 0 ? -1 : this.random.pick(found);
  }

  protected blockType(parameters: ValueType[], results: ValueType[]): Code {
    if (parameters.length === 0 && results.length === 0) return [EMPTY_BLOCK];
    if (parameters.length === 0 && results.length === 1) return [typeCode(results[0])];
    return unsigned(this.builder.type(parameters, results));
  }

  protected types(most: number): ValueType[] {
    return Array.from({ length: this.random.below(most + 1) }, () => this.random.pick(NUMBERS));
  }

  protected constantOf(type: NumberType): Code {
    const { random } = this;
    if (random.chance(50)) return constant(type, random.pick(operands[type]));
    if (type === 'i32') return i32(random.below(64));
    if (type === 'i64') return constant(type, BigInt(random.below(64)));
    return constant(type, random.pick(operands[type].slice(0, 20)));
  }

  /** An operand without side effects. */
  protected simple(type: ValueType): boolean {
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

  protected anyFunction(): number {
    return this.random.below(this.plan.functions.length);
  }

  protected newLocal(type: ValueType): number {
    this.locals.push(type);
    return this.locals.length - 1;
  }

  /** Puts a value into a local and leaves it on the stack. */
  protected keep(local: number): void {
    if (this.random.chance(70)) this.emit(...localTee(local));
    else this.emit(...localSet(local), ...localGet(local));
  }

  /** An address that a local gets as well: mostly the local's old value, and a constant. */
  protected keptAddress(local: number): void {
    const { random } = this;
    this.emit(...localGet(local));
    if (random.chance(80)) this.emit(...i32(0x7fff), I32And);
    if (random.chance(80)) this.emit(...i32(random.pick([1, 4, 8, -4])), I32Add);
    this.keep(local);
  }

  protected offset(): number {
    const { random } = this;
    if (random.chance(70)) return random.below(16);
    return random.chance(95) ? random.below(500) : random.pick([65535, 65536, 131072, 0x40000000, 0xffffffff]);
  }

  /** Takes one step and leaves whether there are none left. */
  protected spendStep(): Code {
    const step = [...globalGet(GLOBAL_STEPS), ...i32(1), I32Sub, ...globalSet(GLOBAL_STEPS)];
    return [...step, ...globalGet(GLOBAL_STEPS), ...i32(0), I32LtS];
  }

  /** Code that is never executed: its operands may come from nowhere. */
  protected unreachable(): void {
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
}
