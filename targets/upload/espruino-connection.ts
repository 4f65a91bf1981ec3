// A connection to a board through the npm package `espruino`: serial ports, tcp://HOST:PORT, Bluetooth addresses.
//
// The package can have one connection at a time.

import { escapedName } from '../module/printable.js';
import { bluetoothConfiguration, bluetoothProblem, isBluetoothAddress } from './bluetooth.js';
import { type BoardConnection, evaluationLine, evaluationResult, UploadError } from './connection.js';
import { type EspruinoPackage, loadEspruinoPackage, QuietConsole } from './espruino-package.js';
import { PORT_FORMS, portError } from './port-error.js';
import { BAUD_RATE } from './serial-device.js';

export interface ConnectionOptions {
  /** Baud rate of a serial port; USB ignores it. */
  baudRate?: number;
  /** Milliseconds until a port that does not answer is given up. */
  timeout?: number;
}

/** How consoles are named that have flow control, and so need no pauses. */
const FAST = new Set(['USB', 'Bluetooth', 'Telnet']);
const XON = '\x11';
const XOFF = '\x13';
const FLOW_CONTROL = new RegExp(`[${XON}${XOFF}]`, 'g');
/** Milliseconds until a board that has asked for a pause is written to all the same. */
const LONGEST_WAIT = 10_000;
const OPEN_TIMEOUT = 15_000;
/** Milliseconds for an expression that has nothing to do with flash. */
const EVALUATE_TIMEOUT = 10_000;
/** Milliseconds that the package may take to tell that it has closed a connection. */
const LAST_WORDS = 1000;
/** Milliseconds that a board takes to restart. */
const RESTART = 400;
/** Milliseconds in which it must answer again. */
const RESTARTED = 10_000;

const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

/** When the connection before has come to its end: that would be the end of the next one, too. */
let closed: Promise<void> = Promise.resolve();

export class EspruinoConnection implements BoardConnection {
  private readonly quiet: QuietConsole;
  private readonly listeners = new Set<() => void>();
  private received = '';
  private evaluations = 0;
  private lost: string | undefined;
  private isOpen = false;
  /** The board has answered a line. */
  private isAnswered = false;
  /** The package has told of the end. */
  private ended: () => void = () => undefined;
  private tools!: EspruinoPackage;
  /** Called with what the board prints. */
  onData: (text: string) => void = () => undefined;
  /** Called once when the connection is lost, or closed by the other side. */
  onLost: () => void = () => undefined;

  private constructor(readonly port: string) {
    this.quiet = new QuietConsole((message) => this.lose(message));
  }

