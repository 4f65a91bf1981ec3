// A network that has the board alone: connections and datagrams from its programs to its programs. What is sent arrives in a later turn.

import { BoardError } from '../board-error.js';

/** The events of an end of a connection. */
export interface Receiver {
  data(text: string): void;
  /** The other end sends no more; both are closed. */
  closed(): void;
}

/** An end of a connection. */
export interface Connection {
  send(text: string): void;
  /** Sends no more. */
  close(): void;
}

/** A program listens at a port: called with the other end of each connection, it says what that end is told. */
export type Listener = (connection: Connection) => Receiver;

export interface DatagramSocket {
  reuses: boolean;
  receive(text: string, port: number): void;
}

const OWN_ADDRESS = /^(localhost|127\.\d+\.\d+\.\d+)$/;
/** Ports that are given to those who ask for none, from here on. */
const FIRST_FREE_PORT = 49_152;

export class Loopback {
  private readonly listeners = new Map<number, Listener>();
  private readonly datagrams = new Map<number, DatagramSocket[]>();
  private nextPort = FIRST_FREE_PORT;

  /** `later` runs in a turn of its own. */
  constructor(private readonly later: (run: () => void) => void) {}

  listen(port: number, listener: Listener): void {
    if (this.listeners.has(port)) throw new BoardError(`Unable to listen: port ${port} is in use`);
    this.listeners.set(port, listener);
  }

  unlisten(port: number): void {
    this.listeners.delete(port);
  }

  /** `opened` is called with the connection once it is there; `failed` if there is nobody. */
  connect(host: string, port: number, receiver: Receiver, opened: (own: Connection) => void, failed: () => void): void {
    this.later(() => {
      const listener = OWN_ADDRESS.test(host) ? this.listeners.get(port) : undefined;
      if (!listener) {
        failed();
        return;
      }
      const ends: { receiver?: Receiver; isOpen: boolean }[] = [{ receiver, isOpen: true }, { isOpen: true }];
      const endOf = (own: number): Connection => ({
        send: (text) => {
          if (ends[own].isOpen) this.later(() => ends[1 - own].receiver?.data(text));
        },
        close: () => {
          if (!ends[own].isOpen) return;
          for (const end of ends) end.isOpen = false;
          for (const end of [ends[1 - own], ends[own]]) this.later(() => end.receiver?.closed());
        },
      });
      ends[1].receiver = listener(endOf(1));
      opened(endOf(0));
    });
  }

  /** Without a port, one that is free. Returns it. */
  bind(socket: DatagramSocket, port = this.nextPort++): number {
    const there = this.datagrams.get(port) ?? [];
    if (there.some(({ reuses }) => !reuses || !socket.reuses)) throw new BoardError('Unable to bind socket');
    this.datagrams.set(port, [...there, socket]);
    return port;
  }

  unbind(socket: DatagramSocket, port: number): void {
    this.datagrams.set(
      port,
      (this.datagrams.get(port) ?? []).filter((each) => each !== socket),
    );
  }

  sendDatagram(text: string, host: string, port: number, from: number): void {
    if (!OWN_ADDRESS.test(host)) return;
    this.later(() => {
      for (const socket of this.datagrams.get(port) ?? []) socket.receive(text, from);
    });
  }
}
