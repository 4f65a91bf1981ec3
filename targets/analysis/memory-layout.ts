// The division of a compiled module's linear memory into data, stack and heap, and how many bytes must back it.

import { ExternalKind, type Module } from '../../src/index.js';
import { ValueType } from '../../src/types.js';
import { ParameterKind, parametersOf } from '../host-functions/parameter-kind.js';
import { findHostFunction } from '../host-functions/table.js';
import type { External, ModuleDescription } from '../module/description.js';
import { NameSubsection, sectionNames } from '../module/function-names.js';
import { Language } from '../module/producers.js';
import type { BodyScan } from './body-scan.js';
import { type GlobalValue, readGlobals } from './constant-value.js';
import { type DataExtent, dataExtent, dataHolds } from './data-segments.js';
import { Bound, type Need, need } from './need.js';

export interface StackRegion {
  /** Index of the global that holds the stack pointer. */
  global: number;
  /** Initial value of the stack pointer; the stack grows down from here. */
  top: number;
  /** Lowest address; -1 where the module does not tell. */
  bottom: number;
  /** The stack lies below the data: an overflow traps instead of overwriting them. */
  first: boolean;
  /** Nothing but constants of the code tells that, and some may be addresses of variables below the stack. */
  isDoubtful: boolean;
  /** Whether any function uses it. */
  used: boolean;
}

export interface MemoryLayout {
  /** Bytes that the module declares, and may grow to (-1: no limit); 0 without memory. */
  declared: number;
  maximum: number;
  imported: boolean;
  data: DataExtent;
  /** Address behind data and zero-initialised variables, -1 where the module does not tell. */
  dataEnd: number;
  stack: StackRegion | null;
  /** Start of the heap, -1 if the module does not give it. */
  heapBase: number;
  /** Address behind data, variables and stack: all that is laid out before the program runs; -1 where it is not known. */
  staticEnd: number;
  /** Bytes from the heap's base to the declared size. */
  heapBytes: number;
  /** Signs that the module uses a heap, for the user: `memory.grow`, `malloc`. Empty if there are none. */
  heapSigns: string[];
  grows: boolean;
  /** Bytes to back with memory. */
  need: Need;
}

const ALLOCATOR =
  /^(malloc|calloc|realloc|dlmalloc|emmalloc|sbrk|__wbindgen_malloc|__rust_alloc|__new|__alloc|~lib\/rt\/.*(__alloc|__new|addMemory|allocateBlock)|runtime\.alloc|tinygo_alloc)$/;

export function memoryLayout(
  module: Module,
  description: ModuleDescription,
  scan: BodyScan,
  language: Language,
  functionNames: Iterable<string>,
): MemoryLayout {
  const globals = readGlobals(module);
  const named = new NamedGlobals(module, description, globals);
  const data = dataExtent(module);
  const pageBytes = 2 ** module.pageShift;
  const declared = module.memoryCount === 0 ? 0 : module.memoryMinimum * pageBytes;
  const stack = stackRegion(globals, named, scan, data, declared, language);
  const dataEnd = named.address('__data_end');
  let heapBase = named.address('__heap_base');
  // wasm-ld puts the stack behind the data and the heap behind the stack, or the stack before the data.
  if (stack && !stack.first && heapBase < 0) heapBase = stack.top;
  const layout: MemoryLayout = {
    declared,
    maximum: module.memoryCount === 0 ? 0 : module.memoryMaximum < 0 ? -1 : module.memoryMaximum * pageBytes,
    imported: module.importedMemories > 0,
    data,
    dataEnd,
    stack,
    heapBase,
    staticEnd: -1,
    heapBytes: heapBase < 0 ? 0 : Math.max(0, declared - heapBase),
    heapSigns: heapSigns(module, description, scan, heapBase, functionNames),
    grows: scan.memoryGrows > 0,
    need: need(0, Bound.Exact, 'the module has no memory'),
  };
  layout.staticEnd = staticEnd(layout);
  const exportsHeapBase = description.exports.some(({ name }) => name === '__heap_base');
  if (module.memoryCount > 0)
    layout.need = memoryNeed(layout, scan, {
      bumps: bumps(language, scan, functionNames),
      exportsHeapBase,
      givesAddresses: description.imports.some(takesAddresses),
    });
  return layout;
}

/** Globals by the names in exports and the name section. Names of AssemblyScript lose their path. */
class NamedGlobals {
  private readonly byName = new Map<string, GlobalValue>();
  private readonly named = new Set<GlobalValue>();

