// Functions as deep as compilers of other languages write them: long chains of operations, and blocks and ifs in each other. The
// text must not be as deep, nor grow faster than the function.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { compileModule } from '../../../targets/node/compile-module.js';
import { loadInNode } from '../board/script-program.js';

const leb = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 127;
    rest >>>= 7;
    bytes.push(rest > 0 ? low | 128 : low);
  } while (rest > 0);
  return bytes;
};
const sectionOf = (id: number, ...contents: number[]) => [id, ...leb(contents.length), ...contents];
const times = (count: number, each: (index: number) => number[]) =>
  Array.from({ length: count }, (_, at) => each(at)).flat();
const i32 = (value: number) => [
  0x41,
  ...(value < 64 ? [value] : [(value & 127) | 128, ...leb(value >> 7), 0].slice(0, 3)),
];

/** A module that exports a function `f` of an i32 with this body, which gives an i32. */
function moduleOf(body: number[]): Uint8Array {
  const code = [0, ...body, 0x0b];
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return Uint8Array.from([
    ...header,
    ...sectionOf(1, 1, 0x60, 1, 0x7f, 1, 0x7f),
    ...sectionOf(3, 1, 0),
    ...sectionOf(7, 1, 1, 0x66, 0, 0),
    ...sectionOf(10, 1, ...leb(code.length), ...code),
  ]);
}

/** x ^ (x + (x ^ (x + …))): the right operand is the deep one. */
const nestedSum = (count: number) =>
  moduleOf([...times(count + 1, () => [0x20, 0]), ...times(count, (at) => [at % 2 === 0 ? 0x6a : 0x73])]);

/** Blocks in each other around a table, each followed by what its case gives: a small number for each, at most 63. */
const switchOf = (count: number) =>
  moduleOf([
    ...times(count + 1, () => [0x02, 0x40]),
    ...[0x20, 0, 0x0e, ...leb(count), ...times(count + 1, leb), 0x0b],
    ...times(count, (at) => [...i32(at % 64), 0x0f, 0x0b]),
    ...[0x41, 0x7f],
  ]);

/** `if`s in each other, which all ask for another bit of the argument than the one outside. */
const nestedIfs = (count: number) =>
  moduleOf([
    ...times(count, (at) => [0x20, 0, ...i32(at % 32), 0x76, 0x41, 1, 0x71, 0x04, 0x40]),
    ...[0x41, 9, 0x0f],
    ...times(count, () => [0x0b]),
    ...[0x41, 5],
  ]);

function valueOfSum(count: number, x: number): number {
  let value = x;
  for (let at = 0; at < count; at++) value = at % 2 === 0 ? (x + value) | 0 : x ^ value;
  return value;
}

const SHAPES: [string, (count: number) => Uint8Array, number, (x: number, count: number) => number][] = [
  ['operands', nestedSum, 3000, (x, count) => valueOfSum(count, x)],
  ['switch', switchOf, 2500, (x, count) => (x >= 0 && x < count ? x % 64 : -1)],
  ['ifs', nestedIfs, 1200, (x) => (x === -1 ? 9 : 5)],
];
const ARGUMENTS = [0, 1, 5, 63, 64, 999, 2499, -1, -2, 0x7fffffff];
type Program = { f(x: number): number };

const roomy = { ...banglejs2, freeJsVars: 1e6, storage: { ...banglejs2.storage, bytes: 1 << 24 } };

/** The most braces and parentheses that are open at once. */
function depthOf(text: string): number {
  let [open, most] = [0, 0];
  for (const character of text) {
    if ('({['.includes(character)) most = Math.max(most, ++open);
    else if (')}]'.includes(character)) open--;
  }
  return most;
}

describe.each(SHAPES)('many nested %s', (_, moduleWith, count, expected) => {
  it('are translated for Node', () => {
    const exports = compileModule(moduleWith(count), { dialect: 'node' }).instantiate().exports() as unknown as Program;
    for (const x of ARGUMENTS) expect({ x, value: exports.f(x) }).toEqual({ x, value: expected(x, count) });
  });

  it.each([{}, { jit: 'all' }] as const)('are translated for boards, to text that is flat', async (options) => {
    const { image } = await buildProgram(readModule(moduleWith(count)), {
      board: roomy,
      name: 'app',
      tier: 'js',
      optimise: false,
      ...options,
    });
    const text = Buffer.from(image.files.find(({ name }) => name === 'app')!.bytes).toString('latin1');
    expect(depthOf(text)).toBeLessThan(200);
    const { f } = loadInNode('app', image.files) as unknown as Program;
    for (const x of ARGUMENTS) expect({ x, value: f(x) }).toEqual({ x, value: expected(x, count) });
  });

  it('make text that grows as they do', () => {
    const [half, whole] = [count / 2, count].map(
      (each) => compileModule(moduleWith(each), { dialect: 'node' }).text.length,
    );
    expect(whole).toBeLessThan(half * 2.5);
  });
});

describe('4,000 nested ifs that count fuel', () => {
  const bytes = nestedIfs(4000);

  it('are translated for Node', () => {
    const exports = compileModule(bytes, { dialect: 'node', fuel: true }).instantiate().exports() as unknown as Program;
    expect([exports.f(-1), exports.f(1)]).toEqual([9, 5]);
  });

  it('are translated for boards', async () => {
    const options = { board: roomy, name: 'app', tier: 'js', fuel: true } as const;
    const { image } = await buildProgram(readModule(bytes), options);
    const { f } = loadInNode('app', image.files) as unknown as Program;
    expect([f(-1), f(1)]).toEqual([9, 5]);
  });
});

it('a loop within too many ifs to run in slices is refused by its function', async () => {
  const body = [
    ...times(3000, () => [0x20, 0, 0x04, 0x40]),
    ...[0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b],
    ...times(3000, () => [0x0b]),
    ...[0x20, 0],
  ];
  const built = buildProgram(readModule(moduleOf(body)), {
    board: roomy,
    name: 'app',
    tier: 'js',
    optimise: false,
    resumable: true,
  });
  await expect(built).rejects.toThrow(/^function 0 .*nests its blocks too deeply to run in slices/);
});
