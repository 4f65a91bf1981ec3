// Reads instructions and locals of function bodies (core specification, 5.4 and 5.5.13), for validation and for lowering.

import { decodeError } from './errors.js';
import { featureOfOpcode, refusal } from './features.js';
import type { Module } from './module.js';
import { OPCODE_COUNT, PREFIX_FC } from './opcodes.js';
import { moduleType, readValueType } from './parse.js';
import type { Reader } from './reader.js';
import { checkCapacity, type Store } from './store.js';

/** Reads an opcode; the prefix 0xFC is folded in. Prefixes of features that are not supported are named. */
export function readOpcode(reader: Reader): number {
  const code = reader.byte();
  if (code < 0xfb) return code;
  if (code === 0xfc) {
    const extended = reader.u32();
    if (extended < OPCODE_COUNT - PREFIX_FC) return PREFIX_FC + extended;
    return reader.fail('illegal opcode 0xfc ' + extended);
  }
  return illegalOpcode(reader, code);
}

/** Fails at the opcode that was read last. */
export function illegalOpcode(reader: Reader, code: number): never {
  reader.position--;
  const what = 'opcode 0x' + code.toString(16);
  return reader.fail(refusal(featureOfOpcode(code), what, 'illegal ' + what));
}

/** Reads a block type (5.4.1): an interned function type, or -1 for an unknown type index. */
export function readBlockType(store: Store, reader: Reader, module: Module): number {
  const first = reader.bytes[reader.position];
  if (first === 0x40) {
    reader.byte();
    return 0;
  }
  if ((first & 0xc0) === 0x40) return store.blockType(readValueType(reader));
  const index = reader.s33();
  if (index < 0) reader.fail('malformed block type');
  return moduleType(store, module, index);
}

/** Reads the locals of a function body behind its parameters into `localTypes`. Returns how many there are in all. */
export function readLocals(store: Store, reader: Reader, type: number): number {
  const locals = store.localTypes;
  const parameters = store.typeParameterCounts[type];
  const offset = store.typeOffsets[type];
  checkCapacity('functionLocals', parameters, locals.length, reader.position);
  for (let index = 0; index < parameters; index++) locals[index] = store.typeValues[offset + index];
  let count = parameters;
  const groups = reader.u32();
  for (let group = 0; group < groups; group++) {
    const repeat = reader.u32();
    if (count + repeat > 4294967295) throw decodeError('too many locals at byte ' + reader.position, reader.position);
    const type = readValueType(reader);
    const end = count + repeat;
    if (end <= locals.length) for (; count < end; count++) locals[count] = type;
    else count = end;
  }
  checkCapacity('functionLocals', count, locals.length, reader.position);
  return count;
}
