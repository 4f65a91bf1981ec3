// Derives from a board's facts the size of its JsVars, the number of free ones, and its capacities.

import type { Capacities } from '../src/capacities.js';
import type { Board } from './board.js';
import { capacitiesForJsVars } from './capacities-for.js';
import { jsVarLayout } from './js-vars.js';

/** The facts in a board's file; `jsVars` is its `info.variables`. */
export interface BoardFacts extends Omit<Board, 'jsVars' | 'freeJsVars' | 'capacities'> {
  jsVars: number;
  /** JsVars that are taken at boot, where that is not as everywhere; then the sources say it. */
  usedAtBoot?: number;
}

/**
 * JsVars that the interpreter takes at boot without saved code: an estimate for all boards. Espruino 2v29 for Linux
 * takes 36 to 41; the board's own objects and a console with history come on top.
 */
const USED_AT_BOOT = 64;

export function defineBoard({ usedAtBoot, ...facts }: BoardFacts): Board {
  const jsVars = { count: facts.jsVars, bytes: jsVarLayout(facts.jsVars).bytes };
  const free = jsVars.count - (usedAtBoot ?? USED_AT_BOOT);
  const sources = [
    ...facts.sources,
    { fact: 'jsVars.bytes', where: 'src/jsutils.h: JSVARREF_BITS; src/jsvar.h: JsVar' },
  ];
  if (usedAtBoot === undefined) {
    sources.push({ fact: 'freeJsVars', where: `an estimate: ${USED_AT_BOOT} are taken at boot` });
  }
  let capacities: Capacities | undefined;
  return {
    ...facts,
    jsVars,
    freeJsVars: free,
    // Computed for the boards of which they are asked: a search of 30 steps each.
    get capacities() {
      capacities ??= capacitiesForJsVars(Math.floor(free / 2), { jsVars });
      return capacities;
    },
    sources,
  };
}
