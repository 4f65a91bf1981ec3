// Builds a module for firmware in C: the image of machine code, a header and a source. Refuses what the firmware would have to give
// besides functions and memory: imported globals and tables.

import { crc32 } from 'node:zlib';
import { CORTEX_M0_PLUS, CORTEX_M3, CORTEX_M4, CORTEX_M4F, CORTEX_M33, type Cpu } from '../../machine/thumb/cpu.js';
import { ExternalKind } from '../../src/index.js';
import { BuildError } from '../board/build-error.js';
import { instantiated, optimised } from '../board/initial-state.js';
import { type ContextState, contextState } from '../board/native/context-state.js';
import { compiled } from '../board/native/native-module.js';
import type { ThumbImage } from '../compiler/thumb/image.js';
import type { OwnImports, OwnValue } from '../host-functions/own-imports.js';
import { startingFunctions } from '../module/entry-points.js';
import { functionAt } from '../module/function-at.js';
import type { ModuleCode } from '../module/module-code.js';
import type { ReadModule } from '../module/read-module.js';
import { headerText } from './header.js';
import { cInterface } from './interface.js';
import { type StartState, sourceText } from './source.js';

/** Processors by their names on the command line. */
export const PROCESSORS: Readonly<Record<string, { name: string; cpu: Cpu }>> = {
  'cortex-m0plus': { name: 'Cortex-M0+', cpu: CORTEX_M0_PLUS },
  'cortex-m3': { name: 'Cortex-M3', cpu: CORTEX_M3 },
  'cortex-m4': { name: 'Cortex-M4', cpu: CORTEX_M4 },
  'cortex-m4f': { name: 'Cortex-M4 with a float unit', cpu: CORTEX_M4F },
  'cortex-m33': { name: 'Cortex-M33', cpu: CORTEX_M33 },
};

export interface FirmwareOptions {
  /** A name of `PROCESSORS`. */
  processor: string;
  /** Base name of the files and of their symbols. */
  name: string;
  /** Bytes of linear memory; by default the declared pages. */
  memoryBytes?: number;
  fuel?: boolean;
  /** Optimise the module before it is compiled. By default it is, unless it counts fuel. */
  optimise?: boolean;
}

export interface Firmware {
  files: { name: string; bytes: Uint8Array }[];
  /** Bytes of RAM: linear memory, and an instance. */
  memoryBytes: number;
  instanceBytes: number;
  /** Bytes of stack at most, but for functions that may recurse. */
  stackBytes: number;
  warnings: string[];
}

/** The engine's memory is a multiple of 8 bytes. */
const MEMORY_UNIT = 8;
const WORD_BYTES = 4;

/** Tables do not grow. */
const NO_ENTRIES = 0;

/** Throws BuildError, and what instantiating the module throws. */
export async function buildFirmware(given: ReadModule, options: FirmwareOptions): Promise<Firmware> {
  const { name, fuel = false } = options;
  const processor = PROCESSORS[options.processor];
  checkImports(given);
  const isOptimised = options.optimise ?? !fuel;
  const { code, warnings } = isOptimised ? await optimised(given) : { code: given, warnings: [] };
  const memory = memorySizes(code, options.memoryBytes);
  const window = { start: 0, bytes: Math.max(MEMORY_UNIT, memory.provided) };
  const lowered = instantiated(code, given, { memory: window, imports: anyFunctions(given) });
  const image = compiled(code, given, {
    cpu: processor.cpu,
    fuel,
    memoryBytes: memory.bytes,
    mostMemoryBytes: memory.most,
  });
  const state = contextState(code, lowered, image, NO_ENTRIES);
  const tableWords = state.tables.reduce((sum, { entries }) => sum + entries.length, 0);
  const made = cInterface(name, code, image, tableWords);
  const { stackReserve: stackBytes } = image;
  const header = headerText(made, {
    program: name,
    processor: processor.name,
    imageBytes: image.bytes.length,
    imageSum: crc32(image.bytes),
    memoryBytes: memory.provided,
    stackBytes,
  });
  const source = sourceText(made, name, startState(code, given, image, { ...state, memory, ranges: lowered.ranges }));
  const text = (each: string) => new TextEncoder().encode(each);
  return {
    files: [
      { name: `${name}.bin`, bytes: image.bytes },
      { name: `${name}.h`, bytes: text(header) },
      { name: `${name}.c`, bytes: text(source) },
    ],
    memoryBytes: memory.provided,
    instanceBytes: image.contextBytes + tableWords * WORD_BYTES,
    stackBytes,
    warnings,
  };
}

function checkImports({ imports }: ReadModule): void {
  for (const { kind, module, name, type } of imports)
    if (kind === ExternalKind.Global || kind === ExternalKind.Table)
      throw new BuildError(`the import ${module}.${name} is a ${type.split(' ')[0]}, which firmware does not give yet`);
}

/** Every function: the firmware gives it. */
function anyFunctions({ imports }: ReadModule): OwnImports {
  const given = new Map<string, Map<string, OwnValue>>();
  for (const { kind, module, name } of imports) {
    if (kind !== ExternalKind.Function) continue;
    const members = given.get(module) ?? new Map<string, OwnValue>();
    given.set(module, members.set(name, { from: module, type: 'function' }));
  }
  return { file: '', text: '', given };
}

/** In whole pages where all declared ones are there; with fewer bytes, memory does not grow. */
function memorySizes({ memory }: ModuleCode, wanted: number | undefined): StartState['memory'] {
  if (memory === null) return { bytes: 0, most: 0, provided: 0 };
  const { minimum, maximum, pageBytes } = memory;
  const declared = minimum * pageBytes;
  const given = Math.ceil((wanted ?? declared) / MEMORY_UNIT) * MEMORY_UNIT;
  if (given < declared) return { bytes: given, most: given, provided: given };
  const pages = Math.floor(given / pageBytes);
  const most = pageBytes * (maximum < 0 ? pages : Math.min(pages, maximum));
  return { bytes: declared, most, provided: most };
}

function startState(
  code: ReadModule,
  given: ReadModule,
  image: ThumbImage,
  state: ContextState & Pick<StartState, 'memory' | 'ranges'>,
): StartState {
  const entryOf = (index: number) => image.entries.find((each) => each.functionIndex === index)!.offset;
  const traps = image.traps.map(({ offset, at }) => {
    const functionIndex = functionAt(given, at);
    return { offset, functionIndex, at, name: given.names.get(functionIndex) ?? '' };
  });
  return { ...state, starts: startingFunctions(code).map(entryOf), traps };
}
