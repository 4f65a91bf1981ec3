// The modules that Node has as well, `wasi_snapshot_preview1` and `env`: on a board they answer what they answer there.

import { expect, it } from 'vitest';
import { Engine, ExternalKind, small } from '../../../src/index.js';
import { hostFunctions } from '../../../targets/host-functions/table.js';
import { describeModule } from '../../../targets/module/description.js';
import { AbortError, assemblyScript } from '../../../targets/node/assemblyscript.js';
import { compilers, StoppedError } from '../../../targets/node/compilers.js';
import { WASI } from '../../../targets/node/wasi.js';
import { amount } from '../../amount.js';
import { wat } from '../../core/wat.js';
import fc from '../../properties.js';
import { boardAfter } from './program.js';

const shared = hostFunctions.filter(
  ({ module, name }) => WASI.defines(module, name) || assemblyScript.defines(module, name),
);
const VALUE_TYPES: Record<string, string> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64' };

/** A module with a function of the same name and type around each of them. */
function wrappers(): Uint8Array {
  const imports = shared.map(({ module, name, parameters, results }, at) => {
    const type = signature(parameters, results);
    return `(import "${module}" "${name}" (func $f${at} ${type}))`;
  });
  const functions = shared.map(({ name, parameters, results }, at) => {
    const operands = [...parameters].map((_, index) => `(local.get ${index})`).join(' ');
    return `(func (export "${name}") ${signature(parameters, results)} (call $f${at} ${operands}))`;
  });
  return wat(`(module ${imports.join('\n')} (memory (export "memory") 1) ${functions.join('\n')})`);
}

function signature(parameters: string, results: string): string {
  const types = (letters: string) => [...letters].map((letter) => VALUE_TYPES[letter]).join(' ');
  return `(param ${types(parameters)}) ${results === '' ? '' : `(result ${types(results)})`}`;
}

const capacities = {
  ...small,
  types: 64,
  typeValues: 512,
  functions: 256,
  definitions: 128,
  exports: 64,
  codeWords: 8192,
  memoryBytes: 65536,
  valueSlots: 512,
  basicBlocks: 512,
};
const wrapped = wrappers();

interface Call {
  name: string;
  /** An i64 by its low word. */
  values: readonly number[];
}

interface Outcome {
  errors: number[];
  memory: number[];
  printed: string;
}

/** Bytes of memory that are compared; what differs by its nature is written behind them. */
const COMPARED = 512;

/** 32-bit words at the beginning of memory. */
function onNode(words: number[], calls: Call[]): Outcome {
  const engine = new Engine(capacities);
  let printed = '';
  const print = (bytes: Uint8Array) => {
    printed += Buffer.from(bytes).toString('latin1');
  };
  new WASI({ args: [], env: {}, stdin: new Uint8Array(), stdout: print, stderr: print, terminals: [0, 1, 2] }).define(
    engine,
  );
  assemblyScript.define(engine, shared, () => {});
  const instance = engine.instantiate(engine.load(wrapped));
  const bytes = new Uint8Array(engine.memoryBuffer, engine.memoryBase(0), 65536);
  for (const [at, word] of words.entries()) new DataView(bytes.buffer, bytes.byteOffset).setUint32(at * 4, word, true);
  const errors = calls.map(({ name, values }) => {
    for (const [at, value] of values.entries()) engine.setI64(at, value, 0);
    engine.call(engine.findExport(instance, name, ExternalKind.Function));
    return engine.getI32(0);
  });
  return { errors, memory: [...bytes.subarray(0, COMPARED)], printed };
}

async function onBoard(words: number[], calls: Call[]): Promise<Outcome> {
  const texts = calls.map(({ name, values }) => {
    const { parameters } = shared.find((row) => row.name === name)!;
    const given = [...parameters].flatMap((letter, at) => (letter === 'I' ? [values[at], 0] : [values[at]]));
    return `errors.push(call.${name}(${given.join(', ')}));`;
  });
  const board = await boardAfter(`var errors = [], at = 0;
    [${words.join()}].forEach((word) => { putWord(at, word); at += 4; });
    ${texts.join('\n')}`);
  board.runUntilIdle(5000);
  const { errors, memory } = board.realm.global as { errors: number[]; memory: Uint8Array };
  return { errors: [...errors], memory: [...memory.subarray(0, COMPARED)], printed: board.output };
}

