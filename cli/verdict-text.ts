// Formats the verdict of `check` on a module and a board: Storage, RAM and C stack, the verdict, its reasons, and remedies.

import { type Board, sliceMilliseconds } from '../boards/index.js';
import { analyseModule } from '../targets/analysis/analysis.js';
import type { BuildOptions, BuiltProgram } from '../targets/board/build.js';
import { BuildError } from '../targets/board/build-error.js';
import {
  type ProgramFigures,
  recursionNames,
  recursionText,
  type StackFigures,
  stackNeeded,
} from '../targets/board/figures.js';
import type { FunctionWithReason } from '../targets/board/image.js';
import type { Budget } from '../targets/budget/budget.js';
import { type Decision, Verdict } from '../targets/budget/verdict.js';
import { escapedName } from '../targets/module/printable.js';
import type { ReadModule } from '../targets/module/read-module.js';
import { aligned, budgetLines, grouped, section, wrapped } from './budget-text.js';

/** The decision about a file and a board, with remedies. */
export interface Checked {
  file: string;
  board: Board;
  options: BuildOptions;
  /** The module, if the file is one. */
  read?: ReadModule;
  decision: Decision;
  /** An engine's capacities, if the module is interpreted. */
  budget?: Budget;
  remedies: readonly string[];
}

/** Lines without colour; the first three have the figures, where the module is built so far that there are any. */
export function verdictLines({ file, board, options, decision, budget, remedies }: Checked): string[] {
  const { verdict, figures, refusal, doubts, program } = decision;
  const notes = refusal instanceof BuildError ? refusal.notes : [];
  const lines = [
    ...(figures ? [...figureLines(figures), ...timeLines(board, options)] : []),
    `${file} on ${board.name}: ${verdict}`,
    ...(refusal ? ['', `  ${escapedName(refusal.message)}`, ...notes.map((note) => `    ${note}`)] : []),
    ...(doubts.length > 0 ? ['', ...doubts.map((doubt) => `  ${doubt}`)] : []),
    ...section('what helps', [...remedies]),
    ...section('to know', program ? [...program.warnings, ...program.cautions] : []),
    ...(figures ? ['', '  RAM by part', ...aligned(jsVarRows(figures))] : []),
    ...(figures?.stack ? ['', '  C stack of the deepest calls', ...stackRows(figures.stack)] : []),
    ...section('not compiled on the board', (program?.notJitted ?? []).map(notJittedLine)),
    ...(options.tier === 'interp' && budget ? budgetLines(budget) : []),
  ];
  return lines.flatMap(wrapped);
}

const notJittedLine = ({ index, name, why }: FunctionWithReason) =>
  `${name === '' ? `function ${index}` : name}: ${why}`;

function figureLines({ storage, jsVars, stack }: ProgramFigures): string[] {
  const buffers = jsVars.parts.reduce((sum, part) => sum + (part.isBuffer ? part.jsVars : 0), 0);
  const left = Math.max(0, jsVars.available - jsVars.needed);
  return [
    `Storage  ${grouped(storage.needed)} of ${grouped(storage.available)} bytes`,
    `RAM      ${grouped(jsVars.needed)} of ${grouped(jsVars.available)} JsVars (program ${grouped(jsVars.needed - buffers)}, memory ${grouped(buffers)}); ${grouped(left)} free`,
    `C stack  ${stack ? `${grouped(stackNeeded(stack))} of ${grouped(stack.available)} bytes; ${stack.recursion.length === 0 ? 'no recursion' : recursionText(stack)}` : 'not used by calls'}`,
  ];
}

/** A program that runs in slices takes the board's time for one of them. */
function timeLines(board: Board, { tier, resumable }: BuildOptions): string[] {
  const isInterpreted = tier === undefined || tier === 'interp';
  if (!isInterpreted && resumable === undefined) return [];
  const what = isInterpreted ? '' : 'with .async, ';
  return [`time     ${what}about ${sliceMilliseconds(board)} ms at once`];
}

const jsVarRows = ({ jsVars }: ProgramFigures) =>
  jsVars.parts.map(({ part, jsVars }) => [part, `${grouped(jsVars)} JsVars`]);

function stackRows(stack: StackFigures): string[] {
  const { frames, unit, reserved } = stack;
  const turn = unit > 0 ? [[`one call of ${recursionNames(stack)}`, unit]] : [];
  const rows = [['reserved for the caller', reserved], ...frames.map(({ name, bytes }) => [name, bytes]), ...turn];
  return aligned(rows.map(([name, bytes]) => [String(name), `${grouped(Number(bytes))} bytes`]));
}

/** Returns the JSON line of a program, with facts about the module. */
export function jsonLine({ file, board, read, decision, budget, remedies }: Checked): string {
  const { verdict, figures, refusal, doubts, program } = decision;
  const notes = refusal instanceof BuildError ? refusal.notes : [];
  return JSON.stringify({
    ok: verdict !== Verdict.DoesNotFit,
    file,
    board: board.name,
    verdict,
    ...figures,
    refusal: refusal && { message: refusal.message, notes },
    doubts,
    remedies,
    // Infinity has no place in JSON.
    rows: budget?.rows.map((row) => ({ ...row, share: Number.isFinite(row.share) ? row.share : null })),
    warnings: program && [...program.warnings, ...program.cautions],
    notJitted: program?.notJitted,
    memory: program?.memory,
    ...(read === undefined ? {} : moduleFacts(read, board, program)),
  });
}

/** Returns the module's compiler, its memory layout and its deepest calls. */
function moduleFacts(read: ReadModule, board: Board, program: BuiltProgram | undefined): Record<string, unknown> {
  const analysis = program?.analysis ?? analyseModule(read, { memoryBytes: board.capacities.memoryBytes });
  const { producers, memory, calls, names } = analysis;
  const named = (path: number[]) => path.map((index) => names.get(index) ?? index);
  const recursion = calls.recursion.map((each) => ({ ...each, cycle: named(each.cycle) }));
  const deepest = { calls: named(calls.calls.path), valueSlots: named(calls.valueSlots.path), recursion };
  return { producers, layout: memory, deepest };
}
