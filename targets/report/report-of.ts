// The data of a report from the budgets of modules on one board.

import type { Board } from '../../boards/index.js';
import type { CallAnalysis, ModuleAnalysis } from '../analysis/analysis.js';
import type { LongestPath } from '../analysis/stack-depth.js';
import type { Budget } from '../budget/budget.js';
import { flashMap } from './flash-map.js';
import { counted, grouped, percent } from './number-text.js';
import { ramMap } from './ram-map.js';
import type { CallPath, CallStep, Fact, ReportCalls, ReportData, ReportModule } from './report-data.js';

/** Characters of a name; of longer ones the middle is left out. */
const MOST_CHARACTERS = 160;

/** `budgets` are those of this board. */
export function reportOf(board: Board, budgets: readonly Budget[]): ReportData {
  return {
    board: { title: board.title, facts: boardFacts(board) },
    modules: budgets.map((budget) => moduleReport(budget, board)),
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

function moduleReport(budget: Budget, board: Board): ReportModule {
  const { file, verdict, rows, missingImports, remedies, analysis } = budget;
  return {
    file: shortened(file),
    verdict,
    facts: moduleFacts(budget),
    rows: rows.filter(({ needed }) => needed > 0).map((row) => ({ ...row, why: shortenedWords(row.why) })),
    unneeded: rows.filter(({ needed }) => needed === 0).map(({ capacity }) => capacity),
    missingImports: missingImports.map((name) => shortened(name)),
    remedies: remedies.map(shortenedWords),
    ram: ramMap(budget, board),
    flash: flashMap(budget, board),
    calls: callsReport(analysis),
  };
}

function moduleFacts({ analysis, jsVars, storage }: Budget): Fact[] {
  const bytes = storage.reduce((sum, part) => sum + part.bytes, 0);
  const share = percent(jsVars.needed / jsVars.free);
  return [
    { name: 'Size', value: `${grouped(bytes)} bytes` },
    { name: 'Language', value: analysis.producers.language },
    { name: 'RAM', value: `${grouped(jsVars.needed * jsVars.bytes)} bytes, ${share} of what is free at boot` },
  ];
}

function shortened(name: string, most = MOST_CHARACTERS): string {
  const characters = [...name];
  if (characters.length <= most) return name;
  const half = most / 2;
  return `${characters.slice(0, half).join('')}…${characters.slice(-half).join('')}`;
}

/** For sentences with names in them, of which there may be many. */
function shortenedWords(text: string): string {
  return shortened(
    text.replace(/\S+/g, (word) => shortened(word)),
    MOST_CHARACTERS * 2,
  );
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
