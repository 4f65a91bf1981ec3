// Serial ports for the npm package `espruino`, through the package `serialport` that it depends on. Any path that exists can be
// opened, and every error of the operating system is reported, which the package's own device does not do.

/** The part of `SerialPort` that is used. */
interface Port {
  open(done: (error: Error | null) => void): void;
  on(event: 'data', listener: (data: Buffer) => void): void;
  on(event: 'close' | 'error', listener: (error: Error | undefined) => void): void;
  write(data: Buffer, done: () => void): void;
  close(done: () => void): void;
  readonly isOpen: boolean;
}

interface SerialPackage {
  SerialPort: {
    new (options: { path: string; baudRate: number; autoOpen: false }): Port;
    list(): Promise<ListedPort[]>;
  };
}

export interface ListedPort {
  path: string;
  manufacturer?: string;
  /** In hexadecimal. */
  vendorId?: string;
  productId?: string;
}

/** The facts that the package `espruino` finds about a port. */
export interface FoundPort {
  path: string;
  description?: string;
  /** Vendor and product. */
  usb?: [number, number];
  type?: string;
}

/** A device as the package `espruino` takes it, with what it does not know of. */
export interface OpenDevice {
  name: string;
  /** Path that is opened next. */
  wanted: string | undefined;
  baudRate: number;
  /** Called with what the operating system says. */
  failed: (message: string) => void;
  getPorts(callback: (ports: FoundPort[], isComplete: boolean) => void): void;
  open(
    path: string,
    opened: (information: unknown) => void,
    received: (data: ArrayBuffer) => void,
    closed: () => void,
  ): void;
  write(data: string, done: () => void): void;
  close(): void;
  /** Rejects with what the operating system says. */
  list(): Promise<ListedPort[]>;
}

/** Bits per second that Espruino's consoles have. */
export const BAUD_RATE = 9600;

/** `require` finds what `espruino` finds. */
export function serialDevice(require: NodeJS.Require): OpenDevice {
  let port: Port | undefined;
  const load = () => (require('serialport') as SerialPackage).SerialPort;
  const device: OpenDevice = {
    name: 'Serial ports',
    wanted: undefined,
    baudRate: BAUD_RATE,
    failed: () => undefined,
    getPorts: (callback) => callback(device.wanted === undefined ? [] : [{ path: device.wanted }], true),
    open: (path, opened, received, closed) => {
      try {
        const SerialPort = load();
        const made = new SerialPort({ path, baudRate: device.baudRate, autoOpen: false });
        port = made;
        made.on('data', (data) => received(Uint8Array.from(data).buffer));
        made.on('error', (error) => device.failed(error?.message ?? 'it failed'));
        made.on('close', () => {
          if (port === made) port = undefined;
          closed();
        });
        made.open((error) => {
          if (!error) opened('opened');
          else device.failed(error.message);
        });
      } catch (error) {
        device.failed((error as Error).message);
      }
    },
    write: (data, done) => {
      if (port?.isOpen) port.write(Buffer.from(data, 'latin1'), done);
    },
    close: () => {
      if (port?.isOpen) port.close(() => undefined);
    },
    list: async () => load().list(),
  };
  return device;
}
