// A simulated board with Espruino's firmware: runs programs, keeps time, counts memory and cost.

import { callStackBytes } from '../boards/call-stack.js';
import { boot, type Start } from './boot.js';
import { costOfInstructions, secondsOf } from './cost/cost.js';
import { instructions } from './cost/cost-table.js';
import type { BangleState } from './globals/bangle.js';
import type { BluetoothState } from './globals/bluetooth.js';
import { CONSOLE } from './globals/buses.js';
import { createGlobals } from './globals/globals.js';
import { PinPorts } from './globals/pin-ports.js';
import type { PuckState } from './globals/puck.js';
import { deliver, type InputEvent } from './input-events.js';
import { stackAtCall } from './instrument/call-stack.js';
import { type Checks, makeChecks } from './instrument/checks.js';
import { CHECKS } from './instrument/checks-name.js';
import { instrument } from './instrument/instrument.js';
import { Ledger } from './instrument/ledger.js';
import { NO_SITE, type Site } from './instrument/site.js';
import { StackTraces, type TextOrigin } from './instrument/stack-trace.js';
import type { SimulatedBoardFacts } from './language/board-features.js';
import type { Finding } from './language/finding.js';
import { type LintOptions, lint } from './language/lint.js';
import { statementsBeforeError } from './language/parser.js';
import { preventsStart } from './language/start.js';
import { syntaxMessage } from './language/syntax-message.js';
import { plainText } from './language/tokenised.js';
import { MemoryAccount } from './memory.js';
import { MemoryRoots } from './memory-roots.js';
import { MemoryWatch } from './memory-watch.js';
import type { Peers } from './pins/peripherals.js';
import { Pins } from './pins/pins.js';
import { atRest } from './pins/surroundings.js';
import { type CompiledText, Realm } from './realm/realm.js';
import { Display } from './screen/display.js';
import { screenOf } from './screen/screens.js';
import { themeOf } from './screen/theme.js';
import type { Outlines } from './screen/vector-font.js';
import { SimulationError } from './simulation-error.js';
import { Storage } from './storage/storage.js';
import { ValueTexts } from './text-of-value.js';
import { UncaughtErrors } from './uncaught-errors.js';
import { valueFacts } from './value-facts.js';
import { VirtualClock } from './virtual-clock.js';

export interface SimulatorOptions {
  /** Kinds of findings, as `finding.what` has them, that do not end the program. */
  allow?: readonly string[];
  /** Kinds of findings that end the program although the board goes on, such as `read past the end`. */
  refuse?: readonly string[];
  /** Whether variables count as memory: exact, and about twice as slow. Default: true. */
  memory?: boolean;
  /** How long a program may block the board, in estimated seconds of the board's time. Default: no limit. */
  mostBlockedSeconds?: number;
  /** The same limit for machine code, whose instructions are all simulated. Default: only the other limit. */
  mostNativeSeconds?: number;
  /** Time of day at the start, in milliseconds since 1970. */
  startTime?: number;
  peers?: Partial<Peers>;
  /** Existing contents of Storage, as after a power failure. */
  storage?: Storage;
  /** Called with each error that no program caught, as the console shows it; with true, it is not printed, nor counted. */
  handles?: (text: string) => boolean;
  /** Called every some thousand statements of a program that runs. */
  pause?: () => void;
  /** Outlines of the firmware's vector font; without them, it cannot be drawn. */
  vectorFont?: Outlines;
  /** Called with the program's output as it is printed. */
  print?: (text: string) => void;
}

/** A program's text stays in flash where it is loaded from Storage. Functions then take less memory. */
export type ProgramOptions = Partial<TextOrigin>;

/** Events of the board for its console. */
export interface BoardConsole {
  /** Something was printed. */
  print(text: string): void;
  /** `echo(false)` turns the prompt and the echo off. */
  echo(isOn: boolean): void;
  started(start: Start): void;
  /** Takes what the program itself has typed. */
  inject(text: string): void;
}

/** Interval at which memory is counted while a program runs, in S. */
const COUNT_EVERY = 20_000;
/** Minimum of the JsVars that creating a function takes. */
const FUNCTION_JSVARS = 4;
/** Limit, in milliseconds, for events that emit each other in a step in which nothing else is due. */
const LONGEST_CHAIN = 1000;
/** Characters from which the memory of concatenated strings is checked. */
const LONG_STRING = 2048;
const HOT_SWITCH_TIMES = 1000;
/** Characters of output that are kept. */
const MOST_OUTPUT = 4 * 2 ** 20;

