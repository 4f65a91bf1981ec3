// The modules net, http and dgram, for programs that talk to themselves. Other addresses have nobody.

import type { Realm } from '../realm/realm.js';
import { type Head, MessageReader, printChunk, printHead } from './http-message.js';
import { type Connection, type DatagramSocket, type Listener, Loopback, type Receiver } from './loopback.js';
import { addressParts } from './url.js';

export interface NetworkBoard {
  later(run: () => void): void;
}

type Members = Record<string, unknown>;
type Callback = (...values: unknown[]) => unknown;

/** The error for other addresses, too: there is no network. */
const NOBODY = 'unable to connect: no program of the board listens there';

/** The sending side of a program. */
interface Sending {
  connection?: Connection;
  /** Text that waits for the connection. */
  waiting: string[];
  isEnded: boolean;
}

/** A message, of which the head goes first. */
interface Outgoing extends Sending {
  first: string;
  headers: Record<string, string>;
  isHeadSent: boolean;
}

export class Network {
  private readonly loopback: Loopback;
  private readonly accepting = new WeakMap<object, Listener>();
  private readonly sending = new WeakMap<object, Sending>();
  private readonly ports = new WeakMap<object, number>();
  private readonly outgoing = new WeakMap<object, Outgoing>();
  private readonly datagrams = new WeakMap<object, { socket: DatagramSocket; port?: number }>();
  private readonly kinds: Record<string, new () => object>;

  constructor(
    board: NetworkBoard,
    private readonly realm: Realm,
  ) {
    this.loopback = new Loopback((run) => board.later(run));
    const kind = (name: string, members: Record<string, Callback>) =>
      realm.parts.kind(
        name,
        Object.entries(members).map(([key, run]) => [key, realm.membrane.expose(run)]),
      ) as new () => object;
    const self = (run: (self: object, ...values: unknown[]) => unknown) => run as Callback;
    this.kinds = {
      server: kind('Server', {
        listen: self((server, port) => this.listen(server, Number(port))),
        close: self((server) => this.unlisten(server)),
      }),
      socket: kind('Socket', {
        write: self((socket, data) => this.write(socket, String(data))),
        end: self((socket, data) => this.endSocket(socket, data)),
      }),
      request: kind('httpCRq', {
        write: self((request, data) => this.send(request, String(data))),
        end: self((request, data) => this.finish(request, data)),
      }),
      response: kind('httpSRs', {
        writeHead: self((response, status, headers) => this.writeHead(response, Number(status), headers)),
        setHeader: self((response, name, value) => {
          this.outgoing.get(response)!.headers[String(name)] = String(value);
        }),
        write: self((response, data) => this.send(response, String(data))),
        end: self((response, data) => this.finish(response, data)),
      }),
      incoming: kind('httpCRs', {}),
      received: kind('httpSRq', {}),
      datagram: kind('dgramSocket', {
        bind: self((socket, port, callback) => this.bind(socket, Number(port), callback)),
        send: self((socket, ...values) => this.sendDatagram(socket, values)),
        close: self((socket) => this.closeDatagram(socket)),
      }),
    };
  }

  /** Modules by their names. */
  modules(): Record<string, () => Members> {
    const { realm } = this;
    return {
      net: () =>
        realm.namespace({
          createServer: (callback: unknown) => this.server((connection) => this.accept(connection, callback)),
          connect: (options: unknown, callback: unknown) => this.connect(options, callback),
        }),
      http: () =>
        realm.namespace({
          createServer: (callback: unknown) => this.server((connection) => this.serve(connection, callback)),
          request: (options: unknown, callback: unknown) => this.request(options, callback),
          get: (options: unknown, callback: unknown) => {
            const request = this.request(options, callback);
            this.finish(request, undefined);
            return request;
          },
        }),
      dgram: () =>
        realm.namespace({ createSocket: (options: unknown, callback: unknown) => this.datagram(options, callback) }),
    };
  }

  private server(accept: Listener): object {
    const server = new this.kinds.server();
    this.accepting.set(server, accept);
    return server;
  }

