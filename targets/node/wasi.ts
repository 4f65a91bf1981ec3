// WASI preview 1 for command-line programs: standard streams, clocks, random bytes, arguments, environment and exit. Every other
// function of preview 1 exists and returns ENOSYS. There are no files and no sockets.

import { randomFillSync } from 'node:crypto';
import type { Engine, Instance } from '../../src/index.js';
import { Caller, type HostEngine, PointerError } from './caller.js';
import { ExitError } from './exit-error.js';
import { readStandardInput, sleep, writeAll } from './streams.js';

export interface WASIOptions {
  /** The program's name, then its arguments. */
  args?: string[];
  env?: Record<string, string>;
  /** Bytes, or a function that fills some and returns how many, 0 at the end. By default the process's own. */
  stdin?: Uint8Array | ((into: Uint8Array) => number);
  /** Called with the guest's own bytes: what is to be kept must be copied. By default the process's own. */
  stdout?: (bytes: Uint8Array) => void;
  stderr?: (bytes: Uint8Array) => void;
  /** Descriptors, 0 to 2, that the program is told are terminals: C programs then print line by line. */
  terminals?: number[];
  /** Nanoseconds of a `Clock`. */
  now?: (clock: Clock) => bigint;
  /** Fills the bytes with random ones. */
  random?: (bytes: Uint8Array) => void;
  sleep?: (nanoseconds: bigint) => void;
}

export enum Clock {
  Realtime = 0,
  Monotonic = 1,
  ProcessTime = 2,
  ThreadTime = 3,
}

/** The errno values of preview 1 that are returned here. */
export enum Errno {
  Success = 0,
  BadDescriptor = 8,
  Fault = 21,
  Invalid = 28,
  NotSupported = 52,
  IllegalSeek = 70,
}

enum Descriptor {
  Input = 0,
  Output = 1,
  Error = 2,
  Count = 3,
}

enum FileType {
  Unknown = 0,
  CharacterDevice = 2,
}

enum EventType {
  Clock = 0,
  Read = 1,
  Write = 2,
}

const RIGHT_READ = 1n << 1n;
const RIGHT_WRITE = 1n << 6n;
const RIGHT_POLL = 1n << 27n;

/** Nanoseconds between two values of each clock, as `systemTime` tells them. */
const RESOLUTIONS = [1000000n, 1n, 1000n, 1000n];

/** Bytes of the records of poll_oneoff. */
const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;

/** Answers an Errno. */
/** The names of an imported function. */
export interface ImportName {
  module: string;
  name: string;
}

export function isAmong(imports: readonly ImportName[], module: string, name: string): boolean {
  return imports.some((each) => each.module === module && each.name === name);
}

type Implementation = (wasi: WASI, caller: Caller) => Errno;

export class WASI {
  private readonly arguments: Uint8Array[];
  private readonly environment: Uint8Array[];
  private readonly stdin: (into: Uint8Array) => number;
  private readonly outputs: ((bytes: Uint8Array) => void)[];
  private readonly terminals: number[];
  private readonly now: (clock: Clock) => bigint;
  private readonly random: (bytes: Uint8Array) => void;
  private readonly sleep: (nanoseconds: bigint) => void;
  private readonly closed = new Set<number>();

  constructor(options: WASIOptions = {}) {
    const { args = [], env = {}, stdin = readStandardInput } = options;
    this.arguments = args.map(terminated);
    this.environment = Object.entries(env).map(([key, value]) => terminated(`${key}=${value}`));
    this.stdin = typeof stdin === 'function' ? stdin : reader(stdin);
    this.outputs = [
      options.stdout ?? ((bytes) => writeAll(Descriptor.Output, bytes)),
      options.stderr ?? ((bytes) => writeAll(Descriptor.Error, bytes)),
    ];
    this.terminals = options.terminals ?? [];
    this.now = options.now ?? systemTime;
    this.random = options.random ?? randomFillSync;
    this.sleep = options.sleep ?? ((nanoseconds) => sleep(Number(nanoseconds) / 1e6));
  }

