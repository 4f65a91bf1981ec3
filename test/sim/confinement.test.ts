// Whatever a program reaches in the simulator is of the program's own realm: objects of Node's would let it do what the user
// can. The driver runs as no program can, without the checks, and so sees what is thrown before they do.
import { describe, expect, it } from 'vitest';
import { banglejs2, puckjs } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';

/** Objects of Node's realm: what inherits from none of them has no function of Node's. */
const foreign = new Set<unknown>(
  [
    ...Object.getOwnPropertyNames(globalThis).map((name) => (globalThis as Record<string, unknown>)[name]),
    globalThis,
    async () => undefined,
    function* () {},
    async function* () {},
    [].values(),
    new Map().values(),
    ''.matchAll(/a/g),
    Object.getPrototypeOf(Uint8Array),
    process.memoryUsage,
  ].flatMap((value) => {
    const prototype = (value as { prototype?: unknown } | undefined)?.prototype;
    const objects = [value, prototype].filter((each) => each !== null && /object|function/.test(typeof each));
    return objects.flatMap((each) => [each, Object.getPrototypeOf(each)]).filter((each) => each !== null);
  }),
);

/** Objects that are reached from the roots over members, accessors and prototypes; the path to each. */
function reached(roots: Record<string, unknown>): Map<object, string> {
  const paths = new Map<object, string>();
  const pending: object[] = [];
  const add = (value: unknown, path: string) => {
    if (value === null || !/object|function/.test(typeof value) || paths.has(value as object)) return;
    paths.set(value as object, path);
    // The library of Node is not walked through: that it is reached is enough.
    if (!foreign.has(value)) pending.push(value as object);
  };
  for (const [name, root] of Object.entries(roots)) add(root, name);
  for (let object = pending.pop(); object; object = pending.pop()) {
    const path = paths.get(object)!;
    add(Object.getPrototypeOf(object), `${path}.__proto__`);
    for (const key of Reflect.ownKeys(object)) {
      // V8 gives the iterator of whoever asks: here, Node's.
      if (key === Symbol.iterator && Object.prototype.toString.call(object) === '[object Arguments]') continue;
      const member = Object.getOwnPropertyDescriptor(object, key)!;
      for (const value of [member.value, member.get, member.set]) add(value, `${path}.${String(key)}`);
    }
  }
  return paths;
}

function leaks(roots: Record<string, unknown>): string[] {
  return [...reached(roots)].filter(([object]) => foreign.has(object)).map(([, path]) => path);
}

/** Calls every function that is reached, with right and wrong arguments, and keeps all that comes back or is handed on. */
const driver = `(function (functions) {
  var seen = [];
  var note = function (value) { seen.push(value); };
  var callback = function () {
    note(this); note(arguments);
    for (var i = 0; i < arguments.length; i++) note(arguments[i]);
    return { then: callback, test: callback, length: 1, 0: callback };
  };
  var cyclic = [1]; cyclic.push(cyclic);
  var throwing = {};
  ['length', 'count', 'data', 'toString', 'valueOf', 'then', 'toJSON', 'x', 'width', 'freq', 'repeat', 'clk', 'address']
    .forEach(function (name) { Object.defineProperty(throwing, name, { get: function () { note(this); throw { thrown: this }; } }); });
  var handing = { toString: callback, valueOf: callback, toJSON: callback, then: callback, emit: callback, test: callback };
  var sets = [[], [undefined], [null], [0], [-1], [1e20], [NaN], [true], ['x'], ['D1', 1], [{}], [[]], [cyclic], [callback],
    [callback, 1], [callback, 'D2', { repeat: true }], [handing], [throwing], [handing, handing, handing],
    [throwing, throwing, throwing], [[1, 2, 3], [4, 5, 6], callback], [new Uint8Array(4), new Uint8Array(2)],
    [{ width: 1e9, height: 1e9, buffer: 'a' }, 0, 0], ['x', 'throw arguments'], ['x', callback, callback], [/x/],
    [new Error('x')], [Promise.resolve(callback)], [1, 2, 3, 4, 5, 6]];
  var call = function (f, self, values) {
    try { note(f.apply(self, values)); } catch (error) { note(error); }
  };
  var construct = function (f, values) {
    try { note(new f(values[0], values[1])); } catch (error) { note(error); }
  };
  // With the stack used up in the caller, in the function of the realm, or in the simulator's.
  var deep = function (f) {
    var left = 40;
    var down = function () {
      try { down(); } catch (error) {
        if (left-- > 0) {
          note(error); call(f, undefined, []); call(f, undefined, [handing, 'D1']); }
        throw error;
      }
    };
    try { down(); } catch (error) { note(error); }
  };
  var at = 0;
  return {
    seen: seen,
    /** The next function; false after the last one. */
    next: function () {
      if (at === functions.length) return false;
      var each = functions[at++];
      sets.forEach(function (values) { call(each.f, each.self, values); construct(each.f, values); });
      // V8's own functions are of the realm; some of them end Node when there is no stack.
      if (!/native code/.test(Function.prototype.toString.call(each.f))) deep(each.f);
      return true;
    },
  };
})`;

interface Driver {
  seen: unknown[];
  next(): boolean;
}

/** Functions of V8's own library that would end the test: their time grows with their first argument. */
const ENDLESS = new Set(['repeat', 'fill']);

function drive(board: SimulatedBoard): unknown[] {
  const { parts, global } = board.realm;
  const owners = [...reached({ global })].filter(([, path]) => !path.includes('.constructor'));
  const functions = owners
    .filter(([object, path]) => typeof object === 'function' && !ENDLESS.has(path.split('.').at(-1)!))
    .map(([f]) =>
      parts.object([
        ['f', f],
        ['self', owners.find(([owner]) => Object.values(owner).includes(f))?.[0]],
      ]),
    );
  const { seen, next } = (
    board.realm.run({ text: driver, file: 'driver', script: 'driver' }) as (functions: unknown[]) => Driver
  )(parts.array(functions));
  // Each call is a turn of its own: it may end the program.
  for (let goesOn = true; goesOn; )
    try {
      goesOn = board.turn(next) ?? true;
    } catch (error) {
      if (!/^(program|REPL|driver|m|x|undefined|.*text \d+).*:\d+:\d+: /.test((error as Error).message)) throw error;
    }
  return seen;
}

describe('a simulated board', () => {
  it('reaches nothing of Node from its globals', () => {
    for (const facts of [banglejs2, puckjs])
      expect(leaks({ global: new SimulatedBoard(facts).realm.global })).toEqual([]);
  });

  it('would be found to reach Node', () => {
    const board = new SimulatedBoard(puckjs);
    board.realm.global.own = board.realm.object({ inner: board.realm.object({ run: () => undefined }) });
    expect(leaks({ global: board.realm.global })).toEqual([]);
    board.realm.global.foreign = board.realm.parts.object([['run', () => undefined]]);
    expect(leaks({ global: board.realm.global })).toEqual(['global.foreign.run.__proto__']);
  });

  it('hands out nothing of Node: results, errors, arguments, `this`', () => {
    const board = new SimulatedBoard(banglejs2, { allow: ['out of memory'], memory: false });
    const seen = drive(board);
    // Timers, watches, listeners and promises call back.
    for (let at = 0; at < 200; at++)
      try {
        board.drive('D2', at & 1);
        board.advance(20);
        break;
      } catch {}
    expect(leaks({ global: board.realm.global, seen })).toEqual([]);
    expect(seen.length).toBeGreaterThan(10_000);
  });
});
