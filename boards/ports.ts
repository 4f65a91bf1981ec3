// Addresses through which the pins of a chip are read and written: a store of a word with the bit of a pin sets or clears the pin, a load
// returns the inputs.
//
// Sources: Nordic, nRF52832 and nRF52840 product specifications, GPIO (OUTSET, OUTCLR, IN); Raspberry Pi, RP2040 and RP2350 datasheets,
// SIO (GPIO_OUT_SET, GPIO_OUT_CLR, GPIO_IN). jshPinSetValue and jshPinGetValue of targets/nrf5x and targets/rp2xxx use these addresses in
// Espruino 2v29. For an STM32, Pin.getInfo gives addresses in bit-banded memory instead.

import type { Board } from './board.js';

export interface Ports {
  set: number;
  clear: number;
  input: number;
  /** Pins that these registers have, and the bytes to those of the next 32. */
  pins: number;
  next: number;
}

const PORTS: [chip: string, ports: Ports][] = [
  ['NRF52832', { set: 0x50000508, clear: 0x5000050c, input: 0x50000510, pins: 32, next: 0 }],
  ['NRF52', { set: 0x50000508, clear: 0x5000050c, input: 0x50000510, pins: 48, next: 0x300 }],
  ['RP2040', { set: 0xd0000014, clear: 0xd0000018, input: 0xd0000004, pins: 30, next: 0 }],
  ['RP2350', { set: 0xd0000018, clear: 0xd0000020, input: 0xd0000004, pins: 32, next: 0 }],
];

/** Undefined for other chips. */
export function portsOf({ chip }: Pick<Board, 'chip'>): Ports | undefined {
  return PORTS.find(([prefix]) => chip.startsWith(prefix))?.[1];
}

/** Whether Pin.getInfo gives `in_addr` and `out_addr`: of pins in the registers of STM32 chips with bit-banded memory. */
export function hasBitBand({ chip }: Pick<Board, 'chip'>): boolean {
  return /^STM32F[1-4]/.test(chip);
}
