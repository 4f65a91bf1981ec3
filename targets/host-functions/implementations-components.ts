// WASI preview 2 on the console and the clock of a board, for components. There are no files, no arguments and no environment.
// Functions take and return what glue passes: a 64-bit integer is a pair of words, an error of a result is thrown as a payload.

import { endLine, writeConsole } from './console-lines.js';
import { nanoseconds } from './time.js';

declare function getTime(): number;
declare const E: { hwRand(): number; toString(bytes: Uint8Array): string };

type Pair = [low: number, high: number];
interface Pollable {
  ready(): boolean;
  block(): void;
}

/** Bytes that a stream takes at once: the glue copies them. */
const MOST_WRITTEN = 512;

const always: Pollable = {
  ready: () => true,
  block: () => {},
};

/** A text is what it is told in bytes; Espruino has no typed arrays without elements. */
function write(contents: Uint8Array): void {
  if (contents.length > 0) writeConsole(E.toString(contents));
}

const output = {
  checkWrite: (): Pair => [MOST_WRITTEN, 0],
  write,
  blockingWriteAndFlush: write,
  flush: () => {},
  blockingFlush: () => {},
  subscribe: () => always,
};

/** The error of a stream that has ended. */
function ended(): never {
  throw { payload: { tag: 'closed' } };
}

const input = {
  read: ended,
  blockingRead: ended,
  skip: ended,
  blockingSkip: ended,
  subscribe: () => always,
};

export const componentOutput = () => output;
export const componentInput = () => input;

export function componentNone(): undefined {
  return undefined;
}

export function componentNoList(): never[] {
  return [];
}

/** Ends what runs by an error that says so, as WASI preview 1 does. */
export function componentExit(status: { tag: string }): never {
  return componentExitWithCode(status.tag === 'err' ? 1 : 0);
}

export function componentExitWithCode(code: number): never {
  endLine();
  throw new Error('exit ' + code);
}

export const componentTime = (): Pair => nanoseconds();
export const componentResolution = (): Pair => [1000, 0];

export function componentWallTime(): { seconds: Pair; nanoseconds: number } {
  const time = getTime();
  const seconds = Math.floor(time);
  const above = Math.floor(seconds / 4294967296);
  return {
    seconds: [(seconds - above * 4294967296) | 0, above],
    nanoseconds: Math.floor((time - seconds) * 1000000) * 1000,
  };
}

export const componentWallResolution = () => ({ seconds: [0, 0], nanoseconds: 1000 });

/** Converts a time in nanoseconds to seconds. */
const secondsOf = (time: Pair) => ((time[1] >>> 0) * 4294967296 + (time[0] >>> 0)) / 1e9;

/** Ready at a time in seconds. A board cannot wait without being blocked. */
function pollableAt(time: number): Pollable {
  return {
    ready: () => getTime() >= time,
    block: () => {
      while (getTime() < time);
    },
  };
}

export const componentSubscribeInstant = (when: Pair) => pollableAt(secondsOf(when));
export const componentSubscribeDuration = (duration: Pair) => pollableAt(getTime() + secondsOf(duration));

export function componentPoll(pollables: Pollable[]): number[] {
  const ready: number[] = [];
  while (ready.length === 0) for (let at = 0; at < pollables.length; at++) if (pollables[at].ready()) ready.push(at);
  return ready;
}

const word = () => E.hwRand() | 0;

export const componentRandom = (): Pair => [word(), word()];
export const componentRandomPair = (): [Pair, Pair] => [componentRandom(), componentRandom()];

export function componentRandomBytes(length: Pair): Uint8Array | number[] {
  if (length[0] === 0) return [];
  const bytes = new Uint8Array(length[0]);
  for (let at = 0; at < bytes.length; at++) bytes[at] = E.hwRand() & 255;
  return bytes;
}
