// The budget of a module in an engine with a board's capacities: for every capacity, what the module needs and what is available.
// verdict.ts decides whether the program that `build` writes fits the board.

import { type Board, jsVarsOf, jsVarsOfFootprint } from '../../boards/index.js';
import { type Capacities, type CapacityName, footprint } from '../../src/index.js';
import { Reader } from '../../src/reader.js';
import { analyseModule, type ModuleAnalysis } from '../analysis/analysis.js';
import { Bound, type Need } from '../analysis/need.js';
import { runtimeJsVars } from '../board/runtime-size.js';
import { missingHostFunctions } from '../host-functions/missing-host-functions.js';
import type { ReadModule } from '../module/read-module.js';
import { boardRemedy, remedies } from './remedies.js';
import { Verdict } from './verdict.js';

export interface BudgetRow extends Need {
  capacity: CapacityName;
  available: number;
  /** The used part of the capacity; Infinity if the board has none. */
  share: number;
  verdict: Verdict;
}

/** The size of a part of the engine's buffers, if its capacities were exactly the module's needs. */
export interface MemoryPart {
  part: string;
  bytes: number;
  jsVars: number;
  /** Bytes with the board's capacities. */
  available: number;
}

/** The module's part of Storage, if its bytes are read in place. */
export interface StoragePart {
  part: string;
  bytes: number;
}

/** JavaScript variables of the board, the blocks that all of its RAM for programs consists of. */
export interface JsVarBudget {
  /** With capacities of just what the module needs. */
  needed: number;
  /** With the board's capacities. */
  reserved: number;
  /** The engine's own code and objects, not among the others. */
  runtime: number;
  /** At boot: what the engine leaves of them is the user's. */
  free: number;
  /** Bytes of each. */
  bytes: number;
}

export interface Budget {
  file: string;
  board: string;
  verdict: Verdict;
  rows: BudgetRow[];
  memory: MemoryPart[];
  jsVars: JsVarBudget;
  storage: StoragePart[];
  storageBytes: number;
  missingImports: string[];
  remedies: string[];
  analysis: ModuleAnalysis;
}

export interface BudgetOptions {
  /** Boards that may be suggested if the module does not fit. */
  boards?: readonly Board[];
  /** An analysis of the same module; by default, one for the memory of the board. */
  analysis?: ModuleAnalysis;
}

export function budgetOf(file: string, read: ReadModule, board: Board, options: BudgetOptions = {}): Budget {
  const { capacities } = board;
  const analysis = options.analysis ?? analyseModule(read, { memoryBytes: capacities.memoryBytes });
  const rows = Object.entries(analysis.needs).map(([name, need]) => {
    const capacity = name as CapacityName;
    const available = capacities[capacity];
    const share = need.needed === 0 ? 0 : need.needed / available;
    return { ...need, capacity, available, share, verdict: rowVerdict(need, available) };
  });
  const missing = missingHostFunctions(read, board);
  const missingImports = missing.map(({ module, name, why }) => `${module} ${name}: ${why}`);
  const storage = storageParts(read.bytes);
  const needed = Object.fromEntries(rows.map((row) => [row.capacity, row.needed])) as unknown as Capacities;
  const fitsStorage = storage.reduce((sum, part) => sum + part.bytes, 0) <= board.storage.bytes;
  const verdict = worst(rows.map((row) => row.verdict));
  const fits = missingImports.length === 0 && fitsStorage;
  return {
    file,
    board: board.name,
    verdict: fits ? verdict : Verdict.DoesNotFit,
    rows,
    memory: memoryParts(needed, board),
    jsVars: {
      needed: jsVarsOfFootprint(needed, board),
      reserved: jsVarsOfFootprint(capacities, board),
      runtime: runtimeJsVars.loaded,
      free: board.freeJsVars,
      bytes: board.jsVars.bytes,
    },
    storage,
    storageBytes: board.storage.bytes,
    missingImports,
    remedies: [
      ...remedies(rows, analysis, capacities),
      ...(fitsStorage ? [] : ['the module is larger than Storage: strip its custom sections, optimise for size']),
      ...(verdict === Verdict.DoesNotFit || missing.some(({ isOfBoard }) => isOfBoard)
        ? boardRemedy(fittingBoards(analysis, read, options.boards))
        : []),
    ],
    analysis,
  };
}

/** Boards on which it fits, those with the fewest JsVars first. */
function fittingBoards(analysis: ModuleAnalysis, read: ReadModule, boards: readonly Board[] = []): string[] {
  const needs = Object.entries(analysis.needs);
  return boards
    .filter((board) => {
      const enough = needs.every(([name, need]) => need.needed <= board.capacities[name as CapacityName]);
      return enough && read.bytes.length <= board.storage.bytes && missingHostFunctions(read, board).length === 0;
    })
    .sort((one, other) => one.jsVars.count * one.jsVars.bytes - other.jsVars.count * other.jsVars.bytes)
    .map(({ name }) => name);
}

const SECTIONS = [
  'custom sections',
  'types',
  'imports',
  'functions',
  'tables',
  'memory',
  'globals',
  'exports',
  'start',
  'elements',
  'code',
  'data',
  'data count',
];

/** Bytes of each kind of section, with its header; the module's own is with the types. */
function storageParts(bytes: Uint8Array): StoragePart[] {
  const sizes = SECTIONS.map(() => 0);
  sizes[1] = 8;
  const reader = new Reader();
  reader.reset(bytes, 8, bytes.length);
  while (reader.position < bytes.length) {
    const start = reader.position;
    const id = reader.byte();
    const size = reader.u32();
    reader.position += size;
    sizes[id] += reader.position - start;
  }
  return SECTIONS.map((part, id) => ({ part, bytes: sizes[id] })).filter((part) => part.bytes > 0);
}

function rowVerdict({ needed, bound }: Need, available: number): Verdict {
  if (needed > available) return Verdict.DoesNotFit;
  return bound === Bound.AtLeast ? Verdict.MayFit : Verdict.Fits;
}

function worst(verdicts: Verdict[]): Verdict {
  if (verdicts.includes(Verdict.DoesNotFit)) return Verdict.DoesNotFit;
  return verdicts.includes(Verdict.MayFit) ? Verdict.MayFit : Verdict.Fits;
}

const PARTS: Record<string, string[]> = {
  'linear memory': ['memory'],
  code: ['code'],
  stacks: ['slots', 'callStack'],
  'validation and lowering': [
    'localTypes',
    'operandTypes',
    'validationLabels',
    'loweringLabels',
    'loweringOperands',
    'blockCosts',
  ],
};

function memoryParts(needed: Capacities, board: Board): MemoryPart[] {
  const listed = Object.values(PARTS).flat();
  const part = (name: string, wanted: (buffer: string) => boolean): MemoryPart => {
    const own = footprint(needed).filter(({ buffer }) => wanted(buffer));
    const available = footprint(board.capacities).filter(({ buffer }) => wanted(buffer));
    const sum = (rows: { bytes: number }[]) => rows.reduce((total, { bytes }) => total + bytes, 0);
    const jsVars = own.reduce((total, { bytes }) => total + jsVarsOf(bytes, board), 0);
    return { part: name, bytes: sum(own), jsVars, available: sum(available) };
  };
  return [
    ...Object.entries(PARTS).map(([name, buffers]) => part(name, (buffer) => buffers.includes(buffer))),
    part('tables', (buffer) => !listed.includes(buffer)),
    part('all', () => true),
  ];
}
