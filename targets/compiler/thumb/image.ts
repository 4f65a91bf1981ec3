// Compiles a module to an image: its functions, entries for exports, functions that stand for imports, and what of the helper library
// these call, linked at fixed distances. The image is position-independent.

import type { Assembled } from '../../../machine/thumb/assemble.js';
import { type Cpu, supports } from '../../../machine/thumb/cpu.js';
import { encode, labelBase, writeEncoding } from '../../../machine/thumb/encode.js';
import type { Form } from '../../../machine/thumb/form.js';
import { TRAP_COUNT, Trap } from '../../../src/trap.js';
import { ExternalKind } from '../../../src/types.js';
import type { ModuleCode } from '../../module/module-code.js';
import { FunctionBuilder } from '../intermediate/builder.js';
import { findDefinitions } from '../intermediate/definitions.js';
import type { FunctionCode } from '../intermediate/instruction.js';
import { wordTypes } from '../intermediate/value-builder.js';
import { emptyPlan, placeCharges, sinkCharges } from '../passes/charge-placement.js';
import { lateCharges } from '../passes/late-charges.js';
import { versionLoops } from '../passes/loop-versions.js';
import { type PassOptions, runPasses, simplifier } from '../passes/runner.js';
import { allocate } from './allocate.js';
import { assembleOnce } from './assembled-texts.js';
import { bulkRoutines, segmentsText } from './bulk-routines.js';
import { MOST_WORDS, wordCount } from './contract.js';
import { emit } from './emit.js';
import { linkedHelpers } from './helpers/index.js';
import { layOut } from './layout.js';
import { linearise } from './linearise.js';
import { Lowering } from './lowering.js';
import { ModuleFacts } from './module-facts.js';
import { surveyModule } from './module-survey.js';
import { NotCompiled } from './not-compiled.js';
import { thumbCosts, thumbPasses } from './passes.js';
import {
  FORGET_PINS,
  forgetPinsText,
  PIN_STACK,
  type PinImports,
  pinBytes,
  pinReadText,
  pinWriteText,
  timeBytes,
  timeText,
} from './pins-runtime.js';
import { place } from './placement.js';
import { registerFile } from './register-file.js';
import { RegisterGraph } from './register-graph.js';
import {
  entryStackWords,
  entryText,
  importText,
  type RuntimeOptions,
  runtimeRoutines,
  runtimeText,
} from './runtime.js';
import { dataSegments, elementSegments } from './segments.js';
import { IMPORT_STACK, RESUME, SLICE, SLICE_WORDS, slicesText, YIELD_STACK } from './slices-runtime.js';
import { StackNeeds } from './stack-needs.js';
import { functionSymbol, label, NULL_ADDRESS, NULL_FUNCTION, trapSymbol, UNDEFINED_FUNCTION } from './symbols.js';
import { UNALIGNED_ROUTINES, UNALIGNED_STACK } from './unaligned.js';

export interface ThumbOptions {
  cpu: Cpu;
  fuel: boolean;
  /** Whether calls can run in slices: then code counts fuel. */
  resumable?: boolean;
  /** Bytes that there are of linear memory at the start, from its first address on. By default all of the declared pages; with fewer, it does not grow. */
  memoryBytes?: number;
  /** Bytes that linear memory has at most, however it grows. By default, those of the declared maximum. */
  mostMemoryBytes?: number;
  /** Functions that get an entry besides those that are exported. */
  entries?: readonly number[];
  /** Imports that need not call the host: pins-runtime.ts. */
  pins?: PinImports;
  /**
   * Assembly code of the caller that the image has besides. Its routine `HOST_TRAP` is called where a call ends, with the context in r4 and
   * the frames of the call at the stack pointer: return addresses in frames are there then, and have their places in `traps`.
   */
  hostText?: string;
  /** See PassOptions; `charge-placement` is one of the names. */
  without?: ReadonlySet<string>;
  observe?: PassOptions['observe'];
}

/** The place of a function's code. */
export interface FunctionPlace {
  index: number;
  /** Byte offset in the image. */
  offset: number;
  bytes: number;
  /**
   * Bytes of stack that a call of it takes, without what it calls. With code of the caller, where the function is at one of its places: from
   * the stack pointer to behind its return address. If the stack is exhausted when it starts, these are only the return address.
   */
  frameBytes: number;
  /** Whether its calls can lead back to it: then it tests the stack. */
  isRecursive: boolean;
}

/** The place at which a trap is reported, or to which a call returns. */
export interface TrapPlace {
  /** Byte offset in the image behind the call: `Context.TrapPlace`. */
  offset: number;
  functionIndex: number;
  /** Byte offset in the module. */
  at: number;
}