  private listen(server: object, port: number): object {
    this.loopback.listen(port, this.accepting.get(server)!);
    this.ports.set(server, port);
    return server;
  }

  private unlisten(server: object): void {
    const port = this.ports.get(server);
    if (port !== undefined) this.loopback.unlisten(port);
    this.ports.delete(server);
  }

  private emit(emitter: object, event: string, ...values: unknown[]): void {
    this.realm.parts.events.dispatch(emitter, event, values);
  }

  private toSocket(socket: object): Receiver {
    return {
      data: (text: string) => this.emit(socket, 'data', text),
      closed: () => {
        this.emit(socket, 'end');
        this.emit(socket, 'close', false);
      },
    };
  }

  private accept(connection: Connection, callback: unknown): Receiver {
    const socket = new this.kinds.socket();
    this.sending.set(socket, { connection, waiting: [], isEnded: false });
    (callback as Callback)(socket);
    return this.toSocket(socket);
  }

  private connect(options: unknown, callback: unknown): object {
    const { host, port } = addressOf(options);
    const socket = new this.kinds.socket();
    const sending: Sending = { waiting: [], isEnded: false };
    this.sending.set(socket, sending);
    if (typeof callback === 'function') (socket as { on: Callback }).on('connect', callback);
    const opened = (connection: Connection) => {
      sending.connection = connection;
      this.emit(socket, 'connect', socket);
      for (const text of sending.waiting) connection.send(text);
      if (sending.isEnded) connection.close();
    };
    this.loopback.connect(host, port, this.toSocket(socket), opened, () => this.fail(socket));
    return socket;
  }

  private fail(emitter: object): void {
    this.emit(emitter, 'error', this.realm.object({ code: -1, message: NOBODY }));
    this.emit(emitter, 'close', true);
  }

  private write(socket: object, text: string): boolean {
    put(this.sending.get(socket)!, text);
    return true;
  }

  private endSocket(socket: object, data: unknown): void {
    if (data !== undefined) this.write(socket, String(data));
    const sending = this.sending.get(socket)!;
    sending.isEnded = true;
    sending.connection?.close();
  }

  /** A message that arrives is events of its object. */
  private toMessage(message: object, endsWithHead: boolean, head: (head: Head) => void): Receiver {
    const data = (text: string) => this.emit(message, 'data', text);
    const reader = new MessageReader({ head, data, end: () => this.emit(message, 'end') }, endsWithHead);
    return {
      data: (text) => reader.read(text),
      closed: () => {
        reader.closed();
        this.emit(message, 'close', false);
      },
    };
  }

  private serve(connection: Connection, callback: unknown): Receiver {
    const request = new this.kinds.received() as Members;
    const response = new this.kinds.response() as Members;
    const outgoing = { connection, first: 'HTTP/1.1 200 OK', isHeadSent: false, isEnded: false, waiting: [] };
    this.outgoing.set(response, { ...outgoing, headers: { Connection: 'close' } });
    const receiver = this.toMessage(request, true, ({ first, headers }) => {
      Object.assign(request, { headers: this.realm.object(headers), method: first[0], url: first[1] });
      (callback as Callback)(request, response);
    });
    return {
      data: receiver.data,
      closed: () => {
        receiver.closed();
        this.emit(response, 'close', false);
      },
    };
  }

  private writeHead(response: object, status: number, headers: unknown): void {
    const outgoing = this.outgoing.get(response)!;
    outgoing.first = `HTTP/1.1 ${status} OK`;
    Object.assign(outgoing.headers, textsOf(headers));
  }

