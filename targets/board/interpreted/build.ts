// Builds what goes onto a board for one module, with the run-only runtime: the program, the lowered module, the data.

import { crc32 } from 'node:zlib';
import { type Board, jsVarsOf, sliceMilliseconds, statementSeconds } from '../../../boards/index.js';
import { ExternalKind } from '../../../src/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import { analyseModule, type ModuleAnalysis } from '../../analysis/analysis.js';
import { Bound } from '../../analysis/need.js';
import type { HostFunctionRow } from '../../host-functions/host.js';
import { missingHostFunctions } from '../../host-functions/missing-host-functions.js';
import { findHostFunction } from '../../host-functions/table.js';
import { BuildError } from '../build-error.js';
import { exportDeclarations } from '../declarations.js';
import { numeric, runOnly, state, trapPlace, verification, wide } from '../generated/texts.js';
import type { BoardImage, StorageFile } from '../image.js';
import { linkModules } from '../linking/link-modules.js';
import {
  bundleProgram,
  bytesOf,
  checkProgram,
  checkStorage,
  chunkBytes,
  dataChunks,
  dataLines,
  ExportLines,
  importHosts,
  NOTHING,
  onBoard,
  READ,
} from '../program-parts.js';
import { buildTranslated, type TranslatedModule, type TranslatedProgram } from '../translated/build.js';
import { ownHandlersFor } from './grouping.js';
import { type LinkedModule, type LoweredModule, lowerModule, type Range } from './lowered-module.js';

export { BuildError };

export type Tier = 'interp' | 'js';

export interface BuildOptions {
  board: Board;
  /** What `require` finds the program under: at most 20 characters. */
  name: string;
  /** What executes it: the run-only runtime (`interp`), or JavaScript that the module is translated to. */
  tier?: Tier;
  /** Optimise it with binaryen first, of the js tier: by default, unless fuel is counted. */
  optimise?: boolean;
  /** Bytes behind the linear memory; by default what the analysis finds, or the board's capacity where it cannot tell. */
  memoryBytes?: number;
  /** By default the same. */
  callDepth?: number;
  /** Gives functions of the js tier to the compiler that the board has: those that run most, or all that its RAM holds. */
  jit?: 'hot' | 'all';
  /** Bytes of RAM that making their code may take; by default, three quarters of what is free. */
  jitBytes?: number;
  /** Of the C stack for calls, of the js tier; by default, what the board has. */
  stackBytes?: number;
  /** Whether calls count fuel, and may be given some: of the js tier. */
  fuel?: boolean;
  /** Exported functions of the js tier that yield when their slice is used up, and go on later; true for all. */
  resumable?: true | readonly string[];
  /** Fuel of a slice of theirs; by default, as for interpreted ones, what takes as long as is said for the board. */
  sliceFuel?: number;
  /** Of 8 bytes. */
  valueSlots?: number;
  /** Of all tables, where one grows. */
  tableEntries?: number;
  /** Modules of the same program, which the module and those behind them import from. They have no memory of their own. */
  linked?: readonly LinkedModule[];
  /** How many instructions keep a handler of their own, those that run most; by default as many as pay. */
  ownHandlers?: number;
  /** What is verified between calls and slices, by default nothing: docs/verification.md. */
  verification?: VerificationLevel;
  /** Statements behind the program, among the runtime's own names: for what looks into it. */
  epilogue?: (module: LoweredModule) => string;
  /** The same, of the js tier. */
  translatedEpilogue?: (module: TranslatedModule) => string;
}

export interface BuiltProgram {
  image: BoardImage;
  /** TypeScript declarations of the exports. */
  declarations: string;
  /** JsVars that the program takes on the board: an estimate but for the buffers. */
  jsVars: number;
  /** Of these, the buffers. */
  bufferJsVars: number;
  /** Functions that the compiler on the board gets. */
  jitted?: TranslatedProgram['jitted'];
  analysis: ModuleAnalysis;
}

