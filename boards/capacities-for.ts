// Computes capacities for a given amount of memory by one rule: each kind of capacity has a fixed share.

import { type Capacities, footprintBytes, large } from '../src/capacities.js';
import { type JsVarBoard, jsVarsOfFootprint } from './js-vars.js';

interface Share {
  /** Thousandths of the memory. */
  share: number;
  /** Bytes for one more of it, in all buffers together. */
  bytes: number;
}

/**
 * The shares add up to 1,000. They are for a program of a few dozen functions: two fifths for its code, a fifth for its
 * linear memory, and the rest as such programs need it.
 */
const SHARES = {
  types: { share: 20, bytes: 16 },
  typeValues: { share: 4, bytes: 1 },
  functions: { share: 60, bytes: 23 },
  globals: { share: 12, bytes: 16 },
  tableEntries: { share: 10, bytes: 4 },
  elementSegments: { share: 3, bytes: 9 },
  dataSegments: { share: 8, bytes: 9 },
  exports: { share: 20, bytes: 12 },
  definitions: { share: 25, bytes: 12 },
  codeWords: { share: 400, bytes: 4 },
  functionLocals: { share: 4, bytes: 1 },
  operandDepth: { share: 30, bytes: 13 },
  labelDepth: { share: 50, bytes: 44 },
  basicBlocks: { share: 30, bytes: 4 },
  callDepth: { share: 15, bytes: 8 },
  valueSlots: { share: 80, bytes: 8 },
  memoryBytes: { share: 229, bytes: 1 },
};

/**
 * The largest capacities whose footprint is at most `bytes`, and more than 90 % of it from 2 KB to 1 GB.
 * More bytes never give less of any capacity. There is one module, instance, table and memory; the size of the memory
 * is a multiple of 8, and alone grows on when all else is as in `large`. Throws where not even the least fits.
 */
export function capacitiesFor(bytes: number): Capacities {
  return largest((capacities) => footprintBytes(capacities) <= bytes, `${bytes} bytes`);
}

/** Returns the largest capacities whose buffers take at most `count` JsVars. */
export function capacitiesForJsVars(count: number, board: JsVarBoard): Capacities {
  return largest((capacities) => jsVarsOfFootprint(capacities, board) <= count, `${count} JsVars`);
}

/** The most memory to divide, in bytes: its share for linear memory is then the most that there can be. */
const MOST = 8 * 2 ** 30;

function largest(fits: (capacities: Capacities) => boolean, room: string): Capacities {
  if (!fits(divide(0))) throw new Error(`no engine fits ${room}`);
  let fitting = 0;
  let tooMuch = 1;
  while (tooMuch < MOST && fits(divide(tooMuch))) {
    fitting = tooMuch;
    tooMuch *= 2;
  }
  while (tooMuch - fitting > 1) {
    const middle = fitting + Math.floor((tooMuch - fitting) / 2);
    if (fits(divide(middle))) fitting = middle;
    else tooMuch = middle;
  }
  return divide(fitting);
}

/** `bytes` divided by the shares. No capacity gets smaller when the bytes are more. */
function divide(bytes: number): Capacities {
  function count(share: Share): number {
    return Math.max(1, Math.floor((bytes * share.share) / (1000 * share.bytes)));
  }
  function atMost(name: Exclude<keyof typeof SHARES, 'memoryBytes'>): number {
    return Math.min(count(SHARES[name]), large[name]);
  }
  return {
    modules: 1,
    instances: 1,
    types: atMost('types'),
    typeValues: atMost('typeValues'),
    functions: atMost('functions'),
    globals: atMost('globals'),
    tables: 1,
    tableEntries: atMost('tableEntries'),
    memories: 1,
    memoryBytes: Math.max(1, Math.floor(count(SHARES.memoryBytes) / 8)) * 8,
    elementSegments: atMost('elementSegments'),
    dataSegments: atMost('dataSegments'),
    exports: atMost('exports'),
    definitions: atMost('definitions'),
    codeWords: atMost('codeWords'),
    functionLocals: atMost('functionLocals'),
    operandDepth: atMost('operandDepth'),
    labelDepth: atMost('labelDepth'),
    basicBlocks: atMost('basicBlocks'),
    callDepth: atMost('callDepth'),
    valueSlots: atMost('valueSlots'),
  };
}