export interface EntryPlace {
  functionIndex: number;
  /** Byte offset in the image. */
  offset: number;
  /** Words of arguments and results. */
  parameterWords: number;
  resultWords: number;
}

export interface ThumbImage {
  cpu: Cpu;
  bytes: Uint8Array;
  /** Entries: one for each exported function, for the start function, and for those of the options. */
  entries: EntryPlace[];
  /** In order. Functions that stand for imports are among them. */
  functions: FunctionPlace[];
  /** In order. Calls are among them where the image has code of the caller. */
  traps: TrapPlace[];
  /** Traps that it can report, and 0 where it counts fuel. */
  trapCodes: number[];
  /** The function that stands for null in tables: byte offset in the image. 0 if the module has no table. */
  nullFunction: number;
  contextBytes: number;
  /** Words of arguments or results in the context: `Context.Words`. */
  words: number;
  /** Byte offsets in the context. */
  globalOffset(index: number): number;
  tableOffset(index: number): number;
  /** Byte offsets of the words of the time, and of the places of pins behind them. */
  timeAt: number;
  pinsAt: number;
  /** Whether an instruction writes to tables. */
  tablesChange: boolean;
  /** Indices of the tables that an instruction makes grow. */
  grownTables: ReadonlySet<number>;
  /** Byte offsets of the words that say which segments are dropped. Active segments are dropped once they are copied. */
  dataFlagOffset(index: number): number;
  elementFlagOffset(index: number): number;
  /** Bytes that must be free below `Context.StackLimit`: what functions need that do not test the stack. */
  stackReserve: number;
  /** Whether a call may go on without end: there are loops or tail calls. */
  repeats: boolean;
  /** Resumable code: byte offsets in the image of `__wasm_slice` and of the entry that continues a call. */
  slices: { slice: number; resume: number } | null;
  /** Byte offset in the image of a label in the code of the caller. */
  hostOffset(label: string): number;
}

/** See Relocation; a word without a base is the offset in the image, with the bit for Thumb. */
interface UnitRelocation {
  at: number;
  symbol: string;
  form: Form | null;
  base: number | null;
}

/** Code with its symbols. */
interface Unit {
  bytes: Uint8Array;
  labels: ReadonlyMap<string, number>;
  relocations: UnitRelocation[];
  traps: { offset: number; at: number }[];
  functionIndex: number;
  frameBytes: number;
}

/** Moves charges of fuel to where there are fewest. It runs behind all passes. */
const CHARGE_PLACEMENT = 'charge-placement';

/** The traps' codes. */
const TRAPS = Array.from({ length: TRAP_COUNT - 1 }, (_, index): Trap => index + 1);

/** Bytes of a context: wide loads have offsets of 12 bits, and routines on tables get offsets of 16. */
const MOST_CONTEXT = { wide: 4096, narrow: 65536 };

/** Throws NotCompiled. */
export function compileThumb(code: ModuleCode, options: ThumbOptions): ThumbImage {
  return new ImageBuilder(code, options).run();
}

class ImageBuilder {
  private readonly code: ModuleCode;
  private readonly options: ThumbOptions & RuntimeOptions;
  private readonly facts: ModuleFacts;
  private readonly units: Unit[] = [];
  /** Symbols that units define, and those that they use. */
  private readonly defined = new Set<string>();
  private readonly wanted = new Set<string>();
  private readonly trapCodes: number[] = [];
  private readonly stack: StackNeeds;
  private readonly repeats: boolean;
  /** The graph of the current function. */
  private readonly registerGraph = new RegisterGraph();

  constructor(code: ModuleCode, given: ThumbOptions) {
    const { resumable = false } = given;
    const options = { ...given, resumable, fuel: given.fuel || resumable };
    this.code = code;
    this.options = options;
    const survey = surveyModule(code);
    this.repeats = survey.repeats;
    const { cpu, memoryBytes, pins } = options;
    const facts = { words: this.passedWords(), pinBytes: pinBytes(pins), resumable, memoryBytes };
    this.facts = new ModuleFacts(cpu, code, survey, facts);
    const most = supports(options.cpu, 'v7') ? MOST_CONTEXT.wide : MOST_CONTEXT.narrow;
    if (this.facts.contextBytes > most)
      throw new NotCompiled(`globals, tables and segments that take a context of more than ${most} bytes`);
    this.stack = new StackNeeds(code, survey);
  }

