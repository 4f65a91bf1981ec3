// Prints a module as functions for Espruino, and the code around them: names of the runtime, variables, tables.

import { Opcode } from '../../../../src/opcodes.js';
import { ExternalKind } from '../../../../src/types.js';
import type { ConstantExpression, ModuleCode } from '../../../module/module-code.js';
import { FunctionBuilder } from '../../intermediate/builder.js';
import type { CallGraph } from '../../intermediate/call-graph.js';
import { countUses, type FunctionCode, visit } from '../../intermediate/instruction.js';
import { nest } from '../../intermediate/nesting.js';
import { Operation, Type } from '../../intermediate/operation.js';
import { wordTypes } from '../../intermediate/value-builder.js';
import type { Part } from '../../passes/charge-placement.js';
import { moduleAlignment } from '../../passes/module-alignment.js';
import { type Outlined, outline } from '../../passes/outlining.js';
import { type PassOptions, runPasses, simplifier } from '../../passes/runner.js';
import { type Code, js, name, type Token } from '../trees/code.js';
import { constant, type Declaration, type ProgramPart, variable } from '../trees/program.js';
import { braced, plain } from '../trees/statement.js';
import { TooDeep } from '../trees/states.js';
import { EspruinoExpressionWriter } from './expression.js';
import { type Contracts, EspruinoFunctionWriter } from './function.js';
import { chooseJitted, heatOf, type JitOptions, ROUNDS, runsEnough } from './jit/choice.js';
import { JitExpressionWriter } from './jit/expression.js';
import { JitFunctionWriter, jittedStackNeed } from './jit/function.js';
import { jittedBytes, mostArguments, namesOf } from './jit/size.js';
import { Names } from './names.js';
import {
  DOUBLE_COPIES,
  ELEMENT_VIEWS,
  espruinoCosts,
  espruinoFirstPasses,
  espruinoLaterPasses,
  TAIL_RECURSION,
} from './passes.js';
import { mostCalledFirst, ProgramFunction, usedAsValues, WrittenFunction } from './program.js';
import { planSlices } from './slices.js';
import { type CallDepth, callDepth, callGraph, stackNeed } from './stack.js';
import { displacedViews, viewParts } from './views.js';

export interface EspruinoModule {
  /** Variables and tables, before the functions. */
  declarations: readonly ProgramPart[];
  /** Functions in the order of their declaration. `f3` is function 3; imported functions are missing. */
  functions: readonly ProgramFunction[];
  /** After the functions. */
  references: readonly ProgramPart[];
  /** The module's own functions by index. */
  written: ReadonlyMap<number, WrittenFunction>;
  /** By the index of a function that is not the module's: the function of the module that it was part of. */
  partOf: ReadonlyMap<number, number>;
  /** Imported functions that are called directly, without a wrapper; nothing else uses them. */
  direct: ReadonlySet<number>;
  /** Operations that occur. */
  operations: ReadonlySet<number>;
  /** The functions of the deepest calls, the outermost first, without the bytes that counting functions count. */
  deepestCalls: readonly StackFrame[];
  /** JsVars of the variables of the calls that have most of them at once, without recursion. */
  callJsVars: number;
  /** Functions from which calls can lead back to them, with the units of depth that one of their calls takes. */
  counted: ReadonlyMap<number, number>;
  /** Bytes of C stack for each unit of the depth that counting functions are given; 0 if none counts. */
  callBytes: number;
  /** Fuel that is due before a trap, by the trap's position. */
  deferredCharges: ReadonlyMap<number, readonly Part[]>;
  /** For resumable functions: the position of each resume point, and the maximum number of values saved at once. */
  pointPlaces: readonly number[];
  savedValues(mostCalls: number): number;
  /** Whether tables are arrays that change. */
  tablesChange: boolean;
  /** Functions for the compiler on the board. */
  jitted: readonly JittedFunction[];
  /** Functions that it does not get although it was to get some, each with the reason. */
  notJitted: readonly { index: number; why: string }[];
  /** Signatures by the numbers of `signatureOf`. */
  signatures: readonly string[];
  /** The list of all words, behind a null, of which a function returned the first, `r`. */
  words(results: string): string;
  /** The variable of a global's word. */
  global(index: number, word: number): string;
}

