// Writes a module as functions for Espruino, and what stands around them: names of the runtime, variables, tables.

import { Opcode } from '../../../../src/opcodes.js';
import { ExternalKind } from '../../../../src/types.js';
import type { ConstantExpression, ModuleCode } from '../../../module/module-code.js';
import { FunctionBuilder } from '../../intermediate/builder.js';
import { countUses, type FunctionCode, type Region, visit } from '../../intermediate/instruction.js';
import { nest } from '../../intermediate/nesting.js';
import { accessBytes, Operation, Type } from '../../intermediate/operation.js';
import { wordTypes } from '../../intermediate/value-builder.js';
import type { Part } from '../../passes/charge-placement.js';
import { type PassOptions, runPasses, simplifier } from '../../passes/runner.js';
import { EspruinoExpressionWriter } from './expression.js';
import { type Contracts, EspruinoFunctionWriter } from './function.js';
import { chooseJitted, heatOf, type JitOptions, ROUNDS } from './jit/choice.js';
import { JitExpressionWriter } from './jit/expression.js';
import { JitFunctionWriter, jittedStackNeed } from './jit/function.js';
import { jittedBytes, mostArguments, namesOf } from './jit/text.js';
import { displacementOf, type EspruinoNames, type ViewName } from './memory.js';
import { espruinoCosts, espruinoPasses } from './passes.js';
import { planSlices } from './slices.js';
import { type CallDepth, callDepth, calleesOf, ROOM, type StackNeed, stackNeed, WEIGHT } from './stack.js';

export interface EspruinoModule {
  /** Declarations of variables and tables, in front of the functions. */
  declarations: string;
  /** `f3` is the function 3; those that are imported are not there. */
  functions: string;
  /** Behind the functions. */
  references: string;
  /** The functions by index, as they are in that text. */
  written: ReadonlyMap<number, WrittenFunction>;
  /** Of the operations that occur. */
  operations: ReadonlySet<number>;
  /** Of C stack that functions take besides what they count, about. */
  stackBytes: number;
  /** Of C stack for each of what functions that count are given; 0 if none counts. */
  callBytes: number;
  /** Of fuel, by the positions of traps: what falls due before them. */
  deferredCharges: ReadonlyMap<number, readonly Part[]>;
  /** Of functions that are resumed: the position of each point, and how many values may have to be saved at once. */
  pointPlaces: readonly number[];
  savedValues(mostCalls: number): number;
  /** Whether tables are arrays that change. */
  tablesChange: boolean;
  /** Functions for the compiler on the board. */
  jitted: readonly JittedFunction[];
  /** By the numbers that `signatureOf` has. */
  signatures: readonly string[];
  /** The list of all words, behind a null, of which a function returned the first, `r`. */
  words(results: string): string;
  /** The variable of a global's word. */
  global(index: number, word: number): string;
}

export interface JittedFunction {
  index: number;
  /** Of code, in RAM: about. */
  bytes: number;
}

export interface WrittenFunction {
  body: FunctionCode;
  text: string;
  /** Of each line: byte offset in the module of what it carries out, -1 where that is nothing. */
  positions: readonly number[];
}

export interface EspruinoModuleOptions {
  /** With functions for the compiler on the board. */
  jit?: JitOptions;
  /** Bytes of memory that are there from the start. */
  memoryBytes: number;
  /** Bytes that there may be after it has grown. */
  mostMemoryBytes: number;
  /** Bits of a global at the start. */
  globalBits(index: number): [low: number, high: number];
  /** What a table is filled with at the start: functions, -1 where there is none. */
  tableEntries: number[][];
  /** With the fuel of the interpreter. */
  fuel: boolean;
  /** Functions that are to yield and be resumed, with what they call; then with fuel. */
  resumable?: readonly number[];
  /** Whether stores keep the sums of the blocks of memory: in the array `blockSums`. */
  sumsBlocks?: boolean;
  /** See PassOptions. */
  observe?: PassOptions['observe'];
}

/** How the views are made, with the number of their elements. */
const VIEWS: Record<ViewName, [type: string, shift: number]> = {
  octets: ['Uint8Array', 0],
  signedBytes: ['Int8Array', 0],
  shorts: ['Uint16Array', 1],
  signedShorts: ['Int16Array', 1],
  words: ['Int32Array', 2],
  doubles: ['Float64Array', 3],
};

