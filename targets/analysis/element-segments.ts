// The element segments of a valid module: which functions they write to which table (core specification, 5.5.12).

import type { Module } from '../../src/index.js';
import { Opcode } from '../../src/opcodes.js';
import { Reader } from '../../src/reader.js';
import { skipConstantExpression } from './constant-value.js';

export interface ElementSegment {
  /** The table that it is copied into at instantiation, -1 if it is passive or declarative. */
  table: number;
  /** Function indices, without null references. */
  functions: number[];
  /** Some entries are imported globals, whose functions are not known. */
  unknown: boolean;
}

export function readElementSegments(module: Module): ElementSegment[] {
  const reader = new Reader();
  reader.reset(module.bytes, module.elementsAt, module.bytes.length);
  return Array.from({ length: module.elementCount }, () => readSegment(reader));
}

function readSegment(reader: Reader): ElementSegment {
  const flags = reader.u32();
  const segment: ElementSegment = { table: -1, functions: [], unknown: false };
  if ((flags & 1) === 0) {
    segment.table = (flags & 2) !== 0 ? reader.u32() : 0;
    skipConstantExpression(reader);
  }
  if ((flags & 3) !== 0) reader.byte();
  for (let count = reader.u32(); count > 0; count--) {
    if ((flags & 4) === 0) segment.functions.push(reader.u32());
    else readReference(reader, segment);
  }
  return segment;
}

/** A reference is one instruction: ref.null, ref.func or global.get. */
function readReference(reader: Reader, segment: ElementSegment): void {
  const code = reader.byte();
  if (code === Opcode.RefFunc) segment.functions.push(reader.u32());
  else if (code === Opcode.GlobalGet) {
    reader.u32();
    segment.unknown = true;
  } else reader.byte();
  reader.byte();
}
