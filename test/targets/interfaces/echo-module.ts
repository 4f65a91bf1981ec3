// A module that returns what it is given, by way of an import of the same type: each value is lowered as an argument, lifted for the
// import, written as its result, and read again.

import { coreSignature } from '../../../targets/interfaces/canonical.js';
import type { World } from '../../../targets/interfaces/types.js';
import { readWit } from '../../../targets/interfaces/wit/read-wit.js';

export interface EchoModule {
  wit: string;
  world: World;
  wat: string;
}

/** Functions `echo-0`, … for these types, which import `give-0`, … The declarations are those of an interface `types`. */
export function echoModule(types: readonly string[], declarations = ''): EchoModule {
  const names = [...declarations.matchAll(/(?:record|variant|enum|flags|type) ([\w-]+)/g)].map(([, name]) => name);
  const functions = types.flatMap((type, index) => [
    `  import give-${index}: func(value: ${type}) -> ${type};`,
    `  export echo-${index}: func(value: ${type}) -> ${type};`,
  ]);
  const wit = `package test:echo;
interface types {
${declarations}
}
world echo {
${names.length > 0 ? `  use types.{${names.join(', ')}};` : ''}
${functions.join('\n')}
}
`;
  const world = readWit([{ name: 'echo.wit', text: wit }]);
  const given = world.imports.find(({ name }) => name === '')!.functions;
  const imports = given.map((each) => {
    const { parameters, results } = coreSignature(each, 'import', 'canonical');
    const type = `${parameters.map((word) => `(param ${word})`).join(' ')} ${results.map((word) => `(result ${word})`).join(' ')}`;
    return `(import "$root" "${each.name}" (func $${each.name} ${type}))`;
  });
  const exports = world.exports[0].functions.map((each, index) => {
    const { parameters, results, spillsResult, spillsParameters } = coreSignature(each, 'export', 'canonical');
    const own = `${parameters.map((word) => `(param ${word})`).join(' ')} ${results.map((word) => `(result ${word})`).join(' ')}`;
    const words = parameters.map((_, at) => `(local.get ${at})`).join(' ');
    const call = `(call $give-${index} ${words} ${spillsResult ? '(i32.const 1024)' : ''})`;
    if (spillsParameters && !spillsResult) throw new Error('not thought of');
    return `(func (export "echo-${index}") ${own} ${call} ${spillsResult ? '(i32.const 1024)' : ''})`;
  });
  const wat = `(module
${imports.join('\n')}
(memory (export "memory") 1)
(global $top (mut i32) (i32.const 2048))
(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
  (local.set $at (i32.and (i32.add (global.get $top) (i32.sub (local.get 2) (i32.const 1))) (i32.sub (i32.const 0) (local.get 2))))
  (global.set $top (i32.add (local.get $at) (local.get 3)))
  (local.get $at))
(func (export "used") (result i32) (global.get $top))
(func (export "reset") (global.set $top (i32.const 2048)))
${exports.join('\n')}
)`;
  return { wit, world, wat };
}
