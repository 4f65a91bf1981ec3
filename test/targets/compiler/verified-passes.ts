// Verifies the intermediate code of each function of a module after the builder and after every pass, with the passes and costs of
// each back end, with and without fuel.
import { FunctionBuilder } from '../../../targets/compiler/intermediate/builder.js';
import type { Costs } from '../../../targets/compiler/intermediate/costs.js';
import { verify } from '../../../targets/compiler/intermediate/verify.js';
import { espruinoCosts, espruinoPasses } from '../../../targets/compiler/javascript/espruino/passes.js';
import { nodeCosts, nodePasses } from '../../../targets/compiler/javascript/node/passes.js';
import { type Pass, runPasses, simplifier } from '../../../targets/compiler/passes/runner.js';
import { thumbCosts, thumbPasses } from '../../../targets/compiler/thumb/passes.js';
import { type ReadModule, readModule } from '../../../targets/module/read-module.js';

/** Functions that were verified, each at each place between passes. */
export interface Verified {
  functions: number;
  verifications: number;
  /** Descriptions of problems, with the function and the pass. */
  problems: string[];
}

const LISTS: [name: string, passes: readonly Pass[], costs: Costs][] = [
  ['espruino', espruinoPasses, espruinoCosts],
  ['node', nodePasses, nodeCosts],
  ['thumb', thumbPasses, thumbCosts],
];

/** `each` is called before each function. */
export function verifyPasses(bytes: Uint8Array, each = () => {}): Verified {
  const verified: Verified = { functions: 0, verifications: 0, problems: [] };
  const code = readModule(bytes);
  for (const [name, passes, costs] of LISTS)
    for (const fuel of [false, true])
      verifyWith(code, `${name}${fuel ? ', fuel' : ''}`, passes, costs, fuel, verified, each);
  return verified;
}

function verifyWith(
  code: ReadModule,
  way: string,
  passes: readonly Pass[],
  costs: Costs,
  fuel: boolean,
  verified: Verified,
  each: () => void,
): void {
  const { memory } = code;
  const minimumMemory = memory === null ? 0 : memory.minimum * memory.pageBytes;
  const builder = new FunctionBuilder(code, { fuel, simplify: simplifier(), costs });
  for (let index = code.importedFunctions; index < code.functions.length; index++) {
    each();
    verified.functions++;
    runPasses(builder.build(index), passes, costs, {
      canonicalNaN: true,
      minimumMemory,
      observe: (pass, body) => {
        verified.verifications++;
        for (const problem of verify(body))
          verified.problems.push(`function ${index}, ${way}, behind ${pass === '' ? 'the builder' : pass}: ${problem}`);
      },
    });
  }
}
