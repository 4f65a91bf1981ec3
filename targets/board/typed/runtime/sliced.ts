// Exports of typed programs whose calls go in slices: arguments are written when a call begins, and not while another one waits.
// Written for Espruino: no hoisting, no rest arguments.

type Done = (error: unknown, result?: unknown) => void;
type Lower = () => unknown[];
type Lift = (word: unknown) => unknown;
/**
 * A function of the module. Interpreted, it is an address; elsewhere it makes a call, for which it makes the words itself, or begins one
 * if there is `done`.
 */
type Core = number & ((words: Lower | unknown[], done?: Done) => unknown);

/** Constant of the build. */
declare const INTERPRETED: boolean;
// Declared in the interpreter's runtime.
declare function call(address: number, words: Lower): unknown;
declare function callAsync(address: number, words: Lower, done: Done, lift: Lift): void;
// Declared in calls.ts of the translated runtime.
declare function later(run: () => void): void;

/** What the next call of an export calls back. Without one, it runs to its end. */
export let typedDone: Done | undefined;

/** A call of an export. */
export function typedCall(core: Core, lower: Lower, lift: Lift): unknown {
  const done = typedDone;
  typedDone = undefined;
  if (!done) return lift(INTERPRETED ? call(core, lower) : core(lower));
  if (INTERPRETED) return callAsync(core, lower, done, lift);
  return later(() => {
    let words: unknown[];
    try {
      words = lower();
    } catch (error) {
      done(error);
      return;
    }
    core(words, (error, word) => {
      let value: unknown;
      try {
        if (!error) value = lift(word);
      } catch (caught) {
        error = caught;
      }
      done(error, value);
    });
  });
}

/** The `async` of every export, which is told by `this` what to call. */
export function typedAsync(this: { apply(self: null, values: unknown[]): unknown }): unknown {
  // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
  const values = arguments as unknown as unknown[];
  const last = values[values.length - 1];
  const begin = (done: Done) => {
    typedDone = done;
    this.apply(null, values);
  };
  if (typeof last === 'function') return begin(last as Done);
  return new Promise((resolve, reject) => begin((error, result) => (error ? reject(error) : resolve(result))));
}
