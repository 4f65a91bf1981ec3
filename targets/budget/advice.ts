// Remedies for a module that `build` refuses or that may exceed the board: one line each, the most effective first.

import type { Board } from '../../boards/index.js';
import { analyseModule, type ModuleAnalysis } from '../analysis/analysis.js';
import { leastMemory } from '../analysis/least-memory.js';
import { Bound } from '../analysis/need.js';
import type { BuildOptions } from '../board/build.js';
import type { ProgramFigures } from '../board/figures.js';
import type { MemoryWindow } from '../board/image.js';
import { missingHostFunctions } from '../host-functions/missing-host-functions.js';
import type { ReadModule } from '../module/read-module.js';
import { codeRemedy, memoryOption, memoryRemedies } from './remedies.js';
import { type Decision, decide, Verdict } from './verdict.js';

/** `boards` are those that may be named where this one has no room. */
export async function adviceFor(
  read: ReadModule,
  { verdict, program, figures }: Decision,
  options: BuildOptions,
  boards: readonly Board[],
): Promise<string[]> {
  const { board } = options;
  if (verdict === Verdict.Fits) return [];
  const analysis = program?.analysis ?? analyseModule(read, { memoryBytes: board.capacities.memoryBytes });
  if (verdict === Verdict.MayFit) return memoryAdvice(analysis, options, program!.memory);
  const missing = missingHostFunctions(read, board);
  // No other board has them, and nothing else matters before they are there.
  if (missing.some(({ isOfBoard }) => !isOfBoard) && figures === undefined) return [];
  const own = figures === undefined ? [] : await roomAdvice(read, figures, analysis, options);
  const others = await fittingBoards(read, options, boards);
  return others.length === 0 ? own : [...own, `take another board: ${others.join(', ')}`];
}

/** Remedies for a module with less memory than it may use. */
function memoryAdvice(analysis: ModuleAnalysis, options: BuildOptions, { start, bytes }: MemoryWindow): string[] {
  const { bound, needed } = analysis.needs.memoryBytes;
  if (bound !== Bound.AtMost || start + bytes >= needed) return [];
  return [...memoryRemedies(analysis, bytes), ...(options.memoryBytes === undefined ? memoryOption(analysis) : [])];
}

async function roomAdvice(
  read: ReadModule,
  { jsVars, storage }: ProgramFigures,
  analysis: ModuleAnalysis,
  options: BuildOptions,
): Promise<string[]> {
  const lines: string[] = [];
  const others = jsVars.parts.reduce((sum, part) => sum + (part.part === 'linear memory' ? 0 : part.jsVars), 0);
  const room = (jsVars.available - others) * options.board.jsVars.bytes;
  if (jsVars.needed > jsVars.available && room > 0) {
    lines.push(...memoryRemedies(analysis, room));
    if (options.memoryBytes === undefined && leastMemory(analysis.memory).bytes <= room)
      lines.push(...memoryOption(analysis));
  }
  if (storage.needed > storage.available || room <= 0) lines.push(codeRemedy(analysis));
  return [...(await tierAdvice(read, options)), ...lines];
}

/** Remedies that need no other module: tiers that have room for this one. */
async function tierAdvice(read: ReadModule, options: BuildOptions): Promise<string[]> {
  const { fuel, resumable, jit, ...rest } = options;
  const tiers = {
    native: 'as machine code',
    interp: 'interpreted, calls take no C stack, and are about ten times as slow:',
  };
  const lines: string[] = [];
  for (const tier of ['native', 'interp'] as const) {
    if (tier === options.tier) continue;
    const { verdict, figures } = await decide(read, { ...rest, tier });
    if (verdict === Verdict.DoesNotFit) continue;
    const { storage, jsVars } = figures!;
    lines.push(
      `--tier ${tier}: ${tiers[tier]} it takes ${storage.needed} bytes of Storage and ${jsVars.needed} JsVars`,
    );
  }
  return lines;
}

/** How many boards are named that have room for a module. */
const MOST_BOARDS = 4;

/** Boards that it fits, those with the least RAM first. */
async function fittingBoards(read: ReadModule, options: BuildOptions, boards: readonly Board[]): Promise<string[]> {
  const size = ({ jsVars }: Board) => jsVars.count * jsVars.bytes;
  const names: string[] = [];
  for (const board of [...boards].sort((one, other) => size(one) - size(other))) {
    if (board.name === options.board.name || names.length === MOST_BOARDS) continue;
    const { verdict } = await decide(read, { ...options, board });
    if (verdict !== Verdict.DoesNotFit) names.push(board.name);
  }
  return names;
}
