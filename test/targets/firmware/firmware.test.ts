// Modules in firmware in C: in QEMU they do what V8 does, and the header is C whatever the module calls its exports.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Trap } from '../../../src/index.js';
import { buildFirmware, type FirmwareOptions, PROCESSORS } from '../../../targets/firmware/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { assembleText } from '../../../targets/module/text-format.js';
import { platform } from '../../differential/platform.js';
import {
  EXAMPLE,
  firmwareOutput,
  GCC,
  hasFirmwareTools,
  hasGcc,
  withoutFirmwareTools,
  withoutGcc,
} from './cross-compiler.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tazzina-firmware-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function moduleBytes(text: string): Promise<Uint8Array> {
  return assembleText(new TextEncoder().encode(text), 'module.wat');
}

/** The files of a module, written into the folder. */
async function written(bytes: Uint8Array, options: FirmwareOptions) {
  const built = await buildFirmware(readModule(bytes), options);
  for (const each of built.files) writeFileSync(join(folder, each.name), each.bytes);
  return built;
}

const thousandths = (value: number) => `${Math.trunc(value * 1000)} / 1000`;

/** Returns the output of the example's main.c if V8 runs the module. */
function expectedOfExample(bytes: Uint8Array): string {
  const lines: string[] = [];
  let reports = 0;
  const report = (length: number, mean: number) => {
    reports++;
    if (length > 4) throw new Error('host function failed');
    lines.push(`${length}: ${thousandths(mean)}`);
  };
  const { exports } = new platform.Instance(new platform.Module(bytes), { env: { report } });
  // biome-ignore lint/suspicious/noExplicitAny: of all types.
  const called = exports as any;
  const trap = (message: string, call: () => void) => {
    try {
      call();
    } catch (error) {
      const { stack = '' } = error as Error;
      const place = /^ +at (?:\S+\.)?(\S+) \(wasm.*?wasm-function\[(\d+)\]:0x([0-9a-f]+)\)/m.exec(stack);
      const where =
        error instanceof platform.RuntimeError && place
          ? ` in function ${place[2]} (${place[1]}) at byte ${Number.parseInt(place[3], 16)}`
          : '';
      lines.push(`trap: ${message}${where}`);
    }
  };
  lines.push(`mean ${thousandths(called.mean(16, 4))}`);
  new Int32Array(called.memory.buffer).set([-7, 1000000, 12], 128);
  lines.push(`mean of the firmware's ${thousandths(called.mean(512, 3))}`);
  lines.push(`step ${called.step(1, -3000000000n)}`);
  lines.push(`divide ${called.divide(-100000000000n, 7n).join(' ')}`);
  lines.push(`scale ${thousandths(called.scale(1.5, 1n << 33n, -0.25, 12))}`);
  lines.push(`depth ${called.depth(20)}`);
  called.report_means(16, 4);
  trap('integer divide by zero', () => called.divide(1n, 0n));
  trap('out of bounds memory access', () => called.mean(65533, 1));
  trap('undefined element', () => called.step(2, 1n));
  trap('call stack exhausted', () => called.depth(1000000));
  trap('host function failed', () => called.report_means(16, 9));
  const calls = called.calls.value;
  called.calls.value = 5;
  called.mean(16, 1);
  lines.push(`reports ${reports}, calls ${calls}, then ${called.calls.value}`);
  return `${lines.join('\n')}\n`;
}