export class SimulatedBoard {
  readonly clock = new VirtualClock();
  readonly pins: Pins;
  readonly pinPorts: PinPorts;
  readonly storage: Storage;
  readonly peers: Peers;
  realm!: Realm;
  checks!: Checks;
  readonly display: Display | undefined;
  readonly account: MemoryAccount;
  readonly roots = new MemoryRoots(this);
  /** The beginning of what was printed. */
  output = '';
  /** Errors that no program caught. */
  readonly errors = new UncaughtErrors(this);
  /** The longest the program has blocked the board, in estimated seconds. */
  longestBlock = 0;
  /** Receivers of the bytes that arrive over a serial port, by the name of the port. */
  readonly receivers = new Map<string, (text: string) => void>();
  /** The latest settings of each bus, by its name. */
  readonly setups = new Map<string, unknown[]>();
  /** Duration in milliseconds of each vibration of a Bangle.js. */
  readonly buzzes: number[] = [];
  /** Ports and buses, by name: a program that prints one sees this. */
  readonly devices = new WeakMap<object, string>();
  readonly texts: ValueTexts;
  /** What its sensors measure. */
  readonly surroundings = atRest();
  /** Of boards that have it; made anew at each start. */
  bangle: BangleState | undefined;
  puck: PuckState | undefined;
  bluetooth: BluetoothState | undefined;
  readonly startTime: number;
  /** Attached while a client is connected. */
  console: BoardConsole | undefined;
  readonly traces = new StackTraces();
  private readonly sites: Site[] = [];
  private readonly ledger: Ledger;
  private readonly memory: MemoryWatch;
  private readonly pending: (() => void)[] = [];
  private inStorage = false;
  private file = 'program';
  private evaluated = 0;
  private turnStart: number | undefined;
  /** Seconds of machine code in this turn. */
  private nativeSeconds = 0;
  private nextCount = COUNT_EVERY;

  constructor(
    readonly facts: SimulatedBoardFacts,
    readonly options: SimulatorOptions = {},
  ) {
    this.startTime = options.startTime ?? 0;
    this.storage = options.storage ?? new Storage(facts.storage.bytes);
    this.peers = { serial: {}, i2c: {}, spi: {}, ...options.peers };
    this.pins = new Pins(() => this.milliseconds());
    this.pinPorts = new PinPorts({
      chip: facts.chip ?? '',
      read: (pin) => this.pins.read(pin) >= 0.5,
      write: (pin, isHigh) => this.pins.write(pin, Number(isHigh)),
      milliseconds: () => this.milliseconds(),
    });
    this.ledger = new Ledger(this.sites, new Set(options.allow), new Set(options.refuse));
    this.account = new MemoryAccount(
      facts.jsVars.count,
      (made) => {
        const place = this.checks.functionPlace(made);
        return place && { frame: place.frame, site: this.sites[place.site] };
      },
      (made) => this.realm.parts.bindingOf(made),
    );
    this.texts = new ValueTexts(valueFacts(this, this.sites));
    this.memory = new MemoryWatch({
      available: facts.jsVars.count,
      count: () => this.usedJsVars,
      full: (used) => this.outOfMemory(`${used} JsVars are needed, and ${facts.name} has ${facts.jsVars.count}`),
    });
    const screen = screenOf(facts);
    if (screen) this.display = new Display(screen, themeOf(screen).bg);
    this.boot();
  }

  /** A fresh realm, as after a reset. */
  private boot(): void {
    const { facts } = this;
    this.roots.clear();
    const { host, install } = createGlobals(this);
    this.realm = new Realm(host, facts.missing, () => {
      // If the program continues from a `finally`, its next step checks again.
      this.checks.m = Number.NEGATIVE_INFINITY;
    });
    const { n, c } = this.checks ?? { n: 0, c: 0 };
    this.checks = this.makeChecks();
    this.checks.n = n;
    this.checks.c = c;
    this.realm.bind(CHECKS, this.checks);
    this.realm.bind('eval', this.realm.parts.directEval);
    install(this.realm);
    this.realm.leaveOut();
    this.roots.exceptGlobals();
    this.nextCount = c + COUNT_EVERY;
    this.checks.m = this.nextCount;
  }

