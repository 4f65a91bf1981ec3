// The simulated processor and QEMU agree: random instructions of every form leave the same registers, flags and memory,
// and the same programs fault.
import { describe, expect, it } from 'vitest';
import { compareWithQemu, faults } from './compare-with-qemu.js';
import { hasQemu, MACHINES, withoutQemu } from './qemu.js';

describe.skipIf(!hasQemu)(`instructions${withoutQemu}`, () => {
  it.each(MACHINES)('are those of $name', (machine) => {
    const { cases, differences } = compareWithQemu(machine, 3, 1);
    expect(differences).toEqual([]);
    expect(cases).toBeGreaterThan(200);
  });

  it.each([
    'adds r1, #1; ldr r0, [r1]',
    'adds r1, #1; strh r0, [r1]',
    'adds r1, #2; ldmia r1!, {r2, r3}',
    'ldr r2, =0x1800; bx r2',
    'udf #1',
  ])('fault or not alike on ARMv6-M and ARMv7E-M: %s', (text) => {
    for (const name of ['microbit', 'mps2-an386']) {
      const machine = MACHINES.find((each) => each.name === name)!;
      const { here, inQemu } = faults(machine, text.replaceAll('; ', '\n'));
      expect([name, here]).toEqual([name, inQemu]);
    }
  });

  it.each(['ldrd r2, r3, [r1]', 'strd r2, r3, [r1]', 'vldr s0, [r1]', 'ldr r0, [r1]'])(
    'fault or not at unaligned addresses alike on ARMv7E-M: %s',
    (text) => {
      const { here, inQemu } = faults(MACHINES[2], `adds r1, #2\n${text}`);
      expect(here).toBe(inQemu);
    },
  );
});
