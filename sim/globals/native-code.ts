// Machine code in a program: E.nativeCall, and the addresses that E.getAddressOf gives.
//
// The processor sees what the program has asked the address of: buffers, flat strings, the files of Storage. It also sees a C stack and
// the firmware's table of functions (process.env.EXPTR). Any other access ends the program. Addresses never change; strings
// with the same characters have the same address.

import { callStackBytes } from '../../boards/call-stack.js';
import { type InstructionSet, instructionSetOf } from '../../boards/processor.js';
import type { SimulatedBoardFacts } from '../language/board-features.js';
import type { MemoryAccount } from '../memory.js';
import type { MemoryRoots } from '../memory-roots.js';
import { ProcessorFault } from '../processor/fault.js';
import { Processor } from '../processor/processor.js';
import type { Realm } from '../realm/realm.js';
import type { Storage } from '../storage/storage.js';
import { latin1 } from './bytes.js';
import type { PinPorts } from './pin-ports.js';

export interface NativeBoard {
  readonly facts: SimulatedBoardFacts;
  readonly storage: Storage;
  /** Instructions that may still be executed before the program has blocked the board for too long. */
  readonly instructionsLeft: number;
  /** Bytes of a buffer that may lie in pieces, as short ones do. */
  readonly longestScattered: number;
  readonly account: MemoryAccount;
  readonly roots: MemoryRoots;
  readonly pinPorts: PinPorts;
  /** The program has kept the processor for this long. */
  spend(seconds: number): void;
  /** Ends the program. */
  end(what: string, reason: string): never;
  /** Ends the program, which has used up `instructionsLeft`. */
  endBlocking(): never;
}

const FLASH = 0x0006_0000;
const FIRMWARE_TABLE = 0x0000_1000;
const RAM = 0x2000_0000;
/** Addresses of variables that are no flat strings: machine code finds nothing there. */
const VARIABLES = 0x2400_0000;
export const STACK_END = 0x2800_0000;
const FIRMWARE_FUNCTIONS = 0x0000_2000;
/** The part of the C stack that the interpreter uses before it calls machine code, in bytes. */
const INTERPRETER_STACK = 1024;
const MOST_ARGUMENTS = 4;

/** The functions of `exportPtrs` in order, src/jswrap_process.c of Espruino 2v29. */
const FIRMWARE = (
  'lock unlock skipName mathsOp newWithFlags newFromFloat newFromInteger newFromString newFromBool getFloat getInteger ' +
  'getBool replaceWith functionCall namedVariable namedField varNamedField'
).split(' ');

type Convert = (value: unknown) => number[];

const bits = new DataView(new ArrayBuffer(8));

function doubleWords(value: unknown): number[] {
  bits.setFloat64(0, Number(value), true);
  return [bits.getInt32(0, true), bits.getInt32(4, true)];
}

function singleWord(value: unknown): number[] {
  bits.setFloat32(0, Number(value), true);
  return [bits.getInt32(0, true)];
}

const ARGUMENTS: Record<string, Convert> = {
  int: (value) => [Number(value) | 0],
  bool: (value) => [value ? 1 : 0],
  float: singleWord,
  double: doubleWords,
};
const RESULTS = ['void', 'int', 'bool', 'float', 'double'];

export class NativeCode {
  private readonly instructions: InstructionSet | undefined;
  private made: Processor | undefined;
  private readonly buffers = new WeakMap<object, number>();
  private readonly flatStrings = new Map<string, number>();
  private readonly variables = new Map<number, object>();
  /** Buffers and lengths of flat strings, by the address of their data. */
  private readonly data = new Map<number, object | number>();
  private readonly addresses = new WeakMap<object, number>();
  private nextAddress = RAM;
  /** An exception of a callback. Until the machine code that called it returns, further callbacks do nothing. */
  private thrown: { error: unknown } | undefined;
  private depth = 0;
  /** Cycles that the board knows of. */
  private spentCycles = 0;
  private flashOperations = 0;