  /**
   * Defines the functions of preview 1 for import, also under the name that they had before: all of them, or where an
   * engine has no room for so many, only the `imports` of a module.
   */
  define(engine: HostEngine, imports?: readonly ImportName[]): void {
    const caller = new Caller(engine);
    for (const module of ['wasi_snapshot_preview1', 'wasi_unstable']) {
      for (const [name, parameters, implementation = notSupported] of WASI.functions) {
        if (imports && !isAmong(imports, module, name)) continue;
        // The records of poll_oneoff were others then.
        const answer = module === 'wasi_unstable' && name === 'poll_oneoff' ? notSupported : implementation;
        engine.defineFunction(module, name, parameters, name === 'proc_exit' ? '' : 'i', () => {
          const errno = this.answer(answer, caller);
          if (name !== 'proc_exit') engine.setI32(0, errno);
        });
      }
    }
  }

  /** Whether `define` defines a function. */
  static defines(module: string, name: string): boolean {
    return (
      (module === 'wasi_snapshot_preview1' || module === 'wasi_unstable') &&
      WASI.functions.some(([defined]) => defined === name)
    );
  }

  /** Runs a program, its export `_start`. Returns its exit code; throws what `Engine.call` throws otherwise. */
  start(engine: Engine, instance: Instance): number {
    try {
      engine.call(engine.exportedFunction(instance, '_start'));
      return 0;
    } catch (error) {
      if (error instanceof ExitError) return error.code;
      throw error;
    }
  }

  private answer(implementation: Implementation, caller: Caller): Errno {
    try {
      return implementation(this, caller);
    } catch (error) {
      if (error instanceof PointerError) return Errno.Fault;
      throw error;
    }
  }

  /** Name, parameters, and what answers: without it, ENOSYS. All but proc_exit return an errno. */
  private static readonly functions: [name: string, parameters: string, implementation?: Implementation][] = [
    ['args_get', 'ii', (wasi, caller) => putStrings(caller, wasi.arguments)],
    ['args_sizes_get', 'ii', (wasi, caller) => putSizes(caller, wasi.arguments)],
    ['environ_get', 'ii', (wasi, caller) => putStrings(caller, wasi.environment)],
    ['environ_sizes_get', 'ii', (wasi, caller) => putSizes(caller, wasi.environment)],
    ['clock_res_get', 'ii', clockResolution],
    ['clock_time_get', 'iIi', (wasi, caller) => wasi.clockTime(caller)],
    ['fd_advise', 'iIIi'],
    ['fd_allocate', 'iII'],
    ['fd_close', 'i', (wasi, caller) => wasi.close(caller)],
    ['fd_datasync', 'i'],
    ['fd_fdstat_get', 'ii', (wasi, caller) => wasi.describe(caller)],
    ['fd_fdstat_set_flags', 'ii'],
    ['fd_fdstat_set_rights', 'iII'],
    ['fd_filestat_get', 'ii'],
    ['fd_filestat_set_size', 'iI'],
    ['fd_filestat_set_times', 'iIIi'],
    ['fd_pread', 'iiiIi'],
    ['fd_prestat_dir_name', 'iii', () => Errno.BadDescriptor],
    // No descriptor is a directory that was opened beforehand: C libraries ask for them one by one until this answer.
    ['fd_prestat_get', 'ii', () => Errno.BadDescriptor],
    ['fd_pwrite', 'iiiIi'],
    ['fd_read', 'iiii', (wasi, caller) => wasi.read(caller)],
    ['fd_readdir', 'iiiIi'],
    ['fd_renumber', 'ii'],
    ['fd_seek', 'iIii', (wasi, caller) => (wasi.isOpen(caller) ? Errno.IllegalSeek : Errno.BadDescriptor)],
    ['fd_sync', 'i'],
    ['fd_tell', 'ii', (wasi, caller) => (wasi.isOpen(caller) ? Errno.IllegalSeek : Errno.BadDescriptor)],
    ['fd_write', 'iiii', (wasi, caller) => wasi.write(caller)],
    ['path_create_directory', 'iii'],
    ['path_filestat_get', 'iiiii'],
    ['path_filestat_set_times', 'iiiiIIi'],
    ['path_link', 'iiiiiii'],
    ['path_open', 'iiiiiIIii'],
    ['path_readlink', 'iiiiii'],
    ['path_remove_directory', 'iii'],
    ['path_rename', 'iiiiii'],
    ['path_symlink', 'iiiii'],
    ['path_unlink_file', 'iii'],
    ['poll_oneoff', 'iiii', (wasi, caller) => wasi.poll(caller)],
    ['proc_exit', 'i', exit],
    ['proc_raise', 'i'],
    ['random_get', 'ii', (wasi, caller) => wasi.fillRandom(caller)],
    ['sched_yield', '', () => Errno.Success],
    ['sock_accept', 'iii'],
    ['sock_recv', 'iiiiii'],
    ['sock_send', 'iiiii'],
    ['sock_shutdown', 'ii'],
  ];

