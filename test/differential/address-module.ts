// Writes small modules whose addresses are hostile: at the ends of memory and of the number range, behind masks, shifts and comparisons
// that nearly prove them, in loops that count nearly to the end, beside memory that grows. What elides checks is what they are about.
import { Opcode } from '../../src/opcodes.js';
import {
  type Code,
  call,
  constant,
  EMPTY_BLOCK,
  i32,
  localGet,
  localSet,
  localTee,
  ModuleBuilder,
  memoryAccess,
} from './module-builder.js';
import { loadRows, type OpcodeRow, storeRows } from './opcode-rows.js';
import { Random } from './random.js';
import type { Call } from './random-module.js';
import { type RandomModule, STEPS } from './random-module.js';
import { asI32, bulk, edge, fromI32 } from './size-code.js';

const { Block, Loop, If, Else, End, Br, BrIf, Select } = Opcode;
const { I32Add, I32Sub, I32Mul, I32Xor, I32And, I32Or, I32Shl, I32ShrU, I32ShrS, I32RemU, I32Rotl } = Opcode;
const PAGE = 65536;
const I32_COMPARISONS = [0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f];
const I64_COMPARISONS = I32_COMPARISONS.slice(2).map((code) => code + 0x51 - 0x46);
const [A, B, N, SUM, INDEX, LIMIT, KEPT] = [0, 1, 2, 3, 4, 5, 6];
/** Counts the rounds of a loop of depth 1; others follow. */
const GUARD = 7;
const MOST_DEPTH = 2;
const CALLS = 8;
const MOST_ROUNDS = 12;
const WHOLE: readonly OpcodeRow[] = [...loadRows.filter(({ mnemonic }) => mnemonic === 'i32.load'), ...loadRows];

/** A memory: pages, most pages, and the logarithm of a page's size. */
const MEMORIES: readonly (readonly [number, number, number])[] = [
  [0, 2, 16],
  [1, 1, 16],
  [1, 1, 16],
  [1, 2, 16],
  [1, 3, 16],
  [2, -1, 16],
  [3, 3, 16],
  [0, 0, 0],
  [3, 9, 0],
  [100, 100, 0],
  [1000, 4099, 0],
  [4096, 4096, 0],
  [65535, 65535, 0],
];

const WINDOWED_MEMORIES = MEMORIES.filter(([least, , shift]) => least > 0 && shift === 16);

/**
 * Distances from the memory of a native instance to its image, context, stack and tables: an access there breaks no rule of regions, but
 * does not trap.
 */
const OTHER_REGIONS = [0xd8000000, 0xf0000000, 0xf0000040, 0xf1000000, 0xf1008000, 0xf2000000];

class AddressWriter {
  readonly code: Code = [];
  private readonly random: Random;
  private readonly size: number;
  private readonly start: number;
  private readonly grower: number;
  private readonly isGrowing: boolean;

  constructor(random: Random, { start, size }: { start: number; size: number }, grower: number, isGrowing: boolean) {
    this.random = random;
    this.size = size;
    this.start = start;
    this.grower = grower;
    this.isGrowing = isGrowing;
  }

  emit(...bytes: Code): this {
    for (const byte of bytes) this.code.push(byte);
    return this;
  }

  /** A number near an end. */
  number(): number {
    const { random, size } = this;
    const kind = random.below(10);
    if (kind < 4) return (size + random.below(24) - 20) | 0;
    if (kind === 4) return random.below(size + 1);
    if (kind === 7 && this.start > 0) return this.start + random.below(24) - 16;
    if (kind === 5) return random.pick(OTHER_REGIONS) | 0;
    if (kind === 6) return (size + PAGE + random.below(20) - 10) | 0;
    return kind < 9 ? random.below(12) - 2 : edge(random);
  }

  offset(): number {
    const { random } = this;
    return random.chance(92) ? random.below(17) : this.number() >>> 0;
  }

  /** An i32 that is an address. */
  address(depth = 2): Code {
    const { random } = this;
    const kind = random.below(depth === 0 ? 5 : 16);
    if (kind < 4) return localGet(random.pick([A, B, INDEX, KEPT]));
    if (kind === 4) return random.chance(40) ? i32(this.number()) : localGet(random.pick([A, INDEX]));
    const inner = this.address(depth - 1);
    if (kind < 7) {
      const added = random.chance(70) ? random.below(40) : this.number();
      return [...inner, ...i32(added), random.pick([I32Add, I32Sub])];
    }
    if (kind === 7) return [...inner, ...this.address(depth - 1), I32Add];
    if (kind === 8) return [...inner, ...i32(1 + random.below(4)), I32Shl];
    if (kind === 9) return [...inner, ...i32(random.below(33)), random.pick([I32ShrU, I32ShrS, I32Rotl])];
    if (kind < 12) return [...inner, ...i32(this.mask()), I32And];
    if (kind === 12)
      return [...inner, ...i32(random.pick([this.size, this.size - 3, 7, 0x10000])), ...this.remainder()];
    if (kind === 13) return [...inner, ...i32(random.pick([2, 3, 4, 12, -4, 0x10001])), I32Mul];
    if (kind === 14) return [...inner, ...this.address(depth - 1), ...localGet(N), Select];
    return [...inner, ...i32(random.pick([1, 3, 4, this.size - 4])), random.pick([I32Or, I32Xor])];
  }

