// WASI preview 1: each function called by a guest, with a memory to look at; and real programs.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WASI as NodeWASI } from 'node:wasi';
import { describe, expect, it } from 'vitest';
import { type Capacities, Engine, small } from '../../../src/index.js';
import { describeModule } from '../../../targets/module/description.js';
import { ExitError } from '../../../targets/node/exit-error.js';
import { Clock, Errno, WASI, type WASIOptions } from '../../../targets/node/wasi.js';
import { compileC, hasWasiLibc, WASI_C, withoutWasiLibc } from '../../compilers.js';
import { thrownBy } from '../../core/adder.js';
import { wat } from '../../core/wat.js';

const capacities: Capacities = {
  ...small,
  types: 64,
  typeValues: 512,
  functions: 512,
  definitions: 128,
  exports: 64,
  codeWords: 65536,
  memoryBytes: 131072,
  valueSlots: 4096,
  callDepth: 64,
  basicBlocks: 4096,
  functionLocals: 256,
  operandDepth: 256,
  tableEntries: 64,
};

const SIGNATURES: Record<string, string> = {
  args_get: 'ii',
  args_sizes_get: 'ii',
  environ_get: 'ii',
  environ_sizes_get: 'ii',
  clock_res_get: 'ii',
  clock_time_get: 'iIi',
  fd_close: 'i',
  fd_fdstat_get: 'ii',
  fd_filestat_get: 'ii',
  fd_prestat_get: 'ii',
  fd_prestat_dir_name: 'iii',
  fd_read: 'iiii',
  fd_seek: 'iIii',
  fd_tell: 'ii',
  fd_write: 'iiii',
  path_open: 'iiiiiIIii',
  poll_oneoff: 'iiii',
  proc_exit: 'i',
  random_get: 'ii',
  sched_yield: '',
  sock_shutdown: 'ii',
};

/** A module with a function of the same name and type around each import. */
function wrappers(module: string): Uint8Array {
  const imports: string[] = [];
  const functions: string[] = [];
  for (const [name, letters] of Object.entries(SIGNATURES)) {
    const types = [...letters].map((letter) => (letter === 'I' ? 'i64' : 'i32'));
    const type = `(param ${types.join(' ')}) ${name === 'proc_exit' ? '' : '(result i32)'}`;
    imports.push(`(import "${module}" "${name}" (func $${name} ${type}))`);
    const operands = types.map((_, index) => `(local.get ${index})`);
    functions.push(`(func (export "${name}") ${type} (call $${name} ${operands.join(' ')}))`);
  }
  return wat(`(module ${imports.join('\n')} (memory (export "memory") 1) ${functions.join('\n')})`);
}

/** Calls the functions of one WASI from within a module. */
class Guest {
  readonly engine = new Engine(capacities);
  private readonly instance;
  /** An i64 counts as its low word. */
  constructor(options: WASIOptions, module = 'wasi_snapshot_preview1') {
    new WASI(options).define(this.engine);
    this.instance = this.engine.instantiate(this.engine.load(wrappers(module)));
  }

  call(name: keyof typeof SIGNATURES, ...args: number[]): Errno {
    for (const [index, arg] of args.entries()) this.engine.setI64(index, arg, 0);
    this.engine.call(this.engine.exportedFunction(this.instance, name));
    return this.engine.getI32(0);
  }

  get memory(): DataView {
    return new DataView(this.engine.memoryBuffer, 0, 65536);
  }

  /** Puts a list of buffers at 0 for fd_read and fd_write. */
  putBuffers(...buffers: [pointer: number, length: number][]): void {
    for (const [index, [pointer, length]] of buffers.entries()) {
      this.memory.setUint32(index * 8, pointer, true);
      this.memory.setUint32(index * 8 + 4, length, true);
    }
  }

  putText(pointer: number, text: string): void {
    new Uint8Array(this.engine.memoryBuffer).set(new TextEncoder().encode(text), pointer);
  }

  text(pointer: number, length: number): string {
    return new TextDecoder().decode(new Uint8Array(this.engine.memoryBuffer, pointer, length));
  }

  u32(pointer: number): number {
    return this.memory.getUint32(pointer, true);
  }
}

function collector(): { write: (bytes: Uint8Array) => void; text: () => string } {
  const chunks: Buffer[] = [];
  return { write: (bytes) => chunks.push(Buffer.from(bytes)), text: () => Buffer.concat(chunks).toString() };
}

