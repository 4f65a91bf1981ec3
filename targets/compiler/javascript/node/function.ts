// Functions for V8. What V8 can know, it is told: that a parameter is an integer, and that a constant of the module is one.

import { type FunctionCode, visit } from '../../intermediate/instruction.js';
import { Operation, Type } from '../../intermediate/operation.js';
import { type FunctionOptions, textOf } from '../trees/statement.js';
import { StructuredWriter } from './control.js';
import type { NodeExpressionWriter, NodeNames } from './expression.js';

export interface NodeFunctionOptions extends FunctionOptions {
  /** The memory never changes while a function runs; else it may be another one after a call, and is read again. */
  memoryFixed: boolean;
}

export class NodeFunctionWriter extends StructuredWriter {
  declare protected readonly names: NodeNames;
  private readonly memoryFixed: boolean;

  constructor(expressions: NodeExpressionWriter, names: NodeNames, options: NodeFunctionOptions) {
    super(expressions, names, options);
    this.memoryFixed = options.memoryFixed;
  }

  override write(code: FunctionCode): string {
    this.begin(code);
    const { names } = this;
    const { variables, parameterCount } = code;
    names.locals.clear();
    const body = this.captured(() => this.body(code.body));
    const declared = variables
      .slice(parameterCount)
      .map((type, index) => `v${parameterCount + index}=${type === Type.Reference ? 'null' : '0'}`);
    if (code.accessesMemory) declared.push(`m=${names.memory}`);
    for (const name of names.locals) declared.push(`${names.local(name)}=${name}`);
    if (declared.length > 0) this.line(`let ${declared.join(',')};`);
    for (const variable of changedParameters(code)) {
      const type = variables[variable];
      if (type === Type.I32) this.line(`v${variable}|=0;`);
      else if (type === Type.F64 || type === Type.F32) this.line(`v${variable}=+v${variable};`);
    }
    this.put(body);
    const name = names.function(code.index);
    const list = Array.from({ length: parameterCount }, (_, index) => `v${index}`).join(',');
    const text = (of: string) => `function ${of}(${list}){\n${textOf(this.lines)}\n}`;
    if (!code.tailCalls) return text(name);
    return `${text(`${name}_body`)}
function ${name}(${list}){
 return ${names.runtime('finish')}(${name}_body(${list}));
}
${name}.body=${name}_body;`;
  }

  protected override afterCall(): void {
    if (!this.memoryFixed && this.code.accessesMemory) this.line(`m=${this.names.memory};`);
  }

  protected override fuel(): string {
    return `${this.names.local('U')}[0]`;
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
