// Date: where Espruino's differs from ECMAScript's in what it parses, and in the texts and numbers that dates become.

import type { Definitions } from './definitions.js';
import type { Errors } from './errors.js';

export interface DatesHost {
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function datesLibrary(
  host: DatesHost,
  toPrimitive: symbol,
  { define, extend, conceal, constructible, text }: Definitions,
  { failure }: Errors,
): void {
  const Native = Date;
  const own = Date.prototype;
  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  const DATE = /^(\d+)-(\d+)-(\d+)(?:T(\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?)?/;
  const WORDS = /^(?:[A-Za-z]+, ?)?(\d+) ([A-Za-z]{3}) (\d+)(?: (\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?)?/;
  const { UTC } = Native;
  const two = (value: number) => `${value < 10 ? '0' : ''}${value}`;
  const three = (value: number) => `${value < 100 ? '0' : ''}${two(value)}`;
  const minutes = (zone: string | undefined) => {
    if (!zone || zone === 'Z') return 0;
    const [hours, rest] = [+zone.slice(1, 3), +zone.slice(-2)];
    return (zone.charAt(0) === '-' ? -1 : 1) * (hours * 60 + rest);
  };
  const fraction = (digits: string | undefined) => (digits ? +`0.${digits}` * 1000 : 0);
  const parse = (value: unknown): number => {
    const source = text(value);
    const date = DATE.exec(source);
    if (date) {
      const [, year, month, day, hours = 0, minute = 0, second = 0, part, zone] = date;
      return UTC(+year, +month - 1, +day, +hours, +minute - minutes(zone), +second, fraction(part));
    }
    const words = WORDS.exec(source);
    const month = words ? MONTHS.indexOf(words[2]) : -1;
    if (!words || month < 0) return 0;
    const [, day, , year, hours = 0, minute = 0, second = 0, part] = words;
    return UTC(+year, month, +day, +hours, +minute, +second, fraction(part));
  };
  const kindOf = (value: unknown) => {
    if (value === null || value === undefined) return `${value}`;
    return typeof value === 'object' ? 'Object' : typeof value;
  };
  const timeOf = (parts: unknown[]): number => {
    const [first] = parts;
    if (parts.length === 0) return host.now();
    if (parts.length > 1) return new Native(...(parts.map(Number) as [number, number])).getTime();
    if (typeof first === 'string') return parse(first);
    if (typeof first !== 'number') {
      const message = `Variables of type ${kindOf(first)} are not supported in date constructor`;
      throw failure(message, 'TypeError');
    }
    return first;
  };
  const Kind = constructible((parts, isNew) => {
    if (!isNew) return dateText(new Native(host.now()));
    const time = timeOf(parts);
    return new Native(time === time ? time : 0);
  });
  const dateText = (date: Date) => {
    const day = `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${date.getDate()} ${date.getFullYear()}`;
    return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} GMT+0000`;
  };
  extend(own, {
    toString(this: Date) {
      return dateText(this);
    },
    toLocalISOString(this: Date) {
      const day = `${this.getFullYear()}-${two(this.getMonth() + 1)}-${two(this.getDate())}`;
      const time = `${two(this.getHours())}:${two(this.getMinutes())}:${two(this.getSeconds())}`;
      return `${day}T${time}.${three(this.getMilliseconds())}+0000`;
    },
    getIsDST: () => false,
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