/** Estimated C stack of a function while it calls another one. */
export interface StackFrame {
  index: number;
  bytes: number;
}

export interface JittedFunction {
  index: number;
  /** Estimated bytes of its code in RAM. */
  bytes: number;
}

export interface EspruinoModuleOptions {
  /** With functions for the compiler on the board. */
  jit?: JitOptions;
  /** Bytes of memory at the start. */
  memoryBytes: number;
  /** Maximum bytes after it has grown. */
  mostMemoryBytes: number;
  /** Bits of a global at the start. */
  globalBits(index: number): [low: number, high: number];
  /** The initial contents of a table: functions, -1 for null. */
  tableEntries: number[][];
  /** With the fuel of the interpreter. */
  fuel: boolean;
  /** Functions that can yield and be resumed, with their callees; implies fuel. */
  resumable?: readonly number[];
  /** Whether there is C stack for more functions than the module has: see outlining.ts. */
  splitsFunctions?: boolean;
  /** Whether stores keep the sums of the blocks of memory: in the array `blockSums`. */
  sumsBlocks?: boolean;
  /** The function that implements an imported function and may be called directly, with `host` first; null if there is none. */
  implementation?(index: number): string | null;
  /** See PassOptions. */
  observe?: PassOptions['observe'];
}

export function translateForEspruino(given: ModuleCode, options: EspruinoModuleOptions): EspruinoModule {
  const { fuel, observe } = options;
  const builder = new FunctionBuilder(given, { fuel, simplify: simplifier(), costs: espruinoCosts });
  const own: FunctionCode[] = [];
  const operations = new Set<number>();
  for (let index = given.importedFunctions; index < given.functions.length; index++) own.push(builder.build(index));
  // Sums are those of words, and the compiler on the board has no views that start at each byte.
  const hasEachView = !options.sumsBlocks && options.jit === undefined;
  const isResumed = (options.resumable ?? []).length > 0;
  const mayGrow = options.mostMemoryBytes > options.memoryBytes && own.some(growsMemory);
  const without = new Set<string>();
  if (fuel || isResumed) without.add(TAIL_RECURSION);
  if (!hasEachView) without.add(DOUBLE_COPIES);
  if (!hasEachView || isResumed || mayGrow) without.add(ELEMENT_VIEWS);
  const passOptions = {
    canonicalNaN: true,
    minimumMemory: options.memoryBytes,
    maximumMemory: options.mostMemoryBytes,
    observe,
    without,
  };
  for (const body of own) runPasses(body, espruinoFirstPasses, espruinoCosts, passOptions);
  const referred = referredFunctions(given, own);
  const alignment = moduleAlignment(given, own, {
    globalBits: options.globalBits,
    referred: [...referred.values()].flat(),
  });
  for (const body of own) runPasses(body, espruinoLaterPasses, espruinoCosts, { ...passOptions, alignment });
  const { charges, yields, savedValues } = planSlices(given, own, options);
  const isSplit = options.splitsFunctions === true && !isResumed;
  const outlined = isSplit ? outline(own, given.functions.length) : [];
  // The new functions have the numbers behind those of the module.
  const code = { ...given, functions: [...given.functions, ...outlined.map(({ type }) => type)] };
  const bodies = [...own, ...outlined.map((each) => each.code)];
  for (const body of bodies) {
    countUses(body);
    visit(body.body, ({ operation }) => operations.add(operation));
  }
  const memoryGrows = options.mostMemoryBytes > options.memoryBytes && operations.has(Operation.MemoryGrow);
  const isFixed = !changesTables(operations) && code.importedTables === 0;
  const short = new Set(
    [...code.tables.keys()].filter((index) => isFixed && options.tableEntries[index].length <= LONGEST_LIST),
  );
  for (const body of bodies) nest(body, { callsMoveMemory: memoryGrows, mostDepth: MOST_DEPTH });
  const names = new Names(options, memoryGrows, short, displacedViews(bodies, options.memoryBytes));
  const graph = callGraph(code, bodies, referred);
  const depth = callDepth(graph, bodies, referred);
  const writer = new EspruinoFunctionWriter(new EspruinoExpressionWriter(names, depth), names, depth, {
    charges: charges.parts,
    yields: yields.charges,
  });
  const counting = new Set([...depth.counted].map((index) => names.function(index).text));
  const written = bodies.map((body) => {
    const calls = body.tailCalls ? 3 : 1;
    return new WrittenFunction(body, writer.write(body), (tokens) =>
      stackNeed(tokens, calls, (name) => counting.has(name), names.room),
    );
  });
  const { jitted, notJitted } =
    options.jit === undefined
      ? { jitted: [], notJitted: [] }
      : jit(code, bodies, { names, depth, charges: charges.parts, jit: options.jit });
  for (const each of jitted) written[each.written.index - code.importedFunctions] = each.written;
  const { unit, counts } = weigh(written, depth.counted, names);
  const tables = code.tables.flatMap(({ maximum }, index): Declaration[] => {
    const entries = options.tableEntries[index].map((each) => (each < 0 ? each : names.referenceOf(each)));
    const name = names.table(index).text;
    if (isFixed) return [constant(name, `/* @__PURE__ */ new Int32Array([${entries}])`)];
    const values = entries.map((each) => (each < 0 ? 'null' : each));
    return [constant(name, `[${values}]`), constant(`most${index}`, String(maximum < 0 ? 4294967295 : maximum >>> 0))];
  });
  const elements = code.elements.map(({ mode, entries }) => {
    if (mode !== 'passive') return '[]';
    return `[${entries.map((entry) => elementText(entry, names))}]`;
  });
  const globals = code.globals.flatMap(({ type }, index): Declaration[] => {
    const [low, high] = options.globalBits(index);
    const name = names.global(index, 0).text;
    if (type === 'I') return [variable(name, low), variable(names.global(index, 1).text, high)];
    if (type === 'i') return [variable(name, low)];
    if (type === 'f' || type === 'F')
      return [variable(name, (type === 'F' ? names.float(low, high) : singleOf(low, names)).text)];
    return [variable(name, low === -1 ? null : names.referenceOf(low))];
  });
  const finders = [
    ...[...names.indirects].map(([name, entry]) => finder(name, entry, js`functionOf[e]`, { names, isFixed })),
    ...[...names.numbers].map(([name, entry]) => finder(name, entry, js`e`, { names, isFixed })),
  ];
  const lists = [...names.lists].map(([name, [table, signature]]) => {
    const entries = options.tableEntries[table].map((each) =>
      each >= 0 && code.functions[each].signature === signature ? names.function(each).text : 0,
    );
    return constant(name, `[${entries}]`);
  });
  const words = (results: string) => {
    const types = wordTypes(results);
    const variables = types.slice(1).map((type, word) => names.resultWord(type, word + 1).text);
    // With null, the array is not one of doubles, in which V8 would make NaNs quiet.
    return `[${['null', 'r', ...variables]}]`;
  };
  // Names of results that only exports have.
  for (const { kind, index } of code.exports) if (kind === ExternalKind.Function) words(code.functions[index].results);
  if (operations.has(Operation.I64Add128) || operations.has(Operation.I64Sub128)) words('II');
  if (operations.has(Operation.I64MultiplyWideSigned) || operations.has(Operation.I64MultiplyWideUnsigned)) words('II');
  const inTables = [...names.references.keys()];
  const signatureNumbers = inTables.map((each) => names.signature(code.functions[each].signature));
  const functions = [...mostCalledFirst(written), ...finders];
  const direct =
    jitted.length > 0 || options.implementation === undefined
      ? new Set<number>()
      : directImports(code, options, { functions, referred: inTables, names });
  return {
    declarations: [
      ...viewParts(names, {
        memoryGrows,
        isWhole: options.memoryBytes === options.mostMemoryBytes,
        start: code.memory?.start ?? 0,
      }),
      ...floatParts([...names.floats]),
      ...[...names.resultWords].map(([name, type]) => variable(name, type === Type.Reference ? null : 0)),
      ...globals,
      ...tables,
      ...(operations.has(Operation.TableInit) || operations.has(Operation.ElementDrop)
        ? [constant('elements', `[${elements}]`), constant('allElements', `function () { return [${elements}]; }`)]
        : []),
    ],
    functions,
    references: [
      constant('functionOf', `[${inTables.map((each) => names.function(each).text)}]`),
      constant('signatureOf', `/* @__PURE__ */ new Uint16Array([${signatureNumbers}])`),
      ...lists,
    ],
    written: new Map(written.map((each) => [each.index, each])),
    partOf: partsOf(outlined),
    direct,
    operations,
    deepestCalls: heaviestCalls(written, graph, depth.counted, ({ index, stack }) =>
      depth.counted.has(index) ? stack.most - stack.level : stack.most,
    ).map(({ index, weight }) => ({ index, bytes: weight })),
    callJsVars: heaviestCalls(written, graph, depth.counted, callJsVars).reduce((sum, { weight }) => sum + weight, 0),
    counted: counts,
    notJitted,
    jitted: jitted.map(({ written: { index }, bytes }) => ({ index, bytes })),
    callBytes: unit,
    deferredCharges: charges.deferred,
    pointPlaces: yields.places,
    savedValues,
    tablesChange: !isFixed,
    signatures: [...names.signatures.keys()],
    words,
    global: (index, word) => names.global(index, word).text,
  };
}

