// The console of a simulated board: Espruino's line editor. Source: src/jsinteractive.c of Espruino 2v29.

import { Start } from '../boot.js';
import { parseProgram } from '../language/parser.js';
import type { BoardConsole, SimulatedBoard } from '../simulated-board.js';
import { SimulationError } from '../simulation-error.js';
import { InputLine } from './input-line.js';
import { Packets } from './packets.js';

enum State {
  None,
  /** A data link escape: with a start of header, a packet begins. */
  HadEscape,
  Packet,
  Had27,
  Had27And79,
  Had27And91,
  Had27And91AndNumber,
}

const START_OF_HEADER = '\x01';
const CONTROL_C = '\x03';
const ENQUIRY = '\x05';
const DATA_LINK_ESCAPE = '\x10';

/** Keys of the number pad. */
const KEYPAD: Record<string, string> = { o: '/', j: '*', m: '-', k: '+', M: '\r' };
/** Milliseconds until a packet that does not go on is given up. */
const PACKET_TIMEOUT = 5000;
/** Digits that are kept of the number of a key. */
const LONGEST_NUMBER = 4;

export class Console implements BoardConsole {
  private readonly line: InputLine;
  private readonly packets: Packets;
  private isEchoing = true;
  private isSilentLine = false;
  private state = State.None;
  private number = '';
  private packetTimer = 0;

  /** `send` gets what goes to the terminal: characters of one byte each. */
  constructor(
    private readonly board: SimulatedBoard,
    private readonly send: (text: string) => void,
  ) {
    // Typed text takes free memory.
    const { freeJsVars } = board.facts;
    const most = freeJsVars * board.account.layout.further;
    this.line = new InputLine(() => this.echoes && !this.line.isRemoved, send, most);
    this.packets = new Packets(board, send);
    board.console = this;
  }

  private get echoes(): boolean {
    return this.isEchoing && !this.isSilentLine;
  }

  print(text: string): void {
    this.removeLine();
    this.send(text.replaceAll('\n', '\r\n'));
  }

  echo(isOn: boolean): void {
    this.isEchoing = isOn;
  }

  started(start: Start): void {
    this.line.clear();
    this.endPacket();
    if (start === Start.Load || !this.echoes) return;
    this.send(`\x1b[?7l${BANNER.replace('VERSION', this.version)}`.replaceAll('\n', '\r\n'));
    this.line.isRemoved = true;
  }

  private get version(): string {
    return (this.board.realm.global.process as { version: string }).version;
  }

  /** Characters of one byte each that arrive together. What they started has run when this returns. */
  receive(text: string): void {
    for (const character of text) this.guard(() => this.take(character));
    this.settle();
  }

  /** Takes characters from the board itself, whose program goes on afterwards. */
  inject(text: string): void {
    for (const character of text) this.take(character);
  }

  /** Runs what is due, for so many milliseconds, and puts the prompt back. */
  settle(milliseconds = 0): void {
    const until = this.board.clock.now + milliseconds;
    while (!this.guard(() => this.board.advance(Math.max(0, until - this.board.clock.now))));
    if (!this.line.isRemoved) return;
    this.line.isRemoved = false;
    if (this.echoes) this.line.show();
  }