describe.skipIf(!hasFirmwareTools)(`firmware in C in QEMU${withoutFirmwareTools}`, () => {
  it.each(['cortex-m0plus', 'cortex-m3', 'cortex-m4', 'cortex-m4f'])(
    'computes, calls back and traps as V8 does: %s',
    async (processor) => {
      const bytes = await moduleBytes(readFileSync(join(EXAMPLE, 'filter.wat'), 'utf8'));
      await written(bytes, { processor, name: 'filter', memoryBytes: 4096 });
      const output = firmwareOutput(folder, 'main.c', processor);
      const withoutStackPlace = output.replace(/(?<=call stack exhausted).*/, '');
      expect(withoutStackPlace).toBe(expectedOfExample(bytes));
    },
  );

  it('counts fuel, grows memory, lets callbacks call the module, and reports what is not given', async () => {
    const bytes = await moduleBytes(`(module
      (import "env" "twice" (func $twice (param i32) (result i32)))
      (import "env" "absent" (func $absent))
      (import "env" "pair" (func $pair (param i64) (result i64 f32)))
      (memory (export "memory") 1 3)
      (global $started (export "started") (mut i64) (i64.const -2))
      (global $self funcref (ref.func $next))
      (func $next (export "next") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
      (func (export "forever") (loop $again (br $again)))
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
      (func (export "call_twice") (param i32) (result i32) (i32.add (local.get 0) (call $twice (local.get 0))))
      (func (export "call_absent") (call $absent))
      (func (export "call_pair") (param i64) (result i64 f32) (call $pair (local.get 0)))
      (func $start (global.set $started (i64.mul (global.get $started) (i64.const 4294967296))))
      (start $start))`);
    await written(bytes, { processor: 'cortex-m4f', name: 'filter', memoryBytes: 2 * 65536, fuel: true });
    writeFileSync(
      join(folder, 'second.c'),
      `
#include "board.h"
#include "filter.h"
extern const uint8_t filter_image[];
static struct filter_instance instance;
static uint64_t memory[FILTER_MEMORY_BYTES / 8];
static int32_t twice(struct filter_instance *filter, int32_t value) {
  if (value < 0) (void)filter_forever(filter);
  return filter_next(filter, filter_next(filter, value));
}
static struct filter_env_pair_answer pair(struct filter_instance *filter, int64_t value) {
  (void)filter;
  struct filter_env_pair_answer answer = {value * 3, 2.5f};
  return answer;
}
static void put(int64_t number) { put_number(number); put_text(" "); }
int main(void) {
  struct filter_imports imports = {.env_twice = twice, .env_pair = pair};
  instance.fuel = 1000;
  put(filter_start(&instance, filter_image, memory, stack_end, &imports));
  put(filter_get_started(&instance));
  put(filter_grow(&instance, 1)); put(filter_grow(&instance, 1)); put(instance.memory_bytes);
  put(filter_pointer(&instance, 131068, 4) != NULL); put(filter_pointer(&instance, 131069, 4) != NULL);
  put(filter_call_twice(&instance, 5)); put(instance.status);
  struct filter_call_pair_results results = filter_call_pair(&instance, -5000000000);
  put(results.r0); put((int64_t)(results.r1 * 2));
  filter_call_absent(&instance); put(instance.status); put(filter_trap_place(&instance) == NULL);
  put(filter_call_twice(&instance, -1)); put(instance.status);
  instance.fuel = 100;
  put(filter_next(&instance, 1)); put(instance.status); put(instance.fuel < 100);
  return 0;
}
`,
    );
    const output = firmwareOutput(folder, join(folder, 'second.c'));
    const words = [0, -2 * 2 ** 32, 1, -1, 131072, 1, 0, 12, 0, -15000000000, 5, 27, 1, 0, 3, 2, 0, 1];
    expect(output.trim().split(' ').map(Number)).toEqual(words);
  });
});

const MISUSE = `
#include "board.h"
#include "filter.h"
extern const uint8_t filter_image[];
static struct filter_instance instance;
static uint64_t memory[FILTER_MEMORY_BYTES / 8 + 1];
static void again(struct filter_instance *filter) {
  if (filter_add(filter, 1, 2) != 3) filter_fail(filter);
}
static void put(int64_t number) { put_number(number); put_text(" "); }
int main(void) {
  const struct filter_imports none = {0}, imports = {.env_again = again};
  const uint8_t *image = filter_image;
  /* Calls before the start, and starts with what is NULL or not aligned. */
  put(filter_add(&instance, 1, 2)); put(instance.status);
  put(filter_start(&instance, NULL, memory, stack_end, &imports)); put(filter_add(&instance, 1, 2)); put(instance.status);
  put(filter_start(&instance, image + 2, memory, stack_end, &imports));
  put(filter_start(&instance, image, NULL, stack_end, &imports));
  put(filter_start(&instance, image, (uint8_t *)memory + 4, stack_end, &imports));
  put(filter_start(&instance, image, memory, NULL, &imports));
  /* A start function that traps, because its import is NULL, or has no stack. */
  put(filter_start(&instance, image, memory, stack_end, NULL)); put(filter_add(&instance, 1, 2)); put(instance.status);
  put(filter_start(&instance, image, memory, stack_end, &none));
  put(filter_start(&instance, image, memory, (uint8_t *)stack_end + (1 << 20), &imports));
  /* It works all the same. */
  put(filter_start(&instance, image, memory, stack_end, &imports)); put(filter_add(&instance, 1, 2)); put(instance.status);
  put(filter_pointer(&instance, 0xffffffff, 1) == NULL); put(filter_pointer(&instance, 1, 0xffffffff) == NULL);
  put(filter_load(&instance, -4)); put(instance.status); put(filter_load(&instance, 100) == 0); put(instance.status);
  instance.imports = NULL;
  filter_call(&instance, FILTER_ENTRY_run); put(instance.status);
  return 0;
}
`;

