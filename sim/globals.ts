// The globals of Espruino, made for a board: each group in a file of its own.

import { installBangle } from './globals-bangle.js';
import { installBuses } from './globals-buses.js';
import { installE } from './globals-e.js';
import { installGraphics } from './globals-graphics.js';
import { createPinFunctions, installPins } from './globals-pins.js';
import { installProcess } from './globals-process.js';
import { installModules } from './globals-storage.js';
import { installTimers } from './globals-timers.js';
import type { PreludeHost } from './prelude.js';
import type { Realm } from './realm.js';
import type { SimulatedBoard } from './simulated-board.js';
import { numberText } from './text-of-value.js';

export interface Globals {
  host: PreludeHost;
  /** Once the realm is there. */
  install: (realm: Realm) => void;
}

export function installGlobals(board: SimulatedBoard): Globals {
  const pinFunctions = createPinFunctions(board);
  const host: PreludeHost = {
    now: () => Math.floor(board.startTime + board.milliseconds()),
    numberText,
    allocating: (bytes) => board.allocating(bytes),
    evaluate: (text) => board.evaluate(text),
    listeners: board.listeners,
    later: (run) => board.later(run),
    print: (text) => board.print(`${text}\n`),
    passOn: (error) => board.checks.z(error),
    ...pinFunctions,
  };
  return {
    host,
    install: (realm) => {
      installPins(board, realm, pinFunctions);
      installTimers(board, realm);
      installProcess(board, realm);
      installE(board, realm);
      installModules(board, realm);
      installBuses(board, realm);
      installGraphics(board, realm);
      installBangle(board, realm);
    },
  };
}
