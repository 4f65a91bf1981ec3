// Builds the files of a module that a board interprets: the program with its handlers, the lowered module, the data.

import { crc32 } from 'node:zlib';
import type { Board } from '../../../boards/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import { printParts } from '../../compiler/javascript/trees/program.js';
import { type ImportedFunction, importedFunction, type OwnImports } from '../../host-functions/own-imports.js';
import type { LinkedModule } from '../../linking/link-modules.js';
import { initialiserOf } from '../../module/entry-points.js';
import { keepsReferences } from '../../module/module-code.js';
import type { ReadModule } from '../../module/read-module.js';
import type { ArgumentChecks } from '../argument-checks.js';
import { BuildError } from '../build-error.js';
import { bufferPart, estimatedPart, type JsVarPart } from '../figures.js';
import { numeric, runOnly, state, trapPlace, verification, wide } from '../generated/texts.js';
import type { ProgramSizes, StorageFile, TierProgram } from '../image.js';
import { countsOf } from '../parsable.js';
import {
  bundleProgram,
  bytesOf,
  chunkBytes,
  dataChunks,
  dataLines,
  ExportLines,
  functionNamesText,
  importCall,
  importHosts,
  memoryBufferBytes,
  memoryConstants,
  NOTHING,
  onBoard,
  ownImportLines,
  READ,
} from '../program-parts.js';
import { runtimeJsVars } from '../runtime-size.js';
import { sliceFuel } from '../slice-fuel.js';
import { checkedProgram } from '../start-check.js';
import { type PlacedInterface, TypedProgram } from '../typed/typed-program.js';
import { ownHandlersFor } from './grouping.js';
import { type LoweredModule, lowerModule, type Range } from './lowered-module.js';

export interface InterpretedOptions extends ProgramSizes {
  board: Board;
  name: string;
  linked?: readonly LinkedModule[];
  /** The user's JavaScript for imports of the module. */
  imports?: OwnImports;
  /** The module's world: its glue is what the program exports. */
  typed?: PlacedInterface;
  /** Checks of the arguments of exported functions; null for none. */
  checks?: ArgumentChecks | null;
  /** How many instructions keep a handler of their own, those that run most; by default as many as pay. */
  ownHandlers?: number;
  /** The verification between calls and slices. */
  verification?: VerificationLevel;
  /** Statements behind the program, among the runtime's own names. */
  epilogue?: (module: LoweredModule) => string;
}

/** An interpreted program before it is minified, and the files that it reads. */
export interface InterpretedText {
  text: string;
  /** The values of the constants of the build, by name. */
  define: Record<string, string>;
  files: StorageFile[];
  module: LoweredModule;
  /** Words of the table entries while the program runs. */
  tableWords: number;
}

/** Throws BuildError, and what instantiating the module throws. */
export function interpretedText(read: ReadModule, options: InterpretedOptions): InterpretedText {
  const { board, name, ownHandlers, linked = [], checks = null } = options;
  const own =
    ownHandlers === undefined
      ? { count: ownHandlersFor(board.freeJsVars) }
      : { count: ownHandlers, limit: ownHandlers };
  const module = lowerModule(read, options.memory, linked, own, options.imports);
  const code = codeFile(module, name);
  const chunks = dataChunks(module.ranges);
  const grows = module.instructions.includes('TableGrow');
  const tableWords = grows ? Math.max(options.tableEntries, module.tableEntries.length) : module.tableEntries.length;
  const files: StorageFile[] = [
    { name: `${name}.code`, bytes: code },
    ...chunks.map((chunk, index) => ({ name: `${name}.d${index}`, bytes: chunkBytes(chunk) })),
    {
      name: `${name}.data`,
      bytes: module.instructions.includes('MemoryInit') ? module.dataSegments.contents : NOTHING,
    },
    {
      name: `${name}.elem`,
      bytes: module.instructions.includes('TableInit') ? bytesOf(module.elementSegments.contents) : NOTHING,
    },
    { name: `${name}.trap`, bytes: bytesOf(module.traps) },
  ].filter((file) => file.bytes.length > 0);
  const parts: ProgramParts = {
    level: options.verification ?? VerificationLevel.None,
    board,
    name,
    slotWords: slotWords(options),
    callWords: callWords(options),
    tableWords,
    files,
    chunks,
    epilogue: options.epilogue?.(module) ?? '',
    own: options.imports,
    checks,
    keepsReferences: [read, ...linked.map(({ module }) => module)].some(keepsReferences),
    typed:
      options.typed &&
      new TypedProgram(options.typed, {
        board: options.board,
        sliced: true,
        addresses: module.exports,
        checks: checks !== null,
        memoryStart: module.memory.start,
        memoryBytes: memoryBufferBytes(module.memory),
        imports: module.imports,
      }),
  };
  return { text: programText(module, read, parts), define: definesOf(module, read, parts), files, module, tableWords };
}

const slotWords = ({ valueSlots }: ProgramSizes) => valueSlots * 2;
const callWords = ({ callDepth }: ProgramSizes) => callDepth * 2 + 2;

