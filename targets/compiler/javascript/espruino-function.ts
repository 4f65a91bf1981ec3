// Functions for Espruino: variables are declared once, at the top, and functions that may call themselves again count how much
// of the C stack they take, because running out of it cannot be caught there.

import { type FunctionCode, type Instruction, resolved } from '../intermediate/instruction.js';
import { Type } from '../intermediate/operation.js';
import type { Part } from '../passes/charge-placement.js';
import type { EspruinoExpressionWriter, EspruinoNames } from './espruino-expression.js';
import { chargeLine } from './espruino-fuel.js';
import { FlagControlWriter } from './flag-control.js';
import { type Line, textOf } from './statement.js';

const OPTIONS = { callsMoveMemory: false, memoryFixed: true, labels: false };

export class EspruinoFunctionWriter extends FlagControlWriter {
  declare protected readonly names: EspruinoNames;
  private readonly counted: ReadonlySet<number>;
  private readonly charges: ReadonlyMap<Instruction, readonly Part[]>;
  private declared: string[] = [];
  private isCounted = false;
  private stack = '';

  /** `counted`: the indices of the functions that count. */
  constructor(
    expressions: EspruinoExpressionWriter,
    names: EspruinoNames,
    counted: ReadonlySet<number>,
    charges: ReadonlyMap<Instruction, readonly Part[]>,
  ) {
    super(expressions, names, OPTIONS);
    this.counted = counted;
    this.charges = charges;
  }

  override write(code: FunctionCode): string {
    this.begin(code);
    const { variables, parameterCount, index, tailCalls } = code;
    const counts = this.counted.has(index);
    this.isCounted = counts && !tailCalls;
    // Known only when the text is there.
    this.stack = `STACK_OF_${index}`;
    this.declared = variables.slice(parameterCount).map((type, at) => `v${parameterCount + at}=${this.initial(type)}`);
    const lines = this.captured(() => this.body(code.body));
    const list = variables
      .slice(0, parameterCount)
      .map((_, at) => `v${at}`)
      .join(',');
    const declared = this.declared.join(',');
    const start = declared === '' ? '' : ` let ${declared};\n`;
    const [enter, leave] = counts ? this.counting(code) : ['', ''];
    const name = this.names.function(index);
    const inner = tailCalls ? `${name}_body` : name;
    const text = `function ${inner}(${list}){
${this.isCounted ? enter : ''}${start}${textOf(lines)}
${this.isCounted && !endsInReturn(lines) ? leave : ''}}`;
    const all = tailCalls ? `${text}\n${this.tailCaller(name, list, enter, leave)}` : text;
    return counts ? all.replaceAll(this.stack, String(stackBytes(all))) : all;
  }

  private counting({ body }: FunctionCode): [string, string] {
    const depth = this.names.variable('depth');
    const at = body.length > 0 ? body[0].at : 0;
    return [
      ` if((${depth}+=${this.stack})>${this.names.variable('MOST_STACK')})${this.names.runtime('trap')}(10,${at});\n`,
      ` ${depth}-=${this.stack};\n`,
    ];
  }

  private tailCaller(name: string, list: string, enter: string, leave: string): string {
    const finish = `${this.names.runtime('finish')}(${name}_body(${list}))`;
    const result = this.names.variable('W');
    const body = enter === '' ? ` return ${finish};\n` : `${enter} ${result}=${finish};\n${leave} return ${result};\n`;
    return `function ${name}(${list}){\n${body}}\n${name}.body=${name}_body;`;
  }

  private initial(type: Type): string {
    if (type === Type.Reference) return 'null';
    // What a variable starts with decides how Espruino multiplies it: an integer has no -0.
    return type === Type.I32 ? '0' : this.names.float(0, 0);
  }

  protected override define(name: string, value: string): void {
    this.declared.push(name);
    this.line(`${name}=${value};`);
  }

  protected override instruction(instruction: Instruction): void {
    const parts = this.charges.get(instruction);
    if (parts === undefined) super.instruction(instruction);
    else this.line(chargeLine(parts, this.names));
  }

  protected override returnWords(words: Instruction[]): void {
    if (!this.isCounted) {
      super.returnWords(words);
      return;
    }
    for (let word = 1; word < words.length; word++) {
      const { type } = resolved(words[word]);
      this.line(`${this.expressions.resultWord(type, word)}=${this.expressions.value(words[word])};`);
    }
    const depth = this.names.variable('depth');
    if (words.length === 0) {
      this.line(`${depth}-=${this.stack};`);
      this.line('return;');
      return;
    }
    const value = this.expressions.value(words[0]);
    // Calls in the value come before.
    const isSimple = /^-?\w+$/.test(value);
    const result = isSimple ? value : this.names.variable('W');
    if (!isSimple) this.line(`${result}=${value};`);
    this.line(`${depth}-=${this.stack};`);
    this.line(`return ${result};`);
  }
}

function endsInReturn(lines: Line[]): boolean {
  return /^ return\b/.test(lines[lines.length - 1]?.text ?? '');
}

/** Of a call as a statement, and of what it is nested in: measured with Espruino for 32-bit ARM, with soft doubles. */
const CALL = 352;
const BLOCK = 71;
const DO = 207;
const FOR = 321;
const ARGUMENT = 314;
const PARENTHESES = 120;
const RIGHT_OPERAND = 135;
/** A return of what stands between commas, an assignment, a conditional expression, and some more. */
const OTHER = 285;

/** Bytes of C stack that a function takes where its most deeply nested call is, about. */
export function stackBytes(text: string): number {
  const open: number[] = [];
  let total = -BLOCK;
  let most = 0;
  for (const { 0: token, index } of text.matchAll(/for\(;;\)\{|do\{|function \w+\(|\w*\(|[){}]/g)) {
    if (token === ')' || token === '}') {
      total -= open.pop()!;
      continue;
    }
    const isRight = /[-+*/%&|^<>]/.test(text[index - 1] ?? '') && token !== '{';
    const right = isRight ? RIGHT_OPERAND : 0;
    const isCall = /^\w+\($/.test(token) && token !== 'if(' && token !== 'while(';
    if (isCall) most = Math.max(most, total + right);
    const size =
      token === '{' ? BLOCK : token === 'do{' ? DO : token.endsWith('{') ? FOR : isCall ? ARGUMENT : PARENTHESES;
    open.push(size + right);
    total += size + right;
  }
  return CALL + OTHER + most;
}
