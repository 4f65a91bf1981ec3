// The checks that instrumented text calls, one letter each, and what they count.

import { costOfInstructions } from '../cost/cost.js';
import { instructions as table } from '../cost/cost-table.js';
import { type Finding, finding } from '../language/finding.js';
import { builtInErrors } from '../language/library.js';
import type { Frame, FunctionOrigin } from '../memory.js';
import { SimulationError } from '../simulation-error.js';
import { PowerCut } from '../storage/flash.js';
import type { Site } from './instrument.js';

/** Constructors of the program's realm. */
export interface RealmClasses {
  Array: ArrayConstructor;
  Float32Array: Float32ArrayConstructor;
  /** The prototype of all typed arrays. */
  typedArray: object;
  errors: ReadonlyMap<unknown, string>;
}

export interface ChecksOptions {
  /** Bytes of C stack that calls can take. */
  callStackBytes: number;
  /** Kinds of findings that do not end the program. */
  allow: ReadonlySet<string>;
  /** Switches of at least so many cases that run at least so often are warned of. */
  hotSwitch: { cases: number; times: number };
  /** Called at a spot when the cost has passed `m`, which it sets anew; ends the program, or not. */
  pause: (site: number) => void;
  /** Instruments text that is evaluated. */
  compile: (text: string) => string;
  classes: RealmClasses;
  /** For each function that the program makes: its site and the frame it was made in. */
  functions: WeakMap<object, FunctionOrigin>;
  globalFrame: Frame;
}

const bits = new DataView(new ArrayBuffer(8));
const CANONICAL_NAN = 0x7ff80000;

/** Whether Espruino keeps all bits of this NaN when it becomes an f32. */
function isCanonical(value: number): boolean {
  bits.setFloat64(0, value);
  return bits.getInt32(0) === CANONICAL_NAN && bits.getInt32(4) === 0;
}

export class Checks {
  /** Statements executed. */
  n = 0;
  /** Their cost, in S. */
  c = 0;
  /** The cost at which the board is to be asked. */
  m = Number.POSITIVE_INFINITY;
  readonly g: Frame;
  /** Findings that did not end the program, once for each spot. */
  readonly findings: Finding[] = [];
  /** The frames of the calls that are running. */
  readonly frames: Frame[] = [];
  /** Bytes of C stack that were in use at most. */
  mostStack = 0;
  /** Called when a function is made, which takes memory. */
  functionMade: ((site: Site) => void) | undefined;
  private depth = 0;
  private stack = 0;
  private readonly switches = new Map<number, number>();
  private readonly reported = new Set<string>();
  private lastSite = 0;

  constructor(
    readonly sites: Site[],
    private readonly options: ChecksOptions,
  ) {
    this.g = options.globalFrame;
  }

  /** The spot that was checked last: an approximation of where the program is. */
  get place(): Site {
    return this.sites[this.lastSite];
  }

  /** Ends the program, or writes the finding down if its kind is allowed. */
  fail(what: string, site: number, reason?: string): void {
    const place = this.sites[site];
    if (!this.options.allow.has(what)) throw new SimulationError(what, place, reason);
    this.note(what, site, reason);
  }

  private note(what: string, site: number, reason?: string): void {
    const key = `${what}@${site}`;
    if (this.reported.has(key)) return;
    this.reported.add(key);
    this.findings.push(finding(what, this.sites[site], reason));
  }

  /** Function entered. */
  e(site: number): void {
    this.lastSite = site;
    this.depth++;
    this.stack += this.sites[site].stack;
    if (this.stack > this.mostStack) this.deeper(site);
    if (this.c > this.m) this.o(site);
  }

  private deeper(site: number): void {
    this.mostStack = this.stack;
    const { callStackBytes } = this.options;
    if (this.stack <= callStackBytes) return;
    const reason = `${this.depth} calls take about ${this.stack} bytes of C stack, and there are ${callStackBytes}`;
    throw new SimulationError('too much recursion', this.sites[site], reason);
  }

  x(site: number): void {
    this.depth--;
    this.stack -= this.sites[site].stack;
  }

  /** Function entered, with a frame for its variables. */
  E(site: number, parent: Frame): Frame {
    const frame: Frame = { parent, variables: 0, read: undefined };
    this.frames.push(frame);
    this.e(site);
    return frame;
  }

  X(frame: Frame, site: number): void {
    this.x(site);
    while (this.frames.length > 0 && this.frames.pop() !== frame);
  }

  /** What the variables of a frame are. */
  a(frame: Frame, variables: number, read: (index: number) => unknown): void {
    const { read: before, variables: count } = frame;
    // The program's top level comes in several texts.
    frame.read = before ? (index) => (index < count ? before(index) : read(index - count)) : read;
    frame.variables = count + variables;
  }

  /** Function made. */
  f<F extends object>(made: F, frame: Frame, site: number): F {
    this.options.functions.set(made, { frame, site: this.sites[site] });
    this.functionMade?.(this.sites[site]);
    return made;
  }

  /** So much cost reached. */
  o(site: number): void {
    this.lastSite = site;
    this.options.pause(site);
  }

  /** After the program has returned to the idle loop, however it did. */
  unwind(): void {
    this.depth = 0;
    this.stack = 0;
    this.frames.length = 0;
  }

