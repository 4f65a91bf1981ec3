// The module `locale` of Bangle.js's firmware: texts of dates, times, numbers and units, in English. Source of the behaviour:
// libs/js/banglejs of Espruino 2v29. It runs in the realm, by its text.

import type { FirmwareGlobals } from './user-interface.js';

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. Returns what the module exports. */
export function localeModule(global: FirmwareGlobals): Record<string, unknown> {
  const DAYS = 'Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday'.split(',');
  const MONTHS = 'January,February,March,April,May,June,July,August,September,October,November,December'.split(',');
  const KILOMETRES_OF_A_MILE = 1.60934;
  let has12Hours: unknown;
  const is12Hours = () => {
    if (has12Hours === undefined) has12Hours = global.require('Storage').readJSON('setting.json', true)?.['12hour'];
    return has12Hours;
  };
  const two = (value: number) => `0${value}`.slice(-2);
  /** With as many digits behind the point as leave one that counts. */
  const rounded = (value: number, digits = 1) => {
    const needed = Math.min(digits, digits - Math.floor(Math.log(value) / Math.log(10)));
    return value.toFixed(needed);
  };
  return {
    name: 'system',
    currencySym: '\u00a3',
    is12Hours,
    translate: (text: unknown) => text,
    date: (date: Date, isShort?: unknown) =>
      isShort
        ? `${two(date.getDate())}/${two(date.getMonth() + 1)}/${date.getFullYear()}`
        : date.toString().slice(4, 15).trim(),
    time(date: Date, isShort?: unknown) {
      const hours = is12Hours() ? date.getHours() % 12 || 12 : date.getHours();
      const seconds = isShort ? '' : `.${two(date.getSeconds())}`;
      return `${` ${hours}`.slice(-2)}:${two(date.getMinutes())}${seconds}`;
    },
    dow: (date: Date, isShort?: unknown) => DAYS[date.getDay()].slice(0, isShort ? 3 : 10),
    month: (date: Date, isShort?: unknown) => MONTHS[date.getMonth()].slice(0, isShort ? 3 : 10),
    number(value: number, decimals?: number) {
      const [whole, part] = value.toFixed(decimals ?? 2).split('.');
      const sign = whole[0] === '-' ? '-' : '';
      let [left, grouped] = [whole.slice(sign.length), ''];
      for (; left.length > 3; left = left.slice(0, left.length - 3))
        grouped = `,${left.slice(left.length - 3)}${grouped}`;
      return `${sign}${left}${grouped}${part ? `.${part}` : ''}`;
    },
    currency(value: number) {
      global.print('Warning: Currency information is deprecated');
      return `\u00a3${value.toFixed(2)}`;
    },
    distance: (metres: number, digits?: number) =>
      metres < 1000 ? `${rounded(metres, digits)}m` : `${rounded(metres / 1000, digits)}km`,
    speed: (value: number, digits?: number) => `${rounded(value / KILOMETRES_OF_A_MILE, digits)}mph`,
    temp: (degrees: number, digits?: number) => `${rounded(degrees, digits)}'C`,
    meridian: (date: Date, isForced?: unknown) => (isForced || is12Hours() ? (date.getHours() < 12 ? 'am' : 'pm') : ''),
  };
}
