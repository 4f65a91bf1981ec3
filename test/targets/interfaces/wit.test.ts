// WIT text: what is read, and what errors say.
import { describe, expect, it } from 'vitest';
import { InterfaceError } from '../../../targets/interfaces/interface-error.js';
import { functionText } from '../../../targets/interfaces/types.js';
import { readWit } from '../../../targets/interfaces/wit/read-wit.js';

const read = (text: string, world?: string) => readWit([{ name: 'app.wit', text }], world);
/** The functions of one side of a world, by the names of interfaces. */
const functionsOf = (text: string, side: 'imports' | 'exports', world?: string) =>
  read(text, world)[side].flatMap(({ name, functions }) =>
    functions.map((each) => `${name === '' ? '' : `${name}#`}${each.name}: ${functionText(each)}`),
  );
const errorOf = (text: string, world?: string) => {
  try {
    read(text, world);
  } catch (error) {
    if (error instanceof InterfaceError) return error.message;
    throw error;
  }
  return 'no error';
};

describe('WIT text', () => {
  it('has functions with every type', () => {
    const text = `package a:b;
      world app {
        record point { x: s32, y: s32, }
        type points = list<point>;
        export f: func(a: points, b: option<tuple<u8, char>>, %type: result<_, string>) -> result<point>;
        import log: func(text: string);
      }`;
    expect(functionsOf(text, 'exports')).toEqual([
      'f: func(a: list<point>, b: option<tuple<u8, char>>, type: result<_, string>) -> result<point>',
    ]);
    expect(functionsOf(text, 'imports')).toEqual(['log: func(text: string)']);
  });

  it('has interfaces of several packages, under their full names', () => {
    const text = `package a:b@1.2.0;
      interface shapes { record box { side: f32 } area: func(of: box) -> f32; }
      world app { import c:d/clock@0.1.0; import near: interface { now: func(); } export shapes; }
      package c:d@0.1.0 { interface clock { use a:b/shapes@1.2.0.{box as shape}; tick: func(s: shape); } }`;
    expect(functionsOf(text, 'imports')).toEqual(['c:d/clock@0.1.0#tick: func(s: box)', 'near#now: func()']);
    expect(functionsOf(text, 'exports')).toEqual(['a:b/shapes@1.2.0#area: func(of: box) -> f32']);
  });

  it('includes worlds, and renames what they have', () => {
    const text = `package a:b;
      world small { export run: func(); import log: func(); }
      world app { include small with { run as start }; export stop: func(); }`;
    expect(functionsOf(text, 'exports', 'app')).toEqual(['start: func()', 'stop: func()']);
  });

  it('imports an interface whose types are used', () => {
    const text = `package a:b;
      interface types { enum colour { red } name-of: func(c: colour) -> string; }
      world app { use types.{colour}; export paint: func(c: colour); }`;
    expect(functionsOf(text, 'imports')).toEqual(['a:b/types#name-of: func(c: colour) -> string']);
  });

  it('has resources with members', () => {
    const text = `package a:b;
      interface store {
        resource blob { constructor(size: u32); read: func() -> list<u8>; open: static func(name: string) -> blob; }
        copy: func(from: borrow<blob>) -> blob;
      }
      world app { export store; }`;
    const [{ functions, resources }] = read(text).exports;
    expect(functions.map(({ member, name }) => `${member} ${name}`)).toEqual([
      'constructor constructor',
      'method read',
      'static open',
      'function copy',
    ]);
    expect(functionText(functions[1])).toBe('func(self: borrow<blob>) -> list<u8>');
    expect(functions[3].result).toEqual({ kind: 'own', resource: resources[0] });
  });

  it('keeps comments in front of declarations, and ignores gates', () => {
    const text = `package a:b;
      world app {
        /// Greets.
        /// By name.
        @since(version = 1.0.0)
        export greet: func(name: string) -> string;
        /** Stops. */
        export stop: func();
        // no documentation
        export go: func();
      }`;
    const [{ functions }] = read(text).exports;
    expect(functions.map(({ docs }) => docs)).toEqual([['Greets.', 'By name.'], ['Stops.'], []]);
  });

  it.each([
    ['package a:b;\nworld app {\n  export f: func(a: strin);\n}', 'app.wit:3:21: there is no type strin'],
    ['package a:b;\nworld app { export f: fun(); }', 'app.wit:2:23: expected func or interface'],
    ['package a:b;\nworld app { export f: func() }', 'app.wit:2:30: expected ";", found "}"'],
    ['package a:b;\nworld app { export f: func(a: u8', 'app.wit:2:33: expected ",", found the end of the file'],
    ['world app { # }', 'app.wit:1:13: "#" is nothing in WIT'],
    ['package a:b;\nworld app { import c:d/e; }', 'app.wit:2:20: there is no package c:d'],
    ['package a:b;\nworld app { import e; }', 'app.wit:2:20: there is no interface e'],
    ['package a:b;\nworld app { record r { a: list<r> } }', 'app.wit:2:32: the type r contains itself'],
    ['package a:b;\nworld app { export f: func() -> stream<u8>; }', 'app.wit:2:33: stream is not supported'],
    ['package a:b;\nworld app { export f: async func(); }', 'app.wit:2:23: async functions are not supported'],
    ['package a:b;\nworld app { include app; }', 'app.wit:2:21: worlds include each other in a circle'],
    ['package a:b;\nworld app { flags f {} }', 'app.wit:2:19: the flags f are 0: a component has 1 to 32'],
    ['package a:b;', 'there is no world'],
    ['package a:b; world one {} world two {}', 'which world? give --world'],
  ])('is refused with the place: %j', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });

  it('refuses a world that is not there', () => {
    expect(errorOf('package a:b; world one {}', 'two')).toBe('there is no world two');
  });

  it('refuses types that are nested without end', () => {
    const text = `package a:b; world app { export f: func(a: ${'list<'.repeat(5000)}u8${'>'.repeat(5000)}); }`;
    expect(errorOf(text)).toMatch(/the type is nested too deeply$/);
  });
});
