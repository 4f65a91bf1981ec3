// The linear memory of a module as regions: data, variables, C stack and heap, as far as the module distinguishes them.

import type { MemoryLayout } from '../analysis/memory-layout.js';
import type { Region, RegionKind } from './report-data.js';

interface Extent {
  name: string;
  kind: RegionKind;
  end: number;
  note?: string;
}

/** `bytes` bytes from address `base` on, without a gap. */
export function linearMemoryRegions(layout: MemoryLayout, bytes: number, base = 0): Region[] {
  const regions: Region[] = [];
  const behind = base + bytes;
  let start = base;
  for (const { name, kind, end: wanted, note } of extents(layout)) {
    const end = Math.min(wanted, behind);
    if (end <= start) continue;
    regions.push({ name, kind, bytes: end - start, note: addresses(start, end, note) });
    start = end;
  }
  if (start < behind) {
    const [name, kind] = rest(layout);
    regions.push({ name, kind, bytes: behind - start, note: addresses(start, behind) });
  }
  return regions;
}

function addresses(start: number, end: number, note?: string): string {
  const range = `addresses ${start.toLocaleString('en')} to ${(end - 1).toLocaleString('en')}`;
  return note ? `${range}; ${note}` : range;
}

/** In order of their ends, each beginning where the one before ends. */
function extents(layout: MemoryLayout): Extent[] {
  const { data, stack, dataEnd, heapBase } = layout;
  const list: Extent[] = [];
  // Instantiation decides the addresses of relocated data.
  if (data.relocated) return list;
  const stackNote = stack && !stack.used ? 'no function uses it' : 'grows down';
  if (stack?.first) {
    if (stack.bottom > 0) list.push({ name: 'below the stack', kind: 'other', end: stack.bottom });
    list.push({ name: 'C stack', kind: 'stack', end: stack.top, note: stackNote });
  }
  if (data.end > 0) {
    list.push({ name: stack?.first ? 'between stack and data' : 'below the data', kind: 'other', end: data.start });
    list.push({ name: 'data', kind: 'data', end: data.end });
  }
  const variablesEnd = Math.max(dataEnd, stack && !stack.first ? stack.bottom : -1);
  list.push({ name: 'variables', kind: 'variables', end: variablesEnd, note: 'zero at the start' });
  if (stack && !stack.first) {
    const told = stack.bottom >= 0;
    const name = told ? 'C stack' : 'variables and C stack';
    list.push({ name, kind: 'stack', end: stack.top, note: told ? stackNote : 'the module does not tell them apart' });
  }
  if (heapBase >= 0) list.push({ name: stack ? 'variables' : 'data and variables', kind: 'variables', end: heapBase });
  return list;
}

function rest({ heapBase, heapSigns, staticEnd }: MemoryLayout): [string, RegionKind] {
  if (heapBase >= 0 || staticEnd >= 0)
    return heapSigns.length > 0 ? ['heap', 'heap'] : ['behind data and stack', 'other'];
  return ['not told apart', 'other'];
}
