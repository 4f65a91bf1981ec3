// Names that a program cannot have on a board, and what the command line offers for them.
import { describe, expect, it } from 'vitest';
import { isFirmwareGlobal, isReservedWord } from '../../../boards/firmware-globals.js';
import { boards, findBoard } from '../../../boards/index.js';
import { BuildError } from '../../../targets/board/build-error.js';
import { checkProgramName, programVariable } from '../../../targets/board/program-name.js';
import { espruino, reason, runInEspruino } from '../../sim/espruino.js';

function refusalOf(name: string, board = 'banglejs2'): string {
  try {
    checkProgramName(name, findBoard(board));
    return '';
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    expect(error.notes.join()).toContain('--name app');
    return error.message;
  }
}

describe('a program', () => {
  it.each(['timer', 'Storage', 'crypto', 'locale', 'Layout'])(
    'is not called as the module %s of the firmware',
    (name) => {
      expect(refusalOf(name)).toMatch(/is a module of the firmware of banglejs2/);
    },
  );

  it('may be called as a module of another board', () => {
    expect(refusalOf('fs')).toMatch(/is a global/);
    expect(refusalOf('tls', 'puckjs')).toBe('');
    expect(refusalOf('tls', 'espruino_wifi')).toMatch(/is a module/);
  });

  it.each(['print', 'JSON', 'E', 'require', 'process', 'g', 'LED1', 'A5', 'D13', 'Bangle'])(
    'does not take the place of the global %s',
    (name) => expect(refusalOf(name)).toMatch(/is a global of Espruino/),
  );

  it.each(['if', 'class', 'of', 'this', 'undefined', '__proto__'])('is not called by the reserved word %s', (name) => {
    expect(refusalOf(name)).toMatch(/is a reserved word/);
  });

  it.each(['my app', 'größe', '', 'a.b', 'x'.repeat(21)])('is not called %j', (name) => {
    expect(refusalOf(name)).toMatch(/cannot be the name of a program/);
  });

  it('is called by other names, and started in a variable of that name', () => {
    for (const name of ['app', 'E1-x', 'printer', 'my-timer', '2048', 'If']) expect(refusalOf(name)).toBe('');
    expect(['my-timer', '2048'].map(programVariable)).toEqual(['my_timer', '_2048']);
  });
});

it.skipIf(!espruino)(`all modules and globals of Espruino are known${reason}`, () => {
  const { printed } = runInEspruino('print(process.env.MODULES); print(Object.getOwnPropertyNames(global).join());');
  const modules = new Set(boards.flatMap((board) => board.modules));
  expect(printed[0].split(',').filter((name) => !modules.has(name))).toEqual([]);
  expect(printed[1].split(',').filter((name) => !isFirmwareGlobal(name) && !isReservedWord(name))).toEqual([]);
});
