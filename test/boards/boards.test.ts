// Every board: facts that agree with each other, and capacities that fit.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { callStackBytes } from '../../boards/call-stack.js';
import { configuredBoards } from '../../boards/configuration.js';
import * as everything from '../../boards/index.js';
import { boards, findBoard, jsVarsOfFootprint, UnknownNameError } from '../../boards/index.js';
import { Engine, footprintBytes } from '../../src/index.js';

describe.each(boards.map((board) => [board.name, board] as const))('%s', (_, board) => {
  const { capacities, jsVars, storage } = board;

  it('has an engine of the size that its capacities say', () => {
    expect(new Engine(capacities).allocatedBytes).toBe(footprintBytes(capacities));
  });

  it('leaves half of the free JsVars, and no more than a hundredth above', () => {
    const taken = jsVarsOfFootprint(capacities, board);
    expect(taken).toBeLessThanOrEqual(board.freeJsVars / 2);
    expect(taken).toBeGreaterThan((board.freeJsVars / 2) * 0.99 - 1);
  });

  it('has facts that agree', () => {
    expect(board.freeJsVars).toBeLessThan(jsVars.count);
    expect(jsVars.count * jsVars.bytes).toBeLessThan(board.ram);
    expect(footprintBytes(capacities)).toBeLessThan((jsVars.count * jsVars.bytes) / 2);
    expect(board.clock).toBeGreaterThanOrEqual(16_000_000);
    expect(board.clock).toBeLessThanOrEqual(240_000_000);
    expect(storage.bytes % 1024).toBe(0);
    if (board.flash !== undefined && storage.location === 'internal') expect(storage.bytes).toBeLessThan(board.flash);
    if (storage.executableInPlace) expect(board.nativeCalls).toBe(true);
    if (board.nativeCalls) expect(board.core).toMatch(/^cortex-/);
  });

  it('says where its facts are from, and nothing of others', () => {
    const facts = [
      ...[
        'firmware',
        'chip',
        'core',
        'clock',
        'ram',
        'jsVars.count',
        'jsVars.bytes',
        'freeJsVars',
        'cStack',
        'modules',
      ],
      ...['storage.bytes', 'storage.location', 'storage.executableInPlace', 'nativeCalls'],
      ...(board.flash === undefined ? [] : ['flash']),
      ...(board.missing.length === 0 ? [] : ['missing']),
    ];
    expect([...new Set(board.sources.map(({ fact }) => fact))].sort()).toEqual(facts.sort());
    for (const { where } of board.sources) expect(where.length).toBeGreaterThan(5);
  });

  it('is found by its name and its firmware, and exported', () => {
    expect(findBoard(board.name)).toBe(board);
    expect(findBoard(board.firmware)).toBe(board);
    expect(findBoard(board.name.toUpperCase().replaceAll('_', '-'))).toBe(board);
    expect((everything as Record<string, unknown>)[board.name]).toBe(board);
  });
});

describe('the C stack', () => {
  it('is what the linked firmware has, of an upper bound a part, less what the interpreter keeps', () => {
    expect(callStackBytes(findBoard('pixljs'))).toBe(7688 - 512);
    expect(callStackBytes(findBoard('mdbt42q'))).toBe(7672 - 512);
    expect(callStackBytes(findBoard('microbit2'))).toBe(20_000 - 512);
  });

  it('is that of the model for a board of the configuration', () => {
    const all = configuredBoards({ boards: [{ name: 'watch', extends: 'banglejs2' }] }, boards);
    expect(callStackBytes(all.at(-1)!)).toBe(callStackBytes(findBoard('banglejs2')));
  });
});

it('no board has the compiler whose chip does not execute its code', () => {
  expect(findBoard('nrf54l15dk').missing).toContain('"jit"');
});

describe('the boards', () => {
  it('have names and firmwares of their own, in files of that name', () => {
    expect(new Set(boards.map(({ name }) => name)).size).toBe(boards.length);
    expect(new Set(boards.map(({ firmware }) => firmware)).size).toBe(boards.length);
    const files = readdirSync(fileURLToPath(new URL('../../boards', import.meta.url)));
    expect(files).toEqual(expect.arrayContaining(boards.map(({ name }) => `${name}.ts`)));
  });

  it('are not found by a wrong name, but suggested', () => {
    const nearest = (name: string) => {
      try {
        findBoard(name);
      } catch (error) {
        if (error instanceof UnknownNameError) return error.nearest;
      }
      return undefined;
    };
    expect(nearest('pukjs')).toEqual(['puckjs']);
    expect(nearest('microbit')).toEqual(['microbit1', 'microbit2']);
    expect(nearest('wifi')).toEqual(['espruino_wifi']);
    expect(nearest('arduino-mega')).toEqual([]);
    expect(nearest('')).toEqual([]);
    expect(() => findBoard('pukjs')).toThrow(/did you mean puckjs\?\nboards: banglejs, .*, nrf54l15dk$/);
  });
});
