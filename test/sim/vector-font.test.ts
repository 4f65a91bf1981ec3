// A vector font whose outlines come from a file with the tables of Espruino's.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../boards/index.js';
import { readOutlines, SimulatedBoard } from '../../sim/index.js';

/** The source of a font with one character, `!`: a rectangle from column 1 to 5 and row 2 to 6 of a grid of 13 columns. */
const source = `
const uint8_t vfFirstChar = 33;
static const uint8_t vfPolyVerts[] IN_FLASH = {
  27,31,83,79, };
static const uint8_t vfPolyLengths[] = { 4, };
static const uint8_t vfCharPolys[] = { 0 };
static const uint8_t vfCharLengths[] = { 1 };`;

function drawn(program: string, options = { vectorFont: readOutlines(source) }): string {
  const board = new SimulatedBoard(banglejs2, options);
  board.run(`var g = Graphics.createArrayBuffer(8, 8, 8); ${program}`);
  return board.output.trim();
}

const SHOW = 'for (var y = 0; y < 8; y++) print(new Uint8Array(g.buffer, y * 8, 8).join(""));';

describe('a vector font with outlines', () => {
  it('is drawn in its size', () => {
    const lines = drawn(`g.setColor(1).setFontVector(16).drawString("!", 0, 0); ${SHOW}`).split('\n');
    expect(lines.slice(0, 6)).toEqual(['01111000', '01111000', '01111000', '01111000', '00000000', '00000000']);
  });

  it('has widths of its characters, and half its size for others', () => {
    expect(drawn('g.setFontVector(16); print(g.stringWidth("!"), g.stringWidth(" "), g.getFontHeight());')).toBe(
      '7 8 16',
    );
  });

  it('wraps texts', () => {
    expect(drawn('g.setFontVector(16); print(g.wrapString("!! !!", 20).length);')).toBe('2');
  });
});

describe('a vector font without outlines', () => {
  it('is an error where it would be drawn', () => {
    const program = 'g.setFontVector(16); try { g.drawString("!") } catch (e) { print(e.message) }';
    expect(drawn(program, {} as never)).toBe('the font Vector is not simulated');
  });
});

describe('a file without the tables', () => {
  it('is told', () => {
    expect(() => readOutlines('int a;')).toThrow('there is no vfFirstChar in it');
  });
});
