// The examples as `flash` would put them on each board that has room for them: in the simulator, and in Espruino itself.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Board, banglejs2, boards, puckjs } from '../../../boards/index.js';
import { runImage } from '../../../cli/board-run.js';
import { imageToStart, programOf } from '../../../cli/program.js';
import type { SimulatedBoard } from '../../../sim/index.js';
import { BuildError } from '../../../targets/board/build-error.js';
import type { BoardImage } from '../../../targets/board/image.js';
import type { Tier } from '../../../targets/board/slice-fuel.js';
import { isFull } from '../../amount.js';
import { reason, withoutTimers } from '../../sim/espruino.js';
import { printedByEspruino, writesOf } from './program.js';

const path = (file: string) => `examples/${file}`;
const DIGITS = { name: 'digits', bytes: Buffer.from('123456789') };
const WALK = readFileSync(path('pedometer/walk.csv'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(',').map(Number));

interface Example {
  file: string;
  /** Boards that cannot have it, and why. */
  without: Record<string, RegExp>;
  /** Boards whose C stack its calls do not fit, translated. */
  tooDeepFor?: readonly string[];
  /** Seconds of the board's time. */
  seconds: number;
  readings?: number[][];
  check(board: SimulatedBoard): void;
  /** The output in Espruino, for programs without pins, sensors and screens. */
  prints?: string[];
}

/** With 7.7 KB of C stack, of which host functions are left 6.5. */
const LITTLE_STACK = ['mdbt42q', 'pixljs'];
const NO_DATA_VIEW = { microbit1: /DataView/ };
const withoutScreen = (...names: string[]) =>
  Object.fromEntries(
    boards.filter(({ name }) => !names.includes(name)).map(({ name }) => [name, /does not provide|DataView/]),
  );
const CHECKSUM = 'cbf43926 15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225 digits';

const examples: Example[] = [
  {
    file: path('blink/blink.wasm'),
    without: NO_DATA_VIEW,
    seconds: 3,
    check({ pins }) {
      const edges = pins.waveform.map(({ value }) => value);
      expect(edges.slice(0, 4)).toEqual([1, 0, 1, 0]);
      const [first, off, second] = pins.waveform.map(({ time }) => time);
      // Timers come late while something is computed, and do not drift.
      expect(off - first).toBeGreaterThanOrEqual(49);
      expect(Math.abs(second - first - 1000)).toBeLessThan(200);
    },
  },
  {
    file: path('checksums/checksums.wasm'),
    without: NO_DATA_VIEW,
    tooDeepFor: LITTLE_STACK,
    seconds: 600,
    check: ({ output }) => expect(output).toBe(`${CHECKSUM}\n`),
    prints: [CHECKSUM],
  },
  {
    file: path('crc32/crc32.wasm'),
    without: NO_DATA_VIEW,
    tooDeepFor: LITTLE_STACK,
    seconds: 600,
    check: ({ output }) => expect(output).toBe('00000000\n'),
    prints: ['00000000'],
  },
  {
    file: path('pedometer/pedometer.wasm'),
    without: withoutScreen('banglejs', 'banglejs2'),
    seconds: 600,
    readings: WALK,
    check: ({ output }) => expect(output).toBe('steps: 10\nsteps: 20\nsteps: 30\nsteps: 40\nsteps: 50\n'),
  },
  {
    file: path('mandelbrot/mandelbrot.wasm'),
    without: withoutScreen('banglejs', 'banglejs2', 'pixljs'),
    tooDeepFor: ['pixljs'],
    seconds: 3000,
    check(board) {
      const { display, facts } = board;
      const inside = display!.screen.width * Math.floor(display!.screen.height / 2) + (display!.screen.width >> 1);
      expect(display!.pixels[inside]).toBe(0);
      expect(new Set(display!.pixels).size).toBeGreaterThan(1);
      const picture = readFileSync(path('mandelbrot/mandelbrot.png'));
      if (facts.name === 'banglejs2') expect(Buffer.compare(display!.png(), picture)).toBe(0);
    },
  },
];

async function built({ file }: Example, board: Board, tier: Tier): Promise<BoardImage | BuildError> {
  try {
    const image = imageToStart(await programOf(file, board, { tier }), board);
    return { ...image, files: [DIGITS, ...image.files] };
  } catch (error) {
    if (error instanceof BuildError) return error;
    throw error;
  }
}

/** In `npm test`: one for each amount of memory, kind of screen and set of missing functions. */
const SOME = ['banglejs', 'banglejs2', 'puckjs', 'pixljs', 'microbit1', 'esp32', 'rpi_pico'];
const chosen = boards.filter(({ name }) => isFull || SOME.includes(name));

const runs = examples.flatMap((example) => (['interp', 'js'] as const).map((tier) => ({ ...example, tier })));

describe.each(runs)('$file, tier $tier', ({ tier, ...example }) => {
  it.each(chosen.map((board) => ({ board, name: board.name })))('runs on $name, or says why not', async ({ board }) => {
    const image = await built(example, board, tier);
    const isTooDeep = tier === 'js' && example.tooDeepFor?.includes(board.name);
    const why = example.without[board.name] ?? (isTooDeep ? /take more C stack than the 71\d\d bytes/ : undefined);
    if (why || image instanceof BuildError) {
      expect(image).toBeInstanceOf(BuildError);
      expect((image as BuildError).message).toMatch(why ?? 'nothing keeps it from running there');
      return;
    }
    const { seconds, readings } = example;
    // Translated programs do not run in slices.
    const watchdog = tier === 'interp' ? 1 : undefined;
    const simulated = runImage(image, board, { watchdog, seconds, readings }, () => {});
    expect(simulated.errors.count).toBe(0);
    expect(simulated.peakJsVars).toBeLessThanOrEqual(board.jsVars.count);
    example.check(simulated);
  });

  // Interpreted, calls take none of it.
  if (tier === 'js')
    it('has C stack for its calls where it is not optimised, or is refused', async () => {
      try {
        const image = imageToStart(await programOf(example.file, puckjs, { tier, optimise: false }), puckjs);
        expect(runImage(image, puckjs, { seconds: example.seconds }, () => {}).errors.count).toBe(0);
      } catch (error) {
        expect(error).toBeInstanceOf(BuildError);
        expect(String(error)).toMatch(/C stack|does not provide/);
      }
    });

  const { prints } = example;
  if (prints === undefined) return;
  const whyNot = reason || withoutTimers();
  it.skipIf(whyNot !== '')(`prints the same in Espruino${whyNot}`, async () => {
    const { files } = (await built(example, banglejs2, tier)) as BoardImage;
    const start = files.at(-1)!.name;
    const lines = printedByEspruino(writesOf(files), `eval(require("Storage").read(${JSON.stringify(start)}));`);
    expect(lines.filter((line) => line !== '')).toEqual(prints);
  });
});
