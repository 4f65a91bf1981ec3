// The interfaces between the library of a realm and the simulator.

import type { ArraysHost } from './library/arrays.js';
import type { BuffersHost } from './library/buffers.js';
import type { DatesHost } from './library/dates.js';
import type { ErrorsHost } from './library/errors.js';
import type { Events, EventsHost } from './library/events.js';
import type { Binding, FunctionsHost } from './library/functions.js';
import type { JSONHost } from './library/json.js';
import type { KeyOrder } from './library/key-order.js';
import type { NumbersHost } from './library/numbers.js';
import type { Operators } from './library/operators.js';
import type { PinKind, PinsHost } from './library/pins.js';
import type { PromisesHost } from './library/promises.js';
import type { TimeZone } from './library/time-zone.js';

/** Functions of the simulator, or those of the realm that call them. */
export interface LibraryHost
  extends ArraysHost,
    BuffersHost,
    DatesHost,
    ErrorsHost,
    EventsHost,
    FunctionsHost,
    JSONHost,
    NumbersHost,
    PinsHost,
    PromisesHost {
  /** Ends the program if this is V8's message for a lack of stack or memory. */
  exhausted: (message: string) => void;
}

/** The parts of a realm. */
export interface RealmParts {
  Pin: PinKind;
  /** V8's own `eval`, which reads the variables around a call, and the one that programs can hand on. */
  directEval: unknown;
  indirectEval: unknown;
  /** Returns the function, this and parameters that a function was bound from. */
  bindingOf: (made: object) => Binding | undefined;
  /** Throws what a program must not catch, and gives errors of V8's the form that programs see. */
  passOn: (error: unknown) => void;
  events: Events;
  Array: ArrayConstructor;
  Float32Array: Float32ArrayConstructor;
  isTypedArray: (value: unknown) => value is Uint8Array;
  isFloat: (view: object) => boolean;
  /** Returns the value of an element of a typed array once it is stored. */
  stored: (view: object, value: unknown) => unknown;
  timeZone: TimeZone;
  keyOrder: KeyOrder;
  operators: Operators;
  /** A text and what is added to it, or what a text is added to. */
  text: (value: unknown) => string;
  /** Returns the name in messages for the kind of a value. */
  kindOf: (value: unknown) => string;
  number: (value: unknown) => number;
  /** An error as Espruino's library throws it. */
  failure: (message: string, kind?: string) => Error;
  /** JSON of which the names need no quotes. */
  parseLoosely: (text: string) => unknown;
  /** The prototypes that instances of the library have, by the names of their constructors. */
  concealed: Record<string, object>;
  uint8Array: (bytes: ArrayLike<number>) => Uint8Array;
  array: (items: ArrayLike<unknown>) => unknown[];
  object: (members: [string, unknown][]) => Record<string, unknown>;
  /** An object of the library, which is a function there. */
  namespace: (members: [string, unknown][]) => Record<string, unknown>;
  /** A class of the library: `make` makes instances. */
  kind: (name: string, members: [string, unknown][], make?: (...values: unknown[]) => void) => unknown;
  /** Gives an object a member that no loop finds. */
  define: (object: object, name: PropertyKey, value: unknown) => void;
  /** Throws an Error of the realm. */
  raise: (message: string, kind?: string) => never;
}
