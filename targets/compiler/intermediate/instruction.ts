// The intermediate code of a function: regions, which are ordered lists of instructions. An instruction has at most one value, which
// is computed once and used by the instructions that have it as an operand. What is written more than once is a variable. Control flow
// is structured: a block, loop or `if` is an instruction with regions, and a branch goes to the label of an enclosing one.

import { Operation, operationEffects, Type } from './operation.js';
import type { Range } from './value-range.js';

export type Region = Instruction[];

/** The target of branches: the end of a block or `if`, or the head of a loop. */
export class Label {
  readonly isLoop: boolean;
  /** Number of branches to it. */
  uses = 0;
  /** Nesting depth of its block, loop or `if`. Set by ControlWalk. */
  depth = 0;

  constructor(isLoop: boolean) {
    this.isLoop = isLoop;
  }
}

/**
 * Facts about an instruction and its operands, at its position: bits of its `proven`, which passes set. A bit that is not set means
 * unknown. Operands count as int32, even if a back end leaves them unwrapped.
 */
export enum Proven {
  /**
   * An access whose address without the offset is not negative and whose sum is below 2^32. As an int32, the sum is correct or negative.
   */
  Bounded = 1,
  /** An access all of whose bytes are within memory, either always or because of the check that it names. */
  InBounds = 2,
  /** An access whose address plus offset is a multiple of `accessBytes`. */
  Aligned = 4,
  /**
   * An access whose address is `x << k`, or that plus a constant c, where 2^k is `accessBytes`: the shift loses nothing, and `x + (c +
   * offset) / accessBytes` is the index of the element, a non-negative int32.
   */
  Scaled = 8,
  /** A product below 2^53: a double represents it exactly. */
  Exact = 16,
  /** An i32.add, sub, mul or shl whose result is an int32 without wrapping. For a product, this implies `Exact`. */
  Fits = 32,
  /** A division or remainder whose divisor is not 0. */
  NonZero = 64,
  /** A signed division or remainder that does not divide the least int32 by -1. */
  NoOverflow = 128,
  /**
   * No operand is negative: of unsigned comparisons, i32.shr_u (its first), divisions and remainders of either sign, conversions
   * from i32 and branch tables.
   */
  NotNegative = 256,
  /** A shift or rotation whose count is within 0 to 31. */
  CountInRange = 512,
  /** An f32 load whose NaN bits cannot be observed. */
  AnyNaN = 1024,
  /** A store of a float that makes a NaN the canonical one: the value is a result of arithmetic. */
  MakesCanonical = 2048,
  /** A store of a float that is not a NaN. */
  NoNaN = 4096,
  /**
   * A sum that replaces an equal one further down, which Fits: where that was used, this sum Fits, too. Accesses there may rely on checks
   * because of it; only the verifier needs to know.
   */
  FitsLater = 8192,
}

/** The requirement of an access on a Check. */
export interface CheckPart {
  /** Bytes from the operand of the Check. */
  bytes: number;
  /** Position of the access. */
  at: number;
}

/** The parts of an instruction that few instructions have. */
class RareParts {
  label: Label | null = null;
  labels: Label[] | null = null;
  regions: Region[] | null = null;
  written: number[] | null = null;
  phis: Instruction[] | null = null;
  producer: Instruction | null = null;
  parts: CheckPart[] | null = null;
  signature: string = '';
  low: number = 0;
  high: number = 0;
  name: string = '';
}

export class Instruction {
  /** An Operation, or an Opcode. */
  operation: number;
  type: Type;
  operands: Instruction[];
  /** Byte offset in the module of the original instruction: the position of its trap. */
  at: number;
  /** Value of a constant; offset of an access; index of a variable, function, global, table, segment, word. */
  index = 0;
  /** A second index; of a Get, while values are nested, the version of the variable. */
  second = 0;
  /** For a Get: a Set, Parameter, constant or Phi. Set by `findDefinitions`. */
  definition: Instruction | null = null;
  /**
   * For an access that is `InBounds`: the Check, or the access with its own check, on which it relies. This must dominate the access. null
   * if the bytes always exist. An access that is not `InBounds` checks itself.
   */
  check: Instruction | null = null;
  /** Number of its uses as an operand. Counted by `countUses`. */
  uses = 0;
  /** Equal for equal values while common subexpressions are looked for; -1 otherwise. */
  number = -1;
  /** Whether it is computed at its use instead of at its position. Set by nesting. */
  nested = false;
  /** The equal value that a pass has substituted for it. */
  replacement: Instruction | null = null;
  /** Bits of Proven. */
  proven = 0;
  /** Range of an i32 where it is computed; for a Get, at its position. Set by the pass `facts`. */
  range: Range | null = null;
  private rest: RareParts | null = null;

