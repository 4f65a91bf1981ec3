// Every numeric instruction on a board gives the bits that the core gives.
import { describe, expect, it } from 'vitest';
import { CallStatus, Engine, large } from '../../../src/index.js';
import { Immediate, opcodeTable } from '../../../src/opcodes.js';
import { wat } from '../../core/wat.js';
import { espruino, reason } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, stored } from './program.js';

const rows = opcodeTable.filter(
  ([, name, immediate, signature]) =>
    immediate === Immediate.None && signature.includes(':') && !/128|mul_wide/.test(name),
);
const numeric = rows.filter(([, name]) => /^[if](32|64)\./.test(name));
const NAMES: Record<string, string> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64' };

/** Operands are read from memory at 0 and 8, the result goes to 16: as bits, floats too. */
function moduleOf(some: typeof numeric): Uint8Array {
  const functions = some.map(([, name, , signature], index) => {
    const [parameters, result] = signature.split(':');
    const operands = [...parameters].map((letter, at) => `(${NAMES[letter]}.load (i32.const ${at * 8}))`);
    return `(func (export "f${index}") (i64.store (i32.const 16) (i64.const 0))
      (${NAMES[result]}.store (i32.const 16) (${name} ${operands.join(' ')})))`;
  });
  return wat(`(module (memory (export "memory") 1) ${functions.join('\n')})`);
}

const INTEGERS = [0, 1, -1, 2, 7, 31, 32, 33, 63, 0x7fffffff, -0x80000000, 0x12345678, -0x6543211];
const WIDE: [number, number][] = [
  ...[0, 1, -1, 5, 40, 63, 64, -0x80000000, 0x7fffffff].map((low): [number, number] => [low, low < 0 ? -1 : 0]),
  [0, -0x80000000],
  [-1, 0x7fffffff],
  [0x12345678, 0x9abcdef],
  [7, -3],
];
const FLOATS = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  3.7,
  -3.7,
  1e10,
  -1e10,
  1e20,
  4294967295,
  -2147483649,
  1e-40,
  NaN,
  Infinity,
  -Infinity,
  2,
  3,
  9007199254740992,
  5e-324,
  1.7e308,
];

/** Bits as two words. */
function operandsOf(letter: string): [number, number][] {
  if (letter === 'i') return INTEGERS.map((value) => [value, 0]);
  if (letter === 'I') return WIDE;
  const bits = new DataView(new ArrayBuffer(8));
  return FLOATS.map((value) => {
    if (letter === 'f') bits.setFloat32(0, value, true);
    else bits.setFloat64(0, value, true);
    return [bits.getInt32(0, true), letter === 'f' ? 0 : bits.getInt32(4, true)];
  });
}

const STEP = 7;

/** Pairs of operands: not all, but every value on both sides. */
function pairs(parameters: string): number[] {
  const first = operandsOf(parameters[0]);
  const second = parameters.length > 1 ? operandsOf(parameters[1]) : [[0, 0]];
  const words: number[] = [];
  first.forEach((a, index) => {
    for (const offset of parameters.length > 1 ? [0, STEP] : [0])
      words.push(...a, ...second[(index + offset) % second.length]);
  });
  return words;
}

/** A checksum and the words themselves where there are few would not tell which is wrong: all words, a line for each function. */
function expected(some: typeof numeric): string[] {
  const engine = new Engine({ ...large, modules: 1, instances: 1, functions: 400, exports: 400 });
  const instance = engine.instantiate(engine.load(moduleOf(some)));
  const view = new Int32Array(engine.memoryBuffer);
  return some.map(([, , , signature], index) => {
    const words = pairs(signature.split(':')[0]);
    const found: string[] = [];
    for (let at = 0; at < words.length; at += 4) {
      view.set(words.slice(at, at + 4));
      try {
        if (engine.call(engine.exportedFunction(instance, `f${index}`)) !== CallStatus.Done) throw new Error('yielded');
        found.push(`${view[4]},${view[5]}`);
      } catch (error) {
        found.push((error as Error).message.slice(0, 12));
      }
    }
    return found.join(' ');
  });
}

function programOf(some: typeof numeric): string {
  const calls = some.map(([, , , signature], index) => `run("f${index}", ${signature.split(':')[0]});`);
  const kinds = [...new Set(some.map(([, , , signature]) => signature.split(':')[0]))];
  return `var app = require("app"), view = new Int32Array(app.memory.buffer);
${kinds.map((kind) => `var ${kind} = new Int32Array([${pairs(kind)}]);`).join('\n')}
function run(name, words) {
  var line = "";
  for (var at = 0; at < words.length; at += 4) {
    for (var k = 0; k < 4; k++) view[k] = words[at + k];
    try { app[name](); line += view[4] + "," + view[5] + " "; } catch (e) { line += e.message.substr(0, 12) + " "; }
  }
  print(line.trim());
}
${calls.join('\n')}
`;
}

const RUNS: [string, (files: string, program: string) => string[], boolean][] = [
  ['in the simulator', printedBySimulator, true],
  [`in Espruino${reason}`, printedByEspruino, espruino !== undefined],
];

for (const [where, run, there] of RUNS) {
  describe.skipIf(!there)(`numeric instructions ${where}`, () => {
    const cases = ['i32', 'i64', 'f32', 'f64'].flatMap((type) => [
      { type, handlers: 'handlers of their own', ownHandlers: 1000 },
      { type, handlers: 'shared handlers', ownHandlers: 0 },
    ]);
    for (const { type, handlers, ownHandlers } of cases) {
      it(`of ${type} give what the core gives, with ${handlers}`, async () => {
        const some = numeric.filter(([, name]) => name.startsWith(`${type}.`));
        expect(some.length).toBeGreaterThan(20);
        const lines = run(await stored(moduleOf(some), { memoryBytes: 64, ownHandlers }), programOf(some));
        const named = (all: string[]) => some.map(([, name], index) => `${name}: ${all[index]}`);
        expect(named(lines)).toEqual(named(expected(some)));
      });
    }
  });
}
