// Damaged modules, the same ones every time: nothing but the engine's own errors, no hang, no growth.
import { describe, expect, test } from 'vitest';
import { checkMutant, type Stage } from './mutation-check.js';

const MUTANTS = 1000;
const PART = 500;

describe('damaged modules do no harm', () => {
  const stages = new Map<Stage, number>();
  const parts = Array.from({ length: MUTANTS / PART }, (_, index) => index * PART);
  test.each(parts)('seeds from %i', (from) => {
    const findings: string[] = [];
    for (let seed = from; seed < from + PART; seed++) {
      const checked = checkMutant(seed);
      stages.set(checked.stage, (stages.get(checked.stage) ?? 0) + 1);
      for (const finding of checked.findings) findings.push(`seed ${seed}, ${checked.from}: ${finding}`);
    }
    expect(findings).toEqual([]);
  });

  test('they get everywhere', () => {
    for (const stage of ['decode', 'validation', 'capacity', 'trap', 'ran'] as const) {
      expect(stages.get(stage), stage).toBeGreaterThan(MUTANTS / 100);
    }
  });
});
