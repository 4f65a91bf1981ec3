// Computes the expected results of the self-test's module with this machine's engine.

import { type Engine, type Instance, WasmTrap } from '../../src/index.js';
import { TRAP_COUNT, trapMessage } from '../../src/trap.js';
import { instantiateFitting } from '../module/fitting-engine.js';
import { MEMORY_BYTES, type OperationFunction } from './module-text.js';

/** An operand: an i32, or the words of an i64. */
export type Operand = number | readonly [low: number, high: number];

/** Messages of traps in the order of their codes. */
export const TRAPS: readonly string[] = Array.from({ length: TRAP_COUNT }, (_, trap) => trapMessage(trap));

/** Stands for the trap with this code in lists of results; for any other error, that of code -1. */
const TRAPPED = 1000;

/** Folds a result into a sum, as boards do it: see `driver.ts`. */
const folded = (sum: number, result: Operand): number =>
  typeof result === 'number' ? (sum * 31 + result) | 0 : folded(folded(sum, result[0]), result[1]);

export const sumOf = (results: readonly Operand[]) => results.reduce<number>(folded, 0);

/** A result as a person reads it. */
export function resultText(result: Operand | undefined): string {
  if (result === undefined) return 'nothing';
  if (typeof result !== 'number') return `0x${[...result].reverse().map(hexadecimal).join('')}`;
  return TRAPS[result - TRAPPED] ?? `0x${hexadecimal(result)}`;
}

const hexadecimal = (word: number) => (word >>> 0).toString(16).padStart(8, '0');

export class Reference {
  private readonly engine: Engine;
  private readonly instance: Instance;

  constructor(module: Uint8Array) {
    const nothing = () => undefined;
    const made = instantiateFitting(module, {
      memoryBytes: MEMORY_BYTES,
      define: (engine) => {
        engine.defineFunction('own', 'give', 'iIfF', 'F', nothing);
        engine.defineFunction('own', 'fail', 'i', '', nothing);
        engine.defineFunction('own', 'again', 'i', 'i', nothing);
      },
    });
    this.engine = made.engine;
    this.instance = made.instance;
  }

  /** The results of an operation with each pair of operands: the second ones change faster. */
  results({ name, parameters, result }: OperationFunction, operation: number, pairs: Operands): Operand[] {
    const { engine } = this;
    const address = engine.exportedFunction(this.instance, name);
    const set = (index: number, letter: string, value: Operand) => {
      if (letter === 'I') engine.setI64(index, ...(value as [number, number]));
      else engine.setI32(index, value as number);
    };
    return pairs.first.flatMap((a) =>
      pairs.second.map((b): Operand => {
        engine.setI32(0, operation);
        set(1, parameters[0], a);
        set(2, parameters[1], b);
        try {
          engine.call(address);
        } catch (error) {
          if (!(error instanceof WasmTrap)) throw error;
          return TRAPPED + error.code;
        }
        return result === 'I' ? [engine.getI64Low(0), engine.getI64High(0)] : engine.getI32(0);
      }),
    );
  }
}

export interface Operands {
  first: readonly Operand[];
  second: readonly Operand[];
}
