// Storage on flash: what real flash does, Espruino's files on it, and power cuts at any point.

import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../boards/index.js';
import { Flash, PowerCut, SimulatedBoard, Storage, StorageError } from '../../sim/index.js';
import fc from '../properties.js';
import { espruino, reason, runInEspruino } from './espruino.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const text = (data: Uint8Array | undefined) => data && Buffer.from(data).toString('latin1');

describe('flash', () => {
  it('only clears bits', () => {
    const flash = new Flash(8192);
    flash.write(0, Uint8Array.of(0xf0));
    flash.write(0, Uint8Array.of(0x0f));
    expect(flash.bytes[0]).toBe(0);
    flash.erasePage(0);
    expect(flash.bytes[0]).toBe(0xff);
  });
});

describe('storage', () => {
  it('writes into a file where nothing is yet', () => {
    const storage = new Storage(8192);
    storage.write('a', bytes('Hello'), 0, 14);
    expect(text(storage.read('a'))).toBe('Hello\xff\xff\xff\xff\xff\xff\xff\xff\xff');
    storage.write('a', bytes(' '), 5);
    storage.write('a', bytes('World!!!'), 6);
    expect(text(storage.read('a'))).toBe('Hello World!!!');
    expect(() => storage.write('a', bytes('x'), 3)).toThrow(StorageError);
    expect(() => storage.write('a', bytes('x'), 14)).toThrow('Too much data for file size');
    storage.write('a', bytes(' '));
    expect(text(storage.read('a'))).toBe(' ');
  });

  it('does not wear for what is there already', () => {
    const storage = new Storage(8192);
    storage.write('a', bytes('same'));
    const { operations } = storage.flash;
    storage.write('a', bytes('same'));
    expect(storage.flash.operations).toBe(operations);
  });

  it('compacts when there is trash, and says when there is no space', () => {
    const storage = new Storage(8192);
    for (let round = 0; round < 20; round++) storage.write('a', bytes(String(round).repeat(1500)));
    expect(storage.compactions).toBeGreaterThan(0);
    expect(text(storage.read('a'))).toBe('19'.repeat(1500));
    expect(() => storage.write('b', new Uint8Array(8000).fill(1))).toThrow('Unable to find or create file');
    expect(storage.list()).toEqual(['a']);
  });

  it('is a map of names to contents, as long as there is space', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'name with spaces', '.bootcde');
    const write = fc.record({ name, data: fc.uint8Array({ minLength: 1, maxLength: 600 }) });
    fc.assert(
      fc.property(fc.array(fc.oneof(write, fc.record({ name })), { maxLength: 60 }), (steps) => {
        const storage = new Storage(16384);
        const model = new Map<string, Uint8Array>();
        for (const step of steps) {
          if ('data' in step) {
            storage.write(step.name, step.data);
            model.set(step.name, step.data);
          } else {
            expect(storage.erase(step.name)).toBe(model.delete(step.name));
          }
        }
        expect(storage.list().sort()).toEqual([...model.keys()].sort());
        for (const [key, data] of model) expect([...storage.read(key)!]).toEqual([...data]);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps all other files when the power goes off while one is written', () => {
    fc.assert(
      fc.property(fc.nat(60), (operations) => {
        const storage = new Storage(16384);
        storage.write('kept', bytes('kept as it was'));
        storage.write('new', bytes('old content'));
        storage.flash.powerFor = operations;
        let isCut = false;
        try {
          storage.write('new', bytes('new content '.repeat(10)));
        } catch (error) {
          expect(error).toBeInstanceOf(PowerCut);
          isCut = true;
        }
        storage.flash.powerFor = Number.POSITIVE_INFINITY;
        const after = new Storage(16384, storage.flash);
        expect(text(after.read('kept'))).toBe('kept as it was');
        if (!isCut) expect(text(after.read('new'))).toBe('new content '.repeat(10));
        return true;
      }),
    );
  });
});

const program = `var s=require("Storage");s.eraseAll();var r=[];
  function t(f){try{r.push(f())}catch(e){r.push(e.message)}}
  t(()=>s.write("a","Hello",0,14));t(()=>JSON.stringify(s.read("a")));t(()=>s.write("a"," ",5));
  t(()=>s.write("a","x",3));t(()=>s.write("a","World!!!",6));t(()=>s.read("a"));t(()=>s.write("a","123456",10));
  t(()=>s.write("b",[65,66]));t(()=>s.read("b")+"");t(()=>s.read("a",6));t(()=>s.read("a",6,5));t(()=>s.list().sort().join());
  t(()=>s.erase("b"));t(()=>s.list().join());t(()=>s.read("b"));t(()=>s.write("c","x",3));t(()=>s.write("c",""));
  print(JSON.stringify(r));`;

describe(`the real interpreter${reason}`, () => {
  it.skipIf(!espruino)('does the same', () => {
    const board = new SimulatedBoard(banglejs2);
    board.run(program);
    expect(board.output.trim()).toBe(runInEspruino(program).printed.join(''));
  });
});
