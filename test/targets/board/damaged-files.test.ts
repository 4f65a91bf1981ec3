// A bit that flips in a file of a program: the program does not start, or gives what it gave.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { SimulatedBoard, SimulationError } from '../../../sim/index.js';
import type { BuildOptions } from '../../../targets/board/build.js';
import { buildProgram } from '../../../targets/board/build.js';
import type { StorageFile } from '../../../targets/board/image.js';
import { readModule } from '../../../targets/module/read-module.js';
import { amount } from '../../amount.js';
import { wat } from '../../core/wat.js';
import { espruino, reason } from '../../sim/espruino.js';
import { printedByEspruino, writesOf } from './program.js';

/** It reads a file of each kind: data at the start and later, where it traps, what it charges. */
const MODULE = wat(`(module (memory 1) (data (i32.const 3) "abcdefgh") (data $later "xyz")
  (func $mix (param i32) (result i32) (local $sum i32)
    (loop (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (i32.load8_u (local.get 0))))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get $sum))
  (func (export "f") (param i32) (result i32)
    (memory.init $later (i32.const 20) (i32.const 0) (i32.const 3)) (call $mix (i32.const 24)) (i32.div_s (i32.const 100) (local.get 0))
    (i32.add)))`);

/** Prints a result, and the place of a trap. */
const USE = `var app = require("app"), r = app.f(7); try { app.f(0); } catch (e) { r += e.message; }`;

const RIGHT = /^-?\d+integer divide by zero in function 1 \(f\) at byte \d+$/;

/** The positions of the bits that flip. */
type Flip = [file: string, bit: number];

/** Every so many bits of each file. */
function flipsOf(files: readonly StorageFile[], every: number): Flip[] {
  return files
    .flatMap(({ name, bytes }) => {
      const count = Math.ceil((bytes.length * 8) / every);
      return Array.from({ length: count }, (_, index): Flip => [name, index * every + (index % Math.min(every, 8))]);
    })
    .filter(([name, bit]) => bit < files.find((file) => file.name === name)!.bytes.length * 8);
}

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

/** Counts results in the simulator, where text that Espruino cannot parse ends the run. */
function countedBySimulator(files: readonly StorageFile[], flips: readonly Flip[]): string[] {
  const resultOf = (flipped?: Flip) => {
    const board = new SimulatedBoard(banglejs2);
    for (const { name, bytes } of files) {
      const written = Uint8Array.from(bytes);
      if (flipped?.[0] === name) written[flipped[1] >> 3] ^= 1 << (flipped[1] & 7);
      board.storage.write(name, written);
    }
    try {
      board.run(`try { ${USE} } catch (e) { r = "refused"; } print(r);`);
      return board.output.trim();
    } catch (error) {
      if (error instanceof SimulationError) return 'refused';
      throw error;
    }
  };
  const right = resultOf();
  const kinds = flips.map((flip) => {
    const result = resultOf(flip);
    return result === right ? 'harmless' : result === 'refused' ? result : `wrong: ${flip} ${result}`;
  });
  return [right, ...new Set(kinds)];
}

const KINDS: [string, Partial<BuildOptions>][] = [
  ['translated', { tier: 'js' }],
  ['translated with fuel', { tier: 'js', fuel: true }],
  ['interpreted', { tier: 'interp' }],
];

/** Distance in bits from one flip to the next. */
const EVERY = amount(900, 450);

async function filesOf(options: Partial<BuildOptions>): Promise<StorageFile[]> {
  const sizes = { board: banglejs2, name: 'app', memoryBytes: 64, optimise: false };
  return (await buildProgram(readModule(MODULE), { ...sizes, ...options })).image.files;
}

describe('a flipped bit', () => {
  it.each(KINDS)('of a program that is %s changes no result in the simulator', async (_, options) => {
    const files = await filesOf(options);
    const [right, ...kinds] = countedBySimulator(files, flipsOf(files, EVERY * 2));
    expect(right).toMatch(RIGHT);
    expect(kinds).toContain('refused');
    expect(kinds.filter((kind) => kind !== 'refused' && kind !== 'harmless')).toEqual([]);
  });

  it.skipIf(!espruino).each(KINDS)(
    `of a program that is %s changes no result in Espruino${reason}`,
    async (_, options) => {
      const files = await filesOf(options);
      const [right, ...lines] = printedByEspruino(writesOf(files), trials(flipsOf(files, EVERY), USE));
      // Storage prints this when it is full of old versions.
      const counts = lines.filter((line) => !line.startsWith('Compacting'));
      expect(right).toMatch(RIGHT);
      expect(counts.join(' ')).toMatch(/^(?:(?:refused|harmless) \d+ ?)+$/);
    },
  );
});
