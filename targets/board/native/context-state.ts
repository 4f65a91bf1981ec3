// What the context of an image holds before the first call: globals, tables, and the flags of segments that instantiating has used up.

import type { ThumbImage } from '../../compiler/thumb/image.js';
import type { ModuleCode } from '../../module/module-code.js';
import { globalBits, tableEntries } from '../initial-state.js';
import type { LoweredModule } from '../interpreted/lowered-module.js';

export interface ContextState {
  /** Words that are not 0; that of a function's address is an offset in the image, with the Thumb bit. */
  words: { offset: number; value: number; isAddress: boolean }[];
  /** Of each table: the offset of its descriptor, and its entries, which are such addresses or all 0. */
  tables: { offset: number; entries: number[]; isAddress: boolean }[];
}

const WORD_BYTES = 4;

export function contextState(code: ModuleCode, lowered: LoweredModule, image: ThumbImage): ContextState {
  const functions = new Map(image.functions.map(({ index, offset }) => [index, offset | 1]));
  const words: ContextState['words'] = [];
  for (const [index, { type }] of code.globals.entries()) {
    const [low, high] = globalBits(code, lowered, index);
    const offset = image.globalOffset(index);
    if (type !== 'r') words.push({ offset, value: low, isAddress: false });
    else if (low >= 0) words.push({ offset, value: functions.get(low)!, isAddress: true });
    if (type === 'I' || type === 'F') words.push({ offset: offset + WORD_BYTES, value: high, isAddress: false });
  }
  const flag = (offset: number) => words.push({ offset, value: 1, isAddress: false });
  for (const [index, { mode }] of code.data.entries()) if (mode === 'active') flag(image.dataFlagOffset(index));
  for (const [index, { mode }] of code.elements.entries()) if (mode !== 'passive') flag(image.elementFlagOffset(index));
  const tables = tableEntries(code, lowered).map((entries, index) => {
    const isAddress = code.tables[index].element === 'r';
    const nothing = isAddress ? image.nullFunction | 1 : 0;
    const addresses = entries.map((entry) => (entry < 0 ? nothing : functions.get(entry)!));
    return { offset: image.tableOffset(index), entries: addresses, isAddress };
  });
  return { words: words.filter(({ value }) => value !== 0), tables };
}
