// Typed programs on boards: values of every type as arguments, results and those of imports, on each tier; in the simulator, and in
// Espruino itself.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Board, banglejs2 } from '../../../boards/index.js';
import { typedImportsFor } from '../../../cli/typed-interface.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import { stringLiteral } from '../../../targets/board/program-parts.js';
import { bindModule } from '../../../targets/interfaces/bind.js';
import { readWit } from '../../../targets/interfaces/wit/read-wit.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { architecture, espruino, reason } from '../../sim/espruino.js';
import { echoModule } from '../interfaces/echo-module.js';
import { DECLARATIONS, TYPED_VALUES } from '../interfaces/typed-values.js';
import { printedByEspruino, printedBySimulator, writesOf } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'tazzina-typed-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Given {
  wat: string;
  wit: string;
  /** The user's JavaScript. */
  host?: string;
}

let files = 0;

async function typedProgram(given: Given, options: Partial<BuildOptions> = {}, board: Board = banglejs2) {
  const file = join(folder, `host${files++}.js`);
  writeFileSync(file, given.host ?? '');
  const read = readModule(wat(given.wat));
  const bound = bindModule(read, readWit([{ name: 'app.wit', text: given.wit }]));
  const imports = await typedImportsFor(board, given.host === undefined ? undefined : file, bound);
  return buildProgram(read, { board, name: 'app', tier: 'js', ...imports, ...options });
}

/** What a program that requires `app` prints, in each interpreter. */
async function printed(given: Given, text: string, options: Partial<BuildOptions> = {}): Promise<string[][]> {
  const { image } = await typedProgram(given, options);
  const written = writesOf(image.files);
  const isMachineCode = options.tier === 'native' && architecture !== 'ARM';
  const inSimulator = printedBySimulator(written, text);
  return espruino === undefined || isMachineCode ? [inSimulator] : [inSimulator, printedByEspruino(written, text)];
}

/** A value as Espruino's JavaScript: text is its bytes, a 64-bit integer the pair of its words. */
function literal(value: unknown): string {
  if (typeof value === 'string') return stringLiteral(value);
  if (typeof value === 'bigint')
    return `[${Number(BigInt.asIntN(32, value))},${Number(BigInt.asIntN(32, value >> 32n))}]`;
  if (ArrayBuffer.isView(value)) return `new ${value.constructor.name}([${value}])`;
  if (Array.isArray(value)) return `[${value.map(literal)}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value).map(([key, each]) => `${key}:${literal(each)}`)}}`;
  return String(value);
}

/** On the board. Firmware with Unicode strings has them where others have bytes. */
const SAME = `function bytes(text) { return E.fromUTF8(text) || text; }
function same(a, b) {
  if (typeof a == "string") return typeof b == "string" && bytes(a) == bytes(b);
  if (typeof a != "object") return a === b;
  if (typeof b != "object") return false;
  if (a.length !== b.length) return false;
  for (var key in a) if (!same(a[key], b[key])) return false;
  return true;
}`;

const TIERS: [string, Partial<BuildOptions>][] = [
  ['translated', { tier: 'js' }],
  ['translated, in slices', { tier: 'js', resumable: true }],
  ['machine code', { tier: 'native' }],
  ['interpreted', { tier: 'interp' }],
];

describe(`values of every type on boards${reason}`, () => {
  const echo = echoModule(
    TYPED_VALUES.map(([type]) => type),
    DECLARATIONS,
  );
  const host = TYPED_VALUES.map((_, at) => `export const give${at} = (value) => value;`).join('\n');
  const text = TYPED_VALUES.flatMap(([type, values], at) =>
    values.map(
      (value) =>
        `app.reset(); value = ${literal(value)}; result = app.echo${at}(value);` +
        `if (!same(value, result)) print("${type}", JSON.stringify(value), JSON.stringify(result));`,
    ),
  ).join('\n');
  const wit = echo.wit.replace(/\}\s*$/, '  export reset: func();\n}\n');

  it.each(TIERS)('come back as they were: %s', async (_, options) => {
    const program = `${SAME}\nvar app = require("app"), value, result;\n${text}\nprint("done");`;
    for (const each of await printed({ ...echo, wit, host }, program, { ...options, memoryBytes: 16384 }))
      expect(each).toEqual(['done']);
  });
});