/** Functions of the runtime that have the name of one of the text `numeric` with other parameters. */
const OWN = new Set(
  [
    'i32_div_s i32_div_u i32_rem_s i32_rem_u i64_div_s i64_div_u i64_rem_s i64_rem_u',
    'i32_trunc_f32_s i32_trunc_f32_u i32_trunc_f64_s i32_trunc_f64_u',
    'i64_trunc_f32_s i64_trunc_f32_u i64_trunc_f64_s i64_trunc_f64_u',
    'f64_abs f64_neg f64_copysign',
  ].flatMap((each) => each.split(' ')),
);

/** The same of floats, which are doubles here. */
const SAME: Record<string, string> = {
  own_i32_trunc_f32_s: 'own_i32_trunc_f64_s',
  own_i32_trunc_f32_u: 'own_i32_trunc_f64_u',
  own_i64_trunc_f32_s: 'own_i64_trunc_f64_s',
  own_i64_trunc_f32_u: 'own_i64_trunc_f64_u',
  i32_trunc_sat_f32_s: 'i32_trunc_sat_f64_s',
  i32_trunc_sat_f32_u: 'i32_trunc_sat_f64_u',
  i64_trunc_sat_f32_s: 'i64_trunc_sat_f64_s',
  i64_trunc_sat_f32_u: 'i64_trunc_sat_f64_u',
};

class Names implements EspruinoNames {
  readonly memory = 'bytes';
  readonly sureBytes: number;
  readonly sumsBlocks: boolean;
  readonly limit: string;
  readonly views = new Map<string, [name: ViewName, from: number]>();
  readonly resultWords = new Set<string>();
  readonly indirects = new Map<string, [table: number, signature: string]>();
  readonly numbers = new Map<string, [table: number, signature: string]>();
  readonly lists = new Map<string, [table: number, signature: string]>();
  readonly floats = new Map<string, [low: number, high: number]>();
  readonly references = new Map<number, number>();
  readonly signatures = new Map<string, number>();

  /** `short`: the tables that do not change and have few entries; `displaced`: the views that start within memory. */
  constructor(
    { memoryBytes, sumsBlocks = false }: EspruinoModuleOptions,
    memoryGrows: boolean,
    private readonly short: ReadonlySet<number>,
    private readonly displaced: ReadonlySet<string>,
  ) {
    this.sureBytes = memoryBytes;
    this.sumsBlocks = sumsBlocks;
    this.limit = memoryGrows ? 'limit' : String(memoryBytes);
  }

  function(index: number): string {
    return `f${index}`;
  }
  table(index: number): string {
    return `T${index}`;
  }
  global(index: number, word: number): string {
    return `g${index}${word === 0 ? '' : 'h'}`;
  }
  indirect(table: number, signature: string): string {
    const name = `c${table}_${this.signature(signature)}`;
    this.indirects.set(name, [table, signature]);
    return name;
  }
  tableFunction(table: number, signature: string): string {
    const name = `e${table}_${this.signature(signature)}`;
    this.numbers.set(name, [table, signature]);
    return name;
  }
  nan(type: Type, low: number, high: number): string {
    if (type !== Type.F32) return this.float(low, high);
    const payload = low & 0x7fffff;
    return this.float(payload << 29, (low & -2147483648) | 0x7ff00000 | (payload >> 3));
  }
  float(low: number, high: number): string {
    const name = `n${(high >>> 0).toString(16)}_${(low >>> 0).toString(16)}`;
    this.floats.set(name, [low, high]);
    return name;
  }
  runtime(name: string): string {
    const own = OWN.has(name) ? `own_${name}` : name;
    return SAME[own] ?? own;
  }
  view(name: ViewName, from = 0): string {
    const text = from === 0 ? name : `${name}${from}`;
    this.views.set(text, [name, from]);
    return text;
  }
  hasView(name: ViewName, from: number): boolean {
    return this.displaced.has(`${name}${from}`);
  }
  variable(name: string): string {
    if (/^[rxd]\d+$/.test(name)) this.resultWords.add(name);
    return name;
  }
  /** A reference is the number of its function among those that have one. */
  reference(functionIndex: number): string {
    return String(this.referenceOf(functionIndex));
  }
  referenceOf(functionIndex: number): number {
    return numberOf(this.references, functionIndex);
  }
  /** A list of the table's functions of that type, 0 for the others; null if the table changes or is long. */
  functionsOf(table: number, signature: string): string | null {
    if (!this.short.has(table)) return null;
    const name = `q${table}_${this.signature(signature)}`;
    this.lists.set(name, [table, signature]);
    return name;
  }
  signature(signature: string): number {
    return numberOf(this.signatures, signature);
  }
}