  /** Returns a remainder whose divisor may be 0. */
  private remainder(): Code {
    return [...i32(1), I32Or, I32RemU];
  }

  private mask(): number {
    const { random, size } = this;
    return random.pick([size - 1, size - 4, size - 8, -4, -8, -2, 0xffff, 0xfffc, 0x1ffff, 0xfff, 0x7fffffff, 3, 255]);
  }

  condition(): Code {
    const { random } = this;
    const kind = random.below(8);
    const tested = localGet(random.pick([A, B, INDEX, KEPT]));
    if (kind === 0) return [...tested, ...i32(this.mask()), I32And];
    if (kind === 1) {
      const bits = BigInt(this.number()) & (random.chance(50) ? 0xffffffffn : -1n);
      return [...tested, 0xad, ...constant('i64', bits), random.pick(I64_COMPARISONS)];
    }
    if (kind === 2) return [...tested, ...localGet(random.pick([A, B, LIMIT])), random.pick(I32_COMPARISONS)];
    if (kind === 3) return [...localGet(N), ...i32(1 << random.below(4)), I32And];
    return [...tested, ...i32(this.number()), random.pick(I32_COMPARISONS)];
  }

  access(address = this.address()): this {
    const { random } = this;
    if (random.chance(55)) {
      const { code, result } = random.pick(WHOLE);
      this.emit(...localGet(SUM), ...i32(7), I32Rotl, ...address, ...memoryAccess(code, this.offset()));
      // A NaN has no bits that all engines agree on.
      if (result === 'f32' || result === 'f64') this.emit(...(result === 'f32' ? [0xbc] : [0xbd, 0xa7]));
      else this.emit(...asI32(result));
      return this.emit(I32Xor, ...localSet(SUM));
    }
    const { code, parameters } = random.pick(storeRows);
    return this.emit(...address, ...localGet(N), ...fromI32(parameters[1]), ...memoryAccess(code, this.offset()));
  }

  /** Accesses to one address, at several offsets. */
  private group(): this {
    const { random } = this;
    const address = random.chance(60) ? localGet(random.pick([A, B, INDEX, KEPT])) : this.address();
    for (let count = 2 + random.below(3); count > 0; count--) this.access(address);
    return this;
  }

  statements(count: number, depth: number): this {
    for (; count > 0; count--) this.statement(depth);
    return this;
  }

  /** Statements of which each call of the function executes some, so that not all calls end at the first ones. */
  someStatements(count: number): this {
    for (let index = 0; index < count; index++) {
      const isAlways = this.random.chance(25);
      if (!isAlways) this.emit(...localGet(N), ...i32(1 << index), I32And, If, EMPTY_BLOCK);
      this.statements(1, MOST_DEPTH);
      if (!isAlways) this.emit(End);
    }
    return this;
  }

  private statement(depth: number): void {
    const { random } = this;
    const kind = random.below(depth > 0 ? 16 : 7);
    if (kind < 3) this.access();
    else if (kind < 5) this.group();
    else if (kind === 5) this.emit(...this.address(), ...localSet(random.pick([A, B, KEPT, KEPT])));
    else if (kind === 6) this.whole();
    else if (kind < 10) {
      this.emit(...this.condition(), If, EMPTY_BLOCK).statements(1 + random.below(2), depth - 1);
      if (random.chance(40)) this.emit(Else).statements(1, depth - 1);
      this.emit(End);
    } else if (kind < 12) {
      this.emit(Block, EMPTY_BLOCK, ...this.condition(), BrIf, 0)
        .statements(1 + random.below(2), depth - 1)
        .emit(End);
    } else this.loop(depth);
  }

