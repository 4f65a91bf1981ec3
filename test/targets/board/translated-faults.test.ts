// Random damage to translated programs: found within the bound of each level, and nothing else is.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VerificationLevel } from '../../../src/safety/index.js';
import type { StorageFile } from '../../../targets/board/image.js';
import { amount } from '../../amount.js';
import { wat } from '../../core/wat.js';
import { Random } from '../../differential/random.js';
import { loaderInNode } from './script-program.js';
import { filesOf } from './translated-random.js';

/** Faults of each kind at each moment and level. */
const FAULTS = amount(100, 1000);
const { None, Sampling, Standard, Full } = VerificationLevel;

// Everything that is verified is in use, and every kind of store; no damage changes how long a call runs.
const program = (change: string) =>
  wat(`(module (import "espruino" "getTime" (func $time (result f64))) (memory 1) (table 5 funcref)
  (global $g (mut i32) (i32.const 1)) (global $wide (mut i64) (i64.const 7)) (global $x (mut f64) (f64.const 0.3))
  (data $data "abcdefghijkl")
  (func $stores (param i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.mul (local.get 0) (i32.const 1237)) (i32.const 0xfff)))
    (i32.store (i32.and (local.get $at) (i32.const 0xffc)) (local.get 0))
    (i32.store offset=1001 (local.get $at) (i32.mul (local.get 0) (i32.const 0x10001)))
    (i32.store8 offset=2000 (local.get $at) (i32.sub (i32.const 0) (local.get 0)))
    (i32.store16 offset=8 (i32.and (local.get $at) (i32.const 0xffe)) (i32.const -3))
    (i32.store16 offset=3 (local.get $at) (local.get 0))
    (i64.store offset=700 (i32.and (local.get $at) (i32.const 0xff8)) (i64.const 0x123456789))
    (f32.store offset=1100 (i32.and (local.get $at) (i32.const 0xff)) (f32.convert_i32_s (local.get 0)))
    (f64.store offset=1200 (i32.and (local.get $at) (i32.const 0x7f8)) (f64.neg (f64.convert_i32_s (local.get 0))))
    (f64.store offset=1203 (i32.and (local.get $at) (i32.const 0xff)) (f64.const -0.75))
    (memory.fill (i32.and (local.get $at) (i32.const 0x7ff)) (local.get 0) (i32.const 77))
    (memory.copy (i32.const 3000) (local.get $at) (i32.const 90))
    (memory.init $data (i32.and (local.get $at) (i32.const 0x3ff)) (i32.const 1) (i32.const 9))
    (i32.load16_s (local.get $at)))
  (func $run (export "run") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (drop (call $time)) ${change}
      (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31))
        (call_indirect (param i32) (result i32) (local.get $n) (i32.add (i32.const 3) (i32.and (local.get $n) (i32.const 1))))))
      (global.set $g (i32.xor (global.get $g) (local.get $sum)))
      (global.set $wide (i64.add (global.get $wide) (i64.extend_i32_s (global.get $g))))
      (global.set $x (f64.add (global.get $x) (f64.const 0.7)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.add (local.get $sum) (i32.wrap_i64 (global.get $wide))))
  (elem (i32.const 3) $stores $stores))`);

/** A table that a function may change is kept otherwise. */
const PROGRAMS = { fixed: program(''), changing: program('(table.set (i32.const 1) (table.get (i32.const 3)))') };

interface Inside {
  bytes: Uint8Array;
  saved: Float64Array;
  tables: Int32Array | null;
  state(): number[];
  setState(values: number[], from: number): void;
}

interface Export {
  (n: number): number;
  async(n: number, done: (error: Error | null, result?: number) => void): void;
  save(): Uint8Array;
  restore(snapshot: Uint8Array, done: (error: Error | null, result?: number) => void): void;
}

interface Loaded {
  files: StorageFile[];
  load(): { run: Export; inside: Inside };
}

const loaded = new Map<string, Promise<Loaded>>();

