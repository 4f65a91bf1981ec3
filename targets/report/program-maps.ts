// The program that `build` writes as memory maps: its files in flash, its JsVars in RAM, and its calls on the C stack.

import type { Board } from '../../boards/index.js';
import type { BuiltProgram } from '../board/build.js';
import { FILE_HEADER_BYTES, type ProgramFigures, type StackFigures, stackNeeded } from '../board/figures.js';
import type { StorageFile } from '../board/image.js';
import type { Decision } from '../budget/verdict.js';
import { linearMemoryRegions } from './linear-memory.js';
import { grouped } from './number-text.js';
import type { MapLevel, MemoryMap, Region, RegionKind } from './report-data.js';
import { shortened } from './shortened.js';

/** None where the module is not built so far that its figures are known. */
export function programMaps({ figures, program }: Decision, board: Board): MemoryMap[] {
  if (!figures) return [];
  const { stack } = figures;
  return [
    ramMap(figures, program, board),
    flashMap(figures, program?.image.files ?? [], board),
    ...(stack ? [stackMap(stack, board)] : []),
  ];
}

const PART_KINDS: Record<string, RegionKind> = {
  'linear memory': 'memory',
  'value slots': 'slots',
  'call stack': 'calls',
  'saved values': 'slots',
  globals: 'variables',
  tables: 'tables',
  runtime: 'runtime',
  functions: 'code',
  exports: 'heap',
  imports: 'scratch',
  'views of memory': 'tables',
  'compiled code': 'stack',
};

/** Bytes here are whole JsVars. */
function ramMap({ jsVars }: ProgramFigures, program: BuiltProgram | undefined, board: Board): MemoryMap {
  const { count, bytes: size } = board.jsVars;
  const region = (name: string, kind: RegionKind, amount: number, note?: string): Region => ({
    name,
    kind,
    bytes: amount * size,
    jsVars: amount,
    note,
  });
  const left = Math.max(0, jsVars.available - jsVars.needed);
  const whole: MapLevel = {
    title: 'All RAM',
    capacity: Math.max(board.ram, count * size),
    regions: [
      {
        name: 'firmware',
        kind: 'firmware' as const,
        bytes: Math.max(0, board.ram - count * size),
        note: 'its variables and its stack',
      },
      region('in use at boot', 'firmware', count - jsVars.available, 'JsVars of the firmware itself'),
      { ...region('this program', 'module', jsVars.needed, 'an estimate but for memory and stacks'), zoomed: true },
      region('left for JavaScript', 'free', left, "the user's own"),
    ].filter(({ kind, bytes }) => bytes > 0 || kind === 'free'),
  };
  const parts: MapLevel = {
    title: 'This program: JsVars by part',
    capacity: jsVars.needed * size,
    regions: jsVars.parts.map(({ part, jsVars }) => region(part, PART_KINDS[part] ?? 'other', jsVars)),
  };
  const linear = parts.regions.find(({ name }) => name === 'linear memory');
  const memory = linear && program && linearMemory(program);
  if (memory) linear.zoomed = true;
  return {
    title: `RAM of ${board.title}, with the program that build writes`,
    levels: [whole, parts, ...(memory ? [memory] : [])],
    notes: [
      `It takes ${grouped(jsVars.needed)} of the ${grouped(jsVars.available)} JsVars of ${size} bytes that are free at boot, by estimate.`,
    ],
  };
}

/** The part of it that the program has. */
function linearMemory({ memory: { start, bytes }, analysis }: BuiltProgram): MapLevel {
  return {
    title: start === 0 ? 'Linear memory' : `Linear memory, from address ${grouped(start)} on`,
    capacity: bytes,
    regions: linearMemoryRegions(analysis.memory, bytes, start),
  };
}

/** A file's suffix tells what is in it. */
function fileKind(name: string): [kind: RegionKind, note: string] {
  if (/\.d\d+$/.test(name) || name.endsWith('.data')) return ['data', 'data segments'];
  if (name.endsWith('.elem')) return ['heap', 'element segments'];
  if (name.endsWith('.code')) return ['slots', 'lowered code'];
  if (name.endsWith('.trap')) return ['calls', 'places of traps'];
  if (name.endsWith('.sum')) return ['scratch', 'the sum of the program'];
  if (/\.(fuel|point)$/.test(name)) return ['slots', 'places of fuel'];
  return ['code', 'the program'];
}

function flashMap({ storage }: ProgramFigures, files: readonly StorageFile[], board: Board): MemoryMap {
  const inner = board.flash !== undefined && board.storage.location === 'internal' ? board.flash : 0;
  const whole: MapLevel = {
    title: inner > 0 ? 'All flash' : 'All of Storage',
    capacity: Math.max(inner, storage.available),
    regions: [
      {
        name: 'firmware',
        kind: 'firmware' as const,
        bytes: Math.max(0, inner - storage.available),
        note: 'and what it sets aside',
      },
      {
        name: 'this program',
        kind: 'module' as const,
        bytes: storage.needed,
        note: 'in Storage',
        zoomed: files.length > 0,
      },
      {
        name: 'free in Storage',
        kind: 'free' as const,
        bytes: Math.max(0, storage.available - storage.needed),
        note: 'other files go here',
      },
    ].filter(({ bytes }) => bytes > 0),
  };
  const list: MapLevel = {
    title: 'This program: its files',
    capacity: storage.needed,
    regions: files.map(({ name, bytes }) => {
      const [kind, note] = fileKind(name);
      return { name, kind, bytes: bytes.length + FILE_HEADER_BYTES, note };
    }),
  };
  return {
    title: `Flash of ${board.title}, with the program that build writes`,
    levels: files.length > 0 ? [whole, list] : [whole],
    notes: [`Each file has a header of ${FILE_HEADER_BYTES} bytes. The board executes the program where it lies.`],
  };
}

const FRAME_KINDS: readonly RegionKind[] = ['code', 'data', 'slots', 'calls', 'tables', 'heap'];

function stackMap(stack: StackFigures, board: Board): MemoryMap {
  const { available, reserved, frames, unit, units, recursion, depth } = stack;
  const names = recursion.map((name) => shortened(name)).join(', ');
  const turns = Math.max(1, units) * unit;
  const regions: Region[] = [
    {
      name: 'reserved',
      kind: 'reserved',
      bytes: reserved,
      note: 'for the caller of the program, and for host functions',
    },
    ...frames.map(({ name, bytes }, at) => ({
      name: shortened(name),
      kind: FRAME_KINDS[at % FRAME_KINDS.length],
      bytes,
    })),
  ];
  if (unit > 0) regions.push({ name: 'recursion', kind: 'stack', bytes: turns, note: `${names} up to depth ${depth}` });
  const left = Math.max(0, available - stackNeeded(stack) - turns + unit);
  regions.push({ name: 'free', kind: 'free', bytes: left });
  return {
    title: `C stack of ${board.title}, of the deepest calls`,
    levels: [
      {
        title: 'What calls can take',
        capacity: available,
        regions,
      },
    ],
    notes: [
      'Espruino recurses on this stack. The frames are estimates, from the outermost function to the innermost one.',
      ...(unit > 0 ? [`Deeper recursion of ${names} traps.`] : []),
    ],
  };
}
