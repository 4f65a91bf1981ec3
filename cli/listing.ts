// Errors that list what a module exports or imports.

import { editDistance } from '../boards/edit-distance.js';
import { ExternalKind } from '../src/index.js';
import type { External } from '../targets/module/description.js';
import { glueAdvice } from '../targets/module/foreign-glue.js';
import { printable } from '../targets/module/printable.js';
import { CommandError, UsageError } from './command-error.js';

const MOST_LINES = 20;

function line(external: External): string {
  const name = printable(external.name);
  return external.kind === ExternalKind.Function ? name + external.type : `${name}: ${external.type}`;
}

function list(lines: string[]): string[] {
  const shown = lines.slice(0, MOST_LINES).map((each) => `  ${each}`);
  const rest = lines.length - shown.length;
  return rest > 0 ? [...shown, `  and ${rest} more`] : shown;
}

/** Functions first: they are what can be called. */
function exportLines(exports: readonly External[]): string[] {
  if (exports.length === 0) return ['it exports nothing'];
  const functions = exports.filter(({ kind }) => kind === ExternalKind.Function);
  const others = exports.filter(({ kind }) => kind !== ExternalKind.Function);
  return ['it exports:', ...list([...functions, ...others].map(line))];
}

/** The error for a module without a start function when --invoke is missing. */
export function noProgram(file: string, exports: readonly External[]): UsageError {
  const example = exports.find(({ kind }) => kind === ExternalKind.Function);
  const notes = exportLines(exports);
  if (example) {
    const args = example.parameters.map((type) => (type.endsWith('ref') ? ' null' : ' 1')).join('');
    notes.push(`to call one: tazzina run ${file} --invoke ${printable(example.name)}${args}`);
  }
  return new UsageError(`${file} is no WASI program: it exports no function _start`, notes);
}

/** The error for a name in --invoke that no exported function has. */
export function unknownExport(file: string, name: string, exports: readonly External[]): UsageError {
  const found = exports.find((each) => each.name === name);
  if (found) return new UsageError(`${printable(name)} is no function but ${found.type}`, exportLines(exports));
  const nearest = exports
    .filter(({ kind }) => kind === ExternalKind.Function)
    .map((external) => ({ external, distance: editDistance(name.toLowerCase(), external.name.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance)[0];
  const hint =
    nearest && nearest.distance <= Math.max(2, name.length / 3) ? [`did you mean ${line(nearest.external)}?`] : [];
  return new UsageError(`${file} exports no function ${printable(name)}`, [...hint, ...exportLines(exports)]);
}

/** Imports that nothing here provides, of all imports of a module. */
export function unknownImports(file: string, imports: External[], all: readonly External[]): CommandError {
  const lines = imports.map((each) => `${printable(each.module)}.${line(each)}`);
  return new CommandError(
    'link',
    1,
    `${file} has imports that nothing provides`,
    [
      ...list(lines),
      ...glueAdvice(all),
      'tazzina provides WASI preview 1 and the imports that compilers generate: docs/host-functions.md',
      'write the rest in JavaScript, and give it with --imports host.js; tazzina build --stub host.js writes a file to start from',
    ],
    {
      imports: imports.map(({ module, name, type }) => ({ module, name, type })),
    },
  );
}
