// Pins and a counter of time by address, for machine code: the registers of the chip's ports (boards/ports.ts), or words of bit-banded memory, one for each pin.
// Only numbered pins are on ports: which of them a LED or a button is, differs from board to board, and is not simulated.

import { counterOf } from '../../boards/counters.js';
import { hasBitBand, type Ports, portsOf } from '../../boards/ports.js';
import type { Memory } from '../processor/memory.js';

/** Words of outputs and of inputs, in the order in which pins are asked for. Real ones have other addresses. */
const OUTPUTS = 0x42400000;
const INPUTS = 0x42200000;
const BIT_BAND_BYTES = 4096;

export interface PinPortsBoard {
  readonly chip: string;
  read(pin: string): boolean;
  write(pin: string, isHigh: boolean): void;
  /** Since the board has started. */
  milliseconds(): number;
}

export class PinPorts {
  private readonly ports: Ports | undefined;
  private readonly banded: boolean;
  private readonly bandedPins: string[] = [];

  constructor(private readonly board: PinPortsBoard) {
    this.ports = portsOf(board);
    this.banded = hasBitBand(board);
  }

  /** The number of a pin on its port, -1 if it is on none. */
  numberOf(pin: string): number {
    return this.ports !== undefined && /^D\d+$/.test(pin) ? Number(pin.slice(1)) : -1;
  }

  /** Address of the pin's word in bit-banded memory; 0 if it has none. */
  addressOf(pin: string, isInput: boolean): number {
    if (!this.banded) return 0;
    if (!this.bandedPins.includes(pin)) this.bandedPins.push(pin);
    return (isInput ? INPUTS : OUTPUTS) + 4 * this.bandedPins.indexOf(pin);
  }

  /** `beforeWrite` is called before a pin changes, and before time is read. */
  addTo(memory: Memory, beforeWrite: () => void): void {
    const { ports } = this;
    const counter = counterOf(this.board);
    if (counter !== undefined) {
      const { address: base, bits, hertz } = counter;
      const read = () => {
        beforeWrite();
        return (Math.floor((this.board.milliseconds() / 1000) * hertz) % 2 ** bits) | 0;
      };
      memory.addPort({ name: 'a counter', base, size: 4, read });
    }
    if (this.banded) this.addBitBand(memory, beforeWrite);
    if (ports === undefined) return;
    for (let first = 0, offset = 0; first < ports.pins; first += 32, offset += ports.next) {
      const pins = Array.from({ length: Math.min(32, ports.pins - first) }, (_, bit) => `D${first + bit}`);
      const write = (isHigh: boolean) => (_address: number, value: number) => {
        beforeWrite();
        for (const [bit, pin] of pins.entries()) if ((value >>> bit) & 1) this.board.write(pin, isHigh);
      };
      const read = () => pins.reduce((bits, pin, bit) => bits | (Number(this.board.read(pin)) << bit), 0);
      memory.addPort({ name: 'pins to set', base: ports.set + offset, size: 4, write: write(true) });
      memory.addPort({ name: 'pins to clear', base: ports.clear + offset, size: 4, write: write(false) });
      memory.addPort({ name: 'pins', base: ports.input + offset, size: 4, read });
    }
  }

  private addBitBand(memory: Memory, beforeWrite: () => void): void {
    const pinAt = (address: number) => this.bandedPins[((address >>> 0) & (BIT_BAND_BYTES - 1)) >> 2];
    memory.addPort({
      name: 'outputs',
      base: OUTPUTS,
      size: BIT_BAND_BYTES,
      write: (address, value) => {
        beforeWrite();
        this.board.write(pinAt(address), (value & 1) !== 0);
      },
    });
    memory.addPort({
      name: 'inputs',
      base: INPUTS,
      size: BIT_BAND_BYTES,
      read: (address) => Number(this.board.read(pinAt(address))),
    });
  }
}
