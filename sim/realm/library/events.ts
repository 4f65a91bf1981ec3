// Listeners: each object of Espruino's has them, in members that programs see, `#on` and the event's name.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';
import type { Errors } from './errors.js';

/** A function, or text. */
type Listener = ((...values: unknown[]) => unknown) | string;
type Emitter = Record<string, Listener[] | undefined>;

export interface EventsHost {
  /** Runs when the program is idle. */
  later: (run: () => void) => void;
  evaluateListener: (text: string) => unknown;
}

export interface Events {
  /** Objects with listeners: those that are nowhere else counted as memory, too. */
  emitters: Set<object>;
  /** Runs the listeners of an event at once. */
  dispatch: (emitter: object, event: string, values: unknown[]) => void;
  /** Called by a listener: those after it do not get the event. */
  stopPropagation: () => void;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function eventsLibrary(
  host: EventsHost,
  natives: RealmNatives,
  { extend }: Definitions,
  { failure }: Errors,
): Events {
  const emitters = new natives.Set<object>();
  const { slice, push, unshift, splice, indexOf } = Array.prototype;
  const isFunction = (value: unknown) => typeof value === 'function';
  let stopped = false;
  let isDispatching = false;
  const add = (emitter: Emitter, event: unknown, listener: unknown, into: typeof push) => {
    if (typeof event !== 'string') throw failure('First argument must be String', 'TypeError');
    if (!isFunction(listener) && typeof listener !== 'string')
      throw failure('Second argument must be a function or a String', 'TypeError');
    const key = `#on${event}`;
    emitters.add(emitter);
    emitter[key] ??= [];
    natives.apply(into, emitter[key], [listener]);
  };
  const remove = (emitter: Emitter, key: string) => {
    delete emitter[key];
  };
  const dispatch = (emitter: object, event: string, values: unknown[]) => {
    const all = (emitter as Emitter)[`#on${event}`];
    if (all) runAll(emitter, natives.apply(slice, all, []) as Listener[], values);
  };
  const runAll = (emitter: object, all: readonly Listener[], values: unknown[]) => {
    stopped = false;
    isDispatching = true;
    const failures: unknown[] = [];
    for (const listener of all) {
      // An error ends none of those that follow.
      try {
        if (typeof listener === 'string') host.evaluateListener(listener);
        else natives.apply(listener, emitter, values);
      } catch (error) {
        failures[failures.length] = error;
      }
      if (stopped) break;
    }
    stopped = false;
    isDispatching = false;
    if (failures.length > 0) throw failures[failures.length - 1];
  };
  extend(Object.prototype, {
    on(this: Emitter, event: unknown, listener: unknown) {
      add(this, event, listener, push);
    },
    addListener(this: Emitter, event: unknown, listener: unknown) {
      add(this, event, listener, push);
    },
    prependListener(this: Emitter, event: unknown, listener: unknown) {
      add(this, event, listener, unshift);
    },
    removeListener(this: Emitter, event: string, listener: Listener) {
      const all = this[`#on${event}`];
      const at = all ? (natives.apply(indexOf, all, [listener]) as number) : -1;
      if (!all || at < 0) return;
      natives.apply(splice, all, [at, 1]);
      if (all.length === 0) remove(this, `#on${event}`);
    },
    removeAllListeners(this: Emitter, event?: string) {
      if (event !== undefined) remove(this, `#on${event}`);
      else for (const key of Object.keys(this)) if (key.startsWith('#on')) remove(this, key);
    },
    emit(this: Emitter, event: string, ...values: unknown[]) {
      const listeners = this[`#on${event}`];
      if (listeners) {
        // Take the current listeners.
        const all = natives.apply(slice, listeners, []) as Listener[];
        host.later(() => runAll(this, all, values));
      }
    },
  });
  return {
    emitters,
    dispatch,
    stopPropagation() {
      if (!isDispatching) throw failure('Not called from within an event handler');
      stopped = true;
    },
  };
}
