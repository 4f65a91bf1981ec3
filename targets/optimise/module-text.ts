// Writes a module in the text format with the byte offset of every instruction, as binaryen reads it: a line `;;@ module:120:1` before
// an instruction gives its position in the bytes. Custom sections are left out.

import { Opcode } from '../../src/opcodes.js';
import { Reader } from '../../src/reader.js';
import { ExternalKind } from '../../src/types.js';
import { type ConstantExpression, type FunctionType, letterOf, type ModuleCode } from '../module/module-code.js';
import { constantText, instructionText, typeName } from './instruction-text.js';

export function moduleText(code: ModuleCode): string {
  const { imports, exports, tables, importedTables, memory, memoryImported, globals, importedGlobals } = code;
  const lines = [
    ...code.types.map((type) => `(type (func${signatureText(type)}))`),
    ...imports.map(({ module, name, kind, index, type }) => {
      const imported = kind === ExternalKind.Function ? `func ${typeUse(code, index)}` : externalType(kind, type);
      return `(import ${stringText(module)} ${stringText(name)} (${imported}))`;
    }),
    ...tables.slice(importedTables).map(({ element, minimum, maximum }) => {
      return `(table ${limits(minimum, maximum)} ${typeName(element)})`;
    }),
  ];
  if (memory && !memoryImported) {
    const pageSize = memory.pageBytes === 65536 ? '' : ` (pagesize ${memory.pageBytes})`;
    lines.push(`(memory ${limits(memory.minimum, memory.maximum)}${pageSize})`);
  }
  for (const [index, { type, mutable }] of globals.slice(importedGlobals).entries()) {
    const name = typeName(type);
    const value = expressionText(code.initialisers[index], type);
    lines.push(`(global ${mutable ? `(mut ${name})` : name} ${value})`);
  }
  for (const { name, kind, index } of exports) lines.push(`(export ${stringText(name)} (${KINDS[kind]} ${index}))`);
  if (code.start >= 0) lines.push(`(start ${code.start})`);
  for (const { mode, table, element, offset, entries } of code.elements) {
    const place = mode === 'active' ? `(table ${table}) (offset ${expressionText(offset, '')})` : '';
    // binaryen gives a declarative segment no index. It is as if dropped; what it declares, binaryen declares again.
    const items = mode === 'declarative' ? [] : entries.map((entry) => `(item ${expressionText(entry, element)})`);
    lines.push(`(elem ${place} ${typeName(element)} ${items.join(' ')})`);
  }
  for (let index = code.importedFunctions; index < code.functions.length; index++) pushFunction(lines, code, index);
  for (const { mode, offset, bytes } of code.data) {
    const place = mode === 'active' ? `(offset ${expressionText(offset, '')})` : '';
    lines.push(`(data ${place} ${bytesText(bytes)})`);
  }
  return `(module\n${lines.join('\n')}\n)\n`;
}

const KINDS: Record<ExternalKind, string> = {
  [ExternalKind.Function]: 'func',
  [ExternalKind.Table]: 'table',
  [ExternalKind.Memory]: 'memory',
  [ExternalKind.Global]: 'global',
};

function signatureText({ parameters, results }: FunctionType): string {
  const list = (word: string, letters: string) =>
    letters === '' ? '' : ` (${word} ${[...letters].map(typeName).join(' ')})`;
  return list('param', parameters) + list('result', results);
}

function typeUse(code: ModuleCode, functionIndex: number): string {
  return `(type ${code.types.indexOf(code.functions[functionIndex])})`;
}

/** Converts a type from a description, such as `global mut i32`. */
function externalType(kind: ExternalKind, type: string): string {
  return kind === ExternalKind.Global ? type.replace(/mut (\w+)/, '(mut $1)') : type;
}

const limits = (minimum: number, maximum: number) => (maximum < 0 ? `${minimum}` : `${minimum} ${maximum >>> 0}`);

function expressionText(expression: ConstantExpression, letter: string): string {
  return expression.map((each) => constantText(each, letter)).join(' ');
}

function pushFunction(lines: string[], code: ModuleCode, index: number): void {
  const reader = new Reader();
  reader.reset(code.bytes, code.bodies[index], code.bytes.length);
  reader.u32();
  lines.push(`(func ${typeUse(code, index)}`);
  for (let groups = reader.u32(); groups > 0; groups--) {
    const count = reader.u32();
    const type = typeName(letterOf(reader.byte()));
    lines.push(`(local${` ${type}`.repeat(count)})`);
  }
  // The first `end` without a beginning is the body's.
  for (let depth = 0; depth >= 0; ) {
    const at = reader.position;
    const { code: opcode, text } = instructionText(reader);
    const opens = opcode === Opcode.Block || opcode === Opcode.Loop || opcode === Opcode.If;
    const closes = opcode === Opcode.End || opcode === Opcode.Else;
    if (opens) depth++;
    else if (opcode === Opcode.End && --depth < 0) break;
    if (!closes) lines.push(`;;@ module:${at}:1`);
    // In parentheses, because binaryen looks behind an immediate for more of them, and loses the place that stands there.
    lines.push(opens || closes ? text : `(${text})`);
  }
  lines.push(')');
}

function stringText(text: string): string {
  return bytesText(new TextEncoder().encode(text));
}

function bytesText(bytes: Uint8Array): string {
  return `"${Buffer.from(bytes).toString('hex').replace(/../g, '\\$&')}"`;
}
