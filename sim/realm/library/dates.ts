// Date: where Espruino's differs from ECMAScript's in what it parses, and in the texts and numbers that dates become.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';
import type { Errors } from './errors.js';
import type { TimeZone } from './time-zone.js';

export interface DatesHost {
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function datesLibrary(
  host: DatesHost,
  natives: RealmNatives,
  { define, extend, conceal, constructible, text, kindOf }: Definitions,
  { failure }: Errors,
  zone: TimeZone,
): void {
  const { find, toPrimitive } = natives;
  const Native = Date;
  const own = Date.prototype;
  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  const DATE = /^(\d+)-(\d+)-(\d+)(?:T(\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?)?/;
  const WORDS =
    /^(?:(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat), ?(\d+) ([A-Za-z]+)|([A-Za-z]+) (\d+),) ?(\d+)(?: (\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?)?(?: ?(Z|(?:GMT|UTC)?[+-]\d{4}|GMT|UTC))?/;
  const MINUTE = 60_000;
  /** Maximum time of a date, in milliseconds. */
  const MOST_TIME = 4e16;
  const { UTC } = Native;
  const two = (value: number) => `${value < 10 ? '0' : ''}${value}`;
  const three = (value: number) => `${value < 100 ? '0' : ''}${two(value)}`;
  const isSigned = /[+-]/;
  /** A local time as one in UTC. */
  const fromLocal = (time: number) => time - zone.at(time, true).minutes * MINUTE;
  /** A time as one in UTC, by the zone that stands behind it. */
  const inZone = (time: number, name: string | undefined) => {
    if (!name) return fromLocal(time);
    if (!find(isSigned, name)) return time;
    const digits = find(isSigned, name.charAt(0)) ? name : name.slice(3);
    const [hours, rest] = [+digits.slice(1, 3), +digits.slice(-2)];
    return time - (digits.charAt(0) === '-' ? -1 : 1) * (hours * 60 + rest) * MINUTE;
  };
  const fraction = (digits: string | undefined) => (digits ? +`0.${digits}` * 1000 : 0);
  const parse = (value: unknown): number => {
    const source = text(value);
    const date = find(DATE, source);
    if (date) {
      const [, year, month, day, hours = 0, minute = 0, second = 0, part, name] = date;
      return inZone(UTC(+year, +month - 1, +day, +hours, +minute, +second, fraction(part)), name);
    }
    const words = find(WORDS, source);
    const month = words ? MONTHS.indexOf((words[2] || words[3]).slice(0, 3)) : -1;
    if (!words || month < 0) return 0;
    const [, first, , , second, year, hours = 0, minute = 0, seconds = 0, part, name] = words;
    return inZone(UTC(+year, month, +(first || second), +hours, +minute, +seconds, fraction(part)), name);
  };
  const timeOf = (parts: unknown[]): number => {
    const [first] = parts;
    if (parts.length === 0) return host.now();
    if (parts.length > 1) return fromParts(parts.map((part) => Number(part) || 0));
    if (typeof first === 'string') return parse(first);
    if (typeof first === 'boolean') return Number(first);
    if (typeof first !== 'number') {
      const message = `Variables of type ${kindOf(first)} are not supported in date constructor`;
      throw failure(message, 'TypeError');
    }
    return first;
  };
  /** Two digits are no year of the twentieth century, and a month has a day 0, which is the last one before it. */
  const fromParts = ([year, month, day = 0, hours = 0, minute = 0, second = 0, part = 0]: number[]): number => {
    const date = new Native(0);
    date.setUTCFullYear(year, month, day);
    const time = date.setUTCHours(hours, minute, second, part);
    return time === time ? fromLocal(time) : MOST_TIME;
  };
  // Without `new`, it makes a date, too.
  const Kind = constructible((parts) => {
    const time = timeOf(parts);
    if (time >= MOST_TIME || time <= 0 - MOST_TIME) throw failure('Date out of bounds');
    return new Native(time === time ? time : 0);
  });
  /** A date whose time in UTC is the local one, and the minutes between them. */
  const localOf = (date: Date) => {
    const { minutes } = zone.at(date.getTime(), false);
    return { local: new Native(date.getTime() + minutes * MINUTE), minutes };
  };
  const zoneText = (minutes: number) => {
    const all = minutes < 0 ? 0 - minutes : minutes;
    return `${minutes < 0 ? '-' : '+'}${two((all - (all % 60)) / 60)}${two(all % 60)}`;
  };
  const clockText = (local: Date) =>
    `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
  const dateText = (date: Date) => {
    const { local, minutes } = localOf(date);
    const day = `${DAYS[local.getUTCDay()]} ${MONTHS[local.getUTCMonth()]} ${local.getUTCDate()} ${local.getUTCFullYear()}`;
    return `${day} ${clockText(local)} GMT${zoneText(minutes)}`;
  };
  // V8 takes the time zone of the machine.
  for (const part of ['Date', 'Day', 'FullYear', 'Hours', 'Milliseconds', 'Minutes', 'Month', 'Seconds']) {
    type Methods = Record<string, (...values: unknown[]) => number>;
    const { get, set } = {
      get(this: Date) {
        return (localOf(this).local as unknown as Methods)[`getUTC${part}`]();
      },
      set(this: Date, ...values: unknown[]) {
        const { local } = localOf(this);
        return this.setTime(fromLocal((local as unknown as Methods)[`setUTC${part}`](...values)));
      },
    };
    define(own, `get${part}`, get);
    if (part !== 'Day') define(own, `set${part}`, set);
  }
  extend(own, {
    toString(this: Date) {
      return dateText(this);
    },
    toLocalISOString(this: Date) {
      const { local, minutes } = localOf(this);
      const day = `${local.getUTCFullYear()}-${two(local.getUTCMonth() + 1)}-${two(local.getUTCDate())}`;
      return `${day}T${clockText(local)}.${three(local.getUTCMilliseconds())}${zoneText(minutes)}`;
    },
    toUTCString(this: Date) {
      const day = `${DAYS[this.getUTCDay()]}, ${this.getUTCDate()} ${MONTHS[this.getUTCMonth()]} ${this.getUTCFullYear()}`;
      return `${day} ${clockText(this)} GMT`;
    },
    getTimezoneOffset(this: Date) {
      return 0 - localOf(this).minutes;
    },
    getIsDST(this: Date) {
      return zone.at(this.getTime(), false).isSummer ? 1 : 0;
    },
  });
  const primitives = {
    of(this: Date, hint: string) {
      return hint === 'string' ? this.toString() : this.getTime();
    },
  };
  Object.defineProperty(own, toPrimitive, { value: primitives.of, configurable: true });
  extend(Kind, { now: () => host.now(), parse });
  define(own, 'constructor', Kind);
  conceal('Date', Kind, own);
}
