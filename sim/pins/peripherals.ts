// The devices that a program talks to over buses: each bus has a peer that can be connected.

export interface SerialPeer {
  /** Bytes that the program sends. */
  receive(bytes: Uint8Array): void;
}

export interface I2CPeer {
  write(address: number, bytes: Uint8Array, stop: boolean): void;
  read(address: number, quantity: number): Uint8Array;
}

export interface SPIPeer {
  /** Exchanges bytes: as many come back as went out. */
  transfer(bytes: Uint8Array): Uint8Array;
}

/** Peers by the bus's name, such as `Serial1`, `I2C1`, `SPI1`. */
export interface Peers {
  serial: Record<string, SerialPeer>;
  i2c: Record<string, I2CPeer>;
  spi: Record<string, SPIPeer>;
}

/** With nobody there, I2C reads ones and SPI zeros. */
export const nobody: { i2c: I2CPeer; spi: SPIPeer; serial: SerialPeer } = {
  serial: { receive() {} },
  i2c: { write() {}, read: (_, quantity) => new Uint8Array(quantity).fill(0xff) },
  spi: { transfer: (bytes) => new Uint8Array(bytes.length) },
};
