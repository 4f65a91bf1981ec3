// Builds the full runtime for a board: a program that loads any module that the board receives, with capacities that are fixed when it
// is built.

import { crc32 } from 'node:zlib';
import { type CallExpression, parse } from 'acorn';
import { simple } from 'acorn-walk';
import { type Board, capacitiesForJsVars, jsVarsOf } from '../../../boards/index.js';
import type { Capacities } from '../../../src/index.js';
import { printParts } from '../../compiler/javascript/trees/program.js';
import { hasFeature } from '../../host-functions/features.js';
import type { HostFunctionRow } from '../../host-functions/host.js';
import { hostFunctions } from '../../host-functions/table.js';
import { BuildError } from '../build-error.js';
import { fullRuntime, hostGroups, numeric, runOnly, state, wide } from '../generated/texts.js';
import type { BoardImage, StorageFile } from '../image.js';
import { parsable } from '../parsable.js';
import { bundleProgram, checkProgram, checkStorage, READ } from '../program-parts.js';
import { runtimeJsVars } from '../runtime-size.js';
import { sliceFuel } from '../slice-fuel.js';
import { checkedProgram } from '../start-check.js';
import { instructionTable } from './instruction-table.js';

export interface FullRuntimeOptions {
  board: Board;
  /** The name by which `require` finds the program. */
  name: string;
  /** Capacities for the one module that is loaded at a time; by default the board's. */
  capacities?: Partial<Capacities>;
  /** Host functions that modules may import; by default all that the board has. */
  imports?: (row: HostFunctionRow) => boolean;
  /** Text behind the program, which sees what the program sees: for tests. */
  more?: string;
}

export interface FullRuntime {
  image: BoardImage;
  /** TypeScript declarations of what it exports. */
  declarations: string;
  /** JsVars that it takes on the board before a module is loaded: an estimate but for the buffers. */
  jsVars: number;
  bufferJsVars: number;
  capacities: Capacities;
}

const DECLARATIONS = `/** What a module exports: functions that are called as they are, or in slices with \`async\`, memory and globals. */
export interface Exports {
  [name: string]: any;
}

/**
 * Loads a module from its bytes, which have to stay where they are, and instantiates it: one at a time. \`imports\` has what it
 * imports besides the host functions. Throws an Error that says what is wrong with the module, and where.
 */
export function load(
  module: ArrayBuffer | Uint8Array,
  imports?: { [module: string]: { [name: string]: any } },
): Exports;
`;

/** The board's capacities, or smaller ones that leave a quarter of what the runtime does not take to the rest of the program. */
function fittingCapacities(board: Board): Capacities {
  const jsVars = bufferBytes(board.capacities).reduce((sum, each) => sum + jsVarsOf(each, board), 0);
  const room = Math.floor((board.freeJsVars - runtimeJsVars.loaded) * 0.75);
  return jsVars <= room ? board.capacities : capacitiesForJsVars(Math.max(0, room), board);
}

/** Handlers of instructions that the core executes outside its loop: functions of runtime/segments.ts. */
const FULL_HANDLERS: Record<string, string> = {
  MemoryInit: initHandler('initMemory', 6),
  TableInit: initHandler('initTable', 7),
  DataDrop: 'dataDropped[code[pc + 1]] = 1; pc += 2;',
  ElementDrop: 'elementDropped[code[pc + 1]] = 1; pc += 2;',
};

/** Words: destination, source, count, instance, segment, and what else the function takes. */
function initHandler(initialise: string, length: number): string {
  const word = (index: number) => `slots[fp + code[pc + ${index}]] >>> 0`;
  const target = length > 6 ? ' code[pc + 6],' : '';
  return `var t = ${initialise}(code[pc + 5],${target} ${word(1)}, ${word(2)}, ${word(3)}); if (t) return leave(t); pc += ${length};`;
}

