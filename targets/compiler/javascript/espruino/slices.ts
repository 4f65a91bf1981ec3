// Plans what the functions of a module need to count fuel, to yield and to be resumed. All functions are planned before one is
// printed.

import type { ModuleCode } from '../../../module/module-code.js';
import type { FunctionCode } from '../../intermediate/instruction.js';
import { type ChargePlan, emptyPlan, placeCharges } from '../../passes/charge-placement.js';
import { resumableFunctions } from '../../passes/resumable-functions.js';
import { emptyYieldPlan, type YieldPlan, yieldPoints } from '../../passes/yield-points.js';

export interface SlicePlan {
  charges: ChargePlan;
  yields: YieldPlan;
  /** Values that may have to be saved at once, about: `mostCalls` is how deep calls may go. */
  savedValues(mostCalls: number): number;
}

/** Run behind all passes. Without fuel there is nothing to plan. */
export function planSlices(
  code: ModuleCode,
  bodies: readonly FunctionCode[],
  { fuel, resumable: chosen }: { fuel: boolean; resumable?: readonly number[] },
): SlicePlan {
  const charges = emptyPlan();
  const yields = emptyYieldPlan();
  if (!fuel) return { charges, yields, savedValues: () => 0 };
  const { functions, recursive, mayYield } = resumableFunctions(code, bodies, chosen ?? []);
  for (const body of bodies) {
    const { index } = body;
    const isResumable = functions.has(index);
    const resumable = recursive.has(index) ? 'recursive' : isResumable ? 'yes' : 'no';
    placeCharges(body, charges, { resumable, closesLoops: true });
    if (isResumable) yieldPoints(body, charges, yields, mayYield);
  }
  const savedValues = (mostCalls: number) => {
    const frames = [...yields.saved].map(([index, count]) => [count + 1, recursive.has(index)] as const);
    const once = frames.reduce((sum, [count]) => sum + count, 0);
    const largest = Math.max(0, ...frames.filter(([, again]) => again).map(([count]) => count));
    return once + largest * mostCalls;
  };
  return { charges, yields, savedValues };
}
