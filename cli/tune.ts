// `tazzina check --tune`: writes capacities into the configuration that are just large enough for modules and runs.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Board, jsVarsOfFootprint } from '../boards/index.js';
import { type Capacities, type CapacityName, footprintBytes } from '../src/index.js';
import type { ModuleAnalysis } from '../targets/analysis/analysis.js';
import { Bound } from '../targets/analysis/need.js';
import { CommandError } from './command-error.js';
import { configurationFile, readConfiguration, WRITTEN } from './configuration-file.js';

/**
 * Writes the capacities, and returns what to tell. `runs` are files with lines of `run --stats --json`; `margin` is in
 * percent. Throws a CommandError, and then nothing has been written.
 */
export async function tune(
  analyses: readonly ModuleAnalysis[],
  board: Board,
  runs: readonly string[],
  margin: number,
  json: boolean,
): Promise<string[]> {
  const used = runs.flatMap(highWaterMarks);
  const capacities = tunedCapacities(analyses, used, margin, board);
  const file = configurationFile();
  const saved = footprintBytes(board.capacities) - footprintBytes(capacities);
  const savedJsVars = jsVarsOfFootprint(board.capacities, board) - jsVarsOfFootprint(capacities, board);
  if (file === undefined || file === WRITTEN) await write(board.name, capacities);
  const written = file === undefined || file === WRITTEN;
  if (json) return [JSON.stringify({ ok: true, board: board.name, capacities, saved, savedJsVars, written })];
  const changes = Object.entries(capacities)
    .map(([name, value]) => [name, board.capacities[name as CapacityName], value])
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) => `  ${String(name).padEnd(16)} ${String(before).padStart(9)} -> ${after}`);
  const less = saved >= 0 ? 'less' : 'more';
  return [
    `capacities for ${board.name}, from ${used.length === 1 ? '1 run' : `${used.length} runs`} and ${margin} % on top:`,
    ...(changes.length > 0 ? changes : ['  all are as they were']),
    `RAM: ${Math.abs(saved).toLocaleString('en')} bytes ${less}, ${Math.abs(savedJsVars).toLocaleString('en')} JsVars`,
    ...(written
      ? [`written into ${WRITTEN}`]
      : [
          `${file} is yours to change: put this into it`,
          `  capacities: ${JSON.stringify({ [board.name]: capacities })}`,
        ]),
  ];
}

/** Each line of a file that is a result of a run. */
function highWaterMarks(file: string): Capacities[] {
  const bad = (why: string) =>
    new CommandError('tune', 1, `${file} is no result of a run: ${why}`, [
      'make one with: tazzina run FILE --stats --json > run.json',
    ]);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw bad((error as Error).message);
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw bad('it is empty');
  return lines.map((line, index) => {
    let result: { highWater?: Capacities };
    try {
      result = JSON.parse(line) as { highWater?: Capacities };
    } catch (error) {
      throw bad(`line ${index + 1}: ${(error as Error).message}`);
    }
    if (typeof result.highWater?.callDepth !== 'number') throw bad(`line ${index + 1} has no "highWater": use --stats`);
    return result.highWater;
  });
}

/** Returns capacities that suffice for each module alone: one is loaded at a time. */
function tunedCapacities(
  analyses: readonly ModuleAnalysis[],
  used: readonly Capacities[],
  margin: number,
  board: Board,
): Capacities {
  const tuned: Capacities = { ...board.capacities };
  for (const name of Object.keys(tuned) as CapacityName[]) {
    const needs = analyses.map(({ needs }) => needs[name]);
    const exact = Math.max(...needs.filter(({ bound }) => bound === Bound.Exact).map(({ needed }) => needed), 0);
    const inexact = needs.filter(({ bound }) => bound !== Bound.Exact);
    if (inexact.length === 0) tuned[name] = exact;
    else if (name === 'memoryBytes') {
      // How much of a heap is used, a run does not tell: a bound that is enough counts, else the board's.
      const enough = inexact.every(({ bound }) => bound === Bound.AtMost);
      const bound = Math.max(exact, ...inexact.map(({ needed }) => needed));
      tuned[name] = enough ? Math.min(bound, Math.max(exact, board.capacities[name])) : board.capacities[name];
    } else {
      const most = Math.max(...used.map((each) => each[name]));
      const withMargin = Math.ceil(most * (1 + margin / 100));
      const least = Math.max(
        exact,
        ...inexact.filter(({ bound }) => bound === Bound.AtLeast).map(({ needed }) => needed),
      );
      tuned[name] = Math.max(least, withMargin);
    }
    // Host functions take some of these too, as the runs had them.
    const host = Math.max(0, ...used.map((each) => each[name]));
    if (name === 'functions' || name === 'types' || name === 'typeValues' || name === 'definitions') {
      tuned[name] = Math.max(tuned[name], host);
    }
  }
  return tuned;
}

/** Only this board's capacities are replaced. */
async function write(board: string, capacities: Capacities): Promise<void> {
  const before = existsSync(WRITTEN) ? ((await readConfiguration(WRITTEN)) as Record<string, unknown>) : {};
  const others = (before.capacities ?? {}) as Record<string, unknown>;
  const after = { ...before, capacities: { ...others, [board]: capacities } };
  writeFileSync(WRITTEN, `${JSON.stringify(after, null, 2)}\n`);
}
