// WASI preview 2 on Node for components that `run` executes: what a board has of it (targets/host-functions/table-components.ts), with
// arguments, an environment, and standard streams. There are no files.

import { randomBytes } from 'node:crypto';
import { wasiInterface } from '../../host-functions/table-components.js';
import { camelCase } from '../../interfaces/core-names.js';
import type { World } from '../../interfaces/types.js';
import { ExitError } from '../exit-error.js';

/** The system that a component gets. */
export interface ComponentSystem {
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Bytes of standard output, 1, or standard error, 2. */
  write(stream: 1 | 2, bytes: Uint8Array): void;
  /** Bytes of standard input that were read; 0 at its end. */
  read(into: Uint8Array): number;
  /** Waits. */
  sleep(milliseconds: number): void;
}

type Functions = Record<string, (...values: never[]) => unknown>;

/** Bytes that a stream takes at once. */
const MOST_WRITTEN = 65_536n;
const BILLION = 1_000_000_000n;

const always = { ready: () => true, block() {} };

/** The functions of the interfaces that a world imports, by their full names: those that are there. */
export function componentWasi({ imports }: World, system: ComponentSystem): Record<string, Functions> {
  const all = functionsOf(system);
  const found = imports.flatMap(({ name }) => {
    const functions = all[wasiInterface(name)];
    return functions === undefined ? [] : [[name, named(functions)] as const];
  });
  return Object.fromEntries(found);
}

const named = (functions: Functions): Functions =>
  Object.fromEntries(Object.entries(functions).map(([name, each]) => [camelCase(name), each]));

function ended(): never {
  throw Object.assign(new Error('the stream is closed'), { payload: { tag: 'closed' } });
}

function functionsOf(system: ComponentSystem): Record<string, Functions> {
  const output = (stream: 1 | 2) => {
    const write = (contents: Uint8Array) => system.write(stream, contents);
    const done = () => {};
    return {
      ...{ checkWrite: () => MOST_WRITTEN, write, blockingWriteAndFlush: write, flush: done, blockingFlush: done },
      subscribe: () => always,
    };
  };
  const read = (length: bigint) => {
    const into = new Uint8Array(Number(length < MOST_WRITTEN ? length : MOST_WRITTEN));
    const count = system.read(into);
    return count === 0 && into.length > 0 ? ended() : into.subarray(0, count);
  };
  const skip = (length: bigint) => BigInt(read(length).length);
  const input = { read, blockingRead: read, skip, blockingSkip: skip, subscribe: () => always };
  const now = () => process.hrtime.bigint();
  const pollableAt = (time: bigint) => ({
    ready: () => now() >= time,
    block() {
      const left = time - now();
      if (left > 0n) system.sleep(Number(left) / 1e6);
    },
  });
  const time = () => BigInt(Date.now()) * 1_000_000n;
  const bytes = (length: bigint) => new Uint8Array(randomBytes(Number(length)));
  const random = () => randomBytes(8).readBigUInt64LE();
  const exit = (code: number): never => {
    throw new ExitError(code);
  };
  const none = () => undefined;
  return {
    'cli/environment': {
      'get-environment': () => Object.entries(system.env),
      'get-arguments': () => [...system.args],
      'initial-cwd': none,
    },
    'cli/exit': {
      exit: (status: { tag: string }) => exit(status.tag === 'err' ? 1 : 0),
      'exit-with-code': exit,
    },
    'cli/stdin': { 'get-stdin': () => input },
    'cli/stdout': { 'get-stdout': () => output(1) },
    'cli/stderr': { 'get-stderr': () => output(2) },
    'cli/terminal-stdin': { 'get-terminal-stdin': none },
    'cli/terminal-stdout': { 'get-terminal-stdout': none },
    'cli/terminal-stderr': { 'get-terminal-stderr': none },
    'clocks/wall-clock': {
      now: () => ({ seconds: time() / BILLION, nanoseconds: Number(time() % BILLION) }),
      resolution: () => ({ seconds: 0n, nanoseconds: 1_000_000 }),
    },
    'clocks/monotonic-clock': {
      now,
      resolution: () => 1n,
      'subscribe-instant': pollableAt,
      'subscribe-duration': (duration: bigint) => pollableAt(now() + duration),
    },
    'io/poll': {
      poll(pollables: ReturnType<typeof pollableAt>[]) {
        const ready = () => pollables.flatMap((each, at) => (each.ready() ? [at] : []));
        if (ready().length === 0 && pollables.length === 1) pollables[0].block();
        while (ready().length === 0) system.sleep(1);
        return ready();
      },
    },
    'random/random': { 'get-random-bytes': bytes, 'get-random-u64': random },
    'random/insecure': { 'get-insecure-random-bytes': bytes, 'get-insecure-random-u64': random },
    'random/insecure-seed': { 'insecure-seed': () => [random(), random()] },
    'filesystem/preopens': { 'get-directories': () => [] },
    'filesystem/types': { 'filesystem-error-code': none },
  };
}
