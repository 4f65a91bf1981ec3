// Remedies for a module that does not fit, as options of the compiler that produced the module and of `build`.

import { type Capacities, type CapacityName, footprintBytes } from '../../src/index.js';
import type { ModuleAnalysis } from '../analysis/analysis.js';
import { leastMemory } from '../analysis/least-memory.js';
import { Bound } from '../analysis/need.js';
import { Language } from '../module/producers.js';

/** The module's need of a capacity, and the board's value. */
interface CapacityNeed {
  capacity: CapacityName;
  needed: number;
  available: number;
}

/** Returns remedies, one line each, the most effective first. */
export function remedies(rows: readonly CapacityNeed[], analysis: ModuleAnalysis, capacities: Capacities): string[] {
  const lines: string[] = [];
  for (const { capacity, needed, available } of rows) {
    if (needed <= available) continue;
    if (capacity === 'memoryBytes') lines.push(...memoryRemedies(analysis, available));
    else if (capacity === 'codeWords') lines.push(codeRemedy(analysis));
    else if (analysis.calls.recursion.length > 0 && (capacity === 'callDepth' || capacity === 'valueSlots')) {
      lines.push('recursion: turn it into a loop, or bound its depth');
    }
    lines.push(raise(capacity, needed, capacities));
  }
  return [...new Set(lines)];
}

function raise(capacity: CapacityName, needed: number, capacities: Capacities): string {
  const cost = footprintBytes({ ...capacities, [capacity]: needed }) - footprintBytes(capacities);
  const price = cost > 0 ? ` takes ${cost.toLocaleString('en')} bytes of RAM more` : ' makes it large enough';
  return `--capacity ${capacity}=${needed}:${price}`;
}

/** Returns a size of the stack in linear memory that suffices for the calls, with a margin, rounded as linkers want it. */
function stackSize({ calls }: ModuleAnalysis): number {
  return Math.max(256, Math.ceil((calls.stackBytes.length * 1.25) / 256) * 256);
}

/** How a compiler is told what its linker is to do. */
function stackOption(language: Language, bytes: number): string {
  if (language === Language.Rust) return `-C link-arg=-zstack-size=${bytes}`;
  if (language === Language.Zig) return `--stack ${bytes}`;
  if (language === Language.TinyGo) return `-z stack-size=${bytes} among the ldflags of its target`;
  return `-Wl,-z,stack-size=${bytes}`;
}

function exportOption(language: Language, name: string): string {
  if (language === Language.Rust) return `-C link-arg=--export=${name}`;
  if (language === Language.Zig) return `--export=${name}`;
  if (language === Language.TinyGo) return `--export=${name} among the ldflags of its target`;
  return `-Wl,--export=${name}`;
}

/** About linear memory, of which there are `available` bytes. */
export function memoryRemedies(analysis: ModuleAnalysis, available: number): string[] {
  const { memory, producers } = analysis;
  const { language } = producers;
  const lines: string[] = [];
  if (memory.imported) return ['define the memory in the module itself: an imported one must be as large as declared'];
  if (language === Language.AssemblyScript) {
    if (memory.grows) lines.push('--runtime stub: it takes only what is allocated');
    if (memory.data.start >= 1024) lines.push('--memoryBase 8: data from byte 8 on instead of byte 1024');
    return lines;
  }
  // Without one of these, nothing shows that a compiler and wasm-ld made it.
  if (language !== Language.Unknown || memory.stack) {
    lines.push(...linkerRemedies(analysis));
    if (memory.grows) lines.push('link it without malloc, or with an allocator over an array of its own');
  }
  if (memory.data.end > available) lines.push(`its data alone end at byte ${memory.data.end}: make tables smaller`);
  return lines;
}

/** Compilers that link with wasm-ld, which knows where data end and how large the stack is. */
function linkerRemedies(analysis: ModuleAnalysis): string[] {
  const { memory, producers, calls } = analysis;
  const { stack } = memory;
  const { language } = producers;
  // With the stack in front, or without a stack pointer, only this says where variables end.
  const isEndUnknown = memory.heapBase < 0 && memory.staticEnd < 0;
  const size = stackSize(analysis);
  const known = !stack ? -1 : stack.first ? stack.top : stack.bottom >= 0 ? stack.top - stack.bottom : -1;
  const told = `${calls.recursion.length > 0 ? 'without recursion ' : ''}its calls take at most ${calls.stackBytes.length} bytes`;
  const untold = calls.unknownFrames.length;
  const functions = untold === 1 ? '1 function takes' : `${untold} functions take`;
  const measured = untold > 0 ? `${told}, and what ${functions} that cannot be told` : told;
  const now = known < 0 ? '' : ` instead of ${known}`;
  const isSmaller = stack !== null && (known < 0 || known > size);
  const stackText = `${stackOption(language, size)}: a smaller stack${now}; ${measured}`;
  if (!isEndUnknown) return isSmaller ? [stackText] : [];
  const end = 'then it is known where its data end';
  if (stack && !isSmaller) return [`${exportOption(language, '__heap_base')}: ${end}`];
  return [`${exportOption(language, '__heap_base')} ${stackText}, and ${end}`];
}

/** The least memory for `build` and why, where nobody knows how much is used. `bytes` is 0 if nothing tells a least, either. */
export function leastOption({ needs, memory }: ModuleAnalysis): { bytes: number; text: string } | null {
  const { needed, bound } = needs.memoryBytes;
  const { bytes, why } = leastMemory(memory);
  if (bound === Bound.Exact || bytes >= needed) return null;
  const least = (bytes + 7) & -8;
  return { bytes: least, text: `--memory ${least}: the least, because ${why}; the module traps where it uses more` };
}

/** About the memory that a board has room for, where nothing tells how much the module uses. */
export function mostOption(bytes: number): string {
  const size = bytes % 1024 === 0 ? `${bytes / 1024}K` : bytes;
  return `--memory ${size}: as much as there is room for; nothing tells how much the module uses, and it traps where it uses more`;
}

/** About boards that have room for a module and what it needs; the first is named as an option. */
export function boardRemedy([first, ...others]: readonly string[]): string[] {
  if (first === undefined) return [];
  const verb = others.length === 1 ? 'does' : 'do';
  return [`--board ${first}: takes the module${others.length === 0 ? '' : `, as ${verb} ${others.join(', ')}`}`];
}

/** About the size of code. */
export function codeRemedy({ producers }: ModuleAnalysis): string {
  if (producers.language === Language.Rust)
    return 'opt-level = "z", lto = true and panic = "abort" in [profile.release]: smaller code';
  if (producers.language === Language.AssemblyScript) return '-Oz --noAssert: smaller code';
  if (producers.language === Language.TinyGo) return '-opt=z -no-debug: smaller code';
  if (producers.language === Language.Zig) return '-O ReleaseSmall: smaller code';
  return '-Oz -flto -Wl,--gc-sections: smaller code';
}
