// The time zone of a board, and its summer time, as `E.setTimeZone` and `E.setDST` set them. Source: `jsdGetEffectiveTimeZone`,
// src/jswrap_date.c of Espruino 2v29.

/** When a clock is changed each year. */
interface Change {
  /** Index of the weekday in the month, from 0; 4 for the last one. */
  which: number;
  /** Day of the week, 0 for Sunday. */
  weekday: number;
  /** Month, from 0. */
  month: number;
  /** Days later. */
  days: number;
  /** Minute in local time before the change. */
  minute: number;
}

export interface TimeZone {
  /** In hours from UTC, without a summer time. */
  setTimeZone: (hours: unknown) => void;
  /** Minutes of the summer time and from UTC, and the five numbers of each of the two changes. */
  setDST: (...settings: unknown[]) => void;
  /** Minutes from UTC at a time in milliseconds, which is local or UTC, and whether it is summer there. */
  at: (time: number, isLocal: boolean) => { minutes: number; isSummer: boolean };
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function makeTimeZone(): TimeZone {
  const Native = Date;
  const { UTC } = Native;
  const MINUTE = 60_000;
  const DAY = 86_400_000;
  const LAST = 4;
  let minutes = 0;
  let summer: { minutes: number; start: Change; end: Change } | undefined;
  const changeIn = (year: number, { which, weekday, month, days, minute }: Change): number => {
    const first = UTC(year, month, 1);
    let day = (weekday - new Native(first).getUTCDay() + 7) % 7;
    day += 7 * which;
    if (which === LAST && first + day * DAY >= UTC(year, month + 1, 1)) day -= 7;
    return first + (day + days) * DAY + minute * MINUTE;
  };
  return {
    setTimeZone(hours) {
      minutes = (Number(hours) || 0) * 60;
      summer = undefined;
    },
    setDST(...settings) {
      const all = settings.map((each) => Number(each) || 0);
      const change = (at: number): Change => ({
        which: all[at],
        weekday: all[at + 1],
        month: all[at + 2],
        days: all[at + 3],
        minute: all[at + 4],
      });
      minutes = all[1] || 0;
      summer = all[0] ? { minutes: all[0], start: change(2), end: change(7) } : undefined;
    },
    at(time, isLocal) {
      if (!summer) return { minutes, isSummer: false };
      const year = new Native(isLocal ? time : time + minutes * MINUTE).getUTCFullYear();
      const shift = isLocal ? 0 : minutes * MINUTE;
      const start = changeIn(year, summer.start) - shift;
      const end = changeIn(year, summer.end) - shift - (isLocal ? 0 : summer.minutes * MINUTE);
      const isSummer = start < end ? time >= start && time < end : time >= start || time < end;
      return { minutes: minutes + (isSummer ? summer.minutes : 0), isSummer };
    },
  };
}
