// `--events`, which the commands with a simulated board share: a file with what happens outside it, such as buttons, touches and readings.

import { existsSync } from 'node:fs';
import { Option } from 'commander';
import { InputError, type InputEvent, inputKinds, parseInputEvents } from '../sim/index.js';
import { CommandError } from './command-error.js';
import { readInputFile } from './input-file.js';

export function eventsOption(): Option {
  return new Option('--events <file>', 'buttons, touches, readings of sensors: a line is SECONDS EVENT VALUES');
}

/** Throws CommandError for a file that cannot be read, or has a line that is no event. */
export function eventsIn(file: string | undefined): InputEvent[] {
  if (file === undefined) return [];
  try {
    return parseInputEvents(Buffer.from(readInputFile(file)).toString('utf8'));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new CommandError('input', 1, `${file}: ${error.message}`, ['a line is SECONDS EVENT VALUES: 1.5 press BTN1']);
  }
}

/** The file of events that lies beside a program, with the extension `.events` instead of its own; undefined if there is none. */
export function eventsBeside(program: string): string | undefined {
  const file = `${program.replace(/\.[^./\\]*$/, '')}.events`;
  return existsSync(file) ? file : undefined;
}

/** What help says of the events. */
export const EVENTS_HELP = `A file of events has a line for each: seconds since the start, the event, and
its values. Lines that begin with # are comments.

${Object.entries(inputKinds)
  .map(([name, { parameters }]) => `  ${name.padEnd(12)} ${parameters}`.trimEnd())
  .join('\n')}`;
