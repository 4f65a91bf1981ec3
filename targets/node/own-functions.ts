// Imports that the user's own JavaScript gives, on Node: with the values that a board has for them.

import { ExternalKind } from '../../src/index.js';
import { globalWords, importedFunction, type OwnImports, ownValue } from '../host-functions/own-imports.js';
import type { External } from '../module/description.js';
import { TYPE_LETTERS } from '../module/value-type-names.js';
import { Caller, type HostEngine } from './caller.js';
import { StoppedError } from './compilers.js';

/** The exports of the user's file, including the functions themselves. */
export interface LoadedImports extends OwnImports {
  /** The objects by module. */
  values: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

type OwnFunction = (this: unknown, ...values: unknown[]) => unknown;

/** Defines what `own` gives of `imports`: functions and globals. What a function throws is a StoppedError that names it. */
export function defineOwn(engine: HostEngine, imports: readonly External[], own: LoadedImports): void {
  const caller = new Caller(engine);
  const host = { bytes: (pointer: number, length: number) => caller.bytes(pointer >>> 0, length >>> 0) };
  for (const each of imports) {
    const given = ownValue(each, own)!;
    if (each.kind === ExternalKind.Global) {
      const letter = TYPE_LETTERS[each.type.split(' ').pop()!];
      const isMutable = each.type.startsWith('global mut ');
      engine.defineGlobal(each.module, each.name, letter, isMutable, ...globalWords(each.type, given.value!));
      continue;
    }
    const { parameters, results } = importedFunction(each, own)!;
    const run = own.values.get(each.module)![each.name] as OwnFunction;
    engine.defineFunction(each.module, each.name, parameters, results, () => {
      try {
        const values = [...parameters].map((letter, index) => argument(engine, index, letter));
        setResult(engine, results, run.apply(host, values));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new StoppedError(`${each.module}.${each.name}: ${message}`);
      }
    });
  }
}

function argument(engine: HostEngine, index: number, letter: string): unknown {
  if (letter === 'I') return [engine.getI64Low(index), engine.getI64High(index)];
  if (letter === 'f') return engine.getF32(index);
  if (letter === 'F') return engine.getF64(index);
  const value = engine.getI32(index);
  return letter !== 'i' && value === -1 ? null : value;
}

function setResult(engine: HostEngine, letter: string, value: unknown): void {
  if (letter === 'I') {
    const pair = (value === undefined ? [0, 0] : value) as number[];
    if (pair?.length !== 2) throw new TypeError('an i64 is [low, high]');
    engine.setI64(0, pair[0] | 0, pair[1] | 0);
  } else if (letter === 'f') engine.setF32(0, value === undefined ? 0 : Number(value));
  else if (letter === 'F') engine.setF64(0, value === undefined ? 0 : Number(value));
  else if (letter === 'i') engine.setI32(0, (value as number) | 0);
  else if (letter !== '') engine.setI32(0, value === undefined || value === null ? -1 : (value as number) | 0);
}
