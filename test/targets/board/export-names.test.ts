// Names of exports that objects, the language or the bundler treat specially: kept in programs for boards.
import { describe, expect, it } from 'vitest';
import { stringLiteral } from '../../../targets/board/program-parts.js';
import { wat } from '../../core/wat.js';
import { espruino, reason } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, stored, storedWithRuntime } from './program.js';

const NAMES = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', 'default', 'if', ''],
  ...['7', '-1', 'a b', 'a"b\\c', "it's", '$', '\u0001\n\u007f', 'größe', '☃', '\u202e\u2028'],
];

/** Quotes a name for the text format. */
const quoted = (name: string) =>
  `"${[...Buffer.from(name)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}"`;

const MODULE = wat(
  `(module ${NAMES.map((name, index) => `(func (export ${quoted(name)}) (result i32) (i32.const ${index}))`).join(' ')})`,
);

/** Each with what gives the exports. */
const BUILDS: [string, string, (bytes: Uint8Array) => Promise<string>][] = [
  ['translated', 'require("app")', (bytes) => stored(bytes, { tier: 'js' })],
  ['interpreted', 'require("app")', (bytes) => stored(bytes, { tier: 'interp' })],
  [
    'loaded by the full runtime',
    'require("tazzina").load(require("Storage").readArrayBuffer("app.wasm"))',
    storedWithRuntime,
  ],
];
const RUNS: [string, typeof printedBySimulator, boolean][] = [
  ['in the simulator', printedBySimulator, true],
  [`in Espruino${reason}`, printedByEspruino, espruino !== undefined],
];

for (const [where, run, isThere] of RUNS) {
  describe.skipIf(!isThere)(where, () => {
    it.each(BUILDS)('every export is found by its name: %s', async (_, exports, build) => {
      const calls = NAMES.map((name) => `try { print(app[${stringLiteral(name)}]()); } catch (e) { print("none"); }`);
      const printed = run(await build(MODULE), `var app = ${exports};\n${calls.join('\n')}`);
      const lost = NAMES.filter((_name, index) => printed[index] !== String(index));
      expect(lost).toEqual([]);
    });
  });
}
