// Prints functions for V8, in a form that tells V8 what it can rely on: that a parameter is an integer, and that a constant of the
// module is constant.

import { type FunctionCode, visit } from '../../intermediate/instruction.js';
import { Operation, Type } from '../../intermediate/operation.js';
import { type Code, js, list, name, variable } from '../trees/code.js';
import { type FunctionOptions, textOf } from '../trees/statement.js';
import { StructuredWriter } from './control.js';
import type { NodeExpressionWriter, NodeNames } from './expression.js';

export interface NodeFunctionOptions extends FunctionOptions {
  /** The memory never changes while a function runs; else it may be another one after a call, and is read again. */
  memoryFixed: boolean;
  /** A line for each statement, not for each function. */
  lines: boolean;
}

export class NodeFunctionWriter extends StructuredWriter {
  declare protected readonly names: NodeNames;
  private readonly memoryFixed: boolean;
  private readonly lineBreak: string;

  constructor(expressions: NodeExpressionWriter, names: NodeNames, options: NodeFunctionOptions) {
    super(expressions, names, options);
    this.memoryFixed = options.memoryFixed;
    this.lineBreak = options.lines ? '\n' : '';
  }

  /** The text of a function whose values have been nested. */
  write(code: FunctionCode): string {
    this.begin(code);
    const { names } = this;
    const { variables, parameterCount } = code;
    names.locals.clear();
    names.functionStart = code.start;
    const body = this.captured(() => this.region(code.body));
    const declared = variables
      .slice(parameterCount)
      .map((type, index) => js`${variable(parameterCount + index)}=${type === Type.Reference ? 'null' : '0'}`);
    if (code.accessesMemory) declared.push(js`m=${names.memory}`);
    for (const each of names.locals) declared.push(js`${names.local(each)}=${name(each)}`);
    if (declared.length > 0) this.line(js`let ${list(declared)};`);
    for (const index of changedParameters(code)) {
      const type = variables[index];
      const parameter = variable(index);
      if (type === Type.I32) this.line(js`${parameter}|=0;`);
      else if (type === Type.F64 || type === Type.F32) this.line(js`${parameter}=+${parameter};`);
    }
    this.put(...body);
    const own = names.function(code.index).text;
    const parameters = Array.from({ length: parameterCount }, (_, index) => `v${index}`).join(',');
    const { lineBreak } = this;
    const lines = textOf(this.statements, lineBreak);
    const text = (of: string) => `function ${of}(${parameters}){${lineBreak}${lines}${lineBreak}}`;
    if (!code.tailCalls) return text(own);
    return `${text(`${own}_body`)}
function ${own}(${parameters}){return ${names.runtime('finish').text}(${own}_body(${parameters}));}
${own}.body=${own}_body;`;
  }

  protected override afterCall(): void {
    if (!this.memoryFixed && this.code.accessesMemory) this.line(js`m=${this.names.memory};`);
  }

  protected override fuel(): Code {
    return js`${this.names.local('U')}[0]`;
  }
}

/** Parameters that are written: V8 would take them for anything in loops. */
function changedParameters({ body, parameterCount }: FunctionCode): Set<number> {
  const found = new Set<number>();
  visit(body, ({ operation, index }) => {
    if (operation === Operation.Set && index < parameterCount) found.add(index);
  });
  return found;
}
