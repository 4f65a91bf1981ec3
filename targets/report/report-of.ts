// The data of a report from what was decided of modules for one board, and from their budgets in an engine there.

import type { Board } from '../../boards/index.js';
import type { CallAnalysis, ModuleAnalysis } from '../analysis/analysis.js';
import type { LongestPath } from '../analysis/stack-depth.js';
import { type ProgramFigures, stackNeeded } from '../board/figures.js';
import type { Budget } from '../budget/budget.js';
import type { Decision } from '../budget/verdict.js';
import { flashMap } from './flash-map.js';
import { counted, grouped, percent } from './number-text.js';
import { programMaps } from './program-maps.js';
import { ramMap } from './ram-map.js';
import type { CallPath, CallStep, Fact, ReportCalls, ReportData, ReportModule } from './report-data.js';
import { shortened, shortenedWords } from './shortened.js';

export interface Reported {
  decision: Decision;
  /** Remedies. */
  remedies: readonly string[];
  budget: Budget;
}

/** `modules` are for this board. */
export function reportOf(board: Board, modules: readonly Reported[]): ReportData {
  return {
    board: { title: board.title, facts: boardFacts(board) },
    modules: modules.map((each) => moduleReport(each, board)),
  };
}

function boardFacts(board: Board): Fact[] {
  const { storage } = board;
  return [
    { name: 'Chip', value: board.chip },
    { name: 'Processor', value: `${board.core}, ${board.clock / 1e6} MHz` },
    { name: 'RAM', value: `${grouped(board.ram)} bytes` },
    { name: 'JsVars', value: `${grouped(board.jsVars.count)} of ${board.jsVars.bytes} bytes` },
    { name: 'Storage', value: `${grouped(storage.bytes)} bytes` },
    { name: 'Board name', value: board.name },
  ];
}

function moduleReport({ decision, remedies, budget }: Reported, board: Board): ReportModule {
  const { file, rows, missingImports, analysis } = budget;
  const { verdict, refusal, doubts } = decision;
  return {
    file: shortened(file),
    verdict,
    facts: moduleFacts(budget, decision),
    reasons: (refusal ? [refusal.message] : doubts).map(shortenedWords),
    rows: rows.filter(({ needed }) => needed > 0).map((row) => ({ ...row, why: shortenedWords(row.why) })),
    unneeded: rows.filter(({ needed }) => needed === 0).map(({ capacity }) => capacity),
    missingImports: missingImports.map((name) => shortened(name)),
    remedies: remedies.map(shortenedWords),
    program: programMaps(decision, board),
    ram: ramMap(budget, board),
    flash: flashMap(budget, board),
    calls: callsReport(analysis),
  };
}

function moduleFacts({ analysis, storage }: Budget, { figures }: Decision): Fact[] {
  const bytes = storage.reduce((sum, part) => sum + part.bytes, 0);
  return [
    { name: 'Size', value: `${grouped(bytes)} bytes` },
    { name: 'Language', value: analysis.producers.language },
    ...(figures ? figureFacts(figures) : []),
  ];
}

function figureFacts({ storage, jsVars, stack }: ProgramFigures): Fact[] {
  const of = (needed: number, available: number) => `${grouped(needed)} of ${grouped(available)}`;
  return [
    { name: 'Storage', value: `${of(storage.needed, storage.available)} bytes` },
    {
      name: 'RAM',
      value: `${of(jsVars.needed, jsVars.available)} JsVars, ${percent(jsVars.needed / jsVars.available)}`,
    },
    ...(stack ? [{ name: 'C stack', value: `${of(stackNeeded(stack), stack.available)} bytes` }] : []),
  ];
}

function callsReport({ calls, names }: ModuleAnalysis): ReportCalls {
  const named = (index: number) => shortened(names.get(index) ?? `function ${index}`);
  const open = calls.graph.indirect.some((each) => each.open);
  const untold = calls.unknownFrames.length;
  return {
    paths: callPaths(calls, named),
    recursion: calls.recursion.map((each) => ({ ...each, cycle: each.cycle.map(named) })),
    notes: [
      ...(open ? ["Functions that others put into the module's tables are not counted."] : []),
      ...(untold > 0 ? [`Of ${untold} functions the frame in the C stack has no constant size: marked with ?.`] : []),
    ],
  };
}

/** The longest paths of calls, value slots and stack bytes; one that is a part of another comes with that. */
function callPaths(calls: CallAnalysis, named: (index: number) => string): CallPath[] {
  const paths: { indices: number[]; most: string[] }[] = [];
  const add = ({ path, length }: LongestPath, most: string) => {
    if (length === 0) return;
    const found = paths.find(({ indices }) => path.every((index, at) => indices[at] === index));
    if (found) found.most.push(most);
    else paths.push({ indices: path, most: [most] });
  };
  add(calls.calls, counted(calls.calls.length, 'call'));
  add(calls.valueSlots, counted(calls.valueSlots.length, 'value slot'));
  add(calls.stackBytes, `${counted(calls.stackBytes.length, 'byte')} of C stack`);
  return paths.map(({ indices, most }) => {
    return { most, steps: indices.map((index) => callStep(calls, index, named(index))) };
  });
}

function callStep({ graph, stackFrames, unknownFrames }: CallAnalysis, index: number, name: string): CallStep {
  return {
    name,
    imported: index < graph.importedFunctions,
    valueSlots: graph.frames[index],
    stackBytes: unknownFrames.includes(index) ? null : stackFrames[index],
  };
}
