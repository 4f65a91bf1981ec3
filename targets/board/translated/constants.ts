// The constants of the build that the runtime of a translated program reads.

import { ExternalKind } from '../../../src/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import type { EspruinoModule } from '../../compiler/javascript/espruino/module.js';
import type { ModuleCode } from '../../module/module-code.js';
import { memoryConstants } from '../program-parts.js';
import type { TypedProgram } from '../typed/typed-program.js';
import { canGrow } from './runtime-parts.js';
import type { TranslatedModule, TranslatedOptions } from './translated-module.js';

interface ConstantsOfParts {
  typed: TypedProgram | undefined;
  /** What the implementations of host functions use. */
  hosts: Record<string, string>;
  /** Units of C stack for recursion. */
  mostCalls: number;
  savedValues: number;
}

/** The values by name. Their order is part of what identifies a program for its snapshots. */
export function constantsOf(
  translated: TranslatedModule,
  options: TranslatedOptions,
  { typed, hosts, mostCalls, savedValues }: ConstantsOfParts,
): Record<string, string> {
  const { code, module, lowered, imports, fuel, sumsBlocks } = translated;
  const { name } = options;
  const isResumable = options.resumable !== undefined;
  const level = options.verification ?? VerificationLevel.None;
  return {
    ...typed?.define,
    ...memoryConstants(lowered.memory),
    MOST_CALLS: String(mostCalls),
    TRAP_FILE: JSON.stringify(`${name}.trap`),
    JITTED: String(module.jitted.length > 0),
    SINGLE_RESULTS: String(!signaturesOutside(code, module).some((each) => /:(.*I|..)/.test(each))),
    FLOAT_ARGUMENTS: String(takesFloats(code, module)),
    ...hosts,
    FUEL: String(fuel),
    DEFERS_FUEL: String(fuel),
    LIMITS: String(options.fuel === true),
    RESUMABLE: String(isResumable),
    SAVES_FRAMES: String(isResumable),
    NESTS: String(isResumable || imports.length > 0),
    VERIFICATION: String(level),
    MEMORY_IS_EXPORTED: String(code.exports.some(({ kind }) => kind === ExternalKind.Memory)),
    MEMORY_IS_COVERED: String(level >= VerificationLevel.Standard && code.memory !== null),
    FIXED_PARTS: String(module.tablesChange ? 0 : code.tables.length),
    GROWS: String(canGrow(translated)),
    SUMS_BLOCKS: String(sumsBlocks),
    PROGRAM_FILE: JSON.stringify(name),
    SUM_FILE: JSON.stringify(`${name}.sum`),
    SLICE_FUEL: String(isResumable ? options.sliceFuel : 0),
    SAVED_VALUES: String(savedValues),
    POINT_FILE: JSON.stringify(`${name}.point`),
    FUEL_FILE: JSON.stringify(`${name}.fuel`),
  };
}

/** Returns the signatures of functions that can be called from outside: by users of the exports, and by host functions. */
function signaturesOutside({ exports, functions, tables }: ModuleCode, { signatures }: EspruinoModule): string[] {
  const exported = exports.filter(({ kind }) => kind === ExternalKind.Function);
  return [...exported.map(({ index }) => functions[index].signature), ...(tables.length === 0 ? [] : signatures)];
}

function takesFloats(code: ModuleCode, module: EspruinoModule): boolean {
  const globals = code.exports.filter(({ kind }) => kind === ExternalKind.Global);
  const given = signaturesOutside(code, module).map((each) => each.replace(/:.*/, ''));
  return /[fF]/.test([...given, ...globals.map(({ index }) => code.globals[index].type)].join(''));
}
