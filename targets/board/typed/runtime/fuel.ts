// Exports of typed programs that count fuel: one call is all that it calls of the module, to allocate, to compute and to free.
// Written for Espruino: no hoisting, no rest arguments.

type Glue = { apply(self: unknown, values: ArrayLike<unknown>): unknown };

// Declared in the program.
declare let running: number;
declare function fillFuel(): void;
declare function exportFunction(direct: () => unknown): unknown;

export function typedWithFuel(glue: Glue): unknown {
  return exportFunction(function () {
    if (running === 0) fillFuel();
    running++;
    try {
      // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
      return glue.apply(null, arguments);
    } finally {
      running--;
    }
  });
}
