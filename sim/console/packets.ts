// Packets between a computer and a board: expressions, events and files. Source: src/jsinteractive.c of Espruino 2v29.

import { decompress } from '../globals/heatshrink.js';
import type { SimulatedBoard } from '../simulated-board.js';
import { StorageError } from '../storage/storage.js';
import { liberalJSON } from './liberal-json.js';

const LENGTH_MASK = 0x1fff;
const ACKNOWLEDGE = '\x06';
const REFUSE = '\x15';
/** Bytes of a file in a packet to the computer. */
const CHUNK = 1024;

enum Packet {
  Response = 0,
  Evaluate = 0x2000,
  Event = 0x4000,
  FileSend = 0x6000,
  Data = 0x8000,
  FileReceive = 0xa000,
}

interface ReceivedFile {
  name: string;
  size: number;
  offset: number;
  /** The unpacked bytes of a compressed file. */
  compressed: number[] | undefined;
}

export class Packets {
  private file: ReceivedFile | undefined;
  private header = '';
  private data = '';

  constructor(
    private readonly board: SimulatedBoard,
    private readonly send: (text: string) => void,
  ) {}

  start(): void {
    this.header = '';
    this.data = '';
  }

  /** Takes a character; returns true when the packet is complete. */
  receive(character: string): boolean {
    if (this.header.length < 2) this.header += character;
    else this.data += character;
    return this.header.length === 2 && this.data.length >= (this.word & LENGTH_MASK);
  }

  private get word(): number {
    return this.header.charCodeAt(0) * 256 + this.header.charCodeAt(1);
  }

  /** Deals with the packet. Throws what ends a program that it runs. */
  process(): void {
    const { data } = this;
    const type: Packet = this.word & ~LENGTH_MASK;
    if (type === Packet.Evaluate) this.evaluate(data);
    else if (type === Packet.Event) this.acknowledge(this.event(data));
    else if (type === Packet.FileSend) this.acknowledge(this.startFile(data));
    else if (type === Packet.Data) this.acknowledge(this.writeFile(data));
    else if (type === Packet.FileReceive) this.readFile(data);
    else this.acknowledge(false);
  }

  private acknowledge(isFine: boolean): void {
    this.send(isFine ? ACKNOWLEDGE : REFUSE);
  }

  private reply(type: Packet, data: string): void {
    const word = type | data.length;
    this.send(`\x10\x01${String.fromCharCode(word >> 8, word & 255)}${data}`);
  }

  private evaluate(expression: string): void {
    let text: string | undefined;
    try {
      text = this.board.turn(() =>
        this.board.texts.javascript(this.board.evaluate(`(${expression}\n)`, { name: 'REPL', file: 'REPL' })),
      );
    } finally {
      // A text that does not fit into a packet is not sent.
      this.acknowledge(text !== undefined && text.length <= LENGTH_MASK);
    }
    if (text !== undefined && text.length <= LENGTH_MASK) this.reply(Packet.Response, text);
  }

  private object(text: string): Record<string, unknown> | undefined {
    const value = liberalJSON(text, this.board.realm);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  }

  private event(text: string): boolean {
    const { E } = this.board.realm.global as { E: { emit?: (event: string, value: unknown) => void } };
    const value = this.object(text);
    if (!value || !(E as { '#onpacket'?: unknown })['#onpacket']) return false;
    this.board.turn(() => E.emit?.('packet', value));
    return true;
  }

  private startFile(text: string): boolean {
    const { fn, s, fs, c } = this.object(text) ?? {};
    this.file = undefined;
    // The board has no file system.
    if (typeof fn !== 'string' || !Number(s) || fs) return false;
    this.file = { name: fn, size: Number(s), offset: 0, compressed: c ? [] : undefined };
    return true;
  }

  private writeFile(data: string): boolean {
    const { file } = this;
    if (!file) return false;
    let bytes = Uint8Array.from(Buffer.from(data, 'latin1'));
    if (file.compressed) {
      file.compressed.push(...bytes);
      // Unpack from the start: later bytes may refer to earlier ones.
      bytes = Uint8Array.from(decompress(file.compressed).slice(file.offset, file.size));
    }
    try {
      this.board.storage.write(file.name, bytes, file.offset, file.size);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      // The firmware acknowledges the packet all the same.
      this.board.print(`Uncaught Error: ${error.message}\n`);
    }
    file.offset += bytes.length;
    if (file.offset >= file.size) this.file = undefined;
    return true;
  }

  private readFile(text: string): void {
    const { fn } = this.object(text) ?? {};
    const bytes = typeof fn === 'string' ? this.board.storage.read(fn) : undefined;
    this.acknowledge(bytes !== undefined);
    if (!bytes) return;
    const data = Buffer.from(bytes).toString('latin1');
    for (let at = 0; at < data.length; at += CHUNK) this.reply(Packet.Data, data.slice(at, at + CHUNK));
    this.reply(Packet.Data, '');
  }
}
