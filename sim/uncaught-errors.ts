// Errors that a program does not catch: the board tells them, or the program's listener does.

import type { Realm } from './realm/realm.js';
import { traceOf, uncaughtText } from './text-of-value.js';

export interface ErrorsBoard {
  /** Made anew at each start. */
  readonly realm: Realm;
  readonly options: { handles?: (text: string) => boolean };
  print(text: string): void;
  later(run: () => void): void;
}

export class UncaughtErrors {
  /** How many there were. */
  count = 0;
  private kept: { error: unknown } | undefined;

  constructor(private readonly board: ErrorsBoard) {}

  /** Keeps an error until the board is idle: of several, Espruino tells the last. */
  keep(error: unknown): void {
    this.kept = { error };
  }

  /** Takes what was kept: it is not told. */
  takeKept(): { error: unknown } | undefined {
    const { kept } = this;
    this.kept = undefined;
    return kept;
  }

  /** Tells what was kept. Returns whether there was something. */
  tellKept(): boolean {
    const kept = this.takeKept();
    if (kept) this.tell(kept.error);
    return kept !== undefined;
  }

  /** Handles an error that the program threw and did not catch. */
  tell(error: unknown): void {
    const { realm, options } = this.board;
    if (this.isHandled(error)) return;
    const text = realm.membrane.expose(() => {
      realm.parts.passOn(error);
      return uncaughtText(error);
    });
    this.count++;
    try {
      const shown = text();
      if (options.handles?.(shown)) this.count--;
      else this.board.print(`Uncaught ${shown}\n${traceOf(error)}`);
    } catch (another) {
      if (another instanceof Error) throw another;
      // The error's text comes from the program and may throw. Espruino also reports the second error, in its own order.
      if (!realm.membrane.isStopped) this.board.print('Uncaught undefined\n');
    }
  }

  /** Whether the program listens to errors that it does not catch. */
  private isHandled(error: unknown): boolean {
    const { realm } = this.board;
    const { process } = realm.global as { process?: { '#onuncaughtException'?: unknown } };
    if (!process?.['#onuncaughtException']) return false;
    this.board.later(() => {
      realm.parts.passOn(error);
      realm.parts.events.dispatch(process, 'uncaughtException', [error]);
    });
    return true;
  }
}
