// Prints errors in the format of a compiler, or as one line of JSON, and returns the exit code of each.

import type { CommanderError } from 'commander';
import {
  CapacityError,
  DecodeError,
  EngineError,
  ExternalKind,
  LinkError,
  Trap,
  trapMessage,
  ValidationError,
  WasmTrap,
} from '../src/index.js';
import { IntegrityError } from '../src/safety/index.js';
import { InterfaceError } from '../targets/interfaces/interface-error.js';
import type { External } from '../targets/module/description.js';
import { debugFunctions } from '../targets/module/dwarf/functions.js';
import { type SourceLine, sourceLine } from '../targets/module/dwarf/lines.js';
import { type DebugSections, debugSections } from '../targets/module/dwarf/sections.js';
import { escapedName } from '../targets/module/printable.js';
import { withoutMangling } from '../targets/module/rust-names.js';
import { TextFormatError } from '../targets/module/text-format.js';
import { AbortError } from '../targets/node/assemblyscript.js';
import { OUT_OF_FUEL } from '../targets/node/compile-module.js';
import { StoppedError } from '../targets/node/compilers.js';
import { ExitError } from '../targets/node/exit-error.js';
import { CommandError, UsageError } from './command-error.js';
import { printText } from './print.js';

/** Converts commander's errors about the command line. `isKnown` says whether the command exists. */
export function commandLineError(error: CommanderError, command: string, isKnown: boolean): UsageError {
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?')
    .replace(/^command-argument value ('.*') is invalid for argument '(.*)'\./, '$2 $1 is invalid.');
  const isModule = error.code === 'commander.unknownCommand' && /\.(wasm|wat)$/i.test(command);
  const help = isKnown ? `tazzina ${command} --help` : 'tazzina --help';
  // The reason why an option's value is wrong is a sentence of its own.
  const [what, ...notes] = message.split(/(?<= is invalid)\. /);
  return new UsageError(what, [...notes, isModule ? `to run a module: tazzina run ${command}` : `see ${help}`]);
}

export interface ErrorContext {
  json?: boolean;
  /** Name of the module. */
  file?: string;
  /** The module's exports: they name functions that have no other name. */
  exports?: External[];
  /** The module's bytes: their debugging information gives lines of the source. */
  bytes?: Uint8Array;
  /** Fields of the JSON line besides `ok` and `error`. */
  fields?: Record<string, unknown>;
}

interface Report {
  kind: string;
  message: string;
  notes: string[];
  exitCode: number;
  details: Record<string, unknown>;
}

/** Prints an error to standard error, or as JSON to standard output. Returns the exit code. */
export function printError(error: unknown, context: ErrorContext): number {
  const report = reportOf(error, context);
  const { kind, message, notes, exitCode, details } = report;
  if (context.json) {
    const line = { ok: false, error: { kind, message, ...details }, ...context.fields };
    printText(1, `${JSON.stringify(line)}\n`);
  } else if (kind !== 'exit') {
    const lines = [`error: ${kind === 'trap' ? 'trap: ' : ''}${message}`, ...notes.map((note) => `  ${note}`)];
    printText(2, `${lines.join('\n')}\n`);
  }
  return exitCode;
}

function reportOf(error: unknown, { file = '', exports = [], bytes }: ErrorContext): Report {
  if (error instanceof CommandError) {
    const { kind, message, notes, exitCode, details } = error;
    return { kind, message, notes, exitCode, details };
  }
  if (error instanceof ExitError) return report('exit', error.message, [], { code: error.code }, error.code & 255);
  if (error instanceof AbortError || error instanceof StoppedError)
    return report('trap', error.message, [], { code: Trap.Host });
  if (error instanceof InterfaceError) return report('interface', error.message, [...error.notes], {});
  if (error instanceof TextFormatError) {
    return report('text', `${file} is not in the text format`, error.message.split('\n'), { text: error.message });
  }
  if (error instanceof EngineError) return engineReport(error, { file, exports, sections: sectionsOf(error, bytes) });
  const { syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === 'read') return report('input', `cannot read standard input: ${message}`, [], {});
  if (syscall === 'write') return report('output', `cannot write the output: ${message}`, [], {});
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return report('internal', 'tazzina itself failed', text.split('\n'), { text });
}

