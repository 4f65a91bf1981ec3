// The host functions as a module of Rust.

import { CALLBACK, lineComment } from './comment-lines.js';
import { constantGroups } from './constants.js';
import type { HostFunctionRow } from './host.js';
import { ParameterKind, parametersOf } from './parameter-kind.js';

const TYPES: Record<ParameterKind, string> = {
  [ParameterKind.Integer]: 'i32',
  [ParameterKind.Float]: 'f64',
  [ParameterKind.Length]: 'usize',
  [ParameterKind.ConstantPointer]: '*const u8',
  [ParameterKind.TextPointer]: '*const u8',
  [ParameterKind.Pointer]: '*mut u8',
  [ParameterKind.Callback]: 'Callback',
  [ParameterKind.AccelerometerCallback]: 'Option<AccelerometerCallback>',
};
const RESULTS: Record<string, string> = { '': '', i: ' -> i32', F: ' -> f64' };

/** `pinMode` as `pin_mode`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function rustTypes(rows: readonly HostFunctionRow[]): string {
  const constants = constantGroups.flatMap(({ summary, constants }) => [
    '',
    ...lineComment(summary, '// '),
    ...constants.map(({ name, value }) => `pub const ${name}: i32 = ${value};`),
  ]);
  const functions = rows.map((row) => {
    const parameters = parametersOf(row).map(({ name, kind }) => `${snakeCase(name)}: ${TYPES[kind]}`);
    const lines = [...lineComment(row.summary, '    /// '), `    #[link_name = "${row.name}"]`];
    return [...lines, ...declaration(snakeCase(row.name), parameters, RESULTS[row.results])].join('\n');
  });
  return [
    '//! Host functions of boards with Espruino. Written by "tazzina types".',
    '#![allow(dead_code)]',
    '',
    ...lineComment(`${CALLBACK} Link with -C link-arg=--export-table, or wasm-opt may remove it.`, '/// '),
    'pub type Callback = extern "C" fn();',
    '/// The same, with the acceleration along each axis in g.',
    'pub type AccelerometerCallback = extern "C" fn(x: f64, y: f64, z: f64);',
    ...constants,
    '',
    '#[link(wasm_import_module = "espruino")]',
    'unsafe extern "C" {',
    functions.join('\n\n'),
    '}',
    '',
  ].join('\n');
}

/** Formats a declaration as rustfmt does: on one line of at most 100 characters, or with a line for each parameter. */
function declaration(name: string, parameters: string[], result: string): string[] {
  const line = `    pub fn ${name}(${parameters.join(', ')})${result};`;
  if (line.length <= 100) return [line];
  return [`    pub fn ${name}(`, ...parameters.map((each) => `        ${each},`), `    )${result};`];
}
