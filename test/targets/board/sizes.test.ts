// Sizes of translated programs: code against the wasm that it is made from, the runtime, and JsVars of the examples from Storage.
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { realModules } from '../../../bench/real-modules.js';
import { banglejs2, puckjs } from '../../../boards/index.js';
import { SimulatedBoard, Storage } from '../../../sim/index.js';
import { Reader } from '../../../src/reader.js';
import { type BuiltProgram, buildProgram } from '../../../targets/board/build.js';
import { translateForEspruino } from '../../../targets/compiler/javascript/espruino/module.js';
import type { ModuleCode } from '../../../targets/module/module-code.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { espruino, FLASH_BYTES, reason, runInEspruino } from '../../sim/espruino.js';

/** The larger ones are as the others are, and take long. */
const MOST_WASM_BYTES = 60_000;
/** Names of the runtime and of constants, which have two characters in a program. */
const LONG_NAME = /\b[a-z]\w*(?:_\w+|[A-Z]\w*)\b|\b(?:bytes|words|shorts|doubles|trap|load\d+|store\d+)\b/g;

function bodyBytes({ bytes, bodies, importedFunctions }: ModuleCode): number {
  const reader = new Reader();
  return bodies.slice(importedFunctions).reduce((sum, at) => {
    reader.reset(bytes, at, bytes.length);
    return sum + reader.u32();
  }, 0);
}

function translatedBytes(code: ModuleCode): number {
  const { functions } = translateForEspruino(code, {
    memoryBytes: 65536,
    mostMemoryBytes: 65536,
    globalBits: () => [0, 0],
    tableEntries: code.tables.map(({ minimum }) => new Array<number>(minimum).fill(-1)),
    fuel: false,
  });
  const own = code.bodies.map((_, index) => `f${index}`).slice(code.importedFunctions);
  const minified = transformSync(
    `function module(){${functions.map((each) => each.print()).join('\n')};return[${own}]}`,
    {
      minifyWhitespace: true,
      minifyIdentifiers: true,
      target: 'es2015',
      supported: { 'nullish-coalescing': true },
    },
  );
  return minified.code.replace(LONG_NAME, 'xx').length;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];

const RUNTIME = wat(`(module (memory (export "memory") 1) (table 2 funcref) (elem (i32.const 0) $f)
  (global (export "g") (mut f64) (f64.const 0)) (type $t (func (param i32) (result i32)))
  (func $f (export "f") (param i32) (result i32) (i32.store16 (local.get 0) (i32.load (local.get 0)))
    (memory.fill (i32.const 0) (i32.const 0) (local.get 0)) (memory.grow (local.get 0)))
  (func (export "h") (param i64 f32 i32) (result i64)
    (drop (call_indirect (type $t) (local.get 2) (local.get 2))) (unreachable)))`);

describe('a translated program', () => {
  it('has at most 4 times the code of its module, by the median of the real ones', () => {
    const ratios: number[] = [];
    for (const { bytes, name } of realModules()) {
      if (bytes.length > MOST_WASM_BYTES || /simd|es-module-lexer/.test(name)) continue;
      const code = readModule(bytes);
      ratios.push(translatedBytes(code) / bodyBytes(code));
    }
    const found = median(ratios);
    console.log(`code of ${ratios.length} real modules, against their wasm: median ${found.toFixed(2)}`);
    expect(ratios.length).toBeGreaterThan(25);
    expect(found).toBeGreaterThan(1);
    expect(found).toBeLessThanOrEqual(4);
  });

  it('takes at most 4 KB besides its functions and host functions', async () => {
    const { image } = await buildProgram(readModule(RUNTIME), {
      board: puckjs,
      name: 'app',
      tier: 'js',
      memoryBytes: 64,
    });
    const { length } = image.files.find(({ name }) => name === 'app')!.bytes;
    console.log(`a program of two small functions: ${length} bytes`);
    expect(length).toBeGreaterThan(1500);
    expect(length).toBeLessThanOrEqual(4096);
  });
});

/** Maximum share of the JsVars of a Puck.js. */
const MOST_SHARE = 0.15;
const NAMES = ['fib', 'mandelbrot', 'pedometer', 'checksums', 'blink', 'crc32'];

const PROGRAM =
  'var app, before = process.memory().usage; app = require("app"); print(process.memory().usage - before);';

type Measure = (built: BuiltProgram) => number;

const inSimulator: Measure = ({ image }) => {
  const simulated = new SimulatedBoard(image.board === 'puckjs' ? puckjs : banglejs2);
  for (const { name, bytes } of image.files) simulated.storage.write(name, bytes);
  simulated.run(PROGRAM);
  return Number(simulated.output);
};

const inEspruino: Measure = ({ image }) => {
  const storage = new Storage(FLASH_BYTES);
  for (const { name, bytes } of image.files) storage.write(name, bytes);
  return Number(runInEspruino(PROGRAM, { flash: storage.flash.bytes }).printed[0]);
};

describe('the examples', () => {
  const MEASURES: [string, Measure, boolean][] = [
    ['by the simulator', inSimulator, true],
    [`in Espruino${reason}`, inEspruino, espruino !== undefined],
  ];
  for (const [where, measure, there] of MEASURES) {
    it.skipIf(!there).each(NAMES)(`%s takes at most ${MOST_SHARE} of a Puck.js, ${where}`, async (name) => {
      const bytes = readFileSync(`examples/${name}/${name}.wasm`);
      // These have a screen or an accelerometer.
      const board = name === 'pedometer' || name === 'mandelbrot' ? banglejs2 : puckjs;
      const built = await buildProgram(readModule(bytes), { board, name: 'app', tier: 'js' });
      const found = measure(built);
      console.log(`JsVars of ${name} ${where}: ${found}, by estimate ${built.jsVars}`);
      expect(found).toBeGreaterThan(50);
      expect(found).toBeLessThanOrEqual(built.jsVars);
      expect(found).toBeLessThanOrEqual(MOST_SHARE * puckjs.jsVars.count);
    });
  }
});
