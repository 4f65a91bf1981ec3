// `tazzina check --html`: the page that it writes, and what it refuses.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { kernelBytes } from '../../bench/kernels.js';
import { createCheckCommand } from '../../cli/check.js';
import { wat } from '../core/wat.js';

const written: string[] = ['', '', ''];
vi.mock('../../targets/node/streams.js', async (original) => ({
  ...(await original<object>()),
  writeAll: (descriptor: number, bytes: Uint8Array) => {
    written[descriptor] += Buffer.from(bytes).toString();
  },
}));

async function check(...words: string[]): Promise<number> {
  let exitCode = -1;
  const command = createCheckCommand((code) => {
    exitCode = code;
  });
  await command.parseAsync(words, { from: 'user' });
  return exitCode;
}

describe('tazzina check --html', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-check-report-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(() => written.fill(''));
  const file = (name: string) => join(folder, name);
  const fib = file('fib.wasm');
  const growing = file('growing.wasm');
  writeFileSync(fib, kernelBytes('fib'));
  writeFileSync(growing, wat('(module (memory 1) (func (export "f") (drop (memory.grow (i32.const 1)))))'));

  it('writes a page with all modules, beside what it prints', async () => {
    const page = file('report.html');
    expect(await check(fib, growing, '--board', 'puckjs', '--html', page)).toBe(1);
    const text = readFileSync(page, 'utf8');
    expect(text).toContain('<title>2 modules on Puck.js</title>');
    expect(text.match(/<article/g)).toHaveLength(2);
    expect(written[1]).toContain('growing.wasm on puckjs: does not fit');
    expect(written[1]).toContain(`The report is in ${page}`);
  });

  it('leaves the JSON alone, and the exit code', async () => {
    expect(await check(fib, '--board', 'puckjs', '--json', '--html', file('other.html'))).toBe(0);
    expect(written[1].trimEnd().split('\n')).toHaveLength(1);
    expect(readFileSync(file('other.html'), 'utf8')).toContain('fib.wasm on Puck.js');
  });

  it('says why it cannot be written', async () => {
    expect(await check(fib, '--board', 'puckjs', '--html', file('none/report.html'))).toBe(1);
    expect(written[2]).toContain('error: cannot write ');
  });

  it('is for one board', async () => {
    expect(await check(fib, '--all-boards', '--html', file('none.html'))).toBe(2);
    expect(await check(fib, '--board', 'puckjs', '--tune', 'run.json', '--html', file('none.html'))).toBe(2);
    expect(() => readFileSync(file('none.html'))).toThrow('ENOENT');
  });
});
