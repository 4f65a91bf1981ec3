// Values, variables and the operand stack of a function under construction.

import { Reader } from '../../../src/reader.js';
import type { FunctionType, ModuleCode } from '../../module/module-code.js';
import type { Costs } from './costs.js';
import { constant, Instruction, type Region } from './instruction.js';
import type { StackValue, WordBuilder } from './integer64.js';
import { Operation, Type } from './operation.js';

export interface BuildOptions {
  /** With instructions that charge fuel. */
  fuel: boolean;
  /** Simplifies a new instruction: another one to take instead of it, or itself. */
  simplify: (instruction: Instruction) => Instruction;
  costs: Costs;
}

/** The type of each word of values given as letters. */
export function wordTypes(letters: string): Type[] {
  const types: Type[] = [];
  for (const letter of letters) {
    if (letter === 'I') types.push(Type.I32, Type.I32);
    else types.push(wordType(letter));
  }
  return types;
}

export function wordType(letter: string): Type {
  if (letter === 'f') return Type.F32;
  if (letter === 'F') return Type.F64;
  return letter === 'i' ? Type.I32 : Type.Reference;
}

export abstract class ValueBuilder implements WordBuilder {
  protected readonly module: ModuleCode;
  protected readonly options: BuildOptions;
  protected readonly reader = new Reader();
  protected type!: FunctionType;
  protected variables: Type[] = [];
  protected stack: StackValue[] = [];
  protected region: Region = [];
  /** Byte offset of the instruction at hand. */
  protected at = 0;

  constructor(module: ModuleCode, options: BuildOptions) {
    this.module = module;
    this.options = options;
  }

  /** Notes that a variable is written. */
  protected abstract written(variable: number): void;

  value(operation: number, type: Type, ...operands: Instruction[]): Instruction {
    const made = new Instruction(operation, type, operands, this.at);
    const simplified = this.options.simplify(made);
    if (simplified === made) this.region.push(made);
    return simplified;
  }

  constant(value: number): Instruction {
    return constant(value, Type.I32, this.at);
  }

  protected statement(operation: number, ...operands: Instruction[]): Instruction {
    const made = new Instruction(operation, Type.None, operands, this.at);
    this.region.push(made);
    return made;
  }

  protected indexed(operation: number, type: Type, index: number, ...operands: Instruction[]): Instruction {
    const made = new Instruction(operation, type, operands, this.at);
    made.index = index;
    this.region.push(made);
    return made;
  }

  protected get(variable: number): Instruction {
    return this.indexed(Operation.Get, this.variables[variable], variable);
  }

  protected set(variable: number, value: Instruction): void {
    this.indexed(Operation.Set, Type.None, variable, value);
    this.written(variable);
  }

  protected push(low: Instruction, high: Instruction | null = null): void {
    this.stack.push({ low, high });
  }

  protected pop(): StackValue {
    return this.stack.pop()!;
  }

  protected popWord(): Instruction {
    return this.stack.pop()!.low;
  }

  protected newVariables(letters: string): number[] {
    const first = this.variables.length;
    const types = wordTypes(letters);
    this.variables.push(...types);
    return types.map((_, index) => first + index);
  }

  protected static words(values: StackValue[]): Instruction[] {
    const words: Instruction[] = [];
    for (const { low, high } of values) {
      words.push(low);
      if (high !== null) words.push(high);
    }
    return words;
  }

  protected pushVariables(letters: string, variables: number[]): void {
    let word = 0;
    for (const letter of letters) {
      const low = this.get(variables[word++]);
      this.push(low, letter === 'I' ? this.get(variables[word++]) : null);
    }
  }

  protected setAll(variables: number[], values: StackValue[]): void {
    const words = ValueBuilder.words(values);
    for (let index = 0; index < words.length; index++) this.set(variables[index], words[index]);
  }
}