/** The program of that level, which is built once. */
function programAt(level: VerificationLevel, kind: keyof typeof PROGRAMS = 'fixed'): Promise<Loaded> {
  const key = `${level}${kind}`;
  if (!loaded.has(key)) loaded.set(key, build(level, kind));
  return loaded.get(key)!;
}

async function build(level: VerificationLevel, kind: keyof typeof PROGRAMS): Promise<Loaded> {
  const files = await filesOf({ bytes: PROGRAMS[kind] } as never, {
    memoryBytes: 8192,
    resumable: true,
    sliceFuel: 1000,
    optimise: false,
    verification: level,
    translatedEpilogue: () => `BOARD_EXPORTS.inside = { bytes: bytes, saved: saved,
      tables: ${kind === 'fixed' ? 'T0' : 'null'}, state: moduleState, setState: setModuleState };`,
  });
  return { files, load: loaderInNode('app', files) as unknown as Loaded['load'] };
}

type Damage = (random: Random, inside: Inside, files: StorageFile[]) => void;

/** Flips a bit of what the bytes have, or puts another byte there. */
function damageBytes(random: Random, bytes: Uint8Array): void {
  const at = random.below(bytes.length);
  bytes[at] ^= random.below(2) === 0 ? 1 << random.below(8) : 1 + random.below(255);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength);

const DAMAGES: Record<string, Damage> = {
  'linear memory': (random, { bytes }) => damageBytes(random, bytes),
  tables: (random, { tables }) => damageBytes(random, bytesOf(tables!)),
  'the code': (random, _, files) => {
    const file = random.below(20) === 0 ? 'app.sum' : 'app';
    damageBytes(random, files.find(({ name }) => name === file)!.bytes);
  },
  'the saved frames': (random, { saved }) => damageBytes(random, bytesOf(saved)),
  'globals and tables': (random, { state, setState }) => {
    const values = state();
    const at = random.below(4);
    values[at] = Number.isInteger(values[at]) ? values[at] ^ (1 << random.below(32)) : values[at] + 1;
    setState(values, 0);
  },
};

/** The functions to run in the next slices. */
let next: (() => void)[] = [];
/** The action of the host function's call. */
let meanwhile = () => {};

