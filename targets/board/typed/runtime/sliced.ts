// Exports of typed programs whose calls go in slices: arguments are written when a call begins, and not while another one waits.
// Written for Espruino: no hoisting, no rest arguments.

type Done = (error: unknown, result?: unknown) => void;
type Apply = { apply(self: unknown, values: ArrayLike<unknown>): unknown };
type Core = Apply & { async: Apply };

const typedQueue: (() => void)[] = [];
let typedIsRunning = false;

/** A call that goes in slices, when those before it are done. */
export function callTyped(core: Core, lower: Apply, lift: Apply, values: ArrayLike<unknown>, done: Done): void {
  const start = () => {
    typedIsRunning = true;
    const finish = (error: unknown, result?: unknown) => {
      typedIsRunning = false;
      let value: unknown;
      let failed = error;
      try {
        if (!error) value = lift.apply(null, [result]);
      } catch (caught) {
        failed = caught;
      }
      try {
        done(failed, value);
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
    words.push(finish);
    core.async.apply(null, words);
  };
  if (typedIsRunning) typedQueue.push(start);
  else start();
}

/** What a typed export is: called as it is, or in slices with `async`. */
export function typedExport(core: Core, lower: Apply, lift: Apply): unknown {
  const direct = function (): unknown {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    return lift.apply(null, [core.apply(null, lower.apply(null, arguments) as unknown[])]);
  } as { (): unknown; async: unknown };
  direct.async = function (): unknown {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    const values = arguments;
    const last = values[values.length - 1];
    if (typeof last === 'function') {
      callTyped(core, lower, lift, values, last);
      return undefined;
    }
    return new Promise((resolve, reject) =>
      callTyped(core, lower, lift, values, (error, result) => (error ? reject(error) : resolve(result))),
    );
  };
  return direct;
}
