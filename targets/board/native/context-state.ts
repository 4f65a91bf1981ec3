// The context of an image before the first call: globals, tables, and the flags of segments that instantiation has dropped.

import type { ThumbImage } from '../../compiler/thumb/image.js';
import type { ModuleCode } from '../../module/module-code.js';
import { globalBits, tableEntries } from '../initial-state.js';
import type { LoweredModule } from '../interpreted/lowered-module.js';

export interface ContextState {
  /** Words that are not 0; that of a function's address is an offset in the image, with the Thumb bit. */
  words: { offset: number; value: number; isAddress: boolean }[];
  /** For each table: the offset of its descriptor, its entries, which are such addresses or all 0, and its maximum length. */
  tables: { offset: number; entries: number[]; isAddress: boolean; most: number }[];
}

export const WORD_BYTES = 4;

/** `mostEntries` are those of all tables, where one grows: each that does gets an equal part of what is left of them. */
export function contextState(
  code: ModuleCode,
  lowered: LoweredModule,
  image: ThumbImage,
  mostEntries: number,
): ContextState {
  const functions = new Map(image.functions.map(({ index, offset }) => [index, offset | 1]));
  const words: ContextState['words'] = [];
  for (const [index, { type }] of code.globals.entries()) {
    const [low, high] = globalBits(code, lowered, index);
    const offset = image.globalOffset(index);
    // A reference of the host is null.
    if (type === 'R') continue;
    if (type !== 'r') words.push({ offset, value: low, isAddress: false });
    else if (low >= 0) words.push({ offset, value: functions.get(low)!, isAddress: true });
    if (type === 'I' || type === 'F') words.push({ offset: offset + WORD_BYTES, value: high, isAddress: false });
  }
  const flag = (offset: number) => words.push({ offset, value: 1, isAddress: false });
  for (const [index, { mode }] of code.data.entries()) if (mode === 'active') flag(image.dataFlagOffset(index));
  for (const [index, { mode }] of code.elements.entries()) if (mode !== 'passive') flag(image.elementFlagOffset(index));
  const left = code.tables.reduce((rest, { minimum }) => rest - minimum, mostEntries);
  const room = Math.max(0, Math.floor(left / Math.max(1, image.grownTables.size)));
  const tables = tableEntries(code, lowered).map((entries, index) => {
    const isAddress = code.tables[index].element === 'r';
    const nothing = isAddress ? image.nullFunction | 1 : 0;
    const addresses = entries.map((entry) => (entry < 0 ? nothing : functions.get(entry)!));
    const { minimum, maximum } = code.tables[index];
    const most = image.grownTables.has(index) ? Math.min(minimum + room, maximum < 0 ? Infinity : maximum) : minimum;
    return { offset: image.tableOffset(index), entries: addresses, isAddress, most };
  });
  return { words: words.filter(({ value }) => value !== 0), tables };
}