/** The number that a key has, or gets. */
function numberOf<Key>(numbers: Map<Key, number>, key: Key): number {
  const found = numbers.get(key) ?? numbers.size;
  numbers.set(key, found);
  return found;
}

export function translateForEspruino(code: ModuleCode, options: EspruinoModuleOptions): EspruinoModule {
  const { fuel, observe } = options;
  const { wideSelect } = espruinoCosts;
  const builder = new FunctionBuilder(code, { fuel, simplify: simplifier(), wideSelect });
  const bodies: FunctionCode[] = [];
  const operations = new Set<number>();
  for (let index = code.importedFunctions; index < code.functions.length; index++) {
    const body = builder.build(index);
    runPasses(body, espruinoPasses, espruinoCosts, {
      canonicalNaN: true,
      minimumMemory: options.memoryBytes,
      maximumMemory: options.mostMemoryBytes,
      observe,
    });
    bodies.push(body);
  }
  const { charges, yields, savedValues } = planSlices(code, bodies, options.resumable);
  for (const body of bodies) {
    countUses(body);
    visit(body.body, ({ operation }) => operations.add(operation));
  }
  const memoryGrows = options.mostMemoryBytes > options.memoryBytes && operations.has(Operation.MemoryGrow);
  const isFixed = !changesTables(operations) && code.importedTables === 0;
  const short = new Set(
    [...code.tables.keys()].filter((index) => isFixed && options.tableEntries[index].length <= LONGEST_LIST),
  );
  for (const body of bodies) nest(body, { callsMoveMemory: memoryGrows });
  const names = new Names(options, memoryGrows, short, displacedViews(bodies, options.memoryBytes));
  const referred = referredFunctions(code, bodies);
  const depth = callDepth(bodies, referred);
  const writer = new EspruinoFunctionWriter(new EspruinoExpressionWriter(names, depth), names, depth, {
    charges: charges.parts,
    yields: yields.charges,
  });
  const counting = new Set([...depth.counted].map((index) => names.function(index)));
  const need = (text: string, calls: number) => stackNeed(text, calls, (name) => counting.has(name));
  const written = bodies.map((body) => functionText(body, writer, (text) => need(text, body.tailCalls ? 3 : 1)));
  const jitted =
    options.jit === undefined
      ? []
      : jit(code, bodies, written, { names, depth, charges: charges.parts, jit: options.jit });
  const { texts: functions, unit } = weigh(written, depth.counted);
  const tables = code.tables.map(({ maximum }, index) => {
    const entries = options.tableEntries[index].map((each) => (each < 0 ? each : names.referenceOf(each)));
    if (isFixed) return `const T${index} = /* @__PURE__ */ new Int32Array([${entries}]);`;
    const values = entries.map((each) => (each < 0 ? 'null' : each));
    return `const T${index} = [${values}], most${index} = ${maximum < 0 ? 4294967295 : maximum >>> 0};`;
  });
  const elements = code.elements.map(({ mode, entries }) => {
    if (mode !== 'passive') return '[]';
    return `[${entries.map((entry) => elementText(entry, names))}]`;
  });
  const globals = code.globals.flatMap(({ type }, index) => {
    const [low, high] = options.globalBits(index);
    const name = names.global(index, 0);
    if (type === 'I') return [`${name} = ${low}`, `${names.global(index, 1)} = ${high}`];
    if (type === 'i') return [`${name} = ${low}`];
    if (type === 'f' || type === 'F')
      return [`${name} = ${type === 'F' ? names.float(low, high) : singleOf(low, names)}`];
    const value = low === -1 ? null : names.referenceOf(low);
    return [`${name} = ${value}`];
  });
  const numbers = [...names.numbers].map(([name, [table, signature]]) => {
    return `function ${name}(i, at) {
  const e = i >>> 0 < T${table}.length ? T${table}[i] : trap(7, at);
  if (e ${isFixed ? '< 0' : '=== null'}) trap(8, at);
  if (signatureOf[e] !== ${names.signature(signature)}) trap(9, at);
  return e;
}`;
  });
  const indirects = [...names.indirects].map(([name, [table, signature]]) => {
    return `function ${name}(i, at) {
  const e = i >>> 0 < T${table}.length ? T${table}[i] : trap(7, at);
  if (e ${isFixed ? '< 0' : '=== null'}) trap(8, at);
  if (signatureOf[e] !== ${names.signature(signature)}) trap(9, at);
  return functionOf[e];
}`;
  });
  const lists = [...names.lists].map(([name, [table, signature]]) => {
    const entries = options.tableEntries[table].map((each) =>
      each >= 0 && code.functions[each].signature === signature ? names.function(each) : 0,
    );
    return `const ${name} = [${entries}];`;
  });
  const words = (results: string) => {
    const types = wordTypes(results);
    const variables = types.slice(1).map((type, word) => resultVariable(names, type, word + 1));
    // With null, the array is not one of doubles, in which V8 would make NaNs quiet.
    return `[${['null', 'r', ...variables]}]`;
  };
  // Names of results that only exports have.
  for (const { kind, index } of code.exports) if (kind === ExternalKind.Function) words(code.functions[index].results);
  if (operations.has(Operation.I64Add128) || operations.has(Operation.I64Sub128)) words('II');
  if (operations.has(Operation.I64MultiplyWideSigned) || operations.has(Operation.I64MultiplyWideUnsigned)) words('II');
  const inTables = [...names.references.keys()];
  const signatureNumbers = inTables.map((each) => names.signature(code.functions[each].signature));
  const floats = [...names.floats];
  const bits = floats.flatMap(([, pair]) => pair);
  return {
    declarations: [
      ...viewLines(names.views, memoryGrows, options.memoryBytes === options.mostMemoryBytes),
      ...floats.map(([name]) => `let ${name} = 0;`),
      floats.length === 0
        ? ''
        : `{ const floatBits = new Float64Array(new Int32Array([${bits}]).buffer); ${floats
            .map(([name], at) => `${name} = floatBits[${at}];`)
            .join(' ')} }`,
      ...[...names.resultWords].map((each) => `let ${each} = ${each.startsWith('x') ? 'null' : '0'};`),
      ...globals.map((each) => `let ${each};`),
      ...tables,
      operations.has(Operation.TableInit) || operations.has(Operation.ElementDrop)
        ? `const elements = [${elements}];\nconst allElements = function () { return [${elements}]; };`
        : '',
    ]
      .filter((each) => each !== '')
      .join('\n'),
    functions: [...mostCalledFirst(functions, code.importedFunctions), ...indirects, ...numbers].join('\n'),
    references: `const functionOf = [${inTables.map((each) => `f${each}`)}];
const signatureOf = /* @__PURE__ */ new Uint16Array([${signatureNumbers}]);
${lists.join('\n')}`,
    written: new Map(
      bodies.map((body, at) => [body.index, { body, text: functions[at], positions: written[at].positions }]),
    ),
    operations,
    stackBytes: deepest(written, calleesOf(bodies, referred), depth.counted),
    jitted,
    callBytes: unit,
    deferredCharges: charges.deferred,
    pointPlaces: yields.places,
    savedValues,
    tablesChange: !isFixed,
    signatures: [...names.signatures.keys()],
    words,
    global: (index, word) => names.global(index, word),
  };
}