/** Throws BuildError. */
export async function buildFullRuntime(options: FullRuntimeOptions): Promise<FullRuntime> {
  const { board, name } = options;
  checkProgram(name, board);
  const capacities = { ...fittingCapacities(board), ...options.capacities };
  const bufferJsVars = bufferBytes(capacities).reduce((sum, each) => sum + jsVarsOf(each, board), 0);
  const jsVars = bufferJsVars + runtimeJsVars.loaded;
  if (jsVars > board.freeJsVars) {
    throw new BuildError(`the runtime takes about ${jsVars} JsVars, and ${board.name} has ${board.freeJsVars} free`, [
      `${bufferJsVars} of them are for its capacities: take smaller ones`,
    ]);
  }
  const { bytes: table, names, handlers: texts } = instructionTable(FULL_HANDLERS);
  const rows = hostFunctions.filter(
    (row) => (row.feature === undefined || hasFeature(board, row.feature)) && (options.imports?.(row) ?? true),
  );
  const bundled = await bundleProgram(programText(name, texts, rows, capacities) + (options.more ?? ''), {
    ...constants(capacities),
    ...Object.fromEntries(names.map((each, number) => [`INSTRUCTION.${each}`, String(number)])),
    TABLE_BYTES: String(table.length),
    SINGLES: 'true',
    SLICE_FUEL: String(sliceFuel(board)),
    VERIFICATION: '0',
    TYPED: 'false',
    HOST_REFERENCES: 'true',
    KEEPS_REFERENCES: 'true',
  });
  const { text, handlers } = withoutHandlers(bundled);
  const parts = [...handlers, ...(await hostParts(rows))];
  const files: StorageFile[] = [
    { name: `${name}.table`, bytes: Buffer.concat([table, offsetsOf(parts)]) },
    { name: `${name}.code`, bytes: Buffer.from(parts.join(''), 'latin1') },
  ];
  const [tableSum, codeSum] = files.map(({ bytes }) => String(crc32(bytes)));
  const program = parsable(text, { TABLE_FILE_SUM: tableSum, CODE_FILE_SUM: codeSum });
  files.push(checkedProgram(name, program, files));
  checkStorage(files, board);
  return { image: { name, board: board.name, files }, declarations: DECLARATIONS, jsVars, bufferJsVars, capacities };
}

function constants(capacities: Capacities): Record<string, string> {
  return Object.fromEntries(
    Object.entries({
      SLOT_WORDS: capacities.valueSlots * 2,
      CALL_WORDS: capacities.callDepth * 2 + 2,
      MEMORY_BYTES: memoryBytes(capacities),
      MEMORY_START: 0,
      INITIAL_BYTES: 0,
      MEMORY_PAGES: 0,
      MOST_PAGES: 'mostPages',
      PAGE_SHIFT: 'pageShift',
      CODE_WORDS: capacities.codeWords,
      TYPES: capacities.types,
      TYPE_VALUES: capacities.typeValues,
      FUNCTIONS: capacities.functions,
      GLOBALS: capacities.globals,
      TABLES: capacities.tables,
      TABLE_ENTRIES: capacities.tableEntries,
      ELEMENT_SEGMENTS: capacities.elementSegments,
      DATA_SEGMENTS: capacities.dataSegments,
      FUNCTION_LOCALS: capacities.functionLocals,
      OPERAND_DEPTH: capacities.operandDepth,
      LABEL_DEPTH: capacities.labelDepth,
      BASIC_BLOCKS: capacities.basicBlocks,
    }).map(([name, value]) => [name, String(value)]),
  );
}

const memoryBytes = ({ memoryBytes: bytes }: Capacities) => Math.max(8, (bytes + 7) & -8);

/** Words of the buffer of the code: two before the first function, and an even number. */
const codeBuffer = ({ codeWords }: Capacities) => (codeWords + 3) & -2;

/** Bytes of each buffer that is made once, as the texts make them. */
function bufferBytes(capacities: Capacities): number[] {
  const { types, functions, globals, tables, elementSegments, dataSegments, operandDepth } = capacities;
  return [
    capacities.valueSlots * 8,
    capacities.callDepth * 8 + 8,
    memoryBytes(capacities),
    codeBuffer(capacities) * 4,
    functions * 16,
    functions * 4,
    globals * 8,
    globals,
    tables * 16,
    capacities.tableEntries * 4,
    ...[elementSegments, elementSegments, elementSegments * 4, dataSegments, dataSegments * 4],
    ...[capacities.typeValues + 7, ...[types + 7, types + 7, types + 7, types].map((each) => each * 2)],
    ...[operandDepth, operandDepth, operandDepth * 4, operandDepth * 4],
    capacities.labelDepth * 32,
    capacities.functionLocals,
    capacities.basicBlocks * 4,
    512,
  ];
}

