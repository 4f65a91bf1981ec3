// Errors that programs throw, and the stack traces that they have: as in the table of what Espruino 2v29 prints.

import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';
import { espruino, printedByEspruino, reason } from './espruino.js';
import { columns, programs } from './stack-traces.js';

function simulated(program: string): string {
  const board = new SimulatedBoard(banglejs2, { allow: ['negative index'] });
  board.run(program);
  board.runUntilIdle(1000);
  return board.output;
}

/** Without spaces at the ends of lines, and without what Espruino for Linux adds when it ends. */
function comparable(output: string): string {
  return output
    .replaceAll('>\x1b[J', '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n+>?$/, '')
    .replace(/\nUncaught undefined$/, '')
    .trimStart();
}

/** All statements in one program. */
const statements = `var u, s = "abc", o = {};
function t(f) { try { f(); } catch (e) { print(e.stack.split("\\n")[0]); } }
${columns.map(([statement]) => `t(function () { ${statement} });`).join('\n')}`;
const places = columns.map(([, column]) => `    at f (:1:${column})`).join('\n');

/** Espruino 2v29.277 and later print no lines of the program. */
const version = espruino ? printedByEspruino('print(process.version);quit()').trim() : '';
const withoutLines = version && version !== '2v29' ? `: ${version} prints other lines than 2v29` : reason;

describe('a stack trace of the simulator', () => {
  it('has the position of the token that Espruino has read last', () => {
    expect(comparable(simulated(statements))).toBe(places.trimStart());
  });

  it.each(programs)('shows %s', (_, program, printed) => {
    expect(comparable(simulated(program))).toBe(comparable(printed));
  });

  it('has positions in the file, of a program in Storage', () => {
    const board = new SimulatedBoard(banglejs2);
    board.storage.write('a', Buffer.from('function f(a) {\n  return a.b.c;\n}\n f({});'));
    board.load('a');
    expect(comparable(board.output)).toBe(
      "Uncaught Error: Can't read property 'c' of undefined\n" +
        '    at f (a:2:13)\na.b.c;\n   ^\n    at a (a:4:6)\n f({});\n     ^',
    );
  });

  it('asks no function of the program', () => {
    const program = 'Error = { prepareStackTrace: print }; try { null.x } catch (e) { print(typeof e.stack) }';
    expect(simulated(program)).toBe('string\n');
  });
});

describe.skipIf(withoutLines !== '')(`a stack trace of Espruino${withoutLines}`, () => {
  it('has the same positions', () => {
    expect(comparable(printedByEspruino(statements))).toBe(places.trimStart());
  });

  it.each(programs)('shows %s', (_, program, printed) => {
    expect(comparable(printedByEspruino(program))).toBe(comparable(printed));
  });
});
