// The order of members. V8 puts those whose names are whole numbers first, in ascending order; Espruino has one list, in the order in which
// members were created. The order is kept beside an object where the two differ.

import type { RealmNatives } from '../membrane.js';

export interface KeyOrder {
  /** Before a member of this name is created or assigned. */
  note: (object: object, name: string) => void;
  /** Before a member is deleted. */
  forget: (object: object, name: string) => void;
  /** Gives an object, which has been made with its members, this order. */
  arrange: (object: object, names: string[]) => void;
  /** `Object.keys`, in Espruino's order. */
  keysOf: (object: object) => string[];
  isIndex: (name: string) => boolean;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function makeKeyOrder(natives: RealmNatives): KeyOrder {
  const { keys, getOwnPropertyDescriptor } = Object;
  const { isArray } = Array;
  const { isView } = natives;
  const INDEX = /^(0|[1-9]\d{0,9})$/;
  const orders = new natives.WeakMap<object, string[]>();
  const isIndex = (name: string) => natives.find(INDEX, name) !== null;
  const has = (object: object, name: string) => getOwnPropertyDescriptor(object, name) !== undefined;
  const keysOf = (object: object): string[] => {
    const order = orders.get(object);
    const present = keys(object);
    if (!order) return present;
    const left = new natives.Set(present);
    const made: string[] = [];
    for (const name of order) if (left.delete(name)) made[made.length] = name;
    // Later keys have other names, so that V8 orders them.
    for (const name of present) if (left.has(name)) made[made.length] = name;
    return made;
  };
  return {
    note(object, name) {
      if (!isIndex(name) || isArray(object) || isView(object) || has(object, name)) return;
      const known = orders.get(object);
      // With all members in it, it is in order already.
      const order = known?.length === keys(object).length ? known : keysOf(object);
      order[order.length] = name;
      if (order !== known) orders.set(object, order);
    },
    forget(object, name) {
      const order = orders.get(object);
      if (!order) return;
      const kept: string[] = [];
      for (const each of order) if (each !== name) kept[kept.length] = each;
      orders.set(object, kept);
    },
    arrange(object, names) {
      orders.set(object, names);
    },
    keysOf,
    isIndex,
  };
}
