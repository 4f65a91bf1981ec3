// Tests the shares of fuel in programs whose shares are known.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Profile, profileText } from '../../cli/profile.js';
import { CallStatus, Engine, small } from '../../src/index.js';
import { flameGraph } from '../../targets/report/flame-graph.js';
import { wat } from '../core/wat.js';
import { CommandLine } from './command.js';

// $three works three times as long as $one, and both call $leaf, which takes as long as $one.
const program = wat(`(module
  (func $spin (param i32) (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func $one (call $spin (i32.const 10000)))
  (func $three (call $spin (i32.const 30000)))
  (func $deep (param i32) (if (local.get 0) (then (call $deep (i32.sub (local.get 0) (i32.const 1)))) (else (call $one))))
  (func (export "both") (loop (call $one) (call $three)))
  (func (export "recursive") (call $deep (i32.const 5)))
  (func (export "short")))`);

function profiled(name: string) {
  const engine = new Engine(small);
  const address = engine.exportedFunction(engine.instantiate(engine.load(program)), name);
  const profile = new Profile();
  expect(profile.call(engine, address)).toBe(CallStatus.Done);
  return { profile, engine };
}

describe('a profile', () => {
  it('tells shares of fuel, of a function itself and with what it calls', () => {
    const { profile, engine } = profiled('both');
    const share = (name: string) => profile.shares.find((each) => each.name === name)!;
    const all = engine.fuelUsed;
    expect(share('one').total / all).toBeCloseTo(0.25, 2);
    expect(share('three').total / all).toBeCloseTo(0.75, 2);
    expect(share('spin').self / all).toBeCloseTo(1, 2);
    expect(share('one').self / all).toBeCloseTo(0, 2);
    expect(profile.stackSamples.map(({ functions }) => functions.slice(1).join(' '))).toEqual([
      'one spin',
      'three spin',
    ]);
    expect(profileText(profile)).toMatch(/^ {4}self +total {2}function\n +100\.0 % +100\.0 % {2}spin\n/);
  });

  it('counts a recursive function once', () => {
    const { profile, engine } = profiled('recursive');
    const deep = profile.shares.find(({ name }) => name === 'deep')!;
    expect(deep.total).toBeLessThanOrEqual(engine.fuelUsed);
    expect(deep.total / engine.fuelUsed).toBeCloseTo(1, 1);
  });

  it('is the same each time', () => {
    expect(profiled('both').profile.stackSamples).toEqual(profiled('both').profile.stackSamples);
  });

  it('leaves results and fuel as they are', () => {
    const engine = new Engine(small);
    engine.call(engine.exportedFunction(engine.instantiate(engine.load(program)), 'both'));
    expect(profiled('both').engine.fuelUsed).toBe(engine.fuelUsed);
  });

  it('of a call that is too short says so', () => {
    expect(profileText(profiled('short').profile)).toBe('profile: too short to tell\n');
  });
});

it('a flame graph has a frame for each function, as wide as its share', () => {
  const text = flameGraph('<a>', [
    { functions: ['main', 'a<b>'], fuel: 25 },
    { functions: ['main', 'c'], fuel: 75 },
  ]);
  const width = (name: string) => Number(new RegExp(`<title>${name}:[^]*?width="([\\d.]+)"`).exec(text)![1]);
  expect(width('c') / width('a&lt;b&gt;')).toBeCloseTo(3, 1);
  expect(width('main')).toBeCloseTo(width('all'), 1);
  expect(text).toContain('&lt;a&gt;');
  expect(text).not.toContain('<a>');
});

describe('on the command line', () => {
  const commandLine = new CommandLine();
  afterAll(() => commandLine.remove());

  it('prints the table, and draws the graph', () => {
    const file = commandLine.file('program.wasm', program);
    const words = ['run', file, '--invoke', 'both', '--profile', '--flame', 'flame.svg'];
    const { code, output, error } = commandLine.run(words);
    expect([code, output]).toEqual([0, '']);
    expect(error).toMatch(/100\.0 % +100\.0 % {2}spin/);
    const svg = readFileSync(join(commandLine.folder, 'flame.svg'), 'utf8');
    expect(svg).toMatch(/^<svg .*<title>three: 7\d\.\d % of [\d,]+<\/title>.*<\/svg>\n$/s);
  });

  it('says where the graph cannot be written', () => {
    const file = commandLine.file('program.wasm', program);
    const { code, error } = commandLine.run(['run', file, '--invoke', 'short', '--flame', 'none/x.svg']);
    expect(code).toBe(1);
    expect(error).toContain('cannot write none/x.svg');
  });
});
