// A waveform as a value change dump (IEEE 1364, 18), which GTKWave, PulseView and the like show.

import type { PinChange } from './pins.js';

/** Changes in order of time; a pin that is ever analog is a real number, every other one a wire. */
export function valueChangeDump(changes: readonly PinChange[]): string {
  const pins = [...new Set(changes.map(({ pin }) => pin))].sort();
  const isAnalog = (pin: string) => changes.some((each) => each.pin === pin && each.value !== 0 && each.value !== 1);
  const codes = new Map(pins.map((pin, index) => [pin, String.fromCharCode(33 + index)]));
  const analog = new Set(pins.filter(isAnalog));
  const lines = ['$timescale 1 us $end'];
  for (const pin of pins) lines.push(`$var ${analog.has(pin) ? 'real 64' : 'wire 1'} ${codes.get(pin)} ${pin} $end`);
  lines.push('$enddefinitions $end');
  let last = -1;
  for (const { time, pin, value } of changes) {
    const microseconds = Math.round(time * 1000);
    if (microseconds !== last) lines.push(`#${microseconds}`);
    last = microseconds;
    lines.push(analog.has(pin) ? `r${value} ${codes.get(pin)}` : `${value}${codes.get(pin)}`);
  }
  return `${lines.join('\n')}\n`;
}
