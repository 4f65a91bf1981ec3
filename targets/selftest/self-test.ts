// The self-test of a board: puts programs of one module, one for each way to execute it, onto the board, calls them there with many
// operands, and compares with what this machine computes. Between calls, it defragments the RAM and compacts Storage.

import type { Board } from '../../boards/index.js';
import { type BuildOptions, buildProgram } from '../board/build.js';
import { BuildError } from '../board/build-error.js';
import type { OwnImports } from '../host-functions/own-imports.js';
import { type ReadModule, readModule } from '../module/read-module.js';
import { assembleText } from '../module/text-format.js';
import { type BoardConnection, BoardError, UploadError } from '../upload/connection.js';
import { eraseFiles, writeForNow } from '../upload/upload.js';
import { COMPACTION, DEFRAG, DRIVER, FORGET } from './driver.js';
import { FUNCTIONS, IMPORTS_TEXT, MEMORY_BYTES, MODULE_TEXT, type OperationFunction } from './module-text.js';
import { operandsOf } from './operands.js';
import { type Operand, type Operands, Reference, resultText, sumOf } from './reference.js';

const NAME = 'selftest';

/** A way to execute the module. */
interface Way {
  name: string;
  options: Pick<BuildOptions, 'tier' | 'fuel' | 'resumable'>;
  /** Operands of each kind, at most: in all, a Puck.js takes about three minutes. Interpreted calls take longest. */
  most: number;
  /** Rounds of a loop that runs in slices; 0 where nothing does. */
  rounds: number;
  /** The result of `again`, which calls an export during another call. */
  again: number | string;
}

const AGAIN = 1015;

const WAYS: readonly Way[] = [
  { name: 'native', options: { tier: 'native' }, most: 4, rounds: 0, again: AGAIN },
  { name: 'native, fuel', options: { tier: 'native', fuel: true }, most: 2, rounds: 0, again: AGAIN },
  { name: 'native, slices', options: { tier: 'native', resumable: true }, most: 2, rounds: 1_000_000, again: AGAIN },
  { name: 'js', options: { tier: 'js' }, most: 3, rounds: 0, again: AGAIN },
  { name: 'js, slices', options: { tier: 'js', resumable: true }, most: 2, rounds: 1500, again: AGAIN },
  {
    name: 'interp',
    options: { tier: 'interp' },
    most: 2,
    rounds: 200,
    // Translated programs run one call at a time.
    again: 'own.again: another call is running: take .async, which waits for it',
  },
];

/** Groups of assertions, in their order. */
export const GROUPS = [...FUNCTIONS.map(({ name }) => name), 'imports', 'stack', 'slices', 'defrag', 'compaction'];

/** The result of a group. */
export interface GroupResult {
  assertions: number;
  /** Differences: the first one of each operation. */
  wrong: string[];
}

export interface WayResult {
  name: string;
  /** Results by group. A group that this tier does not have is missing. */
  groups: Record<string, GroupResult>;
  /** Why there are no groups, or not all. */
  why?: string;
}

export interface SelfTestOptions {
  /** Only these. */
  ways?: readonly string[];
  /** The maximum number of operands of each kind. */
  most?: number;
  /** Repeat the tests after the board has defragmented its RAM. Espruino 2v29 for Linux hangs there if much lies in RAM. */
  defrag?: boolean;
  /** Told what is tested now. */
  progress?: (way: string, group: string) => void;
}

/** Milliseconds that a board may take for the calls of one operation, and to move all variables or files. */
const CALLS = 60_000;
const MOVING = 180_000;
/** Calls in one line of the console: some boards serve their USB only between lines. */
const CALLS_AT_ONCE = 100;

