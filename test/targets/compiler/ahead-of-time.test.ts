// Modules written as ES modules: they run where there is neither WebAssembly nor functions made from text.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { compileModule } from '../../../targets/node/index.js';
import { wat } from '../../core/wat.js';

const RUNTIME = fileURLToPath(new URL('../../../dist/translated.js', import.meta.url));

const SOURCE = `(module
  (import "host" "log" (func $log (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "\\01\\02\\03\\ff\\fe")
  (table funcref (elem $double $square))
  (func $double (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
  (func $square (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
  (func (export "apply") (param i32 i32) (result i32)
    (call $log (local.get 1))
    (call_indirect (param i32) (result i32) (local.get 1) (local.get 0)))
  (func (export "load") (param i32) (result i64) (i64.load (local.get 0)))
  (func $divide (export "divide") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1))))`;

const PROGRAM = `
delete globalThis.WebAssembly;
const { default: module } = await import('./module.mjs');
const logged = [];
const instance = module.instantiate({ host: { log: (value) => void logged.push(value) } });
const { apply, load, divide } = instance.exports();
const messageOf = (call) => { try { call(); } catch (error) { return error.message; } };
let forbidden = false;
try { new Function(''); } catch { forbidden = true; }
console.log(JSON.stringify([
  forbidden, apply(0, 21), apply(1, 12), logged, load(8).toString(16),
  messageOf(() => divide(1, 0)), messageOf(() => load(65530)), messageOf(() => apply(2, 1)),
]));
`;

it('modules run from their text', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ahead-of-time-'));
  try {
    writeFileSync(join(folder, 'module.mjs'), compileModule(wat(SOURCE), { dialect: 'node' }).toModule(RUNTIME));
    writeFileSync(join(folder, 'main.mjs'), PROGRAM);
    const flags = ['--disallow-code-generation-from-strings', join(folder, 'main.mjs')];
    const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
    expect(stderr).toBe('');
    const [forbidden, doubled, squared, logged, word, ...messages] = JSON.parse(stdout);
    expect([forbidden, doubled, squared, logged]).toEqual([true, 42, 144, [21, 12, 1]]);
    expect(word).toBe('feff030201');
    expect(messages[0]).toMatch(/^integer divide by zero in function 5 \(divide\) at byte \d+$/);
    expect(messages[1]).toBe('out of bounds memory access');
    expect(messages[2]).toMatch(/^undefined element in function 3/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('the text of a large module has at most three times its bytes, and a line for each function', () => {
  const bytes = readFileSync(
    fileURLToPath(new URL('../../../node_modules/wasm-media-encoders/wasm/mp3.wasm', import.meta.url)),
  );
  const { text, code } = compileModule(bytes, { dialect: 'node' });
  expect(text.length).toBeLessThan(3 * bytes.length);
  const heads = text.split('\n').filter((line) => line.startsWith('function f'));
  expect(heads).toHaveLength(code.functions.length - code.importedFunctions);
});
