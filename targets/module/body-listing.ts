// The instructions of a function as the text format has them, with where they stand in the module.

import { Immediate, mnemonic, Opcode, opcodeImmediate, PREFIX_FC } from '../../src/opcodes.js';
import { Reader } from '../../src/reader.js';
import { enterBody } from './instruction-reader.js';
import type { ModuleCode } from './module-code.js';

export interface ListedInstruction {
  /** Byte offset in the module. */
  at: number;
  /** Blocks, loops and `if`s around it. */
  depth: number;
  text: string;
}

const PREFIX = 0xfc;

export function listBody({ bytes, bodies }: ModuleCode, functionIndex: number): ListedInstruction[] {
  const reader = new Reader();
  enterBody(reader, bytes, bodies[functionIndex]);
  const listed: ListedInstruction[] = [];
  let depth = 0;
  while (reader.position < reader.end) {
    const at = reader.position;
    const byte = reader.byte();
    const code = byte === PREFIX ? PREFIX_FC + reader.u32() : byte;
    const isOuter = code === Opcode.End || code === Opcode.Else;
    if (code === Opcode.End) depth--;
    listed.push({ at, depth: Math.max(0, depth - (code === Opcode.Else ? 1 : 0)), text: textOf(code, reader) });
    if (!isOuter && opcodeImmediate[code] === Immediate.BlockType) depth++;
  }
  return listed;
}

function textOf(code: number, reader: Reader): string {
  const immediate = immediateText(opcodeImmediate[code], reader);
  const name = mnemonic(code);
  return immediate === '' ? name : `${name} ${immediate}`;
}

function immediateText(immediate: Immediate, reader: Reader): string {
  switch (immediate) {
    case Immediate.None:
      return '';
    case Immediate.BlockType:
      return blockType(reader.s33());
    case Immediate.LabelTable: {
      const labels: number[] = [];
      for (let count = reader.u32(); count >= 0; count--) labels.push(reader.u32());
      return labels.join(' ');
    }
    case Immediate.TypeVector:
      reader.blob();
      return '';
    case Immediate.Memory1:
    case Immediate.Memory2:
    case Immediate.Memory4:
    case Immediate.Memory8: {
      const alignment = reader.u32();
      const offset = reader.u32();
      const natural = immediate - Immediate.Memory1;
      const parts = [offset === 0 ? '' : `offset=${offset}`, alignment === natural ? '' : `align=${1 << alignment}`];
      return parts.filter((part) => part !== '').join(' ');
    }
    case Immediate.TypeTable:
    case Immediate.TableTable:
    case Immediate.MemoryMemory:
    case Immediate.DataMemory:
    case Immediate.ElementTable:
      return `${reader.u32()} ${reader.u32()}`;
    case Immediate.I32:
      return String(reader.s32());
    case Immediate.I64: {
      const low = reader.s64();
      return String((BigInt(reader.high) << 32n) | BigInt(low >>> 0));
    }
    case Immediate.F32:
      return String(new Float32Array(new Int32Array([reader.word()]).buffer)[0]);
    case Immediate.F64: {
      const words = new Int32Array([reader.word(), reader.word()]);
      return String(new Float64Array(words.buffer)[0]);
    }
    case Immediate.ReferenceType:
      return reader.byte() === 0x70 ? 'func' : 'extern';
    default:
      return String(reader.u32());
  }
}

/** Value types are below 0; what is not is the index of a function type. */
function blockType(type: number): string {
  const names: Record<number, string> = {
    [-1]: 'i32',
    [-2]: 'i64',
    [-3]: 'f32',
    [-4]: 'f64',
    [-16]: 'funcref',
    [-17]: 'externref',
  };
  if (type >= 0) return `(type ${type})`;
  return type in names ? `(result ${names[type]})` : '';
}
