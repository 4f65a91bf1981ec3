// Lists the ports at which a board may be: serial ports, and boards that are near over Bluetooth.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bluetoothConfiguration, bluetoothProblem } from './bluetooth.js';
import { loadEspruinoPackage, QuietConsole } from './espruino-package.js';
import type { FoundPort, ListedPort } from './serial-device.js';

export interface BoardPort {
  /** For `--port`. */
  port: string;
  kind: 'serial' | 'bluetooth';
  /** '' if nothing is known. */
  description: string;
}

export interface PortList {
  ports: BoardPort[];
  /** Why Bluetooth was not searched, if it was not. */
  noBluetooth?: string;
}

/** How Linux names serial ports of USB and Bluetooth devices. The ports `ttyS0` to `ttyS31` are there even without hardware. */
const SERIAL_NAME = /^(ttyACM|ttyUSB|rfcomm)\d+$/;

/** Who makes boards, or the converters on them, by the vendor's number of USB. */
const VENDORS: Record<string, string> = {
  '0483': 'STMicroelectronics (Espruino boards)',
  '0d28': 'micro:bit, or another board with DAPLink',
  '1915': 'Nordic Semiconductor',
  '1366': 'SEGGER J-Link (Nordic development kits)',
  '2e8a': 'Raspberry Pi',
  '303a': 'Espressif',
  '10c4': 'Silicon Labs CP210x (ESP32 boards)',
  '1a86': 'WCH CH340 (ESP boards)',
  '0403': 'FTDI',
};

/** Milliseconds between two looks at what Bluetooth has found, and how many looks. */
const LOOK = 1000;
const LOOKS = 5;

/** Serial ports by their names: for Linux without udev. */
export function portsInFolder(folder: string): BoardPort[] {
  const names = readdirSync(folder).filter((name) => SERIAL_NAME.test(name));
  return names.sort().map((name) => ({ port: join(folder, name), kind: 'serial' as const, description: '' }));
}

/** Selects real ports from the list of `serialport`. */
export function serialPorts(listed: readonly ListedPort[]): BoardPort[] {
  const real = listed.filter(({ path }) => !/^\/dev\/ttyS\d+$/.test(path));
  return real.map(({ path, manufacturer, vendorId, productId }) => {
    const maker = VENDORS[vendorId?.toLowerCase() ?? ''] ?? manufacturer ?? '';
    const usb = vendorId === undefined ? '' : `USB ${vendorId}:${productId}`;
    return { port: path, kind: 'serial', description: [maker, usb].filter((each) => each !== '').join(', ') };
  });
}

const bluetoothPorts = (found: readonly FoundPort[]): BoardPort[] =>
  found
    .filter(({ type }) => type === 'bluetooth')
    .map(({ path, description = '' }) => ({ port: path, kind: 'bluetooth', description }));

/** Without `bluetooth`, only serial ports. A search over Bluetooth takes five seconds. */
export async function listPorts({ bluetooth }: { bluetooth: boolean }): Promise<PortList> {
  const quiet = new QuietConsole();
  try {
    const { tools, serial } = await loadEspruinoPackage();
    let ports: BoardPort[];
    try {
      ports = serialPorts(await serial.list());
    } catch {
      // Without the package or, on Linux, udev.
      ports = process.platform === 'linux' ? portsInFolder('/dev') : [];
    }
    if (!bluetooth) return { ports };
    const problem = bluetoothProblem();
    if (problem) return { ports, noBluetooth: problem.message };
    serial.wanted = undefined;
    Object.assign(tools.Config, { SERIAL_TCPIP: [], ...bluetoothConfiguration(true) });
    const near = new Map<string, BoardPort>();
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) await new Promise((done) => setTimeout(done, LOOK));
      const found = await new Promise<FoundPort[]>((done) => {
        setTimeout(() => done([]), LOOK * LOOKS).unref();
        tools.Core.Serial.getPorts(done);
      });
      for (const each of bluetoothPorts(found)) near.set(each.port, each);
    }
    return { ports: [...ports, ...near.values()] };
  } finally {
    quiet.restore();
  }
}
