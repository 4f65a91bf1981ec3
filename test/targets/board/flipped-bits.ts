// Bits that flip in the files of a program, and what comes of them on a simulated board.
import { banglejs2 } from '../../../boards/index.js';
import { SimulatedBoard, SimulationError } from '../../../sim/index.js';
import type { StorageFile } from '../../../targets/board/image.js';
import { wat } from '../../core/wat.js';

/** It reads a file of each kind: data at the start and later, where it traps, what it charges. */
export const MODULE = wat(`(module (memory 1) (data (i32.const 3) "abcdefgh") (data $later "xyz")
  (func $mix (param i32) (result i32) (local $sum i32)
    (loop (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (i32.load8_u (local.get 0))))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get $sum))
  (func (export "f") (param i32) (result i32)
    (memory.init $later (i32.const 20) (i32.const 0) (i32.const 3)) (call $mix (i32.const 24)) (i32.div_s (i32.const 100) (local.get 0))
    (i32.add)))`);

/** Prints a result, and the place of a trap. */
export const USE = `var app = require("app"), r = app.f(7); try { app.f(0); } catch (e) { r += e.message; }`;

export const RIGHT = /^-?\d+integer divide by zero in function 1 \(f\) at byte \d+$/;

/** The position of a bit that flips. */
export type Flip = [file: string, bit: number];

/** Every so many bits of each file. */
export function flipsOf(files: readonly StorageFile[], every: number): Flip[] {
  return files
    .flatMap(({ name, bytes }) => {
      const count = Math.ceil((bytes.length * 8) / every);
      return Array.from({ length: count }, (_, index): Flip => [name, index * every + (index % Math.min(every, 8))]);
    })
    .filter(([name, bit]) => bit < files.find((file) => file.name === name)!.bytes.length * 8);
}

/** What the program prints on a simulated board with a bit flipped: `refused`, if it does not start or is no text that Espruino parses. */
export function resultInSimulator(files: readonly StorageFile[], flipped?: Flip): string {
  const board = new SimulatedBoard(banglejs2);
  for (const { name, bytes } of files) {
    const written = Uint8Array.from(bytes);
    if (flipped?.[0] === name) written[flipped[1] >> 3] ^= 1 << (flipped[1] & 7);
    board.storage.write(name, written);
  }
  try {
    board.run(`try { ${USE} } catch (e) { r = "refused"; } print(r);`);
    return board.output.trim();
  } catch (error) {
    if (error instanceof SimulationError) return 'refused';
    throw error;
  }
}

/** What came of a flip, beside what the program prints as it was built. */
export function verdict(result: string, right: string, flip: Flip): string {
  if (result === right) return 'harmless';
  return result === 'refused' ? result : `wrong: ${flip} ${result}`;
}
