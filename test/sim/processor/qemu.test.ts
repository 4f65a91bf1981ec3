// Random instructions of every form leave the same registers, flags and memory on the simulated processor and in QEMU.
import { describe, expect, it } from 'vitest';
import { compareWithQemu } from './compare-with-qemu.js';
import { hasQemu, MACHINES, withoutQemu } from './qemu.js';

describe.skipIf(!hasQemu)(`instructions${withoutQemu}`, () => {
  it.each(MACHINES)('are those of $name', (machine) => {
    const { cases, differences } = compareWithQemu(machine, 4, 1);
    expect(differences).toEqual([]);
    expect(cases).toBeGreaterThan(300);
  });
});
