// Explains the translation of a function for a board, and the time that it takes.

import { editDistance } from '../boards/edit-distance.js';
import type { Board } from '../boards/index.js';
import { lineCosts } from '../sim/index.js';
import { ExternalKind } from '../src/index.js';
import { buildProgram } from '../targets/board/build.js';
import { visit } from '../targets/compiler/intermediate/instruction.js';
import { isInline } from '../targets/compiler/intermediate/nesting.js';
import { Operation } from '../targets/compiler/intermediate/operation.js';
import { reasons, statementText } from '../targets/compiler/intermediate/statement-text.js';
import type { EspruinoModule } from '../targets/compiler/javascript/espruino/module.js';
import type { WrittenFunction } from '../targets/compiler/javascript/espruino/program.js';
import { type ListedInstruction, listBody } from '../targets/module/body-listing.js';
import type { External } from '../targets/module/description.js';
import { functionAt, functionOfMost } from '../targets/module/function-at.js';
import type { ModuleCode } from '../targets/module/module-code.js';
import { printable } from '../targets/module/printable.js';
import type { ReadModule } from '../targets/module/read-module.js';
import { withoutMangling } from '../targets/module/rust-names.js';
import { UsageError } from './command-error.js';
import type { Jit } from './jit-option.js';

export interface ExplainedLine {
  script: string;
  /** In S, the cost of one `a=a+1;`, each time that it is reached; null for what costs nothing. */
  least: number | null;
  most: number | null;
  /** How many loops it is in. */
  loops: number;
  /** Statements of the intermediate code. */
  intermediate: string[];
  /** Instructions that it carries out, and where they begin in the module; -1 where there are none. */
  at: number;
  webassembly: string[];
  reasons: string[];
}

export interface Explanation {
  index: number;
  /** '' where the module gives none. */
  name: string;
  board: string;
  lines: ExplainedLine[];
}

export interface ExplanationOptions {
  board: Board;
  name: string;
  memoryBytes?: number;
  optimise?: boolean;
  fuel?: boolean;
  jit?: Jit;
}

/** `wanted` is a function's name or index in the module. Throws UsageError if there is none, and what building throws. */
export async function explain(given: ReadModule, wanted: string, options: ExplanationOptions): Promise<Explanation> {
  const index = functionIndex(given, wanted);
  let explanation: Explanation | undefined;
  await buildProgram(given, {
    ...options,
    tier: 'js',
    translatedEpilogue: ({ code, module }) => {
      const written = writtenFunction(given, index, code, module);
      const lines = linesOf(new GivenInstructions(given), written);
      explanation = { index, name: nameOf(given, index), board: options.board.title, lines };
      return '';
    },
  });
  return explanation!;
}

