// The checks that instrumented text calls, named by one letter each, and their counters. They are created in the program's realm: V8
// can inline them, and a program that has used up its stack does not call a function of Node's.

import type { RealmNatives } from '../realm/membrane.js';

/** The variables of a call, or of the program. */
export interface Frame {
  parent: Frame | null;
  variables: number;
  /** Throws for a variable that is not initialised yet. */
  read: ((index: number) => unknown) | undefined;
}

/** Functions of the realm, in front of the simulator's. */
export interface ChecksHost {
  /** Ends the program, or writes the finding down if its kind is allowed. */
  fail: (what: string, site: number, reason?: string) => void;
  /** Ends the program, whatever is allowed. */
  end: (what: string, site: number, reason?: string) => never;
  /** Writes a finding down, once for each spot. */
  note: (what: string, site: number, reason: string) => void;
  /** Called at a spot when the cost has passed `m`, which it sets anew; ends the program, or not. */
  pause: (site: number) => void;
  /** Before a string of so many characters is kept. */
  growing: (characters: number) => void;
  /** Bytes of C stack that a call takes, by the sites of both functions; the caller is -1 where the program's text calls. */
  callStack: (caller: number, callee: number) => number;
  /** Instruments text that is evaluated. */
  compile: (text: string) => string;
}

/** Of the realm. */
export interface ChecksParts {
  Array: ArrayConstructor;
  Float32Array: Float32ArrayConstructor;
  /** The prototype of all typed arrays. */
  typedArray: object;
  /** Constructors of the library that programs use for errors. */
  errors: unknown[];
  indirectEval: unknown;
  /** Throws what a program must not catch. */
  passOn: (error: unknown) => void;
}

export interface ChecksFigures {
  /** Bytes of C stack that calls can take. */
  callStackBytes: number;
  /** JsVars that making a function takes at least. */
  functionJsVars: number;
  /** In S: what an element of an array takes more than one of a typed array, and each element in front of it. */
  itemCost: number;
  itemStep: number;
  /** A string of more characters takes more memory than a program makes between two counts of what it uses. */
  longString: number;
  /** Switches that run so often are warned of. */
  hotSwitchTimes: number;
}

export interface FunctionPlace {
  frame: Frame;
  /** The number of the site. */
  site: number;
}

