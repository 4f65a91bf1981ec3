// JsVars of buffers: against figures from Espruino, and against Espruino itself where env ESPRUINO names it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { boards } from '../../boards/index.js';
import { dataJsVars, jsVarLayout, jsVarsOf, jsVarsOfFootprint } from '../../boards/js-vars.js';
import { footprint, tiny } from '../../src/index.js';

/** Objects and views of one engine, beside its buffers. */
const ENGINE_JS_VARS = 600;
const SIZES = [8, 12, 13, 16, 20, 27, 28, 36, 37, 54, 55, 100, 1000, 4096, 10000];
/** JsVars of Uint8Arrays of these sizes, as Espruino 2v29 for 64-bit Linux with 16,000 JsVars of 18 bytes reports. */
const RECORDED = [3, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 9, 59, 231, 559];

describe('a JsVar', () => {
  it('has the size that Espruino documents for so many', () => {
    // The table in boards/ESP32.py, and the comments in src/jsutils.h.
    const documented = [254, 1023, 1024, 2047, 2048, 4095, 4096, 8191, 8192, 16383];
    expect(documented.map((count) => jsVarLayout(count).bytes)).toEqual([12, 12, 12, 12, 13, 13, 13, 13, 14, 14]);
    expect(() => jsVarLayout(16384)).toThrow('16384');
  });

  it('always holds a number of 8 bytes', () => {
    for (const count of [254, 1023, 2047, 4095, 8191, 16383]) {
      const { bytes, first, further } = jsVarLayout(count);
      expect(first).toBeGreaterThanOrEqual(8);
      expect(further).toBeGreaterThanOrEqual(first);
      expect(further).toBeLessThanOrEqual(bytes - 2);
    }
  });
});

describe('a buffer', () => {
  it('takes the JsVars that were counted at 14 bytes each', () => {
    // 4,096 bytes are 293 of them, with a header, the ArrayBuffer and the view.
    expect(jsVarsOf(4096, { jsVars: { count: 12000, bytes: 14 } })).toBe(296);
  });

  it('takes what Espruino has reported', () => {
    const layout = jsVarLayout(16000, 8);
    expect(layout.bytes).toBe(18);
    expect(SIZES.map((size) => 2 + dataJsVars(size, layout))).toEqual(RECORDED);
  });

  const espruino = process.env.ESPRUINO;
  it.skipIf(!espruino)(`takes what Espruino reports${espruino ? '' : ': env ESPRUINO names none'}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'tazzina-js-vars-'));
    const script = join(folder, 'count.js');
    writeFileSync(
      script,
      `var a,n=0,r=[];function u(){return process.memory().usage}
      function t(s){n=u();a=new Uint8Array(s);n=u()-n;a=undefined;return n}
      t(4);var b=t(4)-3;
      r=${JSON.stringify(SIZES)}.map(function(s){return t(s)-b});
      print("COUNTS"+JSON.stringify({counts:r,total:process.memory().total,bytes:process.memory().blocksize}));`,
    );
    const { stdout } = spawnSync('sh', ['-c', `${espruino} "$0"`, script], { encoding: 'utf8', timeout: 600_000 });
    rmSync(folder, { recursive: true });
    const reported = JSON.parse(/COUNTS(\{.*\})/.exec(stdout)![1]) as {
      counts: number[];
      total: number;
      bytes: number;
    };
    // With addresses of 32 or of 64 bits.
    const layout = [4, 8]
      .map((pointer) => jsVarLayout(reported.total, pointer))
      .find(({ bytes }) => bytes === reported.bytes)!;
    expect(reported.counts).toEqual(SIZES.map((size) => 2 + dataJsVars(size, layout)));
  });

  it('never takes fewer when it is larger', () => {
    for (const board of boards)
      for (let bytes = 1; bytes < 300; bytes++)
        expect(jsVarsOf(bytes, board)).toBeGreaterThanOrEqual(jsVarsOf(bytes - 1, board));
  });
});

describe('a footprint', () => {
  it('is summed by buffer, of which each has a header and a last JsVar of its own', () => {
    for (const board of boards) {
      const rows = footprint(tiny);
      const least = rows.reduce((sum, { bytes }) => sum + bytes, 0) / board.jsVars.bytes;
      const count = jsVarsOfFootprint(tiny, board);
      expect(count).toBe(rows.reduce((sum, { bytes }) => sum + jsVarsOf(bytes, board), 0));
      expect(count).toBeGreaterThan(least + 2 * rows.length);
      expect(count).toBeLessThan(least + 4 * rows.length);
    }
  });
});

// An engine on Espruino 2v29 for 32-bit ARM with 14 bytes a JsVar: what `new Engine(capacities)` took of process.memory().
it.each([
  ['tiny', tiny, 1481],
  ['tiny with more', { ...tiny, codeWords: 8192, memoryBytes: 8192, valueSlots: 512 }, 4149],
])('of %s and the objects of an engine are within 5 % of what Espruino reports', (_, capacities, reported) => {
  const board = { jsVars: { count: 12000, bytes: 14 } };
  const estimate = jsVarsOfFootprint(capacities, board) + ENGINE_JS_VARS;
  expect(Math.abs(estimate / reported - 1)).toBeLessThan(0.05);
});
