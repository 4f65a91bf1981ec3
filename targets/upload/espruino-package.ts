// Loads the npm package `espruino`, which connects to boards.
//
// The package was written for a web page: it sets globals, logs to the console all the time, and reports some errors only there. This
// file keeps the console quiet and passes these errors on. It replaces the package's device for serial ports by one that reports errors.

import { createRequire } from 'node:module';
import { type FoundPort, type OpenDevice, serialDevice } from './serial-device.js';

export interface EspruinoPackage {
  Config: Record<string, unknown>;
  Core: {
    Serial: {
      devices: { name: string }[];
      getPorts(callback: (ports: FoundPort[]) => void): void;
      open(port: string, connected: (information: unknown) => void, disconnected: () => void): void;
      close(): void;
      write(data: string, showStatus: boolean): void;
      startListening(listener: (data: ArrayBuffer) => void): void;
      setSlowWrite(isSlow: boolean, force: boolean): void;
      /** `flowControlWait`: milliseconds that writing is to wait. */
      connection: { flowControlWait: number };
    };
  };
}

/** The package writes to the console whatever it does: it is quiet while a connection is open. */
export class QuietConsole {
  private static original: Partial<Console> | undefined;
  private static readonly active = new Set<QuietConsole>();

  /** `failed` gets the errors that the package tells of in no other way. */
  constructor(private readonly failed: (message: string) => void = () => undefined) {
    QuietConsole.active.add(this);
    if (QuietConsole.original) return;
    const { log, warn, info, error } = console;
    QuietConsole.original = { log, warn, info, error };
    const nothing = () => undefined;
    Object.assign(console, { log: nothing, warn: nothing, info: nothing });
    console.error = (...values: unknown[]) => {
      if (!/^(RECEIVE ERROR|ERROR|BT> ERROR|Unable to open)/.test(String(values[0]))) return;
      for (const each of QuietConsole.active) each.failed(values.map(String).join(' '));
    };
    // The package's Bluetooth libraries throw where nobody can catch it: without an adapter, or without D-Bus.
    process.setUncaughtExceptionCaptureCallback((error) => {
      for (const each of QuietConsole.active) each.failed(error.message);
    });
  }

  restore(): void {
    const { original } = QuietConsole;
    QuietConsole.active.delete(this);
    if (QuietConsole.active.size > 0 || !original) return;
    Object.assign(console, original);
    process.setUncaughtExceptionCaptureCallback(null);
    QuietConsole.original = undefined;
  }
}

let loaded: EspruinoPackage | undefined;
let device: OpenDevice | undefined;

/** Loads the package once. A QuietConsole has to be active. */
export async function loadEspruinoPackage(): Promise<{ tools: EspruinoPackage; serial: OpenDevice }> {
  if (!loaded || !device) {
    const require = createRequire(import.meta.url);
    const espruino = require('espruino') as { init(callback: () => void): void };
    await new Promise<void>((done) => espruino.init(done));
    loaded = (globalThis as unknown as { Espruino: EspruinoPackage }).Espruino;
    device = serialDevice(createRequire(require.resolve('espruino')));
    const { devices } = loaded.Core.Serial;
    const at = devices.findIndex(({ name }) => name === 'Node Serial');
    devices.splice(at < 0 ? devices.length : at, at < 0 ? 0 : 1, device);
  }
  return { tools: loaded, serial: device };
}