const descriptor = fc.constantFrom(0, 1, 1, 1, 2, 3, 7, -1);
/** Below 512, or nowhere: no memory here has so much. */
const pointer = fc.oneof(
  { weight: 6, arbitrary: fc.nat(COMPARED / 8 - 8).map((pair) => pair * 8) },
  { weight: 1, arbitrary: fc.constantFrom(70_000, 0x7fffffff, -1, -4) },
);
const elsewhere = fc.constantFrom(600, 700, 70_000, -8);
const number = fc.constantFrom(0, 1, 2, 3, 4, 9, -1);

const calls = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ name: fc.constant('fd_write'), values: fc.tuple(descriptor, pointer, fc.nat(3), pointer) }),
  },
  fc.record({ name: fc.constant('fd_read'), values: fc.tuple(descriptor, pointer, fc.nat(4), pointer) }),
  fc.record({ name: fc.constantFrom('fd_close', 'fd_sync', 'fd_datasync'), values: fc.tuple(descriptor) }),
  fc.record({ name: fc.constant('fd_seek'), values: fc.tuple(descriptor, number, number, pointer) }),
  fc.record({
    name: fc.constantFrom('fd_tell', 'fd_prestat_get', 'fd_filestat_get'),
    values: fc.tuple(descriptor, pointer),
  }),
  fc.record({ name: fc.constant('fd_fdstat_get'), values: fc.tuple(descriptor, pointer) }),
  fc.record({ name: fc.constant('fd_prestat_dir_name'), values: fc.tuple(descriptor, pointer, number) }),
  fc.record({ name: fc.constantFrom('args_get', 'environ_get'), values: fc.tuple(pointer, pointer) }),
  fc.record({ name: fc.constantFrom('args_sizes_get', 'environ_sizes_get'), values: fc.tuple(pointer, pointer) }),
  fc.record({ name: fc.constant('clock_time_get'), values: fc.tuple(number, number, elsewhere) }),
  fc.record({ name: fc.constant('clock_res_get'), values: fc.tuple(number, elsewhere) }),
  fc.record({ name: fc.constant('random_get'), values: fc.tuple(elsewhere, fc.constantFrom(0, 8, 100, -1)) }),
  fc.record({ name: fc.constant('sched_yield'), values: fc.constant([]) }),
);
/** Buffers and their lengths; letters and line ends; what leads nowhere. */
const words = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.nat(COMPARED - 40), fc.nat(30)) },
  { weight: 3, arbitrary: fc.constant([0x41420a43, 0x0a0a6162]) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(70_000, -1), fc.nat(9)) },
);

it('answers of WASI are the same, with what they write and print', async () => {
  let printed = 0;
  const property = fc.asyncProperty(
    fc.array(words, { minLength: COMPARED / 8, maxLength: COMPARED / 8 }),
    fc.array(calls, { minLength: 8, maxLength: 30 }),
    async (pairs, all) => {
      const [node, board] = [onNode(pairs.flat(), all), await onBoard(pairs.flat(), all)];
      expect(board.errors).toEqual(node.errors);
      expect(board.memory).toEqual(node.memory);
      // A line that has not ended is ended on a board; lines that are too long are parted there.
      const joined = (text: string) => text.replaceAll('\r', '').replaceAll('\n', '');
      expect(joined(board.printed)).toBe(joined(node.printed));
      if (node.printed !== '') printed++;
    },
  );
  await fc.assert(property, { numRuns: amount(15, 60), seed: 5 });
  expect(printed).toBeGreaterThan(5);
});

