// Counters by which the firmware keeps the time: machine code reads one to know how much time has passed since it asked the firmware.
//
// Sources: jshGetSystemTime of targets/nrf5x and targets/rp2xxx in Espruino 2v29; Nordic, nRF52832 and nRF52840 product specifications,
// RTC (COUNTER of RTC0); Raspberry Pi, RP2040 and RP2350 datasheets, system timers (TIMERAWL, of TIMER0). On an STM32, the firmware
// smooths the time in variables whose addresses it does not tell, and its counter SysTick wraps after 0.1 to 0.3 s.

import type { Board } from './board.js';

export interface Counter {
  address: number;
  bits: number;
  hertz: number;
}

const COUNTERS: [chip: string, counter: Counter][] = [
  ['NRF52', { address: 0x4000b504, bits: 24, hertz: 32768 }],
  ['RP2040', { address: 0x40054028, bits: 32, hertz: 1_000_000 }],
  ['RP2350', { address: 0x400b0028, bits: 32, hertz: 1_000_000 }],
];

/** Undefined for other chips. */
export function counterOf({ chip }: Pick<Board, 'chip'>): Counter | undefined {
  return COUNTERS.find(([prefix]) => chip.startsWith(prefix))?.[1];
}
