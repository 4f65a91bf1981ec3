// Values of constant expressions where they do not depend on imports.

import type { Module } from '../../src/index.js';
import { Opcode } from '../../src/opcodes.js';
import { Reader } from '../../src/reader.js';

/** Walks over a valid constant expression. Returns its value if it is one i32.const, as unsigned; else NaN. */
export function readConstant(reader: Reader): number {
  let value = NaN;
  let instructions = 0;
  walk(reader, (code, constant) => {
    instructions++;
    if (code === Opcode.I32Const) value = constant >>> 0;
  });
  return instructions === 1 ? value : NaN;
}

function walk(reader: Reader, visit: (code: number, constant: number) => void): void {
  for (let code = reader.byte(); code !== Opcode.End; code = reader.byte()) {
    let constant = 0;
    if (code === Opcode.I32Const) constant = reader.s32();
    else if (code === Opcode.I64Const) reader.s64();
    else if (code === Opcode.F32Const) reader.skip(4);
    else if (code === Opcode.F64Const) reader.skip(8);
    else if (code === Opcode.GlobalGet || code === Opcode.RefFunc) reader.u32();
    else if (code === Opcode.RefNull) reader.byte();
    visit(code, constant);
  }
}

export function skipConstantExpression(reader: Reader): void {
  readConstant(reader);
}

export interface GlobalValue {
  index: number;
  /** A `ValueType`. */
  type: number;
  mutable: boolean;
  /** The unsigned i32 that the expression starts with; NaN if it starts with no constant. */
  value: number;
}

/** The globals that a valid module defines itself. */
export function readGlobals(module: Module): GlobalValue[] {
  const reader = new Reader();
  reader.reset(module.bytes, module.globalsAt, module.bytes.length);
  return Array.from({ length: module.globalCount - module.importedGlobals }, (_, number) => {
    const type = reader.byte();
    const mutable = reader.byte() === 1;
    return { index: module.importedGlobals + number, type, mutable, value: readConstant(reader) };
  });
}

/** The most value slots that evaluating a constant expression of a valid module takes: of globals and of segments' addresses. */
export function constantSlots(module: Module): number {
  const reader = new Reader();
  let most = 0;
  reader.reset(module.bytes, module.globalsAt, module.bytes.length);
  for (let index = module.importedGlobals; index < module.globalCount; index++) {
    reader.skip(2);
    most = Math.max(most, constantDepth(reader));
  }
  reader.position = module.dataAt;
  for (let index = 0; index < module.dataCount; index++) {
    const flags = reader.u32();
    if (flags === 2) reader.u32();
    if (flags !== 1) most = Math.max(most, constantDepth(reader));
    reader.blob();
  }
  reader.position = module.elementsAt;
  for (let index = 0; index < module.elementCount; index++) {
    const flags = reader.u32();
    if ((flags & 1) === 0) {
      if ((flags & 2) !== 0) reader.u32();
      most = Math.max(most, constantDepth(reader));
    }
    if ((flags & 3) !== 0) reader.byte();
    for (let count = reader.u32(); count > 0; count--) {
      if ((flags & 4) !== 0) skipConstantExpression(reader);
      else reader.u32();
    }
  }
  return most;
}

function constantDepth(reader: Reader): number {
  let depth = 0;
  let most = 0;
  walk(reader, (code) => {
    depth += code >= Opcode.I32Add && code <= Opcode.I64Mul ? -1 : 1;
    most = Math.max(most, depth);
  });
  return most;
}
