// Optimises a module with binaryen. Every instruction of the result knows where it stood in the module as it was given.

import { type ReadModule, readModule } from '../module/read-module.js';
import { moduleText } from './module-text.js';
import { lastAtMost, originOf, readSourceMap } from './source-map.js';

/**
 * An optimised module with the same imports, exports, results and traps. Its functions and their indices are others; `origin`
 * tells the place in `code` that each instruction comes from. Throws an Error for what binaryen cannot read.
 */
export async function optimise(code: ReadModule): Promise<ReadModule> {
  // As large as all the rest: it is only loaded where it is needed.
  const { default: binaryen } = await import('binaryen');
  const { Features } = binaryen;
  const module = binaryen.parseText(moduleText(code));
  try {
    // What the translation knows, so that nothing else comes in.
    module.setFeatures(
      Features.MutableGlobals |
        Features.SignExt |
        Features.NontrappingFPToInt |
        Features.BulkMemory |
        Features.BulkMemoryOpt |
        Features.ReferenceTypes |
        Features.Multivalue |
        Features.TailCall |
        Features.ExtendedConst |
        Features.CustomPageSizes |
        Features.WideArithmetic,
    );
    binaryen.clearPassesToSkip();
    for (const pass of SKIPPED) binaryen.addPassToSkip(pass);
    binaryen.setOptimizeLevel(2);
    binaryen.setShrinkLevel(0);
    module.optimize();
    const { binary, sourceMap } = module.emitBinary('map');
    const mappings = readSourceMap(sourceMap!);
    const optimised = readModule(binary);
    const bodies = optimised.bodies.slice(optimised.importedFunctions).map((at) => ({ at }));
    const origin = (at: number) => {
      const body = lastAtMost(bodies, at);
      return originOf(mappings, at, bodies[body].at, bodies[body + 1]?.at ?? binary.length);
    };
    return { ...optimised, origin };
  } finally {
    module.dispose();
  }
}

/** What would make another trap of one: it writes `unreachable` for instructions that read dropped segments. */
const SKIPPED = ['memory-packing'];