  run(): ThumbImage {
    const { code } = this;
    for (const body of builtBodies(code, this.options, this.facts.memory.minimumBytes)) this.function(body);
    for (let index = 0; index < code.importedFunctions; index++) this.import(index);
    const entries = this.entries();
    this.bulk();
    this.runtime();
    // In the order of the image, in which the part of the runtime comes first in which calls enter.
    const wanted = new Set(this.units[0].relocations.map(({ symbol }) => symbol));
    for (const symbol of this.wanted) wanted.add(symbol);
    const helpers = linkedHelpers(
      this.options.cpu,
      [...wanted].filter((symbol) => !this.defined.has(symbol)),
    );
    for (const { text } of helpers) this.text(text);
    const yieldStack = this.options.resumable ? YIELD_STACK : 0;
    return this.link(entries, Math.max(UNALIGNED_STACK, yieldStack, ...helpers.map(({ stackBytes }) => stackBytes)));
  }

  private add(unit: Unit, isFirst = false): Unit {
    if (isFirst) this.units.unshift(unit);
    else this.units.push(unit);
    for (const symbol of unit.labels.keys()) this.defined.add(symbol);
    for (const { symbol } of unit.relocations) this.wanted.add(symbol);
    return unit;
  }

  /** Byte offset in the context of the places of pins, behind the time. */
  private get pinsAt(): number {
    return this.facts.timeAt + timeBytes(this.options.pins);
  }

  /** Bytes of the number of its type in front of a function: calls through tables compare it. */
  private get numberBytes(): number {
    return this.code.tables.length > 0 ? 4 : 0;
  }

  /** Appends the used parts of the runtime. The part in which calls enter comes first in the image. */
  private runtime(): void {
    const { fuel, cpu } = this.options;
    for (const { entry, text } of runtimeRoutines(this.options, this.facts.memory))
      if (this.wanted.has(entry)) this.text(text);
    for (const [symbol, text] of UNALIGNED_ROUTINES) if (this.wanted.has(symbol)) this.text(text);
    const { pins, resumable } = this.options;
    if (resumable) this.text(slicesText(pins ? `\n    bl    ${FORGET_PINS}` : ''));
    if (pins) this.text(forgetPinsText(pins, this.facts.timeAt));
    if (this.options.hostText !== undefined) this.text(this.options.hostText);
    const wanted = new Set(this.wanted).add(label(trapSymbol(Trap.CallStackExhausted)));
    const nullAddress = wanted.has(NULL_ADDRESS);
    // Tables have it where they have no function.
    const nullFunction = this.code.tables.length > 0;
    const undefinedFunction = wanted.has(UNDEFINED_FUNCTION);
    if (nullFunction) wanted.add(label(trapSymbol(Trap.UninitializedElement)));
    if (undefinedFunction) wanted.add(label(trapSymbol(Trap.UndefinedElement)));
    const reported = TRAPS.filter((trap) => wanted.has(label(trapSymbol(trap))));
    this.trapCodes.push(...(fuel ? [Trap.None] : []), ...reported);
    const callsHost = this.options.hostText !== undefined;
    const needs = { traps: reported, nullFunction, nullAddress, undefinedFunction, callsHost };
    const text = runtimeText(this.options, supports(cpu, 'v7'), needs, this.facts.memory.limitBytes);
    this.add(unitOf(assembleOnce(text, cpu), -1, 0), true);
  }

  /** Routines on tables and segments that are called, and the segments. */
  private bulk(): void {
    const { code, facts } = this;
    const routines = bulkRoutines(facts.dataFlagOffset(0), facts.elementFlagOffset(0), facts.memory);
    for (const [symbol, { text, needs }] of routines) {
      if (!this.wanted.has(symbol)) continue;
      this.text(text);
      if (needs === null) continue;
      const unit = this.text(segmentsText(`__wasm_${needs}`));
      const made = needs === 'data' ? dataSegments(code) : elementSegments(code, facts);
      const at = unit.bytes.length;
      const bytes = new Uint8Array(at + made.bytes.length);
      bytes.set(unit.bytes);
      bytes.set(made.bytes, at);
      unit.bytes = bytes;
      for (const each of made.addresses) {
        const symbol = label(each.symbol);
        unit.relocations.push({ at: at + each.at, symbol, form: null, base: null });
        this.wanted.add(symbol);
      }
    }
  }

  private text(text: string, functionIndex = -1, frameBytes = 0): Unit {
    return this.add(unitOf(assembleOnce(text, this.options.cpu), functionIndex, frameBytes));
  }