function functionIndex(given: ModuleCode, wanted: string): number {
  const { functions, importedFunctions } = given;
  const names = functions.map((_, index) => nameOf(given, index));
  const index = /^\d+$/.test(wanted) ? Number(wanted) : names.indexOf(withoutMangling(wanted));
  if (index >= importedFunctions && index < functions.length) return index;
  if (index >= 0 && index < importedFunctions)
    throw new UsageError(`function ${index} is imported: it has no code here`);
  const near = names
    .filter((name) => name !== '')
    .map((name) => ({ name, far: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .sort((one, other) => one.far - other.far)
    .filter(({ name, far }) => far <= Math.max(2, wanted.length / 3) || name.includes(wanted))
    .slice(0, MOST_NAMES)
    .map(({ name }) => printable(name));
  throw new UsageError(`there is no function ${printable(wanted)}`, [
    ...(near.length > 0 ? [`did you mean ${near.join(' or ')}?`] : []),
    functions.length > importedFunctions
      ? `its own functions are ${importedFunctions} to ${functions.length - 1}`
      : 'the module has no functions of its own',
  ]);
}

const MOST_NAMES = 5;

/** Returns the name from the name section, or of an export. */
function nameOf({ nameOf, exports }: ModuleCode, index: number): string {
  const exported = exports.find((each) => each.kind === ExternalKind.Function && each.index === index);
  return withoutMangling(nameOf(index) || (exported?.name ?? ''));
}

/** Finds the written form of a function: binaryen may have split or merged it. */
function writtenFunction(given: ModuleCode, index: number, code: ModuleCode, module: EspruinoModule): WrittenFunction {
  const isFunction = (each: External) => each.kind === ExternalKind.Function;
  const name = given.exports.find((each) => isFunction(each) && each.index === index)?.name;
  const exported = code.exports.find((each) => isFunction(each) && each.name === name);
  const found = name === undefined ? undefined : module.written.get(exported?.index ?? -1);
  if (found) return found;
  const parts = [...module.written.values()].map((written) => {
    const homes = positionsOf(written).map((at) => functionAt(given, at));
    return { written, all: homes.length, own: homes.filter((each) => each === index).length };
  });
  const [most] = parts.sort((one, other) => other.own / (other.all || 1) - one.own / (one.all || 1));
  if (most && most.own * 2 > most.all) return most.written;
  const into = parts
    .filter(({ own }) => own > 0)
    .map(({ written }) => `function ${functionOfMost(given, positionsOf(written))}`);
  throw new UsageError(`function ${index} has no code of its own after optimisation`, [
    into.length > 0 ? `it was inlined into ${into.join(' and ')}` : 'it was inlined into others, or is not used',
    '--no-optimise shows it as it is in the module',
  ]);
}

/** Returns the known positions in the module of the lines. */
function positionsOf(written: WrittenFunction): number[] {
  return written
    .lines()
    .map(({ at }) => at)
    .filter((at) => at >= 0);
}

/** The instructions of the module as it was given, by where they stand. */
class GivenInstructions {
  private readonly listings = new Map<number, ListedInstruction[]>();

  constructor(private readonly given: ModuleCode) {}

  /** Returns the instructions of the function from `before`, exclusive, up to `at`. */
  between(before: number, at: number): ListedInstruction[] {
    const index = functionAt(this.given, at);
    let listing = this.listings.get(index);
    if (!listing) {
      listing = listBody(this.given, index);
      this.listings.set(index, listing);
    }
    return listing.filter((each) => each.at > before && each.at <= at);
  }
}

function linesOf(instructions: GivenInstructions, written: WrittenFunction): ExplainedLine[] {
  const { body } = written;
  const lines = written.lines();
  const costs = lineCosts(lines.map(({ text }) => text).join('\n'));
  const statements: { at: number; text: string; reasons: string[] }[] = [];
  visit(body.body, (each) => {
    const isLabel = each.operation === Operation.Block || each.operation === Operation.Loop;
    if (!isInline(each) && !isLabel)
      statements.push({ at: each.at, text: statementText(each), reasons: reasons(each) });
  });
  // Instructions between two lines that have no line of their own belong to the second line.
  const ends = [...new Set(positionsOf(written))].sort((a, b) => a - b);
  const shown = new Set<number>();
  return lines.map(({ text: script, at }, line): ExplainedLine => {
    const cost = costs[line];
    const isFirst = at >= 0 && !shown.has(at);
    shown.add(at);
    const before = ends[ends.indexOf(at) - 1] ?? -1;
    const own = isFirst ? statements.filter((each) => each.at > before && each.at <= at) : [];
    const carried = isFirst ? instructions.between(before, at) : [];
    return {
      script,
      least: cost?.least ?? null,
      most: cost?.most ?? null,
      loops: cost?.loops ?? 0,
      intermediate: own.map((each) => each.text),
      at: carried[0]?.at ?? -1,
      webassembly: carried.map((each) => each.text),
      reasons: [...own.flatMap((each) => each.reasons), ...(cost && cost.passed > 1 ? [passes(cost.passed)] : [])],
    };
  });
}

function passes(cost: number): string {
  return `${cost.toFixed(1)} of it passes over the rest of the text`;
}