  constructor(operation: number, type: Type, operands: Instruction[], at: number) {
    this.operation = operation;
    this.type = type;
    this.operands = operands;
    this.at = at;
  }

  // Most instructions have none of these parts: an object of their own keeps the others small.

  get label(): Label | null {
    return this.rest === null ? null : this.rest.label;
  }
  set label(value: Label | null) {
    this.rest ??= new RareParts();
    this.rest.label = value;
  }

  /** Labels of a BranchTable, the default last. */
  get labels(): Label[] | null {
    return this.rest === null ? null : this.rest.labels;
  }
  set labels(value: Label[] | null) {
    this.rest ??= new RareParts();
    this.rest.labels = value;
  }

  get regions(): Region[] | null {
    return this.rest === null ? null : this.rest.regions;
  }
  set regions(value: Region[] | null) {
    this.rest ??= new RareParts();
    this.rest.regions = value;
  }

  /** For a loop: a superset of the variables that are written in it. */
  get written(): number[] | null {
    return this.rest === null ? null : this.rest.written;
  }
  set written(value: number[] | null) {
    this.rest ??= new RareParts();
    this.rest.written = value;
  }

  /** For a block, loop or `if`: the Phis where control flow merges; for a loop, at its head. Set by `findDefinitions`. */
  get phis(): Instruction[] | null {
    return this.rest === null ? null : this.rest.phis;
  }
  set phis(value: Instruction[] | null) {
    this.rest ??= new RareParts();
    this.rest.phis = value;
  }

  /** For a Result: the call or 64-bit operation whose word it is. */
  get producer(): Instruction | null {
    return this.rest === null ? null : this.rest.producer;
  }
  set producer(value: Instruction | null) {
    this.rest ??= new RareParts();
    this.rest.producer = value;
  }

  /** For a Check: the accesses that rely on it and require more bytes than all earlier ones, in order. */
  get parts(): CheckPart[] | null {
    return this.rest === null ? null : this.rest.parts;
  }
  set parts(value: CheckPart[] | null) {
    this.rest ??= new RareParts();
    this.rest.parts = value;
  }

  /** Function type of a call. */
  get signature(): string {
    return this.rest === null ? '' : this.rest.signature;
  }
  set signature(value: string) {
    this.rest ??= new RareParts();
    this.rest.signature = value;
  }

  /** Bits of a constant that is a NaN. */
  get low(): number {
    return this.rest === null ? 0 : this.rest.low;
  }
  set low(value: number) {
    this.rest ??= new RareParts();
    this.rest.low = value;
  }

  get high(): number {
    return this.rest === null ? 0 : this.rest.high;
  }
  set high(value: number) {
    this.rest ??= new RareParts();
    this.rest.high = value;
  }

  /** Given by a back end. */
  get name(): string {
    return this.rest === null ? '' : this.rest.name;
  }
  set name(value: string) {
    this.rest ??= new RareParts();
    this.rest.name = value;
  }

  get effects(): number {
    return operationEffects[this.operation];
  }

  has(fact: Proven): boolean {
    return (this.proven & fact) !== 0;
  }
}

// An `index` may be any number. V8 would box all of them as doubles, were not something else in the field before.
Object.assign(new Instruction(Operation.Constant, Type.None, [], 0), { index: null });

/** An induction variable: a variable to which a loop adds a constant in each iteration. */
export interface InductionVariable {
  /** At the head of the loop. */
  phi: Instruction;
  step: number;
  /** Range at the position. */
  least: number;
  most: number;
}