describe.skipIf(!hasFirmwareTools)(`firmware that misuses the interface${withoutFirmwareTools}`, () => {
  it.each(['cortex-m0plus', 'cortex-m3', 'cortex-m4'])('gets the status of calls: %s', async (processor) => {
    const bytes = await moduleBytes(`(module
      (import "env" "again" (func $again)) (memory 1)
      (func $run (export "run") (call $again)) (start $run)
      (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))`);
    await written(bytes, { processor, name: 'filter', memoryBytes: 1024 });
    writeFileSync(join(folder, 'misuse.c'), MISUSE);
    const output = firmwareOutput(folder, join(folder, 'misuse.c'), processor);
    const [notStarted, failed, exhausted, outOfBounds] = [4, 16 + Trap.Host, 16 + Trap.CallStackExhausted, 16 + 2];
    const words = [0, notStarted, notStarted, 0, notStarted, notStarted, notStarted, notStarted, notStarted];
    words.push(failed, 0, notStarted, failed, exhausted, 0, 3, 0, 1, 1, 0, outOfBounds, 1, 0, failed);
    expect(output.trim().split(' ').map(Number)).toEqual(words);
  });
});

const HOSTILE = `(module
  (import "a*/ b" "\\22\\0a" (func (param f64 i32 i64) (result f64)))
  (import "a b" "x" (func)) (import "a" "b_x" (func))
  (memory 1) (table 2 externref) (table 3 funcref)
  (global (export "9\\5c*/") i64 (i64.const 7))
  (data (i32.const 3) "a") (elem (table 1) (i32.const 0) func 1)
  (func (export "data_0")) (func (export "table_1")) (func (export "import_bridge")) (func (export "places"))
  (func (export "start")) (func (export "int") (param externref) (result funcref) (ref.null func))
  (func (export "a-b")) (func (export "a.b")) (func (export "")) (func (export "\\22; */ ?\\3f/"))
  (func (export "get_x") (result i32 i64 f32 f64) (unreachable)) (global (export "x") (mut f64) (f64.const 1)))`;

describe.skipIf(!hasGcc)(`the header and the source${withoutGcc}`, () => {
  it.each(Object.keys(PROCESSORS))('are C without warnings whatever names the module has: %s', async (processor) => {
    const bytes = await moduleBytes(HOSTILE);
    await written(bytes, { processor, name: '9-int', memoryBytes: 64 });
    const options = ['-mthumb', '-std=c11', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Wcomment', '-Werror'];
    execFileSync(GCC, [`-mcpu=${processor.replace('m4f', 'm4')}`, ...options, '-ffreestanding', '-c', '9-int.c'], {
      cwd: folder,
    });
  });

  it.each([
    ['c', 'c99'],
    ['c++', 'c++11'],
    ['c++', 'c++20'],
  ])('of which the header is %s, too: %s', async (language, standard) => {
    const bytes = await moduleBytes(HOSTILE);
    await written(bytes, { processor: 'cortex-m3', name: '9-int', memoryBytes: 64, fuel: true });
    const options = ['-mcpu=cortex-m3', '-mthumb', `-std=${standard}`, '-Wall', '-Wextra', '-pedantic', '-Werror'];
    execFileSync(GCC, [...options, '-ffreestanding', '-O2', '-x', language, '-c', '9-int.h', '-o', '9-int.gch'], {
      cwd: folder,
    });
  });
});

describe('a build for firmware', () => {
  it('has the image that the header describes', async () => {
    const bytes = await moduleBytes('(module (memory 1) (func (export "f") (result i32) (i32.load (i32.const 0))))');
    const { files, memoryBytes, instanceBytes } = await written(bytes, {
      processor: 'cortex-m3',
      name: 'app',
      memoryBytes: 100,
    });
    const [image, header] = files;
    expect(files.map(({ name }) => name)).toEqual(['app.bin', 'app.h', 'app.c']);
    expect([memoryBytes, instanceBytes]).toEqual([104, 68]);
    const text = new TextDecoder().decode(header.bytes);
    expect(text).toContain(`#define APP_IMAGE_BYTES ${image.bytes.length}u`);
    expect(text).toContain('#define APP_MEMORY_BYTES 104u');
    expect(text).toContain('static inline int32_t app_f(struct app_instance *instance)');
  });

  it.each([
    ['(import "env" "g" (global i32))', 'the import env.g is a global, which firmware does not give yet'],
    ['(import "env" "t" (table 1 funcref))', 'the import env.t is a table, which firmware does not give yet'],
  ])('refuses %s', async (imported, message) => {
    const bytes = await moduleBytes(`(module ${imported})`);
    await expect(written(bytes, { processor: 'cortex-m3', name: 'app' })).rejects.toThrow(message);
  });
});