const OUT_OF_BOUNDS = 65536 - 2;

describe('WASI preview 1', () => {
  it('writes to standard output and error', () => {
    const [output, error] = [collector(), collector()];
    const guest = new Guest({ stdout: output.write, stderr: error.write });
    guest.putText(100, 'onetwo');
    guest.putBuffers([100, 3], [0, 0], [103, 3]);
    expect(guest.call('fd_write', 1, 0, 3, 64)).toBe(Errno.Success);
    expect(guest.u32(64)).toBe(6);
    expect(guest.call('fd_write', 2, 16, 1, 64)).toBe(Errno.Success);
    expect(guest.u32(64)).toBe(3);
    expect([output.text(), error.text()]).toEqual(['onetwo', 'two']);
    expect(guest.call('fd_write', 0, 0, 3, 64)).toBe(Errno.BadDescriptor);
    expect(guest.call('fd_write', 3, 0, 3, 64)).toBe(Errno.BadDescriptor);
  });

  it('reads standard input, from bytes', () => {
    const guest = new Guest({ stdin: new TextEncoder().encode('abcdefg') });
    guest.putBuffers([100, 2], [0, 0], [200, 3]);
    expect(guest.call('fd_read', 0, 0, 3, 64)).toBe(Errno.Success);
    expect([guest.u32(64), guest.text(100, 2), guest.text(200, 3)]).toEqual([5, 'ab', 'cde']);
    expect(guest.call('fd_read', 0, 0, 3, 64)).toBe(Errno.Success);
    expect([guest.u32(64), guest.text(100, 2), guest.text(200, 3)]).toEqual([2, 'fg', 'cde']);
    expect(guest.call('fd_read', 0, 0, 3, 64)).toBe(Errno.Success);
    expect(guest.u32(64)).toBe(0);
    expect(guest.call('fd_read', 1, 0, 3, 64)).toBe(Errno.BadDescriptor);
  });

  it('asks a reader again only when it is called again', () => {
    const asked: number[] = [];
    const guest = new Guest({
      stdin: (into) => {
        asked.push(into.length);
        return into.fill(0x78, 0, 1) && 1;
      },
    });
    guest.putBuffers([100, 4], [200, 4]);
    expect(guest.call('fd_read', 0, 0, 2, 64)).toBe(Errno.Success);
    expect(asked).toEqual([4]);
    expect([guest.u32(64), guest.text(100, 1)]).toEqual([1, 'x']);
  });

  it('refuses pointers that lead out of the memory, and does nothing then', () => {
    const output = collector();
    let asked = 0;
    const guest = new Guest({
      args: ['a', 'b'],
      stdout: output.write,
      stdin: () => ++asked,
      random: () => expect.fail('asked for random bytes'),
    });
    const faults: [keyof typeof SIGNATURES, ...number[]][] = [
      ['fd_write', 1, 0, 1, OUT_OF_BOUNDS],
      ['fd_write', 1, OUT_OF_BOUNDS, 1, 64],
      ['fd_write', 1, 8, 1, 64],
      ['fd_write', 1, 0, 2, 64],
      ['fd_write', 1, 0, 0x20000000, 64],
      ['fd_read', 0, 0, 1, OUT_OF_BOUNDS],
      ['fd_read', 0, 8, 1, 64],
      ['fd_fdstat_get', 1, OUT_OF_BOUNDS],
      ['args_sizes_get', OUT_OF_BOUNDS, 0],
      ['args_get', OUT_OF_BOUNDS, 0],
      ['args_get', 0, OUT_OF_BOUNDS],
      ['clock_time_get', 0, 0, OUT_OF_BOUNDS],
      ['clock_res_get', 0, OUT_OF_BOUNDS],
      ['random_get', OUT_OF_BOUNDS, 3],
      ['random_get', -1, 2],
      ['poll_oneoff', OUT_OF_BOUNDS, 0, 1, 0],
      ['poll_oneoff', 0, OUT_OF_BOUNDS, 1, 0],
      ['poll_oneoff', 0, 0, 1, OUT_OF_BOUNDS],
    ];
    guest.putBuffers([100, 4], [65535, 2]);
    for (const [name, ...args] of faults)
      expect([name, args, guest.call(name, ...args)]).toEqual([name, args, Errno.Fault]);
    expect([output.text(), asked]).toEqual(['', 0]);
  });

  it('tells arguments and environment', () => {
    const guest = new Guest({ args: ['program', 'ä'], env: { A: '1', EMPTY: '' } });
    for (const [list, texts] of [
      ['args', ['program', 'ä']],
      ['environ', ['A=1', 'EMPTY=']],
    ] as const) {
      const bytes = new TextEncoder().encode(texts.map((text) => `${text}\0`).join('')).length;
      expect(guest.call(`${list}_sizes_get`, 0, 4)).toBe(Errno.Success);
      expect([guest.u32(0), guest.u32(4)]).toEqual([texts.length, bytes]);
      expect(guest.call(`${list}_get`, 16, 100)).toBe(Errno.Success);
      expect(guest.u32(16)).toBe(100);
      expect(guest.u32(20)).toBe(100 + texts[0].length + 1);
      expect(guest.text(100, bytes)).toBe(texts.map((text) => `${text}\0`).join(''));
    }
  });

  it('tells the time', () => {
    const guest = new Guest({ now: (clock) => 0x123456789abcdefn + BigInt(clock) });
    for (const clock of [Clock.Realtime, Clock.Monotonic, Clock.ProcessTime, Clock.ThreadTime]) {
      expect(guest.call('clock_time_get', clock, 0, 8)).toBe(Errno.Success);
      expect(guest.memory.getBigUint64(8, true)).toBe(0x123456789abcdefn + BigInt(clock));
      expect(guest.call('clock_res_get', clock, 8)).toBe(Errno.Success);
      expect(guest.memory.getBigUint64(8, true)).toBeGreaterThan(0n);
    }
    expect(guest.call('clock_time_get', 4, 0, 8)).toBe(Errno.Invalid);
    expect(guest.call('clock_res_get', 4, 8)).toBe(Errno.Invalid);
  });

  it('tells the real time by default, and it runs', () => {
    const guest = new Guest({});
    const before = BigInt(Date.now()) * 1000000n;
    guest.call('clock_time_get', Clock.Realtime, 0, 8);
    expect(guest.memory.getBigUint64(8, true)).toBeGreaterThanOrEqual(before);
    guest.call('clock_time_get', Clock.Monotonic, 0, 8);
    guest.call('clock_time_get', Clock.Monotonic, 0, 16);
    expect(guest.memory.getBigUint64(16, true)).toBeGreaterThanOrEqual(guest.memory.getBigUint64(8, true));
  });

  it('gives random bytes', () => {
    const guest = new Guest({ random: (bytes) => void bytes.fill(7) });
    expect(guest.call('random_get', 10, 3)).toBe(Errno.Success);
    expect([9, 10, 12, 13].map((at) => guest.memory.getUint8(at))).toEqual([0, 7, 7, 0]);
    const system = new Guest({});
    expect(system.call('random_get', 0, 65536)).toBe(Errno.Success);
    expect(new Set(new Uint8Array(system.engine.memoryBuffer, 0, 65536)).size).toBe(256);
  });

  it('describes the descriptors', () => {
    const guest = new Guest({ terminals: [1] });
    for (const [descriptor, type, right] of [
      [0, 0, 1n << 1n],
      [1, 2, 1n << 6n],
      [2, 0, 1n << 6n],
    ] as const) {
      new Uint8Array(guest.engine.memoryBuffer).fill(0xff, 0, 32);
      expect(guest.call('fd_fdstat_get', descriptor, 0)).toBe(Errno.Success);
      expect([guest.memory.getUint8(0), guest.memory.getUint16(2, true)]).toEqual([type, 0]);
      expect(guest.memory.getBigUint64(8, true)).toBe(right | (1n << 27n));
      expect(guest.memory.getBigUint64(16, true)).toBe(0n);
      expect(guest.u32(24)).toBe(0xffffffff);
    }
    expect(guest.call('fd_fdstat_get', 3, 0)).toBe(Errno.BadDescriptor);
    expect(guest.call('fd_prestat_get', 3, 0)).toBe(Errno.BadDescriptor);
    expect(guest.call('fd_prestat_dir_name', 3, 0, 0)).toBe(Errno.BadDescriptor);
    for (const name of ['fd_seek', 'fd_tell'] as const) {
      expect(guest.call(name, 1, 0, 0, 0)).toBe(Errno.IllegalSeek);
      expect(guest.call(name, 5, 0, 0, 0)).toBe(Errno.BadDescriptor);
    }
  });

  it('closes descriptors', () => {
    const output = collector();
    const guest = new Guest({ stdout: output.write });
    guest.putBuffers([100, 1]);
    expect(guest.call('fd_close', 1)).toBe(Errno.Success);
    expect(guest.call('fd_write', 1, 0, 1, 64)).toBe(Errno.BadDescriptor);
    expect(guest.call('fd_close', 1)).toBe(Errno.BadDescriptor);
    expect(guest.call('fd_write', 2, 0, 0, 64)).toBe(Errno.Success);
    expect(output.text()).toBe('');
  });

  it('exits', () => {
    const guest = new Guest({});
    const error = thrownBy(() => guest.call('proc_exit', 42));
    expect(error).toBeInstanceOf(ExitError);
    expect((error as ExitError).code).toBe(42);
    expect(guest.call('sched_yield')).toBe(Errno.Success);
  });

  it('answers ENOSYS to what it does not do', () => {
    const guest = new Guest({});
    for (const name of ['path_open', 'fd_filestat_get', 'sock_shutdown'] as const) {
      expect(guest.call(name, 0, 0, 0, 0)).toBe(Errno.NotSupported);
    }
    expect(Errno.NotSupported).toBe(52);
  });

  it('goes by its older name too', () => {
    const guest = new Guest({ args: ['x'] }, 'wasi_unstable');
    expect(guest.call('args_sizes_get', 0, 4)).toBe(Errno.Success);
    expect(guest.u32(0)).toBe(1);
    expect(guest.call('poll_oneoff', 0, 0, 1, 0)).toBe(Errno.NotSupported);
  });

  it('knows every function that Node knows', () => {
    const { wasi_snapshot_preview1: known } = new NodeWASI({ version: 'preview1' }).getImportObject() as {
      wasi_snapshot_preview1: Record<string, unknown>;
    };
    expect(Object.keys(known).length).toBeGreaterThan(40);
    expect(Object.keys(known).filter((name) => !WASI.defines('wasi_snapshot_preview1', name))).toEqual([]);
    expect(WASI.defines('wasi_snapshot_preview1', 'fd_fly')).toBe(false);
    expect(WASI.defines('env', 'fd_write')).toBe(false);
  });
});

