// The RAM of a board as a memory map: firmware, JsVars, the engine's buffers in them, and the linear memory in these.

import { type Board, jsVarsOf } from '../../boards/index.js';
import { footprint } from '../../src/index.js';
import { capacitiesOf } from '../analysis/need.js';
import type { Budget } from '../budget/budget.js';
import { linearMemoryRegions } from './linear-memory.js';
import { grouped } from './number-text.js';
import type { MapLevel, MemoryMap, Region, RegionKind } from './report-data.js';

const BUFFERS: { name: string; kind: RegionKind; buffers: string[]; note?: string }[] = [
  { name: 'linear memory', kind: 'memory', buffers: ['memory'] },
  { name: 'code words', kind: 'code', buffers: ['code'], note: 'the lowered code' },
  { name: 'value slots', kind: 'slots', buffers: ['slots'], note: 'parameters, locals and operands of active calls' },
  { name: 'call stack', kind: 'calls', buffers: ['callStack'] },
  {
    name: 'validation and lowering',
    kind: 'scratch',
    buffers: ['localTypes', 'operandTypes', 'validationLabels', 'loweringLabels', 'loweringOperands', 'blockCosts'],
    note: 'used while a module is loaded',
  },
];
const LISTED = BUFFERS.flatMap(({ buffers }) => buffers);
/** All others. */
const TABLES = { name: 'tables', kind: 'tables' as const, note: 'types, functions, globals, tables, exports' };

export function ramMap(budget: Budget, board: Board): MemoryMap {
  const { analysis, jsVars } = budget;
  const needed = analysis.needs.memoryBytes.needed;
  const engine = engineLevel(budget, board);
  const levels = [boardLevel(budget, board), engine];
  if (needed > 0) {
    engine.regions[0].zoomed = true;
    levels.push({
      title: 'Linear memory',
      capacity: needed,
      regions: linearMemoryRegions(analysis.memory, needed),
    });
  }
  return {
    title: `RAM of ${board.title}, with an engine that holds the module`,
    levels,
    notes: [
      `All of the user's RAM is divided into JsVars of ${jsVars.bytes} bytes; a buffer takes whole ones, and two or three more than its bytes.`,
      `${grouped(jsVars.free)} of them are free at boot, by estimate.`,
      ...(runtimeFits(budget)
        ? []
        : [
            `Not drawn: the full runtime, which loads modules on the board, takes ${grouped(jsVars.runtime)} JsVars, for which there is no room beside this. What build writes does not need it.`,
          ]),
      ...(crowded(budget)
        ? [
            `With the board's capacities and the full runtime, nothing is left for JavaScript: right-size the capacities with \`tazzina check --tune\`.`,
          ]
        : []),
      ...(needed > 0 ? [`The linear memory: ${analysis.needs.memoryBytes.why}.`, ...unbacked(budget)] : []),
    ],
  };
}

function runtimeFits({ jsVars }: Budget): boolean {
  return jsVars.runtime + jsVars.needed <= jsVars.free;
}

/** The module fits beside the full runtime, but what the board's capacities reserve does not. */
function crowded(budget: Budget): boolean {
  const { runtime, reserved, free } = budget.jsVars;
  return runtimeFits(budget) && runtime + reserved >= free;
}

function unbacked({ analysis: { memory, needs } }: Budget): string[] {
  const { needed } = needs.memoryBytes;
  if (memory.declared <= needed) return [];
  return [
    `The module declares ${grouped(memory.declared)} bytes of memory; ${grouped(memory.declared - needed)} of them take no RAM.`,
  ];
}

/** Bytes here are whole JsVars. */
function boardLevel(budget: Budget, board: Board): MapLevel {
  const { jsVars } = budget;
  const { count, bytes: size } = board.jsVars;
  const region = (name: string, kind: RegionKind, amount: number, note: string): Region => ({
    name,
    kind,
    bytes: amount * size,
    jsVars: amount,
    note,
  });
  const runtime = runtimeFits(budget) ? jsVars.runtime : 0;
  const beside = Math.max(0, jsVars.free - jsVars.needed - runtime);
  const reserved = Math.min(beside, Math.max(0, jsVars.reserved - jsVars.needed));
  const firmware = Math.max(0, board.ram - count * size);
  return {
    title: 'All RAM',
    capacity: Math.max(board.ram, count * size),
    regions: [
      { name: 'firmware', kind: 'firmware' as const, bytes: firmware, note: 'its variables and its stack' },
      region('in use at boot', 'firmware', count - jsVars.free, 'JsVars of the firmware itself'),
      { ...region('this module', 'module', jsVars.needed, 'an engine of just the size that it needs'), zoomed: true },
      region('the full runtime', 'runtime', runtime, 'which loads modules on the board'),
      region(
        'reserved above that',
        'reserved',
        reserved,
        "by the board's capacities; `tazzina check --tune` gives it back",
      ),
      region('left for JavaScript', 'free', beside - reserved, "the user's own"),
    ].filter(({ kind, bytes }) => bytes > 0 || kind === 'free'),
  };
}

function engineLevel({ analysis }: Budget, board: Board): MapLevel {
  const rows = footprint(capacitiesOf(analysis.needs));
  const part = (name: string, kind: RegionKind, wanted: (buffer: string) => boolean, note?: string): Region => {
    const own = rows.filter(({ buffer }) => wanted(buffer));
    const jsVars = own.reduce((sum, { bytes }) => sum + jsVarsOf(bytes, board), 0);
    return { name, kind, bytes: jsVars * board.jsVars.bytes, jsVars, note };
  };
  const regions = [
    ...BUFFERS.map(({ name, kind, buffers, note }) => part(name, kind, (buffer) => buffers.includes(buffer), note)),
    part(TABLES.name, TABLES.kind, (buffer) => !LISTED.includes(buffer), TABLES.note),
  ];
  const capacity = regions.reduce((sum, { bytes }) => sum + bytes, 0);
  return { title: "This module: the engine's buffers", capacity, regions };
}