export interface Checks {
  /** Statements executed. */
  n: number;
  /** Their cost, in S. */
  c: number;
  /** The cost at which the board is to be asked. */
  m: number;
  /** The frame of the program. */
  readonly g: Frame;
  /** JsVars that were taken since memory was counted, at least. */
  allocated: number;
  /** The number of the site that was checked last: an approximation of where the program is. */
  place: number;
  /** The frames of the calls that are running. */
  readonly frames: Frame[];
  /** Of a function of the program. */
  functionPlace(made: object): FunctionPlace | undefined;
  /** After the program has returned to the idle loop, however it did. */
  unwind(): void;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function makeChecks(
  host: ChecksHost,
  natives: RealmNatives,
  parts: ChecksParts,
  figures: ChecksFigures,
): Checks {
  const { isView } = natives;
  const { isArray } = Array;
  const { getPrototypeOf, setPrototypeOf } = Object;
  const { min } = Math;
  const functionText = Function.prototype.toString;
  const textOf = functionText.call.bind(functionText) as (value: unknown) => string;
  const { callStackBytes, functionJsVars, itemCost, itemStep, longString, hotSwitchTimes } = figures;
  const functions = new natives.WeakMap<object, FunctionPlace>();
  const callStacks = new natives.Map<number, Map<number, number>>();
  const switches = new natives.Map<number, number>();
  const { Float32Array: Float32, typedArray } = parts;

  const isTypedArray = (object: unknown): object is Uint8Array =>
    isView(object) && getPrototypeOf(getPrototypeOf(object)) === typedArray;

  const checkIndex = (object: unknown, index: unknown, site: number, isRead: boolean) => {
    if (!isTypedArray(object)) return;
    const { length } = object;
    const number = typeof index === 'string' && index !== '' ? +index : index;
    if (typeof number !== 'number' || number !== number) {
      if (typeof index === 'string' && index in object) return;
      const kind = typeof index === 'object' ? 'an object' : `${index as string}`;
      host.fail('index of another type', site, `the index is ${kind}: Espruino throws`);
    } else if (number < 0) host.fail('negative index', site, `the index is ${number}: Espruino throws`);
    else if (number % 1 !== 0) host.fail('fractional index', site, `the index is ${number}: Espruino throws`);
    else if (isRead && number >= length)
      host.fail('read past the end', site, `the index is ${number}, the length ${length}: the value is undefined`);
  };

  const isBuiltIn = (value: unknown) => {
    for (const each of parts.errors) if (each === value) return true;
    return /\[native code\]/.test(textOf(value));
  };

  class RealmChecks implements Checks {
    n = 0;
    c = 0;
    m = 1 / 0;
    allocated = 0;
    place = 0;
    readonly g: Frame = { parent: null, variables: 0, read: undefined };
    readonly frames: Frame[] = [];
    private stack = 0;
    /** Of the calls that are running: the sites of the functions, and the stack that was taken before. */
    private readonly sites: number[] = [];
    private readonly before: number[] = [];

    /** The `eval` that is a value: it does not see the variables around it. */
    readonly v8 = parts.indirectEval;

    functionPlace(made: object): FunctionPlace | undefined {
      return functions.get(made);
    }

    unwind(): void {
      this.stack = 0;
      this.sites.length = 0;
      this.before.length = 0;
      this.frames.length = 0;
    }

    /** Function entered. */
    e(site: number): void {
      this.place = site;
      const { sites, before } = this;
      const taken = this.callStack(sites.length === 0 ? -1 : sites[sites.length - 1], site);
      sites.push(site);
      before.push(this.stack);
      this.stack += taken;
      if (this.stack > callStackBytes) this.tooDeep(site);
      if (this.c > this.m) host.pause(site);
    }

    private callStack(caller: number, callee: number): number {
      const known = callStacks.get(caller) ?? new natives.Map<number, number>();
      callStacks.set(caller, known);
      const found = known.get(callee) ?? host.callStack(caller, callee);
      known.set(callee, found);
      return found;
    }

    private tooDeep(site: number): void {
      const { sites, stack } = this;
      const reason = `${sites.length} calls take about ${stack} bytes of C stack, and there are ${callStackBytes}`;
      host.end('too much recursion', site, reason);
    }

    /** Function left. */
    x(): void {
      this.sites.pop();
      this.stack = this.before.pop() ?? 0;
    }

    /** Function entered, with a frame for its variables. */
    E(site: number, parent: Frame): Frame {
      const frame: Frame = { parent, variables: 0, read: undefined };
      this.frames.push(frame);
      this.e(site);
      return frame;
    }

    X(frame: Frame): void {
      this.x();
      const { frames } = this;
      while (frames.length > 0 && frames.pop() !== frame);
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
      functions.set(made, { frame, site });
      this.allocated += functionJsVars;
      return made;
    }

    /** So much cost reached. */
    o(site: number): void {
      this.place = site;
      host.pause(site);
    }

    /** Shift count. */
    s(count: unknown, site: number): unknown {
      const number = +(count as number);
      if (!(number >= 0 && number < 32)) {
        // ECMAScript takes what is no number, and Espruino too, as 0.
        if (number !== number) return 0;
        host.fail('shift count', site, `the count is ${number}; on ARM, counts are not masked`);
      }
      return count;
    }

    /** Index that is read. */
    i(object: unknown, index: unknown, site: number): unknown {
      const length = (object as { length: number } | null | undefined)?.length as number;
      if ((index as number) < length && (index as number) >= 0 && ((index as number) | 0) === index) {
        if (isArray(object)) this.c += itemCost + itemStep * min(index, object.length);
        return index;
      }
      checkIndex(object, index, site, true);
      return index;
    }

    /** Index that is written: past the end, that does nothing. */
    j(object: unknown, index: unknown, site: number): unknown {
      if ((index as number) >= 0 && ((index as number) | 0) === index) {
        if (isArray(object)) this.c += itemCost + itemStep * min(index as number, object.length);
        return index;
      }
      checkIndex(object, index, site, false);
      return index;
    }

    /** Element that was assigned: what it is now. */
    b(object: Record<string, unknown>, index: string): unknown {
      const value = object[index];
      if (value !== value && object instanceof Float32) object[index] = 0 / 0;
      return this.q(value);
    }

    /** Element that is read to be written, once it is known what is added to it. */
    u(object: object, index: unknown, value: unknown, site: number): unknown {
      const { length } = object as { length: number };
      if (!((index as number) < length)) checkIndex(object, index, site, true);
      return value;
    }

    /** Element to be written. On ARM, a NaN that becomes an f32 loses its sign and payload. */
    v(object: object, value: unknown): unknown {
      // NaN, and nothing else, differs from itself.
      return value !== value && object instanceof Float32 ? 0 / 0 : value;
    }

    /** Length to be assigned. */
    y(object: unknown, value: unknown, site: number): unknown {
      if (object instanceof parts.Array) host.fail('.length =', site);
      return value;
    }

    /** Right side of instanceof. */
    k(kind: unknown, site: number): unknown {
      for (const each of parts.errors) if (each === kind) host.fail('instanceof Error', site);
      return kind;
    }

    /** A class whose constructor is called by `super(...)`: one of the library has none there. */
    p(parent: unknown, site: number): unknown {
      if (typeof parent !== 'function' || functions.has(parent) || !isBuiltIn(parent)) return parent;
      const instead = function (this: unknown, ...values: unknown[]) {
        host.fail('super of a built-in class', site);
        const made = new (parent as new (...values: unknown[]) => object)(...values);
        return setPrototypeOf(made, new.target.prototype);
      };
      instead.prototype = parent.prototype;
      return setPrototypeOf(instead, parent);
    }

    /** A function whose declaration has not run. */
    h(site: number): never {
      return host.end('no hoisting', site);
    }

    /** Discriminant of a switch with many cases. */
    w(value: unknown, site: number, cases: number): unknown {
      const count = (switches.get(site) ?? 0) + 1;
      switches.set(site, count);
      if (count === hotSwitchTimes)
        host.note(
          'switch in a hot path',
          site,
          `it ran ${count} times, and each of its ${cases} cases costs about a statement`,
        );
      return value;
    }

    /** What was caught. */
    z(error: unknown): void {
      parts.passOn(error);
    }

    /** Sum, which may be a string. */
    q(value: unknown): unknown {
      if (typeof value === 'string' && value.length > longString) host.growing(value.length);
      return value;
    }

    /** Text that is evaluated. */
    t(text: unknown): unknown {
      return typeof text === 'string' ? host.compile(text) : text;
    }
  }
  return new RealmChecks();
}
