// Calls with a Uint8Array of 256 bytes, as ratios to what a person writes for the same module without an interface: statements that copy
// the bytes to memory and call the function with their address and length.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moduleProgram } from '../../cli/module-program.js';
import type { ProgramRequest } from '../../cli/program-parts.js';
import { BOARD, type Contestant } from './contestant.js';
import { countInstructions, type Measured } from './measurement.js';
import { predict } from './prediction.js';

const BYTES = 256;
const MEMORY = '1024';
/** Where a module without an allocator has room. */
const HEAP = 64;

interface Case {
  title: string;
  module: string;
  /** What a person writes: `app` is the module's program, and `data` the bytes. */
  written: string;
  /** What both are given, and a declaration of it. */
  host?: { text: string; wit: string };
}

const moduleOf = (imports: string, heap: string) => `(module ${imports} (memory (export "memory") 1) ${heap}
  (func (export "take") (param i32 i32) (result i32)
    (i32.add (i32.load8_u (local.get 0)) (i32.load8_u offset=${BYTES - 1} (local.get 0)))))`;
const witOf = (host: string) =>
  `package bench:calls; world calls { ${host} export take: func(data: list<u8>) -> u32; }`;
const BASE = `(global (export "__heap_base") i32 (i32.const ${HEAP}))`;
const COPIED = `app.memory.set(data,${HEAP});return app.take(${HEAP},data.length);`;

const CASES: readonly Case[] = [
  { title: 'without an allocator', module: moduleOf('', BASE), written: COPIED },
  {
    title: 'with cabi_realloc',
    module: moduleOf('', `(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const ${HEAP}))`),
    written: 'var at=app.cabi_realloc(0,0,1,data.length);app.memory.set(data,at);return app.take(at,data.length);',
  },
  {
    title: 'with an imported function',
    module: moduleOf('(import "env" "show" (func (param i32)))', BASE),
    written: COPIED,
    host: { text: 'export const env = { show(number) { print(number); } };', wit: 'import show: func(number: u32);' },
  },
];

const TIERS: Readonly<Record<string, Partial<ProgramRequest>>> = {
  translated: { tier: 'js' },
  'translated, in slices': { tier: 'js', resumable: true },
  interpreted: { tier: 'interp' },
  'machine code': { tier: 'native' },
  'machine code, in slices': { tier: 'native', resumable: true },
};

/** Ratios by the title of a case, then by tier. */
export type TypedCalls = Record<string, Record<string, number>>;

/**
 * Cases with `filter` in their titles, counted with `command` (see countInstructions) or by the simulator's cost model, which has no time
 * for machine code.
 */
export async function measureTypedCalls(filter: string, command?: string): Promise<TypedCalls> {
  const folder = mkdtempSync(join(tmpdir(), 'typed-calls-'));
  const ratios: TypedCalls = {};
  const workload = { run: 1 };
  try {
    for (const each of CASES.filter(({ title }) => title.includes(filter))) {
      const calls = new TypedCallFiles(folder, each);
      ratios[each.title] = {};
      for (const [tier, how] of Object.entries(TIERS)) {
        if (command === undefined && how.tier === 'native') continue;
        const both = [await calls.written(how), await calls.typed(how)];
        const { run }: Measured =
          command === undefined ? predict(both, workload) : countInstructions(command, both, workload);
        ratios[each.title][tier] = run.typed / run.written;
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return ratios;
}

/** The files of a case, and programs that are built of them. */
class TypedCallFiles {
  private readonly module: string;
  private readonly wit: string;
  private readonly imports: string | undefined;
  private readonly statements: string;

  constructor(folder: string, { module, written, host }: Case) {
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    this.module = file('calls.wat', module);
    this.wit = file('calls.wit', witOf(host?.wit ?? ''));
    this.imports = host && file('host.js', host.text);
    this.statements = written;
  }

  written(how: Partial<ProgramRequest>): Promise<Contestant> {
    return this.contestant('written', this.statements, how);
  }

  typed(how: Partial<ProgramRequest>): Promise<Contestant> {
    return this.contestant('typed', 'return app.take(data);', { ...how, wit: this.wit });
  }

  private async contestant(name: string, statements: string, how: Partial<ProgramRequest>): Promise<Contestant> {
    const app = `${name}-app`;
    const request = { memory: MEMORY, imports: this.imports, ...how, name: app };
    const { files } = (await moduleProgram(this.module, BOARD, request as ProgramRequest)).built.image;
    // From RAM: see measurement.ts.
    const load = `Modules.addCached("${app}",require("Storage").read("${app}")+"");`;
    const data = `var app=require("${app}"),data=new Uint8Array(${BYTES}).fill(1);`;
    return { name, text: `${load}${data}exports.run=function(){${statements}};`, files };
  }
}

export function formatTypedCalls(ratios: TypedCalls): string {
  const titles = Object.keys(ratios);
  const tiers = Object.keys(ratios[titles[0]]);
  const row = (title: string, cells: string[]) =>
    `${title.padEnd(26)}${cells.map((each) => each.padStart(26)).join('')}\n`;
  return [
    row('', titles),
    ...tiers.map((tier) =>
      row(
        tier,
        titles.map((title) => ratios[title][tier].toFixed(2)),
      ),
    ),
  ].join('');
}
