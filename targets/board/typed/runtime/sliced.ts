// Exports of typed programs whose calls go in slices: arguments are written when a call begins, and not while another one waits.
// Written for Espruino: no hoisting, no rest arguments.

type Done = (error: unknown, result?: unknown) => void;
type Apply = { apply(self: unknown, values: ArrayLike<unknown>): unknown };
type Core = Apply & { async: Apply };

const typedQueue: (() => void)[] = [];
let typedIsRunning = false;

/** A call that goes in slices, when those before it are done. `failed` is called if the module ends it with an error. */
export function callTyped(
  core: Core,
  lower: Apply,
  lift: Apply,
  failed: (() => void) | undefined,
  values: ArrayLike<unknown>,
  done: Done,
): void {
  const start = () => {
    typedIsRunning = true;
    let hasBegun = false;
    const finish = (error: unknown, result?: unknown) => {
      typedIsRunning = false;
      let value: unknown;
      let reason = error;
      try {
        if (!error) value = lift.apply(null, [result]);
        else if (hasBegun && failed) failed();
      } catch (caught) {
        reason = caught;
      }
      try {
        done(reason, value);
      } finally {
        const next = typedIsRunning ? undefined : typedQueue.shift();
        if (next) next();
      }
    };
    let words: unknown[];
    try {
      words = lower.apply(null, values) as unknown[];
    } catch (error) {
      finish(error);
      return;
    }
    hasBegun = true;
    words.push(finish);
    core.async.apply(null, words);
  };
  if (typedIsRunning) typedQueue.push(start);
  else start();
}

/** Returns a typed export. It can be called directly, or in slices by `async`. `failed` frees the arguments that have been made. */
export function typedExport(core: Core, lower: Apply, lift: Apply, failed?: () => void): unknown {
  const direct = function (): unknown {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    const words = lower.apply(null, arguments) as unknown[];
    let result: unknown;
    try {
      result = core.apply(null, words);
    } catch (error) {
      if (failed) failed();
      throw error;
    }
    return lift.apply(null, [result]);
  } as { (): unknown; async: unknown };
  direct.async = function (): unknown {
    // Espruino finds built-in methods at values only, not at prototypes.
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    const values: unknown[] = [].slice.call(arguments);
    const last = values[values.length - 1];
    if (typeof last === 'function') {
      values.pop();
      callTyped(core, lower, lift, failed, values, last as Done);
      return undefined;
    }
    return new Promise((resolve, reject) =>
      callTyped(core, lower, lift, failed, values, (error, result) => (error ? reject(error) : resolve(result))),
    );
  };
  return direct;
}
