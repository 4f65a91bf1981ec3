// Runs the start function of a module on this machine, with the memory that the program gets. If it traps there, and does not with all
// the memory that it asks for, no board with that much runs the module. Start functions that call host functions, or take long, are
// not decided here.

import { ExternalKind, WasmTrap } from '../../src/index.js';
import { instantiateFitting } from '../module/fitting-engine.js';
import type { ReadModule } from '../module/read-module.js';
import { BuildError } from './build-error.js';
import type { MemoryWindow } from './image.js';

/** Instructions after which a start function is given up: about a second on this machine. */
const MOST_FUEL = 20_000_000;

class HostCalled extends Error {}

/** Throws a BuildError for a start function that has too little memory. */
export function checkStart(read: ReadModule, memory: MemoryWindow): void {
  if (read.start < 0 || read.memory === null) return;
  if (read.imports.some(({ kind }) => kind !== ExternalKind.Function)) return;
  const trap = outcome(read, memory);
  if (!(trap instanceof WasmTrap)) return;
  const needed = outcome(read, undefined);
  if (typeof needed !== 'number' || needed <= memory.bytes) return;
  throw new BuildError(
    `the start function of the module traps with ${memory.bytes} bytes of memory (${trap.message}): when it is done, memory has ${needed} bytes`,
    [`on a board with room for that: --memory ${needed}`],
  );
}

/** Bytes of memory when the start function is done, its trap, or undefined where that is not known. */
function outcome(
  { bytes, imports, functions }: ReadModule,
  memory: MemoryWindow | undefined,
): number | WasmTrap | undefined {
  try {
    const { engine, instance } = instantiateFitting(bytes, {
      memoryBytes: memory?.bytes,
      memoryStart: memory?.start,
      fuel: MOST_FUEL,
      define: (engine) => {
        for (const each of imports) {
          const [parameters, results] = functions[each.index].signature.split(':');
          engine.defineFunction(each.module, each.name, parameters, results, () => {
            throw new HostCalled();
          });
        }
      },
    });
    return engine.isSuspended ? undefined : engine.memoryBytes(engine.memoryOf(instance));
  } catch (error) {
    if (error instanceof WasmTrap) return error;
    if (error instanceof HostCalled) return undefined;
    throw error;
  }
}
