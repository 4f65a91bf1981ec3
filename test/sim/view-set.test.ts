// `set` of one view from another takes no JsVars of a board: measured in Espruino for 32-bit ARM with 282 of them free.
import { expect, it } from 'vitest';
import { puckjs } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';

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
