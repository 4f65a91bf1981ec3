// Functions that compilers import, on Node: those of boards, with a caller's memory.

import type { Host } from '../host-functions/host.js';
import * as implementations from '../host-functions/implementations-compilers.js';
import { findHostFunction } from '../host-functions/table.js';
import type { External } from '../module/description.js';
import { Caller, type HostEngine } from './caller.js';

/** A function of compilers' libraries ended the call: `abort`, or an exception of Rust. */
export class StoppedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StoppedError';
  }
}

type Implementation = (host: Host, ...values: number[]) => number | undefined;

/** A board has text as bytes, Node in UTF-16. */
function throwText(host: Host, text: number, length: number): never {
  return host.fail(length === 0 ? '' : new TextDecoder().decode(host.bytes(text >>> 0, length >>> 0)));
}

const onNode = { ...implementations, throwText } as unknown as Record<string, Implementation>;

function implementationOf({ module, name, parameters, results }: External): Implementation | undefined {
  const row = findHostFunction(module, name, { parameters, results });
  return row && onNode[row.implementation];
}

export const compilers = {
  /** Whether `define` defines the function. */
  defines(external: External): boolean {
    return implementationOf(external) !== undefined;
  },

  /** Defines those that are among `imports`. */
  define(engine: HostEngine, imports: readonly External[]): void {
    const caller = new Caller(engine);
    const host = {
      bytes: (pointer: number, length: number) => caller.bytes(pointer, length),
      fail: (message: string) => {
        throw new StoppedError(message);
      },
    } as unknown as Host;
    for (const each of imports) {
      const implementation = implementationOf(each);
      if (!implementation) continue;
      const { parameters, results } = findHostFunction(each.module, each.name, each)!;
      engine.defineFunction(each.module, each.name, parameters, results, () => {
        const values = [...parameters].map((letter, index) => readNumber(engine, index, letter));
        const value = implementation(host, ...values);
        if (value !== undefined) writeNumber(engine, results, value);
      });
    }
  },
};

/** An argument of type i32, f32 or f64. */
function readNumber(engine: HostEngine, index: number, letter: string): number {
  if (letter === 'i') return engine.getI32(index);
  return letter === 'f' ? engine.getF32(index) : engine.getF64(index);
}

/** The result, if the function has one. */
function writeNumber(engine: HostEngine, letter: string, value: number): void {
  if (letter === 'i') engine.setI32(0, value);
  else if (letter === 'f') engine.setF32(0, value);
  else if (letter === 'F') engine.setF64(0, value);
}
