// An active segment that ends outside is told at its place in the given module, on every tier for boards, as the engine tells it.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { Engine, large, WasmTrap } from '../../../src/index.js';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { assembleText } from '../../../targets/module/text-format.js';

/** Optimised, the first function goes, and everything behind it moves. */
const USED_ONCE = `(func $once (param i32) (result i32) (i32.mul (local.get 0) (i32.const 77)))
  (func (export "f") (result i32) (call $once (i32.const 1)))`;

const MODULES = {
  data: `(module (memory 1) ${USED_ONCE} (data (i32.const 0) "a") (data (i32.const 65534) "abc"))`,
  element: `(module (table 2 funcref) ${USED_ONCE} (elem (i32.const 0) $once) (elem (i32.const 1) $once $once))`,
};

/** Returns the message of a trap and its place in the module. */
async function told(run: () => unknown): Promise<[message: string, at: number]> {
  try {
    await run();
  } catch (error) {
    if (error instanceof WasmTrap) return [error.message, error.offset];
    throw error;
  }
  throw new Error('nothing trapped');
}

describe.each(Object.entries(MODULES))('a %s segment out of bounds', (_, text) => {
  it.each(['js', 'interp'] as const)('is told as the engine tells it, with --tier %s', async (tier) => {
    const bytes = await assembleText(text);
    const engine = new Engine({ ...large, memoryBytes: 65536 });
    const expected = await told(() => engine.instantiate(engine.load(bytes)));
    const read = readModule(bytes);
    expect(
      await told(() => buildProgram(read, { board: banglejs2, name: 'segments', tier, memoryBytes: 65536 })),
    ).toEqual(expected);
  });
});
