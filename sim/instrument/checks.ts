// The checks that instrumented text calls, named by one letter each, and their counters. They are created in the program's realm: V8
// can inline them, and a program that has used up its stack does not call a function of Node's.

import type { KeyOrder } from '../realm/library/key-order.js';
import type { Operators } from '../realm/library/operators.js';
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

/** Constructors of the realm. */
export interface ChecksParts {
  Array: ArrayConstructor;
  Float32Array: Float32ArrayConstructor;
  isTypedArray: (value: unknown) => value is Uint8Array;
  isFloat: (view: object) => boolean;
  stored: (view: object, value: unknown) => unknown;
  indirectEval: unknown;
  /** The text of a value: numbers in Espruino's digits. */
  text: (value: unknown) => string;
  kindOf: (value: unknown) => string;
  number: (value: unknown) => number;
  failure: (message: string, kind?: string) => Error;
  keyOrder: KeyOrder;
  operators: Operators;
  /** Throws what a program must not catch. */
  passOn: (error: unknown) => void;
}

export interface ChecksFigures {
  /** The name of the checks in instrumented text. */
  checksName: string;
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
  /** Returns the place of a function of the program. */
  functionPlace(made: object): FunctionPlace | undefined;
  /** The number of the site of a class of the program. */
  classSite(made: object): number | undefined;
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
  const { isView, construct } = natives;
  const { isArray } = Array;
  // In the text of each function of a program.
  const entered = `${figures.checksName}.`;
  const {
    create,
    defineProperty,
    getOwnPropertyDescriptor,
    getOwnPropertyNames,
    getPrototypeOf,
    prototype,
    setPrototypeOf,
    values,
  } = Object;
  const { min } = Math;
  const { callStackBytes, functionJsVars, itemCost, itemStep, longString, hotSwitchTimes } = figures;
  const functions = new natives.WeakMap<object, FunctionPlace>();
  const callStacks = new natives.Map<number, Map<number, number>>();
  const switches = new natives.Map<number, number>();
  const classes = new natives.WeakMap<object, number>();
  const parents = new natives.WeakMap<object, object>();
  /** By what stands for a parent: the parent's prototype, which the class gets. */
  const prototypes = new natives.WeakMap<object, object>();
  const Apart = class {};
  /** Values of fields whose class is not made yet. */
  const fields: unknown[] = [];
  const { Float32Array: Float32, isTypedArray, stored, text, number, failure, kindOf } = parts;
  const { note, forget, arrange } = parts.keyOrder;
  const { primitiveOf, isEqual, isSame, isIn, isInstance, namesOf, constructorOf } = parts.operators;
  const WHOLE = 2 ** 31;
  /** The codes of the digits 0 and 9. */
  const [ZERO, NINE] = [48, 57];
  /** Numbers from here on have an exponent in their name. */
  const LONG_NAME = 1e21;
  /** The place of a byte has 32 bits: an element from this one on can be the place of another one. */
  const PLACES = 268435456;

  /** Sums of texts and what is no text. */
  const joined = (left: unknown, right: unknown): unknown => {
    if (typeof left === 'string') return left + (typeof right === 'number' ? text(right) : (right as string));
    if (typeof right === 'string') return (typeof left === 'number' ? text(left) : (left as string)) + right;
    if (typeof left === 'number' && typeof right === 'object' && right !== null) {
      const sum = 0 + (right as never);
      return typeof sum === 'string' ? text(left) + (sum as string).slice(1) : left + (sum as number);
    }
    return (left as never) + (right as never);
  };
  /** The name of a member, where it is a number that is not whole, or large. */
  const keyOf = (index: unknown) =>
    typeof index === 'number' && (index % 1 !== 0 || index >= LONG_NAME || index <= 0 - LONG_NAME)
      ? text(index)
      : index;
  const checkLoop = (value: unknown) => {
    if (typeof value === 'object' ? value !== null : typeof value !== 'number' && typeof value !== 'boolean') return;
    throw failure(`FOR loop can only iterate over Arrays, Strings or Objects, not ${kindOf(value)}`);
  };

  /** Whether a value that is no object lacks a member. None can be made there. */
  const isAbsent = (value: string | number | boolean, index: unknown, isRead: boolean) =>
    (isRead || typeof value !== 'string') && (value as never)[index as never] === undefined;

  const checkIndex = (object: unknown, index: unknown, site: number, isRead: boolean) => {
    if (!isTypedArray(object)) {
      const isString = typeof object === 'string';
      if (isString || typeof object === 'number' || typeof object === 'boolean')
        if (isString && typeof index === 'number' ? index < 0 || index % 1 !== 0 : isAbsent(object, index, isRead))
          throw failure(
            `Field or method "${text(index)}" does not already exist, and can't create it on ${isString ? 'String' : 'Number'}`,
          );
      return;
    }
    const { length } = object;
    const at = typeof index === 'string' && index !== '' ? +index : index;
    if (typeof at !== 'number' || at !== at) {
      if (typeof index === 'string' && index in object) return;
      const kind = typeof index === 'object' ? 'an object' : `${index as string}`;
      host.fail('index of another type', site, `the index is ${kind}: Espruino throws`);
    } else if (at < 0) host.fail('negative index', site, `the index is ${at}: Espruino throws`);
    else if (at % 1 !== 0) host.fail('fractional index', site, `the index is ${at}: Espruino throws`);
    else if (isRead && at >= length) {
      const reason = `the index is ${at}, the length ${length}: the value is undefined`;
      if (at >= PLACES) host.fail('read past the end', site, reason);
      else host.note('read past the end', site, reason);
    }
  };

