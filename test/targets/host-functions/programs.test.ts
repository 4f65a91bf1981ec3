// Programs of C, run by the engine with the host functions of a board: both in the realm of the simulated board.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { SimulatedBoard } from '../../../sim/index.js';
import { type Capacities, small } from '../../../src/index.js';
import { bundleCore } from '../../../targets/build.mjs';
import { generateTypes } from '../../../targets/host-functions/generate-types.js';
import { findHostFunction } from '../../../targets/host-functions/table.js';
import { describeModule } from '../../../targets/module/description.js';
import {
  BARE_C,
  type CProgram,
  compileC,
  hasClang,
  hasWasiLibc,
  WASI_C,
  withoutClang,
  withoutWasiLibc,
} from '../../compilers.js';
import { reason, withoutTimers } from '../../sim/espruino.js';
import { printedByEspruino, stored } from '../board/program.js';

const folder = mkdtempSync(join(tmpdir(), 'tazzina-programs-'));
beforeAll(() => writeFileSync(join(folder, 'tazzina.h'), generateTypes('c')));
afterAll(() => rmSync(folder, { recursive: true }));

const compile = (source: string, how: Pick<CProgram, 'target' | 'linker'>): Uint8Array =>
  compileC({ folder, source, options: ['-Os', '-Wall', '-Werror'], ...how });
const plain = { target: BARE_C, linker: ['--no-entry', '--export-table'] };
// The stack ends within the 64 KB that a DataView of Espruino's reaches.
const wasi = { target: WASI_C, linker: ['-z,stack-size=8192'] };

const GETTERS: Record<string, string> = { i: 'getI32', f: 'getF32', F: 'getF64' };
const SETTERS: Record<string, string> = { i: 'setI32', f: 'setF32', F: 'setF64' };

const ample: Capacities = {
  ...small,
  types: 64,
  typeValues: 512,
  functions: 512,
  dataSegments: 64,
  definitions: 64,
  codeWords: 40000,
  memoryBytes: 131072,
  valueSlots: 4096,
  callDepth: 128,
  basicBlocks: 2000,
  functionLocals: 256,
  operandDepth: 256,
};

/** Calls an export of a module. An engine runs it, with host functions for just what it imports. */
async function programCalling(bytes: Uint8Array, name: string, capacities: Capacities): Promise<string> {
  const rows = describeModule(bytes).imports.map((each) => findHostFunction(each.module, each.name)!);
  const defined = rows.map(({ module, name, parameters, results, implementation }) => {
    const values = [...parameters].map((letter, at) =>
      letter === 'I' ? `e.getI64Low(${at}), e.getI64High(${at})` : `e.${GETTERS[letter]}(${at})`,
    );
    const call = `functions.${implementation}(${['host', ...values].join(', ')})`;
    const run = results === '' ? call : `e.${SETTERS[results]}(0, ${call})`;
    return `engine.defineFunction('${module}', '${name}', '${parameters}', '${results}', (e) => { ${run}; });`;
  });
  const contents = `
    import { Engine, ExternalKind } from '../../src/index.js';
    import * as functions from './implementations.js';
    const capacities = ${JSON.stringify(capacities)};
    const engine = new Engine(capacities, { partialMemory: true });
    let instance;
    const host = {
      high: 0,
      bytes: (pointer, length) => {
        const memory = engine.memoryOf(instance);
        if (pointer + length > engine.memoryBytes(memory)) throw new Error('out of bounds memory access');
        return new Uint8Array(engine.memoryBuffer).subarray(engine.memoryBase(memory) + pointer).subarray(0, length);
      },
      callTable: (index, a, b, c) => {
        const table = engine.findExport(instance, '__indirect_function_table', ExternalKind.Table);
        [a, b, c].forEach((value, at) => { if (value !== undefined) engine.setF64(at, value); });
        engine.call(engine.tableGet(table, index));
      },
      fail: (message) => { throw new Error(message); },
      exit: (code) => { throw new Error('exit ' + code); },
    };
    ${defined.join('\n')}
    instance = engine.instantiate(engine.load(new Uint8Array([${[...bytes].join()}])));
    try { engine.call(engine.exportedFunction(instance, '${name}')); } catch (error) { print(error.message); }`;
  const resolveDir = fileURLToPath(new URL('../../../targets/host-functions', import.meta.url));
  const text = await bundleCore(
    { safety_none: 'true', operation_counts: 'false' },
    { entryPoints: undefined, stdin: { contents, resolveDir } },
  );
  return `(function () {${text}})();\n`;
}

