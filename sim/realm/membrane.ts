// The boundary between Node and a program's realm. Every function that a program can reach is created in the program's realm; it calls
// the simulator's function and translates the errors that this throws. So no object of Node's realm reaches the program: arguments and
// results are primitives or objects of the program's realm, and errors are created anew there.

import { BoardError } from '../board-error.js';

/** How a call of the simulator failed: an object of the realm, which the simulator fills in. */
interface Failure {
  /** The constructor of the error that the program gets; `stop` ends the program. */
  kind: 'Error' | 'SyntaxError' | 'RangeError' | 'stop';
  message: string;
}

type Call = (...values: unknown[]) => unknown;

/** Library objects that programs do not have and the realm's own functions need. */
export interface RealmNatives {
  Map: MapConstructor;
  Set: SetConstructor;
  WeakMap: WeakMapConstructor;
  WeakSet: WeakSetConstructor;
  RangeError: RangeErrorConstructor;
  apply: <R>(run: (...values: never[]) => R, on: unknown, values: ArrayLike<unknown>) => R;
  construct: typeof Reflect.construct;
  deleteProperty: typeof Reflect.deleteProperty;
  get: typeof Reflect.get;
  set: typeof Reflect.set;
  Proxy: ProxyConstructor;
  toPrimitive: symbol;
  iterator: symbol;
  isView: (value: unknown) => value is ArrayBufferView;
  isFinite: (value: number) => boolean;
  isRegExp: (value: unknown) => boolean;
  /** Matches expressions of the library, by the rules of ECMAScript. Those of programs have other rules. */
  find: (expression: RegExp, text: string) => RegExpExecArray | null;
  isGlobal: (expression: RegExp) => boolean;
  ignoresCase: (expression: RegExp) => boolean;
  /** In Espruino's order. */
  flagsOf: (expression: RegExp) => string;
  isError: (value: unknown) => boolean;
  character: (code: number) => string;
  /** The text of a function as V8 has it. */
  sourceOf: (value: unknown) => string;
  /** Gives an object the members of another one whose names are symbols. */
  copySymbols: (from: object, to: object) => void;
}

interface RealmSide {
  natives: RealmNatives;
  failure: Failure;
  /** The object that the simulator throws once it has filled in `failure`. */
  failed: object;
  /** The object that is thrown through a program to end it. */
  stop: object;
  expose: (call: Call) => Call;
}

/**
 * Runs in the realm, by its text: it uses nothing of this module. `foreign` is the prototype of Node's errors; it stays in
 * the closure. The catch clauses call only functions of the realm, since a call of Node's could run out of stack again.
 */
function realmSide(foreign: object): RealmSide {
  const { getPrototypeOf, freeze, create, getOwnPropertyDescriptor, getOwnPropertySymbols, defineProperty } = Object;
  const { apply, construct, deleteProperty, get, set } = Reflect;
  const { toString: describe } = Object.prototype;
  const kindOf = (value: unknown): unknown => apply(describe, value, []);
  const flag = (name: string) => {
    const { get } = getOwnPropertyDescriptor(RegExp.prototype, name)!;
    return (expression: RegExp): boolean => apply(get!, expression, []);
  };
  const isGlobal = flag('global');
  const ignoresCase = flag('ignoreCase');
  const isMultiline = flag('multiline');
  const { fromCharCode } = String;
  const { toString: source } = Function.prototype;
  const { exec } = RegExp.prototype;
  const natives: RealmNatives = {
    Map,
    Set,
    WeakMap,
    WeakSet,
    RangeError,
    apply: apply as RealmNatives['apply'],
    construct,
    deleteProperty,
    get,
    set,
    Proxy,
    toPrimitive: Symbol.toPrimitive,
    iterator: Symbol.iterator,
    isView: ArrayBuffer.isView,
    isFinite: Number.isFinite,
    find: (expression, text) => apply(exec, expression, [text]),
    isRegExp: (value) => kindOf(value) === '[object RegExp]',
    isGlobal,
    ignoresCase,
    flagsOf: (expression) =>
      `${isGlobal(expression) ? 'g' : ''}${ignoresCase(expression) ? 'i' : ''}${isMultiline(expression) ? 'm' : ''}`,
    isError: (value) => kindOf(value) === '[object Error]',
    sourceOf: (value) => apply(source, value, []),
    character: (code) => fromCharCode(code & 255),
    copySymbols(from, to) {
      for (const symbol of getOwnPropertySymbols(from))
        defineProperty(to, symbol, getOwnPropertyDescriptor(from, symbol)!);
    },
  };
  const errors = { Error, SyntaxError, RangeError };
  const failure: Failure = { kind: 'Error', message: '' };
  const failed = freeze(create(null));
  const stop = freeze(create(null));
  const translated = (error: unknown): unknown => {
    if (error === failed) return failure.kind === 'stop' ? stop : new errors[failure.kind](failure.message);
    let object = error;
    // Node's own error: there was no stack left to fill in `failure`.
    for (; typeof object === 'object' && object !== null; object = getPrototypeOf(object))
      if (object === foreign) return new errors.RangeError('Maximum call stack size exceeded');
    return error;
  };
  // Methods are no constructors and have no prototype.
  const expose = (call: Call): Call =>
    ({
      exposed(...values: unknown[]) {
        try {
          return call(...values);
        } catch (error) {
          throw translated(error);
        }
      },
    }).exposed;
  return { natives, failure, failed, stop, expose };
}

