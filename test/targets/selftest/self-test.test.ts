// The self-test of boards: on simulated ones and on the real interpreter nothing is wrong, and what is wrong is told.
import { afterEach, describe, expect, it } from 'vitest';
import { type Board, banglejs2, esp32, microbit2, puckjs } from '../../../boards/index.js';
import { SimulatedBoard } from '../../../sim/index.js';
import { GROUPS, type SelfTestOptions, selfTest, type WayResult } from '../../../targets/selftest/self-test.js';
import { EspruinoConnection } from '../../../targets/upload/espruino-connection.js';
import { architecture, espruino, reason } from '../../sim/espruino.js';
import { ConsoleConnection } from '../upload/console-connection.js';
import { RealBoard } from '../upload/real-board.js';

const simulated = (board: Board) => new ConsoleConnection(new SimulatedBoard(board));

const test = (board: Board, options: SelfTestOptions) =>
  selfTest(board, simulated(board), { most: 1, defrag: true, ...options });

const wrongOf = (results: readonly WayResult[]) =>
  results.flatMap(({ groups }) => Object.values(groups).flatMap(({ wrong }) => wrong));

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

describe('the self-test', () => {
  it('finds nothing wrong on a simulated Puck.js', async () => {
    const results = await test(puckjs, {});
    expect(results.map(({ name, why }) => [name, why])).toEqual(
      ['native', 'native, fuel', 'native, slices', 'js', 'js, slices', 'interp'].map((name) => [name, undefined]),
    );
    expect(wrongOf(results)).toEqual([]);
    for (const { name, groups } of results) {
      const own = GROUPS.filter((group) => group !== 'slices' || /slices|interp/.test(name));
      expect(Object.keys(groups)).toEqual(own);
      for (const { assertions } of Object.values(groups)) expect(assertions).toBeGreaterThan(1);
    }
  });

  it('finds nothing wrong where machine code is copied to RAM', async () => {
    const results = await test(banglejs2, { ways: ['native'] });
    expect(results.map(({ why }) => why)).toEqual([undefined]);
    expect(wrongOf(results)).toEqual([]);
  });

  it('tells what a board does not execute, and tests the rest', async () => {
    const [native, js] = await test(esp32, { ways: ['native', 'js'] });
    expect(native).toMatchObject({ groups: {}, why: expect.stringContaining('executes no machine code') });
    expect(js.why).toBeUndefined();
    expect(wrongOf([js])).toEqual([]);
  });

  it('tells operations that give other results, with their operands', async () => {
    const board = new SimulatedBoard(microbit2);
    const connection = new ConsoleConnection(board);
    const evaluate = connection.evaluate.bind(connection);
    // A board that divides by zero, and takes a name in vain.
    connection.evaluate = (expression) =>
      evaluate(
        expression.replace('r=f(o,A[i],B[j])', 'r=n=="i32"&&o==5&&!B[j]?0:n=="f64"&&o==2?[7,A[i][1]]:f(o,A[i],B[j])'),
      );
    const results = await selfTest(microbit2, connection, { most: 2, ways: ['native'] });
    expect(wrongOf(results).slice(0, 2)).toEqual([
      'i32.rem_s(0x00000000, 0x00000000): 0x00000000, expected integer divide by zero',
      'f64.mul(0x0000000000000000, 0x0000000000000000): 0x0000000000000007, expected 0x0000000000000000',
    ]);
  });

  it('ends where the board answers no more, and keeps what it found', async () => {
    const connection = simulated(puckjs);
    const results = await selfTest(puckjs, connection, {
      most: 1,
      ways: ['native', 'js'],
      progress: (_, group) => {
        if (group === 'stack') connection.linesUntilLost = connection.lines.length + 1;
      },
    });
    expect(results).toMatchObject([{ name: 'native', why: 'the connection was lost' }]);
    expect(Object.keys(results[0].groups)).toEqual([...GROUPS.slice(0, 7), 'stack']);
  });
});

describe(`the real interpreter${reason}`, () => {
  // Timers, which calls in slices need, end an emulated Espruino for ARM.
  const onArm = espruino?.includes('qemu') ? ['native', 'native, fuel', 'js'] : undefined;
  const ways = architecture === 'ARM' ? onArm : ['js', 'js, slices', 'interp'];

  it.skipIf(!espruino)('passes the self-test', async () => {
    const real = new RealBoard();
    opened.push(real);
    const port = await real.listen();
    await real.switchOn();
    const connection = await EspruinoConnection.open(`tcp://127.0.0.1:${port}`);
    opened.push(connection);
    const results = await selfTest({ ...banglejs2, ...real.facts }, connection, { most: 2, ways });
    console.log(results.map(({ name, why }) => `${name}: ${why ?? 'right'}`).join('\n'));
    expect(wrongOf(results)).toEqual([]);
    expect(results.filter(({ why }) => why !== undefined)).toEqual([]);
  });
});
