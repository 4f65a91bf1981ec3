import { describe, expect, it } from 'vitest';
import {
  OPERATION_TYPES,
  OperationType,
  operationCosts,
  operationImportances,
} from '../../src/safety/operation-type.js';
import { ValidationStrategy } from '../../src/safety/validation-strategy.js';
import {
  DEFAULT_VERIFICATION,
  hotPathLevel,
  VerificationLevel,
  validationImportance,
  validationInterval,
} from '../../src/safety/verification-level.js';
import fc from '../properties.js';
import { levels, verifyingLevels } from './corruption.js';

describe('verification levels', () => {
  it('are ordered', () => {
    expect(levels).toEqual([0, 1, 2, 3]);
    expect(levels.map(validationInterval)).toEqual([2 ** 30, 1024, 128, 32]);
    for (let index = 1; index < verifyingLevels.length; index++) {
      const [lower, higher] = [verifyingLevels[index - 1], verifyingLevels[index]];
      expect(validationInterval(higher)).toBeLessThan(validationInterval(lower));
      expect(validationImportance(higher)).toBeLessThan(validationImportance(lower));
    }
  });

  it('are Standard unless a build says otherwise', () => {
    expect(DEFAULT_VERIFICATION).toBe(VerificationLevel.Standard);
    expect(levels.map(hotPathLevel)).toEqual(levels);
  });
});

describe('a validation strategy', () => {
  it('says yes to the first of so many operations', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.nat(254), { maxLength: 200 }),
        (threshold, operations) => {
          const strategy = new ValidationStrategy(threshold);
          expect(operations.map((importance) => strategy.shouldValidate(importance))).toEqual(
            operations.map((_, index) => index % threshold === 0),
          );
        },
      ),
    );
  });

  it('says yes to importance 255, without counting it', () => {
    const strategy = new ValidationStrategy(3);
    const answers = [1, 255, 255, 1, 255, 1, 1].map((importance) => strategy.shouldValidate(importance));
    expect(answers).toEqual([true, true, true, false, true, false, true]);
  });

  it('counts for itself', () => {
    const [one, other] = [new ValidationStrategy(2), new ValidationStrategy(2)];
    expect([one.shouldValidate(1), other.shouldValidate(1)]).toEqual([true, true]);
    expect([one.shouldValidate(1), other.shouldValidate(1)]).toEqual([false, false]);
  });

  it('of threshold 0 says yes to importance 255 only', () => {
    const strategy = new ValidationStrategy(0);
    expect([0, 1, 254, 255].map((importance) => strategy.shouldValidate(importance))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});

describe('the table of operations', () => {
  it('has a row for each', () => {
    const types = Object.values(OperationType).filter((type) => typeof type === 'number');
    expect(types).toHaveLength(OPERATION_TYPES);
    for (const type of types) {
      expect(operationImportances[type]).toBeGreaterThanOrEqual(100);
      expect(operationImportances[type]).toBeLessThanOrEqual(255);
      expect(operationCosts[type]).toBeGreaterThan(0);
    }
  });

  it('has the rows in their places', () => {
    expect(operationImportances[OperationType.CollectionValidate]).toBe(255);
    expect(operationImportances[OperationType.CollectionSlice]).toBe(200);
    expect(operationCosts[OperationType.MemoryRead]).toBe(5);
    expect(operationCosts[OperationType.MemoryWrite]).toBe(6);
    expect(operationCosts[OperationType.MemoryGrow]).toBe(50);
  });
});