function growsMemory({ body }: FunctionCode): boolean {
  let grows = false;
  visit(body, ({ operation }) => {
    if (operation === Operation.MemoryGrow) grows = true;
  });
  return grows;
}

function partsOf(outlined: readonly Outlined[]): Map<number, number> {
  const found = new Map<number, number>();
  for (const { code, partOf } of outlined) found.set(code.index, found.get(partOf) ?? partOf);
  return found;
}

/** A function that finds an entry of a table, and checks its type. */
function finder(
  called: string,
  [table, signature]: [table: number, signature: string],
  found: Code,
  { names, isFixed }: { names: Names; isFixed: boolean },
): ProgramFunction {
  const entries = names.table(table);
  const trap = names.runtime('trap');
  return new ProgramFunction([
    braced(js`function ${name(called)}(i, at) {`, [
      plain(js`const e = i >>> 0 < ${entries}.length ? ${entries}[i] : ${trap}(7, at);`),
      plain(js`if (e ${isFixed ? '< 0' : '=== null'}) ${trap}(8, at);`),
      plain(js`if (signatureOf[e] !== ${names.signature(signature)}) ${trap}(9, at);`),
      plain(js`return ${found};`),
    ]),
  ]);
}

/** Variables with floats: their literals would not be exact. */
function floatParts(floats: [name: string, bits: [low: number, high: number]][]): ProgramPart[] {
  if (floats.length === 0) return [];
  const sets = floats.map(([name], at) => `${name} = floatBits[${at}];`);
  const bits = floats.flatMap(([, pair]) => pair);
  return [
    ...floats.map(([name]) => variable(name, 0)),
    `{ const floatBits = new Float64Array(new Int32Array([${bits}]).buffer); ${sets.join(' ')} }`,
  ];
}