async function boardAfterCall(bytes: Uint8Array, name: string): Promise<SimulatedBoard> {
  const text = await programCalling(bytes, name, ample);
  const board = new SimulatedBoard(banglejs2, { allow: ['out of memory'], memory: false });
  // Without the simulator's checks: that the text is what Espruino runs is tested elsewhere, and takes its time.
  board.turn(() => board.realm.run({ text, file: 'program', script: 'program' }));
  return board;
}

describe.skipIf(!hasClang)(`C with tazzina.h${withoutClang}`, () => {
  it('calls back from timers, watches and sensors', async () => {
    const program = `#include "tazzina.h"
      static int state, id;
      static void blink(void) { state = !state; digitalWrite(LED1, state); if (getTime() > 0.9) clearInterval(id); }
      static void pressed(void) { print("pressed", 7); }
      static void moved(double x, double y, double z) { if (x + y > z) buzz(x * 1000); }
      __attribute__((export_name("start"))) void start(void) {
        id = setInterval(blink, 250);
        setWatch(BTN1, EDGE_RISING, pressed);
        onAccelerometer(moved);
      }`;
    const board = await boardAfterCall(compile(program, plain), 'start');
    board.advance(3000);
    expect(board.pins.waveform.map(({ pin, value }) => `${pin}=${value}`)).toEqual(
      'LED1=1 LED1=0 LED1=1 LED1=0'.split(' '),
    );
    board.drive('BTN1', 1);
    board.deliver({ kind: 'accel', values: ['0.5', '0.25', '1'] });
    board.deliver({ kind: 'accel', values: ['0.5', '0.25', '0'] });
    expect(board.output).toBe('pressed\n');
    expect(board.buzzes).toEqual([500]);
  });

  it('keeps files in Storage, and draws from memory', async () => {
    const program = `#include "tazzina.h"
      static unsigned char pixels[16];
      __attribute__((export_name("start"))) void start(void) {
        static const char name[] = "count";
        unsigned char count = 7, read = 0;
        storageWrite(name, 5, &count, 1);
        storageRead(name, 5, 0, &read, 1);
        for (int i = 0; i < 16; i++) pixels[i] = i == read ? 0xff : 0;
        screenClear();
        screenImage(pixels, screenWidth() / 44, 4, 8, 10, 20);
        screenFlip();
      }`;
    const board = await boardAfterCall(compile(program, plain), 'start');
    expect([...board.storage.read('count')!]).toEqual([7]);
    // What is around the image is white, as the screen of a Bangle.js 2.
    const dark = [...board.display!.pixels].flatMap((color, at) =>
      color === 0 ? [[at % 176, Math.floor(at / 176)]] : [],
    );
    expect(dark).toHaveLength(15);
    expect(dark.every(([x, y]) => x >= 10 && x < 14 && y >= 20 && y < 24 && (x !== 13 || y !== 21))).toBe(true);
    expect(board.output).toBe('');
  });
});

describe.skipIf(!hasWasiLibc)(`C with a library${withoutWasiLibc}`, () => {
  it('prints, tells the time, and exits', async () => {
    const program = `#include <stdio.h>
      #include <stdlib.h>
      #include <time.h>
      #include <unistd.h>
      int main(int argc, char **argv) {
        printf("hello %d %s %d\\n", 42, "w\\xc3\\xb6rld", argc);
        fprintf(stderr, "error\\n");
        printf("terminal %d, getenv %d, ", isatty(1), getenv("HOME") != NULL);
        printf("file %d, getchar %d\\n", fopen("a", "r") != NULL, getchar());
        printf("year %d", 1970 + (int)(time(NULL) / 31556952));
        return 3;
      }`;
    const board = await boardAfterCall(compile(program, wasi), '_start');
    expect(Buffer.from(board.output, 'latin1').toString()).toBe(
      'hello 42 w\u00f6rld 0\nerror\nterminal 1, getenv 0, file 0, getchar -1\nyear 1970\nexit 3\n',
    );
  });
});

const whyNot = withoutClang || reason || withoutTimers();
describe.skipIf(whyNot !== '')(`C in Espruino itself${whyNot}`, () => {
  it.each(['js', 'interp'] as const)('prints, keeps a file, and calls back, tier %s', async (tier) => {
    const program = `#include "tazzina.h"
      static void tick(void) { print("tick", 4); }
      __attribute__((export_name("start"))) void start(void) {
        char text[6] = "hello";
        storageWrite("name", 4, text, 5);
        text[0] = 'j';
        print(text, 5);
        storageRead("name", 4, 0, text, 5);
        print(text, 5);
        setTimeout(tick, 10);
      }`;
    const module = compile(program, { ...plain, linker: [...plain.linker, '-z,stack-size=256'] });
    const files = await stored(module, { tier, memoryBytes: 2048 });
    expect(printedByEspruino(files, 'require("app").start();')).toEqual(['jello', 'hello', 'tick']);
  });
});
