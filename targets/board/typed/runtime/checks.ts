// Checks of arguments, in programs that are built with --debug: an error says what an argument has to be.
// Written for Espruino: no hoisting, no rest arguments.

type Check = ArrayLike<unknown>;
type Exported = {
  apply(self: unknown, values: ArrayLike<unknown>): unknown;
  bind(self: unknown): Exported;
  async?: Exported;
  withFuel?: Exported;
  fuelUsed?: Exported;
  save?: Exported;
  restore?: Exported;
};

function shownValue(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  const text = typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 40 ? text.substr(0, 37) + '...' : text;
}

function isOfKind(check: Check, value: unknown): boolean {
  const kind = check[0];
  const type = typeof value;
  if (kind === 'any') return true;
  if (kind === 'integer')
    return (
      type === 'number' &&
      Math.floor(value as number) === value &&
      (value as number) >= (check[2] as number) &&
      (value as number) <= (check[3] as number)
    );
  if (kind === 'enum') return type === 'string' && (check[2] as string).split(',').indexOf(value as string) >= 0;
  if (kind === 'number' || kind === 'boolean' || kind === 'string') return type === kind;
  if (!value || type !== 'object') return false;
  const length = (value as { length?: number }).length;
  const tag = (value as { tag?: string }).tag;
  if (kind === 'pair') return length === 2;
  if (kind === 'list') return typeof length === 'number';
  if (kind === 'tuple') return length === check.length - 2;
  return kind === 'variant' ? (check[2] as Record<string, unknown>)[tag as string] !== undefined : true;
}

/** Throws for a value that is not what it has to be: `greet: name has to be a string, not 5`. */
export function checkValue(check: Check, value: unknown, what: string): void {
  const kind = check[0];
  if (kind === 'option') {
    if (value !== undefined && value !== null) checkValue(check[2] as Check, value, what);
    return;
  }
  if (!isOfKind(check, value)) throw new Error(what + ' has to be ' + check[1] + ', not ' + shownValue(value));
  const inner = check[2];
  if (kind === 'list') {
    // A typed array has numbers.
    if (Array.isArray(value)) {
      for (let at = 0; at < value.length; at++) checkValue(inner as Check, value[at], what + '[' + at + ']');
    }
  } else if (kind === 'tuple') {
    for (let at = 2; at < check.length; at++)
      checkValue(check[at] as Check, (value as unknown[])[at - 2], what + '[' + (at - 2) + ']');
  } else if (kind === 'record') {
    for (const key in inner as Record<string, Check>)
      checkValue((inner as Record<string, Check>)[key], (value as Record<string, unknown>)[key], what + '.' + key);
  } else if (kind === 'variant') {
    const given = value as { tag: string; val: unknown };
    const payload = (inner as Record<string, Check | 0>)[given.tag];
    if (payload) checkValue(payload, given.val, what + '.val');
  }
}

/** An exported function that checks its arguments. `names` and `checks` are those of its parameters. */
export function checkedExport(exported: Exported, name: string, names: string[], checks: Check[]): unknown {
  const check = (values: ArrayLike<unknown>, from: number): void => {
    for (let at = 0; at < names.length; at++) checkValue(checks[at], values[from + at], name + ': ' + names[at]);
  };
  const checked = function (): unknown {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    check(arguments, 0);
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    return exported.apply(undefined, arguments);
  } as unknown as Record<string, unknown>;
  const async = exported.async;
  const withFuel = exported.withFuel;
  if (async)
    checked.async = function (): unknown {
      // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
      check(arguments, 0);
      // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
      return async.apply(exported, arguments);
    };
  if (withFuel)
    checked.withFuel = function (): unknown {
      // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
      check(arguments, 1);
      // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
      return withFuel.apply(exported, arguments);
    };
  if (exported.fuelUsed) checked.fuelUsed = exported.fuelUsed.bind(exported);
  if (exported.save) checked.save = exported.save.bind(exported);
  if (exported.restore) checked.restore = exported.restore.bind(exported);
  return checked;
}
