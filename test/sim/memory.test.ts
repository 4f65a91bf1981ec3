// Tests the JsVars of values against sizes that the real interpreter reported, and against the interpreter itself if it is here.
import { describe, expect, it } from 'vitest';
import { esp32 } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';
import { architecture, espruino, reason, runInEspruino } from './espruino.js';

/** With JsVars of 14 bytes: expressions, and what E.getSizeOf says of them. */
const sizes: [expression: string, jsVars: number][] = [
  ['1.5', 1],
  ['""', 1],
  ['"0123456789012345678901234567890123456789"', 5],
  ['[]', 1],
  ['[1,2,3,1000000,1.5,"abc",true,null,undefined,-1]', 15],
  ['{a:1,b:2,c:3,d:4,e:5,f:6,g:7,h:8,i:9,j:1}', 11],
  ['{aaaaaaaaaaa:1.5,b:2}', 5],
  ['{abcd:"x",abcde:"y",abcdefghijklmnop:"z"}', 10],
  ['{a:40000,b:8000,c:9000,d:16383,e:-8192,f:-8193}', 11],
  ['{a:{b:1}}', 4],
  ['new Uint8Array(4096)', 296],
  ['new Float64Array(2)', 4],
  ['new ArrayBuffer(8)', 2],
  ['()=>1', 3],
  ['function(){}', 1],
  ['function(a,b){return a+b}', 5],
];

const printed = (expression: string) => `print(E.getSizeOf(${expression}))`;

describe('the account', () => {
  it.each(sizes)('%s', (expression, jsVars) => {
    const board = new SimulatedBoard(esp32);
    board.run(printed(expression));
    expect(board.output).toBe(`${jsVars}\n`);
  });

  it('gives back what is no longer reached', () => {
    const board = new SimulatedBoard(esp32);
    board.run('var before = process.memory().usage; var a = new Uint8Array(4096);');
    const full = board.usedJsVars;
    board.run('a = 0;');
    expect(full - board.usedJsVars).toBe(296);
  });

  it('counts no data of files in Storage', () => {
    const program = `require("Storage").write("data", new Uint8Array(4096));
      var before = 0, view, a = 0; before = process.memory().usage; before = process.memory().usage;
      view = new Uint8Array(require("Storage").readArrayBuffer("data"));
      a = process.memory().usage - before; print(a);`;
    const board = new SimulatedBoard(esp32);
    board.run(program);
    expect(board.output).toBe('3\n');
    if (espruino) expect(runInEspruino(`require("Storage").eraseAll();${program}`).printed).toEqual(['3']);
  });

  it('counts no characters of texts that Storage gives', () => {
    const program = `var s = require("Storage"), t = ""; for (var i = 0; i < 20; i++) t += "01234567 9";
      s.write("text", " " + t + " "); var f = s.read("text");
      print(E.getSizeOf(f), E.getSizeOf(s.read("text", 3, 60)), E.getSizeOf({ a: f }), E.getSizeOf(t + "!"));`;
    const board = new SimulatedBoard(esp32);
    board.run(program);
    expect(board.output).toBe('1 1 3 21\n');
    // Built for x86, a JsVar has more bytes.
    if (architecture === 'ARM' && espruino)
      expect(runInEspruino(`require("Storage").eraseAll();${program}`).printed).toEqual(['1 1 3 21']);
  });

  it('sees what only a closure or a timer holds', () => {
    const board = new SimulatedBoard(esp32);
    const before = board.usedJsVars;
    board.run('(function () { var a = new Uint8Array(4096); setTimeout(() => a[0], 100); })();');
    expect(board.usedJsVars - before).toBeGreaterThan(296);
    board.runUntilIdle();
    expect(board.usedJsVars).toBe(before);
  });

  it('counts text in RAM, and none in Storage', () => {
    const text = `function f() { return "${'x'.repeat(1000)}"; }`;
    const [inRAM, inStorage] = [false, true].map((inStorage) => {
      const board = new SimulatedBoard(esp32);
      board.run(text, { inStorage });
      return board.usedJsVars;
    });
    expect(inRAM - inStorage).toBeGreaterThan(70);
  });
});

describe(`the real interpreter${reason}`, () => {
  // Another size of JsVars gives other counts.
  it.skipIf(!espruino?.includes('arm')).each(sizes)('%s', (expression, jsVars) => {
    expect(runInEspruino(printed(expression)).printed).toEqual([String(jsVars)]);
  });
});
