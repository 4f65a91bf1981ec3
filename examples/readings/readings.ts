// Readings of a sensor: their lowest, highest and mean value, and a line of text about them.

/** Shows a line: the program gives it. */
@external("env", "show")
declare function show(line: string): void;

class Summary {
  low: f64 = 0;
  high: f64 = 0;
  mean: f64 = 0;
}

export function summarise(readings: Float64Array): Summary {
  const summary: Summary = { low: Infinity, high: -Infinity, mean: 0 };
  for (let at = 0; at < readings.length; at++) {
    const reading = readings[at];
    summary.low = Math.min(summary.low, reading);
    summary.high = Math.max(summary.high, reading);
    summary.mean += reading / readings.length;
  }
  return summary;
}

export function report(name: string, readings: Float64Array, unit: string = "°C"): string {
  const summary = summarise(readings);
  const line = name + ": " + summary.low.toString() + " to " + summary.high.toString() + " " + unit;
  show(line);
  return line;
}
