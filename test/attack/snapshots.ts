// Gives each program and each engine the snapshots of all others, which differ in data, code, memory, level, stack or another option,
// and damaged ones of its own: how many are refused.
import { banglejs2 } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';
import { Engine, EngineError, small } from '../../src/index.js';
import { VerificationLevel } from '../../src/safety/index.js';
import type { BuildOptions } from '../../targets/board/build.js';
import { wat } from '../core/wat.js';
import { Random } from '../differential/random.js';
import { stored } from '../targets/board/program.js';

const { None, Sampling, Standard, Full } = VerificationLevel;

const moduleOf = (memory: string, data: string, start: number) =>
  wat(`(module (memory ${memory}) (data (i32.const 0) "${data}") (global $g (mut i32) (i32.const ${start}))
    (func $deep (export "deep") (call $deep) (nop))
    (func (export "run") (loop (global.set $g (i32.add (global.get $g) (i32.const 1))) (br 0))))`);

const MODULES = {
  'one module': moduleOf('1 2', 'abc', 1),
  'other data': moduleOf('1 2', 'abd', 1),
  'another memory': moduleOf('1 1', 'abc', 1),
  'another global': moduleOf('1 2', 'abc', 2),
};

const capacities = { ...small, memoryBytes: 131072 };
const ENGINES: [string, ConstructorParameters<typeof Engine>][] = [
  ['as it is', [capacities]],
  ['another memoryBytes', [{ ...capacities, memoryBytes: 196608 }]],
  ['another valueSlots', [{ ...capacities, valueSlots: capacities.valueSlots + 1 }]],
  ['another callDepth', [{ ...capacities, callDepth: capacities.callDepth + 1 }]],
  ['another tableEntries', [{ ...capacities, tableEntries: capacities.tableEntries + 1 }]],
  ['partial memory', [capacities, { partialMemory: true }]],
  ['counting', [capacities, { counting: true }]],
  ...[Sampling, Standard, Full].map((verification): [string, ConstructorParameters<typeof Engine>] => [
    `level ${verification}`,
    [capacities, { verification }],
  ]),
];

const BUILDS: [string, Partial<BuildOptions>][] = [
  ['as it is', {}],
  ['more --memory', { memoryBytes: 2048 }],
  ['less --memory', { memoryBytes: 512 }],
  ['less stack', { stackBytes: 7000 }],
  ['fuel', { fuel: true }],
  ...[Sampling, Standard, Full].map((verification): [string, Partial<BuildOptions>] => [
    `level ${verification}`,
    { verification },
  ]),
];

/** Machine code keeps no sums of memory. */
const buildsOf = (tier: 'js' | 'native') =>
  BUILDS.filter(([, { verification }]) => tier === 'js' || verification !== Full);

const counts = { others: 0, otherFaults: 0, own: 0, ownFaults: 0, damaged: 0, damagedFaults: 0 };

function told(where: string): number {
  const { others, otherFaults, own, ownFaults, damaged, damagedFaults } = counts;
  console.log(`${where}: ${own - ownFaults} of ${own} snapshots go on in what saved them`);
  console.log(`${where}: ${others - otherFaults} of ${others} snapshots of another module or option are refused`);
  console.log(`${where}: ${damaged - damagedFaults} of ${damaged} snapshots with a flipped bit are refused`);
  const faults = otherFaults + ownFaults + damagedFaults;
  for (const name of Object.keys(counts) as (keyof typeof counts)[]) counts[name] = 0;
  return faults;
}