  private function(body: FunctionCode): void {
    const { facts, options } = this;
    const isThumb2 = supports(options.cpu, 'v7');
    const charges = emptyPlan();
    if (options.fuel && !options.without?.has(CHARGE_PLACEMENT)) {
      placeCharges(body, charges, { resumable: 'no', closesLoops: false });
      // A call that yields does so at the charge itself.
      if (!options.resumable) {
        lateCharges(body, charges, this.mostMemoryBytes());
        versionLoops(body, charges, Infinity);
        sinkCharges(body, charges);
      }
    }
    findDefinitions(body);
    const lowering = new Lowering(body, facts, charges).run();
    const virtual = linearise(lowering, place(lowering));
    allocate(virtual, registerFile(isThumb2, options.fuel), facts.memory.limitBytes, this.registerGraph);
    const testsStack = this.stack.isTested(body.index);
    const at = this.code.origin(this.code.bodies[body.index]);
    const print = (overwritesLink: boolean) => {
      const { assembly, frame } = emit(virtual, facts, isThumb2, {
        testsStack,
        at,
        overwritesLink,
        yields: options.resumable,
        tellsCallers: options.hostText !== undefined,
      });
      return { ...layOut(assembly, isThumb2), frame };
    };
    let printed = print(false);
    if (printed.overwritesLink && !printed.frame.savesLink) printed = print(true);
    const { bytes, relocations, traps, frame } = printed;
    const frameBytes = options.hostText === undefined ? frame.size : frame.bytesToCaller;
    const start = this.numberBytes;
    const number = facts.signatureNumber(this.code.functions[body.index].signature);
    this.add({
      bytes: start === 0 ? bytes : withNumber(bytes, number),
      labels: new Map([[label(functionSymbol(body.index)), start]]),
      relocations: relocations.map(({ at, symbol, form, base }) => ({
        at: at + start,
        symbol: label(symbol),
        form,
        base: base + start,
      })),
      traps: traps.map(({ offset, site }) => ({ offset: offset + start, at: site.at })),
      functionIndex: body.index,
      frameBytes,
    });
    this.stack.setFrame(body.index, frameBytes);
  }

  private mostMemoryBytes(): number {
    const { memory } = this.code;
    if (memory === null) return 0;
    const declared = memory.maximum < 0 ? Infinity : memory.maximum * memory.pageBytes;
    return Math.min(this.options.mostMemoryBytes ?? Infinity, declared);
  }

  private import(index: number): void {
    const { parameters, results, signature } = this.code.functions[index];
    const [parameterWords, resultWords] = [parameters, results].map((each) => wordCount(wordTypes(each)));
    if (parameterWords > MOST_WORDS || resultWords > MOST_WORDS)
      throw new NotCompiled(`imports with more than ${MOST_WORDS} words of arguments or results`, index, 0);
    const number = this.facts.signatureNumber(signature);
    const name = functionSymbol(index);
    const { pins, resumable } = this.options;
    const stackBytes = (pins ? PIN_STACK : 32) + (resumable ? IMPORT_STACK : 0);
    let text: string;
    if (index === pins?.write) text = pinWriteText(name, index, this.pinsAt);
    else if (index === pins?.read) text = pinReadText(name, index, this.pinsAt);
    else if (index === pins?.time?.index) text = timeText(name, this.facts.timeAt, pins.time);
    else text = importText(name, index, parameterWords, resultWords, pins !== undefined);
    this.text(this.numberBytes === 0 ? text : `    .word ${number}\n${text}`, index, stackBytes);
    this.stack.setFrame(index, stackBytes);
  }

  /** Functions that get an entry: exports, what the module starts with, those of the options. */
  private entryFunctions(): number[] {
    const { code, options } = this;
    const exported = code.exports.filter(({ kind }) => kind === ExternalKind.Function).map(({ index }) => index);
    if (code.start >= 0) exported.push(code.start);
    return [...new Set([...exported, ...(options.entries ?? [])])];
  }

  /** Words of arguments or results that the context has room for. */
  private passedWords(): number {
    const { functions, importedFunctions } = this.code;
    const passing = [
      ...this.entryFunctions().map((index) => functions[index]),
      ...functions.slice(0, importedFunctions),
    ];
    const words = passing.flatMap(({ parameters, results }) =>
      [parameters, results].map((each) => wordCount(wordTypes(each))),
    );
    const { pins, resumable } = this.options;
    return Math.max(resumable || pins ? SLICE_WORDS : 0, ...words);
  }

