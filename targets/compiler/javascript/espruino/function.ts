// Prints functions for Espruino. Variables are declared where they are first written. Functions that may recurse get a parameter with
// the remaining depth of calls.

import { type FunctionCode, type Instruction, resolved } from '../../intermediate/instruction.js';
import { isInline } from '../../intermediate/nesting.js';
import { Operation, Type } from '../../intermediate/operation.js';
import type { Part } from '../../passes/charge-placement.js';
import type { YieldCharge } from '../../passes/yield-points.js';
import { type Code, js, list, NOTHING, name, number, type Token, variable } from '../trees/code.js';
import { braced, plain, type Statement } from '../trees/statement.js';
import type { EspruinoExpressionWriter } from './expression.js';
import { FlagControlWriter } from './flag-control.js';
import { chargeLine } from './fuel.js';
import type { EspruinoNames } from './names.js';
import type { BasicBlock, PlacedGraph } from './placement.js';
import { resumeLine } from './resume.js';
import type { CallDepth } from './stack.js';

const OPTIONS = { callsMoveMemory: false, memoryFixed: true, labels: false };

/** The meanings of instructions of fuel and yielding. */
export interface Contracts {
  charges: ReadonlyMap<Instruction, readonly Part[]>;
  yields: ReadonlyMap<Instruction, YieldCharge>;
}

const RESUME: readonly number[] = [
  Operation.Resumed,
  Operation.Restore,
  Operation.YieldBehindCall,
  Operation.YieldCharge,
];

export class EspruinoFunctionWriter extends FlagControlWriter {
  declare protected readonly names: EspruinoNames;
  declare protected readonly expressions: EspruinoExpressionWriter;
  /** In front of the statements of each function. */
  protected readonly directive: Code = NOTHING;
  private readonly depth: CallDepth;
  private readonly contracts: Contracts;
  private declared: Code[] = [];
  /** The first writes of variables. */
  private readonly declaring = new Set<Instruction>();
  /** Variables that may be read before they are written. */
  private early: ReadonlySet<number> = new Set();

  constructor(expressions: EspruinoExpressionWriter, names: EspruinoNames, depth: CallDepth, contracts: Contracts) {
    super(expressions, names, OPTIONS);
    this.depth = depth;
    this.contracts = contracts;
  }

  /** The statements that declare a function whose values have been nested. */
  write(code: FunctionCode): Statement[] {
    this.begin(code);
    const { variables, parameterCount, index, tailCalls } = code;
    const parameters: Code[] = variables.slice(0, parameterCount).map((_, at) => variable(at));
    if (this.depth.carried.has(index)) parameters.push(name('d'));
    const given = list(parameters);
    this.expressions.caller = index;
    this.declared = [];
    const statements = this.captured(() => this.region(code.body));
    const start = this.declared.length === 0 ? [] : [plain(js`var ${list(this.declared)};`)];
    const check = this.depth.counted.has(index) ? [plain(this.withRoom(code.body[0]?.at ?? 0))] : [];
    const own = this.names.function(index);
    if (!tailCalls)
      return [braced(js`function ${own}(${given}){${this.directive}`, [...check, ...start, ...statements])];
    const body = name(`${own.text}_body`);
    const call = plain(js`return ${this.names.runtime('finish')}(${body}(${given}));`);
    return [
      braced(js`function ${body}(${given}){`, [...start, ...statements]),
      braced(js`function ${own}(${given}){`, [...check, call]),
      plain(js`${own}.body=${body};`),
    ];
  }

  /** Traps if there is no room for a call. */
  protected withRoom(at: number): Code {
    return js`${this.names.room}||${this.names.runtime('trap')}(10,${at});`;
  }

  private initial(type: Type): Code {
    if (type === Type.Reference) return name('null');
    // The initial value decides how Espruino multiplies a variable: an integer has no -0.
    return type === Type.I32 ? number(0) : this.names.float(0, 0);
  }

  /** A variable is declared where it is first written, unless it may be read before. */
  protected override prepare({ blocks }: PlacedGraph): void {
    const { variables, parameterCount } = this.code;
    const parameters = new Set(variables.slice(0, parameterCount).keys());
    const written = new Map<BasicBlock, ReadonlySet<number>>();
    const early = new Set<number>();
    const reads = (value: Instruction, now: ReadonlySet<number>): void => {
      if (value.operation === Operation.Get && !now.has(value.index)) early.add(value.index);
      for (const operand of value.operands) if (isInline(resolved(operand))) reads(resolved(operand), now);
    };
    this.declaring.clear();
    for (const block of blocks) {
      const before = block.predecessors.filter((each) => each.order < block.order).map((each) => written.get(each)!);
      const now = new Set(before.length === 0 ? parameters : before[0]);
      for (const each of before.slice(1)) for (const variable of now) if (!each.has(variable)) now.delete(variable);
      for (const instruction of block.instructions) {
        reads(instruction, now);
        if (instruction.operation !== Operation.Set) continue;
        if (!now.has(instruction.index)) this.declaring.add(instruction);
        now.add(instruction.index);
      }
      if (block.choice !== null) reads(block.choice, now);
      written.set(block, now);
    }
    this.early = early;
    for (const index of early) this.declared.push(js`${variable(index)}=${this.initial(variables[index])}`);
  }

  protected override set(instruction: Instruction): void {
    const { index } = instruction;
    const value = resolved(instruction.operands[0]);
    const target = variable(index);
    if (this.declaring.has(instruction) && !this.early.has(index)) {
      this.line(js`var ${target}=${this.expressions.value(value)};`);
      return;
    }
    const updated = this.expressions.update(target, index, value);
    if (updated !== null) this.line(js`${updated};`);
  }

  protected override define(variable: Token, value: Code): void {
    this.line(js`var ${variable}=${value};`);
  }

  protected charge(parts: readonly Part[]): void {
    this.line(chargeLine(parts, this.names));
  }

  protected override instruction(instruction: Instruction): void {
    const parts = this.contracts.charges.get(instruction);
    if (parts !== undefined) this.charge(parts);
    else if (RESUME.includes(instruction.operation)) {
      const variables = instruction.operands.map((each) => this.expressions.value(each));
      this.line(resumeLine(instruction, variables, this.contracts.yields.get(instruction), this.names));
    } else super.instruction(instruction);
  }
}