  /** Whether the descriptor in the first argument is open. */
  private isOpen(caller: Caller): boolean {
    const descriptor = caller.u32(0);
    return descriptor < Descriptor.Count && !this.closed.has(descriptor);
  }

  private close(caller: Caller): Errno {
    if (!this.isOpen(caller)) return Errno.BadDescriptor;
    this.closed.add(caller.u32(0));
    return Errno.Success;
  }

  private describe(caller: Caller): Errno {
    if (!this.isOpen(caller)) return Errno.BadDescriptor;
    const descriptor = caller.u32(0);
    const at = caller.u32(1);
    caller.bytes(at, 24).fill(0);
    caller.writeU8(at, this.terminals.includes(descriptor) ? FileType.CharacterDevice : FileType.Unknown);
    caller.writeU64(at + 8, (descriptor === Descriptor.Input ? RIGHT_READ : RIGHT_WRITE) | RIGHT_POLL);
    return Errno.Success;
  }

  private read(caller: Caller): Errno {
    if (!this.isOpen(caller) || caller.u32(0) !== Descriptor.Input) return Errno.BadDescriptor;
    const count = caller.u32(3);
    caller.locate(count, 4);
    let total = 0;
    for (const buffer of buffers(caller)) {
      if (buffer.length === 0) continue;
      const length = this.stdin(buffer);
      total += length;
      // Less than was asked for: to read on might wait for what the program does not need yet.
      if (length < buffer.length) break;
    }
    caller.writeU32(count, total);
    return Errno.Success;
  }

  private write(caller: Caller): Errno {
    if (!this.isOpen(caller) || caller.u32(0) === Descriptor.Input) return Errno.BadDescriptor;
    const output = this.outputs[caller.u32(0) - Descriptor.Output];
    const count = caller.u32(3);
    caller.locate(count, 4);
    let total = 0;
    for (const buffer of buffers(caller)) {
      if (buffer.length > 0) output(buffer);
      total += buffer.length;
    }
    caller.writeU32(count, total);
    return Errno.Success;
  }

  private clockTime(caller: Caller): Errno {
    const clock = caller.u32(0);
    if (clock >= RESOLUTIONS.length) return Errno.Invalid;
    caller.writeU64(caller.u32(2), this.now(clock));
    return Errno.Success;
  }

  private fillRandom(caller: Caller): Errno {
    this.random(caller.bytes(caller.u32(0), caller.u32(1)));
    return Errno.Success;
  }

