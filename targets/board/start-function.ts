// Runs the start function of a module on this machine, with the memory that the program gets. If it traps there, and does not with all
// the memory that it asks for, no board with that much runs the module. Start functions that call host functions, or take long, are
// not decided here.

import { ExternalKind, WasmTrap } from '../../src/index.js';
import type { External } from '../module/description.js';
import { instantiateFitting } from '../module/fitting-engine.js';
import type { ReadModule } from '../module/read-module.js';
import { BuildError } from './build-error.js';
import type { MemoryWindow } from './image.js';

/** Instructions after which a start function is given up: about a second on this machine. */
const MOST_FUEL = 20_000_000;

/** Names of what a program of WASI is started by. */
const isProgram = /^(_start|wasi:cli\/run@[\d.]+#run)$/;

class HostCalled extends Error {}

/** Throws a BuildError for a start function that has too little memory. */
export function checkStart(read: ReadModule, memory: MemoryWindow): void {
  if (read.start < 0 || read.memory === null) return;
  if (read.imports.some(({ kind }) => kind !== ExternalKind.Function)) return;
  const trap = outcome(read, memory);
  if (!(trap instanceof WasmTrap)) return;
  const needed = outcome(read, undefined);
  if (typeof needed !== 'number' || needed <= memory.bytes) return;
  const program = read.exports.find((each) => isProgram.test(each.name) && each.parameters.length === 0);
  const asked = program === undefined ? needed : outcome(read, undefined, program);
  const more = typeof asked === 'number' && asked > needed ? asked : needed;
  throw new BuildError(
    `the start function of the module traps with ${memory.bytes} bytes of memory (${trap.message}): when it is done, memory has ${needed} bytes`,
    [
      `--memory ${more}: on a board with room for that${more > needed ? `; ${program!.name} asks for more than the start function` : ''}`,
    ],
  );
}

/** Bytes of memory when the start function is done, its trap, or undefined where that is not known. With a `program`, when that has called the host. */
function outcome(
  { bytes, imports, functions }: ReadModule,
  memory: MemoryWindow | undefined,
  program?: External,
): number | WasmTrap | undefined {
  let bytesNow = () => 0;
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
    if (engine.isSuspended) return undefined;
    bytesNow = () => engine.memoryBytes(engine.memoryOf(instance));
    if (program !== undefined) engine.call(engine.exportedFunction(instance, program.name), MOST_FUEL);
    return bytesNow();
  } catch (error) {
    if (error instanceof HostCalled && bytesNow() > 0) return bytesNow();
    if (error instanceof WasmTrap) return error;
    if (error instanceof HostCalled) return undefined;
    throw error;
  }
}