  /** Adds the entries; where they are is known when all is linked. */
  private entries(): { functionIndex: number; parameterWords: number; resultWords: number; unit: Unit }[] {
    return this.entryFunctions().map((index) => {
      const { parameters, results } = this.code.functions[index];
      const [parameterWords, resultWords] = [parameters, results].map((each) => wordCount(wordTypes(each)));
      if (parameterWords > MOST_WORDS || resultWords > MOST_WORDS)
        throw new NotCompiled(`exports with more than ${MOST_WORDS} words of arguments or results`, index, 0);
      const stackWords = entryStackWords(parameterWords, resultWords, this.facts.tailWords);
      this.stack.setEntry(stackWords * 4);
      const unit = this.text(
        entryText(
          `entry ${index}`,
          functionSymbol(index),
          parameterWords,
          resultWords,
          stackWords,
          this.options.pins !== undefined,
        ),
      );
      return { functionIndex: index, parameterWords, resultWords, unit };
    });
  }

  private link(
    entries: { functionIndex: number; parameterWords: number; resultWords: number; unit: Unit }[],
    helperStack: number,
  ): ThumbImage {
    const offsets = new Map<Unit, number>();
    const symbols = new Map<string, number>();
    let end = 0;
    for (const unit of this.units) {
      offsets.set(unit, end);
      for (const [name, at] of unit.labels) symbols.set(name, end + at);
      end = (end + unit.bytes.length + 3) & ~3;
    }
    const bytes = new Uint8Array(end);
    const view = new DataView(bytes.buffer);
    const functions: FunctionPlace[] = [];
    const traps: TrapPlace[] = [];
    for (const unit of this.units) {
      const offset = offsets.get(unit)!;
      bytes.set(unit.bytes, offset);
      for (const { at, symbol, form, base } of unit.relocations) {
        const target = symbols.get(symbol);
        if (target === undefined) throw new Error(`the image calls ${symbol}, which is nowhere`);
        const place = offset + at;
        if (form === null) view.setInt32(place, target + 1 - (base === null ? 0 : offset + base), true);
        else writeEncoding(bytes, place, encode(form, [target - labelBase(form, place)]), 4);
      }
      const { functionIndex: index, frameBytes } = unit;
      if (index >= 0)
        functions.push({
          index,
          offset: offset + this.numberBytes,
          bytes: unit.bytes.length - this.numberBytes,
          frameBytes,
          isRecursive: this.stack.isTested(index),
        });
      for (const trap of unit.traps) traps.push({ offset: offset + trap.offset, functionIndex: index, at: trap.at });
    }
    const { facts } = this;
    return {
      cpu: this.options.cpu,
      bytes,
      entries: entries.map(({ unit, ...entry }) => ({ ...entry, offset: offsets.get(unit)! })),
      functions,
      traps,
      trapCodes: this.trapCodes,
      nullFunction: symbols.get(NULL_FUNCTION) ?? 0,
      contextBytes: facts.contextBytes,
      words: facts.words,
      globalOffset: (index) => facts.globalOffset(index),
      tableOffset: (index) => facts.table(index).offset,
      timeAt: facts.timeAt,
      pinsAt: this.pinsAt,
      tablesChange: facts.tablesChange,
      grownTables: facts.grownTables,
      dataFlagOffset: (index) => facts.dataFlagOffset(index),
      elementFlagOffset: (index) => facts.elementFlagOffset(index),
      stackReserve: this.stack.reserve() + helperStack,
      repeats: this.repeats,
      slices: this.options.resumable ? { slice: symbols.get(SLICE)!, resume: symbols.get(RESUME)! } : null,
      hostOffset: (each) => symbols.get(each)!,
    };
  }
}

/** The functions one after the other, ready to be compiled: none is kept. */
function* builtBodies(
  code: ModuleCode,
  { fuel, without, observe }: ThumbOptions,
  minimumMemory: number,
): Generator<FunctionCode> {
  const builder = new FunctionBuilder(code, { fuel, simplify: simplifier(without), costs: thumbCosts });
  for (let index = code.importedFunctions; index < code.functions.length; index++) {
    const body = builder.build(index);
    runPasses(body, thumbPasses, thumbCosts, { without, observe, canonicalNaN: true, minimumMemory });
    yield body;
  }
}

/** Code behind the number of its function's type. */
function withNumber(bytes: Uint8Array, number: number): Uint8Array {
  const made = new Uint8Array(bytes.length + 4);
  new DataView(made.buffer).setInt32(0, number, true);
  made.set(bytes, 4);
  return made;
}

function unitOf({ bytes, labels, relocations }: Readonly<Assembled>, functionIndex: number, frameBytes: number): Unit {
  return {
    bytes,
    labels,
    relocations: relocations.map(({ at, symbol, form }) => ({ at, symbol, form, base: 0 })),
    traps: [],
    functionIndex,
    frameBytes,
  };
}