function programText(name: string, handlers: string[], rows: HostFunctionRow[], capacities: Capacities): string {
  const groups = hostGroupsOf(rows);
  const places = rows.map(({ implementation }) => {
    const group = groups.findIndex(({ names }) => names.includes(implementation));
    return `${handlers.length + group}.${groups[group].names.indexOf(implementation)}`;
  });
  const keys = rows.map((row) => `${row.module} ${row.name}`);
  const types = rows.map((row) => `${row.parameters}:${row.results}`);
  return `
let mostPages = 0;
let pageShift = 16;
${state}
${READ}
const table = read('${name}.table', TABLE_FILE_SUM);
const opcodes = new Uint8Array(table, 0, TABLE_BYTES);
const offsets = new Uint16Array(table, TABLE_BYTES);
read('${name}.code', CODE_FILE_SUM);
code = new Int32Array(${codeBuffer(capacities)});
const codeFloats = new Float32Array(code.buffer);
const codeDoubles = new Float64Array(code.buffer);
const functions = new Int32Array(FUNCTIONS * 4);
const globals = new Int32Array(GLOBALS * 2);
const tables = new Int32Array(TABLES * 4);
const tableEntries = new Int32Array(TABLE_ENTRIES);
const signatures = [];
handlers = [];
const imports = [];
let tableEntryTop = 0;
const part = function (number) {
  return storage.read('${name}.code', offsets[number], offsets[number + 1] - offsets[number]);
};
const hosts = [];
const findHostFunction = function (key) {
  const index = ${JSON.stringify(keys.join())}.split(',').indexOf(key);
  if (index < 0) return;
  const place = ${JSON.stringify(places.join())}.split(',')[index].split('.');
  const group = place[0];
  if (!hosts[group]) hosts[group] = BOARD_EVAL(part(group | 0));
  return [${JSON.stringify(types.join())}.split(',')[index], hosts[group][place[1]]];
};
${printParts(numeric)}
${wide}
${runOnly}
${fullRuntime}
BOARD_HANDLERS(${handlers.map((each) => `function () { ${each} }`).join(', ')});
const loadHandlers = function () {
  for (let each = 0; each < used.length; each++) {
    if (used[each] > 0 && !handlers[each]) {
      handlers[each] = BOARD_EVAL(part(each));
    }
  }
};
BOARD_EXPORTS.load = load;
`;
}

/** Takes the handlers out of the program, which gets them from Storage one by one when a module needs them. */
function withoutHandlers(program: string): { text: string; handlers: string[] } {
  const found = callOf('BOARD_HANDLERS', program);
  return {
    text: `${program.slice(0, found.start)}0${program.slice(found.end)}`,
    handlers: found.arguments.map(({ start, end }) => `(${program.slice(start, end)})`),
  };
}

/** The call of a function that stands for what the build does. */
function callOf(name: string, program: string): CallExpression {
  let found: CallExpression | undefined;
  simple(parse(program, { ecmaVersion: 'latest', sourceType: 'module' }), {
    CallExpression(node) {
      if (node.callee.type === 'Identifier' && node.callee.name === name) found = node;
    },
  });
  if (!found) throw new Error(`the program does not call ${name}`);
  return found;
}

interface HostGroup {
  text: string;
  /** Names of the requested implementations. */
  names: string[];
}

/** Groups the requested implementations by their files, which share variables. */
function hostGroupsOf(rows: HostFunctionRow[]): HostGroup[] {
  const groups = hostGroups.map(({ text, names }) => ({
    text,
    names: names.filter((each) => rows.some(({ implementation }) => implementation === each)),
  }));
  return groups.filter(({ names }) => names.length > 0);
}

/** Each group as an expression that gives its functions. */
async function hostParts(rows: HostFunctionRow[]): Promise<string[]> {
  const parts = hostGroupsOf(rows).map(async ({ text, names }) => {
    const bundled = await bundleProgram(`${text}\nBOARD_RESULT([${names.join(', ')}]);`, {});
    const result = callOf('BOARD_RESULT', bundled);
    const functions = bundled.slice(result.arguments[0].start, result.arguments[0].end);
    return `(function(){${bundled.slice(0, result.start)}return ${functions}})()`;
  });
  return Promise.all(parts);
}

/** Returns the offsets of the parts in the file, and the end of the last one. */
function offsetsOf(parts: string[]): Uint8Array {
  const offsets = new Uint16Array(parts.length + 1);
  parts.forEach((text, index) => {
    offsets[index + 1] = offsets[index] + text.length;
  });
  return new Uint8Array(offsets.buffer);
}
