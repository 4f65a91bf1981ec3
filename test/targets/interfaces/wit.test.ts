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
      interface shapes { use e:f/sizes@1.0.0.{size}; record box { side: size } area: func(of: box) -> f32; }
      world app { import c:d/clock@0.1.0; import near: interface { now: func(); } export shapes; }
      package c:d@0.1.0 { interface clock { use e:f/sizes@1.0.0.{size as length}; tick: func(s: length); } }
      package e:f@1.0.0 { interface sizes { type size = f32; } }`;
    expect(functionsOf(text, 'imports')).toEqual(['c:d/clock@0.1.0#tick: func(s: f32)', 'near#now: func()']);
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
        copy: func(%from: borrow<blob>) -> blob;
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
    ['world app {}', 'app.wit has no package'],
    ['world app {}\npackage a:b;', 'app.wit:2:12: the package is named before all else'],
    ['package a:b@1.2;', 'app.wit:1:13: expected a version: 1.0.0, found "1.2"'],
    ['package a:b; /* /* */', 'app.wit:1:14: the comment does not end: write */'],
    ['package a:b; // \u202e', 'app.wit:1:14: a character that changes the direction of text is not allowed'],
    [
      'package a:b; @foo(version = 1.0.0) world app {}',
      'app.wit:1:15: expected since or unstable or deprecated, found "foo"',
    ],
    ['package a:b; world app { use c:d/e.{t}; }', 'app.wit:1:30: there is no package c:d'],
    ['package a:b; use i; world app {}', 'app.wit:1:18: there is no interface i'],
    ['package a:b;\nworld app { import c:d/e; }', 'app.wit:2:20: there is no package c:d'],
    ['package a:b;\nworld app { import e; }', 'app.wit:2:20: there is no interface e'],
    ['package a:b;\nworld app { record r { a: list<r> } }', 'app.wit:2:32: the type r contains itself'],
    ['package a:b;\nworld app { export f: func() -> stream<u8>; }', 'app.wit:2:33: stream is not supported'],
    ['package a:b;\nworld app { export f: async func(); }', 'app.wit:2:23: async functions are not supported'],
    ['package a:b;\nworld app { include app; }', 'app.wit:2:21: worlds include each other in a circle'],
    ['package a:b;\nworld app { flags f {} }', 'app.wit:2:19: the flags f are 0: a component has 1 to 32'],
    [
      `package a:b; world app { flags f { ${Array.from({ length: 33 }, (_, at) => `m${at}`)} } }`,
      'app.wit:1:32: the flags f are 33: a component has 1 to 32',
    ],
    ['package a:b;', 'there is no world'],
    ['package a:b; world one {} world two {}', 'which world? give --world'],
  ])('is refused with the place: %j', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });

  it.each([
    ['f: func(); f: func();', 'app.wit:2:26: the name f is there twice'],
    ['f: func(); F: func();', 'the name F is there twice'],
    ['type t = u8; t: func();', 'the name t is there twice'],
    ['record r { a: u8, a: u8 }', 'the field a is there twice'],
    ['variant v { a, a(u8) }', 'the case a is there twice'],
    ['enum e { a, a }', 'the case a is there twice'],
    ['flags g { a, A }', 'the flag A is there twice'],
    ['f: func(a: u8, a: u8);', 'the parameter a is there twice'],
    ['resource r { m: func(); m: static func(); }', 'the function m is there twice'],
    ['resource r { m: func(self: u8); }', 'the parameter self is there twice'],
    ['resource r { constructor() -> u8; }', 'a constructor that does not return the resource returns a result'],
    ['foo-Bar: func();', 'foo-Bar is no name: each word between hyphens has one case'],
    ['foo_bar: func();', 'expected ":", found "_"'],
    ['record: func();', 'expected a name, found ":"'],
    ['f: func(list: u8);', 'list is a word of WIT: as a name, write %list'],
    ['f: func(a: world);', 'world is no type'],
    ['f: func(a: tuple<>);', 'app.wit:2:26: a tuple has one type or more'],
    ['f: func() -> result<_>;', 'expected ,, found ">"'],
    ['resource r; f: func() -> list<borrow<r>>;', 'f returns a borrow, which ends with the call'],
    ['use j.{t}; type t = u8;', 'the name t is there twice'],
    ['use j.{x};', 'j has no type x'],
    ['use j.{u};', 'the interface i depends on itself'],
  ])('is refused within an interface: %s', (text, message) => {
    const other = text.includes('{u}') ? 'use i.{u};' : 'type u = u8;';
    const whole = `interface i { ${text} }\ninterface j { ${other} type t = u8; } world app { export i; }`;
    expect(errorOf(`package a:b;\n${whole}`)).toContain(message);
  });

  it('has comments within comments', () => {
    expect(functionsOf('package a:b; world app { /* a /* b */ c */ export f: func(); }', 'exports')).toHaveLength(1);
  });

  it('refuses a world that is not there', () => {
    expect(errorOf('package a:b; world one {}', 'two')).toBe('there is no world two');
  });

  it('refuses types that are nested without end', () => {
    const text = `package a:b; world app { export f: func(a: ${'list<'.repeat(5000)}u8${'>'.repeat(5000)}); }`;
    expect(errorOf(text)).toMatch(/the type is nested too deeply$/);
  });
});