/** The induction variables of a loop with one back edge, whose condition depends on one of them. */
export interface LoopInduction {
  /** The induction variable in the condition of the back edge. */
  counter: Instruction;
  variables: InductionVariable[];
  /** Maximum number of times that the loop branches back to its head; Infinity if it is unknown. */
  mostRounds: number;
}

export const NO_OPERANDS: Instruction[] = [];

/** A function of a module in intermediate code. */
export interface FunctionCode {
  /** Function index. */
  index: number;
  /** Byte offset in the module of its body. */
  start: number;
  /** Types of the variables; the first are the words of the parameters. The others start as 0 or null. */
  variables: Type[];
  parameterCount: number;
  /** Types of the words of the results. */
  results: Type[];
  body: Region;
  /** Properties of the body, for the back end. */
  accessesMemory: boolean;
  calls: boolean;
  tailCalls: boolean;
  /** Whether the definitions of Gets are valid. Removing unused instructions and replacing values keeps them valid. */
  hasDefinitions: boolean;
  /** Inductions by loop, while definitions are valid. Set by the pass `facts`. */
  inductions: ReadonlyMap<Instruction, LoopInduction>;
}

/** The value after substitutions: the one that stands for it, or itself. */
export function resolved(value: Instruction): Instruction {
  let found = value;
  while (found.replacement !== null) found = found.replacement;
  return found;
}

/** Visits every instruction of a region and of nested regions, in order. */
export function visit(region: Region, each: (instruction: Instruction) => void): void {
  const open: Region[] = [region];
  const places: number[] = [0];
  while (open.length > 0) {
    const top = open.length - 1;
    const at = places[top]++;
    if (at >= open[top].length) {
      open.pop();
      places.pop();
      continue;
    }
    const instruction = open[top][at];
    each(instruction);
    const { regions } = instruction;
    if (regions === null) continue;
    for (let index = regions.length - 1; index >= 0; index--) {
      open.push(regions[index]);
      places.push(0);
    }
  }
}

/**
 * Rebuilds a region and nested regions, in the order of the text: `each` appends the replacement of an instruction to the
 * given region. The regions of the replacement are not rebuilt unless they are the instruction's own.
 */
export function rewrite(region: Region, each: (instruction: Instruction, into: Region) => void): void {
  const open = [{ from: region.splice(0), into: region, at: 0 }];
  for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
    if (top.at === top.from.length) {
      open.pop();
      continue;
    }
    const instruction = top.from[top.at++];
    each(instruction, top.into);
    const { regions } = instruction;
    if (regions === null) continue;
    for (let index = regions.length - 1; index >= 0; index--)
      open.push({ from: regions[index].splice(0), into: regions[index], at: 0 });
  }
}

/** A region and all nested regions, in preorder. */
export function regionsWithin(region: Region): Region[] {
  const found: Region[] = [];
  const open: Region[] = [region];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    for (let at = next.length - 1; at >= 0; at--) {
      const { regions } = next[at];
      if (regions !== null) for (let index = regions.length - 1; index >= 0; index--) open.push(regions[index]);
    }
  }
  return found;
}

/** Counts the uses of every value, and replaces operands by the values that stand for them. */
export function countUses(code: FunctionCode): void {
  // Operands come before their users.
  visit(code.body, (instruction) => {
    instruction.uses = 0;
    const { operands } = instruction;
    for (let index = 0; index < operands.length; index++) {
      operands[index] = resolved(operands[index]);
      operands[index].uses++;
    }
  });
}

export function constant(value: number, type: Type, at: number): Instruction {
  const made = new Instruction(Operation.Constant, type, NO_OPERANDS, at);
  made.index = value;
  return made;
}

/** A read of a variable. */
export function getOf(variable: number, type: Type, at: number): Instruction {
  const made = new Instruction(Operation.Get, type, NO_OPERANDS, at);
  made.index = variable;
  return made;
}

/** A write of a variable. */
export function setOf(variable: number, value: Instruction, at: number): Instruction {
  const made = new Instruction(Operation.Set, Type.None, [value], at);
  made.index = variable;
  return made;
}

export function isConstant(value: Instruction, number: number): boolean {
  return value.operation === Operation.Constant && value.type === Type.I32 && value.index === number;
}
