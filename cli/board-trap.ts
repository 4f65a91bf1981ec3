// The trap of a module on a simulated board, as the error that it is on this machine: it is reported in the same words, without the
// lines of the generated program through which it was thrown.

import { type WasmTrap, wasmTrap } from '../src/errors.js';
import { TRAP_COUNT, Trap, trapMessage } from '../src/trap.js';
import { CommandError } from './errors.js';

const CODES = new Map(
  Array.from({ length: TRAP_COUNT }, (_, code): [string, Trap] => [trapMessage(code), code]).slice(1, Trap.Host),
);
const TRAP = /^Error: ([a-z ]+)( in function (\d+)(?: \((.*)\))? at byte (\d+))$/;
/** What `abort` of AssemblyScript and C throws. */
const ABORT = /^Error: (abort(?:: .*| at .*)?)$/s;

/** `error` is what the console shows, a character for each byte. Undefined for other errors than traps. */
export function boardTrap(error: string): WasmTrap | CommandError | undefined {
  const [, reason = '', where, index, name = '', offset] = TRAP.exec(error) ?? [];
  const [, stopped] = ABORT.exec(error) ?? [];
  if (stopped !== undefined)
    return new CommandError('trap', 1, Buffer.from(stopped, 'latin1').toString(), [], { code: Trap.Host });
  if (reason === 'out of fuel') return new CommandError('fuel', 1, reason, [where.trim()]);
  const code = CODES.get(reason);
  if (code === undefined) return undefined;
  return wasmTrap(code, error, Number(offset), Number(index), Buffer.from(name, 'latin1').toString());
}
