// The address space: regions, and ports that a host function stands behind. Anything else is a fault.

import { hex, ProcessorFault } from './fault.js';
import { Region, type RegionOptions } from './region.js';

/** Addresses of a peripheral: whole aligned words, halfwords or bytes. */
export interface Port {
  name: string;
  base: number;
  /** In bytes. */
  size: number;
  /** Absent where the port cannot be read or written. */
  read?(address: number, size: 1 | 2 | 4): number;
  write?(address: number, value: number, size: 1 | 2 | 4): void;
}

/** Stands for "no region yet": accesses to it fail, and are looked up. */
export const NOWHERE = new Region({ name: 'nothing', base: 0xfffffffc, contents: 0, access: 'r' });

export class Memory {
  readonly regions: Region[] = [];
  private readonly ports: Port[] = [];

  /** Adds a region. Throws where it overlaps another one. */
  add(options: RegionOptions): Region {
    const region = new Region(options);
    this.claim(region.name, region.base, region.bytes.length);
    this.regions.push(region);
    return region;
  }

  addPort(port: Port): void {
    this.claim(port.name, port.base, port.size);
    this.ports.push(port);
  }

  private claim(name: string, base: number, size: number): void {
    const taken = [
      ...this.regions.map((each) => ({ name: each.name, base: each.base, size: each.bytes.length })),
      ...this.ports,
    ].find((other) => base < other.base + other.size && other.base < base + size);
    if (taken) throw new RangeError(`${name} at ${hex(base)} overlaps ${taken.name} at ${hex(taken.base)}`);
  }

  /** The region that has `address` within its size. */
  regionAt(address: number): Region | undefined {
    return this.regionOf(address, 1);
  }

  /** The region with `size` bytes at an address. */
  private regionOf(address: number, size: number): Region | undefined {
    address >>>= 0;
    const region = this.regions.find(({ base, bytes }) => address >= base && address - base < bytes.length);
    if (region && address - region.base + size > region.size) region.refresh();
    return region && address - region.base < region.size ? region : undefined;
  }

  /** The region of a read. Throws a ProcessorFault where there is none, or a port is read. */
  regionToRead(address: number, size: number): Region {
    const region = this.regionOf(address, size);
    if (!region || address - region.base + size > region.readable) throw this.refused('load', address, size, region);
    return region;
  }

  regionToWrite(address: number, size: number): Region {
    const region = this.regionOf(address, size);
    if (!region || address - region.base + size > region.writable) throw this.refused('store', address, size, region);
    return region;
  }

  /** The port at an address, if any. */
  portAt(address: number): Port | undefined {
    if (this.ports.length === 0) return undefined;
    return this.ports.find(({ base, size }) => address >= base && address - base < size);
  }

  /** The value that a port gives, unsigned. */
  readPort(port: Port, address: number, size: 1 | 2 | 4): number {
    if (!port.read || address % size !== 0) throw this.refused('load', address, size, port);
    return port.read(address, size);
  }

  writePort(port: Port, address: number, value: number, size: 1 | 2 | 4): void {
    if (!port.write || address % size !== 0) throw this.refused('store', address, size, port);
    port.write(address, value, size);
  }

  private refused(what: string, address: number, size: number, found: { name: string } | undefined): ProcessorFault {
    const near = found ? `${found.name} does not allow it` : 'nothing is there';
    return new ProcessorFault('sandbox', `${what} of ${size} bytes at ${hex(address)}: ${near}`, address);
  }

  /** Reads little-endian words for tests and hosts; the sandbox rule holds. */
  readWord(address: number): number {
    const region = this.regionToRead(address, 4);
    return region.view.getInt32(address - region.base, true);
  }

  writeWord(address: number, value: number): void {
    const region = this.regionToWrite(address, 4);
    region.view.setInt32(address - region.base, value, true);
  }
}
