// Whether this machine can connect over Bluetooth, and by which of the libraries that the package `espruino` brings.

import { existsSync, readdirSync } from 'node:fs';
import { UploadError } from './connection.js';

/** Default socket of D-Bus: the D-Bus specification, "Well-known Message Bus Instances". */
const SYSTEM_BUS = '/var/run/dbus/system_bus_socket';
/** Adapters that Linux knows. */
const ADAPTERS = '/sys/class/bluetooth';

export const isBluetoothAddress = (port: string) => /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(port);

/** Why nothing can be reached over Bluetooth, or undefined if nothing is known to be missing. */
export function bluetoothProblem(): UploadError | undefined {
  if (process.platform !== 'linux') return undefined;
  if (!existsSync(ADAPTERS) || readdirSync(ADAPTERS).length === 0)
    return new UploadError('port', 'this machine has no Bluetooth adapter that Linux knows', [
      'is it plugged in, and not blocked? rfkill list; in a container or virtual machine, use a serial port or tcp://HOST:PORT',
    ]);
  if (process.env.DBUS_SYSTEM_BUS_ADDRESS === undefined && !existsSync(SYSTEM_BUS))
    return new UploadError('port', `Bluetooth needs D-Bus, which is not running: there is no ${SYSTEM_BUS}`, [
      'start it, and BlueZ: sudo systemctl start dbus bluetooth',
    ]);
  return undefined;
}

/** Returns the settings of the package `espruino` for Bluetooth: on Linux, BlueZ over D-Bus, which needs no root. */
export function bluetoothConfiguration(isWanted: boolean): Record<string, boolean> {
  const isLinux = process.platform === 'linux';
  return { BLUETOOTH_LOW_ENERGY: isWanted && !isLinux, BLUETOOTH_LOW_ENERGY_DBUS: isWanted && isLinux };
}
