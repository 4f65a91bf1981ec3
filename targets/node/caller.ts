// The caller of a host function: its arguments, and its linear memory with every access checked against the bounds.

/** The part of an engine that host functions need. A translated module provides it, too. */
export interface HostEngine {
  defineFunction(module: string, name: string, parameters: string, results: string, host: () => void): unknown;
  defineGlobal(module: string, name: string, type: string, mutable: boolean, low: number, high: number): unknown;
  defineMemory(module: string, name: string, minimum: number, maximum: number): unknown;
  defineTable(module: string, name: string, elementType: string, minimum: number, maximum: number): unknown;
  getI32(index: number): number;
  setI32(index: number, value: number): void;
  getI64Low(index: number): number;
  getI64High(index: number): number;
  setI64(index: number, low: number, high: number): void;
  getF32(index: number): number;
  setF32(index: number, value: number): void;
  getF64(index: number): number;
  setF64(index: number, value: number): void;
  /** -1 without one. */
  readonly callerMemory: number;
  memoryBytes(memory: number): number;
  memoryBase(memory: number): number;
  memoryStart(memory: number): number;
  readonly memoryBuffer: ArrayBuffer;
}

/** A pointer that the guest passed leads out of its memory. */
export class PointerError extends Error {
  constructor(pointer: number, length: number) {
    super(`${length} bytes at 0x${pointer.toString(16)} are not within the linear memory`);
    this.name = 'PointerError';
  }
}

export class Caller {
  readonly engine: HostEngine;
  private view = new DataView(new ArrayBuffer(0));

  constructor(engine: HostEngine) {
    this.engine = engine;
  }

  u32(index: number): number {
    return this.engine.getI32(index) >>> 0;
  }

  /** Throws a PointerError unless the bytes exist. Returns where they are in the engine's buffer. */
  locate(pointer: number, length: number): number {
    const { engine } = this;
    const memory = engine.callerMemory;
    if (memory < 0) throw new PointerError(pointer, length);
    const place = pointer - engine.memoryStart(memory);
    if ((place < 0 && length > 0) || place + length > engine.memoryBytes(memory))
      throw new PointerError(pointer, length);
    // memory.grow may have put another buffer in the place of the last one.
    if (this.view.buffer !== engine.memoryBuffer) this.view = new DataView(engine.memoryBuffer);
    return engine.memoryBase(memory) + Math.max(0, place);
  }

  /** The guest's own bytes: to be used before the guest runs on. */
  bytes(pointer: number, length: number): Uint8Array {
    const at = this.locate(pointer, length);
    return new Uint8Array(this.engine.memoryBuffer, at, length);
  }

  readU8(pointer: number): number {
    const at = this.locate(pointer, 1);
    return this.view.getUint8(at);
  }

  readU16(pointer: number): number {
    const at = this.locate(pointer, 2);
    return this.view.getUint16(at, true);
  }

  readU32(pointer: number): number {
    const at = this.locate(pointer, 4);
    return this.view.getUint32(at, true);
  }

  readU64(pointer: number): bigint {
    const at = this.locate(pointer, 8);
    return this.view.getBigUint64(at, true);
  }

  writeU8(pointer: number, value: number): void {
    const at = this.locate(pointer, 1);
    this.view.setUint8(at, value);
  }

  writeU16(pointer: number, value: number): void {
    const at = this.locate(pointer, 2);
    this.view.setUint16(at, value, true);
  }

  writeU32(pointer: number, value: number): void {
    const at = this.locate(pointer, 4);
    this.view.setUint32(at, value, true);
  }

  writeU64(pointer: number, value: bigint): void {
    const at = this.locate(pointer, 8);
    this.view.setBigUint64(at, value, true);
  }
}
