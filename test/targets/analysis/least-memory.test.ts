// Memory with which nothing could work is refused with the reason and the least bytes, before anything is built or run.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { analyseModule } from '../../../targets/analysis/analysis.js';
import { leastMemory } from '../../../targets/analysis/least-memory.js';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';

const POINTER = '(global $sp (export "__stack_pointer") (mut i32) (i32.const 4096))';
const DATA = '(data (i32.const 1024) "abcd")';
/** Takes a frame, as LLVM writes it. */
const FRAME = `(func (export "f") (result i32) (local $frame i32)
  (global.set $sp (local.tee $frame (i32.sub (global.get $sp) (i32.const 16))))
  (i32.store (local.get $frame) (i32.const 7))
  (global.set $sp (i32.add (local.get $frame) (i32.const 16)))
  (i32.load (local.get $frame)))`;
const NO_FRAME = '(func (export "f") (result i32) (i32.load (i32.const 1024)))';

const moduleOf = (...parts: string[]) => readModule(wat(`(module (memory 1) ${parts.join(' ')})`));

describe('the least memory', () => {
  it.each([
    ['ends where the stack starts', [POINTER, DATA, FRAME], 4096],
    ['ends with the data, where no function uses the stack', [POINTER, DATA, NO_FRAME], 1028],
    ['ends with the data behind the stack', [POINTER, '(data (i32.const 5000) "abcd")', FRAME], 5004],
    ['is none, where data lie behind what is declared', ['(data (i32.const 65534) "abcd")'], 0],
    ['is none, where nothing is laid out', ['(func (export "f") (result i32) (i32.load (i32.const 0)))'], 0],
  ] as [string, string[], number][])('%s', (_, parts, bytes) => {
    expect(leastMemory(analyseModule(moduleOf(...parts)).memory).bytes).toBe(bytes);
  });

  it.each(['js', 'interp'] as const)('is asked for by a build with --tier %s', async (tier) => {
    const build = (memoryBytes: number) =>
      buildProgram(moduleOf(POINTER, DATA, FRAME), { board: banglejs2, name: 'stack', tier, memoryBytes });
    await expect(build(4088)).rejects.toMatchObject({
      message: '4088 bytes of memory are too few: its stack starts at byte 4096 and grows down from there',
      notes: ['give at least 4096'],
    });
    expect((await build(4096)).image.files.length).toBeGreaterThan(0);
  });
});