/**
 * Imported functions that are only called, and return nothing or a word unchanged. Calls go directly to the implementation, with
 * the host as first argument. A wrapper would take time, and JsVars.
 */
function directImports(
  { exports, functions: types, importedFunctions, start }: ModuleCode,
  { implementation }: EspruinoModuleOptions,
  { functions, referred, names }: { functions: readonly ProgramFunction[]; referred: readonly number[]; names: Names },
): Set<number> {
  const used = usedAsValues(functions);
  used.add(start);
  for (const { kind, index } of exports) if (kind === ExternalKind.Function) used.add(index);
  for (const index of referred) used.add(index);
  const direct = new Set<number>();
  for (let index = 0; index < importedFunctions; index++) {
    const { parameters, results } = types[index];
    const called = implementation!(index);
    if (used.has(index) || called === null || !(results === '' || results === 'i')) continue;
    direct.add(index);
    const name = names.function(index);
    name.text = called;
    name.leading.settle(parameters === '' ? 'host' : 'host,');
  }
  return direct;
}

/** Its compiler has a stack of 64 types, for the names and for what is computed; a call has all arguments there. */
const MOST_NAMES = 44;
const MOST_NAMES_AND_ARGUMENTS = 54;
const MOST_ARGUMENTS = 30;

function isForJit({ tokens }: WrittenFunction): boolean {
  const names = namesOf(tokens).size;
  const count = mostArguments(tokens);
  return names <= MOST_NAMES && count <= MOST_ARGUMENTS && names + count <= MOST_NAMES_AND_ARGUMENTS;
}

