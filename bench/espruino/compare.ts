// Translated code beside hand-written JavaScript, in Espruino itself. Both run in one process, in turns; the figure is the
// ratio of their shortest times.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { banglejs2 } from '../../boards/index.js';
import { buildProgram } from '../../targets/board/build.js';

/** Each with its argument. */
const KERNELS: Record<string, number> = {
  gcd: 60,
  sieve: 1000,
  fib: 11,
  mandelbrot: 10,
  sort: 48,
  crc: 300,
  add64: 300,
  machine: 400,
};
const ROUNDS = 7;

/** From the root of the project, where npm runs it. */
const own = (name: string) => readFileSync(join('bench/espruino', name));

/** Ratios by kernel; `command` runs Espruino. */
export async function compareInEspruino(command: string): Promise<Record<string, number>> {
  const board = { ...banglejs2, callStackBytes: 60_000 };
  const { image } = await buildProgram(own('kernels.wasm'), { board, name: 'app', tier: 'js', memoryBytes: 8192 });
  const writes = image.files.map(({ name, bytes }) => {
    const text = Buffer.from(bytes).toString('base64');
    return `require("Storage").write(${JSON.stringify(name)}, atob("${text}"));`;
  });
  const { code } = transformSync(own('kernels.js').toString(), { minify: true, minifyIdentifiers: false });
  // As in a program from Storage: names are minified, and those of the functions are exported.
  const hand = `(function(){${code}return{${Object.keys(KERNELS).map((name) => `${name}:${name}`)}}})()`;
  const minified = transformSync(`H=${hand}`, { minify: true, target: 'es2015' }).code;
  const folder = mkdtempSync(join(tmpdir(), 'espruino-'));
  const file = join(folder, 'bench.js');
  writeFileSync(
    file,
    `require("Storage").eraseAll();
${writes.join('\n')}
require("Storage").write("hand", ${JSON.stringify(minified.trim().replace(/^H=/, 'module.exports='))});
var A = require("app"), H = require("hand"), k, r, t, a, h, x, y;
function time(f, n) { t = getTime(); r = f(n); return getTime() - t; }
function compare(k, n) {
  a = h = 1e9;
  for (var i = 0; i < ${ROUNDS}; i++) {
    a = Math.min(a, time(A[k], n)); x = r;
    h = Math.min(h, time(H[k], n)); y = r;
  }
  print("=" + k + " " + a / h + " " + x + " " + y);
}
${Object.entries(KERNELS)
  .map(([name, argument]) => `compare("${name}", ${argument});`)
  .join('\n')}
quit();
`,
  );
  const [program, ...more] = command.split(' ');
  // Espruino for Linux ends with code 1.
  const { stdout } = spawnSync(program, [...more, file], { cwd: folder, timeout: 280_000 });
  const output = stdout.toString('latin1');
  rmSync(folder, { recursive: true });
  const ratios: Record<string, number> = {};
  for (const [, name, ratio, translated, written] of output.matchAll(/=(\w+) (\S+) (\S+) (\S+)/g)) {
    if (translated !== written) throw new Error(`${name} gives ${translated} and ${written}`);
    ratios[name] = Number(ratio);
  }
  if (Object.keys(ratios).length === 0)
    throw new Error(`nothing was compared: ${output.trim().split('\n').slice(-8).join('\n')}`);
  return ratios;
}

export function formatRatios(ratios: Record<string, number>): string {
  const values = Object.values(ratios);
  const mean = Math.exp(values.reduce((sum, each) => sum + Math.log(each), 0) / values.length);
  const rows = [...Object.entries(ratios), ['geometric mean', mean] as const];
  return rows.map(([name, ratio]) => `${name.padEnd(16)}${ratio.toFixed(2).padStart(6)}\n`).join('');
}
