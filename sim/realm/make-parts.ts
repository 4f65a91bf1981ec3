// Puts the library of a realm together. Each part runs in the realm, by its text, and gets what it needs of those before it.

import { arraysLibrary } from './library/arrays.js';
import { buffersLibrary } from './library/buffers.js';
import { datesLibrary } from './library/dates.js';
import { type Definitions, makeDefinitions } from './library/definitions.js';
import { type Errors, errorsLibrary, MOST_CALLS } from './library/errors.js';
import { eventsLibrary } from './library/events.js';
import { functionsLibrary } from './library/functions.js';
import { jsonLibrary } from './library/json.js';
import { makeKeyOrder } from './library/key-order.js';
import { makeMatcher } from './library/matcher.js';
import { numbersLibrary } from './library/numbers.js';
import { objectsLibrary } from './library/objects.js';
import { makeOperators } from './library/operators.js';
import { pinsLibrary } from './library/pins.js';
import { promisesLibrary } from './library/promises.js';
import { regularExpressionsLibrary } from './library/regular-expressions.js';
import { makeSort } from './library/sorting.js';
import { stringsLibrary } from './library/strings.js';
import { makeTimeZone } from './library/time-zone.js';
import type { RealmNatives } from './membrane.js';
import type { LibraryHost, RealmParts } from './parts.js';

interface Maker {
  /** Runs a function of this simulator in the realm and returns its result. The function may use nothing but its parameters. */
  make<P extends unknown[], R>(factory: (...parameters: P) => R, ...parameters: P): R;
}

/** `host` has functions of the realm; `stop` is what is thrown to end the program. */
export function makeParts(realm: Maker, host: LibraryHost, natives: RealmNatives, stop: object): RealmParts {
  const definitions = realm.make(makeDefinitions, natives, (value: number) => host.numberText(value, 10));
  const keyOrder = realm.make(makeKeyOrder, natives);
  const errors = realm.make(errorsLibrary, host, natives, definitions, MOST_CALLS);
  const passOn = realm.make(catching, host, natives, errors, stop);
  const events = realm.make(eventsLibrary, host, natives, definitions, errors);
  const numbers = realm.make(numbersLibrary, host, natives, definitions);
  const functions = realm.make(functionsLibrary, host, natives, definitions, errors);
  const ArrayKind = realm.make(arraysLibrary, host, natives, definitions, errors, numbers, realm.make(makeSort));
  realm.make(regularExpressionsLibrary, natives, definitions, errors, realm.make(makeMatcher, errors));
  realm.make(stringsLibrary, host, natives, definitions, errors, numbers);
  const json = realm.make(jsonLibrary, host, natives, definitions, errors, keyOrder);
  const buffers = realm.make(buffersLibrary, host, natives, definitions, errors, numbers);
  const timeZone = realm.make(makeTimeZone);
  realm.make(datesLibrary, host, natives, definitions, errors, timeZone);
  realm.make(promisesLibrary, host, natives, definitions, errors, passOn);
  const Pin = realm.make(pinsLibrary, host, definitions);
  realm.make(objectsLibrary, natives, definitions, errors, keyOrder);
  return {
    Pin,
    Array: ArrayKind,
    events,
    passOn,
    timeZone,
    keyOrder,
    operators: realm.make(makeOperators, natives, definitions, numbers, keyOrder, errors),
    ...functions,
    ...buffers,
    ...json,
    define: definitions.define,
    text: definitions.text,
    kindOf: definitions.kindOf,
    number: numbers.number,
    failure: errors.failure,
    concealed: definitions.concealed,
    ...realm.make(objectMakers, natives, definitions, errors),
  };
}

/** To what a catch clause has caught: what ends the program cannot be caught. */
function catching(
  host: Pick<LibraryHost, 'exhausted'>,
  natives: RealmNatives,
  { seen }: Errors,
  stop: object,
): (error: unknown) => void {
  return (error) => {
    if (error === stop) throw stop;
    if (error instanceof natives.RangeError) host.exhausted(error.message);
    seen(error);
  };
}

/** How the simulator makes objects of the realm. */
function objectMakers(natives: RealmNatives, { define, conceal, constructible }: Definitions, { failure }: Errors) {
  const { create } = Object;
  type Members = Record<string, unknown>;
  return {
    array(items: ArrayLike<unknown>) {
      const made = [];
      for (let at = 0; at < items.length; at++) made.push(items[at]);
      return made;
    },
    object(members: [string, unknown][]) {
      const made: Members = {};
      for (let at = 0; at < members.length; at++) made[members[at][0]] = members[at][1];
      return made;
    },
    namespace(members: [string, unknown][]) {
      const { made } = { made() {} };
      for (const name of ['name', 'length']) natives.deleteProperty(made, name);
      // E has a function toString, which does not make its text.
      define(made, natives.toPrimitive, () => 'function () { [native code] }');
      for (let at = 0; at < members.length; at++) define(made, members[at][0], members[at][1]);
      return made as unknown as Members;
    },
    kind(name: string, members: [string, unknown][], make?: (...values: unknown[]) => void) {
      const own: object = create(Object.prototype);
      for (let at = 0; at < members.length; at++) {
        const run = members[at][1] as (...values: unknown[]) => unknown;
        const { method } = {
          method(this: unknown, ...values: unknown[]) {
            return run(this, ...values);
          },
        };
        define(own, members[at][0], method);
      }
      const Kind = constructible((values) => {
        const made = create(own);
        if (make) make(made, ...values);
        return made;
      });
      conceal(name, Kind, own);
      return Kind;
    },
    raise(message: string, kind?: string): never {
      throw failure(message, kind);
    },
  };
}
