// An image of machine code on the simulated processor: memory, context, stack and tables are regions of their own, and any access
// outside them fails.

import { Processor } from '../../sim/processor/processor.js';
import type { Region } from '../../sim/processor/region.js';
import { Opcode } from '../../src/opcodes.js';
import { Trap, trapMessage } from '../../src/trap.js';
import type { ExternalKind } from '../../src/types.js';
import { Context, Stash, Status } from '../../targets/compiler/thumb/contract.js';
import type { ThumbImage, TrapPlace } from '../../targets/compiler/thumb/image.js';
import { HOST_TRAP } from '../../targets/compiler/thumb/symbols.js';
import type { ConstantExpression, ModuleCode } from '../../targets/module/module-code.js';

const IMAGE = 0x08000000;
const CONTEXT = 0x20000000;
const STACK = 0x21000000;
const TABLES = 0x22000000;
const STASH = 0x23000000;
const MEMORY = 0x30000000;
const BRIDGE = 0xf0000000;
const TRAP_HOOK = 0xf0000010;
const STACK_BYTES = 65536;

/** `ThumbOptions.hostText` of images whose traps are to tell their call stacks. */
export const TELLS_CALLERS = `
${HOST_TRAP}:
    mov   r6, lr
    ldr   r3, =${TRAP_HOOK | 1}
    blx   r3
    bx    r6
    .ltorg
`;

/** A trap of native code. The message says where, as the engine's does, unless it is a segment's. */
export class NativeTrap extends Error {
  override name = 'NativeTrap';

  constructor(
    readonly code: Trap,
    place: string,
    /** Function and byte of each frame, the innermost first, if the image tells call stacks. */
    readonly frames: readonly Frame[] = [],
  ) {
    super(trapMessage(code) + place);
  }
}

/** Bytes that linear memory has at most. */
export function mostMemoryBytes({ memory }: ModuleCode, growsBy = 2 ** 20): number {
  if (memory === null) return 0;
  const { minimum, maximum, pageBytes, start } = memory;
  return Math.min(maximum < 0 ? Infinity : maximum * pageBytes, minimum * pageBytes + growsBy) - start;
}

export type Frame = Pick<TrapPlace, 'functionIndex' | 'at'>;

/** A call used up its fuel. The message says where. */
export class OutOfFuel extends Error {
  override name = 'OutOfFuel';
}

export interface NativeOptions {
  /** Takes and gives words. */
  importFunction?(index: number, words: number[]): number[];
  globalBits?(index: number): [number, number];
  stackBytes?: number;
  /** Bytes that memory can grow by, and entries that tables can: 1 MiB and 1024 by default. */
  growsBy?: number;
  mostInstructions?: number;
  /** Given to each call, of code that counts fuel; by default, the caller writes it into the context. */
  fuel?: number;
  /** Calls go in slices of one unit of fuel, each with the stack pointer elsewhere; for resumable code. */
  slices?: boolean;
}

/** Bytes of a stash with which slices are longer than a unit. */
const LARGE_STASH = 1024;
/** Bytes of a return address. */
const RETURN_BYTES = 4;
/** Bytes of stack that slices may differ by. */
const SLICE_SHIFTS = 64;

export class NativeInstance {
  readonly processor: Processor;
  readonly memory: Region | null = null;
  readonly context: Region;
  readonly code: ModuleCode;
  readonly imageAddress = IMAGE;
  private readonly image: ThumbImage;
  private readonly options: NativeOptions;
  private readonly stackTop: number;
  private readonly stash: Region | null = null;
  private depth = 0;
  /** Fuel that slices were given. */
  sliceFuel = 0;
  /** Slices that calls took. */
  private slices = 0;
  /** Of the last trap. */
  private frames: Frame[] = [];

  constructor(code: ModuleCode, image: ThumbImage, options: NativeOptions = {}) {
    this.code = code;
    this.image = image;
    this.options = options;
    this.processor = new Processor(image.cpu);
    const { memory } = this.processor;
    const stackBytes = options.stackBytes ?? STACK_BYTES;
    memory.add({ name: 'image', base: IMAGE, contents: image.bytes, access: 'rx' });
    this.context = memory.add({ name: 'context', base: CONTEXT, contents: image.contextBytes, access: 'rw' });
    memory.add({ name: 'stack', base: STACK, contents: stackBytes + image.stackReserve, access: 'rw' });
    this.stackTop = STACK + stackBytes + image.stackReserve;
    this.setWord(Context.StackLimit, STACK + image.stackReserve);
    if (code.memory !== null) {
      const { minimum, pageBytes, start } = code.memory;
      const bytes = minimum * pageBytes - start;
      const most = mostMemoryBytes(code, options.growsBy);
      this.memory = memory.add({
        name: 'memory',
        base: MEMORY,
        contents: most,
        access: 'rw',
        currentSize: () => this.word(Context.MemorySize),
      });
      this.memory.resize(bytes);
      this.setWord(Context.MemoryBase, MEMORY);
      this.setWord(Context.MemorySize, bytes);
      this.setWord(Context.MemoryMaximum, most);
    }
    if (image.slices !== null) {
      const depth = stackBytes - 2 * SLICE_SHIFTS;
      const contents = Stash.Frames + depth + image.stackReserve;
      this.stash = memory.add({ name: 'stash', base: STASH, contents, access: 'rw' });
      this.setWord(Context.Stash, STASH);
      this.stash.view.setInt32(Stash.Depth, depth, true);
    }
    this.setWord(Context.ImportBridge, BRIDGE | 1);
    this.processor.addHostFunction(BRIDGE, 'import bridge', () => this.importCalled());
    this.processor.addHostFunction(TRAP_HOOK, 'trap', () => {
      this.frames = this.framesAt(this.processor.registers[13]);
    });
    this.fillGlobals();
    this.fillTables();
    this.fillMemory();
  }

