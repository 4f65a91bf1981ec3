// Names of the numbers that host functions accept: pins, modes of pins, edges.

import { DEFAULT_PIN } from './pin-numbers.js';

export interface Constant {
  name: string;
  value: number;
}

export interface ConstantGroup {
  summary: string;
  constants: readonly Constant[];
}

function numbered(first: number, step: number, names: string): Constant[] {
  return names.split(' ').map((name, at) => ({ name, value: first + step * at }));
}

export const constantGroups: readonly ConstantGroup[] = [
  {
    summary: 'Pins that a board has a name for. All others go by their number, from 0.',
    constants: numbered(-1, -1, 'LED1 LED2 LED3 BTN1 BTN2 BTN3 BTN4 BTN5'),
  },
  { summary: 'For a bus: the pin that it has by default.', constants: numbered(DEFAULT_PIN, 1, 'DEFAULT_PIN') },
  {
    summary: 'Modes of a pin.',
    constants: numbered(
      0,
      1,
      'PIN_AUTO PIN_ANALOG PIN_INPUT PIN_INPUT_PULLUP PIN_INPUT_PULLDOWN PIN_OUTPUT PIN_OPENDRAIN PIN_AF_OUTPUT',
    ),
  },
  { summary: 'Edges of a signal.', constants: numbered(1, 1, 'EDGE_RISING EDGE_FALLING EDGE_BOTH') },
];
