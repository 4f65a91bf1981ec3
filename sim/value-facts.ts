// Facts about a program that texts of values need: its functions, its classes and its globals.

import type { Checks } from './instrument/checks.js';
import { functionText, NATIVE, siteOfFunction } from './instrument/function-text.js';
import type { Site } from './instrument/site.js';
import type { Realm } from './realm/realm.js';
import type { ValueFacts } from './text-of-value.js';

interface ProgramBoard {
  /** Both are made anew at each start. */
  readonly realm: Realm;
  readonly checks: Checks;
  /** Ports and buses, by name. */
  readonly devices: WeakMap<object, string>;
}

export function valueFacts(board: ProgramBoard, sites: readonly Site[]): ValueFacts {
  /** Returns the site of a function of the program, or of the function that it is bound from. */
  const siteOf = (made: unknown): Site | undefined => {
    const target = board.realm.parts.bindingOf(made as object)?.target ?? made;
    const place = board.checks.classSite(target as object);
    return place === undefined ? siteOfFunction(target, sites) : sites[place];
  };
  return {
    functionText(made, isShort) {
      const site = siteOf(made);
      return site ? functionText(site, isShort) : NATIVE;
    },
    keysOf: (value) => board.realm.parts.keyOrder.keysOf(value),
    bodyOf: (made) => siteOf(made)?.body ?? '',
    globalName(kind) {
      const { global } = board.realm;
      if (kind === global.Object) return undefined;
      for (const name of Object.getOwnPropertyNames(global))
        if (Object.getOwnPropertyDescriptor(global, name)?.value === kind && typeof kind === 'function') return name;
      const known = (kind as { name?: unknown } | undefined)?.name;
      const site = typeof kind === 'function' ? board.checks.classSite(kind) : undefined;
      return typeof known === 'string' && site !== undefined && sites[site].isGlobal ? known : undefined;
    },
    deviceName: (value) => board.devices.get(value),
    ownToString(value) {
      const { toString: own } = value as { toString?: unknown };
      const common = (board.realm.global.Object as { prototype: object }).prototype;
      if (typeof own !== 'function' || own === Object.getOwnPropertyDescriptor(common, 'toString')?.value)
        return undefined;
      return own as () => unknown;
    },
  };
}
