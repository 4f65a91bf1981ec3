// Functions that AssemblyScript's runtime imports from `env`: abort, trace, seed.

import { Caller, type HostEngine, PointerError } from './caller.js';
import { type ImportName, isAmong } from './wasi.js';

/** env.abort was called: a failed assertion or an uncaught exception of the program. */
export class AbortError extends Error {
  constructor(message: string, file: string, line: number, column: number) {
    const where = file === '' ? '' : ` at ${file}:${line}:${column}`;
    super(`abort${message === '' ? '' : `: ${message}`}${where}`);
    this.name = 'AbortError';
  }
}

const MOST_TRACED = 5;

/** Parameters and results of each. */
const FUNCTIONS: Record<string, [parameters: string, results: string]> = {
  abort: ['iiii', ''],
  trace: [`ii${'F'.repeat(MOST_TRACED)}`, ''],
  seed: ['', 'F'],
};

/**
 * Returns the function of `env` in a module whose types are known: one of the runtime, or one that asc binds to JavaScript's own, such as
 * `console.log` and `Date.now`. Undefined for other names.
 */
export function assemblyScriptFunction(name: string): unknown {
  if (Object.hasOwn(TYPED, name)) return TYPED[name];
  const [owner, member, ...more] = name.split('.');
  if (!OWNERS.includes(owner) || more.length > 0) return undefined;
  const found = (globalThis as Record<string, unknown>)[owner] as Record<string, unknown>;
  return typeof found[member] === 'function'
    ? (...values: unknown[]) => (found[member] as (...values: unknown[]) => unknown)(...values)
    : undefined;
}

const OWNERS = ['console', 'Date', 'Math', 'performance'];
const TYPED: Record<string, unknown> = {
  abort: (message: string | null, file: string | null, line: number, column: number) => {
    throw new AbortError(message ?? '', file ?? '', line, column);
  },
  trace: (message: string, count: number, ...numbers: number[]) => {
    const given = numbers.slice(0, Math.min(count, MOST_TRACED));
    console.log(`trace: ${message}${given.length > 0 ? ' ' : ''}${given.join(', ')}`);
  },
  seed: () => Math.random(),
};

export const assemblyScript = {
  /** Whether `define` defines a function. */
  defines(module: string, name: string): boolean {
    return module === 'env' && Object.hasOwn(FUNCTIONS, name);
  },

  /** Defines those that are among `imports`; `print` gets the lines of trace. */
  define(engine: HostEngine, imports: readonly ImportName[], print: (line: string) => void): void {
    const caller = new Caller(engine);
    const implementations: Record<string, () => void> = {
      abort: () => {
        throw new AbortError(
          readString(caller, caller.u32(0)),
          readString(caller, caller.u32(1)),
          caller.u32(2),
          caller.u32(3),
        );
      },
      trace: () => {
        const count = Math.min(caller.u32(1), MOST_TRACED);
        const numbers = Array.from({ length: count }, (_, index) => engine.getF64(2 + index));
        print(`trace: ${readString(caller, caller.u32(0))}${count > 0 ? ' ' : ''}${numbers.join(', ')}`);
      },
      seed: () => engine.setF64(0, Math.random()),
    };
    for (const [name, [parameters, results]] of Object.entries(FUNCTIONS)) {
      if (!isAmong(imports, 'env', name)) continue;
      engine.defineFunction('env', name, parameters, results, implementations[name]);
    }
  },
};

/** A string of AssemblyScript: UTF-16, its length in bytes in the word before it. '' for null and for broken pointers. */
function readString(caller: Caller, pointer: number): string {
  if (pointer < 4) return '';
  try {
    return new TextDecoder('utf-16le').decode(caller.bytes(pointer, caller.readU32(pointer - 4) & ~1));
  } catch (error) {
    if (error instanceof PointerError) return '';
    throw error;
  }
}
