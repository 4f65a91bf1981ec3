// Drawings of the class Graphics, pixel for pixel: the simulator and, if there is one, Espruino, each against the table.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';
import { type Drawing, drawings } from './drawings.js';
import { espruino, printedByEspruino, reason } from './espruino.js';

/** Prints the bytes of each drawing on a line. */
const programOf = (drawn: readonly Drawing[]) =>
  drawn
    .map(({ canvas, calls }) => `var g = Graphics.createArrayBuffer(${canvas}); g.${calls}; print(btoa(g.buffer));`)
    .join('\n');

function check(drawn: readonly Drawing[], output: string): void {
  const lines = output.split('\n');
  const found: Drawing[] = drawn.map((drawing, at) => ({ ...drawing, bytes: lines[at] }));
  expect(found).toEqual(drawn);
}

describe('a drawing', () => {
  it('has the pixels that Espruino draws', () => {
    const board = new SimulatedBoard(banglejs2);
    board.run(programOf(drawings));
    check(drawings, board.output);
  });

  it('of a text in the vector font is refused, since its outlines are not simulated', () => {
    const board = new SimulatedBoard(banglejs2);
    board.run('Graphics.createArrayBuffer(8, 8, 1).setFont("Vector", 20).drawString("x", 0, 0);');
    expect(board.output).toContain('Uncaught Error: the font Vector is not simulated\n');
  });

  it('on the screen is one on any canvas', () => {
    const calls = 'clear(1).setFont("6x8").setFontAlign(0, 0).drawString("Hi", 88, 88).fillCircle(20, 20, 9)';
    const board = new SimulatedBoard(banglejs2);
    board.run(`g.setTheme({ fg: '#fff', bg: '#000' }).${calls}; var other = Graphics.createArrayBuffer(176, 176, 16); other.${calls};
      print(g instanceof Graphics, g.asImage("string") === other.asImage("string"), g.getBPP());`);
    expect(board.output).toBe('true true 16\n');
    expect(board.display!.texts).toEqual([{ text: 'Hi', x: 88, y: 88, color: 0xffff }]);
  });

  it('goes to the functions of the program', () => {
    const board = new SimulatedBoard(banglejs2);
    board.run(`var g = Graphics.createCallback(8, 8, 1, {
      setPixel: (x, y, c) => print(x, y, c),
      fillRect: (a, b, c, d, e) => print(a, b, c, d, e)
    });
    g.setPixel(1, 2).fillRect(0, 0, 9, 3);`);
    expect(board.output).toBe('1 2 1\n0 0 7 3 1\n');
  });
});

describe(`Espruino${reason}`, () => {
  it.skipIf(!espruino)('draws the same', () => {
    const output = printedByEspruino(programOf(drawings));
    check(drawings, output.slice(output.indexOf(drawings[0].bytes)));
  });
});