interface FunctionText {
  index: number;
  text: string;
  positions: readonly number[];
  stack: StackNeed;
}

function functionText(
  body: FunctionCode,
  writer: EspruinoFunctionWriter,
  stackOf: (text: string) => StackNeed,
): FunctionText {
  const text = writer.write(body);
  return { index: body.index, text, positions: writer.positions, stack: stackOf(text) };
}

/** Its compiler has a stack of 64 types, for the names and for what is computed; a call has all arguments there. */
const MOST_NAMES = 44;
const MOST_NAMES_AND_ARGUMENTS = 54;
const MOST_ARGUMENTS = 30;

function isForJit(text: string): boolean {
  const names = namesOf(text).size;
  const count = mostArguments(text);
  return names <= MOST_NAMES && count <= MOST_ARGUMENTS && names + count <= MOST_NAMES_AND_ARGUMENTS;
}

/** Exports that are called once. */
const STARTS = new Set(['_start', '_initialize', 'main']);

/** Replaces the texts of functions that the compiler on the board gets. */
function jit(
  code: ModuleCode,
  bodies: FunctionCode[],
  texts: FunctionText[],
  { jit, ...parts }: { names: Names; depth: CallDepth; charges: Contracts['charges']; jit: JitOptions },
): JittedFunction[] {
  const { names, depth, charges } = parts;
  const expressions = new JitExpressionWriter(names, depth);
  const writer = new JitFunctionWriter(expressions, names, depth, { charges, yields: new Map() });
  const written = bodies
    .filter(({ tailCalls }) => !tailCalls)
    .map((body) => functionText(body, writer, jittedStackNeed))
    .filter(({ text }) => isForJit(text))
    .map((each) => ({ ...each, bytes: jittedBytes(each.text) }));
  const outside = new Map<number, number>([...names.references.keys()].map((index) => [index, ROUNDS]));
  for (const { kind, index, name } of code.exports)
    if (kind === ExternalKind.Function) outside.set(index, STARTS.has(name) ? 1 : ROUNDS);
  if (code.start >= 0) outside.set(code.start, 1);
  const heat = heatOf(bodies, (index) => outside.get(index) ?? 0);
  const chosen = chooseJitted(written, heat, jit);
  const jitted = written.filter(({ index }) => chosen.has(index));
  for (const each of jitted) Object.assign(texts.find(({ index }) => index === each.index)!, each);
  return jitted.map(({ index, bytes }) => ({ index, bytes }));
}

