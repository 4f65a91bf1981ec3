// Components that import WASI preview 2, on simulated boards: what a board has of it, and what is refused by name.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wat } from '../core/wat.js';
import { componentOf } from '../targets/interfaces/jco.js';
import { CommandLine } from './command.js';

const commandLine = new CommandLine();
const run = (...words: string[]) => commandLine.run(words);

const WIT = `package test:app;
world app {
  import wasi:cli/stdout@0.2.3;
  import wasi:cli/stdin@0.2.3;
  import wasi:cli/environment@0.2.3;
  import wasi:cli/exit@0.2.3;
  import wasi:clocks/wall-clock@0.2.3;
  import wasi:clocks/monotonic-clock@0.2.3;
  import wasi:random/random@0.2.3;
  import wasi:random/insecure-seed@0.2.3;
  import wasi:filesystem/preopens@0.2.3;
  export wasi:cli/run@0.2.3;
}
package wasi:io@0.2.3 {
  interface error { resource error; }
  interface poll {
    resource pollable { block: func(); }
    poll: func(in: list<borrow<pollable>>) -> list<u32>;
  }
  interface streams {
    use error.{error};
    use poll.{pollable};
    variant stream-error { last-operation-failed(error), closed }
    resource output-stream {
      check-write: func() -> result<u64, stream-error>;
      blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>;
      subscribe: func() -> pollable;
    }
    resource input-stream { read: func(length: u64) -> result<list<u8>, stream-error>; }
  }
}
package wasi:cli@0.2.3 {
  interface stdout { use wasi:io/streams@0.2.3.{output-stream}; get-stdout: func() -> output-stream; }
  interface stdin { use wasi:io/streams@0.2.3.{input-stream}; get-stdin: func() -> input-stream; }
  interface environment { get-environment: func() -> list<tuple<string, string>>; initial-cwd: func() -> option<string>; }
  interface exit { exit: func(status: result); }
  interface run { run: func() -> result; }
}
package wasi:clocks@0.2.3 {
  interface wall-clock { record datetime { seconds: u64, nanoseconds: u32 } now: func() -> datetime; }
  interface monotonic-clock {
    use wasi:io/poll@0.2.3.{pollable};
    now: func() -> u64;
    subscribe-duration: func(when: u64) -> pollable;
  }
}
package wasi:random@0.2.3 {
  interface random { get-random-bytes: func(length: u64) -> list<u8>; get-random-u64: func() -> u64; }
  interface insecure-seed { insecure-seed: func() -> tuple<u64, u64>; }
}
package wasi:filesystem@0.2.3 {
  interface types { resource descriptor { sync: func() -> result; } }
  interface preopens { use types.{descriptor}; get-directories: func() -> list<tuple<descriptor, string>>; }
}`;

/** Prints "hello", and "right" if all that it asks for is as on a board; then does what `end` says. */
const module = (end: string) => `(module
  (import "wasi:cli/stdout@0.2.3" "get-stdout" (func $stdout (result i32)))
  (import "wasi:cli/stdin@0.2.3" "get-stdin" (func $stdin (result i32)))
  (import "wasi:io/streams@0.2.3" "[method]output-stream.check-write" (func $room (param i32 i32)))
  (import "wasi:io/streams@0.2.3" "[method]output-stream.blocking-write-and-flush" (func $write (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.3" "[method]output-stream.subscribe" (func $subscribe (param i32) (result i32)))
  (import "wasi:io/streams@0.2.3" "[method]input-stream.read" (func $read (param i32 i64 i32)))
  (import "wasi:io/streams@0.2.3" "[resource-drop]output-stream" (func $drop (param i32)))
  (import "wasi:io/poll@0.2.3" "poll" (func $poll (param i32 i32 i32)))
  (import "wasi:io/poll@0.2.3" "[method]pollable.block" (func $block (param i32)))
  (import "wasi:cli/environment@0.2.3" "get-environment" (func $environment (param i32)))
  (import "wasi:cli/environment@0.2.3" "initial-cwd" (func $cwd (param i32)))
  (import "wasi:clocks/wall-clock@0.2.3" "now" (func $time (param i32)))
  (import "wasi:clocks/monotonic-clock@0.2.3" "now" (func $now (result i64)))
  (import "wasi:clocks/monotonic-clock@0.2.3" "subscribe-duration" (func $wait (param i64) (result i32)))
  (import "wasi:random/random@0.2.3" "get-random-bytes" (func $bytes (param i64 i32)))
  (import "wasi:random/random@0.2.3" "get-random-u64" (func $random (result i64)))
  (import "wasi:random/insecure-seed@0.2.3" "insecure-seed" (func $seed (param i32)))
  (import "wasi:filesystem/preopens@0.2.3" "get-directories" (func $folders (param i32)))
  (import "wasi:cli/exit@0.2.3" "exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "hello\\n") (data (i32.const 8) "right\\n")
  (global $top (mut i32) (i32.const 512))
  (global $right (mut i32) (i32.const 1))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.set $top (i32.and (i32.add (i32.add (global.get $top) (local.get 3)) (i32.const 7)) (i32.const -8)))
    (i32.sub (global.get $top) (i32.and (i32.add (local.get 3) (i32.const 7)) (i32.const -8))))
  (func $is (param i32) (global.set $right (i32.and (global.get $right) (local.get 0))))
  (func $say (param $text i32) (local $stream i32)
    (local.set $stream (call $stdout))
    (call $room (local.get $stream) (i32.const 64))
    (call $is (i64.ge_u (i64.load (i32.const 72)) (i64.const 6)))
    (call $write (local.get $stream) (local.get $text) (i32.const 6) (i32.const 64))
    (call $is (i32.eqz (i32.load8_u (i32.const 64))))
    (i32.store (i32.const 64) (call $subscribe (local.get $stream)))
    (call $poll (i32.const 64) (i32.const 1) (i32.const 72))
    (call $is (i32.eq (i32.load (i32.const 76)) (i32.const 1)))
    (call $drop (local.get $stream)))
  (func (export "wasi:cli/run@0.2.3#run") (result i32) (local $start i64)
    (call $say (i32.const 0))
    (call $environment (i32.const 64)) (call $is (i32.eqz (i32.load (i32.const 68))))
    (call $folders (i32.const 64)) (call $is (i32.eqz (i32.load (i32.const 68))))
    (call $cwd (i32.const 64)) (call $is (i32.eqz (i32.load8_u (i32.const 64))))
    (call $read (call $stdin) (i64.const 9) (i32.const 64))
    (call $is (i32.eq (i32.load8_u (i32.const 64)) (i32.const 1)))
    (call $is (i32.eq (i32.load8_u (i32.const 68)) (i32.const 1)))
    (local.set $start (call $now))
    (call $block (call $wait (i64.const 30_000_000)))
    (call $is (i64.ge_u (i64.sub (call $now) (local.get $start)) (i64.const 29_000_000)))
    (call $time (i32.const 64)) (call $is (i32.lt_u (i32.load (i32.const 72)) (i32.const 1_000_000_000)))
    (call $bytes (i64.const 5) (i32.const 64)) (call $is (i32.eq (i32.load (i32.const 68)) (i32.const 5)))
    (call $seed (i32.const 64))
    (call $is (i64.ne (call $random) (i64.load (i32.const 72))))
    (if (global.get $right) (then (call $say (i32.const 8))))
    ${end}
    (i32.const 0)))`;