  constructor(module: Module, { exports }: ModuleDescription, globals: GlobalValue[]) {
    const add = (name: string, index: number) => {
      const global = globals[index - module.importedGlobals];
      if (!global) return;
      this.named.add(global);
      this.byName.set(name.replace(/^~lib\/memory\//, ''), global);
    };
    for (const [index, name] of sectionNames(module, NameSubsection.Globals)) add(name, index);
    for (const { kind, name, index } of exports) if (kind === ExternalKind.Global) add(name, index);
  }

  get(name: string): GlobalValue | undefined {
    return this.byName.get(name);
  }

  /** An address, -1 where it is not told. */
  address(name: string): number {
    const value = this.byName.get(name)?.value ?? NaN;
    return Number.isNaN(value) ? -1 : value;
  }

  has(global: GlobalValue): boolean {
    return this.named.has(global);
  }
}

function stackRegion(
  globals: GlobalValue[],
  named: NamedGlobals,
  scan: BodyScan,
  data: DataExtent,
  declared: number,
  language: Language,
): StackRegion | null {
  const pointer = stackPointer(globals, named, scan, language);
  if (!pointer) return null;
  const top = pointer.value;
  const low = named.address('__stack_low');
  const high = named.address('__stack_high');
  const dataEnd = named.address('__data_end');
  let first = dataEnd >= top;
  let isDoubtful = false;
  if (low >= 0) first = low === 0 || low < data.start;
  else if (data.end > 0) first = data.start >= top;
  // Variables without a data segment: on which side of the stack they lie, the addresses in the code tell.
  else if (dataEnd < 0 && variablesOnlyBelow(scan, top, declared)) first = false;
  else if (dataEnd < 0) {
    first = addressBetween(scan, top, declared) >= 0;
    isDoubtful = addressBetween(scan, GLOBAL_BASE, top) >= 0;
  }
  let bottom = low;
  if (bottom < 0 && first) bottom = 0;
  if (bottom < 0 && dataEnd >= 0) bottom = dataEnd;
  return {
    global: pointer.index,
    top: Math.max(top, high),
    bottom,
    first,
    isDoubtful,
    used: scan.globalUses[pointer.index] > 0,
  };
}

/** Address at which wasm-ld puts the first variable, without --global-base. */
const GLOBAL_BASE = 1024;

/**
 * Whether accesses at constant addresses, which are variables, lie below the top of the stack and none lies above. Nothing
 * but the stack pointer leads to what is on the stack.
 */
function variablesOnlyBelow({ constantAddresses }: BodyScan, top: number, declared: number): boolean {
  let isBelow = false;
  for (const address of constantAddresses) {
    if (address >= top && address < declared) return false;
    if (address >= GLOBAL_BASE && address < top) isBelow = true;
  }
  return isBelow;
}

/** A constant of the code that may be an address between `from` and `to`, -1 if there is none. */
function addressBetween(scan: BodyScan, from: number, to: number): number {
  for (const value of scan.offsets) if (value >= from && value < to) return value;
  for (const value of scan.constants) if (value > from && value < to) return value;
  return -1;
}

/** LLVM keeps the stack aligned to this many bytes. */
const STACK_ALIGNMENT = 16;
const LLVM: readonly Language[] = [Language.C, Language.Rust, Language.TinyGo, Language.Zig];

/**
 * The global that is called so. Without names, the first one if it is as wasm-ld writes it: a mutable i32, aligned, from
 * which functions take bytes off, or which nothing uses. What a program's own variable looks like must not pass for it:
 * the memory behind its value would be taken for unused.
 */
function stackPointer(
  globals: GlobalValue[],
  named: NamedGlobals,
  scan: BodyScan,
  language: Language,
): GlobalValue | null {
  const isPointer = ({ type, mutable, value }: GlobalValue) => mutable && type === ValueType.I32 && value > 0;
  const called = named.get('__stack_pointer');
  if (called) return isPointer(called) ? called : null;
  // AssemblyScript's stack is called by its name or not there.
  if (language === Language.AssemblyScript || globals.length === 0) return null;
  const [first] = globals;
  if (!isPointer(first) || named.has(first) || first.value % STACK_ALIGNMENT !== 0) return null;
  const frames = [...scan.frames[first.index].values()];
  if (frames.some((bytes) => bytes % STACK_ALIGNMENT !== 0)) return null;
  return LLVM.includes(language) || frames.length === 0 || frames.some((bytes) => bytes > 0) ? first : null;
}

function heapSigns(
  module: Module,
  { exports }: ModuleDescription,
  scan: BodyScan,
  heapBase: number,
  functionNames: Iterable<string>,
): string[] {
  const signs = new Set<string>();
  if (scan.memoryGrows > 0) signs.add('memory.grow');
  if (scan.memorySizes > 0) signs.add('memory.size');
  for (const name of functionNames) if (ALLOCATOR.test(name)) signs.add(name);
  for (const { kind, name } of exports) if (kind === ExternalKind.Function && ALLOCATOR.test(name)) signs.add(name);
  if (heapBase > 0 && (scan.constants.has(heapBase) || dataHolds(module, heapBase)))
    signs.add('the address of __heap_base');
  return [...signs];
}

function staticEnd({ data, stack, heapBase, dataEnd }: MemoryLayout): number {
  if (data.relocated) return -1;
  const end = Math.max(data.end, stack ? stack.top : 0, dataEnd, heapBase);
  // Zero-initialised variables are in no segment: that they end at the last one nothing says.
  const known = heapBase >= 0 || dataEnd >= 0 || (stack !== null && !stack.first);
  return known ? end : -1;
}

/** Bytes of the root of the two-level allocator of AssemblyScript's other runtimes (std/assembly/rt/tlsf.ts, ROOT_SIZE). */
const TLSF_ROOT_BYTES = 1572;

/** memory.grow for each memory.size in the runtime `stub`: it asks for some room, and where there is none for less. */
const STUB_GROWS = 2;

/**
 * Whether the heap is AssemblyScript's runtime `stub`, which takes what is allocated from the heap's base on and no more. The
 * other runtimes write at the end of memory before they allocate anything: they ask for its size once more when it has grown.
 */
function bumps(language: Language, scan: BodyScan, functionNames: Iterable<string>): boolean {
  if (language !== Language.AssemblyScript) return false;
  for (const name of functionNames) if (name.startsWith('~lib/rt/tlsf/')) return false;
  return !scan.constants.has(TLSF_ROOT_BYTES) && scan.memoryGrows === scan.memorySizes * STUB_GROWS;
}

/** Whether an imported function may be given an address in memory. */
function takesAddresses({ kind, module, name }: External): boolean {
  if (kind !== ExternalKind.Function) return false;
  const row = findHostFunction(module, name);
  return module !== 'espruino' || !row || parametersOf(row).some(({ kind }) => POINTERS.includes(kind));
}

const POINTERS = [ParameterKind.Pointer, ParameterKind.ConstantPointer, ParameterKind.TextPointer];

interface MemoryUse {
  bumps: boolean;
  exportsHeapBase: boolean;
  /** To imported functions. */
  givesAddresses: boolean;
}

function memoryNeed(layout: MemoryLayout, scan: BodyScan, { bumps, exportsHeapBase, givesAddresses }: MemoryUse): Need {
  const { declared, data, stack, heapSigns: signs, grows } = layout;
  if (layout.imported) {
    return need(declared, Bound.AtLeast, 'the memory is imported: who defines it decides how much of it is used');
  }
  if (data.relocated) return need(declared, Bound.AtMost, 'its data lie where an imported global says');
  if (declared === 0) return need(0, grows ? Bound.AtLeast : Bound.Exact, 'the memory is declared empty');
  const end = Math.min(layout.staticEnd, declared);
  if (bumps && signs.length > 0) {
    const end = Math.max(layout.staticEnd, data.end);
    return need(end, Bound.AtLeast, `its data end at ${end}; what it allocates comes on top, and is never given back`);
  }
  if (grows) {
    return need(
      declared,
      Bound.AtLeast,
      `it grows its memory (${signs.join(', ')}): all that it declares is taken for a heap, and more is asked for`,
    );
  }
  if (signs.length > 0) {
    const why = `it has a heap (${signs.join(', ')}), which may reach to the end of what it declares`;
    return need(declared, Bound.AtMost, why);
  }
  if (scan.accesses === 0) {
    return need(
      data.end,
      Bound.Exact,
      data.end === 0 ? 'no instruction accesses it' : 'only its data segments are in it, which no instruction accesses',
    );
  }
  if (end < 0 && scan.computedAccesses === 0 && scan.constantEnd <= declared) {
    const used = Math.max(data.end, scan.constantEnd);
    const why = `its instructions access constant addresses below ${used}`;
    return givesAddresses
      ? need(used, Bound.AtLeast, `${why}; what imported functions write comes on top`)
      : need(used, Bound.Exact, `${why}, and nothing that it imports is given an address`);
  }
  if (end < 0) {
    return need(
      declared,
      Bound.AtMost,
      stack
        ? stack.isDoubtful
          ? 'the stack may come first, and where variables behind it would end is not exported (__heap_base)'
          : 'the stack comes first, and where the variables behind it end is not exported (__heap_base)'
        : 'no stack pointer and no heap base tell which part of it is used',
    );
  }
  for (const offset of scan.offsets) {
    if (offset < end || offset >= declared) continue;
    return need(declared, Bound.AtMost, `it accesses memory at the constant offset ${offset}, behind data and stack`);
  }
  const shared = exportsHeapBase ? '; a host that puts something behind __heap_base needs more' : '';
  const parts = !stack
    ? 'data'
    : stack.first
      ? `stack (${stack.top} bytes) and data`
      : `data and stack (top ${stack.top})`;
  return need(
    end,
    Bound.AtMost,
    `${parts} end at ${end}; no memory.grow and no allocator uses what is behind them${shared}`,
  );
}
