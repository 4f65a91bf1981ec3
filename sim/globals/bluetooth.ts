// NRF: Bluetooth of boards that have it, as far as a board sees that is alone with one central: what it advertises, the services that it
// offers, connections to it. No other device is near. Source of the behaviour: libs/bluetooth/jswrap_bluetooth.c of Espruino 2v29.

import { BoardError } from '../board-error.js';
import type { SimulatedBoardFacts } from '../language/board-features.js';
import type { Surroundings } from '../pins/surroundings.js';
import type { Realm } from '../realm/realm.js';
import type { VirtualClock } from '../virtual-clock.js';
import { notSimulated } from './not-simulated.js';

/** Chips with Bluetooth, by how their names begin. */
const CHIPS = ['NRF5', 'ESP32'];
const ADDRESS = 'c0:ff:ee:00:00:01';
/** Of a search, in milliseconds. */
const SEARCH = 2000;

export interface BluetoothBoard {
  readonly facts: SimulatedBoardFacts;
  readonly clock: VirtualClock;
  readonly surroundings: Surroundings;
  /** That of the realm that is made: events from outside go there. */
  bluetooth: BluetoothState | undefined;
  later(run: () => void): void;
}

type Members = Record<string, unknown>;
type Call = (...values: unknown[]) => unknown;

const NOT_SIMULATED =
  'getAdvertisingData resolveAddress filterDevices sendHIDReport ancsAction ancsGetNotificationInfo ancsGetAppInfo amsGetPlayerInfo ' +
  'amsGetTrackInfo amsCommand ctsGetTime startBonding updateConnection nfcSend';

/** Functions that change what another device would see, and nothing here. */
const UNSEEN =
  'setScanResponse eraseBonds setTxPower setRSSIHandler setWhitelist setConnectionInterval setSecurity nfcURL nfcPair nfcAndroidApp nfcRaw nfcStart nfcStop'.split(
    ' ',
  );

/** The Bluetooth of a board, and the events that it gets from outside. */
export class BluetoothState {
  /** What it advertises: the arguments of `NRF.setAdvertising`. */
  advertising: { data: unknown; options: unknown } | undefined;
  /** What `NRF.setServices` was called with, with the values that `NRF.updateServices` has set since. */
  services: Record<string, Record<string, Members>> = {};
  isAwake = true;
  /** The address of the central that is connected. */
  central: string | undefined;
  private address = ADDRESS;
  private readonly own: Members;

  constructor(
    private readonly board: BluetoothBoard,
    private readonly realm: Realm,
  ) {
    this.own = realm.namespace(this.members());
    realm.global.NRF = this.own;
  }

  /** A central connects. One that sleeps cannot be found. */
  connect(address: string): void {
    if (!this.isAwake || this.central !== undefined) return;
    this.central = address;
    this.emit('connect', address);
  }

  disconnect(): void {
    if (this.central === undefined) return;
    this.central = undefined;
    this.emit('disconnect', 0x13);
  }

  private emit(event: string, value: unknown): void {
    this.board.later(() => this.realm.parts.events.dispatch(this.own, event, [value]));
  }

  /** Nobody is near: what waits for a device is rejected with this text. */
  private nobody(message: string): unknown {
    const { board, realm } = this;
    const fail = realm.membrane.expose((_: unknown, reject: Call) => {
      board.clock.addFirmware(() => board.later(() => reject(message)), SEARCH);
    });
    return new (realm.global.Promise as PromiseConstructor)(fail as unknown as () => void);
  }

  private members(): Members {
    const { board, realm } = this;
    const { parts } = realm;
    const nothing = () => undefined;
    const found = (service: string, characteristic: string) => {
      const known = this.services[service]?.[characteristic];
      if (!known) throw new BoardError(`Unable to find service with UUID ${characteristic}`);
      return known;
    };
    return {
      ...notSimulated(parts, 'NRF', NOT_SIMULATED),
      ...Object.fromEntries(UNSEEN.map((name) => [name, nothing])),
      setAdvertising: (data: unknown, options: unknown) => {
        this.advertising = { data, options };
      },
      setServices: (data: unknown, options: unknown) => {
        this.services = copyOf(data);
        const { advertise } = Object(options) as Members;
        if (advertise !== undefined) this.advertising ??= { data: undefined, options: undefined };
      },
      updateServices(data: unknown) {
        for (const [service, characteristics] of Object.entries(copyOf(data)))
          for (const [uuid, change] of Object.entries(characteristics)) Object.assign(found(service, uuid), change);
      },
      getAddress: () => this.address,
      setAddress: (address: unknown) => {
        this.address = String(address).split(' ')[0];
      },
      getAdvertisingName: () => (Object(this.advertising?.options) as Members).name ?? board.facts.name,
      getBattery: () => 2 + board.surroundings.battery / 100,
      getSecurityStatus: () =>
        realm.object({
          advertising: this.isAwake && this.central === undefined,
          connected: this.central !== undefined,
          ...(this.central !== undefined && {
            connected_addr: this.central,
            encrypted: false,
            mitm_protected: false,
            bonded: false,
          }),
        }),
      sleep: () => {
        this.isAwake = false;
      },
      wake: () => {
        this.isAwake = true;
      },
      restart: (callback: unknown) => {
        if (typeof callback === 'function') board.later(() => callback());
      },
      disconnect: () => this.disconnect(),
      ancsIsActive: () => false,
      amsIsActive: () => false,
      ctsIsActive: () => false,
      setScan: nothing,
      findDevices: (callback: unknown, options: unknown) => {
        if (typeof callback !== 'function') parts.raise(`Expecting function, got ${parts.kindOf(callback)}`);
        const given = typeof options === 'number' ? options : (Object(options) as Members).timeout;
        const wait = given === undefined ? SEARCH : Number(given);
        board.clock.addFirmware(() => board.later(() => (callback as Call)(parts.array([]))), wait);
      },
      requestDevice: () => this.nobody('No device found matching filters'),
      connect: () => this.nobody('Connection Timeout'),
    };
  }
}

/** Plain copies of services: UUIDs with characteristics, which have a value and more. */
function copyOf(data: unknown): BluetoothState['services'] {
  const services: BluetoothState['services'] = {};
  for (const [service, characteristics] of Object.entries(Object(data))) {
    services[service] = {};
    for (const [uuid, members] of Object.entries(Object(characteristics)))
      services[service][uuid] = { ...(members as Members) };
  }
  return services;
}

export function installBluetooth(board: BluetoothBoard, realm: Realm): void {
  const { chip = '' } = board.facts;
  board.bluetooth = CHIPS.some((each) => chip.startsWith(each)) ? new BluetoothState(board, realm) : undefined;
}