describe('poll_oneoff', () => {
  /** Puts a subscription to a clock at the index'th place from 0. */
  function putClock(
    guest: Guest,
    index: number,
    userData: bigint,
    clock: number,
    timeout: bigint,
    absolute: boolean,
  ): void {
    const at = index * 48;
    guest.memory.setBigUint64(at, userData, true);
    guest.memory.setUint8(at + 8, 0);
    guest.memory.setUint32(at + 16, clock, true);
    guest.memory.setBigUint64(at + 24, timeout, true);
    guest.memory.setUint16(at + 40, absolute ? 1 : 0, true);
  }

  function putStream(guest: Guest, index: number, userData: bigint, type: number, descriptor: number): void {
    guest.memory.setBigUint64(index * 48, userData, true);
    guest.memory.setUint8(index * 48 + 8, type);
    guest.memory.setUint32(index * 48 + 16, descriptor, true);
  }

  function events(guest: Guest): [userData: bigint, errno: number, type: number][] {
    return Array.from({ length: guest.u32(512) }, (_, index) => {
      const at = 1024 + index * 32;
      return [
        guest.memory.getBigUint64(at, true),
        guest.memory.getUint16(at + 8, true),
        guest.memory.getUint8(at + 10),
      ];
    });
  }

  function sleeper(): { guest: Guest; slept: bigint[] } {
    const slept: bigint[] = [];
    return { guest: new Guest({ now: () => 1000n, sleep: (nanoseconds) => slept.push(nanoseconds) }), slept };
  }

  it('waits for the earliest clock', () => {
    const { guest, slept } = sleeper();
    putClock(guest, 0, 10n, Clock.Monotonic, 500n, false);
    putClock(guest, 1, 11n, Clock.Realtime, 1300n, true);
    putClock(guest, 2, 12n, Clock.Monotonic, 300n, false);
    expect(guest.call('poll_oneoff', 0, 1024, 3, 512)).toBe(Errno.Success);
    expect(slept).toEqual([300n]);
    expect(events(guest)).toEqual([
      [11n, 0, 0],
      [12n, 0, 0],
    ]);
  });

  it('does not wait for a time that is over', () => {
    const { guest, slept } = sleeper();
    putClock(guest, 0, 10n, Clock.Monotonic, 900n, true);
    expect(guest.call('poll_oneoff', 0, 1024, 1, 512)).toBe(Errno.Success);
    expect(slept).toEqual([]);
    expect(events(guest)).toEqual([[10n, 0, 0]]);
  });

  it('finds streams ready, and names what is none', () => {
    const { guest, slept } = sleeper();
    putClock(guest, 0, 10n, Clock.Monotonic, 900n, false);
    putStream(guest, 1, 11n, 1, 0);
    putStream(guest, 2, 12n, 2, 9);
    putClock(guest, 3, 13n, 9, 900n, false);
    expect(guest.call('poll_oneoff', 0, 1024, 4, 512)).toBe(Errno.Success);
    expect(slept).toEqual([]);
    expect(events(guest)).toEqual([
      [11n, 0, 1],
      [12n, Errno.BadDescriptor, 2],
      [13n, Errno.Invalid, 0],
    ]);
  });

  it('refuses an empty list and unknown kinds', () => {
    const { guest } = sleeper();
    expect(guest.call('poll_oneoff', 0, 1024, 0, 512)).toBe(Errno.Invalid);
    putStream(guest, 0, 1n, 3, 0);
    expect(guest.call('poll_oneoff', 0, 1024, 1, 512)).toBe(Errno.Invalid);
  });
});

