// Writes the intermediate code of a function as JavaScript with labels.

import { type FunctionCode, type Instruction, type Label, type Region, resolved } from '../intermediate/instruction.js';
import { isInline } from '../intermediate/nesting.js';
import { Effect, Operation, Type } from '../intermediate/operation.js';
import { type ExpressionWriter, type ModuleNames, resultWord } from './expression.js';

export interface FunctionOptions {
  /** The memory may be another one after a call: it is read again. */
  callsMoveMemory: boolean;
  /** The memory never changes: it needs no variable of the function. */
  memoryFixed: boolean;
  fuel: boolean;
}

export class FunctionWriter {
  protected readonly expressions: ExpressionWriter;
  private readonly names: ModuleNames;
  private readonly options: FunctionOptions;
  private lines: string[] = [];
  private code!: FunctionCode;
  private temporaries = 0;
  private labels = 0;
  private indentation = ' ';

  constructor(expressions: ExpressionWriter, names: ModuleNames, options: FunctionOptions) {
    this.expressions = expressions;
    this.names = names;
    this.options = options;
  }

  /** The text of a function whose values have been nested. */
  write(code: FunctionCode): string {
    this.code = code;
    this.temporaries = 0;
    this.labels = 0;
    const { variables, parameterCount } = code;
    const hasView = code.accessesMemory && !this.options.memoryFixed;
    this.expressions.memory = hasView ? 'm' : this.names.memory;
    this.lines = [];
    const declared = variables
      .slice(parameterCount)
      .map((type, index) => `v${parameterCount + index}=${type === Type.Reference ? 'null' : '0'}`);
    if (hasView) declared.push(`m=${this.names.memory}`);
    if (declared.length > 0) this.line(`let ${declared.join(',')};`);
    this.body(code.body);
    const parameters = variables.slice(0, parameterCount).map((_, index) => `v${index}`);
    const name = this.names.function(code.index);
    const list = parameters.join(',');
    const text = (of: string) => `function ${of}(${list}){\n${this.lines.join('\n')}\n}`;
    if (!code.tailCalls) return text(name);
    const finish = this.names.runtime('finish');
    return `${text(`${name}_body`)}
function ${name}(${list}){
 return ${finish}(${name}_body(${list}));
}
${name}.body=${name}_body;`;
  }

  protected body(region: Region): void {
    this.region(region);
  }

  protected line(text: string): void {
    this.lines.push(this.indentation + text);
  }

  /** The lines that an action writes, which are not written yet. */
  protected captured(action: () => void): string[] {
    const { lines } = this;
    this.lines = [];
    action();
    const found = this.lines;
    this.lines = lines;
    return found;
  }

  protected put(lines: string[]): void {
    for (const each of lines) this.lines.push(each);
  }

  protected indent<Result>(action: () => Result): Result {
    const { indentation } = this;
    this.indentation += ' ';
    const result = action();
    this.indentation = indentation;
    return result;
  }

  private region(region: Region): void {
    for (const instruction of region) this.instruction(instruction);
  }

  private indented(region: Region): void {
    this.indent(() => this.region(region));
  }

  protected instruction(instruction: Instruction): void {
    if (isInline(instruction)) return;
    const { operation, operands, type } = instruction;
    const { expressions } = this;
    switch (operation) {
      case Operation.Set: {
        const value = expressions.value(operands[0]);
        if (value !== `v${instruction.index}`) this.line(`v${instruction.index}=${value};`);
        this.afterCall(operands[0]);
        break;
      }
      case Operation.Block:
        this.line(`${this.label(instruction.label!)}{`);
        this.indented(instruction.regions![0]);
        this.line('}');
        break;
      case Operation.Loop:
        this.loop(instruction);
        break;
      case Operation.If:
        this.conditional(instruction);
        break;
      case Operation.Branch:
        this.line(jump(instruction.label!));
        break;
      case Operation.BranchTable:
        this.branchTable(instruction);
        break;
      case Operation.Return:
        this.returnWords(operands);
        break;
      case Operation.TailCall:
      case Operation.TailCallIndirect:
        this.line(`return ${expressions.effect(instruction)};`);
        break;
      case Operation.Unreachable:
        this.line(`${this.names.runtime('trap')}(1,${instruction.at});`);
        break;
      case Operation.Charge:
        if (instruction.index > 0)
          this.line(`if((U[0]-=${instruction.index})<0)${this.names.runtime('outOfFuel')}(${instruction.at});`);
        break;
      default: {
        const text = expressions.effect(instruction);
        if (type === Type.None || instruction.uses === 0) this.line(`${text};`);
        else {
          instruction.name = `t${this.temporaries++}`;
          this.line(`const ${instruction.name}=${text};`);
        }
        if ((instruction.effects & Effect.Calls) !== 0) this.readMemory();
        else if (operation === Operation.GlobalSet) this.afterCall(operands[0]);
      }
    }
  }

