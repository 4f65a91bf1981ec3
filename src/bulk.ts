// Memory and table instructions that move more than one element (core specification, 4.4.6 and 4.4.7).

import { SEGMENT_ROW, TABLE_ROW } from './capacities.js';
import { capacityError } from './errors.js';
import type { Instance, Module } from './module.js';
import { Opcode } from './opcodes.js';
import { Reader } from './reader.js';
import { type Store, TableColumn } from './store.js';
import { Trap } from './trap.js';
import { NULL_REFERENCE } from './types.js';

/** Overlapping ranges are copied as if through a buffer. */
export function copyBytes(bytes: Uint8Array, to: number, from: number, count: number): void {
  if (to <= from) for (let index = 0; index < count; index++) bytes[to + index] = bytes[from + index];
  else for (let index = count - 1; index >= 0; index--) bytes[to + index] = bytes[from + index];
}

export function copyEntries(entries: Int32Array, to: number, from: number, count: number): void {
  if (to <= from) for (let index = 0; index < count; index++) entries[to + index] = entries[from + index];
  else for (let index = count - 1; index >= 0; index--) entries[to + index] = entries[from + index];
}

export function initBytes(bytes: Uint8Array, to: number, source: Uint8Array, from: number, count: number): void {
  for (let index = 0; index < count; index++) bytes[to + index] = source[from + index];
}

/** Byte offset of a data segment's contents in the module. */
export function dataStart(store: Store, module: Module, segment: number): number {
  return store.moduleData[(module.dataBase + segment) * SEGMENT_ROW];
}

export function dataLength(store: Store, module: Module, segment: number): number {
  return store.moduleData[(module.dataBase + segment) * SEGMENT_ROW + 1];
}

/** table.grow: the old size, or -1 if the maximum or the capacity forbids it. `row` is the table's row in the store. */
export function growTable(store: Store, row: number, count: number, value: number): number {
  const tables = store.tables;
  const size = tables[row + TableColumn.Size];
  const added = count >>> 0;
  const maximum = tables[row + TableColumn.Maximum] >>> 0;
  if (size + added > maximum || store.tableEntryTop + added > store.tableEntries.length) return -1;
  // Tables that lie behind it move up.
  const end = tables[row] + size;
  copyEntries(store.tableEntries, end + added, end, store.tableEntryTop - end);
  for (let other = 0; other < store.tableTop; other++) {
    if (other * TABLE_ROW !== row && tables[other * TABLE_ROW] >= end) tables[other * TABLE_ROW] += added;
  }
  store.tableEntries.fill(value, end, end + added);
  store.tableEntryTop += added;
  tables[row + TableColumn.Size] = size + added;
  return size;
}

const reader = new Reader();

/** Moves `reader` behind the header of an element segment, to its count. Returns its flags. */
export function openElements(reader: Reader, instance: Instance, store: Store, segment: number): number {
  const module = instance.module;
  reader.reset(
    module.bytes,
    store.moduleElements[(module.elementBase + segment) * SEGMENT_ROW + 1],
    module.bytes.length,
  );
  const flags = reader.u32();
  if ((flags & 1) === 0) {
    if ((flags & 2) !== 0) reader.u32();
    while (reader.bytes[reader.position] !== Opcode.End) skipConstant(reader);
    reader.position++;
  }
  if ((flags & 3) !== 0) reader.byte();
  return flags;
}

function skipConstant(reader: Reader): void {
  const code = reader.byte();
  if (code === Opcode.I32Const) reader.s32();
  else if (code === Opcode.I64Const) reader.s64();
  else if (code === Opcode.GlobalGet || code === Opcode.RefFunc) reader.u32();
  else if (code === Opcode.RefNull) reader.byte();
}

/** The reference that the next entry of an element segment stands for. */
export function readElement(reader: Reader, instance: Instance, store: Store, flags: number): number {
  if ((flags & 4) === 0) return instance.functionBase + reader.u32();
  const code = reader.byte();
  let value = NULL_REFERENCE;
  if (code === Opcode.RefFunc) value = instance.functionBase + reader.u32();
  else if (code === Opcode.GlobalGet) {
    value = store.globals[store.globalAddresses[instance.globalBase + reader.u32()] * 2];
  } else reader.byte();
  reader.byte();
  return value;
}

/** table.init: a Trap or 0. `row` is the table's row in the store. */
export function initTable(
  store: Store,
  instance: Instance,
  segment: number,
  row: number,
  to: number,
  from: number,
  count: number,
): number {
  const flags = openElements(reader, instance, store, segment);
  const entries = store.droppedElements[instance.elementBase + segment] === 1 ? 0 : reader.u32();
  if (from + count > entries || to + count > store.tables[row + TableColumn.Size]) return Trap.TableOutOfBounds;
  const base = store.tables[row] + to;
  for (let index = 0; index < from; index++) readElement(reader, instance, store, flags);
  for (let index = 0; index < count; index++) {
    store.tableEntries[base + index] = readElement(reader, instance, store, flags);
  }
  return Trap.None;
}

/** Room for a new table. Returns its address. */
export function addTable(store: Store, type: number, minimum: number, maximum: number, offset: number): number {
  const capacities = store.capacities;
  if (store.tableTop >= capacities.tables) {
    throw capacityError('tables', store.tableTop + 1, capacities.tables, offset);
  }
  if (store.tableEntryTop + minimum > capacities.tableEntries) {
    throw capacityError('tableEntries', store.tableEntryTop + minimum, capacities.tableEntries, offset);
  }
  const address = store.tableTop++;
  const row = address * TABLE_ROW;
  store.tables[row + TableColumn.Base] = store.tableEntryTop;
  store.tables[row + TableColumn.Size] = minimum;
  store.tables[row + TableColumn.Maximum] = maximum;
  store.tables[row + TableColumn.Type] = type;
  store.tableEntries.fill(NULL_REFERENCE, store.tableEntryTop, store.tableEntryTop + minimum);
  store.tableEntryTop += minimum;
  return address;
}