  /** Shift count. */
  s(count: unknown, site: number): unknown {
    const number = Number(count);
    if (!(number >= 0 && number < 32)) {
      // ECMAScript takes what is no number, and Espruino too, as 0.
      if (Number.isNaN(number)) return 0;
      this.fail('shift count', site, `the count is ${number}; on ARM, counts are not masked`);
    }
    return count;
  }

  /** Index that is read. */
  i(object: unknown, index: unknown, site: number): unknown {
    const length = (object as { length: number } | null | undefined)?.length as number;
    if ((index as number) < length && (index as number) >= 0 && ((index as number) | 0) === index) {
      if (Array.isArray(object)) this.c += itemCost(Math.min(index as number, object.length));
      return index;
    }
    this.checkIndex(object, index, site, true);
    return index;
  }

  /** Index that is written: past the end, that does nothing. */
  j(object: unknown, index: unknown, site: number): unknown {
    if ((index as number) >= 0 && ((index as number) | 0) === index) {
      if (Array.isArray(object)) this.c += itemCost(Math.min(index as number, object.length));
      return index;
    }
    this.checkIndex(object, index, site, false);
    return index;
  }

  /** Element that was assigned: what it is now. */
  b(object: unknown, index: unknown): unknown {
    return (object as Record<string, unknown>)[index as string];
  }

  private checkIndex(object: unknown, index: unknown, site: number, isRead: boolean): void {
    if (!this.isTypedArray(object)) return;
    const { length } = object;
    const number = typeof index === 'string' && index !== '' ? Number(index) : index;
    if (typeof number !== 'number' || Number.isNaN(number)) {
      if (typeof index === 'string' && index in object) return;
      this.fail('index of another type', site, `the index is ${String(index)}: Espruino throws`);
    } else if (number < 0) this.fail('negative index', site, `the index is ${number}: Espruino throws`);
    else if (!Number.isInteger(number)) this.fail('fractional index', site, `the index is ${number}: Espruino throws`);
    else if (isRead && number >= length)
      this.fail('read past the end', site, `the index is ${number}, the length ${length}: the value is undefined`);
  }

  private isTypedArray(object: unknown): object is Uint8Array {
    return (
      ArrayBuffer.isView(object) &&
      Object.getPrototypeOf(Object.getPrototypeOf(object)) === this.options.classes.typedArray
    );
  }

  /** Element that was read. */
  r(value: unknown, object: object, site: number): unknown {
    // NaN, and nothing else, differs from itself.
    if (value !== value) this.checkNaN(value as number, object, site);
    return value;
  }

  /** Element that is read to be written, once it is known what is added to it. */
  u(object: object, index: unknown, value: unknown, site: number): unknown {
    const { length } = object as { length: number };
    if (!((index as number) < length)) this.checkIndex(object, index, site, true);
    return this.v(object, value, site);
  }

  /** Element to be written. */
  v(object: object, value: unknown, site: number): unknown {
    // NaN, and nothing else, differs from itself.
    if (value !== value) this.checkNaN(value as number, object, site);
    return value;
  }

  private checkNaN(value: number, object: object, site: number): void {
    if (!(object instanceof this.options.classes.Float32Array) || isCanonical(value)) return;
    this.fail('NaN through Float32Array', site);
  }

  /** Length to be assigned. */
  y(object: unknown, value: unknown, site: number): unknown {
    if (object instanceof this.options.classes.Array) this.fail('.length =', site);
    return value;
  }

  /** Right side of instanceof. */
  k(kind: unknown, site: number): unknown {
    const name = this.options.classes.errors.get(kind);
    if (name !== undefined && builtInErrors.has(name)) this.fail('instanceof Error', site);
    return kind;
  }

  /** A class whose constructor is called by `super(...)`: one of the library has none there. */
  p(parent: unknown, site: number): unknown {
    if (typeof parent !== 'function' || this.options.functions.has(parent) || !this.isBuiltIn(parent)) return parent;
    const { fail } = this;
    const stand = (values: unknown[], target: new () => unknown) => {
      fail.call(this, 'super of a built-in class', site);
      return Reflect.construct(parent, values, target);
    };
    const instead = function (...values: unknown[]) {
      return stand(values, new.target as unknown as new () => unknown);
    };
    instead.prototype = parent.prototype;
    return Object.setPrototypeOf(instead, parent);
  }

  private isBuiltIn(value: object): boolean {
    return this.options.classes.errors.has(value) || Function.prototype.toString.call(value).includes('[native code]');
  }

  /** A function whose declaration has not run. */
  h(site: number): never {
    throw new SimulationError('no hoisting', this.sites[site]);
  }

  /** Discriminant of a switch. */
  w(value: unknown, site: number): unknown {
    const { cases, times } = this.options.hotSwitch;
    if (this.sites[site].count < cases) return value;
    const count = (this.switches.get(site) ?? 0) + 1;
    this.switches.set(site, count);
    if (count === times)
      this.note(
        'switch in a hot path',
        site,
        `it ran ${times} times, and each of its ${this.sites[site].count} cases costs about a statement`,
      );
    return value;
  }

  /** What was caught: the simulator's own errors cannot be. */
  z(error: unknown): void {
    if (error instanceof SimulationError || error instanceof PowerCut) throw error;
  }

  /** Text that is evaluated. */
  t(text: unknown): unknown {
    return typeof text === 'string' ? this.options.compile(text) : text;
  }
}

/** In S: what an element of an array takes more than one of a typed array, which the instrumented text counts. */
function itemCost(index: number): number {
  return costOfInstructions(table.item + index * table.step - table.element);
}
