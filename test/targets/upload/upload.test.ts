// Uploads to a simulated board: what it has afterwards, and when the power or the connection goes meanwhile.
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { boards, puckjs } from '../../../boards/index.js';
import { lint, PowerCut, SimulatedBoard, Start, Storage } from '../../../sim/index.js';
import type { BoardImage } from '../../../targets/board/image.js';
import { UploadError } from '../../../targets/upload/connection.js';
import { switchProgram } from '../../../targets/upload/journal.js';
import { isOlder, type UploadOptions, type UploadProgress, upload } from '../../../targets/upload/upload.js';
import { amount } from '../../amount.js';
import fc from '../../properties.js';
import { ConsoleConnection, exampleImage } from './console-connection.js';

const printedBy = ({ files }: BoardImage, word: string) => `${word} ${crc32(files[0].bytes)}\n`;

/** Returns the output of a board with this flash when it is switched on. */
function startUp(storage: Storage): string {
  const board = new SimulatedBoard(puckjs, { storage: new Storage(0, storage.flash) });
  board.start(Start.Power);
  board.runUntilIdle(1000);
  return board.output;
}

async function flash(board: SimulatedBoard, image: BoardImage, options?: UploadOptions) {
  const connection = new ConsoleConnection(board);
  try {
    return await upload(image, puckjs, connection, options);
  } finally {
    connection.close();
  }
}

async function boardWith(...images: BoardImage[]): Promise<SimulatedBoard> {
  const board = new SimulatedBoard(puckjs);
  for (const image of images) await flash(board, image);
  return board;
}

async function errorOf(work: Promise<unknown>): Promise<UploadError> {
  try {
    await work;
  } catch (error) {
    expect(error).toBeInstanceOf(UploadError);
    return error as UploadError;
  }
  throw new Error('there was no error');
}