/** Throws BuildError, and what instantiating the module throws. */
export async function buildInterpreted(read: ReadModule, options: InterpretedOptions): Promise<TierProgram> {
  const { board, name } = options;
  const { text, define, files, module, tableWords } = interpretedText(read, options);
  const program = await bundleProgram(text, define, { own: options.imports });
  files.push(checkedProgram(name, program, files));
  const tables = entriesChange(module) ? [bufferPart('tables', tableWords * 4, board)] : [];
  return {
    files,
    jsVarParts: [
      bufferPart('linear memory', module.memory.bytes, board),
      bufferPart('value slots', slotWords(options) * 4, board),
      bufferPart('call stack', callWords(options) * 4, board),
      bufferPart('globals', module.globals.length * 4, board),
      ...tables,
      ...ownJsVars(module, program),
    ],
  };
}

const entriesChange = (module: LoweredModule) =>
  module.instructions.some((each) => /^Table(Set|Fill|Copy|Init|Grow)$/.test(each));

/** JsVars of a function, an export, an import: from programs on Espruino for 32-bit ARM, rounded up. */
const FUNCTION_JS_VARS = 6.6;
const EXPORT_JS_VARS = 16;
const IMPORT_JS_VARS = 20;

function ownJsVars(module: LoweredModule, text: string): JsVarPart[] {
  const { functionObjects } = countsOf(text);
  return [
    estimatedPart('runtime', runtimeJsVars.interpreted),
    estimatedPart('functions', Math.ceil(functionObjects * FUNCTION_JS_VARS)),
    estimatedPart('exports', module.exports.size * EXPORT_JS_VARS),
    estimatedPart('imports', module.imports.length * IMPORT_JS_VARS),
  ];
}

/** Words before the code; 64-bit constants in it are aligned. */
const codeStart = (module: LoweredModule) => (module.functions.length + module.tableEntries.length + 1) & -2;

/** Functions, table entries, code. */
function codeFile(module: LoweredModule, name: string): Uint8Array {
  const start = codeStart(module);
  if (start * 4 > 65535)
    throw new BuildError(`${name} has too many functions and table entries for a view of its code`);
  const words = new Int32Array(start + module.code.length + 1);
  words.set(module.functions);
  words.set(module.tableEntries, module.functions.length);
  words.set(module.code, start);
  return bytesOf(words);
}

interface ProgramParts {
  level: VerificationLevel;
  board: Board;
  name: string;
  slotWords: number;
  callWords: number;
  tableWords: number;
  files: StorageFile[];
  chunks: Range[][];
  epilogue: string;
  own: OwnImports | undefined;
  typed: TypedProgram | undefined;
  checks: ArgumentChecks | null;
  keepsReferences: boolean;
}

function programText(module: LoweredModule, read: ReadModule, parts: ProgramParts): string {
  const { name, files, chunks, own } = parts;
  const { functions, tableEntries } = module;
  return `
${importHosts(module.imports, own)}
${state}
${READ}
const image = read('${name}.code', ${crc32(files[0].bytes)});
const functions = new Int32Array(image, 0, ${functions.length});
const tableEntries = ${
    entriesChange(module)
      ? `new Int32Array(${JSON.stringify(Array.from({ length: parts.tableWords }, (_, at) => tableEntries[at] ?? -1))})`
      : `new Int32Array(image, ${functions.length * 4}, ${tableEntries.length})`
  };
code = new Int32Array(image, ${codeStart(module) * 4});
const codeFloats = /* @__PURE__ */ new Float32Array(image, ${codeStart(module) * 4});
const codeDoubles = /* @__PURE__ */ new Float64Array(image, ${codeStart(module) * 4}, ${module.code.length >> 1});
const globals = new Int32Array(${JSON.stringify([...module.globals])});
const tables = new Int32Array(${JSON.stringify([...module.tables])});
const signatures = ${JSON.stringify(module.signatures)};
const functionNames = function () { return ${functionNamesText(read)}; };
const exportNames = function () { return ${JSON.stringify([...module.exports.keys()].map(onBoard))}; };
const exportAddresses = function () { return ${JSON.stringify([...module.exports.values()])}; };
let tableEntryTop = ${tableEntries.length};
const dataSegments = ${JSON.stringify(module.dataSegments.rows)};
const elementSegments = ${JSON.stringify(module.elementSegments.rows)};
${segmentFile('data', files, name)}
${segmentFile('elem', files, name)}
${printParts(numeric)}
${module.instructions.some((each) => /128|MulWide/.test(each)) ? wide : ''}
${runOnly}
${verificationText(module, parts)}
${trapPlace}
handlers = [
${module.handlers.map((text) => `function () { ${text} },`).join('\n')}
];
const imports = [
${module.imports.map((each, index) => importText(importedFunction(each, own)!, index)).join('\n')}
];
${ownImportLines(module.imports, own)}
${dataLines(chunks, files, name)}
${exportLines(module, read, parts)}
${parts.level > VerificationLevel.None ? 'seal(false);' : ''}
${[...module.starts, ...initialisers(module, read)].map((start) => `call(${start}, []);`).join('\n')}
${parts.epilogue}
`;
}

