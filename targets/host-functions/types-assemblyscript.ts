// The host functions as a module of AssemblyScript: with strings and functions in the place of pointers and indices.

import { blockComment, CALLBACK, lineComment } from './comment-lines.js';
import { constantGroups } from './constants.js';
import type { HostFunctionRow } from './host.js';
import { type Parameter, ParameterKind, parametersOf } from './parameter-kind.js';

/** Types of parameters in the import. */
const TYPES: Record<ParameterKind, string> = {
  [ParameterKind.Integer]: 'i32',
  [ParameterKind.Float]: 'f64',
  [ParameterKind.Length]: 'i32',
  [ParameterKind.ConstantPointer]: 'usize',
  [ParameterKind.TextPointer]: 'usize',
  [ParameterKind.Pointer]: 'usize',
  [ParameterKind.Callback]: 'u32',
  [ParameterKind.AccelerometerCallback]: 'u32',
};
const RESULTS: Record<string, string> = { '': 'void', i: 'i32', F: 'f64' };

export function assemblyScriptTypes(rows: readonly HostFunctionRow[]): string {
  const constants = constantGroups.flatMap(({ summary, constants }) => [
    '',
    ...lineComment(summary, '// '),
    ...constants.map(({ name, value }) => `export const ${name}: i32 = ${value};`),
  ]);
  const functions = rows.flatMap((row) => {
    const parameters = parametersOf(row);
    const documentation = blockComment(row.summary);
    const wrapped = parameters.some(({ kind }) => WRAPPED.includes(kind));
    if (!wrapped) return ['', ...documentation, ...imported(row, parameters, row.name, 'export ')];
    return ['', ...imported(row, parameters, `_${row.name}`, ''), ...documentation, ...wrapper(row, parameters)];
  });
  return [
    '// Host functions of boards with Espruino. Written by "tazzina types".',
    '',
    ...blockComment(`${CALLBACK} Compile with --exportTable, or the optimizer may remove it.`),
    'export type Callback = () => void;',
    '/** The same, with the acceleration along each axis in g. */',
    'export type AccelerometerCallback = (x: f64, y: f64, z: f64) => void;',
    ...constants,
    ...functions,
    '',
  ].join('\n');
}

/** Kinds of parameters that have another type in the wrapper. */
const WRAPPED = [ParameterKind.TextPointer, ParameterKind.Callback, ParameterKind.AccelerometerCallback];

function imported(row: HostFunctionRow, parameters: Parameter[], name: string, exported: string): string[] {
  const list = parameters.map((each) => `${each.name}: ${TYPES[each.kind]}`).join(', ');
  return [
    '// @ts-ignore: decorator',
    `@external("espruino", "${row.name}")`,
    `${exported}declare function ${name}(${list}): ${RESULTS[row.results]};`,
  ];
}

function wrapper(row: HostFunctionRow, parameters: Parameter[]): string[] {
  const taken: string[] = [];
  const encoded: string[] = [];
  const given: string[] = [];
  for (const [at, { name, kind }] of parameters.entries()) {
    const isTextLength = kind === ParameterKind.Length && parameters[at - 1]?.kind === ParameterKind.TextPointer;
    if (isTextLength) {
      given.push(`${parameters[at - 1].name}Bytes.byteLength`);
    } else if (kind === ParameterKind.TextPointer) {
      taken.push(`${name}: string`);
      encoded.push(`  const ${name}Bytes = String.UTF8.encode(${name});`);
      given.push(`changetype<usize>(${name}Bytes)`);
    } else if (kind === ParameterKind.Callback) {
      taken.push(`${name}: Callback`);
      given.push(`${name}.index`);
    } else if (kind === ParameterKind.AccelerometerCallback) {
      taken.push(`${name}: AccelerometerCallback | null`);
      given.push(`${name} ? ${name}.index : 0`);
    } else {
      taken.push(`${name}: ${TYPES[kind]}`);
      given.push(name);
    }
  }
  const result = RESULTS[row.results];
  const call = `_${row.name}(${given.join(', ')});`;
  return [
    `export function ${row.name}(${taken.join(', ')}): ${result} {`,
    ...encoded,
    `  ${result === 'void' ? '' : 'return '}${call}`,
    '}',
  ];
}
