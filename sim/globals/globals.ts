// The globals of Espruino, made for a board: each group in a file of its own.

import type { SimulatedBoard } from '../simulated-board.js';
import { numberText } from '../text-of-value.js';
import { installBangle } from './bangle.js';
import { installBuses } from './buses.js';
import { installE } from './e.js';
import { installGraphics } from './graphics.js';
import { createPinFunctions, installPins } from './pins.js';
import type { PreludeHost } from './prelude.js';
import { installProcess } from './process.js';
import type { Realm } from './realm.js';
import { installModules } from './storage.js';
import { installTimers } from './timers.js';

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