  word(offset: number): number {
    return this.context.view.getInt32(offset, true);
  }

  setWord(offset: number, value: number): void {
    this.context.view.setInt32(offset, value, true);
  }

  /** Calls a function of the module by its index, with words. Returns the words of its result. */
  call(functionIndex: number, words: readonly number[] = []): number[] {
    const { processor, image } = this;
    const entry = image.entries.find((each) => each.functionIndex === functionIndex);
    if (entry === undefined) throw new Error(`function ${functionIndex} has no entry`);
    if (this.options.fuel !== undefined) this.setWord(Context.Fuel, this.options.fuel);
    for (const [index, word] of words.entries()) this.setWord(Context.Words + index * 4, word);
    if (processor.registers[13] === 0) processor.registers[13] = this.stackTop;
    const inSlices = this.options.slices === true && this.depth === 0;
    this.depth++;
    try {
      if (inSlices) this.callInSlices(entry.offset);
      else processor.call(IMAGE + entry.offset, [CONTEXT, ...words.slice(0, 3)], this.options.mostInstructions);
    } finally {
      this.depth--;
    }
    this.followMemory();
    const status = this.word(Context.Status);
    if (status >= Status.Trap) throw new NativeTrap(this.word(Context.TrapCode), this.place(), this.frames);
    if (status === Status.OutOfFuel) throw new OutOfFuel(`out of fuel${this.place()}`);
    if (status !== Status.Done) throw new Error(`status ${status}`);
    return Array.from({ length: entry.resultWords }, (_, index) => this.word(Context.Words + index * 4));
  }

  /** Calls in slices. Between two slices, the stack is overwritten. */
  private callInSlices(entry: number): void {
    const { processor, image, stash } = this;
    const { slice, resume } = image.slices!;
    const top = processor.registers[13];
    const stack = processor.memory.regionAt(STACK)!;
    this.setWord(Context.Fuel, 0);
    this.sliceFuel = 0;
    for (let next = entry; ; next = resume) {
      this.slices++;
      processor.registers[13] = top - ((this.slices * 8) % SLICE_SHIFTS);
      try {
        processor.call(IMAGE + slice, [CONTEXT, (IMAGE + next) | 1], this.options.mostInstructions);
      } finally {
        processor.registers[13] = top;
      }
      if (this.word(Context.Status) !== Status.Yielded) return;
      this.followMemory();
      const saved = stash!.view.getInt32(Stash.Bytes, true);
      stack.bytes.fill(0xa5, Math.max(0, stack.bytes.length - saved - 4 * SLICE_SHIFTS));
      // Deep calls would be copied again and again.
      const given = saved < LARGE_STASH ? 0 : saved;
      this.sliceFuel += given - this.word(Context.Fuel);
      this.setWord(Context.Fuel, given);
    }
  }

  /** The index of an export. */
  exported(kind: ExternalKind, name: string): number {
    const found = this.code.exports.find((each) => each.kind === kind && each.name === name);
    if (found === undefined) throw new Error(`there is no export "${name}"`);
    return found.index;
  }

  /** The words of a global. */
  global(index: number): number[] {
    const offset = this.image.globalOffset(index);
    const { type } = this.code.globals[index];
    return type === 'I' || type === 'F' ? [this.word(offset), this.word(offset + 4)] : [this.word(offset)];
  }

  /** The function index of each entry of a table, -1 for null. */
  table(index: number): number[] {
    const { image, processor } = this;
    const [base, size] = [0, 4].map((offset) => this.word(image.tableOffset(index) + offset));
    const indices = new Map(image.functions.map((each) => [(IMAGE + each.offset) | 1, each.index]));
    return Array.from({ length: size }, (_, each) => indices.get(processor.memory.readWord(base + each * 4)) ?? -1);
  }

  /** Grows memory by pages, as the host. Returns the number of pages before, or -1. */
  grow(pages: number): number {
    const { pageBytes } = this.code.memory!;
    const before = this.word(Context.MemorySize);
    const after = before + pages * pageBytes;
    if (after > this.word(Context.MemoryMaximum)) return -1;
    this.setWord(Context.MemorySize, after);
    this.followMemory();
    return (before + this.code.memory!.start) / pageBytes;
  }