  /** Memory as a whole. */
  private whole(): void {
    const { random } = this;
    const small = () => (random.chance(70) ? i32(random.below(9)) : this.address(0));
    const kind = random.below(this.isGrowing ? 6 : 3);
    if (kind === 0) this.emit(...this.address(1), ...localGet(N), ...small(), ...bulk(Opcode.MemoryFill, 0));
    else if (kind === 1)
      this.emit(...this.address(1), ...this.address(1), ...small(), ...bulk(Opcode.MemoryCopy, 0, 0));
    else if (kind === 2)
      this.emit(...this.address(1), ...i32(random.below(6)), ...small(), ...bulk(Opcode.MemoryInit, 0, 0));
    else if (kind === 3) this.emit(...i32(random.below(2)), Opcode.MemoryGrow, 0, ...localSet(KEPT));
    else if (kind === 4) this.emit(...localGet(N), ...call(this.grower), ...localSet(KEPT));
    else this.emit(Opcode.MemorySize, 0, ...i32(16), I32Shl, ...localSet(random.pick([KEPT, LIMIT])));
  }

  /** Counts from a start by steps to a limit; a guard ends what would not end. */
  private loop(depth: number): void {
    const { random } = this;
    const counter = GUARD + depth - 1;
    const start = random.pick([localGet(A), localGet(B), i32(0), i32(this.number()), this.address(1)]);
    const step = random.pick([1, 1, 2, 4, 4, 8, 3, -1, -4, this.size, 0x10000000]);
    const span = i32(Math.imul(step, 1 + random.below(MOST_ROUNDS)));
    const limit = random.pick([[...localGet(INDEX), ...span, I32Add], i32(this.number()), localGet(N), localGet(B)]);
    this.emit(...start, ...localSet(INDEX), ...limit, ...localSet(LIMIT), ...i32(0), ...localSet(counter));
    const isTestedFirst = random.chance(50);
    const compared = () => [
      ...localGet(INDEX),
      ...(random.chance(50) ? localGet(LIMIT) : i32(this.number())),
      random.pick(I32_COMPARISONS),
    ];
    this.emit(Block, EMPTY_BLOCK, Loop, EMPTY_BLOCK);
    const guard = [...localGet(counter), ...i32(1), I32Add, ...localTee(counter), ...i32(MOST_ROUNDS), 0x4b, BrIf, 1];
    const isGuardedFirst = random.chance(50);
    if (isGuardedFirst) this.emit(...guard);
    if (isTestedFirst) this.emit(...compared(), BrIf, 1);
    const address = random.pick([localGet(INDEX), [...localGet(A), ...localGet(INDEX), I32Add], this.address(1)]);
    this.access(address);
    if (random.chance(60)) this.access(address);
    if (random.chance(40)) this.statements(1, depth - 1);
    this.emit(...localGet(INDEX), ...i32(step), I32Add, ...localSet(INDEX));
    if (random.chance(40)) this.access(localGet(INDEX));
    if (!isGuardedFirst) this.emit(...guard);
    this.emit(...(isTestedFirst ? [Br, 0] : [...compared(), BrIf, 0]), End, End);
  }
}

/** The module of a seed: a function, and perhaps one that grows memory, which has no bytes below `start`. */
export function addressModule(seed: number, start = 0): RandomModule {
  const random = new Random(seed ^ 0xadd7e55);
  const builder = new ModuleBuilder();
  builder.export(STEPS, 'global', builder.global('i32', true, i32(0)));
  const [least, most, shift] = random.pick(start === 0 ? MEMORIES : WINDOWED_MEMORIES);
  const size = least * 2 ** shift;
  builder.memory(least, most, shift);
  if (random.chance(30)) builder.export('memory', 'memory', 0);
  const bytes = Uint8Array.from({ length: 64 }, () => random.below(256));
  builder.passiveData(bytes.subarray(0, 7));
  for (const at of [start, size - 64]) if (at >= 0 && size >= 64) builder.data(at, bytes);
  const isGrowing = random.chance(50);
  const grow = [...localGet(0), ...i32(1), I32And, Opcode.MemoryGrow, 0];
  const grower = isGrowing ? builder.define(['i32'], ['i32'], [], grow) : -1;
  const writer = new AddressWriter(random, { start, size }, grower, isGrowing).someStatements(4 + random.below(5));
  const locals = Array.from({ length: GUARD + MOST_DEPTH - SUM }, () => 'i32' as const);
  builder.define(['i32', 'i32', 'i32'], ['i32'], locals, [...writer.code, ...localGet(SUM)], 'f');
  const place = () => (random.chance(65) ? start + random.below(Math.max(1, size - start - 24)) : writer.number());
  const calls = Array.from({ length: CALLS }, (_, round): Call => {
    const last = round < CALLS - 2 ? random.bits() & random.bits() & random.bits() : writer.number();
    return { name: 'f', values: [place(), place(), last], steps: 0 };
  });
  return { bytes: builder.build(), functions: [], globals: [], tables: [], calls };
}
