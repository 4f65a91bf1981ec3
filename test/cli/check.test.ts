// `tazzina check`: verdicts on modules for boards, budgets in engines, as lines and as JSON, with exit codes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kernelBytes } from '../../bench/kernels.js';
import { puckjs } from '../../boards/index.js';
import { budgetLines } from '../../cli/budget-text.js';
import { createCheckCommand } from '../../cli/check.js';
import { footprintBytes, small, tiny } from '../../src/index.js';
import { budgetOf } from '../../targets/budget/budget.js';
import { Verdict } from '../../targets/budget/verdict.js';
import { readModule } from '../../targets/module/read-module.js';
import { wat } from '../core/wat.js';

const written: string[] = ['', '', ''];
vi.mock('../../targets/node/streams.js', async (original) => ({
  ...(await original<object>()),
  writeAll: (descriptor: number, bytes: Uint8Array) => {
    written[descriptor] += Buffer.from(bytes).toString();
  },
}));

const boards = [
  { ...puckjs, name: 'minute', freeJsVars: 120, capacities: { ...tiny, codeWords: 100 } },
  { ...puckjs, name: 'little', freeJsVars: 300, capacities: tiny },
  { ...puckjs, name: 'roomy', capacities: { ...small, memoryBytes: 16384 } },
];
vi.mock('../../cli/configuration-file.js', async (original) => ({
  ...(await original<object>()),
  projectBoards: async () => boards,
}));
const [minute, little, roomy] = boards;
const adder = wat('(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))');

