// Declarations that asc writes: read to a world, and refused where they are none, or of another module.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isDeclaration } from '../../../targets/interfaces/assemblyscript/declaration.js';
import { readAssemblyScript } from '../../../targets/interfaces/assemblyscript/read-assemblyscript.js';
import { parseType, splitTypes } from '../../../targets/interfaces/assemblyscript/type-text.js';
import { bindModule } from '../../../targets/interfaces/bind.js';
import { InterfaceError } from '../../../targets/interfaces/interface-error.js';
import { functionText } from '../../../targets/interfaces/types.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { Random } from '../../differential/random.js';

const file = (name: string) => new URL(`./assemblyscript/${name}`, import.meta.url);
const source = (name: string) => ({ name, text: readFileSync(file(name), 'utf8') });
const module = readModule(readFileSync(file('values.wasm')));
const [declaration, bindings] = [source('values.d.ts'), source('values.js')];

/** The error of a declaration, and the lines below it. */
function errorOf(text: string, of = module): string[] {
  try {
    bindModule(of, readAssemblyScript(of, { declaration: { name: 'app.d.ts', text } }));
  } catch (error) {
    expect(error).toBeInstanceOf(InterfaceError);
    return [(error as InterfaceError).message, ...(error as InterfaceError).notes];
  }
  return [];
}

const numbers = readModule(wat('(module (func (export "add") (param i32 i32) (result i32) (i32.const 0)))'));
const add = (from: string, to: string) =>
  `/** Exported memory */
export declare const memory: WebAssembly.Memory;
/**
 * app/add
 * @param a \`i32\`
 * @param b \`u8\`
 * @returns \`i32\`
 */
export declare function add(a: number, b: number): number;
`.replace(from, to);

