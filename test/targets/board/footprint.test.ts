// What the run-only runtime takes on a board: flash for its text, and JsVars beyond memory and stacks, from Storage.
import { describe, expect, it } from 'vitest';
import { puckjs } from '../../../boards/index.js';
import { SimulatedBoard, Storage } from '../../../sim/index.js';
import { type BuiltProgram, buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { espruino, FLASH_BYTES, reason, runInEspruino } from '../../sim/espruino.js';
import { EVERY_INSTRUCTION } from './every-instruction.js';

const MOST_TEXT_BYTES = 20 * 1024;
const MOST_JS_VARS = 0.3 * puckjs.jsVars.count;

const FIB = wat(`(module (func $fib (export "fib") (param i32) (result i32)
  (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0))
    (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2))))))))`);

const build = (bytes: Uint8Array) =>
  buildProgram(readModule(bytes), {
    board: puckjs,
    name: 'app',
    memoryBytes: 64,
    valueSlots: 64,
    callDepth: 16,
    tableEntries: 8,
  });

const textOf = ({ image }: BuiltProgram) => image.files.find(({ name }) => name === 'app')!.bytes;

const PROGRAM =
  'var app, before = process.memory().usage; app = require("app"); print(process.memory().usage - before);';

/** JsVars of a program in Storage once it is loaded, without its buffers. */
type Measure = (built: BuiltProgram) => number;

const inEspruino: Measure = ({ image, bufferJsVars }) => {
  const storage = new Storage(FLASH_BYTES);
  for (const { name, bytes } of image.files) storage.write(name, bytes);
  return Number(runInEspruino(PROGRAM, { flash: storage.flash.bytes }).printed[0]) - bufferJsVars;
};

const inSimulator: Measure = ({ image, bufferJsVars }) => {
  const board = new SimulatedBoard(puckjs);
  for (const { name, bytes } of image.files) board.storage.write(name, bytes);
  board.run(PROGRAM);
  return Number(board.output) - bufferJsVars;
};

const MEASURES: [string, Measure, boolean][] = [
  ['by the simulator', inSimulator, true],
  [`in Espruino${reason}`, inEspruino, espruino !== undefined],
];

describe('the run-only runtime', () => {
  it('takes at most 20 KB with every instruction', async () => {
    const { length } = textOf(await build(EVERY_INSTRUCTION));
    console.log(`the runtime with every instruction: ${length} bytes`);
    expect(length).toBeGreaterThan(12_000);
    expect(length).toBeLessThanOrEqual(MOST_TEXT_BYTES);
  });

  it('is no larger than what a module uses', async () => {
    const { length } = textOf(await build(FIB));
    console.log(`the runtime for fib: ${length} bytes`);
    expect(length).toBeLessThanOrEqual(5 * 1024);
  });

  for (const [where, measure, there] of MEASURES) {
    it.skipIf(!there)(`takes at most 30 % of a Puck.js from Storage, ${where}`, async () => {
      for (const [name, bytes] of Object.entries({ fib: FIB, 'every instruction': EVERY_INSTRUCTION })) {
        const built = await build(bytes);
        const found = measure(built);
        const estimate = built.jsVars - built.bufferJsVars;
        console.log(`JsVars of the runtime for ${name}: ${found}, by estimate ${estimate}`);
        expect(estimate).toBeGreaterThanOrEqual(found);
        expect(estimate).toBeLessThanOrEqual(1.2 * found);
        expect(found).toBeGreaterThan(50);
        expect(found).toBeLessThanOrEqual(MOST_JS_VARS);
      }
    });
  }
});
