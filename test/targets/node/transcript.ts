// A program of the JavaScript interface, run on one namespace, and what it wrote down.
import type { WebAssemblyNamespace } from '../../../targets/node/index.js';

export const platform = (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly;

export type Program = (api: WebAssemblyNamespace, log: (...values: unknown[]) => void) => void | Promise<void>;

/** Returns the comparable part of a value. */
function noted(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'number' && value !== value) return 'NaN';
  if (typeof value === 'function') return `function ${value.name}/${value.length}`;
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  return value;
}

export async function transcript(api: WebAssemblyNamespace, program: Program): Promise<unknown[]> {
  const lines: unknown[] = [];
  await program(api, (...values) => lines.push(values.map(noted)));
  return lines;
}

/** The class of what is thrown. */
export function thrown(action: () => unknown): string {
  try {
    action();
    return 'nothing';
  } catch (error) {
    return (error as Error).name;
  }
}
