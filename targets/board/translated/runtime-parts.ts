// The parts of the runtime that a translated program has, in the order in which they are declared, and its imported functions.

import { crc32 } from 'node:zlib';
import { VerificationLevel } from '../../../src/safety/index.js';
import { Operation } from '../../compiler/intermediate/operation.js';
import type { EspruinoModule } from '../../compiler/javascript/espruino/module.js';
import { constant, type ProgramPart } from '../../compiler/javascript/trees/program.js';
import { type ImportedFunction, importedFunction, type OwnImports } from '../../host-functions/own-imports.js';
import {
  jsBlockSums,
  jsFuel,
  jsRuntime,
  jsSlices,
  jsState,
  jsTraps,
  jsVerification,
  jsVerifiedCode,
  numeric,
  wide,
} from '../generated/texts.js';
import type { StorageFile } from '../image.js';
import { importCall, memoryBufferBytes, READ_FUNCTION } from '../program-parts.js';
import type { TranslatedModule, TranslatedOptions } from './translated-module.js';

/** The function that reads files, and what it needs. */
export const READ_PARTS = [constant('storage', "BOARD_REQUIRE('Storage')"), constant('read', READ_FUNCTION)];

/** Whether memory can get larger than it is at the start. */
export function canGrow({ module, lowered, memoryBytes }: TranslatedModule): boolean {
  return memoryBytes < memoryBufferBytes(lowered.memory) && module.operations.has(Operation.MemoryGrow);
}

/** Segments that memory.init reads: their starts and lengths, and the file of their bytes. */
export interface PassiveData {
  rows: number[];
  file: StorageFile | undefined;
}

export function runtimeParts(
  translated: TranslatedModule,
  options: TranslatedOptions,
  { rows, file }: PassiveData,
): ProgramPart[] {
  const { module, memoryBytes, fuel, sumsBlocks } = translated;
  const level = options.verification ?? VerificationLevel.None;
  const isJitted = module.jitted.length > 0;
  // Functions have a variable of that name of their own where nothing is jitted.
  const isWanted = (part: ProgramPart) =>
    isJitted || typeof part === 'string' || !('name' in part) || part.name !== 'x';
  return [
    ...(fuel ? jsFuel : []),
    ...(options.resumable ? jsSlices : []),
    ...(level > 0 ? [...jsVerification, ...jsVerifiedCode] : []),
    { kind: canGrow(translated) ? 'let' : 'const', name: 'limit', value: String(memoryBytes) },
    constant('bytes', 'new Uint8Array(MEMORY_BYTES)'),
    ...(sumsBlocks ? jsBlockSums : []),
    ...(file ? READ_PARTS : []),
    constant('dataSegments', JSON.stringify(rows)),
    constant(
      'dataBytes',
      `/* @__PURE__ */ new Uint8Array(${file ? `read('${file.name}', ${crc32(file.bytes)})` : '0'})`,
    ),
    ...[...jsState, ...jsTraps, ...jsRuntime].filter(isWanted),
    ...numeric,
    ...(hasWide(module) ? [wide, WIDE] : []),
    ...module.declarations,
    ...importParts(translated, options.imports),
    ...module.references,
  ];
}

const WIDE_OPERATIONS = [
  Operation.I64Add128,
  Operation.I64Sub128,
  Operation.I64MultiplyWideSigned,
  Operation.I64MultiplyWideUnsigned,
];

function hasWide({ operations }: EspruinoModule): boolean {
  return WIDE_OPERATIONS.some((each) => operations.has(each));
}

/** Results behind the first word are where those of calls are. */
const WIDE = `
const wideOperands = new Int32Array(8);
function wideWords() { highWord = wideResult[1]; r2 = wideResult[2]; r3 = wideResult[3]; return wideResult[0]; }
function i64_add128(a, b, c, d, e, f, g, h) {
  wideOperands.set([a, b, c, d, e, f, g, h]); wideAdd(wideOperands, 0, 2, 4, 6); return wideWords();
}
function i64_sub128(a, b, c, d, e, f, g, h) {
  wideOperands.set([a, b, c, d, e, f, g, h]); wideSubtract(wideOperands, 0, 2, 4, 6); return wideWords();
}
function i64_mul_wide_s(a, b, c, d) { wideOperands.set([a, b, c, d]); wideMultiply(wideOperands, 0, 2, 1); return wideWords(); }
function i64_mul_wide_u(a, b, c, d) { wideOperands.set([a, b, c, d]); wideMultiply(wideOperands, 0, 2, 0); return wideWords(); }
`;

function importParts({ module, imports }: TranslatedModule, own: OwnImports | undefined): string[] {
  const isJitted = module.jitted.length > 0;
  // The others are called by their implementations.
  const called = imports.map((each, index) => ({ each, index })).filter(({ index }) => !module.direct.has(index));
  return called.map(({ each, index }) => importText(importedFunction(each, own)!, index, isJitted));
}

/** An imported function as a function of words. It may throw what is no trap. */
function importText(imported: ImportedFunction, index: number, isJitted: boolean): string {
  const { parameters, results, implementation } = imported;
  const words = [...parameters].map((letter, at) => (letter === 'I' ? [`v${at}`, `w${at}`] : [`v${at}`]));
  const converted: Record<string, string> = {
    '': '',
    i: 'return value | 0;',
    I:
      implementation === ''
        ? 'highWord = value[1] | 0; return value[0] | 0;'
        : 'highWord = host.high; return value | 0;',
    f: 'single[0] = value; return single[0];',
    F: 'double[0] = value; return double[0];',
    r: 'return value;',
    R: 'return value;',
  };
  const takeBack = 'if (MEMORY_BYTES > 65536) takeBack(); if (SUMS_BLOCKS) closeBlocks();';
  const [enter, leave] = isJitted ? ['x = -1;', 'x = 0;'] : ['', ''];
  const { statements, value } = importCall(imported, index, words);
  const call = statements === '' ? `const value = ${value};` : statements;
  return `function f${index}(${words.flat().join(', ')}) { ${enter} ${call} ${leave} ${takeBack} ${converted[results]} }`;
}