/** Views end where memory does: they are made again when it grows. */
function viewLines(
  views: ReadonlyMap<string, [name: ViewName, from: number]>,
  memoryGrows: boolean,
  isWhole: boolean,
): string[] {
  const made = [...views].map(([text, [name, from]]) => {
    if (isWhole && name === 'octets' && from === 0) return `const ${text} = bytes;`;
    const [type, shift] = VIEWS[name];
    const bytes = from === 0 ? 'limit' : `limit - ${from}`;
    const length = shift === 0 ? bytes : `${bytes} >> ${shift}`;
    return `${memoryGrows ? '' : 'const '}${text} = new ${type}(bytes.buffer, ${from}, ${length});`;
  });
  if (!memoryGrows) return made;
  return [
    ...[...views.keys()].map((name) => `let ${name} = null;`),
    `function makeViews() {\n${made.join('\n')}\n}`,
    'makeViews();',
  ];
}

/** Views that start within memory, and how much an access in a loop counts for more than one outside. */
const MOST_DISPLACED = 12;
const LOOP_WEIGHT = 8;

/** The views that save most: those that are used in loops, or often. */
function displacedViews(bodies: FunctionCode[], memoryBytes: number): Set<string> {
  const weights = new Map<string, number>();
  const count = (region: Region, weight: number): void => {
    for (const instruction of region) {
      const found = displacementOf(instruction);
      if (found !== null && found.from + accessBytes(instruction.operation) <= memoryBytes) {
        const name = `${found.view}${found.from}`;
        weights.set(name, (weights.get(name) ?? 0) + weight);
      }
      const inner = instruction.operation === Operation.Loop ? weight * LOOP_WEIGHT : weight;
      for (const each of instruction.regions ?? []) count(each, inner);
    }
  };
  for (const { body } of bodies) count(body, 1);
  const used = [...weights].filter(([, weight]) => weight >= LOOP_WEIGHT);
  used.sort(([, one], [, other]) => other - one);
  return new Set(used.slice(0, MOST_DISPLACED).map(([name]) => name));
}

/** Entries of a table: in a longer list, Espruino takes as long to find one as a function that looks. */
const LONGEST_LIST = 64;

