// A bit that flips in a file of a program: the program does not start, or gives what it gave.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import type { BuildOptions } from '../../../targets/board/build.js';
import { buildProgram } from '../../../targets/board/build.js';
import type { StorageFile } from '../../../targets/board/image.js';
import { readModule } from '../../../targets/module/read-module.js';
import { amount } from '../../amount.js';
import { espruino, reason } from '../../sim/espruino.js';
import { type Flip, flipsOf, MODULE, RIGHT, resultInSimulator, USE, verdict } from './flipped-bits.js';
import { printedByEspruino, writesOf } from './program.js';

/** Writes each damaged file, starts the program, and prints what came of it. */
function trials(flips: readonly Flip[], use: string): string {
  return `var S = require("Storage"), counts = {};
    var trial = function () { Modules.removeAllCached(); try { ${use} return r; } catch (e) { return "refused"; } };
    var right = trial(); print(right);
    ${JSON.stringify(flips)}.forEach(function (flip) {
      var data = new Uint8Array(S.readArrayBuffer(flip[0])).slice(), mask = 1 << (flip[1] & 7);
      data[flip[1] >> 3] ^= mask;
      S.write(flip[0], data);
      var r = trial(), what = r === "refused" ? r : r === right ? "harmless" : "wrong: " + flip + " " + r;
      counts[what] = (counts[what] || 0) + 1;
      data[flip[1] >> 3] ^= mask;
      S.write(flip[0], data);
    });
    for (var what in counts) print(what, counts[what]);`;
}

/** The right result, and the kinds of what came of the flips. */
function kindsInSimulator(files: readonly StorageFile[], flips: readonly Flip[]): string[] {
  const right = resultInSimulator(files);
  return [right, ...new Set(flips.map((flip) => verdict(resultInSimulator(files, flip), right, flip)))];
}

const KINDS: [string, Partial<BuildOptions>][] = [
  ['translated', { tier: 'js' }],
  ['translated with fuel', { tier: 'js', fuel: true }],
  ['interpreted', { tier: 'interp' }],
];

/** Of bits, from one that flips to the next. */
const EVERY = amount(900, 450);

async function filesOf(options: Partial<BuildOptions>): Promise<StorageFile[]> {
  const sizes = { board: banglejs2, name: 'app', memoryBytes: 64, optimise: false };
  return (await buildProgram(readModule(MODULE), { ...sizes, ...options })).image.files;
}

describe('a flipped bit', () => {
  it.each(KINDS)('of a program that is %s changes no result in the simulator', async (_, options) => {
    const files = await filesOf(options);
    const [right, ...kinds] = kindsInSimulator(files, flipsOf(files, EVERY * 2));
    expect(right).toMatch(RIGHT);
    expect(kinds).toContain('refused');
    expect(kinds.filter((kind) => kind !== 'refused' && kind !== 'harmless')).toEqual([]);
  });

  it.skipIf(!espruino).each(KINDS)(
    `of a program that is %s changes no result in Espruino${reason}`,
    async (_, options) => {
      const files = await filesOf(options);
      const [right, ...lines] = printedByEspruino(writesOf(files), trials(flipsOf(files, EVERY), USE));
      // What Storage says when it is full of old versions.
      const counts = lines.filter((line) => !line.startsWith('Compacting'));
      expect(right).toMatch(RIGHT);
      expect(counts.join(' ')).toMatch(/^(?:(?:refused|harmless) \d+ ?)+$/);
    },
  );
});