  private makeChecks(): Checks {
    const { realm, ledger } = this;
    const { membrane, parts } = realm;
    const host = {
      fail: membrane.expose((what: string, site: number, reason?: string) => ledger.fail(what, site, reason)),
      end: membrane.expose((what: string, site: number, reason?: string) => ledger.end(what, site, reason)),
      note: membrane.expose((what: string, site: number, reason: string) => ledger.note(what, site, reason)),
      pause: membrane.expose((site: number) => this.pause(site)),
      growing: membrane.expose((characters: number) => this.growing(characters, true)),
      callStack: membrane.expose((caller: number, callee: number) => this.callStack(caller, callee)),
      compile: membrane.expose((text: string) => {
        const compiled = this.compileWithin(text, { name: 'eval' });
        return `${compiled.text}\n//# sourceURL=${compiled.script}`;
      }),
    };
    const figures = {
      checksName: CHECKS,
      callStackBytes: callStackBytes(this.facts),
      functionJsVars: FUNCTION_JSVARS,
      itemCost: costOfInstructions(instructions.item - instructions.element),
      itemStep: costOfInstructions(instructions.step),
      longString: LONG_STRING,
      hotSwitchTimes: HOT_SWITCH_TIMES,
    };
    return realm.make(makeChecks, host, membrane.natives, parts, figures);
  }

  /** Bytes that are taken more than before the call. */
  private callStack(caller: number, callee: number): number {
    const { name, stack } = this.sites[callee];
    if (caller < 0) return stack.most;
    const calling = this.sites[caller].stack;
    return stack.most + stackAtCall(calling, name) - calling.most;
  }

  /** The findings of static analysis of a program. */
  lint(source: string, options: LintOptions = {}): Finding[] {
    return lint(source, { missing: this.facts.missing, ...options });
  }

  /**
   * Runs a program's text, but no timers. Returns the value of its last statement. An error of the program is printed as
   * Espruino prints it; a SimulationError ends the program.
   */
  run(program: string, { name = '[raw]', file = 'program', inStorage = false }: ProgramOptions = {}): unknown {
    const source = plainText(program);
    this.file = file;
    this.inStorage = inStorage;
    const origin = { name, file, inStorage };
    let compiled: CompiledText;
    try {
      compiled = this.compile(source, origin);
    } catch (error) {
      const isSyntax = error instanceof SimulationError && error.finding.what === 'syntax';
      const before = isSyntax ? statementsBeforeError(source) : '';
      if (before.trim() !== '') this.run(before, origin);
      throw error;
    }
    return this.turn(() => this.realm.run(compiled));
  }

  /** Runs a file of Storage. Returns false if there is none. */
  load(name: string): boolean {
    const bytes = this.storage.read(name);
    if (!bytes) return false;
    const called = name === '.bootcde' || name === '.bootrst' ? 'boot code' : name;
    this.run(Buffer.from(bytes).toString('latin1'), { name: called, file: name, inStorage: true });
    return true;
  }

  /** Throws SimulationError for what Espruino does not parse. */
  private compile(program: string, { file = this.nameOfText(), ...origin }: TextOrigin): CompiledText {
    const source = plainText(program);
    const fatal = this.lint(source).find((each) => preventsStart(each.what));
    if (fatal && !this.options.allow?.includes(fatal.what))
      throw new SimulationError(fatal.what, { ...fatal, file }, fatal.reason);
    const { memory = true } = this.options;
    const { inStorage = this.inStorage } = origin;
    const jit = !this.facts.missing.includes('"jit"');
    const { text, positions } = instrument(source, { file, sites: this.sites, memory, inStorage, jit });
    return { text, file, script: this.traces.add(source, positions, { ...origin, file }) };
  }

  /** Evaluates text in the realm, within a turn that is running: `eval`, `new Function`, modules. */
  evaluate(text: string, origin: TextOrigin): unknown {
    return this.realm.run(this.compileWithin(text, origin));
  }

  /** Text of a running program: a program can catch what makes it no JavaScript. */
  private compileWithin(text: string, origin: TextOrigin): CompiledText {
    try {
      return this.compile(text, origin);
    } catch (error) {
      if (!(error instanceof SimulationError && preventsStart(error.finding.what))) throw error;
      const { what, reason } = error.finding;
      throw new SyntaxError(what === 'syntax' ? syntaxMessage(text, error.finding, reason) : `${what}: ${reason}`);
    }
  }

  private nameOfText(): string {
    return `${this.file} (text ${++this.evaluated})`;
  }

