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

function typesOfLetters(letters: string): NumberType[] {
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
export const loadRows = rows(ACCESSES, 1);
/** Their result is undefined. */
export const storeRows = rows(ACCESSES, 0);

const NUMBERS: NumberType[] = ['i32', 'i64', 'f32', 'f64'];

export const rowsByResult = new Map(NUMBERS.map((type) => [type, opcodeRows.filter(({ result }) => result === type)]));
export const loadsByResult = new Map(NUMBERS.map((type) => [type, loadRows.filter(({ result }) => result === type)]));
/** Operations on two operands of the result's type that do not trap and show no bits of a NaN. */
export const pairRows = new Map(
  NUMBERS.map((type) => [
    type,
    rowsByResult
      .get(type)!
      .filter(
        ({ parameters, mnemonic }) =>
          parameters.length === 2 && parameters.every((each) => each === type) && !/div_|rem_|copysign/.test(mnemonic),
      ),
  ]),
);
/** Comparisons of two i32. */
export const comparisonRows = opcodeRows.filter(({ mnemonic }) => /^i32\.(eq|ne|[lg][te]_[su])$/.test(mnemonic));
