// The typed arrays over memory through which a module for Espruino accesses it: which of them start within memory, and the text that
// makes them.

import type { FunctionCode, Region } from '../../intermediate/instruction.js';
import { LOOP_WEIGHT } from '../../intermediate/loop-weight.js';
import { accessBytes, Operation } from '../../intermediate/operation.js';
import { constant, type Declaration, type ProgramPart, variable } from '../trees/program.js';
import { displacementOf } from './memory.js';
import type { Names, ViewName } from './names.js';

/** How the views are created, with the number of their elements. */
const VIEWS: Record<ViewName, [type: string, shift: number]> = {
  octets: ['Uint8Array', 0],
  signedBytes: ['Int8Array', 0],
  shorts: ['Uint16Array', 1],
  signedShorts: ['Int16Array', 1],
  words: ['Int32Array', 2],
  singles: ['Float32Array', 2],
  doubles: ['Float64Array', 3],
};

/** Views end where memory does, so they are created again when it grows. */
export function viewParts(
  { views, viewLists }: Names,
  { memoryGrows, isWhole, start }: { memoryGrows: boolean; isWhole: boolean; start: number },
): ProgramPart[] {
  const view = (name: ViewName, from: number) => {
    const [type, shift] = VIEWS[name];
    const bytes = from === 0 ? 'limit' : `limit - ${from}`;
    return `new ${type}(bytes.buffer, ${from}, ${shift === 0 ? bytes : `${bytes} >> ${shift}`})`;
  };
  const made = [
    ...[...views].map(([text, [name, from]]): Declaration => {
      if (isWhole && name === 'octets' && from === 0) return constant(text, 'bytes');
      return constant(text, view(name, from));
    }),
    ...[...viewLists].map(([text, name]): Declaration => {
      const others = Array.from({ length: (1 << VIEWS[name][1]) - 1 }, (_, at) => view(name, at + 1));
      return constant(text, `[${[name, ...others].join(', ')}]`);
    }),
  ];
  if (!memoryGrows) return made;
  const sets = made.map(({ name, value }) => `${name} = ${value};`);
  return [
    ...made.map(({ name }) => variable(name, null)),
    `function resize() {\nlimit = pages * (1 << PAGE_SHIFT)${start > 0 ? ` - ${start}` : ''};\n${sets.join('\n')}\n}`,
    'resize();',
  ];
}

/** Maximum number of views that start within memory. */
const MOST_DISPLACED = 12;

/** The views that save most: those that are used in loops, or often. */
export function displacedViews(bodies: FunctionCode[], memoryBytes: number): Set<string> {
  const weights = new Map<string, number>();
  for (const { body } of bodies) {
    const open: { region: Region; next: number; weight: number }[] = [{ region: body, next: 0, weight: 1 }];
    for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
      const { region, weight } = top;
      if (top.next === region.length) {
        open.pop();
        continue;
      }
      const instruction = region[top.next++];
      const found = displacementOf(instruction);
      if (found !== null && found.from + accessBytes(instruction.operation) <= memoryBytes) {
        const name = `${found.view}${found.from}`;
        weights.set(name, (weights.get(name) ?? 0) + weight);
      }
      const inner = instruction.operation === Operation.Loop ? weight * LOOP_WEIGHT : weight;
      const regions = instruction.regions ?? [];
      for (let at = regions.length - 1; at >= 0; at--) open.push({ region: regions[at], next: 0, weight: inner });
    }
  }
  const used = [...weights].filter(([, weight]) => weight >= LOOP_WEIGHT);
  used.sort(([, one], [, other]) => other - one);
  return new Set(used.slice(0, MOST_DISPLACED).map(([name]) => name));
}
