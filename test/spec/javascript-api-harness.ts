// Runs the scripts of the specification's tests of the JavaScript interface on a namespace: as much of the harness of the
// web platform's tests as they use. Scripts run in this realm, so that errors and buffers are those of the namespace.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Outcome {
  name: string;
  /** '' where it passed. */
  failure: string;
}

class AssertionFailure extends Error {}

type Failing = new (...values: never[]) => Error;

function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'string') return JSON.stringify(value);
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function check(holds: boolean, message: string, note: unknown): void {
  if (!holds) throw new AssertionFailure(note === undefined ? message : `${shown(note)}: ${message}`);
}

function threw(action: () => unknown): { error: unknown } | null {
  try {
    action();
  } catch (error) {
    return { error };
  }
  return null;
}

function checkError(wanted: Failing, error: unknown, note: unknown): void {
  check(typeof error === 'object' && error !== null, `threw ${shown(error)}, which is no object`, note);
  const found = (error as Error).constructor;
  check(found === wanted, `threw ${shown(error)}, not a ${wanted.name}`, note);
}

const assertions = {
  assert_true: (value: unknown, note?: unknown) => check(value === true, `expected true, got ${shown(value)}`, note),
  assert_false: (value: unknown, note?: unknown) => check(value === false, `expected false, got ${shown(value)}`, note),
  assert_equals: (value: unknown, wanted: unknown, note?: unknown) =>
    check(Object.is(value, wanted), `expected ${shown(wanted)}, got ${shown(value)}`, note),
  assert_not_equals: (value: unknown, other: unknown, note?: unknown) =>
    check(!Object.is(value, other), `got ${shown(value)}`, note),
  assert_array_equals(value: ArrayLike<unknown>, wanted: ArrayLike<unknown>, note?: unknown): void {
    check(value.length === wanted.length, `length ${value.length}, expected ${wanted.length}`, note);
    for (let index = 0; index < wanted.length; index++)
      check(Object.is(value[index], wanted[index]), `[${index}] is ${shown(value[index])}`, note);
  },
  assert_class_string: (value: unknown, wanted: string, note?: unknown) =>
    check(Object.prototype.toString.call(value) === `[object ${wanted}]`, `is no ${wanted}`, note),
  assert_own_property: (value: object, key: PropertyKey, note?: unknown) =>
    check(Object.hasOwn(value, key), `has no property ${shown(key)}`, note),
  assert_not_own_property: (value: object, key: PropertyKey, note?: unknown) =>
    check(!Object.hasOwn(value, key), `has a property ${shown(key)}`, note),
  assert_unreached: (note?: unknown) => check(false, 'reached', note),
  assert_not_reached: (note?: unknown) => check(false, 'reached', note),
  assert_throws_js(wanted: Failing, action: () => unknown, note?: unknown): void {
    const thrown = threw(action);
    check(thrown !== null, `threw nothing, expected a ${wanted.name}`, note);
    checkError(wanted, thrown!.error, note);
  },
  assert_throws_exactly(wanted: unknown, action: () => unknown, note?: unknown): void {
    const thrown = threw(action);
    check(thrown !== null && Object.is(thrown.error, wanted), `threw ${shown(thrown?.error)}`, note);
  },
  async promise_rejects_js(_: unknown, wanted: Failing, promise: Promise<unknown>, note?: unknown): Promise<void> {
    const failed = await promise.then(
      () => null,
      (error: unknown) => ({ error }),
    );
    check(failed !== null, `fulfilled, expected a ${wanted.name}`, note);
    checkError(wanted, failed!.error, note);
  },
  format_value: shown,
};

/** The object with which a test registers clean-up, or states that something must not happen. */
class TestCase {
  readonly cleanups: (() => unknown)[] = [];
  add_cleanup = (action: () => unknown) => this.cleanups.push(action);
  unreached_func = (note: string) => () => assertions.assert_unreached(note);
  step_func = <Action>(action: Action): Action => action;
}

/** The script with those that it names, as one text. `folder` is that of the tests. */
function scriptText(folder: string, script: string): string {
  const own = readFileSync(join(folder, script), 'utf8');
  const named = [...own.matchAll(/^\/\/ META: script=(.*)$/gm)].map(([, name]) => name.trim());
  const paths = named.map((name) =>
    name.startsWith('/') ? join(folder, name.replace('/wasm/jsapi/', '')) : join(folder, dirname(script), name),
  );
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) throw new Error(`${script} names ${missing}, which is not there`);
  return [...paths.map((path) => readFileSync(path, 'utf8')), own].join('\n');
}

/** Runs the tests of a script, one after the other. */
export async function runJavaScriptApiScript(folder: string, script: string, api: object): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const queued: (() => Promise<void>)[] = [];
  const record = (name: string, error?: unknown) =>
    outcomes.push({ name, failure: error === undefined ? '' : shown(error) });
  const run = (action: (test: TestCase) => unknown, name: string) => {
    const test = new TestCase();
    try {
      action(test);
      record(name);
    } catch (error) {
      record(name, error);
    }
    for (const cleanup of test.cleanups) cleanup();
  };
  const globals: Record<string, unknown> = {
    ...assertions,
    WebAssembly: api,
    setup: (action: unknown) => typeof action === 'function' && action(),
    test: run,
    promise_test: (action: (test: TestCase) => unknown, name: string) =>
      queued.push(async () => {
        const test = new TestCase();
        await Promise.resolve()
          .then(() => action(test))
          .then(
            () => record(name),
            (error) => record(name, error),
          );
        for (const cleanup of test.cleanups) await cleanup();
      }),
  };
  const own = { ...globals };
  const before = Object.keys(own).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  // `self` and `globalThis` lead to the namespace, too.
  for (const name of Object.keys(own))
    Object.defineProperty(globalThis, name, {
      value: own[name],
      writable: true,
      configurable: true,
      enumerable: false,
    });
  try {
    new Function('self', scriptText(folder, script))(globalThis);
    for (const each of queued) await each();
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  }
  return outcomes;
}
