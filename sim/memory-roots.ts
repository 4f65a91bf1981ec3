// The roots of a program's memory: everything that it reaches from them is in use. They are its globals, its running calls, the callbacks that
// timers, watches and listeners hold, and what machine code has locked.

import type { Checks } from './instrument/checks.js';
import type { MemoryAccount } from './memory.js';
import type { Realm } from './realm/realm.js';

/** JsVars besides the callback, as process.memory() of Espruino 2v29 reports: of a timer or a watch, and of a pending event. */
const TIMER_JSVARS = 4;
const EVENT_JSVARS = 7;
/** JsVars of the list of an event's listeners, and of each listener. */
const LISTENERS_JSVARS = 4;
const LISTENER_JSVARS = 1;

export interface RootedBoard {
  readonly account: MemoryAccount;
  /** Both are made anew at each start. */
  readonly realm: Realm;
  readonly checks: Checks;
}

export class MemoryRoots {
  private readonly callbacks = new Map<number, unknown>();
  private readonly locked = new Set<object>();
  private lockedJsVars = 0;
  private builtIn: ReadonlySet<string> = new Set();

  constructor(private readonly board: RootedBoard) {}

  /** Removes what is held and locked, for a start. */
  clear(): void {
    this.callbacks.clear();
    this.locked.clear();
    this.lockedJsVars = 0;
  }

  /** Takes the globals that exist now for the library's: they take no memory of the program. */
  exceptGlobals(): void {
    this.builtIn = new Set(Object.getOwnPropertyNames(this.board.realm.global));
  }

  /** A callback of a timer (by a positive number), watch or similar: it is reachable as long as it is held. */
  hold(id: number, callback: unknown): void {
    this.callbacks.set(id, callback);
  }

  release(id: number): void {
    this.callbacks.delete(id);
  }

  /** Releases the callbacks of all timers: their numbers are positive. */
  releaseTimers(): void {
    for (const id of this.callbacks.keys()) if (id > 0) this.callbacks.delete(id);
  }

  /** Counts memory that machine code has locked, whether the program reaches it or not: a variable, or a flat string of so many bytes. */
  lock(locked: object | number): void {
    if (typeof locked === 'number') this.lockedJsVars += this.board.account.data(locked);
    else this.locked.add(locked);
  }

  /** JsVars of everything that the program reaches, and of so many events that wait. */
  jsVars(pendingEvents: number): number {
    const { account, realm, checks } = this.board;
    const { global } = realm;
    const roots: unknown[] = [...this.callbacks.values(), ...this.locked];
    let names = 0;
    for (const name of Object.getOwnPropertyNames(global)) {
      if (this.builtIn.has(name)) continue;
      names += account.name(name);
      roots.push(global[name]);
    }
    let waiting = pendingEvents * EVENT_JSVARS + this.callbacks.size * TIMER_JSVARS;
    // Listeners are members: those of what the library has are counted here, as others may not be reachable.
    for (const emitter of realm.parts.events.emitters)
      for (const [key, all] of Object.entries(emitter))
        if (key.startsWith('#on') && Array.isArray(all)) {
          waiting += LISTENERS_JSVARS + all.length * LISTENER_JSVARS;
          for (const listener of all) roots.push(listener);
        }
    return names + waiting + this.lockedJsVars + account.total(roots, [checks.g, ...checks.frames], true);
  }
}