/** The function as the compiler on the board takes it, or why it takes it in no form. */
function writtenForJit(body: FunctionCode, writer: JitFunctionWriter): WrittenFunction | string {
  if (body.tailCalls) return 'it makes tail calls';
  try {
    const written = new WrittenFunction(body, writer.write(body), jittedStackNeed);
    return isForJit(written) ? written : 'it has more variables and arguments than the compiler has room for';
  } catch (error) {
    if (error instanceof TooDeep) return 'its control is nested too deeply';
    throw error;
  }
}

/** Exports that are called once. */
const STARTS = new Set(['_start', '_initialize', 'main']);

/** Functions for the compiler on the board: those that it gets, and the others with the reason. */
function jit(
  code: ModuleCode,
  bodies: FunctionCode[],
  { jit, ...parts }: { names: Names; depth: CallDepth; charges: Contracts['charges']; jit: JitOptions },
): { jitted: { written: WrittenFunction; bytes: number }[]; notJitted: { index: number; why: string }[] } {
  const { names, depth, charges } = parts;
  const expressions = new JitExpressionWriter(names, depth);
  const writer = new JitFunctionWriter(expressions, names, depth, { charges, yields: new Map() });
  const notJitted: { index: number; why: string }[] = [];
  const candidates = bodies.flatMap((body) => {
    const { index } = body;
    const written = writtenForJit(body, writer);
    if (typeof written !== 'string') return [{ index, written, bytes: jittedBytes(written.tokens) }];
    notJitted.push({ index, why: written });
    return [];
  });
  const outside = new Map<number, number>([...names.references.keys()].map((index) => [index, ROUNDS]));
  for (const { kind, index, name } of code.exports)
    if (kind === ExternalKind.Function) outside.set(index, STARTS.has(name) ? 1 : ROUNDS);
  if (code.start >= 0) outside.set(code.start, 1);
  const heat = heatOf(bodies, (index) => outside.get(index) ?? 0);
  const chosen = chooseJitted(candidates, heat, jit);
  for (const each of candidates) {
    if (chosen.has(each.index)) continue;
    const why = runsEnough(each, heat, jit)
      ? `there is no RAM left for about ${each.bytes} bytes`
      : 'it runs too little';
    notJitted.push({ index: each.index, why });
  }
  return { jitted: candidates.filter(({ index }) => chosen.has(index)), notJitted };
}

/** Maximum depth of nested values: each may take 255 bytes of C stack. Real modules have up to 34. */
const MOST_DEPTH = 48;

/** Maximum entries of a table as a list: in a longer list, Espruino takes as long to find an entry as a lookup function. */
const LONGEST_LIST = 64;