  constructor(
    private readonly board: NativeBoard,
    private readonly realm: Realm,
  ) {
    const { core, nativeCalls = false } = board.facts;
    this.instructions = core && instructionSetOf({ core, nativeCalls });
  }

  /** Made for the first address or call, as few programs have machine code; undefined on boards whose processor executes none. */
  private get processor(): Processor | undefined {
    if (this.instructions) this.made ??= this.makeProcessor(this.instructions);
    return this.made;
  }

  private makeProcessor(instructions: InstructionSet): Processor {
    const { board } = this;
    const processor = new Processor(instructions);
    const { memory } = processor;
    memory.add({ name: 'Storage', base: FLASH, contents: board.storage.flash.bytes, access: 'rx' });
    memory.add({ name: 'the C stack', base: STACK_END, contents: callStackBytes(board.facts), access: 'rw' });
    board.pinPorts.addTo(memory, () => this.spend(processor));
    const table = memory.add({
      name: 'EXPTR',
      base: FIRMWARE_TABLE,
      contents: (FIRMWARE.length + 1) * 4,
      access: 'r',
    });
    const functions: Record<string, () => void> = {
      lock: () => this.lock(processor.registers[0]),
      unlock: () => {},
      functionCall: () => this.callVariable(processor),
    };
    for (const [index, name] of FIRMWARE.entries()) {
      const address = FIRMWARE_FUNCTIONS + 4 * index;
      table.words[index] = address | 1;
      const run = functions[name] ?? (() => board.end('native code', `it calls ${name}, which is not simulated`));
      processor.addHostFunction(address, name, run);
    }
    return processor;
  }

  /** `process.env.EXPTR`. */
  get firmwareTable(): number {
    return this.instructions ? FIRMWARE_TABLE : 0;
  }

  /** E.getAddressOf: of a variable, or of data that lie in one piece, 0 where there are none. */
  addressOf(value: unknown, flat: boolean): number {
    if (!flat) return typeof value === 'object' || typeof value === 'function' ? this.variable(value as object) : 0;
    if (typeof value === 'string') return this.flatStrings.get(value) ?? this.fileAddress(value);
    const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
    if (Object.prototype.toString.call(buffer) !== '[object ArrayBuffer]') return 0;
    if ((buffer as ArrayBuffer).byteLength <= this.board.longestScattered) return 0;
    const start = ArrayBuffer.isView(value) ? value.byteOffset : 0;
    let address = this.buffers.get(buffer as object);
    if (address === undefined) {
      address = this.add(new Uint8Array(buffer as ArrayBuffer), 'rwx');
      this.buffers.set(buffer as object, address);
      this.data.set(address, buffer as object);
    }
    return address + start;
  }

  /** E.toFlatString: the text, which has an address from now on. */
  flatString(text: string): string {
    if (!this.flatStrings.has(text)) {
      const address = this.add(Buffer.from(text, 'latin1'), 'rwx');
      this.flatStrings.set(text, address);
      this.data.set(address, text.length);
    }
    return text;
  }

  /** E.nativeCall. */
  nativeCall(address: number, signature: string, data?: unknown): (...values: unknown[]) => unknown {
    const { processor } = this;
    if (!processor) return this.realm.parts.raise('the processor of this board does not execute native code');
    const [, result, given] = /^\s*(\w+)\s*\(([\w\s,]*)\)\s*$/.exec(signature) ?? [];
    const types = given?.trim() ? given.split(',').map((each) => each.trim()) : [];
    const known = types.every((type) => type in ARGUMENTS);
    if (!RESULTS.includes(result) || !known || types.length > MOST_ARGUMENTS)
      return this.realm.parts.raise(`native calls of the signature ${signature} are not simulated`);
    const start = data === undefined ? address : address + this.addressOf(this.flatString(String(data)), true);
    return (...values: unknown[]) => {
      const words: number[] = [];
      for (const [index, type] of types.entries()) {
        if (type === 'double' && words.length % 2 === 1) words.push(0);
        words.push(...ARGUMENTS[type](values[index] ?? 0));
      }
      if (words.length > MOST_ARGUMENTS)
        return this.board.end('native code', 'arguments on the stack are not simulated');
      this.call(processor, start, words);
      return resultOf(result, processor.registers[0], processor.registers[1]);
    };
  }