describe('an upload', () => {
  it('starts the program, now and when the board is switched on', async () => {
    const image = exampleImage('first', 2000);
    const board = await boardWith(image);
    expect(board.output).toContain(printedBy(image, 'first'));
    expect(startUp(board.storage)).toBe(printedBy(image, 'first'));
    expect(board.storage.list().sort()).toEqual(['.bootcde', 'app', 'app.data', 'app.files']);
    for (const { name, bytes } of image.files) expect([...board.storage.read(name)!]).toEqual([...bytes]);
  });

  it('replaces a program, and erases what only the old one had', async () => {
    const image = exampleImage('second', 1500, 'app.other');
    const board = await boardWith(exampleImage('first', 2000), image);
    expect(startUp(board.storage)).toBe(printedBy(image, 'second'));
    expect(board.storage.list().sort()).toEqual(['.bootcde', 'app', 'app.files', 'app.other']);
  });

  it('replaces what was there without it', async () => {
    const board = new SimulatedBoard(puckjs);
    board.storage.write('.bootcde', Buffer.from('print("by hand")'));
    board.storage.write('kept', Buffer.from('kept'));
    const image = exampleImage('first', 100);
    await flash(board, image);
    expect(startUp(board.storage)).toBe(printedBy(image, 'first'));
    expect(board.storage.list()).toContain('kept');
  });

  it('writes nothing that is there', async () => {
    const image = exampleImage('first', 2000);
    const board = await boardWith(image);
    const { operations } = board.storage.flash;
    const { plan } = await flash(board, image);
    expect(plan.written).toEqual([]);
    expect(board.storage.flash.operations).toBe(operations);
    expect(board.output.match(/first/g)).toHaveLength(2);
  });

  it('reads bytes of every value back as they were', async () => {
    const all = Uint8Array.from({ length: 1024 }, (_, index) => index & 255);
    const image: BoardImage = { name: 'all', board: 'puckjs', files: [{ name: 'all', bytes: all }] };
    const board = new SimulatedBoard(puckjs);
    await flash(board, image, { start: false });
    expect([...board.storage.read('all')!]).toEqual([...all]);
  });

  it('has a program for the switch that every board understands', () => {
    for (const { name, missing } of boards.filter(
      (each) => !each.missing.some((what) => /E\.CRC32|CRC32/.test(what)),
    )) {
      expect([name, lint(switchProgram, { missing })]).toEqual([name, []]);
    }
  });

  it('sends again what has come in otherwise, and minds no line that runs twice', async () => {
    const image = exampleImage('first', 2000);
    const board = new SimulatedBoard(puckjs);
    const connection = new ConsoleConnection(board);
    const evaluate = connection.evaluate.bind(connection);
    let garbled = 0;
    connection.evaluate = async (expression) => {
      if (garbled++ % 3 === 0) await evaluate(expression.replace(/atob\("..../, 'atob("AAAA'));
      else await evaluate(expression);
      return evaluate(expression);
    };
    await upload(image, puckjs, connection);
    expect(startUp(board.storage)).toBe(printedBy(image, 'first'));
    connection.evaluate = (expression) => evaluate(expression.replace(/atob\("..../, 'atob("AAAA'));
    expect(await errorOf(upload(exampleImage('second', 2000), puckjs, connection))).toMatchObject({
      kind: 'verification',
    });
    expect(startUp(board.storage)).toBe(printedBy(image, 'first'));
  });

  it('tells how far it is', async () => {
    const steps: UploadProgress[] = [];
    await flash(new SimulatedBoard(puckjs), exampleImage('first', 2000), { progress: (each) => steps.push(each) });
    expect([...new Set(steps.map(({ step }) => step))]).toEqual([
      'checked',
      'writing',
      'verified',
      'switching',
      'started',
    ]);
    const written = steps.map((each) => each.written);
    expect(written).toEqual([...written].sort((a, b) => a - b));
    expect(written.at(-1)).toBe(steps[0].total);
  });

  it('writes nothing in a dry run', async () => {
    const board = await boardWith(exampleImage('first', 2000));
    const { operations } = board.storage.flash;
    const { plan } = await flash(board, exampleImage('second', 1000), { dryRun: true });
    expect(plan.journal?.files.map(({ to }) => to)).toEqual(['app.data', 'app', '.bootcde']);
    expect(board.storage.flash.operations).toBe(operations);
  });
});

describe('the board is left with what it has', () => {
  const image = exampleImage('first', 2000);
  const left = async (board: SimulatedBoard) => {
    expect(startUp(board.storage)).toBe(printedBy(image, 'first'));
    expect(board.storage.list().sort()).toEqual(['.bootcde', 'app', 'app.data', 'app.files']);
  };

  it('if it is of another kind', async () => {
    const board = await boardWith(image);
    const connection = new ConsoleConnection(board);
    const error = await errorOf(upload(image, { name: 'pixljs', firmware: 'PIXLJS' }, connection));
    expect(error).toMatchObject({ kind: 'board', message: 'at the simulator is a PUCKJS; pixljs is a PIXLJS' });
    await left(board);
  });

  it('if its firmware is too old', async () => {
    const board = await boardWith(image);
    (board.realm.global.process as { env: { VERSION: string } }).env.VERSION = '2v08.12';
    expect(await errorOf(flash(board, exampleImage('second', 10)))).toMatchObject({ kind: 'firmware' });
    await left(board);
    expect(isOlder('2v13', '2v14')).toBe(true);
    expect(isOlder('1v99', '2v14')).toBe(true);
    expect(isOlder('2v14', '2v14')).toBe(false);
    expect(isOlder('2v29.277', '2v14')).toBe(false);
    expect(isOlder('unknown', '2v14')).toBe(true);
  });

  it('if Storage is full', async () => {
    const board = await boardWith(image);
    const error = await errorOf(flash(board, exampleImage('second', 30_000)));
    expect(error.kind).toBe('storage');
    expect(error.message).toMatch(/^Storage is full: \d+ bytes are needed, and \d+ are free$/);
    expect(error.notes[0]).toContain('not enough');
    await left(board);
  });

  it('if there is only room after compaction, unless that is wanted', async () => {
    const board = await boardWith(image);
    board.storage.write('trash', new Uint8Array(28_000).fill(1));
    board.storage.erase('trash');
    const second = exampleImage('second', 3000);
    const error = await errorOf(flash(board, second));
    expect(error.notes[0]).toContain('--compact');
    await left(board);
    await flash(board, second, { compact: true });
    expect(board.storage.compactions).toBe(1);
    expect(startUp(board.storage)).toBe(printedBy(second, 'second'));
  });

  it('if there are four bytes too few, and none is compacted if there are just enough', async () => {
    const second = exampleImage('second', 3000);
    for (const missing of [0, 4]) {
      const board = await boardWith(image);
      const { plan, storage } = await flash(board, second, { dryRun: true });
      board.storage.write('filler', new Uint8Array(storage.free - plan.needed - 32 + missing).fill(1));
      if (missing > 0) {
        expect((await errorOf(flash(board, second))).kind).toBe('storage');
        expect(startUp(board.storage)).toBe(printedBy(image, 'first'));
      } else {
        await flash(board, second);
        expect(startUp(board.storage)).toBe(printedBy(second, 'second'));
      }
      expect(board.storage.compactions).toBe(0);
    }
  });

  it('if a file has come to it otherwise than it was sent', async () => {
    const board = await boardWith(image);
    const write = board.storage.write.bind(board.storage);
    board.storage.write = (name, data, offset, size) => {
      write(name, name.endsWith('.1') ? data.map((byte) => byte & 0xfe) : data, offset, size);
    };
    const error = await errorOf(flash(board, exampleImage('second', 1000)));
    expect(error).toMatchObject({ kind: 'verification' });
    await left(board);
  });

  it('if the connection is lost before the switch, and has the new program if after it', async () => {
    const second = exampleImage('second', 1000);
    const whole = new ConsoleConnection(await boardWith(image));
    await upload(second, puckjs, whole);
    const outcomes = new Set<string>();
    for (let lines = 0; lines < whole.lines.length; lines += amount(6, 1)) {
      const board = await boardWith(image);
      const connection = new ConsoleConnection(board);
      connection.linesUntilLost = lines;
      expect(await errorOf(upload(second, puckjs, connection))).toMatchObject({ kind: 'connection' });
      const printed = startUp(board.storage);
      expect([printedBy(image, 'first'), printedBy(second, 'second')]).toContain(printed);
      outcomes.add(printed);
      // An interrupted upload does not hinder the next one.
      await flash(board, second);
      expect(startUp(board.storage)).toBe(printedBy(second, 'second'));
      expect(board.storage.list().sort()).toEqual(['.bootcde', 'app', 'app.data', 'app.files']);
    }
    expect(outcomes.size).toBe(2);
  });
});

describe('a power cut at any time', () => {
  const old = exampleImage('old', 700);
  const next = [exampleImage('next', 900), exampleImage('next', 900, 'app.next')];

  /** Uploads with so many operations of the flash left. Returns whether they were not enough. */
  async function isCut(board: SimulatedBoard, image: BoardImage, operations: number): Promise<boolean> {
    board.storage.flash.powerFor = operations;
    try {
      await flash(board, image);
      return false;
    } catch (error) {
      expect(error).toBeInstanceOf(PowerCut);
      return true;
    } finally {
      board.storage.flash.powerFor = Number.POSITIVE_INFINITY;
    }
  }

  const start = (storage: Storage) => new SimulatedBoard(puckjs, { storage: new Storage(0, storage.flash) });

  it.each(next)('leaves the old program or the new one, and the next upload succeeds', async (image) => {
    const whole = await boardWith(old);
    const before = whole.storage.flash.operations;
    await flash(whole, image);
    const operations = whole.storage.flash.operations - before;
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: operations - 1 }), fc.nat(60), async (first, second) => {
        const { storage } = await boardWith(old);
        storage.write('kept', Buffer.from('kept'));
        expect(await isCut(start(storage), image, first)).toBe(true);
        expect(storage.isValid()).toBe(true);
        // Once more, while it starts: that may be when the switch is done.
        storage.flash.powerFor = second;
        try {
          startUp(storage);
        } catch (error) {
          expect(error).toBeInstanceOf(PowerCut);
        }
        storage.flash.powerFor = Number.POSITIVE_INFINITY;
        expect(storage.isValid()).toBe(true);
        const printed = startUp(storage).replace(/^Uncaught SyntaxError.*\n/, '');
        expect([printedBy(old, 'old'), printedBy(image, 'next')]).toContain(printed);
        outcomes.add(printed);
        expect(Buffer.from(storage.read('kept')!).toString()).toBe('kept');
        const third = exampleImage('third', 800);
        await flash(start(storage), third);
        expect(startUp(storage)).toBe(printedBy(third, 'third'));
        expect(storage.list().sort()).toEqual(['.bootcde', 'app', 'app.data', 'app.files', 'kept']);
      }),
      {
        numRuns: amount(5, 60),
        seed: 5,
        examples: [
          [0, 60],
          [operations - 1, 60],
        ],
      },
    );
    expect(outcomes.size).toBe(2);
  });
});