describe('declarations of asc', () => {
  it('have the types that AssemblyScript has', () => {
    const world = readAssemblyScript(module, { declaration, bindings });
    const { functions } = world.exports[0];
    const text = (name: string) => functionText(functions.find((each) => each.name === name)!, 'assemblyscript');
    expect(text('ofU8')).toBe('(value: u8) => u8');
    expect(text('ofNullStrings')).toBe('(value: Array<string | null>) => Array<string | null>');
    expect(text('join')).toBe('(one: string, other?: string, times?: i32) => string');
    expect(text('adder')).toBe('(by: i32) => (i32) => i32');
    expect(text('throughPoint')).toBe('(point: Point | null) => Point | null');
    expect(world.globals.map(({ name, isMutable }) => [name, isMutable])).toEqual([
      ['VERSION', false],
      ['counter', true],
      ['label', true],
      ['isOn', true],
      ['ticks', true],
    ]);
    expect(world.enumerations[0].members).toEqual([
      { name: 'Red', value: 0 },
      { name: 'Green', value: 5 },
      { name: 'Blue', value: 6 },
    ]);
  });

  it('have the types of imports out of the JavaScript beside them, and of numbers without it', () => {
    const texts = (world: ReturnType<typeof readAssemblyScript>) =>
      world.imports.flatMap(({ name, functions }) =>
        functions.map((each) => `${name}.${each.name} ${functionText(each)}`),
      );
    expect(texts(readAssemblyScript(module, { declaration, bindings }))).toEqual([
      '.abort func(message: string | null, fileName: string | null, lineNumber: u32, columnNumber: u32)',
      '.passText func(text: string) -> string',
      '.passMany func(texts: Array<string>, flag: bool, big: u64) -> Array<string>',
      '.double func(p0: s32) -> s32',
      'host.passPoint func(point: Point | null) -> Point | null',
      'host.passPerson func(person: Person) -> Person',
    ]);
    expect(texts(readAssemblyScript(module, { declaration }))).toContain('.passText func(p0: s32) -> s32');
  });

  it('find the classes of a module by what their objects hold', () => {
    const { functions } = readAssemblyScript(module, { declaration, bindings }).exports[0];
    const text = bindings.text;
    for (const { name, parameters } of functions) {
      const [type] = parameters.map((each) => each.type);
      if (!name.startsWith('of') || type.kind !== 'managed' || !['view', 'array', 'static'].includes(type.form))
        continue;
      // asc writes `__lowerArray(__setU32, 10, 2, value)`, `__lowerTypedArray(Uint8Array, 4, 0, value)`.
      const [, body] = text.split(`\n    ${name}(value) {\n`);
      const call = /value = __lower\w+\((.*), (\d+), \d, value/.exec(body.split('\n')[1])!;
      expect([name, type.classId]).toEqual([name, Number(call[2])]);
    }
  });

  it.each<[string, string, string, string]>([
    ['a sign', 'number, b', 'number # b', 'app.d.ts:9:39: "#" is nothing in a declaration of asc'],
    ['a missing type', ' * @param b `u8`\n', '', 'app.d.ts:8:1: add has a parameter b without "@param b `type`"'],
    ['no type', '`u8`', '`Array<`', 'app.d.ts:9:40: "Array<" is no type'],
    ['a vector', '`u8`', '`v128`', 'app.d.ts:9:40: v128 cannot be passed'],
    [
      'another statement',
      'export declare function',
      'export declare type',
      'app.d.ts:9:16: expected a declaration, found type',
    ],
    ['no end', 'number): number;', 'number', 'app.d.ts:10:1: expected , or ), found the end'],
    [
      'a class that the module has not',
      '`u8`',
      '`~lib/array/Array<i32>`',
      'app.d.ts:9:40: the module has no class Array<i32>: is it of another build, or compiled without --exportRuntime?',
    ],
    [
      'another type',
      '`u8`',
      '`f32`',
      'the export add has another type: its parameter b: f32 is f32, and the module has i32',
    ],
    [
      'a function that is not there',
      'function add',
      'function sub',
      'app.d.ts exports sub: (a: i32, b: u8) => i32, and the module has no export sub',
    ],
    [
      'a string without a runtime',
      '`u8`',
      '`~lib/string/String`',
      'the declaration has the type string, and the module does not export __new, __pin, __unpin',
    ],
    [
      'parameters to leave out',
      'b: number',
      'b?: number',
      'add has parameters that can be left out, and the module exports no __setArgumentsLength',
    ],
  ])('are refused with %s', (_, from, to, message) => {
    expect(errorOf(add('', ''), numbers)).toEqual([]);
    expect(errorOf(add(from, to), numbers)[0]).toBe(message);
  });

  it('need nothing of the runtime for what is only read', () => {
    const returned = '@returns `i32`';
    expect(errorOf(add(returned, returned.replace('i32', '~lib/string/String')), numbers)).toEqual([]);
    expect(errorOf(add(returned, returned.replace('i32', '~lib/map/Map<i32,i32>')), numbers)[0]).toContain('__pin');
  });

  it('are refused where they differ from the module, or are read', () => {
    const random = new Random(7);
    const next = (below: number) => random.below(below);
    const { text } = declaration;
    for (let round = 0; round < 80; round++) {
      const at = next(text.length);
      const length = next(12);
      const put = text.substr(next(text.length), next(12));
      errorOf(text.slice(0, at) + put + text.slice(at + length));
    }
  });

  it('are told from other declarations', () => {
    expect(isDeclaration(declaration.text)).toBe(true);
    expect(isDeclaration(add('', ''))).toBe(true);
    expect(isDeclaration('// What require("app") gives on the board.\n\ndeclare const app: {};\nexport = app;\n')).toBe(
      false,
    );
  });
});

describe('types of asc', () => {
  it('are read with what is in them', () => {
    expect(parseType('~lib/map/Map<~lib/string/String,~lib/array/Array<i32>> | null')).toMatchObject({
      ...{ name: '~lib/map/Map', text: 'Map<string, Array<i32>>', isNullable: true },
    });
    expect(parseType('(i32, (f64) => void) => ~lib/array/Array<i32>')?.name).toBe('=>');
    expect(splitTypes('(i32, i32) => void, ~lib/map/Map<i32,i32>, bool')).toEqual([
      ...['(i32, i32) => void', '~lib/map/Map<i32,i32>', 'bool'],
    ]);
    for (const broken of ['', '<', 'a<b', 'a b', 'a|', `${'a<'.repeat(30)}b${'>'.repeat(30)}`])
      expect(parseType(broken)).toBeNull();
  });
});
