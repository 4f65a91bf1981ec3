// The trap of a module on a simulated board, as the error that it is on this machine: it is reported in the same words, without the
// lines of the generated program through which it was thrown.

import { type TrapFrame, type WasmTrap, wasmTrap } from '../src/errors.js';
import { TRAP_COUNT, Trap, trapMessage } from '../src/trap.js';
import { OUT_OF_FUEL } from '../targets/node/compile-module.js';
import { CommandError } from './command-error.js';

const CODES = new Map<string, number>(
  Array.from({ length: TRAP_COUNT }, (_, code): [string, number] => [trapMessage(code), code]).slice(1, Trap.Host),
);
CODES.set('out of fuel', OUT_OF_FUEL);
const FRAME = / function (\d+)(?: \((.*)\))? at byte (\d+)$/;
const TRAP = /^Error: ([a-z ]+)( in function .*)$/;
const CALLER = /^called from function /;
/** Machine code tells the innermost frames. */
const OTHERS = 'and others';
/** What `abort` of AssemblyScript and C throws. */
const ABORT = /^Error: (abort(?:: .*| at .*)?)$/s;

/** `error` is what the console shows, a character for each byte. Undefined for other errors than traps. */
export function boardTrap(error: string): WasmTrap | CommandError | undefined {
  const [, stopped] = ABORT.exec(error) ?? [];
  if (stopped !== undefined)
    return new CommandError('trap', 1, Buffer.from(stopped, 'latin1').toString(), [], { code: Trap.Host });
  const [first, ...rest] = error.split('\n');
  const [, reason = '', where = ''] = TRAP.exec(first) ?? [];
  const isCut = rest.at(-1) === OTHERS;
  const callers = isCut ? rest.slice(0, -1) : rest;
  const frames = [where, ...callers].map(frameOf);
  if (!callers.every((line) => CALLER.test(line)) || frames.includes(undefined)) return undefined;
  const code = CODES.get(reason);
  if (code === undefined) return undefined;
  const [{ offset, functionIndex, functionName }] = frames as TrapFrame[];
  const trap = wasmTrap(code, first, offset, functionIndex, functionName);
  trap.frames = frames as TrapFrame[];
  trap.framesOmitted = isCut ? Infinity : 0;
  return trap;
}

function frameOf(line: string): TrapFrame | undefined {
  const [found, index, name = '', offset] = FRAME.exec(line) ?? [];
  if (found === undefined) return undefined;
  return {
    functionIndex: Number(index),
    functionName: Buffer.from(name, 'latin1').toString(),
    offset: Number(offset),
  };
}