function report(
  kind: string,
  message: string,
  notes: string[],
  details: Record<string, unknown>,
  exitCode = 1,
): Report {
  return { kind, message, notes, exitCode, details };
}

/** Only a module that runs can trap: it is valid. */
function sectionsOf(error: EngineError, bytes: Uint8Array | undefined): DebugSections | undefined {
  return bytes !== undefined && error instanceof WasmTrap ? debugSections(bytes) : undefined;
}

interface ModuleContext {
  file: string;
  exports: readonly External[];
  sections: DebugSections | undefined;
}

function engineReport(error: EngineError, context: ModuleContext): Report {
  const { exports } = context;
  const nameOf = (place: Named) =>
    withoutMangling(place.functionName || exportedName(place.functionIndex, exports) || debugName(place, context));
  const name = nameOf(error);
  const message = error.message.replace(/ at byte \d+$/, '').replace(/ in function \d+( \(.*\))?$/, '');
  const notes = location(error, name, context);
  const details: Record<string, unknown> = {};
  if (error.functionIndex >= 0) details.function = error.functionIndex;
  if (name !== '') details.functionName = name;
  if (error.offset >= 0) details.offset = error.offset;
  if (error instanceof WasmTrap || error instanceof IntegrityError) {
    const isTrap = error instanceof WasmTrap;
    const words = isTrap && error.functionIndex >= 0 ? trapMessage(error.code) : message;
    const callers = error.frames.slice(1);
    const stack = callers.map((frame) => {
      return `called ${location(frame, nameOf(frame), context)[0].replace(/^in/, 'from')}`;
    });
    if (error.framesOmitted > 0)
      stack.push(error.framesOmitted === Infinity ? 'and others' : `and ${error.framesOmitted} more`);
    const lines = [...notes, ...stack];
    if (isTrap && error.code === OUT_OF_FUEL)
      return report('fuel', 'out of fuel', lines, { ...details, frames: error.frames });
    const kind = isTrap ? { code: error.code } : { owner: error.owner, position: error.position };
    return report(isTrap ? 'trap' : 'integrity', words, lines, { ...kind, ...details, frames: error.frames });
  }
  if (error instanceof DecodeError || error instanceof ValidationError) {
    const [kind, what] = error instanceof DecodeError ? ['decode', 'malformed'] : ['validation', 'invalid'];
    // A module that uses what is not supported may well be valid.
    return report(kind, message.includes('not supported') ? message : `${what} module: ${message}`, notes, details);
  }
  if (error instanceof LinkError) return report('link', message, notes, details);
  if (error instanceof CapacityError) {
    const { capacity, needed, available } = error;
    const words =
      capacity === 'memoryBytes'
        ? `the module needs ${needed} bytes of memory, and there are ${available}`
        : `the module is too large: it needs ${needed} ${capacity}, and there can be ${available}`;
    return report('capacity', words, notes, { capacity, needed, available, ...details });
  }
  return report('internal', error.message, notes, details);
}

function exportedName(index: number, exports: readonly External[]): string {
  return exports.find((each) => each.kind === ExternalKind.Function && each.index === index)?.name ?? '';
}

function debugName({ functionIndex, offset }: Place, { sections }: ModuleContext): string {
  if (functionIndex < 0 || sections === undefined) return '';
  const before = debugFunctions(sections).filter(({ start }) => start <= offset);
  return before.sort((one, other) => other.start - one.start)[0]?.name ?? '';
}

type Place = Pick<EngineError, 'functionIndex' | 'offset'>;
type Named = Place & { functionName: string };

/** Returns the place in the module, and in its source, one line each. */
function location({ functionIndex, offset }: Place, name: string, { file, sections }: ModuleContext): string[] {
  const where: string[] = [];
  if (functionIndex >= 0) where.push(`in function ${functionIndex}${name === '' ? '' : ` (${escapedName(name)})`}`);
  if (offset >= 0) where.push(`at byte ${offset}`);
  if (where.length === 0) return [];
  const line = offset < 0 || sections === undefined ? undefined : sourceLine(sections, offset);
  return [`${where.join(' ')} of ${file}${line === undefined ? '' : `, ${lineText(line)}`}`];
}

/** `app.c:12:3`, as compilers write it. */
export function lineText({ file, line, column }: SourceLine): string {
  return `${escapedName(file)}:${line}${column > 0 ? `:${column}` : ''}`;
}
