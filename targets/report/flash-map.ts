// The flash of a board as a memory map: firmware and Storage, and the module in it by section.

import type { Board } from '../../boards/index.js';
import { RUNTIME_STORAGE_BYTES } from '../board/runtime-size.js';
import type { Budget } from '../budget/budget.js';
import { grouped } from './number-text.js';
import type { MapLevel, MemoryMap, Region, RegionKind } from './report-data.js';

const KINDS: Record<string, RegionKind> = {
  'custom sections': 'other',
  types: 'tables',
  imports: 'slots',
  functions: 'calls',
  exports: 'heap',
  code: 'code',
  data: 'data',
  elements: 'scratch',
  globals: 'variables',
};

export function flashMap({ storage, storageBytes }: Budget, board: Board): MemoryMap {
  const all = storage.reduce((sum, { bytes }) => sum + bytes, 0);
  const runtimeFits = all + RUNTIME_STORAGE_BYTES <= storageBytes;
  const runtime = runtimeFits ? RUNTIME_STORAGE_BYTES : 0;
  const inner = board.flash !== undefined && board.storage.location === 'internal' ? board.flash : 0;
  const regions: Region[] = [
    { name: 'firmware', kind: 'firmware', bytes: Math.max(0, inner - storageBytes), note: 'and what it sets aside' },
    { name: 'this module', kind: 'module', bytes: all, note: 'in Storage', zoomed: true },
    { name: 'the full runtime', kind: 'runtime', bytes: runtime, note: 'in Storage' },
    {
      name: 'free in Storage',
      kind: 'free',
      bytes: Math.max(0, storageBytes - all - runtime),
      note: 'other files go here',
    },
  ];
  const whole: MapLevel = {
    title: inner > 0 ? 'All flash' : 'All of Storage',
    capacity: Math.max(inner, storageBytes),
    regions: regions.filter(({ bytes }) => bytes > 0),
  };
  const sections: MapLevel = {
    title: 'This module: its sections',
    capacity: all,
    regions: storage.map(({ part, bytes }) => ({ name: part, kind: KINDS[part] ?? 'other', bytes })),
  };
  return {
    title: `Flash of ${board.title}, with the module for an engine`,
    levels: [whole, sections],
    notes: [
      `Storage has ${grouped(storageBytes)} bytes ${where(board)}. The module is read there, without a copy in RAM.`,
      ...(runtimeFits
        ? []
        : [
            `Not drawn: the full runtime, which loads modules on the board, takes ${grouped(RUNTIME_STORAGE_BYTES)} bytes of Storage, for which there is no room beside this. What build writes does not need it.`,
          ]),
    ],
  };
}

function where({ storage, flash }: Board): string {
  if (storage.location === 'spi') return 'in a flash chip beside the processor';
  return flash === undefined
    ? 'in the flash of the processor, whose size is not known'
    : 'in the flash of the processor';
}
