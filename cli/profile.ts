// `tazzina run --profile`: a profile of the fuel. The call runs in slices of fuel, and its call stack is sampled after each.

import { CallStatus, type Engine } from '../src/index.js';
import { withoutMangling } from '../targets/module/rust-names.js';

/** Functions by name, outermost first, and the fuel of the slices that ended there. */
export interface StackSample {
  functions: string[];
  fuel: number;
}

export interface FunctionShare {
  name: string;
  /** Fuel of slices that ended in the function itself. */
  self: number;
  /** And in it or in what it called. */
  total: number;
}

/** Fuel of a slice, at first: a prime, so that no loop keeps step with it. */
const FIRST_SLICE = 97;
/** With more samples than this the slices become longer. */
const MOST_SAMPLES = 20_000;

export class Profile {
  private readonly stacks = new Map<string, StackSample>();
  private slice = FIRST_SLICE;
  private samples = 0;

  /** Calls a function to its end, or until `fuel` is used up. Throws what the call throws. */
  call(engine: Engine, address: number, fuel = Number.POSITIVE_INFINITY): CallStatus {
    let left = fuel;
    let before = engine.fuelUsed;
    let status = engine.call(address, Math.min(this.slice, left));
    while (status === CallStatus.Yielded) {
      const used = engine.fuelUsed - before;
      before = engine.fuelUsed;
      left -= used;
      this.add(engine, used);
      if (left < 0) return status;
      status = engine.resume(this.next());
    }
    return status;
  }

  /** A resumed call first pays what the last slice has overdrawn. */
  private next(): number {
    if (++this.samples % MOST_SAMPLES === 0) this.slice = this.slice * 2 + 1;
    return this.slice;
  }

  private add(engine: Engine, fuel: number): void {
    const functions = engine
      .suspendedFunctions()
      .map((address) => withoutMangling(engine.functionName(address)) || `function ${address}`)
      .reverse();
    const key = functions.join('\n');
    const known = this.stacks.get(key);
    if (known) known.fuel += fuel;
    else this.stacks.set(key, { functions, fuel });
  }

  /** Every stack that was seen. */
  get stackSamples(): StackSample[] {
    return [...this.stacks.values()];
  }

  /** Functions with their own fuel, the largest first. */
  get shares(): FunctionShare[] {
    const shares = new Map<string, FunctionShare>();
    for (const { functions, fuel } of this.stacks.values()) {
      for (const name of new Set(functions)) {
        const share = shares.get(name) ?? { name, self: 0, total: 0 };
        share.total += fuel;
        if (name === functions[functions.length - 1]) share.self += fuel;
        shares.set(name, share);
      }
    }
    return [...shares.values()].sort((one, other) => other.self - one.self || other.total - one.total);
  }
}

const MOST_ROWS = 15;

/** The hottest functions as a table of 80 columns. */
export function profileText(profile: Profile): string {
  const { shares, stackSamples } = profile;
  const all = stackSamples.reduce((sum, { fuel }) => sum + fuel, 0);
  if (all === 0) return 'profile: too short to tell\n';
  const percent = (fuel: number) => `${((fuel / all) * 100).toFixed(1)} %`.padStart(8);
  const rows = shares.slice(0, MOST_ROWS).map(({ name, self, total }) => {
    const shown = name.length > 60 ? `${name.slice(0, 59)}…` : name;
    return `${percent(self)}  ${percent(total)}  ${shown}`;
  });
  const others = shares.length - MOST_ROWS;
  const rest = others > 0 ? [`and ${others} other${others === 1 ? '' : 's'}`] : [];
  return `${['    self     total  function', ...rows, ...rest].join('\n')}\n`;
}
