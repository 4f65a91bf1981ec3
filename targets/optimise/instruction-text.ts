// Instructions in the flat text format: each has its own line, and branches name their depth.

import { readOpcode } from '../../src/body-reader.js';
import { Immediate, mnemonic, Opcode, opcodeImmediate } from '../../src/opcodes.js';
import type { Reader } from '../../src/reader.js';
import { literalText } from '../module/literal.js';
import { type ConstantInstruction, letterOf } from '../module/module-code.js';

const TYPES: Record<string, string> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64', r: 'funcref', R: 'externref' };
const HEAPS: Record<string, string> = { r: 'func', R: 'extern' };

/** The name of a value type. */
export const typeName = (letter: string) => TYPES[letter];

export interface InstructionText {
  code: number;
  text: string;
}

/** Reads an instruction of a validated body and writes it. */
export function instructionText(reader: Reader): InstructionText {
  const code = readOpcode(reader);
  return { code, text: mnemonic(code).replace(/ t$/, '') + immediateText(code, reader) };
}

function immediateText(code: number, reader: Reader): string {
  switch (opcodeImmediate[code]) {
    case Immediate.None:
      return '';
    case Immediate.BlockType:
      return blockType(reader);
    case Immediate.LabelTable:
      return ` ${Array.from({ length: reader.u32() + 1 }, () => reader.u32()).join(' ')}`;
    case Immediate.TypeVector:
      return ` (result ${Array.from({ length: reader.u32() }, () => TYPES[letterOf(reader.byte())]).join(' ')})`;
    case Immediate.I32:
      return ` ${reader.s32()}`;
    case Immediate.I64: {
      const low = reader.s64();
      return ` ${literalText('i64', bits64(low, reader.high))}`;
    }
    case Immediate.F32:
      return ` ${literalText('f32', BigInt(reader.word() >>> 0))}`;
    case Immediate.F64: {
      const low = reader.word();
      return ` ${literalText('f64', bits64(low, reader.word()))}`;
    }
    case Immediate.ReferenceType:
      return ` ${HEAPS[letterOf(reader.byte())]}`;
    case Immediate.TypeTable: {
      const type = reader.u32();
      return ` ${reader.u32()} (type ${type})`;
    }
    case Immediate.ElementTable: {
      const segment = reader.u32();
      return ` ${reader.u32()} ${segment}`;
    }
    case Immediate.TableTable:
      return ` ${reader.u32()} ${reader.u32()}`;
    case Immediate.Memory1:
    case Immediate.Memory2:
    case Immediate.Memory4:
    case Immediate.Memory8: {
      const align = 2 ** reader.u32();
      return ` offset=${reader.u32()} align=${align}`;
    }
    // The text format does not name the only memory.
    case Immediate.MemoryIndex:
      reader.u32();
      return '';
    case Immediate.MemoryMemory:
      reader.u32();
      reader.u32();
      return '';
    case Immediate.DataMemory: {
      const segment = reader.u32();
      reader.u32();
      return ` ${segment}`;
    }
    default:
      return ` ${reader.u32()}`;
  }
}

function blockType(reader: Reader): string {
  const type = reader.s33();
  if (type >= 0) return ` (type ${type})`;
  return type === EMPTY ? '' : ` (result ${TYPES[letterOf(type & 127)]})`;
}

/** 0x40 as a signed number of seven bits. */
const EMPTY = -64;

/** An instruction of a constant expression; `letter` is the type of a null. */
export function constantText({ code, low, high }: ConstantInstruction, letter: string): string {
  const name = mnemonic(code);
  switch (code) {
    case Opcode.I32Const:
      return `${name} ${low}`;
    case Opcode.I64Const:
      return `${name} ${literalText('i64', bits64(low, high))}`;
    case Opcode.F32Const:
      return `${name} ${literalText('f32', BigInt(low >>> 0))}`;
    case Opcode.F64Const:
      return `${name} ${literalText('f64', bits64(low, high))}`;
    case Opcode.GlobalGet:
    case Opcode.RefFunc:
      return `${name} ${low}`;
    case Opcode.RefNull:
      return `${name} ${HEAPS[letter]}`;
    default:
      return name;
  }
}

const bits64 = (low: number, high: number) => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
