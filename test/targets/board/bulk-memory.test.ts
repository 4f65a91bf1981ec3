// Filling and copying memory in programs for boards: what Espruino does natively equals Node's WebAssembly, below and above the last
// byte at which a view can start.
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { roomyBoard } from '../../differential/board-program.js';
import { platform } from '../../differential/platform.js';
import { loadInNode } from './script-program.js';

const source = (pages: number) => `(module (memory (export "memory") ${pages})
  (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2))))`;

type Exports = Record<string, (...values: number[]) => void> & { memory: Uint8Array | { buffer: ArrayBuffer } };

type Tier = 'js' | 'interp';

async function build(pages: number, tier: Tier) {
  const options = { board: roomyBoard, name: 'app', tier, optimise: false } as const;
  const { image } = await buildProgram(readModule(wat(source(pages))), { ...options, memoryBytes: pages * 65536 });
  const text = Buffer.from(image.files.find(({ name }) => name === 'app')!.bytes).toString('latin1');
  return { program: loadInNode('app', image.files) as unknown as Exports, text };
}

const bytesOf = (memory: Exports['memory']) => (memory instanceof Uint8Array ? memory : new Uint8Array(memory.buffer));

describe.each<Tier>(['js', 'interp'])('a part of memory, with --tier %s,', (tier) => {
  it.each([
    [1, 65536],
    [2, 131072],
  ])('of %i pages is filled and copied as by Node', async (pages, end) => {
    const { program } = await build(pages, tier);
    const node = new platform.Instance(new platform.Module(wat(source(pages)))).exports as unknown as Exports;
    const calls: [string, number, number, number][] = [
      ['fill', 100, 0x1ff, 40],
      ['fill', 65530, 7, 6],
      ['fill', 0, 9, 0],
      ['fill', end, 9, 0],
      ['fill', end - 3, 5, 3],
      ['fill', end - 3, 5, 4],
      ['fill', 65535, 3, end - 65535],
      ['fill', 65538, 4, 5],
      ['copy', 130, 98, 60],
      ['copy', 98, 130, 60],
      ['copy', 131, 130, 3],
      ['copy', end, 0, 0],
      ['copy', 0, end, 0],
      ['copy', end - 8, 95, 8],
      ['copy', 95, end - 20, 20],
      ['copy', end - 19, end - 20, 19],
      ['copy', end - 20, end - 19, 19],
      ['copy', end - 20, end - 19, 20],
      ['copy', -4, 0, 1],
    ];
    for (const [name, ...values] of calls) {
      const outcomes = [program, node].map((each) => {
        try {
          each[name](...values);
          return 'fine';
        } catch (error) {
          return /out of bounds/.test((error as Error).message);
        }
      });
      expect(outcomes[0], `${name}(${values})`).toBe(outcomes[1]);
      expect(Buffer.compare(bytesOf(program.memory), bytesOf(node.memory)), `${name}(${values})`).toBe(0);
    }
  });

  it('is a view of its own, as Espruino visits all elements of what it fills', async () => {
    const { text } = await build(1, tier);
    expect(text).toMatch(/new Uint8Array\(\w+\.buffer,\w+,\w+\)\.fill\(\w+&255\)/);
    expect(text).not.toMatch(/\.fill\([^()]*,/);
  });
});
