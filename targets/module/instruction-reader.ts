// Walks over the instructions of a valid function body without keeping them.

import { Immediate } from '../../src/opcodes.js';
import type { Reader } from '../../src/reader.js';

/** Positions a reader at the first instruction of the body at `position` of a module. It ends where the body does. */
export function enterBody(reader: Reader, bytes: Uint8Array, position: number): void {
  reader.reset(bytes, position, bytes.length);
  reader.end = reader.u32() + reader.position;
  for (let groups = reader.u32(); groups > 0; groups--) {
    reader.u32();
    reader.skip(1);
  }
}

/** Reads over the immediates of an instruction. */
export function skipImmediate(reader: Reader, immediate: Immediate): void {
  switch (immediate) {
    case Immediate.None:
      return;
    case Immediate.I32:
      reader.s32();
      return;
    case Immediate.BlockType:
    case Immediate.I64:
      reader.s64();
      return;
    case Immediate.F32:
      reader.skip(4);
      return;
    case Immediate.F64:
      reader.skip(8);
      return;
    case Immediate.LabelTable:
      for (let count = reader.u32(); count >= 0; count--) reader.u32();
      return;
    case Immediate.TypeVector:
      for (let count = reader.u32(); count > 0; count--) reader.byte();
      return;
    case Immediate.ReferenceType:
    case Immediate.MemoryIndex:
      reader.byte();
      return;
    case Immediate.Memory1:
    case Immediate.Memory2:
    case Immediate.Memory4:
    case Immediate.Memory8:
    case Immediate.TypeTable:
    case Immediate.TableTable:
    case Immediate.ElementTable:
    case Immediate.DataMemory:
    case Immediate.MemoryMemory:
      reader.u32();
      reader.u32();
      return;
    default:
      reader.u32();
  }
}