/** Whether the engine takes up the snapshot; an error that is not a refusal is thrown. */
function restores(engine: Engine, snapshot: Uint8Array): boolean {
  try {
    engine.restore(snapshot);
    return true;
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}

function ofEngines(flips: number): number {
  const started = Object.entries(MODULES).flatMap(([module, bytes]) =>
    ENGINES.map(([option, made]) => {
      const engine = new Engine(...made);
      engine.call(engine.exportedFunction(engine.instantiate(engine.load(bytes)), 'run'), 10);
      return { what: `${module}, ${option}`, engine, snapshot: engine.save() };
    }),
  );
  const random = new Random(1);
  for (const { what, engine, snapshot } of started) {
    for (const other of started) {
      if (other.engine === engine) continue;
      counts.others++;
      if (!restores(engine, other.snapshot)) continue;
      counts.otherFaults++;
      console.log(`an engine (${what}) takes up the snapshot of another (${other.what})`);
    }
    for (let left = flips / started.length; left > 0; left--) {
      const damaged = snapshot.slice();
      const bit = random.below(snapshot.length * 8);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      counts.damaged++;
      if (restores(engine, damaged)) counts.damagedFaults++;
    }
    counts.own++;
    if (!restores(engine, snapshot)) counts.ownFaults++;
  }
  return told('engine');
}

/** With RAM for snapshots beside their copies. */
const board = { ...banglejs2, freeJsVars: 60_000 };

/** Behind a program: what a snapshot in Storage comes to. */
const RESTORED = `global.setTimeout = function () {};
  var restored = function (bytes) { try { app.run.restore(bytes, function () {}); return "restored"; } catch (e) { return "refused"; } };
  var saved = function (file) { return new Uint8Array(require("Storage").readArrayBuffer(file)).slice(); };`;

async function ofPrograms(tier: 'js' | 'native', flips: number): Promise<number> {
  const programs = await Promise.all(
    Object.entries(MODULES).flatMap(([module, bytes]) =>
      buildsOf(tier).map(async ([option, more]) => {
        const options = {
          tier,
          memoryBytes: 1024,
          optimise: false,
          resumable: true,
          verification: None,
          ...more,
        } as const;
        return { what: `${module}, ${option}`, files: await stored(bytes, options) };
      }),
    ),
  );
  const start = (files: string) => {
    const simulated = new SimulatedBoard(board);
    simulated.run(`${files}\nvar app = require("app"); ${RESTORED}`);
    return simulated;
  };
  const snapshots = programs.map(({ files }) => {
    const simulated = start(files);
    simulated.run(`app.run.async(function () {}); require("Storage").write("saved", app.run.save());`);
    return Uint8Array.from(simulated.storage.read('saved')!);
  });
  const random = new Random(2);
  for (const [index, { what, files }] of programs.entries()) {
    const simulated = start(files);
    for (const [other, snapshot] of snapshots.entries()) simulated.storage.write(`s${other}`, snapshot);
    const bits = Array.from({ length: Math.ceil(flips / programs.length) }, () => random.bits());
    simulated.run(`${JSON.stringify(bits)}.forEach(function (bits) {
        var bytes = saved("s${index}"), bit = bits % (bytes.length * 8);
        bytes[bit >> 3] ^= 1 << (bit & 7);
        print("damaged", restored(bytes));
      });
      for (var i = 0; i < ${programs.length}; i++) if (i !== ${index}) print("others " + i, restored(saved("s" + i)));
      print("own", restored(saved("s${index}")));`);
    for (const line of simulated.output.trim().split('\n')) {
      const [, kind, other, result] = /^(own|others|damaged) ?(\d*) (restored|refused)$/.exec(line) ?? [];
      if (kind === 'own') {
        counts.own++;
        if (result === 'refused') counts.ownFaults++;
      } else if (kind === 'damaged') {
        counts.damaged++;
        if (result === 'restored') counts.damagedFaults++;
      } else if (kind === 'others') {
        counts.others++;
        if (result === 'refused') continue;
        counts.otherFaults++;
        console.log(`a program (${what}) takes up the snapshot of another (${programs[Number(other)].what})`);
      }
    }
  }
  return told(tier === 'js' ? 'translated program' : 'machine code');
}

/** With so many damaged snapshots of each kind. Prints what came of them, and returns the number of faults. */
export async function exchangeSnapshots(flips: number): Promise<number> {
  return ofEngines(flips) + (await ofPrograms('js', flips)) + (await ofPrograms('native', flips));
}
