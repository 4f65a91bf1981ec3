// The host functions as a header for C and C++.

import { blockComment, CALLBACK } from './comment-lines.js';
import { constantGroups } from './constants.js';
import type { HostFunctionRow } from './host.js';
import { ParameterKind, parametersOf } from './parameter-kind.js';

const TYPES: Record<ParameterKind, string> = {
  [ParameterKind.Integer]: 'int32_t ',
  [ParameterKind.Float]: 'double ',
  [ParameterKind.Length]: 'size_t ',
  [ParameterKind.ConstantPointer]: 'const void *',
  [ParameterKind.TextPointer]: 'const char *',
  [ParameterKind.Pointer]: 'void *',
  [ParameterKind.Callback]: 'tazzina_callback ',
  [ParameterKind.AccelerometerCallback]: 'tazzina_accelerometer_callback ',
};
const RESULTS: Record<string, string> = { '': 'void', i: 'int32_t', F: 'double' };

export function cTypes(rows: readonly HostFunctionRow[]): string {
  const enums = constantGroups.flatMap(({ summary, constants }) => [
    '',
    ...blockComment(summary),
    'enum {',
    ...constants.map(({ name, value }) => `  ${name} = ${value},`),
    '};',
  ]);
  const functions = rows.flatMap((row) => {
    const parameters = parametersOf(row).map(({ name, kind }) => `${TYPES[kind]}${name}`);
    const declared = `${RESULTS[row.results]} ${row.name}(${parameters.join(', ') || 'void'});`;
    return ['', ...blockComment(row.summary), `TAZZINA_IMPORT(${row.name})`, declared];
  });
  return [
    '/* Host functions of boards with Espruino. Written by "tazzina types". */',
    '#ifndef TAZZINA_H',
    '#define TAZZINA_H',
    '',
    '#include <stddef.h>',
    '#include <stdint.h>',
    '',
    '#ifdef __cplusplus',
    'extern "C" {',
    '#endif',
    '',
    '#define TAZZINA_IMPORT(function) \\',
    '  __attribute__((import_module("espruino"), import_name(#function)))',
    '',
    ...blockComment(`${CALLBACK} Link with -Wl,--export-table, or wasm-opt may remove it.`),
    'typedef void (*tazzina_callback)(void);',
    '/** The same, with the acceleration along each axis in g. */',
    'typedef void (*tazzina_accelerometer_callback)(double x, double y, double z);',
    ...enums,
    ...functions,
    '',
    '#ifdef __cplusplus',
    '}',
    '#endif',
    '',
    '#endif',
    '',
  ].join('\n');
}
