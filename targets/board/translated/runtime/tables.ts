// Table instructions. A table is an array of indices of functions, or null.
// Written for Espruino: no hoisting, no rest arguments.

import { Trap } from '../../../../src/trap.js';
import { trap } from './traps.js';

/** Written by the build. */
declare const elements: (number | null)[][];

type Entry = number | null;

export function inTable(entries: ArrayLike<Entry>, index: number, count: number, at: number): number {
  if ((index >>> 0) + (count >>> 0) > entries.length) trap(Trap.TableOutOfBounds, at);
  return index;
}

export function table_get(entries: Entry[], index: number, at: number): Entry {
  return entries[inTable(entries, index, 1, at)];
}

export function table_set(entries: Entry[], index: number, value: Entry, at: number): void {
  entries[inTable(entries, index, 1, at)] = value;
}

export function table_size(entries: Entry[]): number {
  return entries.length;
}

export function table_grow(entries: Entry[], most: number, value: Entry, count: number): number {
  const old = entries.length;
  if (old + (count >>> 0) > most || count >>> 0 > 1000) return -1;
  for (let index = 0; index < count; index++) entries.push(value);
  return old;
}

export function table_fill(entries: Entry[], index: number, value: Entry, count: number, at: number): void {
  inTable(entries, index, count, at);
  for (let offset = 0; offset < count; offset++) entries[index + offset] = value;
}

export function table_copy(
  target: Entry[],
  source: Entry[],
  to: number,
  from: number,
  count: number,
  at: number,
): void {
  inTable(target, to, count, at);
  inTable(source, from, count, at);
  if (to <= from) for (let index = 0; index < count; index++) target[to + index] = source[from + index];
  else for (let index = count - 1; index >= 0; index--) target[to + index] = source[from + index];
}

export function table_init(
  entries: Entry[],
  segment: number,
  to: number,
  from: number,
  count: number,
  at: number,
): void {
  inTable(elements[segment], from, count, at);
  inTable(entries, to, count, at);
  for (let index = 0; index < count; index++) entries[to + index] = elements[segment][from + index];
}

export function elem_drop(segment: number): void {
  elements[segment] = [];
}