describe('WASI programs', () => {
  const example = (path: string) => readFileSync(fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url)));

  function run(bytes: Uint8Array, options: WASIOptions): { code: number; output: string; error: string } {
    const [output, error] = [collector(), collector()];
    const wasi = new WASI({ stdin: new Uint8Array(0), stdout: output.write, stderr: error.write, ...options });
    const engine = new Engine(capacities);
    wasi.define(engine);
    const code = wasi.start(engine, engine.instantiate(engine.load(bytes)));
    return { code, output: output.text(), error: error.text() };
  }

  it('get arguments and environment, print, and exit', () => {
    const hello = example('hello/hello.wasm');
    expect(run(hello, { args: ['hello', 'Ada', 'Grace'] })).toEqual({
      code: 0,
      output: 'Hello, Ada!\nHello, Grace!\n',
      error: '',
    });
    expect(run(hello, { args: ['hello'], env: { NAME: 'Ada' } })).toMatchObject({ code: 0, output: 'Hello, Ada!\n' });
    expect(run(hello, { args: ['hello'] })).toEqual({
      code: 3,
      output: '',
      error: 'Whom shall I greet? Give a name, or set NAME.\n',
    });
  });

  it('read standard input', () => {
    const stdin = new TextEncoder().encode('123456789');
    expect(run(example('crc32/crc32.wasm'), { stdin })).toEqual({ code: 0, output: 'cbf43926\n', error: '' });
  });

  it('throw what is no exit', () => {
    const bytes = wat('(module (func (export "_start") unreachable))');
    expect(() => run(bytes, {})).toThrow('unreachable');
    const failing = () => {
      throw new Error('the disk is full');
    };
    expect(() => run(example('hello/hello.wasm'), { args: ['hello', 'Ada'], stdout: failing })).toThrow(
      'the disk is full',
    );
  });

  // The C library's declarations are another source for the names and types of the functions.
  it.skipIf(!hasWasiLibc)(`link with every function that a C library declares${withoutWasiLibc}`, () => {
    const headers = '/usr/include/wasm32-wasi/wasi/api.h';
    const folder = mkdtempSync(join(tmpdir(), 'tazzina-wasi-'));
    try {
      const names = [
        ...readFileSync(headers, 'utf8').matchAll(/^(?:_Noreturn void|__wasi_errno_t) __wasi_(\w+)\(/gm),
      ].map(([, name]) => name);
      expect(names.length).toBeGreaterThan(40);
      const source = `#include <wasi/api.h>\nvoid *volatile all[] = {${names.map((name) => `(void *)__wasi_${name}`)}};
        int main(void) { return all[0] == 0; }`;
      const bytes = compileC({ folder, source, target: WASI_C });
      expect(describeModule(bytes).imports.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
      expect(run(bytes, {}).code).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
