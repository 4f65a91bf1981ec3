// Optimises a module with binaryen. Every instruction of the result has its position in the given module. Passes that change which
// trap is reported, or where, are left out. Refuses modules that binaryen cannot process, mostly because of deep nesting.

import binaryenPackage from 'binaryen/package.json' with { type: 'json' };
import { type ReadModule, readModule } from '../module/read-module.js';
import { cached, type Kept } from './cache.js';
import { moduleText } from './module-text.js';
import { lastAtMost, originOf, readSourceMap } from './source-map.js';

/** Binaryen cannot optimise the module, which is valid. The message says why. */
export class OptimiserError extends Error {}

/**
 * An optimised module with the same imports, exports, results and traps. Its functions and their indices are others; `origin`
 * tells the place in `code` that each instruction comes from. Throws an OptimiserError.
 */
export function optimise(code: ReadModule): Promise<ReadModule> {
  let optimised = known.get(code);
  if (!optimised) {
    optimised = optimisedModule(code);
    known.set(code, optimised);
  }
  return optimised;
}

/** Builds for several boards share what was optimised for the first. */
const known = new WeakMap<ReadModule, Promise<ReadModule>>();

async function optimisedModule(code: ReadModule): Promise<ReadModule> {
  const text = moduleText(code);
  const { binary, sourceMap } = await cached(maker(), text, () => optimisedBinary(text));
  const mappings = readSourceMap(sourceMap);
  const optimised = readModule(binary);
  const bodies = optimised.bodies.slice(optimised.importedFunctions).map((at) => ({ at }));
  const origin = (at: number) => {
    const body = lastAtMost(bodies, at);
    return originOf(mappings, at, bodies[body].at, bodies[body + 1]?.at ?? binary.length);
  };
  return { ...optimised, origin };
}

/** Names what a module is optimised by: the version of binaryen, the features and the passes. */
const maker = () => [binaryenPackage.version, LEVEL, ...FEATURES, ...SKIPPED].join(' ');

async function optimisedBinary(text: string): Promise<Kept> {
  // Loaded on demand: it is larger than everything else. In the package, its WebAssembly is a file (`binaryen.mjs`).
  const { default: binaryen } = await import('binaryen');
  const { Features } = binaryen;
  try {
    const module = binaryen.parseText(text);
    module.setFeatures(FEATURES.reduce<number>((all, each) => all | Features[each], 0));
    binaryen.clearPassesToSkip();
    for (const pass of SKIPPED) binaryen.addPassToSkip(pass);
    binaryen.setOptimizeLevel(LEVEL);
    binaryen.setShrinkLevel(0);
    module.optimize();
    const { binary, sourceMap } = module.emitBinary('map');
    module.dispose();
    return { binary, sourceMap: sourceMap! };
  } catch (error) {
    // Its passes recurse on nested expressions. A module that failed is not disposed of: its state is not known.
    const reason = error instanceof RangeError ? 'its code is nested too deeply' : String(error);
    throw new OptimiserError(`binaryen cannot optimise the module: ${reason}`);
  }
}

/** Features that the translation supports. The optimiser must not use others. */
const FEATURES = [
  'MutableGlobals',
  'SignExt',
  'NontrappingFPToInt',
  'BulkMemory',
  'BulkMemoryOpt',
  'ReferenceTypes',
  'Multivalue',
  'TailCall',
  'ExtendedConst',
  'CustomPageSizes',
  'WideArithmetic',
] as const;

const LEVEL = 2;

/**
 * Two operations that may both trap have an order for us: the first trap is told, at its place. Binaryen holds that any trap
 * stands for any other, and moves them past one another. Of the passes of -O2, these do, or change a trap:
 */
const SKIPPED = [
  // Move what is set to where it is read, past other traps.
  'simplify-locals',
  'simplify-locals-nostructure',
  // Moves the statements of a block out of an operand, before the operand in front of it.
  'merge-blocks',
  // Exchanges operands.
  'optimize-instructions',
  // Left out, because one function would stand for two places.
  'duplicate-function-elimination',
  // Writes `unreachable` for a call_indirect of a null or missing entry,
  'directize',
  // and for instructions that read dropped segments.
  'memory-packing',
  // Makes entries null that no call of their type reaches: a call of another type finds another trap.
  'remove-unused-module-elements',
];
