// Programs that are built for debugging say what an argument has to be; others do not.
import { describe, expect, it } from 'vitest';
import { puckjs } from '../../../boards/index.js';
import { typedImportsFor } from '../../../cli/typed-interface.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import { bindModule } from '../../../targets/interfaces/bind.js';
import { readWit } from '../../../targets/interfaces/wit/read-wit.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { architecture, espruino, reason } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, writesOf } from './program.js';

const TIERS: [string, Partial<BuildOptions>][] = [
  ['translated', { tier: 'js', fuel: true }],
  ['machine code', { tier: 'native' }],
  ['interpreted', { tier: 'interp' }],
];

async function printed(
  module: ReturnType<typeof readModule>,
  options: Partial<BuildOptions>,
  text: string,
): Promise<string[][]> {
  const { image } = await buildProgram(module, { board: puckjs, name: 'app', debug: true, ...options });
  const written = writesOf(image.files);
  const program = `var app = require("app");
function attempt(run) { try { print(run()); } catch (error) { print(error.message); } }
${text}`;
  const isMachineCode = options.tier === 'native' && architecture !== 'ARM';
  const inSimulator = printedBySimulator(written, program);
  return espruino === undefined || isMachineCode ? [inSimulator] : [inSimulator, printedByEspruino(written, program)];
}

const messages = (lines: readonly string[]) => lines.map((each) => each.trim().replace(/ in function.*/, ''));

const NUMBERS = readModule(
  wat(`(module
    (func $step (export "step") (param $count i32) (result i32) (i32.add (local.get $count) (i32.const 1)))
    (func (export "wide") (param i64) (result i32) (i32.wrap_i64 (local.get 0)))
    (func (export "scale") (param f64 f32) (result f64) (local.get 0)))`),
);

describe(`a program that checks arguments${reason}`, () => {
  it.each(TIERS)('says what numbers a function takes: %s', async (_, options) => {
    const text = `attempt(function () { return app.step(4); });
attempt(function () { return app.step(4294967295); });
attempt(function () { return app.step("x"); });
attempt(function () { return app.step(); });
attempt(function () { return app.step(1.5); });
attempt(function () { return app.wide(5); });
attempt(function () { return app.wide([5, 0]); });
attempt(function () { return app.scale(0.5, null); });
attempt(function () { return app.scale(0.5, 1); });
attempt(function () { return app.step.async("x"); });`;
    for (const lines of await printed(NUMBERS, options, text))
      expect(messages(lines)).toEqual([
        '5',
        '0',
        'step: count has to be a whole number (i32), not "x"',
        'step: count has to be a whole number (i32), not undefined',
        'step: count has to be a whole number (i32), not 1.5',
        'wide: p0 has to be two words [low, high] (i64), not 5',
        '5',
        'scale: p1 has to be a number (f32), not null',
        '0.5',
        'step: count has to be a whole number (i32), not "x"',
      ]);
  });

  it('keeps what else its functions have', async () => {
    const text = `attempt(function () { return app.step.withFuel(100, "x"); });
attempt(function () { return app.step.withFuel(100, 1); });
print(app.step.fuelUsed() > 0);`;
    for (const lines of await printed(NUMBERS, { tier: 'js', fuel: true }, text))
      expect(messages(lines)).toEqual(['step: count has to be a whole number (i32), not "x"', '2', 'true']);
  });

  it('says what values a typed function takes', async () => {
    const module = readModule(
      wat(`(module (memory (export "memory") 1) (global (export "__heap_base") i32 (i32.const 64))
        (func (export "greet") (param i32 i32) (result i32) (local.get 1))
        (func (export "paint") (param i32 i32 i32 i32 i32) (result i32) (local.get 0))
        (func (export "all") (param i32 i32 i32 i64) (result i32) (local.get 1)))`),
    );
    const wit = `package a:b; interface types { enum colour { red, green } record dot { x: u8, label: option<string> } }
      world app { use types.{colour, dot}; export greet: func(first-name: string) -> u32;
        export paint: func(tint: colour, where: dot) -> u32;
        export all: func(dots: list<dot>, on: bool, big: s64) -> u32; }`;
    const bound = bindModule(module, readWit([{ name: 'app.wit', text: wit }]));
    const imports = await typedImportsFor(puckjs, undefined, bound);
    const text = `attempt(function () { return app.greet("abc"); });
attempt(function () { return app.greet(5); });
attempt(function () { return app.paint("blue", { x: 1 }); });
attempt(function () { return app.paint("green", { x: 300 }); });
attempt(function () { return app.paint("green", { x: 3, label: 4 }); });
attempt(function () { return app.all([{ x: 1 }, { x: "2" }], true, [1, 0]); });
attempt(function () { return app.all([], 1, [1, 0]); });
attempt(function () { return app.all([], true, 1); });
attempt(function () { return app.all("ab", true, [1, 0]); });
attempt(function () { return app.all([{ x: 1, label: "l" }], true, [1, 0]); });`;
    for (const lines of await printed(module, { tier: 'js', ...imports }, text))
      expect(messages(lines)).toEqual([
        '3',
        'greet: firstName has to be a string, not 5',
        'paint: tint has to be one of red, green, not "blue"',
        'paint: where.x has to be a whole number from 0 to 255 (u8), not 300',
        'paint: where.label has to be a string, not 4',
        'all: dots[1].x has to be a whole number from 0 to 255 (u8), not "2"',
        'all: on has to be true or false, not 1',
        'all: big has to be two words [low, high] (s64), not 1',
        'all: dots has to be an array, not "ab"',
        '1',
      ]);
  });

  it('has code for it only if it is asked to', async () => {
    const texts = await Promise.all(
      [false, true].map(async (debug) => {
        const { image } = await buildProgram(NUMBERS, { board: puckjs, name: 'app', tier: 'js', debug });
        return Buffer.concat(image.files.map(({ bytes }) => bytes)).toString('latin1');
      }),
    );
    expect(texts.map((each) => each.includes('has to be'))).toEqual([false, true]);
  });
});
