// Runs in a fresh realm and turns its library into Espruino's, where this cannot be done from outside.

/**
 * A function of `PreludeHost`, whose functions are of the realm already, of `RealmNatives`, and of what is thrown to end the
 * program. Its value is what the board needs of the realm.
 */
export const prelude = `(function (host, natives, stop) {
  'use strict';
  const MANY_ITEMS = 500;
  const LONG_ARRAY = 4000;
  const MOST_ITEMS = 20000;
  const LONG_STRING = 2048;
  const define = (object, name, value) =>
    Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });
  const OriginalDate = Date;
  const { floor, ceil, exp, log, min, max, random } = Math;

  define(Math, 'sqrt', (x) => (x === 0 ? 0 : x > 0 ? exp(log(x) * 0.5) : NaN));
  define(Math, 'round', (x) => (x < 0 ? ceil(x - 0.5) : floor(x + 0.5)));
  define(Math, 'min', function (a, b) { return arguments.length === 2 && a === b ? a : min.apply(Math, arguments); });
  define(Math, 'max', function (a, b) { return arguments.length === 2 && a === b ? a : max.apply(Math, arguments); });
  define(Math, 'clip', (x, low, high) => (x < low ? low : x > high ? high : x));
  define(Math, 'wrap', (x, size) => (size < 0 ? 0 : ((x % size) + size) % size));
  define(Math, 'randInt', (range) => floor(random() * (range || 4294967296)));

  const { fromCharCode } = String;
  define(String, 'fromCharCode', function () {
    return fromCharCode.apply(String, [].map.call(arguments, (code) => code & 255));
  });
  define(Number.prototype, 'toString', function (radix) {
    return host.numberText(OriginalNumber(this), radix || 10);
  });

  define(JSON, 'stringify', (value, replacer, space) => {
    if (typeof value === 'function') return undefined;
    const indent = typeof space === 'number' ? ' '.repeat(min(max(space, 0), 10)) : typeof space === 'string' ? space : '';
    return host.jsonText(value, indent.slice(0, 10));
  });

  // Some of Number's members cannot be deleted.
  const OriginalNumber = Number;
  const BoardNumber = function (value) {
    const number = arguments.length === 0 ? 0 : OriginalNumber(value);
    return new.target ? new OriginalNumber(number) : number;
  };
  BoardNumber.prototype = OriginalNumber.prototype;
  define(OriginalNumber.prototype, 'constructor', BoardNumber);
  for (const name of ['NaN', 'MAX_VALUE', 'MIN_VALUE', 'NEGATIVE_INFINITY', 'POSITIVE_INFINITY'])
    define(BoardNumber, name, OriginalNumber[name]);
  define(globalThis, 'Number', BoardNumber);

  const views = 'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array';
  const wrap = (name) => {
    const Original = globalThis[name];
    const Constructor = function (first, offset, length) {
      if (offset > 65535 || offset < 0) throw new Error('byteOffset too large (or negative)');
      const isView = first instanceof OriginalBuffer;
      if (!isView) host.allocating(typeof first === 'number' ? first * (Original.BYTES_PER_ELEMENT || 1) : 0);
      return new Original(...arguments);
    };
    Constructor.prototype = Original.prototype;
    define(Original.prototype, 'constructor', Constructor);
    define(globalThis, name, Constructor);
  };
  const OriginalBuffer = ArrayBuffer;
  for (const name of views.split(' ')) wrap(name);
  const Buffer = function (size) {
    if (!(size > 0)) throw new Error('Invalid length for ArrayBuffer');
    host.allocating(size);
    return new OriginalBuffer(size);
  };
  Buffer.prototype = OriginalBuffer.prototype;
  define(OriginalBuffer.prototype, 'constructor', Buffer);
  define(globalThis, 'ArrayBuffer', Buffer);
  // Each access of a DataView makes a view there.
  for (const name of Object.getOwnPropertyNames(DataView.prototype)) {
    if (!/^[gs]et./.test(name)) continue;
    const original = DataView.prototype[name];
    define(DataView.prototype, name, function (offset, ...values) {
      if (this.byteOffset + offset > 65535 || offset < 0) throw new Error('byteOffset too large (or negative)');
      return original.call(this, offset, ...values);
    });
  }

  // Of a string its bytes, and what there is no room for is dropped.
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
  define(typedArray, 'set', function (items, offset) {
    const start = offset || 0;
    const isText = typeof items === 'string';
    const values = isText ? [].map.call(items, (each) => each.charCodeAt(0)) : [].slice.call(items);
    for (let at = 0; at < values.length && start + at < this.length; at++) this[start + at] = values[at];
  });

  const BoardDate = function (...parts) {
    if (!new.target) return String(new OriginalDate(host.now()));
    return parts.length === 0 ? new OriginalDate(host.now()) : new OriginalDate(...parts);
  };
  BoardDate.prototype = OriginalDate.prototype;
  define(OriginalDate.prototype, 'constructor', BoardDate);
  define(BoardDate, 'now', () => host.now());
  define(BoardDate, 'parse', OriginalDate.parse);
  define(globalThis, 'Date', BoardDate);

  const OriginalFunction = Function;
  const BoardFunction = function (...parts) {
    const text = parts.pop();
    return host.evaluate('(function(' + parts.join() + '){' + (text === undefined ? '' : text) + '})');
  };
  BoardFunction.prototype = OriginalFunction.prototype;
  define(OriginalFunction.prototype, 'constructor', BoardFunction);
  define(globalThis, 'Function', BoardFunction);
  define(OriginalFunction.prototype, 'replaceWith', function () {
    throw new Error('Function.replaceWith is not simulated');
  });

  // V8 makes objects of frames, which know functions, for a program that sets these.
  for (const name of ['prepareStackTrace', 'stackTraceLimit'])
    Object.defineProperty(Error, name, { value: undefined, writable: false, configurable: false, enumerable: false });

  const directEval = eval;
  define(globalThis, 'eval', (text) => (typeof text === 'string' ? host.evaluate(text) : text));

  /** To what a catch clause has caught: what ends the program cannot be caught. */
  const passOn = (error) => {
    if (error === stop) throw stop;
    if (error instanceof natives.RangeError) host.exhausted(error.message);
  };

  // Every object of Espruino's emits events.
  const listeners = new natives.Map();
  const of = (object, event) => {
    let all = listeners.get(object);
    if (!all) listeners.set(object, (all = Object.create(null)));
    return all[event] || (all[event] = []);
  };
  define(Object.prototype, 'on', function (event, run) { of(this, event).push(run); });
  define(Object.prototype, 'addListener', Object.prototype.on);
  define(Object.prototype, 'prependListener', function (event, run) { of(this, event).unshift(run); });
  define(Object.prototype, 'removeListener', function (event, run) {
    const all = of(this, event);
    const at = all.indexOf(run);
    if (at >= 0) all.splice(at, 1);
  });
  define(Object.prototype, 'removeAllListeners', function (event) {
    if (event === undefined) listeners.delete(this);
    else of(this, event).splice(0);
  });
  define(Object.prototype, 'emit', function (event, ...values) {
    const emitter = this;
    for (const run of of(this, event).slice()) host.later(() => run.apply(emitter, values));
  });

  // As Espruino's own: what follows runs from the idle loop, on the board's clock and not on Node's.
  const settle = (promise, state, value) => {
    if (promise.state) return;
    promise.state = state;
    promise.value = value;
    const all = promise.reactions.splice(0);
    for (const run of all) host.later(run);
    if (state === 2 && all.length === 0) host.later(() => {
      if (!promise.handled) host.print('Unhandled promise rejection: ' + value);
    });
  };
  const resolve = (promise, value) => {
    if (value && typeof value.then === 'function')
      value.then((next) => resolve(promise, next), (error) => settle(promise, 2, error));
    else settle(promise, 1, value);
  };
  // Nothing can be done with a promise of V8's own.
  for (const name of Object.getOwnPropertyNames(Promise.prototype)) delete Promise.prototype[name];
  class BoardPromise {
    constructor(run) {
      for (const [name, value] of [['state', 0], ['value', undefined], ['reactions', []], ['handled', false]])
        define(this, name, value);
      let isDone = false;
      const once = (end) => (value) => {
        if (!isDone) end(this, value);
        isDone = true;
      };
      const reject = once((promise, error) => settle(promise, 2, error));
      try {
        run(once(resolve), reject);
      } catch (error) {
        passOn(error);
        reject(error);
      }
    }
    then(fulfilled, rejected) {
      this.handled = true;
      return new BoardPromise((succeed, fail) => {
        const react = () => {
          const handler = this.state === 1 ? fulfilled : rejected;
          if (typeof handler !== 'function') (this.state === 1 ? succeed : fail)(this.value);
          else {
            let value;
            try {
              value = handler(this.value);
            } catch (error) {
              passOn(error);
              fail(error);
              return;
            }
            succeed(value);
          }
        };
        if (this.state) host.later(react);
        else this.reactions.push(react);
      });
    }
    catch(rejected) { return this.then(undefined, rejected); }
    finally(run) { return this.then((value) => (run(), value), (error) => { run(); throw error; }); }
    static resolve(value) { return new BoardPromise((succeed) => succeed(value)); }
    static reject(error) { return new BoardPromise((_, fail) => fail(error)); }
    static all(promises) {
      return new BoardPromise((succeed, fail) => {
        const values = [];
        let left = promises.length;
        if (left === 0) succeed(values);
        promises.forEach((each, at) => BoardPromise.resolve(each).then((value) => {
          values[at] = value;
          if (--left === 0) succeed(values);
        }, fail));
      });
    }
  }
  define(globalThis, 'Promise', BoardPromise);

  // V8 goes over the whole length of an array, and makes more than a board has memory for: the board is asked.
  const OriginalArray = Array;
  const { isArray } = Array;
  const BoardArray = function (length) {
    const isLong = arguments.length === 1 && length > LONG_ARRAY;
    // V8 makes room for all items, but for those of so long an array.
    const made = natives.construct(OriginalArray, isLong ? [4294967295] : arguments, new.target || BoardArray);
    if (isLong) made.length = length;
    return made;
  };
  BoardArray.prototype = OriginalArray.prototype;
  define(OriginalArray.prototype, 'constructor', BoardArray);
  define(BoardArray, 'isArray', isArray);
  define(globalThis, 'Array', BoardArray);
  const bound = (prototype, names, before) => {
    for (const name of names.split(' ')) {
      const original = prototype[name];
      const { bounded } = {
        bounded() {
          if (before) before(this, arguments);
          const result = natives.apply(original, this, arguments);
          if (typeof result === 'string') {
            if (result.length > LONG_STRING) host.growing(result.length, true);
          } else if (isArray(result) && result.length > MANY_ITEMS) host.growing(result.length, false);
          return result;
        },
      };
      define(prototype, name, bounded);
    }
  };
  const items =
    'fill join toString indexOf includes forEach map filter some every find findIndex reduce reverse sort slice splice concat ' +
    'unshift shift';
  bound(OriginalArray.prototype, items, (array) => {
    if (isArray(array) && array.length > MOST_ITEMS) host.growing(array.length, false);
  });
  bound(String.prototype, 'concat replace replaceAll split');
  bound(String.prototype, 'repeat padStart padEnd', (text, values) => {
    const length = +values[0] * (typeof text === 'string' ? text.length : 1);
    if (length > LONG_STRING) host.growing(length, true);
  });

  define(Array.prototype, 'remove', function (item) {
    const at = this.indexOf(item);
    if (at >= 0) this.splice(at, 1);
    return this;
  });

  class Pin {
    constructor(name) { define(this, 'name', name); }
    read() { return host.digitalRead(this); }
    write(value) { host.digitalWrite(this, value); }
    set() { host.digitalWrite(this, 1); }
    reset() { host.digitalWrite(this, 0); }
    writeAtTime(value, time) { host.digitalWrite(this, value, time); }
    toggle() { const value = !host.digitalRead(this); host.digitalWrite(this, value); return value; }
    pulse(value, time) { host.digitalPulse(this, value, time); }
    analog() { return host.analogRead(this); }
    pwm(value, options) { host.analogWrite(this, value, options); }
    mode(mode) { host.pinMode(this, mode); }
    getMode() { return host.getPinMode(this); }
    getInfo() { return {}; }
    toString() { return this.name; }
  }
  define(globalThis, 'Pin', Pin);

  const BoardBytes = Uint8Array;
  return {
    Pin,
    directEval,
    indirectEval: globalThis.eval,
    passOn,
    listeners,
    Array: BoardArray,
    Object,
    Float32Array,
    typedArray,
    errors: [Error, SyntaxError, TypeError, ReferenceError],
    uint8Array: (bytes) => { const made = new BoardBytes(bytes.length); for (let i = 0; i < bytes.length; i++) made[i] = bytes[i]; return made; },
    array: (items) => { const made = []; for (let i = 0; i < items.length; i++) made.push(items[i]); return made; },
    object: (members) => { const made = {}; for (const [key, value] of members) made[key] = value; return made; },
    raise: (message) => { throw new Error(message); },
  };
})`;

