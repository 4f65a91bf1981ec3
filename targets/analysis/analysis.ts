// Static analysis of a module: its needs of every capacity, before any of its code runs.

import { type Capacities, CapacityError, type CapacityName } from '../../src/index.js';
import type { ModuleDescription } from '../module/description.js';
import { raiseCapacity } from '../module/fitting-engine.js';
import type { Producers } from '../module/producers.js';
import type { ReadModule } from '../module/read-module.js';
import { scanBodies } from './body-scan.js';
import { type CallGraph, callGraph } from './call-graph.js';
import { constantSlots } from './constant-value.js';
import { MeasuredModule, roomyFor } from './measured-module.js';
import { type MemoryLayout, memoryLayout } from './memory-layout.js';
import { Bound, type Need, type Needs, need } from './need.js';
import { type LongestPath, type Recursion, type StackDepth, stackDepth } from './stack-depth.js';

export interface AnalysisOptions {
  /** Bytes of linear memory that the code is lowered for; by default what the analysis finds needed. */
  memoryBytes?: number;
}

export interface ModuleAnalysis {
  needs: Needs;
  calls: CallAnalysis;
  memory: MemoryLayout;
  producers: Producers;
  description: ModuleDescription;
  /** Names of the functions that have one, by index. */
  names: Map<number, string>;
}

export interface CallAnalysis extends StackDepth {
  graph: CallGraph;
  /** Bytes that each function takes off the stack in linear memory, by index. */
  stackFrames: Int32Array;
  /** Functions that use that stack's pointer and of which no frame of a constant size is found: there may be one. */
  unknownFrames: number[];
}

/** Lowers the module, to measure it; nothing is run. */
export function analyseModule(read: ReadModule, options: AnalysisOptions = {}): ModuleAnalysis {
  let memoryBytes = options.memoryBytes;
  for (let capacities = roomyFor(read); ; ) {
    try {
      return analyse(read, capacities, { ...options, memoryBytes });
    } catch (error) {
      if (!(error instanceof CapacityError)) throw error;
      // The data ends behind the memory: nothing runs with less than that.
      if (error.capacity === 'memoryBytes') memoryBytes = error.needed;
      else capacities = raiseCapacity(capacities, error);
    }
  }
}

function analyse(read: ReadModule, capacities: Capacities, options: AnalysisOptions): ModuleAnalysis {
  const measured = new MeasuredModule(read, capacities);
  const { store, module } = measured;
  const { names, producers } = read;
  const description = { imports: read.imports, exports: read.exports };
  const bodies = scanBodies(store, module, read.functions);
  const memory = memoryLayout(module, description, bodies, producers.language, names.values());
  const instance = measured.lower(options.memoryBytes ?? memory.need.needed);
  const graph = callGraph(store, instance, description);
  const stackFrames = new Int32Array(module.functionCount);
  const users = memory.stack ? bodies.frames[memory.stack.global] : new Map<number, number>();
  for (const [index, frame] of users) stackFrames[index] = frame;
  const unknownFrames = [...users].flatMap(([index, frame]) => (frame === 0 ? [index] : []));
  const calls: CallAnalysis = { ...stackDepth(graph, stackFrames), graph, stackFrames, unknownFrames };
  const named = (index: number) => names.get(index) ?? `function ${index}`;
  const needs = exactNeeds(measured.highWater());
  needs.memoryBytes = memory.need;
  needs.callDepth = runningNeed(calls.calls, calls.recursion, graph, named, 'calls');
  needs.valueSlots = slotsNeed(calls, constantSlots(module), graph, named);
  if (memory.need.needed !== 0) {
    needs.codeWords.why += ` with ${options.memoryBytes ?? memory.need.needed} bytes of memory`;
  }
  if (graph.growsTable) {
    needs.tableEntries = need(needs.tableEntries.needed, Bound.AtLeast, 'it also grows a table: table.grow');
  }
  return {
    needs,
    calls,
    memory,
    producers,
    description,
    names,
  };
}

const COUNTED: Record<CapacityName, string> = {
  modules: 'this module',
  instances: 'one instance of it',
  types: 'entries of its type section',
  typeValues: 'parameters and results of its function types',
  functions: 'its functions, its imports, and the host functions behind them',
  globals: 'its globals, imported ones included',
  tables: 'its tables, imported ones included',
  tableEntries: 'entries of its tables',
  memories: 'its memory',
  memoryBytes: '',
  elementSegments: 'its element segments',
  dataSegments: 'its data segments',
  exports: 'its exports',
  definitions: 'its imports, each defined by the host',
  codeWords: 'its lowered code',
  functionLocals: 'parameters and locals of the function with most',
  operandDepth: 'operands of the function with most',
  labelDepth: 'nested blocks of the function with most',
  basicBlocks: 'basic blocks of the function with most',
  callDepth: '',
  valueSlots: '',
};

function exactNeeds(highWater: Capacities): Needs {
  const entries = Object.entries(COUNTED).map(([name, what]) => {
    return [name, need(highWater[name as CapacityName], Bound.Exact, what)];
  });
  return Object.fromEntries(entries) as Needs;
}

/** Steps of a path that are shown in one line. */
const MOST_STEPS = 8;

function pathText(path: number[], named: (index: number) => string): string {
  const steps = path.map(named);
  if (steps.length > MOST_STEPS) steps.splice(MOST_STEPS / 2, steps.length - MOST_STEPS, '…');
  return steps.join(' > ');
}

function runningNeed(
  { length, path }: LongestPath,
  recursion: Recursion[],
  graph: CallGraph,
  named: (index: number) => string,
  unit: string,
): Need {
  if (path.length === 0) return need(length, Bound.Exact, 'nothing can be called from outside');
  const along = pathText(path, named);
  if (recursion.length > 0) {
    const [{ cycle, direct }] = recursion;
    const how = direct ? 'recursion' : 'possible recursion through a table';
    return need(length, Bound.AtLeast, `along ${along}; ${how} adds to it: ${pathText([...cycle, cycle[0]], named)}`);
  }
  const open = graph.indirect.some((calls) => calls.open);
  // Without calls there is no path that might not be taken.
  if (path.every((index) => index >= graph.importedFunctions) && path.length === 1 && !open) {
    return need(length, Bound.Exact, `${unit} of ${along}, which calls nothing deeper`);
  }
  const outside = open ? '; functions that others put into its tables are not counted' : '';
  return need(length, Bound.AtMost, `along ${along}${outside}`);
}

function slotsNeed(calls: CallAnalysis, constants: number, graph: CallGraph, named: (index: number) => string): Need {
  const found = runningNeed(calls.valueSlots, calls.recursion, graph, named, 'value slots');
  if (constants <= found.needed) return found;
  return need(constants, found.bound, 'to evaluate a constant expression');
}