  /** Returns the place of a trap or of the end of fuel. */
  private place(): string {
    const reported = this.word(Context.TrapPlace);
    const found = this.image.traps.find(({ offset }) => offset === reported);
    if (found === undefined) return '';
    const name = this.code.nameOf(found.functionIndex);
    return ` in function ${found.functionIndex}${name === '' ? '' : ` (${name})`} at byte ${found.at}`;
  }

  /** Unwinds the frames of a call that traps. `stack` is the stack pointer. */
  private framesAt(stack: number): Frame[] {
    const { image, processor } = this;
    const frames: Frame[] = [];
    const isExhausted = this.word(Context.TrapCode) === Trap.CallStackExhausted;
    let place = this.word(Context.TrapPlace);
    let at = stack;
    for (;;) {
      const found = image.traps.find(({ offset }) => offset === place);
      if (found === undefined) break;
      const { frameBytes } = image.functions.find(({ index }) => index === found.functionIndex)!;
      at += isExhausted && frames.length === 0 ? RETURN_BYTES : frameBytes;
      frames.push(found);
      place = processor.memory.readWord(at - RETURN_BYTES) - 1 - IMAGE;
    }
    return frames;
  }

  /** Memory that was grown may be accessed to its new size. */
  private followMemory(): void {
    this.memory?.resize(this.word(Context.MemorySize));
  }

  private importCalled(): void {
    this.followMemory();
    const index = this.word(Context.ImportNumber);
    const { parameters } = this.code.functions[index];
    const count = [...parameters].reduce((sum, letter) => sum + (letter === 'I' || letter === 'F' ? 2 : 1), 0);
    const words = Array.from({ length: count }, (_, each) => this.word(Context.Words + each * 4));
    const results = this.options.importFunction?.(index, words) ?? [];
    for (const [each, word] of results.entries()) this.setWord(Context.Words + each * 4, word);
  }

  private fillGlobals(): void {
    const { code, image } = this;
    for (const [index, { type }] of code.globals.entries()) {
      const bits =
        index < code.importedGlobals
          ? (this.options.globalBits?.(index) ?? [0, 0])
          : this.evaluate(code.initialisers[index - code.importedGlobals]);
      this.setWord(image.globalOffset(index), bits[0]);
      if (type === 'I' || type === 'F') this.setWord(image.globalOffset(index) + 4, bits[1]);
    }
  }

  private evaluate(expression: ConstantExpression): [number, number] {
    const [{ code, low, high }] = expression;
    if (code === Opcode.GlobalGet)
      return [this.word(this.image.globalOffset(low)), this.word(this.image.globalOffset(low) + 4)];
    if (code === Opcode.RefFunc) return [this.functionAddress(low), 0];
    if (code === Opcode.RefNull) return [0, 0];
    return [low, high];
  }

  private functionAddress(index: number): number {
    return (IMAGE + this.image.functions.find((each) => each.index === index)!.offset) | 1;
  }

  private fillTables(): void {
    const { code, image, processor } = this;
    let base = TABLES;
    const bases: number[] = [];
    for (const [index, { minimum, maximum, element }] of code.tables.entries()) {
      const at = base;
      const most = Math.min(maximum < 0 ? Infinity : maximum >>> 0, minimum + 1024);
      bases.push(at);
      const region = processor.memory.add({
        name: `table ${index}`,
        base: at,
        contents: Math.max(4, most * 4),
        access: 'rw',
      });
      const empty = element === 'r' ? (IMAGE + image.nullFunction) | 1 : 0;
      for (let each = 0; each < minimum; each++) region.view.setInt32(each * 4, empty, true);
      this.setWord(image.tableOffset(index), at);
      this.setWord(image.tableOffset(index) + 4, minimum);
      this.setWord(image.tableOffset(index) + 8, most);
      base += (most * 4 + 4096) & ~4095;
    }
    for (const { mode, table, offset, entries, at } of code.elements) {
      if (mode !== 'active') continue;
      const [start] = this.evaluate(offset);
      if ((start >>> 0) + entries.length > code.tables[table].minimum)
        throw new NativeTrap(Trap.TableOutOfBounds, ` by the active segment at byte ${at}`);
      const empty = code.tables[table].element === 'r' ? (IMAGE + image.nullFunction) | 1 : 0;
      for (const [index, entry] of entries.entries()) {
        const [value] = this.evaluate(entry);
        processor.memory.writeWord(bases[table] + (start + index) * 4, value === 0 ? empty : value);
      }
    }
  }

  private fillMemory(): void {
    for (const [index, { mode }] of this.code.elements.entries())
      if (mode !== 'passive') this.setWord(this.image.elementFlagOffset(index), 1);
    for (const { mode, offset, bytes, at } of this.code.data) {
      if (mode !== 'active') continue;
      const start = (this.evaluate(offset)[0] >>> 0) - this.code.memory!.start;
      if (start + bytes.length > this.word(Context.MemorySize))
        throw new NativeTrap(Trap.MemoryOutOfBounds, ` by the active segment at byte ${at}`);
      this.memory!.bytes.set(bytes, start);
    }
    for (const [index, { mode }] of this.code.data.entries())
      if (mode === 'active') this.setWord(this.image.dataFlagOffset(index), 1);
  }
}