describe('a budget', () => {
  it('says that a module fits', () => {
    const budget = budgetOf('add.wasm', readModule(adder), little);
    expect(budget.verdict).toBe(Verdict.Fits);
    expect(budget.remedies).toEqual([]);
    expect(budget.rows.find(({ capacity }) => capacity === 'functions')).toMatchObject({ needed: 1, share: 1 / 32 });
  });

  it('says what is too small, why, and what helps', () => {
    const budget = budgetOf('vm.wasm', readModule(kernelBytes('vm')), minute);
    expect(budget.verdict).toBe(Verdict.DoesNotFit);
    const over = budget.rows.filter(({ verdict }) => verdict === Verdict.DoesNotFit).map(({ capacity }) => capacity);
    expect(over).toEqual(['memoryBytes', 'codeWords']);
    const text = [...budgetLines(budget), ...budget.remedies].join('\n');
    expect(text).toContain('memoryBytes: data and stack (top 9344) end at 9344');
    expect(text).toContain('-Wl,-z,stack-size=256: a smaller stack; its calls take at most 0 bytes');
    expect(text).toMatch(/--capacity codeWords=\d+: takes [\d,]+ bytes of RAM more/);
    expect(budgetOf('vm.wasm', readModule(kernelBytes('vm')), roomy).verdict).toBe(Verdict.Fits);
  });

  it('leaves open what recursion may take', () => {
    const budget = budgetOf('fib.wasm', readModule(kernelBytes('fib')), little);
    expect(budget.verdict).toBe(Verdict.MayFit);
    expect(budgetLines(budget).join('\n')).toContain('callDepth: along run > function 1; recursion adds to it');
  });

  it('lists imports that nothing provides', () => {
    const bytes = wat('(module (import "env" "fly" (func (param i32))))');
    const budget = budgetOf('fly.wasm', readModule(bytes), little);
    expect(budget).toMatchObject({ verdict: Verdict.DoesNotFit, missingImports: ['env fly: (i32)'] });
    expect(budgetLines(budget).join('\n')).toContain('imports that nothing provides:\n    env fly: (i32)');
  });

  it('divides the memory without a rest', () => {
    const { memory } = budgetOf('vm.wasm', readModule(kernelBytes('vm')), roomy);
    const parts = memory.slice(0, -1);
    const [all] = memory.slice(-1);
    expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(all.bytes);
    expect(all.available).toBe(footprintBytes(roomy.capacities));
    expect(parts.find(({ part }) => part === 'linear memory')!.bytes).toBe(9344);
  });

  it('counts the JsVars of every buffer, and the bytes of every section', () => {
    const { memory, jsVars, storage } = budgetOf('vm.wasm', readModule(kernelBytes('vm')), roomy);
    const parts = memory.slice(0, -1);
    expect(parts.reduce((sum, part) => sum + part.jsVars, 0)).toBe(jsVars.needed);
    expect(memory.slice(-1)[0].jsVars).toBe(jsVars.needed);
    expect(jsVars.free).toBe(puckjs.freeJsVars);
    expect(storage.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(kernelBytes('vm').length);
  });

  it('names boards that are large enough', () => {
    expect(budgetOf('vm.wasm', readModule(kernelBytes('vm')), minute, { boards }).remedies).toContain(
      '--board roomy: takes the module',
    );
  });

  it('refuses a module that is larger than Storage', () => {
    const full = { ...roomy, storage: { ...roomy.storage, bytes: 100 } };
    const budget = budgetOf('vm.wasm', readModule(kernelBytes('vm')), full);
    expect(budget.verdict).toBe(Verdict.DoesNotFit);
    expect(budget.remedies.join()).toContain('larger than Storage');
  });

  it('counts code as it is on the board', () => {
    // An address past the memory that the board has takes an instruction more.
    const bytes = wat('(module (memory 1) (func (export "f") (result i32) (i32.load offset=10000 (i32.const 0))))');
    const words = (board: (typeof boards)[0]) =>
      budgetOf('f', readModule(bytes), board).rows.find(({ capacity }) => capacity === 'codeWords')!.needed;
    expect(words(little)).toBeGreaterThan(words(roomy));
  });
});

describe('tazzina check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-check-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => vi.restoreAllMocks());
  beforeEach(() => written.fill(''));

  const file = (name: string, bytes: Uint8Array | string) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const add = file('add.wasm', adder);
  const vm = file('vm.wasm', kernelBytes('vm'));

  async function check(...words: string[]): Promise<number> {
    let exitCode = -1;
    const command = createCheckCommand((code) => {
      exitCode = code;
    });
    await command.parseAsync(words, { from: 'user' });
    return exitCode;
  }

  it('ends with 0 where all fit, with 1 where one does not', async () => {
    expect(await check(add, '--board', 'little')).toBe(0);
    expect(written[1]).toContain('add.wasm on little: fits');
    expect(await check(add, vm, '--board', 'little')).toBe(1);
    expect(written[1]).toContain('vm.wasm on little: does not fit');
  });

  it('goes on after a broken module', async () => {
    expect(await check(file('broken.wasm', 'no module'), add, '--board', 'little')).toBe(1);
    expect(written[2]).toContain('error:');
    expect(written[1]).toContain('add.wasm on little: fits');
  });

  it('refuses a board that there is not', async () => {
    expect(await check(add, '--board', 'none')).toBe(2);
    expect(await check(add)).toBe(2);
    expect(await check(add, '--board', 'little', '--all-boards')).toBe(2);
    expect(written[2]).toContain('boards: minute, little, roomy');
  });

  it('compares all boards', async () => {
    expect(await check(add, vm, '--all-boards')).toBe(1);
    const rows = written[1].trimEnd().split('\n');
    expect(rows.slice(1).map((row) => row.split(/\s{2,}/))).toEqual([
      ['minute', 'fits', '-'],
      ['little', 'fits', '-'],
      ['roomy', 'fits', 'fits'],
    ]);
  });

  it('compares many modules within 80 columns', async () => {
    const names = Array.from({ length: 30 }, (_, index) => file(`module-of-a-long-name-${index}.wasm`, adder));
    expect(await check(...names, vm, '--all-boards')).toBe(1);
    const lines = written[1].trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.slice(-2)).toEqual([
      expect.stringMatching(/-29\.wasm +\+ \+ \+$/),
      expect.stringMatching(/^vm\.wasm +- - \+$/),
    ]);
  });

  it('says first what the program takes of Storage, RAM and C stack, and then the verdict', async () => {
    await check(add, '--board', 'roomy');
    const lines = written[1].split('\n');
    expect(lines[0]).toMatch(/^Storage {2}[\d,]+ of 40,960 bytes$/);
    expect(lines[1]).toMatch(/^RAM {6}\d+ of 2,566 JsVars \(program \d+, memory \d+\); [\d,]+ free$/);
    expect(lines[2]).toMatch(/^C stack {2}[\d,]+ of 11,808 bytes; no recursion$/);
    expect(lines[3]).toMatch(/add\.wasm on roomy: fits$/);
    expect(written[1]).not.toContain('capacity');
  });

  it('prints capacities and the time of a slice where the module is interpreted', async () => {
    expect(await check(add, '--board', 'roomy', '--tier', 'interp')).toBe(0);
    expect(written[1]).toMatch(/^C stack {2}not used by calls\ntime {5}about 100 ms at once$/m);
    expect(written[1]).toMatch(/^ {2}functions +1 +\d+/m);
    expect(await check(add, '--board', 'roomy', '--runtime', 'full')).toBe(1);
    expect(written[1]).toContain('the Storage of roomy has 40960');
  });

  it('builds with the options of build, and refuses those that exclude each other', async () => {
    expect(await check(add, '--board', 'roomy', '--resumable')).toBe(0);
    expect(written[1]).toMatch(/^time {5}with \.async, about 100 ms at once$/m);
    expect(await check(add, '--board', 'roomy', '--tier', 'interp', '--fuel')).toBe(2);
    expect(await check(add, '--board', 'roomy', '--capacity', 'codeWords=10')).toBe(2);
    expect(await check(add, '--board', 'roomy', '--runtime', 'full', '--html', 'none.html')).toBe(2);
  });

  it('prints JSON', async () => {
    expect(await check(vm, '--board', 'minute', '--tier', 'interp', '--json')).toBe(1);
    const line = JSON.parse(written[1]) as Record<string, unknown>;
    expect(line).toMatchObject({ ok: false, board: 'minute', verdict: 'does not fit', layout: { staticEnd: 9344 } });
    expect(line.rows).toHaveLength(Object.keys(tiny).length);
  });
});