/** Throws BuildError, and what `analyseModule` throws. */
export async function buildProgram(bytes: Uint8Array, options: BuildOptions): Promise<BuiltProgram> {
  const { board, name } = options;
  checkProgram(name, board);
  const analysis = analyseModule(bytes, { memoryBytes: options.memoryBytes ?? board.capacities.memoryBytes });
  const linked = options.linked ?? [];
  const missing = missingHostFunctions(analysis, board).filter(({ kind, module }) => {
    return !isProvided(kind) && !linked.some((each) => each.name === module);
  });
  if (missing.length > 0) {
    const notes = missing.map((each) => `${each.module} ${each.name}: ${each.why}`);
    throw new BuildError(`${board.name} does not provide what the module imports`, notes);
  }
  const capacity = (wanted: 'memoryBytes' | 'callDepth' | 'valueSlots' | 'tableEntries') => {
    const { needed, bound } = analysis.needs[wanted];
    const available = board.capacities[wanted];
    return options[wanted] ?? (bound === Bound.AtLeast || linked.length > 0 ? Math.max(needed, available) : needed);
  };
  const memoryBytes = (Math.max(1, capacity('memoryBytes')) + 7) & -8;
  if (options.jit && options.tier !== 'js')
    throw new BuildError('only what is translated can be jitted: build with --tier js');
  if (options.tier === 'js') {
    if (linked.length > 0) {
      // The engine links them first: it refuses what does not fit together, and what traps.
      lowerModule(bytes, memoryBytes, linked, { count: 0 });
      return buildProgram(linkModules(bytes, linked), { ...options, linked: [] });
    }
    // Fuel is counted of the module as given.
    const {
      translatedEpilogue: epilogue,
      stackBytes,
      fuel,
      optimise = !fuel,
      resumable,
      jit,
      jitBytes,
      verification,
    } = options;
    if (jit && board.missing.includes('"jit"'))
      throw new BuildError(`the firmware of ${board.name} has no compiler for --jit`);
    if (jit && resumable)
      throw new BuildError('jitted functions do not yield: build without --jit or without --resumable');
    if (jit && verification === VerificationLevel.Full)
      throw new BuildError(
        'jitted functions keep no sums of memory: build without --jit, or with --verification standard',
      );
    const slice = options.sliceFuel ?? sliceFuel(board, 'js');
    const parts = {
      board,
      name,
      memoryBytes,
      analysis,
      optimise,
      epilogue,
      stackBytes,
      fuel,
      resumable,
      jit,
      jitBytes,
      sliceFuel: slice,
      verification,
    };
    const program = await buildTranslated(bytes, parts);
    return { ...program, analysis };
  }
  if (options.fuel || options.resumable)
    throw new BuildError('fuel and resumable are options of translated programs: build with --tier js');
  const { ownHandlers } = options;
  const own =
    ownHandlers === undefined
      ? { count: ownHandlersFor(board.freeJsVars) }
      : { count: ownHandlers, limit: ownHandlers };
  const module = lowerModule(bytes, memoryBytes, linked, own);
  const slotWords = capacity('valueSlots') * 2;
  const callWords = capacity('callDepth') * 2 + 2;
  const code = codeFile(module, name);
  const chunks = dataChunks(module.ranges);
  const grows = module.instructions.includes('TableGrow');
  const tableWords = grows
    ? Math.max(capacity('tableEntries'), module.tableEntries.length)
    : module.tableEntries.length;
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
  const epilogue = options.epilogue?.(module) ?? '';
  const level = options.verification ?? VerificationLevel.None;
  const parts = { level, board, name, slotWords, callWords, tableWords, files, chunks, analysis, epilogue };
  const text = await programText(module, parts);
  files.push({ name, bytes: Buffer.from(text, 'latin1') });
  const buffers = [slotWords * 4, callWords * 4, module.memory.bytes, module.globals.length * 4];
  if (entriesChange(module)) buffers.push(tableWords * 4);
  const bufferJsVars = buffers.reduce((sum, size) => sum + jsVarsOf(size, board), 0);
  const jsVars = bufferJsVars + ownJsVars(module, text);
  if (jsVars > board.freeJsVars) {
    throw new BuildError(`the program takes about ${jsVars} JsVars, and ${board.name} has ${board.freeJsVars} free`, [
      `of these, linear memory of ${module.memory.bytes} bytes takes ${jsVarsOf(module.memory.bytes, board)}`,
      'see tazzina check for what the module needs',
    ]);
  }
  checkStorage(files, board);
  return {
    image: { name, board: board.name, files },
    declarations: exportDeclarations(name, analysis.description.exports),
    jsVars,
    bufferJsVars,
    analysis,
  };
}

/** Memories and tables that a module imports are made as large as it asks for; a global has a value, which nobody says. */
export const isProvided = (kind: ExternalKind) => kind === ExternalKind.Memory || kind === ExternalKind.Table;

const entriesChange = (module: LoweredModule) =>
  module.instructions.some((each) => /^Table(Set|Fill|Copy|Init|Grow)$/.test(each));

/** Of the runtime, a function, an export, an import: from programs on Espruino for 32-bit ARM, rounded up. */
const RUNTIME_JS_VARS = 76;
const FUNCTION_JS_VARS = 6.5;
const EXPORT_JS_VARS = 16;
const IMPORT_JS_VARS = 20;

function ownJsVars(module: LoweredModule, text: string): number {
  const functions = text.match(/\bfunction\b|=>/g)?.length ?? 0;
  const outside = module.exports.size * EXPORT_JS_VARS + module.imports.length * IMPORT_JS_VARS;
  return RUNTIME_JS_VARS + Math.ceil(functions * FUNCTION_JS_VARS) + outside;
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
  analysis: ModuleAnalysis;
  epilogue: string;
}

/**
 * Statements that a unit of fuel costs: in Espruino for 32-bit ARM and for x86, measured against `a=a+1;`, kernels took 3.7 (doubles)
 * to 5.6 (calls, bits), and up to 9.1 where all is i64.
 */