  private call(processor: Processor, address: number, words: number[]): void {
    const { flash } = this.board.storage;
    if (flash.operations !== this.flashOperations) processor.forgetCode();
    this.flashOperations = flash.operations;
    const { registers } = processor;
    const kept = registers.slice();
    if (this.depth === 0) registers[13] = STACK_END + (callStackBytes(this.board.facts) & ~7) - INTERPRETER_STACK;
    else registers[13] = (registers[13] - INTERPRETER_STACK) & ~7;
    if (this.depth === 0) this.spentCycles = processor.cycles;
    this.depth++;
    try {
      processor.call(address, words, this.board.instructionsLeft);
    } catch (error) {
      if (!(error instanceof ProcessorFault)) throw error;
      if (error.kind === 'limit') this.board.endBlocking();
      this.board.end('native code', error.message);
    } finally {
      this.depth--;
      const [low, high] = registers;
      registers.set(kept);
      registers[0] = low;
      registers[1] = high;
      this.spend(processor);
    }
    const { thrown } = this;
    if (!thrown) return;
    this.thrown = undefined;
    throw thrown.error;
  }

  /** Tells the board the time that machine code has taken so far. */
  private spend({ cycles }: Processor): void {
    this.board.spend((cycles - this.spentCycles) / this.board.facts.clock);
    this.spentCycles = cycles;
  }

  /** The firmware's function call: function, name, this, whether parsing; number of arguments and their address on the stack. */
  private callVariable(processor: Processor): void {
    const { registers, memory } = processor;
    const called = this.variables.get(registers[0] >>> 0);
    if (memory.readWord(registers[13]) !== 0)
      this.board.end('native code', 'callbacks with arguments are not simulated');
    registers[0] = 0;
    this.spend(processor);
    if (this.thrown) return;
    if (typeof called !== 'function') this.board.end('native code', 'it calls what is no function');
    try {
      const value = (called as () => unknown)();
      if (value !== undefined && value !== null) registers[0] = this.variable(Object(value));
    } catch (error) {
      this.thrown = { error };
    }
  }

  /** A variable, by its address: that of a flat string lies before its data. */
  private lock(address: number): void {
    const start = address + this.board.account.layout.bytes;
    const locked = this.variables.get(address) ?? this.data.get(start);
    if (locked === undefined) this.board.end('native code', 'it locks what is no variable');
    this.data.delete(start);
    this.board.roots.lock(locked);
  }

  private variable(value: object): number {
    let address = this.addresses.get(value);
    if (address === undefined) {
      address = VARIABLES + 16 * this.variables.size;
      this.addresses.set(value, address);
      this.variables.set(address, value);
    }
    return address;
  }

  private add(contents: Uint8Array, access: 'rwx'): number {
    // A flat string starts in the variable before its data.
    const address = this.nextAddress + 16;
    const bytes = contents.byteOffset % 4 === 0 ? contents : Uint8Array.from(contents);
    this.processor?.memory.add({ name: `a buffer of ${bytes.length} bytes`, base: address, contents: bytes, access });
    this.nextAddress = (address + bytes.length + 15) & ~15;
    return address;
  }

  /** Returns the address in flash of a file with this content, if the processor can read flash by address. */
  private fileAddress(text: string): number {
    const { storage, facts } = this.board;
    if (!facts.storage.executableInPlace) return 0;
    const names = storage.list().filter((name) => storage.read(name)!.length === text.length);
    const found = names.find((name) => latin1(storage.read(name)!) === text);
    return found === undefined ? 0 : FLASH + storage.read(found)!.byteOffset;
  }
}

function resultOf(type: string, low: number, high: number): unknown {
  bits.setInt32(0, low, true);
  bits.setInt32(4, high, true);
  if (type === 'int') return low;
  if (type === 'bool') return (low & 1) !== 0;
  if (type === 'float') return bits.getFloat32(0, true);
  return type === 'double' ? bits.getFloat64(0, true) : undefined;
}
