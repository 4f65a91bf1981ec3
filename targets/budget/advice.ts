// Remedies for a module that `build` refuses or that may exceed the board: one line each, the most effective first.

import type { Board } from '../../boards/index.js';
import { analyseModule, type ModuleAnalysis } from '../analysis/analysis.js';
import { Bound } from '../analysis/need.js';
import { slotsOfCall } from '../analysis/stack-depth.js';
import type { BuildOptions } from '../board/build.js';
import { type ProgramFigures, recursionText } from '../board/figures.js';
import type { MemoryWindow } from '../board/image.js';
import { missingHostFunctions } from '../host-functions/missing-host-functions.js';
import type { ReadModule } from '../module/read-module.js';
import { boardRemedy, codeRemedy, leastOption, memoryRemedies, mostOption } from './remedies.js';
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
  if (verdict === Verdict.MayFit)
    return [...memoryAdvice(analysis, program!.memory), ...(await recursionAdvice(read, analysis, options, figures!))];
  const missing = missingHostFunctions(read, board);
  // No other board has them, and nothing else matters before they are there.
  if (missing.some(({ isOfBoard }) => !isOfBoard) && figures === undefined) return [];
  const own = figures === undefined ? [] : await roomAdvice(read, figures, analysis, options);
  const others = await fittingBoards(read, options, boards);
  return [...own, ...boardRemedy(others)];
}

/** Remedies for a module with less memory than it may use. */
function memoryAdvice(analysis: ModuleAnalysis, { start, bytes }: MemoryWindow): string[] {
  const { bound, needed } = analysis.needs.memoryBytes;
  if (bound !== Bound.AtMost || start + bytes >= needed) return [];
  return memoryRemedies(analysis, bytes);
}

/** RAM of an interpreted call besides its value slots, in bytes, and of a value slot. */
const CALL_BYTES = 8;
const SLOT_BYTES = 8;
/** Deepest recursion that is offered. */
const MOST_CALLS = 1000;

/** Ways to deeper recursion: machine code, whose frames are small, and interpretation, which has them in RAM. */
async function recursionAdvice(
  read: ReadModule,
  { needs, calls }: ModuleAnalysis,
  options: BuildOptions,
  { stack }: ProgramFigures,
): Promise<string[]> {
  if (options.tier === 'native' || needs.callDepth.bound !== Bound.AtLeast) return [];
  if (stack ? stack.recursion.length === 0 : options.callDepth !== undefined) return [];
  const { fuel, resumable, jit, ...rest } = options;
  const lines: string[] = [];
  const native = await decide(read, { ...rest, callDepth: undefined, tier: 'native' });
  const deeper = native.figures?.stack;
  if (native.verdict !== Verdict.DoesNotFit && deeper && deeper.recursion.length > 0)
    lines.push(`--tier native: as machine code, ${recursionText(deeper)}`);
  const callDepth = await callsInRam(read, rest, CALL_BYTES + SLOT_BYTES * slotsOfCall(calls));
  if (callDepth > (stack?.depth ?? needs.callDepth.needed))
    lines.push(
      `--tier interp --call-depth ${callDepth}: interpreted, calls have their frames in RAM (half of what is free), and are about ten times as slow`,
    );
  return lines;
}

/** How many interpreted calls of so many bytes have room in half of the RAM that the program leaves free, as a round number. */
async function callsInRam(read: ReadModule, options: BuildOptions, bytes: number): Promise<number> {
  const { verdict, figures } = await decide(read, { ...options, tier: 'interp', callDepth: 1 });
  if (verdict === Verdict.DoesNotFit) return 0;
  const { available, needed } = figures!.jsVars;
  const calls = Math.min(MOST_CALLS, ((available - needed) * options.board.jsVars.bytes) / 2 / bytes);
  const step = calls >= 100 ? 100 : 10;
  return Math.floor(calls / step) * step;
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
  if (jsVars.needed > jsVars.available && room > 0) lines.push(...memoryRemedies(analysis, room));
  if (storage.needed > storage.available || room <= 0) lines.push(codeRemedy(analysis));
  const less = await lessMemoryAdvice(read, analysis, options, room);
  return [...less, ...(await tierAdvice(read, options)), ...lines];
}

/** The option for less memory, where the program has room with it. `room` is what the board has for memory, in bytes. */
async function lessMemoryAdvice(
  read: ReadModule,
  analysis: ModuleAnalysis,
  options: BuildOptions,
  room: number,
): Promise<string[]> {
  const least = options.memoryBytes === undefined ? leastOption(analysis) : null;
  if (!least) return [];
  const hasRoom = async (memoryBytes: number) =>
    (await decide(read, { ...options, memoryBytes })).verdict !== Verdict.DoesNotFit;
  if (least.bytes > 0) return (await hasRoom(least.bytes)) ? [least.text] : [];
  for (const bytes of roundSizes(room)) if (await hasRoom(bytes)) return [mostOption(bytes)];
  return [];
}

/** How many sizes of memory are tried: the program is built for each. */
const MOST_SIZES = 4;

/** Returns powers of two, and 1.5 times these, up to `most` bytes: the largest first. */
function roundSizes(most: number): number[] {
  const sizes: number[] = [];
  for (let power = 2 ** Math.floor(Math.log2(most)); power >= 16 && sizes.length < MOST_SIZES; power /= 2)
    sizes.push(...[power * 1.5, power].filter((size) => size <= most));
  return sizes.slice(0, MOST_SIZES);
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
