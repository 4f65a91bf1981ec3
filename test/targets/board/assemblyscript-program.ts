// Programs of the module of AssemblyScript in ../interfaces/assemblyscript, and what they print: in the simulator, and in Espruino itself.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { banglejs2 } from '../../../boards/index.js';
import { typedImportsFor } from '../../../cli/typed-interface.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import { stringLiteral } from '../../../targets/board/program-parts.js';
import { readAssemblyScript } from '../../../targets/interfaces/assemblyscript/read-assemblyscript.js';
import { bindModule } from '../../../targets/interfaces/bind.js';
import { readModule } from '../../../targets/module/read-module.js';
import { architecture, espruino } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, writesOf } from './program.js';

const file = (name: string) => new URL(`../interfaces/assemblyscript/${name}`, import.meta.url);
const source = (name: string) => ({ name, text: readFileSync(file(name), 'utf8') });
const read = readModule(readFileSync(file('values.wasm')));
const bound = bindModule(
  read,
  readAssemblyScript(read, { declaration: source('values.d.ts'), bindings: source('values.js') }),
);

const HOST = `
  export const passText = (text) => text + "?";
  export const passMany = (texts, flag, big) => texts.concat([flag ? "yes" : "no", big.join("/")]);
  export const double = (value) => value * 2;
  export const host = { passPoint: (point) => point, passPerson: (person) => person };`;

/** Returns the output of a program that requires `app`, in each interpreter. */
export async function printed(text: string, options: Partial<BuildOptions>): Promise<string[][]> {
  const board = banglejs2;
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-assemblyscript-'));
  const host = join(folder, 'host.js');
  writeFileSync(host, HOST);
  const imports = await typedImportsFor(board, host, bound);
  rmSync(folder, { recursive: true });
  const { image } = await buildProgram(read, {
    ...{ board, name: 'app', tier: 'js', memoryBytes: 16384 },
    ...{ ...imports, ...options },
  });
  const written = writesOf(image.files);
  const isMachineCode = options.tier === 'native' && architecture !== 'ARM';
  const inSimulator = printedBySimulator(written, text);
  return espruino === undefined || isMachineCode ? [inSimulator] : [inSimulator, printedByEspruino(written, text)];
}

/** A value as Espruino's JavaScript: text is its bytes, a 64-bit integer the pair of its words. */
export function literal(value: unknown): string {
  if (typeof value === 'string') return stringLiteral(value);
  if (typeof value === 'bigint')
    return `[${Number(BigInt.asIntN(32, value))},${Number(BigInt.asIntN(32, value >> 32n))}]`;
  if (value instanceof BigInt64Array) return literal([...value]);
  if (value instanceof ArrayBuffer) return `new Uint8Array([${new Uint8Array(value)}]).buffer`;
  if (ArrayBuffer.isView(value)) return `new ${value.constructor.name}([${value}])`;
  if (Array.isArray(value)) return `[${value.map(literal)}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value).map(([key, each]) => `${key}:${literal(each)}`)}}`;
  return String(value);
}

/** On the board. Firmware with Unicode strings has them where others have bytes. */
export const SAME = `function bytes(text) { return E.fromUTF8(text) || text; }
function same(a, b) {
  if (typeof a == "string") return typeof b == "string" && bytes(a) == bytes(b);
  if (typeof a != "object" || a === null) return a === b;
  if (typeof b != "object" || b === null) return false;
  if (a instanceof ArrayBuffer) { a = new Uint8Array(a); b = new Uint8Array(b); }
  if (a.length !== b.length) return false;
  for (var key in a) if (!same(a[key], b[key])) return false;
  return true;
}`;

/** Uses imports, objects that stay in the module, variables, and parameters that can be left out. */
export const USES = `var app = require("app");
function attempt(run) { try { print(run()); } catch (error) { print(error.message); } }
print(app.throughText("a"), app.throughMany(["b", "c"]), app.throughNumber(21));
var ada = app.makePerson("Ada", 36), bob = app.makePerson("Bob", 40);
print(app.throughPerson(ada), app.nameOf(app.older(ada, bob)), app.ages(app.crowd(["c"], ada)).join());
print(app.ageIn(app.ageMap([ada, bob]), "Bob"), app.apply(app.adder(2), 5));
ada.free();
attempt(function () { return app.nameOf(ada); });
attempt(function () { return app.nameOf({}); });
app.label.value = "b"; app.isOn.value = false; app.counter.value = 7; app.ticks.value = [1, 2];
print(app.VERSION.value, app.label.value, app.isOn.value, app.counter.value, app.ticks.value.join("/"));
print(app.join("a", "+", 3), app.join("a"), app.nextColour(app.Colour.Red), app.Colour[6]);
attempt(function () { return app.ofString(null); });
attempt(function () { return app.ofStrings(["a", null]); });
attempt(function () { return app.ofUint8Array(null); });`;

/** The output of the program. */
export const PRINTED = [
  'a!? b+c+yes+-1/-1 42',
  'Ada Bob 36,0',
  '40 7',
  'the object has been freed',
  'expected an object of the module',
  '1.0 b false 7 1/2',
  'a+++ a-- 5 Blue',
  'expected a string',
  'expected a string',
  'expected a list',
];

/** Lines without what Espruino adds to the messages of errors. */
export const messages = (lines: readonly string[]): string[] =>
  lines.map((each) => each.trim().replace(/ in function.*/, ''));
