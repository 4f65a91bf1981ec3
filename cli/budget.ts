// A module's budget on a board: of every capacity what the module needs and what there is.

import { type Capacities, type CapacityName, footprint, footprintBytes } from '../src/index.js';
import { analyseModule, type ModuleAnalysis } from '../targets/analysis/analysis.js';
import { Bound, type Need } from '../targets/analysis/need.js';
import { remedies } from './remedies.js';

/** As much of a board as a budget depends on. */
export interface BudgetBoard {
  name: string;
  capacities: Capacities;
}

export enum Verdict {
  Fits = 'fits',
  /** What can be known beforehand fits; recursion or a heap may take more. */
  MayFit = 'may fit',
  DoesNotFit = 'does not fit',
}

export interface BudgetRow extends Need {
  capacity: CapacityName;
  available: number;
  /** Of what there is; Infinity where there is nothing. */
  share: number;
  verdict: Verdict;
}

/** Bytes of the engine's buffers, were its capacities just what the module needs. */
export interface MemoryPart {
  part: string;
  bytes: number;
  available: number;
}

export interface Budget {
  file: string;
  board: string;
  verdict: Verdict;
  rows: BudgetRow[];
  memory: MemoryPart[];
  missingImports: string[];
  remedies: string[];
  analysis: ModuleAnalysis;
}

/** Throws what `analyseModule` throws. */
export function budgetOf(file: string, bytes: Uint8Array, board: BudgetBoard): Budget {
  const { capacities } = board;
  const analysis = analyseModule(bytes, { memoryBytes: capacities.memoryBytes });
  const rows = Object.entries(analysis.needs).map(([name, need]) => {
    const capacity = name as CapacityName;
    const available = capacities[capacity];
    const share = need.needed === 0 ? 0 : need.needed / available;
    return { ...need, capacity, available, share, verdict: rowVerdict(need, available) };
  });
  const missingImports = analysis.missingImports.map(({ module, name, type }) => `${module} ${name}: ${type}`);
  return {
    file,
    board: board.name,
    verdict: missingImports.length > 0 ? Verdict.DoesNotFit : worst(rows.map(({ verdict }) => verdict)),
    rows,
    memory: memoryParts(rows, capacities),
    missingImports,
    remedies: remedies(rows, analysis, capacities),
    analysis,
  };
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

function memoryParts(rows: BudgetRow[], capacities: Capacities): MemoryPart[] {
  const needed = Object.fromEntries(rows.map((row) => [row.capacity, row.needed])) as unknown as Capacities;
  const sum = (of: Capacities, wanted: (buffer: string) => boolean) =>
    footprint(of).reduce((total, { buffer, bytes }) => (wanted(buffer) ? total + bytes : total), 0);
  const listed = Object.values(PARTS).flat();
  const parts = Object.entries(PARTS).map(([part, buffers]) => ({
    part,
    bytes: sum(needed, (buffer) => buffers.includes(buffer)),
    available: sum(capacities, (buffer) => buffers.includes(buffer)),
  }));
  const isTable = (buffer: string) => !listed.includes(buffer);
  return [
    ...parts,
    { part: 'tables', bytes: sum(needed, isTable), available: sum(capacities, isTable) },
    { part: 'all', bytes: footprintBytes(needed), available: footprintBytes(capacities) },
  ];
}