beforeAll(async () => {
  for (const [name, end] of Object.entries({
    returns: '',
    exits: '(call $exit (i32.const 0))',
    fails: '(call $exit (i32.const 1))',
    errs: '(return (i32.const 1))',
  }))
    commandLine.file(`${name}.wasm`, await componentOf(wat(module(end)), WIT));
  const sockets = `package test:net; world net { import wasi:sockets/instance-network@0.2.3; export f: func(); }
    package wasi:sockets@0.2.3 { interface instance-network { instance-network: func() -> u32; } }`;
  const core = `(module (import "wasi:sockets/instance-network@0.2.3" "instance-network" (func $n (result i32)))
    (func (export "f") (drop (call $n))))`;
  commandLine.file('sockets.wasm', await componentOf(wat(core), sockets));
}, 60_000);
afterAll(() => commandLine.remove());

describe('a component with WASI preview 2', () => {
  it.each(['js', 'interp', 'native'])('gets console, clocks, random numbers and an empty environment: %s', (tier) => {
    const { code, output, error } = run(
      'run',
      'returns.wasm',
      '--board',
      'banglejs2',
      '--tier',
      tier,
      '--memory',
      '2K',
    );
    expect([code, output], error).toEqual([0, 'hello\nright\n']);
  });

  it.each(['interp', 'js'])('runs on this machine, too: --tier %s', (tier) => {
    const here = (name: string) => {
      const { code, output } = run('run', `${name}.wasm`, '--tier', tier);
      return [code, output];
    };
    expect(here('returns')).toEqual([0, 'hello\nright\n']);
    expect(here('exits')).toEqual([0, 'hello\nright\n']);
    expect(here('fails')).toEqual([1, 'hello\nright\n']);
    expect(run('run', 'errs.wasm', '--tier', tier).error).toBe('error: run returned an error\n');
  });

  it.each([
    ['exits', 0],
    ['fails', 1],
  ])('%s with its code', (name, expected) => {
    const { code, output } = run('run', `${name}.wasm`, '--board', 'puckjs', '--memory', '2K');
    expect([code, output]).toEqual([expected, 'hello\nright\n']);
  });

  it('that returns an error fails', () => {
    const { code, output } = run('run', 'errs.wasm', '--board', 'puckjs', '--memory', '2K');
    expect([code, output]).toEqual([1, expect.stringMatching(/^hello\nright\nUncaught Error: failed\n/)]);
  });

  it('is refused for what a board has not, by name', () => {
    const { code, error } = run('build', 'sockets.wasm', '--board', 'puckjs');
    expect([code, error]).toEqual([
      1,
      expect.stringContaining('a board is no host of wasi:sockets/instance-network@0.2.3, which the module imports'),
    ]);
    const without = run('build', 'returns.wasm', '--board', 'microbit1').error;
    expect(without).toMatch(/no host of wasi:random\/random@0.2.3, wasi:random\/insecure-seed@0.2.3|too small/);
  });
});