beforeEach(() => {
  next = [];
  meanwhile = () => {};
  vi.stubGlobal('setTimeout', (run: () => void) => next.push(run));
  vi.stubGlobal('getTime', () => {
    meanwhile();
    return 0;
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const MOMENTS = ['between calls', 'during a call', 'between slices', 'during a slice'] as const;
type Moment = (typeof MOMENTS)[number];

/** The borders of calls or slices behind the damage up to the one where it is found: 0 is the end of what it happened in. */
function bound(kind: string, moment: Moment, level: VerificationLevel): number | null {
  const isDuring = moment.startsWith('during');
  const least: Record<string, VerificationLevel> = {
    'linear memory': isDuring ? Full : Standard,
    tables: Sampling,
    'the code': Sampling,
    'the saved frames': isDuring || moment === 'between calls' ? Number.POSITIVE_INFINITY : Standard,
    'globals and tables': isDuring ? Number.POSITIVE_INFINITY : Sampling,
  };
  if (level < least[kind]) return null;
  if (kind === 'the code' && level === Sampling) return 16;
  return isDuring && level === Full ? 0 : 1;
}

/** Each starts something that the damage happens in or before, and what goes on from there up to so many borders. */
function messageOf(moment: Moment, run: Export, random: Random, damage: () => void, most: number): string {
  let found = '';
  const keep = (error: unknown) => {
    // Damage may make the call trap that it happens in: from Full on, that is seen as what it is.
    if (error && (most === 0 || /^integrity/.test((error as Error).message))) found ||= (error as Error).message;
  };
  const call = () => {
    try {
      run(3 + random.below(3));
    } catch (error) {
      keep(error);
    }
  };
  const duringOne = (go: () => void) => {
    let until = random.below(3);
    meanwhile = () => {
      if (until-- === 0) damage();
    };
    go();
    meanwhile = () => {};
    return until < 0;
  };
  const slice = () => next.shift()?.();
  if (moment === 'between calls' || moment === 'during a call') {
    for (let calls = random.below(4); calls > 0; calls--) call();
    if (moment === 'between calls') damage();
    else expect(duringOne(call)).toBe(true);
    for (let more = 0; more < most && found === ''; more++) call();
    return found;
  }
  run.async(1000, keep);
  for (let slices = random.below(20); slices > 0; slices--) slice();
  expect(found).toBe('');
  if (moment === 'between slices') damage();
  else while (!duringOne(slice));
  for (let more = 0; more < most && found === ''; more++) next.length > 0 ? slice() : call();
  return found;
}

describe.each([Sampling, Standard, Full])('at level %d', (level) => {
  const all = Object.keys(DAMAGES).flatMap((kind) =>
    MOMENTS.map((moment) => [kind, moment, bound(kind, moment, level)] as const),
  );
  const found = all.filter(([, , most]) => most !== null);

  it.each(found)('damage to %s %s is found within %d borders', async (kind, moment, most) => {
    const { files, load } = await programAt(level);
    const random = new Random(level * 1000 + kind.length * 10 + moment.length);
    for (let fault = 0; fault < FAULTS; fault++) {
      const { run, inside } = load();
      const before = files.map(({ bytes }) => Uint8Array.from(bytes));
      const message = messageOf(moment, run, random, () => DAMAGES[kind](random, inside, files), most!);
      expect([fault, message]).toEqual([fault, `integrity: damage in ${kind}: load the program again`]);
      // The damage stays.
      for (const [index, { bytes }] of files.entries()) bytes.set(before[index]);
      next = [];
      expect(() => run(2)).toThrow(message);
    }
  });

  it.each(Object.keys(PROGRAMS))('nothing is found where nothing was damaged: table %s', async (kind) => {
    const { run, inside } = (await programAt(level, kind as keyof typeof PROGRAMS)).load();
    const plain = (await programAt(None, kind as keyof typeof PROGRAMS)).load();
    const random = new Random(level);
    for (let calls = 0; calls < 60; calls++) {
      const n = 1 + random.below(20);
      if (random.below(2) === 0) expect(run(n)).toBe(plain.run(n));
      else {
        const results: unknown[] = [];
        for (const each of [run, plain.run]) {
          each.async(n, (...result) => results.push(result));
          for (; next.length > 0; next.shift()!())
            if (random.below(9) === 0) each.restore(each.save(), (...result) => results.push(result));
        }
        expect(results[0]).toEqual([undefined, expect.any(Number)]);
        expect(results[1]).toEqual(results[0]);
      }
      expect(Buffer.compare(inside.bytes, plain.inside.bytes)).toBe(0);
    }
  });

  it('damage to a snapshot is found before anything changes', async () => {
    const { load } = await programAt(level);
    const random = new Random(level);
    const { run, inside } = load();
    run.async(1000, () => {});
    for (let slices = 0; slices < 5; slices++) next.shift()!();
    const snapshot = run.save();
    const fresh = load();
    const before = inside.bytes.slice();
    for (let fault = 0; fault < FAULTS; fault++) {
      const damaged = snapshot.slice();
      damageBytes(random, damaged);
      expect(() => fresh.run.restore(damaged, () => {})).toThrow('this is no snapshot, or a damaged one');
    }
    fresh.run.restore(snapshot, () => {});
    expect(Buffer.compare(fresh.inside.bytes, before)).toBe(0);
  });

  it('what was damaged is not saved', async () => {
    const { run, inside } = (await programAt(level)).load();
    run.async(1000, () => {});
    next.shift()!();
    const damage = DAMAGES[level === Sampling ? 'globals and tables' : 'linear memory'];
    damage(new Random(level), inside, []);
    expect(() => run.save()).toThrow('integrity: damage');
  });
});