/** Text of a function for the realm: an expression. The function uses nothing but its parameters and the library. */
export function textForRealm(made: Call): string {
  // Modules are strict without saying so.
  return `(()=>{'use strict';return(${made.toString()})})()`;
}

/** Calls, one in another, for which there has to be stack where a function of the simulator begins. */
const STACK_NEEDED = 300;

/** Throws RangeError if there is no stack for so many calls: V8 ends Node when it lacks stack to compile a regular expression. */
function needStack(calls: number): number {
  return calls === 0 ? 0 : needStack(calls - 1) + 1;
}

export class Membrane {
  readonly natives: RealmNatives;
  /** The object whose throw ends the program. */
  readonly stop: object;
  /** The error that ended the program, until its turn is over. */
  private stopped: Error | undefined;
  private readonly side: RealmSide;

  /** `evaluate` runs text in the realm; `onStop` is called when the program is ended. */
  constructor(
    evaluate: (text: string) => unknown,
    private readonly onStop: () => void,
  ) {
    this.side = (evaluate(textForRealm(realmSide as Call)) as typeof realmSide)(Error.prototype);
    this.natives = this.side.natives;
    this.stop = this.side.stop;
  }

  /** The function of the realm that calls `run`. */
  expose<F extends (...values: never[]) => unknown>(run: F): F {
    const guarded = (...values: unknown[]) => {
      try {
        needStack(STACK_NEEDED);
        return (run as unknown as Call)(...values);
      } catch (error) {
        throw this.failure(error);
      }
    };
    return this.side.expose(guarded) as unknown as F;
  }

  /** Whether a function of the simulator, or a check, has ended the program. */
  get isStopped(): boolean {
    return this.stopped !== undefined;
  }

  /** Throws again what ended the program, if it goes on all the same, from a `finally`. */
  stopAgain(): void {
    if (this.stopped) throw this.stopped;
  }

  /** At the end of a turn: what ended the program, if something did. */
  takeStopped(): Error | undefined {
    const { stopped } = this;
    this.stopped = undefined;
    return stopped;
  }

  private failure(error: unknown): unknown {
    // An exception of the program's callback is an object of its realm already.
    if (!(error instanceof Error)) return error;
    const { failure, failed } = this.side;
    failure.message = error.message;
    // Arguments that a function of the board cannot take are the program's fault.
    if (error instanceof BoardError || error instanceof TypeError) failure.kind = 'Error';
    else if (error instanceof SyntaxError) failure.kind = 'SyntaxError';
    else if (error instanceof RangeError) failure.kind = 'RangeError';
    else {
      failure.kind = 'stop';
      this.stopped ??= error;
      this.onStop();
    }
    return failed;
  }
}
