// Prints functions that make indirect calls. The contents of a table that never changes are known. A call through it is a switch over
// the entries of its type, whose cases V8 can inline. Otherwise the entry is looked up; its type is a number that the runtime assigns.

import { Opcode } from '../../../../src/opcodes.js';
import { ExternalKind } from '../../../../src/types.js';
import type { ModuleCode } from '../../../module/module-code.js';
import { wordTypes } from '../../intermediate/value-builder.js';

/** More entries of a type are looked up: V8 inlines only what is small. */
const MOST_CASES = 16;

export class IndirectCalls {
  /** Tables that instructions change. */
  readonly changed = new Set<number>();
  private readonly code: ModuleCode;
  private readonly calls = new Map<string, { table: number; signature: string }>();
  private readonly finds = new Map<string, { table: number; signature: string }>();
  private readonly types = new Map<string, number>();

  constructor(code: ModuleCode) {
    this.code = code;
  }

  /** The name of a function of index, arguments and position, which makes the call. */
  call(table: number, signature: string): string {
    const name = `c${table}_${this.type(signature)}`;
    this.calls.set(name, { table, signature });
    return name;
  }

  /** The name of a function of index and position, which gives the function to call. */
  find(table: number, signature: string): string {
    const name = `e${table}_${this.type(signature)}`;
    this.finds.set(name, { table, signature });
    return name;
  }

  /** All of them, once everything else has been written. They need `badCall` of the runtime if there are any. */
  text(): string[] {
    const { calls, finds } = this;
    const used = new Set([...calls.values(), ...finds.values()]);
    const tables = new Set([...used].map(({ table }) => table));
    const signatures = new Set([...used].map(({ signature }) => signature));
    return [
      ...[...tables].map((table) => `const E${table}=instance.tables[${table}].entries;`),
      ...[...signatures].map((each) => `const k${this.type(each)}=runtime.typeNumber(${JSON.stringify(each)});`),
      ...[...finds].map(([name, { table, signature }]) => this.findText(name, table, signature)),
      ...[...calls].map(([name, { table, signature }]) => this.callText(name, table, signature)),
    ];
  }

  private type(signature: string): number {
    const found = this.types.get(signature) ?? this.types.size;
    this.types.set(signature, found);
    return found;
  }

  private lookUp(table: number, signature: string): string {
    return ` const entry=E${table}[index>>>0];
 if(!entry||entry.type!==k${this.type(signature)})badCall(entry,at);`;
  }

  private findText(name: string, table: number, signature: string): string {
    return `function ${name}(index,at){\n${this.lookUp(table, signature)}\n return entry.call;\n}`;
  }

  private callText(name: string, table: number, signature: string): string {
    const words = wordTypes(signature.slice(0, signature.indexOf(':'))).map((_, word) => `a${word}`);
    const start = `function ${name}(${['index', ...words, 'at'].join(',')}){`;
    const indices = this.entriesOf(table, signature);
    if (indices === null)
      return `${start}\n${this.lookUp(table, signature)}\n return entry.call(${words.join(',')});\n}`;
    const cases = new Map<number, string>();
    for (const [index, called] of indices) cases.set(called, `${cases.get(called) ?? ''}case ${index}:`);
    const lines = [...cases].map(([called, labels]) => `  ${labels}return f${called}(${words.join(',')});`);
    return `${start}
 switch(index){
${lines.join('\n')}
 }
 badCall(E${table}[index>>>0],at);
}`;
  }

  /** Indices and functions of the entries of a type, or null if they may change or are too many. */
  private entriesOf(table: number, signature: string): Map<number, number> | null {
    const { code, changed } = this;
    const isShared = code.exports.some(({ kind, index }) => kind === ExternalKind.Table && index === table);
    if (isShared || table < code.importedTables || changed.has(table)) return null;
    const functions = new Map<number, number>();
    for (const { mode, table: filled, offset, entries } of code.elements) {
      if (mode !== 'active' || filled !== table) continue;
      if (offset.length !== 1 || offset[0].code !== Opcode.I32Const) return null;
      const start = offset[0].low >>> 0;
      // A segment that does not fit traps, and later segments are left out.
      if (start + entries.length > code.tables[table].minimum) return null;
      for (const [at, entry] of entries.entries()) {
        if (entry.length !== 1) return null;
        const { code: opcode, low } = entry[0];
        if (opcode === Opcode.RefFunc) functions.set(start + at, low);
        else if (opcode === Opcode.RefNull) functions.delete(start + at);
        else return null;
      }
    }
    for (const [index, called] of functions)
      if (code.functions[called].signature !== signature) functions.delete(index);
    return functions.size <= MOST_CASES ? functions : null;
  }
}
