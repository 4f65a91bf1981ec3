// The layout of a function at the limits of what branches, tables and loads of constants reach.
import { describe, expect, it } from 'vitest';
import { CORTEX_M0_PLUS, CORTEX_M4, type Cpu } from '../../../../machine/thumb/cpu.js';
import { FORMS } from '../../../../machine/thumb/table.js';
import { Processor } from '../../../../sim/processor/processor.js';
import { type Item, Mark } from '../../../../targets/compiler/thumb/assembly.js';
import { layOut } from '../../../../targets/compiler/thumb/layout.js';

const CODE = 0x08000000;
const STACK = 0x20000000;
const STACK_BYTES = 64;
const SAVED = (1 << 14) | 0x10;
const RESTORED = (1 << 15) | 0x10;

const nops = (bytes: number): Item[] =>
  Array.from({ length: bytes / 2 }, () => ({ kind: 'instruction', form: FORMS.nop, operands: [] }));
const returns = (mark: Mark, value: number): Item[] => [
  { kind: 'mark', mark },
  { kind: 'instruction', form: FORMS.movs_imm, operands: [0, value] },
  { kind: 'instruction', form: FORMS.pop, operands: [RESTORED] },
];

/** Returns the results of a function for each argument. The function may use r4. */
function results(items: Item[], cpu: Cpu, isThumb2: boolean, count: number): number[] {
  const save: Item = { kind: 'instruction', form: FORMS.push, operands: [SAVED] };
  const processor = new Processor(cpu);
  processor.memory.add({
    name: 'code',
    base: CODE,
    contents: layOut({ items: [save, ...items] } as never, isThumb2).bytes,
    access: 'rx',
  });
  processor.memory.add({ name: 'stack', base: STACK, contents: STACK_BYTES, access: 'rw' });
  processor.registers[13] = STACK + STACK_BYTES;
  return Array.from({ length: count }, (_, index) => processor.call(CODE, [index]));
}

describe.each([
  { core: 'ARMv6-M', cpu: CORTEX_M0_PLUS, isThumb2: false },
  { core: 'ARMv7E-M', cpu: CORTEX_M4, isThumb2: true },
])('the layout for $core', ({ cpu, isThumb2 }) => {
  it.each([100, 600, 66_000, 132_000])('lets tables branch to targets %i bytes apart', (apart) => {
    for (const count of [1, 2, 3, 5]) {
      const marks = Array.from({ length: count }, () => new Mark());
      const table: Item = { kind: 'table', register: 0, scratch: 4, marks, isBytes: false };
      const behind = marks.flatMap((mark, index) => [...nops(index === 0 ? apart : 0), ...returns(mark, 10 + index)]);
      expect(results([table, ...behind], cpu, isThumb2, count)).toEqual(marks.map((_, index) => 10 + index));
    }
  });

  it('lets conditional branches reach targets at any distance before and behind them', () => {
    for (const base of [240, 2030]) {
      for (let distance = base; distance < base + 30; distance += 2) {
        const [start, back, forth] = [new Mark(), new Mark(), new Mark()];
        const items: Item[] = [
          { kind: 'branch', condition: null, mark: start, form: null },
          ...returns(back, 1),
          ...nops(distance),
          { kind: 'mark', mark: start },
          { kind: 'instruction', form: FORMS.cmp_imm, operands: [0, 0] },
          { kind: 'branch', condition: 0, mark: back, form: null },
          { kind: 'branch', condition: 1, mark: forth, form: null },
          ...nops(distance),
          ...returns(forth, 2),
        ];
        expect(results(items, cpu, isThumb2, 2)).toEqual([1, 2]);
      }
    }
  });

  it.each([2 ** 18 - 8, 2 ** 18 + 8])('lets conditional branches jump over tables of %i far entries', (count) => {
    const [back, forth, start] = [new Mark(), new Mark(), new Mark()];
    // Each entry is a branch of 4 bytes, because its target lies before it.
    const far: Item = { kind: 'table', register: 0, scratch: 4, marks: new Array(count).fill(back), isBytes: false };
    const zero: Item = isThumb2
      ? { kind: 'zeroBranch', register: 0, isZero: true, mark: back, isShort: true }
      : { kind: 'branch', condition: 0, mark: back, form: null };
    const items: Item[] = [
      { kind: 'branch', condition: null, mark: start, form: null },
      ...returns(back, 1),
      far,
      { kind: 'mark', mark: start },
      { kind: 'instruction', form: FORMS.cmp_imm, operands: [0, 0] },
      zero,
      { kind: 'instruction', form: FORMS.cmp_imm, operands: [0, 1] },
      { kind: 'branch', condition: 0, mark: forth, form: null },
      ...returns(new Mark(), 3),
      { ...far },
      ...returns(forth, 2),
    ];
    expect(results(items, cpu, isThumb2, 3)).toEqual([1, 2, 3]);
  });

  it('jumps over as many constants as a branch reaches', () => {
    const count = 1500;
    const items: Item[] = Array.from({ length: count }, (_, index) => ({
      kind: 'literal',
      register: 0,
      value: 0x12345000 + index,
      isNarrow: true,
      place: null,
    }));
    items.push({ kind: 'instruction', form: FORMS.pop, operands: [RESTORED] });
    expect(results(items, cpu, isThumb2, 1)).toEqual([0x12345000 + count - 1]);
  });
});
