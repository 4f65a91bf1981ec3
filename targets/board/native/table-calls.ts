// Calls of functions by their index in the first table, which host functions make: callbacks of timers and watches.

import { Trap } from '../../../src/trap.js';
import { Context } from '../../compiler/thumb/contract.js';
import type { ThumbImage } from '../../compiler/thumb/image.js';
import type { ModuleCode } from '../../module/module-code.js';
import type { BoardEntries } from './board-code.js';
import { argumentsText, parameterWords } from './values.js';

/** Numbers, as host functions pass them. */
const SIGNATURE = /^[iIfF]*:[iIfF]*$/;

/** Functions that may be in the first table, and take what host functions pass. */
export function calledByIndex(code: ModuleCode): number[] {
  if (code.tables.length === 0 || code.tables[0].element !== 'r') return [];
  const referred = code.elements.flatMap(({ entries }) => entries.map(([{ low }]) => low));
  return [...new Set(referred)].filter((index) => SIGNATURE.test(code.functions[index]?.signature ?? ''));
}

interface TableCalls {
  functions: readonly number[];
  /** Byte offset in the context of the table's entries. */
  entriesAt: number;
}

/** `callTableZero`. Who has been called is kept, so that a callback that is called again costs little. */
export function tableCallText(
  code: ModuleCode,
  image: ThumbImage,
  board: BoardEntries,
  { functions, entriesAt }: TableCalls,
): string {
  if (functions.length === 0) return `const callTableZero = function () { trap(${Trap.UndefinedElement}); };`;
  const offsets = new Map(image.functions.map(({ index, offset }) => [index, offset | 1]));
  const types = [...new Set(functions.map((index) => code.functions[index].parameters))].filter(
    (each) => !isDirect(each),
  );
  const rows = functions.map((index) => {
    const { parameters } = code.functions[index];
    return `${offsets.get(index)}: [${board.exports.get(index)}, '${parameters}:', ${types.indexOf(parameters)}]`;
  });
  const size = image.tableOffset(0) / 4 + 1;
  return `const calledByIndex = {};
const withWords = [${types.map(wordsText)}];
const callTableZero = function (index, values) {
  const entry = index >>> 0 < context[${size}] ? context[${entriesAt / 4} + index] : 0;
  let known = calledByIndex[entry];
  if (!known) {
    const base = context[${Context.ImageBase / 4}];
    const row = { ${rows.join(', ')} }[entry - base];
    if (!row) trap(${Trap.UndefinedElement});
    const run = E.nativeCall(base + row[0], 'void(int,int,int,int)').bind(undefined, E.getAddressOf(context, true));
    known = [row[2] < 0 ? run : withWords[row[2]].bind(undefined, run), row[1]];
    calledByIndex[entry] = known;
  }
  call(known[0], values, known[1]);
};`;
}

/** Whether the firmware passes the words as they are. */
const isDirect = (parameters: string) => /^i{0,3}$/.test(parameters);

/** A function of machine code and of the words of its arguments, of which a float is one here. */
function wordsText(parameters: string): string {
  const names = parameterWords(parameters);
  return `function (run, ${names.flat().join(', ')}) { ${argumentsText('run', parameters, names)}; }`;
}