const STATEMENTS_PER_FUEL = 5;
/** The same of translated code: 0.3 (doubles) to 1.4 (i64, calls) in Espruino for 32-bit ARM. */
const TRANSLATED_STATEMENTS_PER_FUEL = 1;
/** Every token of a program in an SPI flash is read over the bus: an estimate. */
const SPI_FACTOR = 2;

/** Fuel of a slice, which takes about as long as is said for the board. */
export function sliceFuel(board: Board, tier: Tier = 'interp'): number {
  const factor = board.storage.location === 'spi' ? SPI_FACTOR : 1;
  const statements = tier === 'js' ? TRANSLATED_STATEMENTS_PER_FUEL : STATEMENTS_PER_FUEL;
  const seconds = statementSeconds(board.clock) * statements * factor;
  return Math.max(1, Math.round(sliceMilliseconds(board) / 1000 / seconds));
}

async function programText(module: LoweredModule, parts: ProgramParts): Promise<string> {
  const { name, files, chunks, analysis } = parts;
  const { functions, tableEntries, memory } = module;
  const names = [...analysis.names].map(([index, each]) => `${index}: ${JSON.stringify(onBoard(each))}`);
  const text = `
${importHosts(module.imports)}
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
const functionNames = function () { return {${names.join(', ')}}; };
const exportNames = function () { return ${JSON.stringify([...module.exports.keys()].map(onBoard))}; };
const exportAddresses = function () { return ${JSON.stringify([...module.exports.values()])}; };
let tableEntryTop = ${tableEntries.length};
const dataSegments = ${JSON.stringify(module.dataSegments.rows)};
const elementSegments = ${JSON.stringify(module.elementSegments.rows)};
${segmentFile('data', files, name)}
${segmentFile('elem', files, name)}
${numeric}
${module.instructions.some((each) => /128|MulWide/.test(each)) ? wide : ''}
${runOnly}
${verificationText(module, parts)}
${trapPlace}
handlers = [
${module.handlers.map((text) => `function () { ${text} },`).join('\n')}
];
const imports = [
${module.imports.map((each) => importText(findHostFunction(each.module, each.name)!)).join('\n')}
];
${dataLines(chunks, files, name)}
${exportLines(module, analysis)}
${parts.level > VerificationLevel.None ? 'seal(false);' : ''}
${module.starts.map((start) => `call(${start}, []);`).join('\n')}
${parts.epilogue}
`;
  return bundleProgram(text, {
    SLOT_WORDS: String(parts.slotWords),
    CALL_WORDS: String(parts.callWords),
    MEMORY_BYTES: String(Math.max(8, memory.bytes)),
    MEMORY_PAGES: String(memory.minimum),
    MOST_PAGES: String(memory.maximum >= 0 ? memory.maximum : memory.shift === 16 ? 65536 : 4294967295),
    PAGE_SHIFT: String(memory.shift),
    SLICE_FUEL: String(sliceFuel(parts.board)),
    VERIFICATION: String(parts.level),
    CODE_SUM: String(crc32(files[0].bytes)),
    MEMORY_IS_EXPORTED: String(analysis.description.exports.some(({ type }) => type.startsWith('memory'))),
    TRAP_FILE: JSON.stringify(`${name}.trap`),
  });
}

/** What a level covers of what there is. */
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

/** What memory.init and table.init read from. */
export function segmentFile(suffix: 'data' | 'elem', files: StorageFile[], name: string): string {
  const file = files.find((each) => each.name === `${name}.${suffix}`);
  const from = file ? `read('${file.name}', ${crc32(file.bytes)})` : '0';
  return suffix === 'data'
    ? `const dataBytes = ${PURE} new Uint8Array(${from});`
    : `const elements = ${PURE} new Int32Array(${from});`;
}

function exportLines(module: LoweredModule, analysis: ModuleAnalysis): string {
  const lines = new ExportLines();
  for (const [name, address] of module.exports) lines.put(name, `exportFunction(${address})`);
  for (const { name, index, letter, mutable } of module.exportedGlobals) {
    lines.put(name, `exportGlobal(${index}, '${letter}', ${mutable})`);
  }
  for (const each of analysis.description.exports) {
    if (each.type.startsWith('memory')) lines.put(each.name, 'bytes');
  }
  return lines.text();
}

/** Calls a host function with the arguments at `base`, and leaves its result there. */
function importText({ implementation, parameters, results }: HostFunctionRow): string {
  const words = [...parameters].flatMap((letter, index) => {
    const at = `at + ${index * 2}`;
    if (letter === 'I') return [`slots[${at}]`, `slots[${at} + 1]`];
    return letter === 'f' ? [`floats[${at}]`] : letter === 'F' ? [`doubles[(${at}) >> 1]`] : [`slots[${at}]`];
  });
  const value = `${implementation}(${['host', ...words].join(', ')})`;
  const store: Record<string, string> = {
    '': `${value};`,
    i: `slots[at] = ${value} | 0;`,
    I: `slots[at] = ${value} | 0; slots[at + 1] = host.high;`,
    f: `floats[at] = ${value};`,
    F: `doubles[at >> 1] = ${value};`,
  };
  return `function () { var at = base; ${store[results]} },`;
}
