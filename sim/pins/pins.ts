// Pins: records what a program does with them, and lets the outside drive them.

export type PinMode =
  | 'auto'
  | 'analog'
  | 'input'
  | 'input_pullup'
  | 'input_pulldown'
  | 'output'
  | 'opendrain'
  | 'af_output'
  | 'af_opendrain';

/** A change of a pin, made by the program. */
export interface PinChange {
  /** Since the start, in milliseconds. */
  time: number;
  pin: string;
  /** 0 or 1, or between them for an analog output. */
  value: number;
  /** Frequency of an analog output in Hz, if the program gave it. */
  frequency?: number;
}

export interface Watch {
  id: number;
  pin: string;
  edge: 'rising' | 'falling' | 'both';
  repeat: boolean;
  /** In milliseconds. */
  debounce: number;
  run: (event: { state: boolean; time: number; lastTime: number | undefined; pin: string }) => void;
}

/** Other names of pins. */
export const pinAliases: Readonly<Record<string, string | undefined>> = { LED: 'LED1', BTN: 'BTN1' };

/** Changes that are kept: what comes later is not recorded. */
const MOST_CHANGES = 1_000_000;

export class Pins {
  /** The first changes, in order. */
  readonly waveform: PinChange[] = [];
  private readonly modes = new Map<string, PinMode>();
  /** The last use of pins that choose their mode themselves. */
  private readonly uses = new Map<string, PinMode>();
  private readonly values = new Map<string, number>();
  private readonly watches = new Map<number, Watch>();
  private readonly lastChange = new Map<string, number>();
  private nextWatch = 1;

  /** `now` in milliseconds since the start. */
  constructor(private readonly now: () => number) {}

  mode(pin: string): PinMode {
    const mode = this.modes.get(pin) ?? 'auto';
    return mode === 'auto' ? (this.uses.get(pin) ?? mode) : mode;
  }

  /** Makes a pin an input or an output, unless its mode is set. */
  use(pin: string, mode: 'input' | 'output'): void {
    this.uses.set(pin, mode);
  }

  setMode(pin: string, mode: PinMode): void {
    this.modes.set(pin, mode);
    if (mode === 'input_pullup' && !this.values.has(pin)) this.values.set(pin, 1);
  }

  /** Returns the level, from 0 to 1. */
  read(pin: string): number {
    return this.values.get(pin) ?? 0;
  }

  /** Sets the level from the program. */
  write(pin: string, value: number, frequency?: number, time = this.now()): void {
    this.values.set(pin, value);
    if (this.waveform.length >= MOST_CHANGES) return;
    this.waveform.push(frequency === undefined ? { time, pin, value } : { time, pin, value, frequency });
  }

  /** Sets the level from outside, as a button or a sensor does. Runs the watches of the pin. */
  drive(name: string, value: number): void {
    const pin = pinAliases[name] ?? name;
    const before = this.read(pin) >= 0.5;
    this.values.set(pin, value);
    const state = value >= 0.5;
    if (state === before) return;
    const last = this.lastChange.get(pin);
    this.lastChange.set(pin, this.now());
    for (const watch of [...this.watches.values()]) {
      if (watch.pin !== pin || (watch.edge !== 'both' && (watch.edge === 'rising') !== state)) continue;
      if (!watch.repeat) this.watches.delete(watch.id);
      watch.run({ state, time: this.now() / 1000, lastTime: last === undefined ? undefined : last / 1000, pin });
    }
  }

  watch(watch: Omit<Watch, 'id'>): number {
    const id = this.nextWatch++;
    this.watches.set(id, { ...watch, id });
    return id;
  }

  unwatch(id?: number): boolean {
    if (id !== undefined) return this.watches.delete(id);
    this.watches.clear();
    return true;
  }

  get watched(): readonly Watch[] {
    return [...this.watches.values()];
  }
}
