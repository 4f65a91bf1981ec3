// Pins by number: from 0 as Espruino numbers them, below 0 the board's LEDs and buttons.

import type { Host } from './host.js';

declare const global: Record<string, unknown>;

/** For `…Setup`: the pin that the bus has by default. */
export const DEFAULT_PIN = -128;

/** Returns the value that Espruino's functions take as a pin. LED1 is -1, BTN1 is -4. */
export function pinAt(host: Host, pin: number): unknown {
  if (pin >= 0) return pin;
  const name = pin > -4 ? 'LED' + -pin : 'BTN' + (-3 - pin);
  const found = global[name];
  if (found === undefined) host.fail('this board has no pin ' + name);
  return found;
}

/** Returns the pin as `pinAt` does, or undefined for DEFAULT_PIN. */
export function pinOrDefault(host: Host, pin: number): unknown {
  return pin === DEFAULT_PIN ? undefined : pinAt(host, pin);
}
