// Errors: those that a program makes, and those of V8, which get Espruino's kinds and messages before a program sees them.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';

export interface ErrorsHost {
  /** Espruino's kind and message for an error of V8's, one after the other, separated by a line end. */
  engineError: (kind: string, message: string) => string;
  /**
   * The stack trace of an error, from V8's: a line for each call from the innermost one outwards, with the script and the position in
   * it. `message` is V8's, or the library's.
   */
  stackTrace: (calls: string, message: string) => string;
}

/** V8's description of a call. */
interface CallSite {
  getScriptNameOrSourceURL(): string | null;
  getPosition(): number;
}

/** Calls that V8 keeps of a stack: more than the board's stack has room for, with those of the library. */
export const MOST_CALLS = 250;

type BoardError = Error & { type?: string };

export interface Errors {
  /** An error of the library's functions. */
  failure: (message: string, kind?: string) => BoardError;
  /** Returns the exception that a program sees. An error of V8's becomes Espruino's, and stays the same object. */
  seen: (error: unknown) => unknown;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function errorsLibrary(
  host: ErrorsHost,
  natives: RealmNatives,
  { define, conceal, constructible, text }: Definitions,
  mostCalls: number,
): Errors {
  const { create, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, prototype, setPrototypeOf } = Object;
  const Native = Error;
  const known = new natives.WeakSet<object>();
  const instances: Record<string, object> = create(null);
  const nativeKinds = new natives.Map<object, string>();
  // V8 makes objects of frames, which know functions, for a program that sets these.
  defineProperty(Native, 'stackTraceLimit', { value: mostCalls, writable: false, configurable: false });
  defineProperty(Native, 'prepareStackTrace', { value: undefined, writable: false, configurable: false });
  const preparing = {
    value: {
      prepareStackTrace(_: unknown, sites: CallSite[]) {
        let lines = '';
        for (let at = 0; at < sites.length; at++)
          lines += `${sites[at].getScriptNameOrSourceURL()}:${sites[at].getPosition()}\n`;
        return lines;
      },
    },
    configurable: true,
  };
  /** Node asks the global `Error` how to show a stack. It must not ask the program. */
  const traceOf = (error: BoardError, message: string): string => {
    const shown = getOwnPropertyDescriptor(globalThis, 'Error');
    if (shown?.configurable === false) return '';
    let calls: unknown;
    try {
      defineProperty(globalThis, 'Error', preparing);
      calls = error.stack;
    } finally {
      if (shown) defineProperty(globalThis, 'Error', shown);
      else natives.deleteProperty(globalThis, 'Error');
    }
    return typeof calls === 'string' ? host.stackTrace(calls, message) : '';
  };
  const member = (object: object, name: string, value: unknown) =>
    defineProperty(object, name, { value, writable: true, configurable: true, enumerable: true });
  const complete = (error: BoardError, kind: string, message: string | undefined, original = ''): BoardError => {
    known.add(error);
    const trace = traceOf(error, original);
    // In Espruino's order.
    for (const name of ['stack', 'message']) natives.deleteProperty(error, name);
    if (message !== undefined) member(error, 'message', message);
    member(error, 'type', kind);
    if (trace !== '') member(error, 'stack', trace);
    setPrototypeOf(error, instances[kind]);
    return error;
  };
  const failure = (message: string | undefined, kind = 'Error') => complete(new Native(), kind, message);
  const methods = {
    toString(this: BoardError) {
      return this.message === undefined ? `${this.type}` : `${this.type}: ${this.message}`;
    },
  };
  const library = globalThis as unknown as Record<string, { prototype: object } | undefined>;
  for (const name of ['Error', 'TypeError', 'ReferenceError', 'SyntaxError', 'InternalError']) {
    const own = library[name]?.prototype ?? create(prototype);
    for (const each of ['name', 'message', 'toString']) natives.deleteProperty(own, each);
    setPrototypeOf(own, prototype);
    define(own, 'toString', methods.toString);
    const kind = constructible(([message]) => failure(message === undefined ? undefined : text(message), name));
    conceal(name, kind, own);
    instances[name] = own;
    nativeKinds.set(own, name);
  }
  nativeKinds.set(natives.RangeError.prototype, 'RangeError');
  return {
    failure,
    seen(error) {
      if (typeof error !== 'object' || error === null || known.has(error)) return error;
      const kind = nativeKinds.get(getPrototypeOf(error));
      // An object of the program that has such a prototype is no error of V8's.
      if (kind === undefined || !natives.isError(error)) return error;
      const original = `${(error as Error).message}`;
      const [type, message] = host.engineError(kind, original).split('\n');
      return complete(error as BoardError, type, message, original);
    },
  };
}
