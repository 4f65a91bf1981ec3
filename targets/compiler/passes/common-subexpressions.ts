// Computes what is the same only once, where that costs less: a value that was computed before in the same region or one around
// it, from the same operands, with nothing written since that it reads. The costs are those of Espruino; V8 finds such values
// by itself.

import { Opcode } from '../../../src/opcodes.js';
import { definitionOf, findDefinitions } from '../intermediate/definitions.js';
import {
  countUses,
  type FunctionCode,
  type Instruction,
  Proven,
  type Region,
  resolved,
} from '../intermediate/instruction.js';
import { Effect, isLoad, Operation, Type } from '../intermediate/operation.js';
import { COMMUTATIVE } from './folding.js';

/** In units of `a=a+1`: what a value must cost so that setting a variable and reading it twice costs less than computing it. */
const WORTH = 1.7;
/** Where the variable's own cost, once for each call, does not count. */
const WORTH_IN_LOOP = 1.1;
const READ = 0.2;

/** What else an instruction may do. */
const ALLOWED = Effect.ReadsMemory | Effect.ReadsGlobals | Effect.ReadsTables | Effect.Traps;
const READS = Effect.ReadsMemory | Effect.ReadsGlobals | Effect.ReadsTables;
const WRITES = Effect.WritesMemory | Effect.WritesGlobals | Effect.WritesTables;

export function commonSubexpressions(code: FunctionCode): void {
  findDefinitions(code);
  countUses(code);
  new CommonSubexpressions(code).run();
}

class CommonSubexpressions {
  private readonly code: FunctionCode;
  /** By what they are computed from: values of the regions at hand. */
  private readonly known = new Map<string, Instruction>();
  private readonly keys: string[] = [];
  /** Equal for values that are the same. */
  private readonly numbers = new Map<Instruction, number>();
  private readonly constants = new Map<string, number>();
  private next = 0;
  /** What is written in blocks, loops and `if`s. */
  private readonly written = new Map<Instruction, number>();
  /** Which writes of memory, globals or tables came last. */
  private state = 0;
  private states = 0;
  private loops = 0;

  constructor(code: FunctionCode) {
    this.code = code;
  }

  run(): void {
    this.writesOf(this.code.body);
    this.region(this.code.body);
  }

  private writesOf(region: Region): number {
    let all = 0;
    for (const instruction of region) {
      if (instruction.regions === null) all |= instruction.effects & WRITES;
      else {
        let inner = 0;
        for (const each of instruction.regions) inner |= this.writesOf(each);
        this.written.set(instruction, inner);
        all |= inner;
      }
    }
    return all;
  }

  private region(region: Region): void {
    const { length } = this.keys;
    for (const instruction of region) {
      const { regions } = instruction;
      if (regions === null) {
        this.value(instruction);
        if ((instruction.effects & WRITES) !== 0) this.state = ++this.states;
        continue;
      }
      const isWritten = this.written.get(instruction) !== 0;
      const isLoop = instruction.operation === Operation.Loop;
      if (isLoop) this.loops++;
      if (isLoop && isWritten) this.state = ++this.states;
      const { state } = this;
      for (const inner of regions) {
        this.state = state;
        this.region(inner);
      }
      this.state = isWritten ? ++this.states : state;
      if (isLoop) this.loops--;
    }
    while (this.keys.length > length) this.known.delete(this.keys.pop()!);
  }

  private value(instruction: Instruction): void {
    const { type, operation, effects, operands } = instruction;
    if (type === Type.None || (effects & ~ALLOWED) !== 0 || operation === Operation.Result) return;
    const numbers = operands.map((each) => this.numberOf(definitionOf(each)));
    if (COMMUTATIVE.has(operation)) numbers.sort((a, b) => a - b);
    const state = (effects & READS) !== 0 ? this.state : '';
    const key = `${operation} ${instruction.index} ${instruction.second} ${state} ${numbers}`;
    const found = this.known.get(key);
    if (found === undefined) {
      this.known.set(key, instruction);
      this.keys.push(key);
      return;
    }
    this.numbers.set(instruction, this.numberOf(found));
    const worth = this.loops > 0 ? WORTH_IN_LOOP : WORTH;
    if (found.uses === 0 || (found.uses === 1 && instruction.uses === 1 && costOf(instruction) < worth)) return;
    instruction.replacement = found;
    found.uses += instruction.uses;
    for (const operand of operands) resolved(operand).uses--;
  }

  private numberOf(value: Instruction): number {
    let number = this.numbers.get(value);
    if (number === undefined) {
      number = value.operation === Operation.Constant ? this.numberOfConstant(value) : this.next++;
      this.numbers.set(value, number);
    }
    return number;
  }

  private numberOfConstant({ type, index, low, high }: Instruction): number {
    const key = `${type} ${Object.is(index, -0) ? '-0' : index} ${low} ${high}`;
    let number = this.constants.get(key);
    if (number === undefined) {
      number = this.next++;
      this.constants.set(key, number);
    }
    return number;
  }
}

/** About what it costs to compute a value and what is nested in it. */
function costOf(value: Instruction): number {
  let cost = costOfOperation(value);
  for (const operand of value.operands) {
    const { uses, operation } = resolved(operand);
    const isRead = uses > 1 || operation === Operation.Get || operation === Operation.Constant;
    cost += isRead ? READ : costOf(resolved(operand));
  }
  return cost;
}

function costOfOperation(value: Instruction): number {
  const { operation } = value;
  if (isLoad(operation)) return value.has(Proven.InBounds) && value.has(Proven.Aligned) ? 0.8 : 2;
  switch (operation) {
    case Operation.GlobalGet:
    case Operation.FunctionReference:
    case Operation.NullReference:
      return READ;
    case Opcode.I32Add:
    case Opcode.I32Sub:
      return value.has(Proven.Fits) ? 0.25 : 0.5;
    case Opcode.I32Mul:
      return value.has(Proven.Exact) ? 0.6 : 3;
    case Opcode.I32DivS:
    case Opcode.I32DivU:
    case Opcode.I32RemS:
    case Opcode.I32RemU:
      return 1.5;
    case Operation.Select:
      return 0.6;
  }
  if (operation >= Opcode.I32Eqz && operation <= Opcode.F64Ge) return 0.4;
  if (operation >= Opcode.I32And && operation <= Opcode.I32ShrU) return 0.3;
  return operation >= Opcode.F64Add && operation <= Opcode.F64Div ? 0.3 : 2.5;
}