/** Throws an UploadError where the board is another one, or cannot be reached. */
export async function selfTest(
  board: Board,
  connection: BoardConnection,
  options: SelfTestOptions = {},
): Promise<WayResult[]> {
  const module = readModule(await assembleText(MODULE_TEXT));
  const results: WayResult[] = [];
  for (const way of WAYS.filter(({ name }) => options.ways?.includes(name) ?? true)) {
    const result = await new WayTest(board, connection, module, way, options).run();
    results.push(result);
    if (result.why !== undefined && Object.keys(result.groups).length > 0) break;
  }
  await connection.evaluate('(delete global.selftest,1)').catch(() => undefined);
  return results;
}

class WayTest {
  private readonly groups: Record<string, GroupResult> = {};
  private group: GroupResult = { assertions: 0, wrong: [] };
  private reference: Reference;

  constructor(
    private readonly board: Board,
    private readonly connection: BoardConnection,
    private readonly module: ReadModule,
    private readonly way: Way,
    private readonly options: SelfTestOptions,
  ) {
    this.reference = new Reference(module.bytes);
  }

  async run(): Promise<WayResult> {
    const { name } = this.way;
    let files: string[];
    try {
      files = await this.install();
    } catch (error) {
      if (error instanceof BuildError) return { name, groups: {}, why: [error.message, ...error.notes].join('; ') };
      if (error instanceof UploadError && error.kind === 'storage') return { name, groups: {}, why: error.message };
      throw error;
    }
    try {
      await this.test();
      await this.erase(files);
    } catch (error) {
      // The board hangs, or has restarted: nothing more is known of it.
      if (!(error instanceof UploadError)) throw error;
      return { name, groups: this.groups, why: error.message };
    }
    return { name, groups: this.groups };
  }

  /** Returns the names of the files. */
  private async install(): Promise<string[]> {
    const { board, connection, module, way } = this;
    this.options.progress?.(way.name, 'upload');
    const { image } = await buildProgram(module, {
      ...way.options,
      board,
      name: NAME,
      memoryBytes: MEMORY_BYTES,
      callDepth: 24,
      valueSlots: 256,
      imports: OWN_IMPORTS,
    });
    await writeForNow(image.files, board, connection);
    await connection.evaluate(DRIVER);
    return image.files.map((file) => file.name);
  }

  private async erase(files: readonly string[]): Promise<void> {
    await this.connection.run('reset()');
    await eraseFiles(files, this.connection);
  }

  private async test(): Promise<void> {
    const { way, options } = this;
    const most = Math.min(way.most, options.most ?? way.most);
    for (const each of FUNCTIONS) await this.in(each.name, () => this.operations(each, most));
    await this.in('imports', () => this.imports());
    await this.in('stack', () => this.stack());
    if (way.rounds > 0) await this.in('slices', () => this.slices());
    if (options.defrag)
      await this.in('defrag', async () => {
        await this.connection.evaluate(DEFRAG, MOVING);
        await this.again();
        this.expect('the global count', await this.evaluate(`require("${NAME}").count.value`), 3);
      });
    await this.in('compaction', async () => {
      await this.connection.evaluate(COMPACTION, MOVING);
      await this.connection.evaluate(FORGET);
      this.reference = new Reference(this.module.bytes);
      await this.again();
    });
  }

  /** Runs a group. Errors of the board count as differences; errors of the connection end the test. */
  private async in(name: string, run: () => Promise<void>): Promise<void> {
    this.options.progress?.(this.way.name, name);
    this.group = { assertions: 0, wrong: [] };
    this.groups[name] = this.group;
    try {
      await run();
    } catch (error) {
      if (!(error instanceof BoardError)) throw error;
      this.group.wrong.push(error.message);
    }
  }

  private async again(): Promise<void> {
    for (const each of FUNCTIONS) await this.operations(each, 1);
  }