function definesOf(module: LoweredModule, read: ReadModule, parts: ProgramParts): Record<string, string> {
  const { name, files } = parts;
  const { memory } = module;
  const passed = [...module.signatures, ...module.exportedGlobals.map(({ letter }) => letter)].join();
  const passes = (letter: string) => passed.includes(letter);
  return {
    ...parts.typed?.define,
    SLOT_WORDS: String(parts.slotWords),
    CALL_WORDS: String(parts.callWords),
    ...memoryConstants(memory),
    INITIAL_BYTES: String(Math.min(memory.minimum * 2 ** memory.shift - memory.start, memoryBufferBytes(memory))),
    SINGLES: String(passes('f')),
    SLICE_FUEL: String(sliceFuel(parts.board)),
    VERIFICATION: String(parts.level),
    TYPED: String(parts.typed !== undefined),
    HOST_REFERENCES: String(passes('R')),
    KEEPS_REFERENCES: String(parts.keepsReferences),
    CODE_SUM: String(crc32(files[0].bytes)),
    MEMORY_IS_EXPORTED: String(read.exports.some(({ type }) => type.startsWith('memory'))),
    TRAP_FILE: JSON.stringify(`${name}.trap`),
  };
}

/** Addresses. */
function initialisers(module: LoweredModule, { exports }: ReadModule): number[] {
  const found = initialiserOf(exports);
  return found ? [module.exports.get(found.name)!] : [];
}

/** Describes the parts of the program that a level verifies. */
function verificationText(module: LoweredModule, { level }: ProgramParts): string {
  if (level === VerificationLevel.None) return '';
  const { Standard, Full } = VerificationLevel;
  const parts: [string, string, boolean][] = [
    ['globals', 'globals', module.globals.length > 0],
    ['tables', 'tables', module.tables.length > 0],
    ['table entries', 'tableEntries', entriesChange(module)],
    ['the call stack', 'callStack', level >= Standard],
    ['the value slots', 'slots', level >= Full],
    ['linear memory', 'bytes', level >= Standard && module.memory.bytes > 0],
  ];
  const covered = parts.filter(([, , isThere]) => isThere).map(([name, array]) => `['${name}', ${array}.buffer]`);
  return `const covered = [${covered.join(', ')}];\n${verification}`;
}

const PURE = '/* @__PURE__ */';

/** Returns the file that memory.init and table.init read. */
function segmentFile(suffix: 'data' | 'elem', files: StorageFile[], name: string): string {
  const file = files.find((each) => each.name === `${name}.${suffix}`);
  const from = file ? `read('${file.name}', ${crc32(file.bytes)})` : '0';
  return suffix === 'data'
    ? `const dataBytes = ${PURE} new Uint8Array(${from});`
    : `const elements = ${PURE} new Int32Array(${from});`;
}

function exportLines(
  module: LoweredModule,
  { exports }: ReadModule,
  { typed, checks }: Pick<ProgramParts, 'typed' | 'checks'>,
): string {
  const lines = new ExportLines(typed, checks);
  for (const [name, address] of module.exports) {
    const call = typed?.calledWithin.has(name) ? 'callWithin' : 'call';
    lines.putFunction(
      name,
      `function () { return ${call}(${address}, arguments); }`,
      () => `exportFunction(${address})`,
    );
  }
  for (const { name, index, letter, mutable } of module.exportedGlobals) {
    lines.putGlobal(name, `exportGlobal(${index}, '${letter}', ${mutable})`);
  }
  for (const each of exports) {
    if (each.type.startsWith('memory')) lines.put(each.name, 'bytes');
  }
  return lines.text();
}

/** Calls an imported function with the arguments at `base`, and leaves its result there. */
function importText(imported: ImportedFunction, index: number): string {
  const { parameters, results, implementation } = imported;
  const words = [...parameters].map((letter, number): string[] => {
    const at = `at + ${number * 2}`;
    if (letter === 'I') return [`slots[${at}]`, `slots[${at} + 1]`];
    if (letter === 'R') return [`hostReferenceOf(slots[${at}] + 1)`];
    if (letter === 'r') return [`(slots[${at}] === -1 ? null : slots[${at}])`];
    return letter === 'f' ? [`floats[${at}]`] : letter === 'F' ? [`doubles[(${at}) >> 1]`] : [`slots[${at}]`];
  });
  const { statements, value } = importCall(imported, index, words);
  const store: Record<string, string> = {
    '': `${value};`,
    i: `slots[at] = ${value} | 0;`,
    I:
      implementation === ''
        ? 'slots[at] = value[0] | 0; slots[at + 1] = value[1] | 0;'
        : `slots[at] = ${value} | 0; slots[at + 1] = host.high;`,
    f: `floats[at] = ${value};`,
    F: `doubles[at >> 1] = ${value};`,
    r: 'slots[at] = value === null ? -1 : value | 0;',
    R: 'slots[at] = wordOfHostReference(value) - 1;',
  };
  return `function () { var at = base; ${statements} ${store[results]} },`;
}