  private request(options: unknown, callback: unknown): object {
    const { host, port, path, method, headers } = addressOf(options);
    const request = new this.kinds.request();
    const outgoing: Outgoing = {
      first: `${method} ${path} HTTP/1.1`,
      headers: { Host: host, Connection: 'close', ...headers },
      isHeadSent: false,
      isEnded: false,
      waiting: [],
    };
    this.outgoing.set(request, outgoing);
    const response = new this.kinds.incoming() as Members;
    const receiver = this.toMessage(response, false, ({ first, headers: received }) => {
      const facts = { headers: this.realm.object(received), httpVersion: first[0].slice(5) };
      Object.assign(response, facts, { statusCode: Number(first[1]), statusMessage: first[2] });
      (callback as Callback)(response);
    });
    const opened = (connection: Connection) => {
      outgoing.connection = connection;
      for (const text of outgoing.waiting) connection.send(text);
    };
    this.loopback.connect(host, port, receiver, opened, () => this.fail(request));
    return request;
  }

  private send(self: object, text: string, isLast = false): boolean {
    const outgoing = this.outgoing.get(self)!;
    if (outgoing.isEnded) return false;
    if (!outgoing.isHeadSent) {
      outgoing.isHeadSent = true;
      if (isLast && text !== '') outgoing.headers['Content-Length'] ??= String(text.length);
      put(outgoing, printHead(outgoing.first, outgoing.headers));
    }
    if (text !== '') put(outgoing, isChunked(outgoing) ? printChunk(text) : text);
    return true;
  }

  private finish(self: object, data: unknown): void {
    const outgoing = this.outgoing.get(self)!;
    this.send(self, data === undefined ? '' : String(data), !isChunked(outgoing));
    outgoing.isEnded = true;
    if (isChunked(outgoing)) put(outgoing, printChunk(''));
    // A response ends with its connection; a client waits for it.
    if (outgoing.first.startsWith('HTTP/')) outgoing.connection?.close();
  }

  private datagram(options: unknown, callback: unknown): object {
    const { reuseAddr } = Object(options) as { reuseAddr?: unknown };
    const self = new this.kinds.datagram();
    if (typeof callback === 'function') (self as { on: Callback }).on('message', callback);
    const receive = (text: string, port: number) =>
      this.emit(self, 'message', text, this.realm.object({ address: '127.0.0.1', port, size: text.length }));
    this.datagrams.set(self, { socket: { reuses: Boolean(reuseAddr), receive } });
    return self;
  }

  private bind(self: object, port: number, callback: unknown): object {
    const state = this.datagrams.get(self)!;
    state.port = this.loopback.bind(state.socket, port);
    if (typeof callback === 'function') (callback as Callback)(self);
    return self;
  }

  /** `send(text, port, host)`, or `send(text, offset, length, port, host)`. */
  private sendDatagram(self: object, values: unknown[]): void {
    const state = this.datagrams.get(self)!;
    state.port ??= this.loopback.bind(state.socket);
    const isPart = typeof values[2] === 'number';
    const text = String(values[0]);
    const sent = isPart ? text.substr(Number(values[1]), Number(values[2])) : text;
    const [port, host] = values.slice(isPart ? 3 : 1);
    this.loopback.sendDatagram(sent, String(host), Number(port), state.port);
  }

  private closeDatagram(self: object): void {
    const state = this.datagrams.get(self)!;
    if (state.port !== undefined) this.loopback.unbind(state.socket, state.port);
    this.emit(self, 'close', false);
  }
}

function put({ connection, waiting }: Sending, text: string): void {
  if (connection) connection.send(text);
  else waiting.push(text);
}

const isChunked = ({ headers }: Outgoing) =>
  Object.entries(headers).some(([name, value]) => /^transfer-encoding$/i.test(name) && /^chunked$/i.test(value));

function textsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(Object(value ?? {})).map(([name, each]) => [name, String(each)]));
}

/** Parses an address, given as text or in parts. */
function addressOf(options: unknown) {
  if (typeof options === 'string') {
    const { host = 'localhost', port = '80', pathname = '/', search = '' } = addressParts(options);
    return { host, port: Number(port), path: pathname + search, method: 'GET', headers: {} };
  }
  const { host, port, path, method, headers } = Object(options) as Members;
  return {
    host: String(host ?? 'localhost'),
    port: Number(port ?? 80),
    path: String(path ?? '/'),
    method: String(method ?? 'GET'),
    headers: textsOf(headers),
  };
}
