// Branch tables for boards: which form they have, and that each entry leads where it should.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { architecture, espruino, reason } from '../../sim/espruino.js';
import { printedByEspruino, writesOf } from '../board/program.js';
import { loadInNode } from '../board/script-program.js';

/** A function that returns which arm the entry of the table at its argument is, plus 1000 for each time round. */
function tableModule(entries: number[], otherwise: number): Uint8Array {
  const arms = Math.max(...entries, otherwise) + 1;
  const table = `(br_table ${entries.join(' ')} ${otherwise} (local.get $index))`;
  const blocks = Array.from({ length: arms }).reduce((inner: string, _, arm) => {
    const back = `(local.set $index (i32.add (local.get $index) (i32.const 1)))
      (local.set $rounds (i32.add (local.get $rounds) (i32.const 1))) (br $again)`;
    const out = `(return (i32.add (i32.const ${arm}) (i32.mul (local.get $rounds) (i32.const 1000))))`;
    return `(block ${inner}) ${arm === 0 ? back : out}`;
  }, table);
  return wat(`(module (func (export "pick") (param $index i32) (result i32) (local $rounds i32)
    (loop $again ${blocks}) (unreachable)))`);
}

/** Returns the expected result. */
function arm(entries: number[], otherwise: number, index: number): number {
  let at = index >>> 0;
  let rounds = 0;
  for (;;) {
    const found = at < entries.length ? entries[at] : otherwise;
    if (found !== 0) return found + rounds * 1000;
    at = (at + 1) >>> 0;
    rounds++;
  }
}

async function filesOf(bytes: Uint8Array, options: Partial<BuildOptions>) {
  const { image } = await buildProgram(readModule(bytes), {
    board: banglejs2,
    name: 'app',
    tier: 'js',
    optimise: false,
    ...options,
  });
  return {
    files: image.files,
    text: Buffer.from(image.files.find(({ name }) => name === 'app')!.bytes).toString('latin1'),
  };
}

const FORMS: [string, Partial<BuildOptions>][] = [
  ['', {}],
  [', with fuel', { fuel: true }],
  [', resumable', { resumable: true }],
  [', jitted', { jit: 'all' }],
];

const spread = (length: number, arms: number) =>
  Array.from({ length }, (_, index) => (index * 7 + (index >> 3)) % arms);

/** Every arm in runs of one to five entries, in order. */
function runs(length: number, arms: number): number[] {
  const entries: number[] = [];
  for (let run = 0; entries.length < length; run++)
    for (let count = (run % 5) + 1; count > 0; count--) entries.push(run % arms);
  return entries.slice(0, length);
}

/** Entries, the arm of all others, and whether that is a string. */
const TABLES: [string, number[], number, boolean][] = [
  ['of a few entries', spread(20, 5), 3, false],
  ['of long runs', Array.from({ length: 2000 }, (_, index) => (index >> 4) % 9), 4, false],
  ['of many entries', spread(600, 9), 2, true],
  ['of as many arms as there are characters', spread(600, 43), 42, true],
  ['of more arms', spread(600, 44), 42, false],
  ['whose others are no entry', spread(600, 9), 9, true],
  // The arms 12, 13 and 14 are the characters <, = and >: the string has <=, ==, === and => in it.
  ['with runs that look like operators', runs(900, 43), 41, true],
  ['that is long and goes on with its loop', [...spread(300, 6), ...new Array<number>(40).fill(0)], 5, true],
];

describe.each(TABLES)('a branch table %s', (_, entries, otherwise, isString) => {
  it.each(FORMS)('leads where it should%s', async (_, options) => {
    const { files, text } = await filesOf(tableModule(entries, otherwise), options);
    // Functions for the compiler on the board have trees, and those that have no room for one are not given to it.
    expect(text.includes('.charCodeAt(')).toBe(isString && !text.includes('"jit"'));
    if (entries.length < 100) expect(text.includes('"jit"')).toBe(options.jit !== undefined);
    const { pick } = loadInNode('app', files);
    const { length } = entries;
    for (const index of [...entries.keys(), length, length + 1, 65536, 0x7fffffff, -0x80000000, -1])
      expect({ index, arm: pick(index) }).toEqual({ index, arm: arm(entries, otherwise, index) });
  });
});

const inEspruino = describe.skipIf(espruino === undefined);

inEspruino.each(TABLES)(`a branch table %s, in Espruino${reason},`, (_, entries, otherwise) => {
  it.each(architecture === 'ARM' ? FORMS : FORMS.slice(0, 3))('leads where it should%s', async (_, options) => {
    const { files } = await filesOf(tableModule(entries, otherwise), options);
    const { length } = entries;
    const indices = [...Array.from({ length: 40 }, (_, at) => Math.floor((at * length) / 40)), length - 1, length];
    indices.push(65536, 0x7fffffff, -0x80000000, -1);
    const program = `var app=require("app");[${indices}].forEach(function(i){print(app.pick(i))});quit();`;
    const found = printedByEspruino(writesOf(files), program);
    expect(found).toEqual(indices.map((index) => String(arm(entries, otherwise, index))));
  });
});