  /** One turn of the idle loop; the clock advances by its cost. Throws the error that ends the program. */
  turn<T>(work: () => T, failed = (error: unknown) => this.errors.tell(error)): T | undefined {
    if (this.turnStart !== undefined) return work();
    this.turnStart = this.checks.c;
    this.nativeSeconds = 0;
    const { membrane } = this.realm;
    let value: T | undefined;
    let fault: Error | undefined;
    try {
      this.pause();
      value = work();
    } catch (error) {
      // The simulator's errors are from Node's realm, the program's errors from the program's realm.
      if (error instanceof SyntaxError) failed(this.realm.parts.failure(error.message, 'SyntaxError'));
      else if (error instanceof Error) fault = this.faultOf(error);
      else if (!membrane.isStopped) failed(error);
    } finally {
      const blocked = secondsOf(this.checks.c - this.turnStart, this.facts.clock);
      this.longestBlock = Math.max(this.longestBlock, blocked);
      this.clock.now += blocked * 1000;
      this.turnStart = undefined;
      this.checks.unwind();
    }
    const end = membrane.takeStopped() ?? fault;
    if (end) throw end;
    return value;
  }

  /** A turn of a timer or an event: an error is told when all that are due have run. */
  react(work: () => unknown): void {
    this.turn(work, (error) => this.errors.keep(error));
  }

  /** The program causes V8's errors for a lack of stack or memory, also in functions of the simulator. */
  private faultOf(error: Error): Error {
    if (!(error instanceof RangeError)) return error;
    try {
      this.exhausted(error.message);
      return error;
    } catch (end) {
      return end as Error;
    }
  }

  /** Called when the cost has reached a threshold: counts memory, checks the time. */
  private pause(site?: number): void {
    const { checks, ledger } = this;
    this.realm.membrane.stopAgain();
    this.options.pause?.();
    const { mostBlockedSeconds = Number.POSITIVE_INFINITY } = this.options;
    const blocked = secondsOf(checks.c - (this.turnStart ?? checks.c), this.facts.clock);
    if (site !== undefined && blocked > mostBlockedSeconds) {
      const reason = `it has blocked the board for about ${blocked.toFixed(2)} s; at most ${mostBlockedSeconds} s are fine`;
      ledger.end('blocks too long', site, reason);
    }
    if (checks.c >= this.nextCount) this.count(0);
    this.nextCount = checks.c + COUNT_EVERY;
    const limit = (this.turnStart ?? 0) + mostBlockedSeconds / secondsOf(1, this.facts.clock);
    checks.m = Math.min(this.nextCount, Math.max(limit, checks.c));
  }

  /** A program's machine code has kept the processor for this long. */
  spend(seconds: number): void {
    this.nativeSeconds += seconds;
    this.checks.c += seconds / secondsOf(1, this.facts.clock);
  }

  /** Instructions, of a cycle each, until the program has blocked the board for too long. */
  get instructionsLeft(): number {
    const { mostBlockedSeconds = Number.POSITIVE_INFINITY, mostNativeSeconds = mostBlockedSeconds } = this.options;
    const blocked = secondsOf(this.checks.c - (this.turnStart ?? this.checks.c), this.facts.clock);
    const left = Math.min(mostBlockedSeconds - blocked, mostNativeSeconds - this.nativeSeconds);
    return Math.max(0, Math.floor(left * this.facts.clock));
  }

  /** Ends the program, which has used up `instructionsLeft`. */
  endBlocking(): never {
    const { mostBlockedSeconds = Number.POSITIVE_INFINITY, mostNativeSeconds = mostBlockedSeconds } = this.options;
    const most = Math.min(mostBlockedSeconds, mostNativeSeconds);
    return this.end(
      'blocks too long',
      `machine code has blocked the board for more than ${most} s, and only a reset ends it there, or fuel`,
    );
  }

  /** Bytes of a buffer for which Espruino takes no contiguous JsVars. */
  get longestScattered(): number {
    return 2 * this.account.layout.further;
  }

  /** Virtual time, including the running turn so far. */
  milliseconds(): number {
    const running = this.turnStart === undefined ? 0 : secondsOf(this.checks.c - this.turnStart, this.facts.clock);
    return this.clock.now + running * 1000;
  }

  /** Runs timers and events for this time. */
  advance(milliseconds: number): void {
    const until = this.clock.now + milliseconds;
    this.idleUntil(until);
    if (this.clock.now < until) this.clock.now = until;
    this.count(0);
  }

  /** Runs until nothing is left to do, or for this time. */
  runUntilIdle(mostMilliseconds = 3_600_000): void {
    this.idleUntil(this.clock.now + mostMilliseconds);
    this.count(0);
  }

  /** The idle loop, until nothing is left to do, or until this time: timers that are due, then events, then sleep. */
  private idleUntil(until: number): void {
    do {
      this.clock.runDue();
      this.idle(until);
    } while (this.clock.sleep(until));
  }