  private afterCall(value: Instruction): void {
    const operand = resolved(value);
    if (operand.nested && containsCall(operand)) this.readMemory();
  }

  private readMemory(): void {
    if (this.options.callsMoveMemory && this.code.accessesMemory) this.line(`m=${this.names.memory};`);
  }

  private label(label: Label): string {
    if (label.uses === 0) return '';
    label.name = `L${this.labels++}`;
    return `${label.name}:`;
  }

  private loop(instruction: Instruction): void {
    const label = instruction.label!;
    const region = instruction.regions![0];
    const last = region[region.length - 1];
    if (label.uses === 1 && isBranchTo(last, label) && !hasNames(last.operands[0])) {
      this.line('do{');
      this.indented(region.slice(0, -1));
      this.line(`}while(${this.expressions.condition(last.operands[0])});`);
      return;
    }
    this.line(`${this.label(label)}for(;;){`);
    if (last !== undefined && last.operation === Operation.Branch && last.label === label) {
      this.indented(region.slice(0, -1));
    } else {
      this.indented(region);
      if (!leaves(last)) this.line(' break;');
    }
    this.line('}');
  }

  private conditional(instruction: Instruction): void {
    const { label, operands } = instruction;
    const [first, second] = instruction.regions!;
    const start = `${label === null ? '' : this.label(label)}if(`;
    const { expressions } = this;
    if (first.length === 0 && second !== undefined && second.length > 0) {
      this.line(`${start}${expressions.condition(operands[0], true)}){`);
      this.indented(second);
    } else {
      this.line(`${start}${expressions.condition(operands[0])}){`);
      this.indented(first);
      if (second !== undefined && second.length > 0) {
        this.line('}else{');
        this.indented(second);
      }
    }
    this.line('}');
  }

  private branchTable(instruction: Instruction): void {
    const labels = instruction.labels!;
    const otherwise = labels[labels.length - 1];
    const cases = new Map<Label, number[]>();
    for (const [index, label] of labels.slice(0, -1).entries()) {
      if (label === otherwise) continue;
      const indices = cases.get(label);
      if (indices) indices.push(index);
      else cases.set(label, [index]);
    }
    this.line(`switch(${this.expressions.value(instruction.operands[0])}){`);
    for (const [label, indices] of cases)
      this.line(` ${indices.map((index) => `case ${index}:`).join('')}${jump(label)}`);
    this.line(` default:${jump(otherwise)}`);
    this.line('}');
  }

  private returnWords(words: Instruction[]): void {
    if (words.length === 0) {
      this.line('return;');
      return;
    }
    // Words that are results of a call are overwritten in order of their places.
    for (let word = 1; word < words.length; word++) {
      this.line(`${resultWord(resolved(words[word]).type, word)}=${this.expressions.value(words[word])};`);
    }
    this.line(`return ${this.expressions.value(words[0])};`);
  }
}

/** Whether a tree has values with names, which are not known outside of their region. */
export function hasNames(value: Instruction): boolean {
  const operand = resolved(value);
  return !isInline(operand) || operand.operands.some(hasNames);
}

function containsCall(value: Instruction): boolean {
  if ((value.effects & Effect.Calls) !== 0) return true;
  return value.operands.some((operand) => operand.nested && containsCall(operand));
}

function jump(label: Label): string {
  return `${label.isLoop ? 'continue' : 'break'} ${label.name};`;
}

/** An `if` that does nothing but branch to the label. */
export function isBranchTo(instruction: Instruction | undefined, label: Label): instruction is Instruction {
  if (instruction === undefined || instruction.operation !== Operation.If || instruction.regions!.length > 1)
    return false;
  const [region] = instruction.regions!;
  return region.length === 1 && region[0].operation === Operation.Branch && region[0].label === label;
}

function leaves(instruction: Instruction | undefined): boolean {
  if (instruction === undefined) return false;
  const { operation } = instruction;
  return operation === Operation.Branch || operation === Operation.BranchTable || operation === Operation.Return;
}
