// Function, the texts of functions, and eval.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';
import type { Errors } from './errors.js';

export interface FunctionsHost {
  evaluate: (text: string) => unknown;
  /** Returns the text that Espruino keeps, without a `return` at its start. */
  functionCode: (made: unknown) => string;
  /** Returns the text of the program, in Espruino's form. */
  functionText: (made: unknown) => string;
}

export interface Functions {
  /** V8's own `eval`, which reads the variables around a call, and the one that programs can hand on. */
  directEval: unknown;
  indirectEval: unknown;
  /** Returns the origin of a bound function. */
  bindingOf: (made: object) => Binding | undefined;
}

type Call = (...values: unknown[]) => unknown;

export interface Binding {
  target: unknown;
  /** Values of the first parameters. */
  values: readonly unknown[];
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function functionsLibrary(
  host: FunctionsHost,
  natives: RealmNatives,
  { define, extend, conceal, constructible, text, kindOf }: Definitions,
  { failure }: Errors,
): Functions {
  const Native = Function;
  const own = Native.prototype;
  const { bind } = own;
  const { eval: directEval } = globalThis;
  const targets = new natives.WeakMap<object, Binding>();
  const Kind = constructible((parts) => {
    const body = parts.pop();
    return host.evaluate(`(function(${parts.map(text).join()}){${body === undefined ? '' : text(body)}})`);
  });
  extend(own, {
    toString(this: unknown) {
      return host.functionText(this);
    },
    apply(this: unknown, on?: unknown, values?: unknown) {
      if (values === undefined) return natives.apply(this as Call, on, []);
      if (values === null || typeof values === 'number' || typeof values === 'boolean')
        throw failure(`Second argument to Function.apply must be iterable, got ${kindOf(values)}`);
      return natives.apply(this as Call, on, values as ArrayLike<never>);
    },
    bind(this: object, on?: unknown, ...values: unknown[]) {
      const made = natives.apply(bind as (...all: unknown[]) => object, this, [on, ...values]);
      // Espruino counts the parameters that have values, too.
      const { length } = this as { length: number };
      define(made, 'length', length > values.length ? length : values.length);
      targets.set(made, { target: this, values });
      return made;
    },
    replaceWith() {
      throw failure('Function.replaceWith is not simulated');
    },
  });
  // A function's own `toString` or `valueOf` does not make its text.
  const primitives = {
    of(this: unknown) {
      return host.functionText(this);
    },
  };
  define(own, natives.toPrimitive, primitives.of);
  Object.defineProperty(own, '\xffcod', {
    get(this: unknown) {
      return host.functionCode(this);
    },
    configurable: true,
  });
  define(own, 'constructor', Kind);
  conceal('Function', Kind, own);
  const indirectEval = (value?: unknown) => (typeof value === 'string' ? host.evaluate(value) : value);
  extend(globalThis, { eval: indirectEval });
  return { directEval, indirectEval, bindingOf: (made) => targets.get(made) };
}
