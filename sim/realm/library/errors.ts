// Errors: those that a program makes, and those of V8, which get Espruino's kinds and messages before a program sees them.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';

export interface ErrorsHost {
  /** Espruino's kind and message for an error of V8's, one after the other, separated by a line end. */
  engineError: (kind: string, message: string) => string;
}

type BoardError = Error & { type?: string };

export interface Errors {
  /** An error of the library's functions. */
  failure: (message: string, kind?: string) => BoardError;
  /** What a program sees of what was thrown: an error of V8's becomes Espruino's, and is the same object still. */
  seen: (error: unknown) => unknown;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function errorsLibrary(
  host: ErrorsHost,
  natives: RealmNatives,
  { define, conceal, constructible, text }: Definitions,
): Errors {
  const { create, defineProperty, getPrototypeOf, prototype, setPrototypeOf } = Object;
  const Native = Error;
  const known = new natives.WeakSet<object>();
  const instances: Record<string, object> = create(null);
  const nativeKinds = new natives.Map<object, string>();
  // V8 makes objects of frames, which know functions, for a program that sets these.
  for (const name of ['prepareStackTrace', 'stackTraceLimit'])
    defineProperty(Native, name, { value: undefined, writable: false, configurable: false, enumerable: false });
  const member = (object: object, name: string, value: unknown) =>
    defineProperty(object, name, { value, writable: true, configurable: true, enumerable: true });
  const complete = (error: BoardError, kind: string, message: string | undefined): BoardError => {
    known.add(error);
    // In Espruino's order.
    for (const name of ['stack', 'message']) natives.deleteProperty(error, name);
    if (message !== undefined) member(error, 'message', message);
    member(error, 'type', kind);
    member(error, 'stack', '');
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
      const [type, message] = host.engineError(kind, `${(error as Error).message}`).split('\n');
      return complete(error as BoardError, type, message);
    },
  };
}