it('what is not supported answers the same', async () => {
  const all = shared
    .filter(({ implementation }) => implementation === 'wasiNotSupported')
    .map(({ name, parameters }) => ({ name, values: [...parameters].map(() => 1) }));
  expect(all.length).toBeGreaterThan(25);
  expect((await onBoard([], all)).errors).toEqual(onNode([], all).errors);
});

it('messages of AssemblyScript are the same, in UTF-8', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((each) => each.charCodeAt(0) !== 0xfeff);
  const halves = fc.array(fc.nat(0xffff), { maxLength: 8 }).map((codes) => String.fromCharCode(65, ...codes));
  const property = fc.asyncProperty(fc.oneof(text, halves), text, fc.nat(), async (message, file, line) => {
    const bytes = new Uint8Array(200);
    for (const [at, each] of [
      [8, message],
      [104, file],
    ] as const) {
      new DataView(bytes.buffer).setUint32(at - 4, each.length * 2, true);
      bytes.set(Buffer.from(each, 'utf16le'), at);
    }
    const engine = new Engine(capacities);
    let traced = '';
    assemblyScript.define(engine, shared, (printed) => {
      traced = printed;
    });
    new WASI({}).define(engine);
    const instance = engine.instantiate(engine.load(wrapped));
    new Uint8Array(engine.memoryBuffer, engine.memoryBase(0)).set(bytes);
    const call = (name: string, ...values: number[]) => {
      for (const [at, value] of values.entries()) engine.setI32(at, value);
      engine.call(engine.findExport(instance, name, ExternalKind.Function));
    };
    call('trace', 8, 0);
    let aborted = '';
    try {
      call('abort', 8, 104, line, 7);
    } catch (error) {
      if (!(error instanceof AbortError)) throw error;
      aborted = error.message;
    }
    const board = await boardAfter(`memory.set(new Uint8Array([${bytes.join()}])); call.trace(8, 0, 1, 2, 3, 4, 5);
      var aborted = attempt(() => call.abort(8, 104, ${line}, 7));`);
    const utf8 = (each: string) => Buffer.from(each).toString('latin1');
    expect(board.output).toBe(`${utf8(traced)}\n`);
    expect(board.realm.global.aborted).toBe(`fail: ${utf8(aborted)}`);
  });
  await fc.assert(property, { numRuns: amount(15, 60), seed: 5 });
});

it('what compilers ask for is there on Node: mathematics, copies, and errors with their message', () => {
  const bytes = wat(`(module
    (import "env" "pow" (func $pow (param f64 f64) (result f64)))
    (import "env" "sinf" (func $sinf (param f32) (result f32)))
    (import "env" "abort" (func $abort))
    (import "env" "emscripten_memcpy_big" (func $copy (param i32 i32 i32) (result i32)))
    (import "./app_bg.js" "__wbindgen_throw" (func $throw (param i32 i32)))
    (memory (export "memory") 1) (data (i32.const 8) "no r\\c3\\b6om")
    (func (export "pow") (result f64) (call $pow (f64.const 2) (f64.const 10)))
    (func (export "sinf") (result f32) (call $sinf (f32.const 1)))
    (func (export "copy") (result i32) (call $copy (i32.const 100) (i32.const 8) (i32.const 4)))
    (func (export "abort") (call $abort))
    (func (export "throw") (call $throw (i32.const 8) (i32.const 8))))`);
  const engine = new Engine(capacities);
  compilers.define(engine, describeModule(bytes).imports);
  const instance = engine.instantiate(engine.load(bytes));
  const call = (name: string) => engine.call(engine.exportedFunction(instance, name));
  call('pow');
  expect(engine.getF64(0)).toBe(1024);
  call('sinf');
  expect(engine.getF32(0)).toBe(Math.fround(Math.sin(1)));
  call('copy');
  expect(engine.getI32(0)).toBe(100);
  const copied = new Uint8Array(engine.memoryBuffer, engine.memoryBase(0) + 100, 4);
  expect(Buffer.from(copied).toString()).toBe('no r');
  expect(() => call('abort')).toThrow(new StoppedError('abort'));
  expect(() => call('throw')).toThrow(new StoppedError('no r\u00f6om'));
});