  /** Waits for the earliest clock; a stream is always ready. */
  private poll(caller: Caller): Errno {
    const [subscriptions, events, count, stored] = [0, 1, 2, 3].map((index) => caller.u32(index));
    if (count === 0) return Errno.Invalid;
    caller.locate(subscriptions, count * SUBSCRIPTION_BYTES);
    caller.locate(events, count * EVENT_BYTES);
    caller.locate(stored, 4);
    // How long each has to wait; none for a stream, or for what is an error.
    const waits: bigint[] = [];
    const errors: Errno[] = [];
    for (let index = 0; index < count; index++) {
      const at = subscriptions + index * SUBSCRIPTION_BYTES;
      const type = caller.readU8(at + 8);
      if (type > EventType.Write) return Errno.Invalid;
      const subject = caller.readU32(at + 16);
      const isClock = type === EventType.Clock;
      if (isClock) errors.push(subject < RESOLUTIONS.length ? Errno.Success : Errno.Invalid);
      else errors.push(subject < Descriptor.Count && !this.closed.has(subject) ? Errno.Success : Errno.BadDescriptor);
      const absolute = (caller.readU16(at + 40) & 1) !== 0;
      const timeout = isClock ? caller.readU64(at + 24) : 0n;
      const wait = isClock && absolute && errors[index] === Errno.Success ? timeout - this.now(subject) : timeout;
      waits.push(errors[index] === Errno.Success && wait > 0n ? wait : 0n);
    }
    const shortest = waits.reduce((least, wait) => (wait < least ? wait : least));
    if (shortest > 0n) this.sleep(shortest);
    let ready = 0;
    for (let index = 0; index < count; index++) {
      if (waits[index] > shortest) continue;
      const from = subscriptions + index * SUBSCRIPTION_BYTES;
      const userData = caller.readU64(from);
      const type = caller.readU8(from + 8);
      const to = events + ready++ * EVENT_BYTES;
      caller.bytes(to, EVENT_BYTES).fill(0);
      caller.writeU64(to, userData);
      caller.writeU16(to + 8, errors[index]);
      caller.writeU8(to + 10, type);
    }
    caller.writeU32(stored, ready);
    return Errno.Success;
  }
}

function notSupported(): Errno {
  return Errno.NotSupported;
}

function exit(_: WASI, caller: Caller): Errno {
  throw new ExitError(caller.u32(0));
}

function clockResolution(_: WASI, caller: Caller): Errno {
  const clock = caller.u32(0);
  if (clock >= RESOLUTIONS.length) return Errno.Invalid;
  caller.writeU64(caller.u32(1), RESOLUTIONS[clock]);
  return Errno.Success;
}

/** The buffers of fd_read and fd_write: arguments 1 and 2 are a list of pointers with lengths. All exist, or it throws. */
function buffers(caller: Caller): Uint8Array[] {
  const list = caller.u32(1);
  const count = caller.u32(2);
  caller.locate(list, count * 8);
  const found: Uint8Array[] = [];
  for (let at = list; at < list + count * 8; at += 8) {
    found.push(caller.bytes(caller.readU32(at), caller.readU32(at + 4)));
  }
  return found;
}

/** Argument 0: where pointers to the strings go. Argument 1: where the strings go. */
function putStrings(caller: Caller, strings: Uint8Array[]): Errno {
  const pointers = caller.u32(0);
  let at = caller.u32(1);
  caller.locate(pointers, strings.length * 4);
  for (const [index, bytes] of strings.entries()) {
    caller.bytes(at, bytes.length).set(bytes);
    caller.writeU32(pointers + index * 4, at);
    at += bytes.length;
  }
  return Errno.Success;
}

function putSizes(caller: Caller, strings: Uint8Array[]): Errno {
  caller.writeU32(caller.u32(0), strings.length);
  caller.writeU32(
    caller.u32(1),
    strings.reduce((bytes, each) => bytes + each.length, 0),
  );
  return Errno.Success;
}

function terminated(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

function reader(bytes: Uint8Array): (into: Uint8Array) => number {
  let at = 0;
  return (into) => {
    const part = bytes.subarray(at, at + into.length);
    into.set(part);
    at += part.length;
    return part.length;
  };
}

function systemTime(clock: Clock): bigint {
  if (clock === Clock.Realtime) return BigInt(Date.now()) * 1000000n;
  if (clock === Clock.Monotonic) return process.hrtime.bigint();
  const { user, system } = process.cpuUsage();
  return BigInt(user + system) * 1000n;
}