  const isBuiltIn = (value: unknown) => !natives.sourceOf(value).includes(entered);

  class RealmChecks implements Checks {
    n = 0;
    c = 0;
    m = 1 / 0;
    allocated = 0;
    place = 0;
    readonly g: Frame = { parent: null, variables: 0, read: undefined };
    readonly frames: Frame[] = [];
    private stack = 0;
    /** The running calls: the sites of their functions, and the stack used before each. */
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
      const found = callStacks.get(caller)?.get(callee);
      return found === undefined ? this.newCallStack(caller, callee) : found;
    }

    private newCallStack(caller: number, callee: number): number {
      const known = callStacks.get(caller) ?? new natives.Map<number, number>();
      callStacks.set(caller, known);
      const bytes = host.callStack(caller, callee);
      known.set(callee, bytes);
      return bytes;
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

    /** Gives access to the variables of a frame. */
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
      const places = +(count as number);
      if (!(places >= 0 && places < 32)) {
        // ECMAScript takes what is no number, and Espruino too, as 0.
        if (places !== places) return 0;
        host.fail('shift count', site, `the count is ${places}; on ARM, counts are not masked`);
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
      return keyOf(index);
    }

    /** Index that is written: past the end, that does nothing. */
    j(object: unknown, index: unknown, site: number): unknown {
      if ((index as number) >= 0 && ((index as number) | 0) === index) {
        if (isArray(object)) this.c += itemCost + itemStep * min(index as number, object.length);
        else if (!isView(object)) this.created(object, index);
        return index;
      }
      if (typeof index === 'string') this.created(object, index);
      checkIndex(object, index, site, false);
      return keyOf(index);
    }

    /** Member that may be created, of a name that may be a whole number. */
    private created(object: unknown, name: unknown): void {
      if (typeof object === 'number' || typeof object === 'boolean') checkIndex(object, name, 0, false);
      if (typeof object !== 'object' || object === null) return;
      const key = `${name as string}`;
      const first = key.charCodeAt(0);
      if (first >= ZERO && first <= NINE) note(object, key);
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
      if (typeof value !== 'number')
        return isView(object) && value instanceof Object === false ? +number(value) : value;
      // NaN, and nothing else, differs from itself.
      if (value !== value) return object instanceof Float32 ? 0 / 0 : value;
      if (value < WHOLE && value >= 0 - WHOLE && value % 1 === 0) return value;
      return isTypedArray(object) && !parts.isFloat(object) ? stored(object, value) : value;
    }

    /** Length to be assigned. */
    y(object: unknown, value: unknown): unknown {
      if (object instanceof parts.Array) throw failure('Assignment to a constant', 'TypeError');
      return value;
    }

    /**
     * Checks the class that a class extends. Its members are not those of the class. `site` is given if `super(...)` calls it: a class of
     * the library has no constructor for that.
     */
    p(parent: unknown, site?: number): unknown {
      if (typeof parent !== 'function') return parent;
      const known = parents.get(parent);
      if (known) return known;
      const isLibrary = !functions.has(parent) && !classes.has(parent) && isBuiltIn(parent);
      const above = parent.prototype as object | null | undefined;
      if (!isLibrary && typeof above === 'object' && above !== null) {
        // V8 makes no object for a derived class: two constructors that make one for the same class take V8's slow path each time.
        const between = class extends Apart {
          // @ts-expect-error TS2377: what the parent makes is returned.
          // biome-ignore lint/correctness/noUnreachableSuper: so is it
          constructor(...all: unknown[]) {
            // biome-ignore lint/correctness/noConstructorReturn: the object is what the parent makes
            return construct(parent as never, all, new.target as never) as never;
          }
        };
        setPrototypeOf(between.prototype, above);
        prototypes.set(between, above);
        parents.set(parent, between);
        return between;
      }
      const instead = function (this: unknown, ...all: unknown[]) {
        const { prototype } = new.target as { prototype: object };
        if (!isLibrary) return construct(parent as never, all, new.target as never);
        if (site !== undefined) host.fail('super of a built-in class', site);
        return create(prototype);
      };
      instead.prototype = above;
      if (!isLibrary) parents.set(parent, instead);
      return instead;
    }

    /** `super` in a method: what is above the class of the object, not that of the method. */
    Y(object: object): object {
      const parent = getPrototypeOf(getPrototypeOf(object) ?? prototype);
      if (parent === null) throw failure("Calling 'super' outside of class", 'SyntaxError');
      return parent;
    }

    /** Class made: loops find its methods, and fields are members of its prototype. */
    C<F extends { prototype: object }>(made: F, site: number, ...names: string[]): F {
      classes.set(made, site);
      const { prototype } = made;
      const above = prototypes.get(getPrototypeOf(made) as object);
      if (above) setPrototypeOf(prototype, above);
      const first = fields.length - names.length;
      for (let at = 0; at < names.length; at++)
        defineProperty(prototype, names[at], { value: fields[first + at], writable: true, configurable: true });
      fields.length = first;
      for (const name of getOwnPropertyNames(prototype)) {
        if (name === 'constructor') continue;
        const member = getOwnPropertyDescriptor(prototype, name)!;
        member.enumerable = true;
        defineProperty(prototype, name, member);
      }
      return made;
    }

    classSite(made: object): number | undefined {
      return classes.get(made);
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

    /** Inspects a caught error. */
    z(error: unknown): void {
      parts.passOn(error);
    }

    /** Sum of two operands. */
    A(left: unknown, right: unknown): unknown {
      if (typeof left === 'number' && typeof right === 'number') return left + right;
      return this.q(joined(left, right));
    }

    /** Adds as above, if the right operand is evaluated first. */
    B(right: unknown, left: unknown): unknown {
      if (typeof left === 'number' && typeof right === 'number') return left + right;
      return this.q(joined(left, right));
    }

    /** Value within a template. */
    T(value: unknown): unknown {
      return typeof value === 'number' ? text(value) : value;
    }

    /** Returns the value that a conditional expression tests. */
    V(value: unknown): unknown {
      return primitiveOf(value);
    }

    /** Operand of a unary plus. */
    P(value: unknown): unknown {
      return typeof value === 'string' ? number(value) : +(value as number);
    }

    /** Empty array, of V8's general kind: one of numbers alone would lose the bits of the NaNs that it is given. */
    L(array: unknown[]): unknown[] {
      array[0] = undefined;
      array.length = 0;
      return array;
    }

    /** `arguments` of a function with so many parameters. */
    r(all: ArrayLike<unknown>, count: number): unknown[] {
      const made = this.L([]);
      for (let at = 0; at < all.length || at < count; at++) made[at] = all[at];
      return made;
    }

    /** Refuses `arguments` outside functions. */
    l(): never {
      throw failure("Can only use 'arguments' variable inside a function");
    }

    /** A value that is assigned. */
    R(value: unknown): never {
      throw failure(`Unable to assign value to non-reference ${kindOf(value)}`);
    }

    /** Variable that is not declared yet, or whose type is asked; `hidden` reads the one around that it will hide. */
    H(name: string, isType: boolean, hidden?: () => unknown): unknown {
      if (hidden) return hidden();
      const library = globalThis as unknown as Record<string, unknown>;
      const known = getOwnPropertyDescriptor(library, name);
      if (known && known.value !== undefined) return known.value;
      if (isType) return undefined;
      throw failure(`"${name}" is not defined`, 'ReferenceError');
    }

    /** Deletes a member; returns whether it existed. */
    d(object: object, key: string): boolean {
      if (object === null || object === undefined)
        throw failure(`Can't read property '${key}' of ${object as unknown}`);
      if (getOwnPropertyDescriptor(object, key) === undefined) return false;
      forget(object, `${key}`);
      return typeof object === 'function' && !functions.has(object) && isBuiltIn(object)
        ? false
        : natives.deleteProperty(object, key);
    }

    /** The name of a value: functions have none. */
    N(value: { name: unknown }): unknown {
      return typeof value === 'function' && getOwnPropertyDescriptor(value, 'name')?.enumerable !== true
        ? undefined
        : value.name;
    }

    /** The names that `for (... in ...)` goes through. */
    F(value: unknown): Iterable<string> {
      checkLoop(value);
      return value === undefined ? [] : namesOf(value as object);
    }

    /** Object with members in this order. */
    K(object: object, ...names: string[]): object {
      arrange(object, names);
      return object;
    }

    /** `==`. */
    Q(left: unknown, right: unknown): boolean {
      if (left === right) return true;
      return typeof left === 'number' && typeof right === 'number' ? false : isEqual(left, right);
    }

    /** `===`: of objects, their primitive values. */
    S(left: unknown, right: unknown): boolean {
      return left === right || isSame(left, right);
    }

    /** `in`. */
    I(name: unknown, object: unknown): boolean {
      return isIn(keyOf(name), object);
    }

    /** `instanceof`. */
    O(value: unknown, kind: unknown): boolean {
      if (typeof kind !== 'function') throw failure(`Expecting function on RHS, got ${kindOf(kind)}`);
      return isInstance(value, kind);
    }

    /** What `new` calls. */
    U(value: unknown): unknown {
      if (typeof value === 'function' && (value.prototype as object | null | undefined)?.constructor === value)
        return value;
      return constructorOf(value);
    }

    /** Value of a field: it is kept until its class is made. */
    W(name: string, value: unknown): string {
      fields[fields.length] = value;
      return name;
    }

    /** Returns the values that `for (... of ...)` visits: for an object, those of its members. */
    G(value: unknown): unknown {
      checkLoop(value);
      if (typeof value === 'string' || isArray(value) || isView(value)) return value;
      return value === undefined ? [] : values(value as object);
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
