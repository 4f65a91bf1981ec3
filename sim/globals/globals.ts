// The globals of Espruino for a board. Each group is in a file of its own, which declares what it needs from the board.

import { codeOf } from '../instrument/function-text.js';
import type { StackTraces, TextOrigin } from '../instrument/stack-trace.js';
import { fixedText, integerAt, numberAt, numberOf, numberText } from '../number-text.js';
import { engineError } from '../realm/engine-errors.js';
import type { LibraryHost } from '../realm/parts.js';
import type { Realm } from '../realm/realm.js';
import type { ValueTexts } from '../text-of-value.js';
import type { UncaughtErrors } from '../uncaught-errors.js';
import { type BangleBoard, installBangle } from './bangle.js';
import { type BluetoothBoard, installBluetooth } from './bluetooth.js';
import { type BusBoard, installBuses } from './buses.js';
import { type InterpreterBoard, installE } from './e.js';
import { type CanvasBoard, installGraphicsClass } from './graphics-class.js';
import { installModules, type ModuleBoard } from './modules.js';
import { type NativeBoard, NativeCode } from './native-code.js';
import { createPinFunctions, installPins, type PinBoard } from './pins.js';
import { installProcess, type ProcessBoard } from './process.js';
import { installPuck, type PuckBoard } from './puck.js';
import { installTimers, type TimerBoard } from './timers.js';
import { installURL } from './url.js';

export interface GlobalsBoard
  extends PinBoard,
    TimerBoard,
    ProcessBoard,
    InterpreterBoard,
    NativeBoard,
    ModuleBoard,
    BusBoard,
    CanvasBoard,
    BangleBoard,
    PuckBoard,
    BluetoothBoard {
  readonly texts: ValueTexts;
  /** Before a buffer of so many bytes is made. */
  allocating(bytes: number): void;
  /** Before an array of so many items, or a string of so many characters, is made. */
  growing(count: number, isString: boolean): void;
  /** Ends the program if this is V8's message for a lack of stack or memory. */
  exhausted(message: string): void;
  readonly errors: UncaughtErrors;
  evaluate(text: string, origin: TextOrigin): unknown;
  readonly traces: StackTraces;
}

export interface Globals {
  host: LibraryHost;
  /** Once the realm is there. */
  install: (realm: Realm) => void;
}

export function createGlobals(board: GlobalsBoard): Globals {
  const pinFunctions = createPinFunctions(board);
  const host: LibraryHost = {
    now: () => Math.floor(board.startTime + board.milliseconds()),
    numberText,
    fixedText,
    numberOf,
    numberAt,
    integerAt,
    jsonText: (value, indent) => board.texts.json(value, indent),
    functionCode: (made) => codeOf(board.texts.bodyOf(made)),
    functionText: (made) => board.texts.functionText(made),
    engineError: (kind, message) => engineError(kind, message).join('\n'),
    stackTrace: (calls, message) => board.traces.print(calls, message),
    allocating: (bytes) => board.allocating(bytes),
    viewing: (view, buffer) => board.account.viewed.set(view, buffer),
    growing: (count, isString) => board.growing(count, isString),
    evaluate: (text) => board.evaluate(text, { name: 'eval' }),
    evaluateListener: (text) => board.evaluate(text, { name: 'event' }),
    exhausted: (message) => board.exhausted(message),
    later: (run) => board.later(run),
    raised: (error) => board.errors.keep(error),
    takeRaised: () => board.errors.takeKept(),
    ...pinFunctions,
  };
  return {
    host,
    install(realm) {
      installPins(board, realm, pinFunctions);
      installTimers(board, realm);
      const native = new NativeCode(board, realm);
      installProcess(board, realm, native);
      installE(board, realm, native);
      installModules(board, realm);
      installBuses(board, realm, pinFunctions);
      installGraphicsClass(board, realm);
      installURL(realm);
      installBangle(board, realm);
      installPuck(board, realm);
      installBluetooth(board, realm);
    },
  };
}
