// Exports of typed programs whose calls go in slices: arguments are written when a call begins, and not while another one waits.
// Written for Espruino: no hoisting, no rest arguments.

type Values = ArrayLike<unknown>;
type Done = (error: unknown, result?: unknown) => void;
/** Makes the words of the arguments. */
type Lower = { apply(self: null, values: Values): Values };
type Lift = (word: unknown) => unknown;
/** A function of the module. Interpreted, it is an address; elsewhere it makes a call, or begins one if there is `done`. */
type Core = number & ((words: Values, done?: Done) => unknown);

// Constants of the build.
declare const INTERPRETED: boolean;
/** Whether functions that yield are translated. */
declare const SAVES_FRAMES: boolean;
/** Whether functions may keep objects until a call ends: then managed.ts is there. */
declare const KEEPS_OBJECTS: boolean;
// Declared in the interpreter's runtime.
declare let busy: boolean;
declare function call(address: number, words: Values): unknown;
declare function callAsync(address: number, words: () => Values, done: Done): void;
// Declared in calls.ts and slices.ts of the other runtimes.
declare let suspended: unknown;
declare let resumePoint: number;
declare function later(run: () => void): void;
// Declared in managed.ts.
interface Keeper {
  lower: Lower;
  release(): void;
}
declare function keeper(lower: Lower): Keeper;
declare function keptCall(keeper: Keeper, call: (lower: Lower) => unknown): unknown;

/** Returns an export. With `keeps`, what `lower` makes is kept until the call ends. */
export function typedExport(core: Core, lower: Lower, lift: Lift, keeps?: boolean): unknown {
  const direct = function (): unknown {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    const values = arguments as unknown as unknown[];
    // The call throws where another one waits, whose arguments are not to be overwritten.
    const waits = INTERPRETED ? busy : suspended && !(SAVES_FRAMES && resumePoint === 0);
    if (KEEPS_OBJECTS && keeps)
      return lift(
        keptCall(keeper(lower), (kept) => {
          const words = waits ? values : kept.apply(null, values);
          return INTERPRETED ? call(core, words) : core(words);
        }),
      );
    const words = waits ? values : lower.apply(null, values);
    return lift(INTERPRETED ? call(core, words) : core(words));
  };
  direct.async = function (): unknown {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    const values = arguments as unknown as unknown[];
    const last = values[values.length - 1];
    const begin = (done: Done) => {
      const kept = KEEPS_OBJECTS && keeps ? keeper(lower) : null;
      const end = (error: unknown, word?: unknown) => {
        let value: unknown;
        if (KEEPS_OBJECTS && kept) kept.release();
        try {
          if (!error) value = lift(word);
        } catch (caught) {
          error = caught;
        }
        done(error, value);
      };
      const makeWords = () => (KEEPS_OBJECTS && kept ? kept.lower : lower).apply(null, values);
      if (INTERPRETED) callAsync(core, makeWords, end);
      else
        later(() => {
          let words: Values;
          try {
            words = makeWords();
          } catch (error) {
            done(error);
            return;
          }
          core(words, end);
        });
    };
    if (typeof last !== 'function')
      return new Promise((resolve, reject) => begin((error, result) => (error ? reject(error) : resolve(result))));
    // It may stand in the place of an argument that is left out, as functions of AssemblyScript have.
    if (KEEPS_OBJECTS) values[values.length - 1] = undefined;
    return begin(last as Done);
  };
  return direct;
}