export interface PreludeHost {
  now: () => number;
  numberText: (value: number, radix: number) => string;
  jsonText: (value: unknown, indent: string) => string;
  /** Before a buffer of so many bytes is made. */
  allocating: (bytes: number) => void;
  /** Before an array of so many items, or a string of so many characters, is made or gone over. */
  growing: (count: number, isString: boolean) => void;
  evaluate: (text: string) => unknown;
  /** Ends the program if this is V8's message for a lack of stack or memory. */
  exhausted: (message: string) => void;
  /** Runs when the program is idle. */
  later: (run: () => void) => void;
  /** A line of text. */
  print: (text: string) => void;
  digitalRead: (pin: unknown) => number;
  digitalWrite: (pin: unknown, value: unknown, time?: number) => void;
  digitalPulse: (pin: unknown, value: unknown, time: unknown) => void;
  analogRead: (pin: unknown) => number;
  analogWrite: (pin: unknown, value: unknown, options?: unknown) => void;
  pinMode: (pin: unknown, mode: unknown) => void;
  getPinMode: (pin: unknown) => string;
}

type Listeners = Record<string, ((...values: unknown[]) => void)[]>;

/** Of the realm. */
export interface RealmParts {
  Pin: new (name: string) => { name: string };
  /** V8's own `eval`, which reads the variables around a call, and the one that programs can hand on. */
  directEval: unknown;
  indirectEval: unknown;
  /** Throws what a program must not catch. */
  passOn: (error: unknown) => void;
  /** By object and event. */
  listeners: Map<object, Listeners>;
  Array: ArrayConstructor;
  Float32Array: Float32ArrayConstructor;
  typedArray: object;
  errors: unknown[];
  uint8Array: (bytes: ArrayLike<number>) => Uint8Array;
  array: (items: ArrayLike<unknown>) => unknown[];
  object: (members: [string, unknown][]) => Record<string, unknown>;
  /** Throws an Error of the realm. */
  raise: (message: string) => never;
}
