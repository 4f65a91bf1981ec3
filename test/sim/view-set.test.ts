// `set` of one view from another, and views that are made of others: as Espruino does.
import { expect, it } from 'vitest';
import { puckjs } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';

// Measured in Espruino for 32-bit ARM with 282 JsVars free.
it('copies from another view without taking JsVars', () => {
  const board = new SimulatedBoard(puckjs);
  // Almost all is taken: an array of the elements would have no room.
  const run = () =>
    board.run(`var a = new Uint8Array(2034), b = new Uint8Array(4000), c = new Uint8Array(25000);
for (var i = 0; i < 2034; i++) a[i] = i;
b.set(a, 1024);
b.set(b.subarray(1024, 2000), 1025);
b[1026] + b[3057];`);
  expect(run()).toBe(1 + (2033 & 255));
});

it('copies doubles beyond integers, also from and to views that start at any byte', () => {
  const board = new SimulatedBoard(puckjs);
  board.run(`var a = new Float64Array([-1e300, 0.5, 1e10]), bytes = new Uint8Array(64);
var aligned = new Float64Array(bytes.buffer, 8, 3), other = new Float64Array(bytes.buffer, 35, 3);
aligned.set(a); other.set(aligned);
print(a.join(), new Float64Array(aligned).join(), new Float64Array(other).join());`);
  expect(board.output.trim()).toBe(Array.from({ length: 3 }, () => '-1e+300,0.5,10000000000').join(' '));
});