  /** Runs emitted events, and events that these emit, up to a limit. The rest stay pending. */
  private idle(until = 0): void {
    const limit = Math.max(until, this.clock.now + LONGEST_CHAIN);
    while (this.clock.now <= limit) {
      const run = this.pending.shift();
      if (run) this.react(run);
      // A listener of the program may be told in a turn of its own.
      else if (!this.errors.tellKept()) return;
    }
    this.errors.tellKept();
  }

  /** A restart: removes timers, watches, listeners and the program's globals, and keeps Storage. */
  restart(): void {
    this.clock.clear();
    this.pins.unwatch();
    this.pending.length = 0;
    this.boot();
  }

  /** Restarts, and runs the files of Storage that run at a start. */
  start(start: Start): void {
    this.restart();
    this.console?.started(start);
    boot(this, start);
  }

  /** At the next turn. */
  later(run: () => void): void {
    this.pending.push(run);
  }

  /** Drives a pin from outside. */
  drive(pin: string, value: number): void {
    this.turn(() => this.pins.drive(pin, value));
  }

  /** Delivers bytes over a serial port, such as `Serial1`. */
  receive(bus: string, text: string): void {
    const receive = this.receivers.get(bus);
    if (!receive) throw new Error(`there is no ${bus}`);
    receive(text);
    this.idle();
  }

  /** Bytes that a program sends to a port of its own board, as if they had come there. */
  inject(port: string, text: string): void {
    if (port === CONSOLE) this.later(() => this.console?.inject(text));
    else this.later(() => this.receivers.get(port)?.(text));
  }

  /** Something happens outside the board, now. Throws InputError for what the board has no sensor for. */
  deliver(event: Pick<InputEvent, 'kind' | 'values'>): void {
    deliver(this, event);
    this.idle();
  }

  /** The same of events at their times. */
  schedule(events: readonly InputEvent[]): void {
    for (const event of events) this.clock.addFirmware(() => deliver(this, event), event.time * 1000 - this.clock.now);
  }

  print(text: string): void {
    if (this.output.length < MOST_OUTPUT) this.output += text.slice(0, MOST_OUTPUT - this.output.length);
    this.options.print?.(text);
    this.console?.print(text);
  }

  echo(isOn: boolean): void {
    this.console?.echo(isOn);
  }

  /** JsVars in use: those at boot, and those that the program can reach. */
  get usedJsVars(): number {
    const { jsVars, freeJsVars } = this.facts;
    return jsVars.count - freeJsVars + this.roots.jsVars(this.pending.length);
  }

  /** Call before creating a buffer of this many bytes. */
  allocating(bytes: number): void {
    this.taking(2 + this.account.data(bytes));
  }

  /** Call before creating an array of this many items, or a string of this many characters. */
  growing(count: number, isString: boolean): void {
    this.taking(isString ? this.account.string(count) : 1 + count);
  }

  /** Call before allocating this many JsVars at once. */
  private taking(jsVars: number): void {
    this.checks.allocated += jsVars;
    if (this.memory.mayBeFull(this.checks.allocated)) this.count(jsVars);
  }

  /** Counts the JsVars in use plus `more`, and ends the program if the board has fewer. */
  private count(more: number): void {
    this.checks.allocated = more;
    this.memory.count(more);
  }

  /** Peak number of JsVars in use at the times when they were counted. */
  get peakJsVars(): number {
    return this.memory.peak;
  }

  /** V8 ran out of stack or memory, so the board would have too. */
  exhausted(message: string): void {
    if (message.includes('call stack')) {
      const reason = "V8's own stack is full, which is larger than the board's; the error cannot be caught";
      this.end('too much recursion', reason);
    }
    if (/^Invalid (string|array|typed array) length|^Array buffer allocation failed/.test(message))
      this.outOfMemory(`V8 says: ${message}`);
  }

  private outOfMemory(reason: string): void {
    if (!this.options.allow?.includes('out of memory')) this.end('out of memory', reason);
  }

  /** Ends the program where it is. Throws SimulationError. */
  end(what: string, reason: string): never {
    throw new SimulationError(what, this.place, reason);
  }

  private get place(): Site {
    return this.sites[this.checks.place] ?? { ...NO_SITE, file: this.file };
  }

  /** Statements executed. */
  get statements(): number {
    return this.checks.n;
  }

  /** Their cost on the board, in estimated seconds. */
  get seconds(): number {
    return secondsOf(this.checks.c, this.facts.clock);
  }

  /** Findings at run time that did not end the program. */
  get findings(): readonly Finding[] {
    return this.ledger.findings;
  }
}