  /** Reports an error of the simulator that ends a program; the board goes on. Returns whether there was none. */
  private guard(run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error;
      this.board.print(`Uncaught ${error.message}\n`);
      return false;
    }
  }

  private removeLine(): void {
    if (this.line.isRemoved) return;
    this.line.isRemoved = true;
    if (this.echoes) this.line.erase();
  }

  private take(character: string): void {
    const { line, state } = this;
    if (state === State.Packet) {
      if (!this.packets.receive(character)) return;
      // Whatever comes of it, the packet is over.
      this.endPacket();
      this.packets.process();
    } else if (character === '\0') this.state = State.None;
    else if (character === START_OF_HEADER) {
      if (state === State.HadEscape) this.startPacket();
    } else if (character === CONTROL_C) {
      if (line.text !== '') this.removeLine();
      line.clear();
    } else if (character === ENQUIRY) {
      if (line.text === '') this.send(`Espruino ${this.version} ${this.board.facts.firmware}\r\n`);
    } else if (character === DATA_LINK_ESCAPE) {
      if (line.text === '') this.isSilentLine = true;
      this.state = State.HadEscape;
    } else if (character === '\x1b') this.state = State.Had27;
    else if (state === State.Had27) this.takeAfter27(character);
    else if (state === State.Had27And79) this.takeKeypad(character);
    else if (state === State.Had27And91) this.takeArrow(character);
    else if (state === State.Had27And91AndNumber) this.takeNumbered(character);
    else this.takePlain(character);
  }

  private takePlain(character: string): void {
    this.state = State.None;
    if (character === '\b' || character === '\x7f') this.line.delete(false);
    else if (character === '\r' || character === '\n') this.newLine(true);
    else if (character === '\t') this.line.insert('    ');
    else if (character >= ' ') this.line.insert(character);
  }

  private takeAfter27(character: string): void {
    this.state = State.None;
    if (character === 'O') this.state = State.Had27And79;
    else if (character === '[') this.state = State.Had27And91;
    else if (character === '\n') this.newLine(false);
  }

  private takeKeypad(character: string): void {
    this.state = State.None;
    if (character === 'F') this.line.end();
    else if (character === 'H') this.line.home();
    else if (character in KEYPAD) this.take(KEYPAD[character]);
  }

  private takeArrow(character: string): void {
    this.state = State.None;
    if (character >= '0' && character <= '9') {
      this.number = character;
      this.state = State.Had27And91AndNumber;
    } else if (character === 'A' || character === 'B') this.line.vertical(character === 'B');
    else if (character === 'C') this.line.right();
    else if (character === 'D') this.line.left();
    else if (character === 'F') this.line.end();
    else if (character === 'H') this.line.home();
  }

  /** The number is a key, or with `d` a line number: functions are not shown with theirs here. */
  private takeNumbered(character: string): void {
    if (character >= '0' && character <= '9') {
      this.number = (this.number + character).slice(-LONGEST_NUMBER);
      return;
    }
    this.state = State.None;
    const { line, number } = this;
    if (character === 'H' && number === '2') {
      this.removeLine();
      line.clear();
    } else if (character === '~') {
      if (number === '1') line.home();
      else if (number === '3') line.delete(true);
      else if (number === '4') line.end();
      else if (number === '5' || number === '6') line.page(number === '6');
    }
  }

  private newLine(mayRun: boolean): void {
    const { line } = this;
    if (!line.atEnd || !mayRun || line.openBrackets > 0) {
      line.breakLine();
      return;
    }
    if (this.echoes && !line.isRemoved) this.send('\r\n');
    if (!this.isSilentLine) line.isRemoved = true;
    try {
      this.run(line.take().trimEnd());
    } finally {
      this.isSilentLine = false;
    }
  }

  private run(text: string): void {
    const { echoes } = this;
    if (text !== '' && echoes) this.line.remember(text);
    const shown = this.board.turn(() => {
      const last = this.board.run(text, { file: 'REPL', name: 'REPL' });
      const result = resultOf(text);
      const value = result === 'last' ? last : this.board.evaluate(result, { name: 'REPL', file: 'REPL' });
      return this.board.texts.result(value);
    });
    // `echo(0)` shows nothing any more, `echo(1)` does.
    if (text !== '' && this.echoes && shown !== undefined) this.send(`=${shown}\n`.replaceAll('\n', '\r\n'));
  }

  private startPacket(): void {
    this.state = State.Packet;
    if (this.line.text === '') this.isSilentLine = false;
    this.packets.start();
    this.packetTimer = this.board.clock.add(() => {
      this.send('\x15');
      this.endPacket();
    }, PACKET_TIMEOUT);
  }

  private endPacket(): void {
    this.state = State.None;
    this.board.clock.remove(this.packetTimer);
  }
}

/** Returns the expression whose value the console shows: that of the last statement. */
function resultOf(text: string): string {
  const statement = parseProgram(text).body.at(-1);
  if (statement?.type === 'ExpressionStatement') return 'last';
  if (statement?.type === 'FunctionDeclaration' || statement?.type === 'ClassDeclaration') return statement.id.name;
  const declarator = statement?.type === 'VariableDeclaration' ? statement.declarations.at(-1) : undefined;
  return declarator?.init && declarator.id.type === 'Identifier' ? declarator.id.name : 'undefined';
}

const BANNER = `
 ____                 _ 
|  __|___ ___ ___ _ _|_|___ ___ 
|  __|_ -| . |  _| | | |   | . |
|____|___|  _|_| |___|_|_|_|___|
         |_| espruino.com
 VERSION (c) 2026 G.Williams

`;