  /** Throws an UploadError if there is no such port, or no board with a console answers there. */
  static async open(port: string, options: ConnectionOptions = {}): Promise<EspruinoConnection> {
    const connection = new EspruinoConnection(port);
    try {
      await connection.connect(options);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  private async connect({ baudRate, timeout = OPEN_TIMEOUT }: ConnectionOptions): Promise<void> {
    const { port } = this;
    const isBluetooth = isBluetoothAddress(port);
    const problem = isBluetooth ? bluetoothProblem() : undefined;
    if (problem) throw problem;
    const { tools, serial } = await loadEspruinoPackage();
    this.tools = tools;
    await closed;
    const { Config, Core } = tools;
    const isNetwork = port.startsWith('tcp://');
    serial.wanted = isNetwork || isBluetooth ? undefined : port;
    serial.baudRate = baudRate ?? BAUD_RATE;
    serial.failed = (message) => this.lose(message);
    Object.assign(Config, {
      SERIAL_TCPIP: isNetwork ? [port] : [],
      ...bluetoothConfiguration(isBluetooth),
      // The package would ask for these facts and then download files; this connection asks for the facts itself.
      ENV_ON_CONNECT: false,
      STORAGE_UPLOAD_METHOD: 1,
    });
    await this.wait<void>(timeout, `nothing answers at ${port}`, 'port', (done, failed) => {
      Core.Serial.startListening((data) => this.receive(data));
      const connected = (information: unknown) => {
        if (information === undefined) {
          failed(portError(port, isBluetooth ? NOT_NEAR : 'no such device'));
          return;
        }
        this.isOpen = true;
        done();
      };
      Core.Serial.open(port, connected, () => {
        this.lose('the other side closed it');
        this.ended();
      });
    });
    try {
      await this.synchronise(timeout);
    } catch (error) {
      if (this.lost !== undefined) throw error;
      throw new UploadError('port', `no Espruino console answers at ${port}`, SILENT);
    }
    this.isAnswered = true;
    const console = String(await this.evaluate('process.env.CONSOLE'));
    if (FAST.has(console)) Core.Serial.setSlowWrite(false, true);
  }

  /** Until a line is answered: what was typed before may have been half a line, or something may be running. */
  private async synchronise(milliseconds: number): Promise<void> {
    const each = Math.min(milliseconds, 1000);
    for (let left = milliseconds; ; left -= each) {
      // A ctrl-C is for later: on Linux, a second one ends the interpreter.
      this.send(left > milliseconds - 2 * each ? '\n' : '\x03\n');
      try {
        await this.evaluateOnce('1', each);
        return;
      } catch (error) {
        if (left <= each || this.lost !== undefined) throw error;
      }
    }
  }

  async evaluate(expression: string, milliseconds = EVALUATE_TIMEOUT): Promise<unknown> {
    try {
      return await this.evaluateOnce(expression, milliseconds);
    } catch (error) {
      if (!(error instanceof UploadError) || this.lost !== undefined) throw error;
      // A character may have been lost: of the line, or of the answer.
      await this.synchronise(RESTARTED);
      return this.evaluateOnce(expression, milliseconds);
    }
  }

  private async evaluateOnce(expression: string, milliseconds: number): Promise<unknown> {
    const number = ++this.evaluations;
    this.received = '';
    this.send(evaluationLine(expression, number));
    const late = `the board at ${this.port} has not answered for ${milliseconds / 1000} s`;
    return this.wait(milliseconds, late, 'connection', (done, failed) => {
      return () => {
        try {
          const result = evaluationResult(this.received, number);
          if (result) done(result.value);
        } catch (error) {
          failed(error);
        }
      };
    });
  }

  async run(line: string): Promise<void> {
    this.send(`\x10${line};\n`);
    await pause(RESTART);
    await this.synchronise(RESTARTED);
  }

  /** Characters of one byte each, as if typed. */
  send(text: string): void {
    if (this.lost !== undefined) throw this.lostError();
    this.tools.Core.Serial.write(text, false);
  }

  close(): void {
    const wasOpen = this.isOpen && this.lost === undefined;
    this.isOpen = false;
    this.onLost = () => undefined;
    this.lose('it was closed here');
    if (!wasOpen) {
      this.quiet.restore();
      return;
    }
    closed = new Promise<void>((done) => {
      const timer = setTimeout(() => this.ended(), LAST_WORDS).unref();
      this.ended = () => {
        clearTimeout(timer);
        this.quiet.restore();
        done();
      };
    });
    this.tools.Core.Serial.close();
  }

  private receive(data: ArrayBuffer | string): void {
    const received = typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
    const text = received.replace(FLOW_CONTROL, '');
    // The package knows how to wait, but sees these only while it takes packets.
    if (text !== received) {
      const isOff = received.lastIndexOf(XOFF) > received.lastIndexOf(XON);
      this.tools.Core.Serial.connection.flowControlWait = isOff ? LONGEST_WAIT : 0;
    }
    this.received += text;
    this.onData(text);
    for (const listener of [...this.listeners]) listener();
  }

  private lose(message: string): void {
    if (this.lost !== undefined) return;
    this.lost = message;
    for (const listener of [...this.listeners]) listener();
    this.onLost();
  }

  private lostError(): UploadError {
    if (!this.isOpen) return portError(this.port, this.lost ?? '');
    if (!this.isAnswered) {
      const message = `the connection to ${this.port} was lost before the board answered: ${this.lost}`;
      const said = this.received.trim();
      return new UploadError('port', message, [said === '' ? BUSY : `it said: ${escapedName(said)}`]);
    }
    return new UploadError('connection', `the connection to ${this.port} was lost: ${this.lost}`, [LEFT]);
  }

  /** `start` may return what is to be called whenever something has come. */
  private wait<T>(
    milliseconds: number,
    late: string,
    kind: 'port' | 'connection',
    start: (done: (value: T) => void, failed: (error: unknown) => void) => (() => void) | undefined,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.listeners.delete(listener);
        settle();
      };
      const timer = setTimeout(() => {
        end(() => reject(new UploadError(kind, late, kind === 'port' ? [PORT_FORMS] : [LEFT])));
      }, milliseconds);
      let came: (() => void) | undefined;
      const listener = () => {
        came?.();
        if (this.lost !== undefined) end(() => reject(this.lostError()));
      };
      this.listeners.add(listener);
      came = start(
        (value) => end(() => resolve(value)),
        (error) => end(() => reject(error)),
      );
    });
  }
}

const BUSY = 'another program may be connected to it: most consoles serve one at a time';
const NOT_NEAR = 'no board of that address is near, or another program is connected to it';
/** Causes of a port that opens and then stays silent. */
const SILENT = [
  'is it the right port, and does the board run Espruino? "tazzina ports" lists what there is',
  'a port that is not USB has a speed: --baud-rate 115200 on ESP32 and ESP8266 boards',
];
const LEFT = 'the board has the old program or the new one: plug it in and flash again';