  private async operations(called: OperationFunction, most: number): Promise<void> {
    const pairs = operandsOf(called.name, most);
    const calls = pairs.first.length * pairs.second.length;
    const together = Math.max(1, Math.floor(CALLS_AT_ONCE / calls));
    const wrong: number[] = [];
    for (let from = 0; from < called.operations.length; from += together) {
      const to = Math.min(from + together, called.operations.length);
      const sums = (await this.driven(called.name, from, to, pairs, false)) as number[];
      for (let index = from; index < to; index++)
        if (sums[index - from] !== sumOf(this.reference.results(called, index, pairs))) wrong.push(index);
    }
    this.group.assertions += called.operations.length * calls;
    // Operations on memory find it as the others have left it, here and there.
    for (const index of wrong) {
      const [results] = (await this.driven(called.name, index, index + 1, pairs, true)) as Operand[][];
      const expected = this.reference.results(called, index, pairs);
      this.group.wrong.push(difference(called.operations[index].name, pairs, results, expected));
    }
  }

  private driven(
    name: string,
    from: number,
    to: number,
    { first, second }: Operands,
    isListed: boolean,
  ): Promise<unknown> {
    const given = [name, from, to, first, second, isListed ? 1 : 0].map((each) => JSON.stringify(each));
    return this.evaluate(`selftest.f(${given.join()})`);
  }

  private async imports(): Promise<void> {
    await this.call('give', [2, [3, 0], 0.5, -4.25], 2.25);
    await this.call('give', [-7, [0, 1], 0, -4294967296], -6);
    await this.call('fail', [1], 1);
    await this.call('fail', [2], 'own.fail: failed 2');
    await this.call('fail', [0], 3);
    await this.call('again', [5], this.way.again);
  }

  /** Recursion without an end traps, and calls go on afterwards. */
  private async stack(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      await this.call('deep', [1], 'call stack exhausted');
      await this.call('sum', [5], 15);
    }
  }

  private async slices(): Promise<void> {
    const { rounds } = this.way;
    await this.evaluate(`selftest.s(${rounds})`);
    let told: unknown = 0;
    for (const end = Date.now() + CALLS; told === 0 && Date.now() < end; ) told = await this.evaluate('selftest.d');
    let sum = 0;
    for (let left = rounds; left > 0; left--) sum = (Math.imul(sum, 31) + left) | 0;
    const [result, ticks] = Array.isArray(told) ? told : ['it does not end', 0];
    this.expect(`spin(${rounds}) in slices`, result, sum);
    this.group.assertions++;
    if (!(ticks > 0)) this.group.wrong.push('no timer ran between the slices');
  }

  private async call(name: string, values: readonly unknown[], expected: number | string): Promise<void> {
    const given = JSON.stringify(values);
    this.expect(`${name}(${given.slice(1, -1)})`, await this.evaluate(`selftest.c("${name}",${given})`), expected);
  }

  private expect(what: string, found: unknown, expected: number | string): void {
    this.group.assertions++;
    if (found !== expected) this.group.wrong.push(`${what}: ${JSON.stringify(found)}, expected ${expected}`);
  }

  private evaluate(expression: string): Promise<unknown> {
    return this.connection.evaluate(expression, CALLS);
  }
}

/** In words, the first result that differs. */
function difference(
  operation: string,
  { first, second }: Operands,
  found: readonly Operand[],
  expected: readonly Operand[],
): string {
  const text = (value: Operand | undefined) => JSON.stringify(value);
  const index = expected.findIndex((each, at) => text(each) !== text(found[at]));
  if (index < 0) return `${operation}: another sum than its results have, which are right the second time`;
  const given = [first[Math.floor(index / second.length)], second[index % second.length]].map(resultText);
  return `${operation}(${given.join(', ')}): ${resultText(found[index])}, expected ${resultText(expected[index])}`;
}

/** The imports, as a file for `--imports` would give them. */
const OWN_IMPORTS: OwnImports = {
  file: 'the self-test',
  text: IMPORTS_TEXT,
  given: new Map([
    ['own', new Map(['give', 'fail', 'again'].map((name) => [name, { from: 'own', type: 'function' }]))],
  ]),
};
