// The numeric opcodes of the opcode table, with types as the module builder names them.
import { Immediate, opcodeTable } from '../../src/opcodes.js';
import type { NumberType } from './module-builder.js';

export interface OpcodeRow {
  code: number;
  mnemonic: string;
  parameters: NumberType[];
  result: NumberType;
}

const TYPES: Record<string, NumberType> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64' };

export function typesOfLetters(letters: string): NumberType[] {
  return [...letters].map((letter) => TYPES[letter]);
}

function rows(immediates: Immediate[], results: number): OpcodeRow[] {
  return opcodeTable.flatMap(([code, mnemonic, immediate, signature]) => {
    const [parameters, result] = signature.split(':');
    if (!immediates.includes(immediate) || !parameters || result.length !== results) return [];
    return [{ code, mnemonic, parameters: typesOfLetters(parameters), result: TYPES[result[0]] }];
  });
}

const ACCESSES = [Immediate.Memory1, Immediate.Memory2, Immediate.Memory4, Immediate.Memory8];

/** Every opcode that takes numbers and gives one, without immediates. */
export const opcodeRows = rows([Immediate.None], 1);
/** The same with two results: the wide arithmetic. */
export const wideRows = rows([Immediate.None], 2);
export const loadRows = rows(ACCESSES, 1);
/** Their result is undefined. */
export const storeRows = rows(ACCESSES, 0);