function singleOf(bits: number, names: Names): Token {
  const value = new Float32Array(new Int32Array([bits]).buffer)[0];
  if (Number.isNaN(value)) return names.nan(Type.F32, bits, 0);
  const [low, high] = new Int32Array(new Float64Array([value]).buffer);
  return names.float(low, high);
}

function elementText(entry: ConstantExpression, names: Names): string {
  const [{ code, low }] = entry;
  if (code === Opcode.RefFunc) return names.reference(low).text;
  return code === Opcode.GlobalGet ? names.global(low, 0).text : 'null';
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

/** Bytes per unit of depth, if the functions are not about equally large. */
const STACK_UNIT = 16;
const ABOUT_EQUAL = 1.25;

/** Settles the units of depth of each counting function. `unit` is in bytes of C stack, and 0 if no function counts. */
function weigh(
  functions: readonly WrittenFunction[],
  counted: ReadonlySet<number>,
  names: Names,
): { unit: number; counts: Map<number, number> } {
  const counts = new Map<number, number>();
  if (counted.size === 0) return { unit: 0, counts };
  const levels = functions.filter(({ index }) => counted.has(index)).map(({ index, stack }) => [index, stack.level]);
  const sizes = levels.map(([, level]) => level);
  const most = sizes.reduce((one, other) => Math.max(one, other));
  const areEqual = most <= ABOUT_EQUAL * sizes.reduce((one, other) => Math.min(one, other));
  const unit = areEqual ? most : STACK_UNIT;
  names.room.settle(areEqual ? 'd' : 'd>0');
  for (const [index, level] of levels) {
    counts.set(index, Math.ceil(level / unit));
    names.weight(index).settle(String(counts.get(index)));
  }
  return { unit, counts };
}

/** The calls that take most, the outermost first, with what each of them takes. None of the functions calls itself meanwhile. */
function heaviestCalls(
  functions: readonly WrittenFunction[],
  graph: CallGraph,
  counted: ReadonlySet<number>,
  weightOf: (called: WrittenFunction) => number,
): { index: number; weight: number }[] {
  interface Way {
    total: number;
    call: { index: number; weight: number };
    next: Way | null;
  }
  const longer = (one: Way | null, other: Way | null) => ((other?.total ?? 0) > (one?.total ?? 0) ? other : one);
  const written = new Map(functions.map((each) => [each.index, each]));
  const known = new Map<number, Way | null>();
  /** By signature: the deepest of the functions in tables, with or without counting functions among its callees. */
  const indirect = [new Map<number, Way | null>(), new Map<number, Way | null>()];
  const longest = (node: number, counts: boolean): Way | null => {
    let found: Way | null = null;
    for (const each of graph.calledBy(node)) {
      if (counts && counted.has(each)) continue;
      found = longer(found, graph.isFunction(each) ? from(each) : through(each, counts));
    }
    return found;
  };
  const through = (signature: number, counts: boolean): Way | null => {
    const ways = indirect[counts ? 1 : 0];
    if (!ways.has(signature)) ways.set(signature, longest(signature, counts));
    return ways.get(signature)!;
  };
  const from = (index: number): Way | null => {
    const called = written.get(index);
    if (called === undefined) return null;
    let found = known.get(index);
    if (found === undefined) {
      const next = longest(index, counted.has(index));
      const weight = weightOf(called);
      found = { total: weight + (next?.total ?? 0), call: { index, weight }, next };
      known.set(index, found);
    }
    return found;
  };
  const calls: { index: number; weight: number }[] = [];
  for (let way = functions.map(({ index }) => from(index)).reduce(longer, null); way; way = way.next)
    calls.push(way.call);
  return calls;
}

/** JsVars of a running call: its scope, and of each variable its name and its value. */
function callJsVars({ body }: WrittenFunction): number {
  const variables = new Set<number>();
  for (let parameter = 0; parameter < body.parameterCount; parameter++) variables.add(parameter);
  visit(body.body, ({ operation, index }) => {
    if (operation === Operation.Set) variables.add(index);
  });
  return 1 + variables.size * 2;
}
