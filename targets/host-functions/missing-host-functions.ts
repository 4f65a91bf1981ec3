// Determines which imports of a module a board does not provide, and why.

import { nearestNames } from '../../boards/find-named.js';
import type { Board } from '../../boards/index.js';
import { ExternalKind } from '../../src/index.js';
import type { External } from '../module/description.js';
import { glueAdvice } from '../module/foreign-glue.js';
import { Language } from '../module/producers.js';
import type { ReadModule } from '../module/read-module.js';
import { featureNames, hasFeature } from './features.js';
import type { HostFunctionRow } from './host.js';
import { memberDeclaration, mismatch, type OwnImports, ownValue } from './own-imports.js';
import { ParameterKind, parametersOf } from './parameter-kind.js';
import { findHostFunction, hostFunctions, isOfType } from './table.js';

export interface MissingHostFunction extends External {
  /** The reason in one line; without one, the type of the import. */
  why: string;
  /** Whether other boards have it. */
  isOfBoard: boolean;
  /** Whether nothing here has such a function: the user's own JavaScript may give it. */
  isUnknown: boolean;
}

const VALUE_TYPES: Record<string, string> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64' };

/** `own` is what the user gives: it goes before what is built in. */
export function missingHostFunctions(read: ReadModule, board: Board, own?: OwnImports): MissingHostFunction[] {
  const missing: MissingHostFunction[] = [];
  for (const each of read.imports) {
    const { kind, module, name } = each;
    const report = (why: string, isOfBoard = false, isUnknown = false) =>
      missing.push({ ...each, why, isOfBoard, isUnknown });
    const given = ownValue(each, own);
    if (given) {
      const wrong = mismatch(each, given, own!.file);
      if (wrong !== undefined) report(wrong);
      continue;
    }
    const row = kind === ExternalKind.Function ? findHostFunction(module, name, each) : undefined;
    if (!row) report(unknown(each), false, true);
    else if (!isOfType(each, row)) report(`its type is ${typeOf(row)}, not ${each.type}`);
    else if (row.feature !== undefined && !hasFeature(board, row.feature))
      report(`${board.name} has no ${featureNames[row.feature]}`, true);
    else if (takesCallback(row) && read.tables.length === 0)
      report(`the module has no table for callbacks: ${tableOption(read.producers.language)}`);
  }
  return missing;
}

/** Returns the imports that the user's own JavaScript can provide. Memories and tables need no JavaScript. */
export function givable(missing: readonly MissingHostFunction[]): MissingHostFunction[] {
  const isGiven = ({ kind }: External) => kind === ExternalKind.Function || kind === ExternalKind.Global;
  return missing.filter((each) => each.isUnknown && isGiven(each));
}

/**
 * Returns the lines of an error: each missing import; for those that the user can provide, their declarations and the option that takes
 * them. `imports` are all imports of the module.
 */
export function missingLines(missing: readonly MissingHostFunction[], imports: readonly External[]): string[] {
  const lines = [...missing.map(({ module, name, why }) => `${module} ${name}: ${why}`), ...glueAdvice(imports)];
  const own = givable(missing);
  if (own.length === 0) return lines;
  const declared = own.map((each) => `  ${each.module}.${memberDeclaration(each)}`);
  return [
    ...lines,
    'give them in JavaScript: --imports host.js, for which --stub host.js writes a file with',
    ...declared,
  ];
}

function unknown({ kind, module, name, type }: External): string {
  if (kind !== ExternalKind.Function) return type;
  if (module === 'wasi_snapshot_preview1' && name === 'poll_oneoff')
    return 'a board cannot wait in the middle of a call; take setTimeout of module espruino';
  const names = hostFunctions.filter((row) => row.module === module).map((row) => row.name);
  const [nearest] = nearestNames(name, names);
  return nearest === undefined ? type : `${type}; did you mean ${nearest}?`;
}

/** Returns a signature as the text of an import's type. */
function typeOf({ parameters, results }: HostFunctionRow): string {
  const named = (letters: string) => [...letters].map((letter) => VALUE_TYPES[letter]).join(', ');
  return `(${named(parameters)})${results === '' ? '' : ` -> ${named(results)}`}`;
}

function takesCallback(row: HostFunctionRow): boolean {
  if (row.module !== 'espruino') return false;
  return parametersOf(row).some(
    ({ kind }) => kind === ParameterKind.Callback || kind === ParameterKind.AccelerometerCallback,
  );
}

/** How a table is kept that nothing in the module itself reads. */
function tableOption(language: Language): string {
  if (language === Language.Rust) return 'link with -C link-arg=--export-table';
  if (language === Language.AssemblyScript) return 'compile with --exportTable';
  return 'link with -Wl,--export-table';
}