/** Functions are found sooner that were declared sooner. */
function mostCalledFirst(functions: string[], first: number): string[] {
  const calls = new Map<number, number>();
  for (const text of functions) {
    for (const [, index] of text.matchAll(/\bf(\d+)\(/g)) {
      const at = Number(index) - first;
      calls.set(at, (calls.get(at) ?? 0) + 1);
    }
  }
  const order = [...functions.keys()].sort((one, other) => (calls.get(other) ?? 0) - (calls.get(one) ?? 0));
  return order.map((index) => functions[index]);
}

function resultVariable(names: Names, type: Type, word: number): string {
  if (type === Type.I32) return word === 1 ? 'highWord' : names.variable(`r${word}`);
  return names.variable(type === Type.Reference ? `x${word}` : `d${word}`);
}

function singleOf(bits: number, names: Names): string {
  const value = new Float32Array(new Int32Array([bits]).buffer)[0];
  if (Number.isNaN(value)) return names.nan(Type.F32, bits, 0);
  const [low, high] = new Int32Array(new Float64Array([value]).buffer);
  return names.float(low, high);
}

function elementText(entry: ConstantExpression, names: Names): string {
  const [{ code, low }] = entry;
  if (code === Opcode.RefFunc) return names.reference(low);
  return code === Opcode.GlobalGet ? names.global(low, 0) : 'null';
}

const TABLE_OPERATIONS = [
  Operation.TableGet,
  Operation.TableSet,
  Operation.TableSize,
  Operation.TableGrow,
  Operation.TableFill,
  Operation.TableCopy,
  Operation.TableInit,
];

function changesTables(operations: ReadonlySet<number>): boolean {
  return TABLE_OPERATIONS.some((each) => operations.has(each));
}

/** The functions that tables may have, by signature. */
function referredFunctions(code: ModuleCode, bodies: FunctionCode[]): Map<string, number[]> {
  const found = new Set<number>();
  const constants = [...code.elements.flatMap(({ entries }) => entries), ...code.initialisers];
  for (const expression of constants)
    for (const { code: opcode, low } of expression) if (opcode === Opcode.RefFunc) found.add(low);
  for (const { body } of bodies)
    visit(body, ({ operation, index }) => {
      if (operation === Operation.FunctionReference) found.add(index);
    });
  const bySignature = new Map<string, number[]>();
  for (const index of found) {
    const { signature } = code.functions[index];
    const others = bySignature.get(signature);
    if (others) others.push(index);
    else bySignature.set(signature, [index]);
  }
  return bySignature;
}

/** Bytes for which functions count 1, if they are not about equally large. */
const STACK_UNIT = 16;
const ABOUT_EQUAL = 1.25;

/** Puts in what each function counts for. */
function weigh(functions: FunctionText[], counted: ReadonlySet<number>): { texts: string[]; unit: number } {
  const texts = functions.map(({ text }) => text);
  if (counted.size === 0) return { texts, unit: 0 };
  const sizes = new Map(functions.flatMap(({ index, stack }) => (counted.has(index) ? [[index, stack.level]] : [])));
  const most = Math.max(...sizes.values());
  const areEqual = most <= ABOUT_EQUAL * Math.min(...sizes.values());
  const unit = areEqual ? most : STACK_UNIT;
  const filled = texts.map((text) =>
    text
      .replaceAll(ROOM, areEqual ? 'd' : 'd>0')
      .replace(new RegExp(`${WEIGHT}(\\d+)`, 'g'), (_, index) => String(Math.ceil(sizes.get(Number(index))! / unit))),
  );
  return { texts: filled, unit };
}

/** Bytes of C stack of the longest way through functions, without the levels of those that count them, about. */
function deepest(functions: FunctionText[], callees: Map<number, Set<number>>, counted: ReadonlySet<number>): number {
  const needs = new Map(functions.map(({ index, stack }) => [index, stack]));
  const known = new Map<number, number>();
  const from = (index: number): number => {
    const need = needs.get(index);
    if (need === undefined) return 0;
    let found = known.get(index);
    if (found === undefined) {
      const counts = counted.has(index);
      const called = [...callees.get(index)!].filter((each) => !(counts && counted.has(each)));
      found = need.most - (counts ? need.level : 0) + Math.max(0, ...called.map(from));
      known.set(index, found);
    }
    return found;
  };
  return Math.max(0, ...functions.map(({ index }) => from(index)));
}
