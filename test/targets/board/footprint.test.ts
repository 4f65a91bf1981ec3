// Measures the run-only runtime on a board: flash for its text, and JsVars beyond memory and stacks.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Board, banglejs2, puckjs } from '../../../boards/index.js';
import { instructionSetOf } from '../../../boards/processor.js';
import { SimulatedBoard, Storage } from '../../../sim/index.js';
import { type BuiltProgram, buildProgram } from '../../../targets/board/build.js';
import { optimised } from '../../../targets/board/initial-state.js';
import { boardText } from '../../../targets/board/native/board-code.js';
import { compileThumb } from '../../../targets/compiler/thumb/image.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { espruino, executesMachineCode, FLASH_BYTES, reason, runInEspruino } from '../../sim/espruino.js';
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

const EXAMPLE = readFileSync(new URL('../../../examples/fib/fib.wasm', import.meta.url));

/** Machine code of a Bangle.js 2, which copies it to RAM. */
const buildNative = (bytes: Uint8Array, board: Board) =>
  buildProgram(readModule(bytes), { board, name: 'app', memoryBytes: 64, tier: 'native' });

const textOf = ({ image }: BuiltProgram) => image.files.find(({ name }) => name === 'app')!.bytes;

const PROGRAM =
  'var app, before = process.memory().usage; app = require("app"); print(process.memory().usage - before);';

/** JsVars of a program in Storage once it is loaded, without its buffers, and behind what runs before. */
type Measure = (built: BuiltProgram, before?: string) => number;

/** Objects that the firmware makes when they are first used, and keeps: they belong to no program. */
const OF_THE_FIRMWARE = 'new Uint8Array([1]).length; new Int32Array([1]).length; [1].length; require("Storage");';

const inEspruino: Measure = ({ image, bufferJsVars }, before = '') => {
  const storage = new Storage(FLASH_BYTES);
  for (const { name, bytes } of image.files) storage.write(name, bytes);
  return Number(runInEspruino(before + PROGRAM, { flash: storage.flash.bytes }).printed[0]) - bufferJsVars;
};

const BOARDS: Record<string, Board> = { banglejs2, puckjs };

const inSimulator: Measure = ({ image, bufferJsVars }, before = '') => {
  const board = new SimulatedBoard(BOARDS[image.board]);
  for (const { name, bytes } of image.files) board.storage.write(name, bytes);
  board.run(before + PROGRAM);
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

describe('machine code', () => {
  const whole = (built: BuiltProgram, measure: Measure, codeJsVars = 0) =>
    measure(built, OF_THE_FIRMWARE) + built.bufferJsVars - codeJsVars;

  it('takes at most 60 JsVars for fib on a Puck.js, memory included', async () => {
    const found = whole(await buildNative(EXAMPLE, puckjs), inSimulator);
    console.log(`JsVars of fib as machine code: ${found}`);
    expect(found).toBeGreaterThan(40);
    expect(found).toBeLessThanOrEqual(60);
  });

  it.skipIf(!executesMachineCode)(`takes at most 60 in Espruino, besides the copy of the code${reason}`, async () => {
    const built = await buildNative(EXAMPLE, banglejs2);
    const code = built.figures.jsVars.parts.find(({ part }) => part === 'machine code')!;
    const found = whole(built, inEspruino, code.jsVars);
    console.log(`JsVars of fib as machine code in Espruino: ${found}`);
    expect(found).toBeGreaterThan(40);
    expect(found).toBeLessThanOrEqual(60);
  });

  it('has a runtime of at most 2.5 KB of Storage for fib: all files without the machine code of its functions', async () => {
    const { image } = await buildNative(EXAMPLE, puckjs);
    const bytes = image.files.reduce((sum, file) => sum + file.bytes.length, 0);
    const { code } = await optimised(readModule(EXAMPLE));
    const { functions } = compileThumb(code, {
      cpu: instructionSetOf(puckjs)!,
      fuel: false,
      hostText: boardText(0, new Map()),
    });
    const own = functions.reduce((sum, each) => sum + each.bytes, 0);
    console.log(`files of fib as machine code: ${bytes} bytes, ${own} of them its own machine code`);
    expect(own).toBeGreaterThan(0);
    expect(bytes - own).toBeLessThanOrEqual(2.5 * 1024);
  });

  for (const [where, measure, there] of MEASURES) {
    it.skipIf(!there || (measure === inEspruino && !executesMachineCode))(
      `takes about what the build says, ${where}`,
      async () => {
        for (const [name, bytes] of Object.entries({ fib: EXAMPLE, 'every instruction': EVERY_INSTRUCTION })) {
          const built = await buildNative(bytes, banglejs2);
          const found = measure(built);
          const estimate = built.jsVars - built.bufferJsVars;
          console.log(`JsVars of machine code for ${name}: ${found}, by estimate ${estimate}`);
          expect(estimate).toBeGreaterThanOrEqual(found);
          if (measure === inEspruino) expect(estimate).toBeLessThanOrEqual(1.2 * found);
        }
      },
    );
  }
});
