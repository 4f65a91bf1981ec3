// Promises, as Espruino has them: what follows runs from the idle loop, on the board's clock and not on Node's.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';
import type { Errors } from './errors.js';

export interface PromisesHost {
  /** Runs when the program is idle. */
  later: (run: () => void) => void;
  /** Keeps an error that nothing catches until the program is idle. The last one is told. */
  raised: (error: unknown) => void;
  /** Takes what was kept. */
  takeRaised: () => { error: unknown } | undefined;
}

interface BoardPromise {
  /** 0 while it is pending, 1 once it is fulfilled, 2 once it is rejected. */
  state: number;
}

interface Hidden {
  value: unknown;
  onFulfilled: Reaction[];
  onRejected: Reaction[];
}

interface Reaction {
  next: Box;
  callback: unknown;
}

/** Resolves a promise, once. */
interface Box {
  promise: BoardPromise;
  isDone: boolean;
}

type Settle = (value?: unknown) => void;

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function promisesLibrary(
  host: PromisesHost,
  natives: RealmNatives,
  { define, extend, conceal, constructible, text, kindOf }: Definitions,
  { failure }: Errors,
  passOn: (error: unknown) => void,
): void {
  const { create } = Object;
  const PENDING = 0;
  const FULFILLED = 1;
  const REJECTED = 2;
  const hidden = new natives.WeakMap<object, Hidden>();
  const own = Promise.prototype;
  // Nothing can be done with a promise of V8's own.
  for (const name of Object.getOwnPropertyNames(own)) natives.deleteProperty(own, name);
  const isFunction = (value: unknown): value is (...values: unknown[]) => unknown => typeof value === 'function';
  const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
  const make = (): Box => {
    const promise: BoardPromise = create(own);
    promise.state = PENDING;
    hidden.set(promise, { value: undefined, onFulfilled: [], onRejected: [] });
    return { promise, isDone: false };
  };
  const react = ({ next, callback }: Reaction, value: unknown, isFulfilled: boolean) => {
    if (!isFunction(callback)) {
      settle(next, value, isFulfilled);
      return;
    }
    let result: unknown;
    try {
      result = callback(value);
    } catch (error) {
      passOn(error);
      settle(next, error, false);
      return;
    }
    // An error that nothing has caught so far is taken for one of the callback.
    const raised = host.takeRaised();
    if (raised) settle(next, raised.error, false);
    else settle(next, result, true);
  };
  const seal = (promise: BoardPromise, value: unknown, isFulfilled: boolean) => {
    const inside = hidden.get(promise)!;
    promise.state = isFulfilled ? FULFILLED : REJECTED;
    const reactions = isFulfilled ? inside.onFulfilled : inside.onRejected;
    if (!isFulfilled && reactions.length === 0) {
      const error = failure(`Unhandled promise rejection: ${text(value)}`);
      if (isObject(value)) error.stack = (value as Error).stack;
      host.raised(error);
      return;
    }
    for (const each of reactions) host.later(() => react(each, value, isFulfilled));
  };
  const settle = (box: Box, value: unknown, isFulfilled: boolean): void => {
    if (box.isDone) return;
    box.isDone = true;
    const { promise } = box;
    if (value === promise) throw failure('Illegal resolving to self');
    hidden.get(promise)!.value = value;
    const then = isFulfilled && isObject(value) ? (value as { then?: unknown }).then : undefined;
    if (!isFunction(then)) {
      seal(promise, value, isFulfilled);
      return;
    }
    const inner = { promise, isDone: false };
    try {
      natives.apply(then, value, [
        (next: unknown) => settle(inner, next, true),
        (error: unknown) => settle(inner, error, false),
      ]);
    } catch (error) {
      passOn(error);
      settle(inner, error, false);
    }
  };
  const queued =
    (box: Box, isFulfilled: boolean): Settle =>
    (value) =>
      host.later(() => settle(box, value, isFulfilled));
  const from = (run: (resolve: Settle, reject: Settle) => unknown): BoardPromise => {
    const box = make();
    try {
      run(queued(box, true), queued(box, false));
    } catch (error) {
      passOn(error);
      queued(box, false)(error);
    }
    return box.promise;
  };
  const Kind = constructible(([run]) => {
    if (run === undefined || run === null) throw failure('Function required in promise constructor');
    if (typeof run !== 'function')
      return from(() => {
        throw failure(`Expecting function, got ${kindOf(run)}`);
      });
    return from(run as () => unknown);
  });
  const then = (promise: BoardPromise, onFulfilled: unknown, onRejected: unknown): BoardPromise => {
    const next = make();
    const inside = hidden.get(promise);
    if (!inside) return next.promise;
    if (promise.state === PENDING) {
      inside.onFulfilled.push({ next, callback: onFulfilled });
      inside.onRejected.push({ next, callback: onRejected });
    } else {
      const callback = promise.state === FULFILLED ? onFulfilled : onRejected;
      // Without a callback, what comes after a settled promise is rejected.
      host.later(() => react({ next, callback }, inside.value, false));
    }
    return next.promise;
  };
  const { method } = {
    method(this: BoardPromise, onFulfilled?: unknown, onRejected?: unknown) {
      return then(this, onFulfilled, onRejected);
    },
  };
  define(own, 'then', method);
  extend(own, {
    catch(this: BoardPromise, onRejected?: unknown) {
      return then(this, undefined, onRejected);
    },
  });
  extend(Kind, {
    resolve(value?: unknown) {
      if (isObject(value) && hidden.has(value)) return value;
      const method = isObject(value) ? (value as { then?: unknown }).then : undefined;
      if (isFunction(method)) return from((resolve, reject) => natives.apply(method, value, [resolve, reject]));
      return from((resolve) => resolve(value));
    },
    reject: (error?: unknown) => from((_, reject) => reject(error)),
    all(promises: unknown[]) {
      const results: unknown[] = [];
      return from((resolve, reject) => {
        let left = 0;
        for (let at = 0; at < promises.length; at++) {
          const each = promises[at];
          if (!isObject(each) || !hidden.has(each)) {
            results[at] = each;
            continue;
          }
          left++;
          then(
            each as BoardPromise,
            (value: unknown) => {
              results[at] = value;
              if (--left === 0) resolve(results);
            },
            reject,
          );
        }
        if (left === 0) resolve(results);
      });
    },
  });
  define(own, 'constructor', Kind);
  conceal('Promise', Kind, own);
}
