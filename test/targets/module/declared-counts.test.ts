// Counts that a module declares in a few bytes are refused before anything of their size is made.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { CapacityError } from '../../../src/index.js';
import { analyseModule } from '../../../targets/analysis/analysis.js';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { i32, ModuleBuilder, unsigned } from '../../differential/module-builder.js';

/** A function with one group of so many locals, in a handful of bytes. */
function withLocals(count: number): Uint8Array {
  const builder = new ModuleBuilder();
  builder.define([], ['i32'], ['i32'], i32(8));
  const bytes = [...builder.build()];
  // The only group: one local of type i32.
  const group = bytes.lastIndexOf(0x7f) - 1;
  const longer = unsigned(count);
  const grown = [...bytes.slice(0, group), ...longer, ...bytes.slice(group + 1)];
  // Sizes of the body and of its section.
  grown[group - 2] += longer.length - 1;
  grown[group - 4] += longer.length - 1;
  return Uint8Array.from(grown);
}

function withTable(entries: number): Uint8Array {
  const builder = new ModuleBuilder();
  builder.table('funcref', entries);
  return builder.build();
}

function refusal(run: () => unknown): CapacityError {
  try {
    run();
  } catch (error) {
    if (error instanceof CapacityError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('declared counts', () => {
  it.each([50_001, 4_294_967_295])('of %i locals are refused', (count) => {
    const error = refusal(() => readModule(withLocals(count)));
    expect(error).toMatchObject({ capacity: 'functionLocals', needed: count, available: 50_000 });
  });

  it('of 50,000 locals are read', () => {
    expect(analyseModule(readModule(withLocals(50_000))).needs.functionLocals.needed).toBe(50_000);
  });

  it.each([10_000_001, 4_294_967_295])('of %i table entries are refused', (count) => {
    const error = refusal(() => readModule(withTable(count)));
    expect(error).toMatchObject({ capacity: 'tableEntries', needed: count, available: 10_000_000 });
  });

  it('of more table entries than a board has RAM for are refused for the board', async () => {
    const read = readModule(withTable(1_000_000));
    for (const tier of ['js', 'interp'] as const) {
      await expect(buildProgram(read, { board: banglejs2, name: 'table', tier })).rejects.toThrow(
        'the tables of the module have 1000000 entries, more than all of the RAM of banglejs2 holds',
      );
    }
  });
});
