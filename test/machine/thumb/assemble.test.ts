// Text becomes bytes: the forms that are chosen, labels, literal pools, IT blocks, and what is refused.
import { expect, it } from 'vitest';
import { assemble } from '../../../machine/thumb/assemble.js';
import { CORTEX_M0_PLUS, CORTEX_M3, CORTEX_M4F } from '../../../machine/thumb/cpu.js';

const halfwords = (text: string, cpu = CORTEX_M4F) => {
  const { bytes } = assemble(text, cpu);
  return Array.from({ length: bytes.length / 2 }, (_, i) => bytes[2 * i] | (bytes[2 * i + 1] << 8));
};

it('chooses the narrowest form that fits', () => {
  expect(halfwords('ldr r0, [r1, #124]')).toEqual([0x6fc8]);
  expect(halfwords('ldr r0, [r1, #128]')).toEqual([0xf8d1, 0x0080]);
  expect(halfwords('ldr.w r0, [r1, #124]')).toEqual([0xf8d1, 0x007c]);
  expect(halfwords('add r1, r2, #4095')).toEqual([0xf602, 0x71ff]);
});

it('reads the shorter ways to write an instruction', () => {
  expect(halfwords('adds r0, #1')).toEqual(
    halfwords('adds r0, r0, #1').map((bits) => (bits === 0x1c40 ? 0x3001 : bits)),
  );
  expect(halfwords('ands r0, r1, r0')).toEqual(halfwords('ands r0, r1'));
  expect(halfwords('and r3, r3, r9, lsl #0')).toEqual(halfwords('and r3, r9'));
  expect(halfwords('ldrd r0, r1, [r2]')).toEqual(halfwords('ldrd r0, r1, [r2, #0]'));
});

it('puts constants into a pool, each once', () => {
  expect(halfwords('ldr r0, =0x12345678\nldr r1, =0x12345678\nbx lr')).toEqual([
    0x4801, 0x4901, 0x4770, 0, 0x5678, 0x1234,
  ]);
});

it('writes pools where .ltorg says so, also with nothing in them', () => {
  expect(halfwords('.ltorg\nldr r0, =5\nbx lr\n.ltorg\nldr r0, =5\nbx lr')).toEqual([
    0x4800, 0x4770, 5, 0, 0x4800, 0x4770, 5, 0,
  ]);
});

it('takes wide branches where narrow ones do not reach', () => {
  const far = `b end\n${'nop\n'.repeat(1100)}end: bx lr`;
  expect(halfwords(far).length).toBe(2 + 1100 + 1);
  expect(() => assemble(far, CORTEX_M0_PLUS)).toThrow('line 1: b end: 2198 bytes is too far');
});

it('resolves numbered labels in both directions', () => {
  expect(halfwords('1: b 1f\n1: b 1b')).toEqual([0xe7ff, 0xe7fe]);
});

it('leaves calls of other names to the linker', () => {
  const { relocations, labels } = assemble('start: bl __aeabi_dadd\nbx lr', CORTEX_M0_PLUS);
  expect(relocations.map(({ at, symbol, form }) => [at, symbol, form.name])).toEqual([[0, '__aeabi_dadd', 'bl']]);
  expect(labels).toEqual(new Map([['start', 0]]));
});

it('writes conditions in IT blocks, where narrow forms set no flags', () => {
  expect(halfwords('itte ne\naddne r0, #1\nmovne r1, #2\nldreq r2, [r0]')).toEqual([0xbf1a, 0x3001, 0x2102, 0x6802]);
  expect(() => assemble('it ne\nadds r0, #1', CORTEX_M3)).toThrow('line 2: v7-M has no instruction adds here');
});

it.each([
  ['ldr.w r0, [r1]', CORTEX_M0_PLUS, 'line 1: v6-M has no instruction ldr.w'],
  ['vadd.f32 s0, s1, s2', CORTEX_M3, 'line 1: v7-M has no instruction vadd.f32'],
  ['mov r0, #0x12345678', CORTEX_M3, 'line 1: no form of mov has the operands r0, #0x12345678'],
  ['umull r0, r0, r1, r2', CORTEX_M3, 'line 1: no form of umull has the operands r0, r0, r1, r2'],
  ['a: nop\na: nop', CORTEX_M3, 'line 2: a is defined twice'],
  ['beq nowhere', CORTEX_M3, 'line 1: nowhere is not defined'],
  ['.text', CORTEX_M3, 'line 1: .text is not a directive that this assembler has'],
])('refuses %j', (text, cpu, message) => {
  expect(() => assemble(text, cpu)).toThrow(message);
});
