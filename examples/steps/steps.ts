// Counts steps in accelerometer readings: a moving average of the magnitude, and its crossings of a threshold.

const TAPS = 8;
const HISTORY = new StaticArray<i32>(TAPS);
const HIGH = 60;
const LOW = 20;

let position = 0;
let sum = 0;
let above = false;
let steps = 0;

/** Takes one reading, in thousandths of the earth's gravity; returns the steps so far. */
export function add(x: i32, y: i32, z: i32): i32 {
  const magnitude = <i32>Math.sqrt(<f64>(x * x + y * y + z * z)) - 1000;
  sum += magnitude - HISTORY[position];
  HISTORY[position] = magnitude;
  position = (position + 1) % TAPS;
  const average = sum / TAPS;
  if (!above && average > HIGH) {
    above = true;
    steps++;
  } else if (above && average < LOW) above = false;
  return steps;
}

/** Walks for some seconds, at 50 readings and two steps a second; returns the steps that were counted. */
export function simulate(seconds: i32): i32 {
  let counted = 0;
  for (let at = 0; at < seconds * 50; at++) counted = add(0, 0, 1000 + ((at % 25) * 24 - 288));
  return counted;
}
