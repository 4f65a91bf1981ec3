// Lays out the code of a function: chooses the sizes of branches, growing them until all reach, and places pools of constants. What
// depends on other functions stays open as relocations.

import { inverse } from '../../../machine/thumb/condition.js';
import { encode, labelBase, writeEncoding } from '../../../machine/thumb/encode.js';
import type { Form } from '../../../machine/thumb/form.js';
import { FORMS } from '../../../machine/thumb/table.js';
import { type Assembly, type Item, isBarrier, Mark, type TrapSite } from './assembly.js';

/** A call or jump to a symbol, or a word that holds a symbol's distance. */
export interface Relocation {
  /** Byte offset in the function. */
  at: number;
  symbol: string;
  /** null for a word: the symbol's address, with the bit for Thumb, less `base`. */
  form: Form | null;
  base: number;
}

export interface LaidOut {
  bytes: Uint8Array;
  relocations: Relocation[];
  /** Calls with a site: the offset behind the call. */
  traps: { offset: number; site: TrapSite }[];
  /** Whether branches overwrite the link register, as far ones of ARMv6-M do: the function has to save it. */
  overwritesLink: boolean;
}

/** A value of a pool: a constant, or the distance of a symbol from a mark. */
interface PoolEntry {
  mark: Mark;
  value: number;
  symbol: string | null;
  base: Mark | null;
}

type Placed = Item | { kind: 'pool'; entries: PoolEntry[]; jumpsOver: boolean };

/**
 * Bytes from the first load of a constant to where its pool is placed, with sizes that are estimated from above: behind a branch, or
 * at the latest. Narrow loads, which are all that ARMv6-M has, reach 1020 bytes, wide ones 4095.
 */
const POOL_DISTANCES = { narrow: { free: 700, forced: 900 }, wide: { free: 3000, forced: 3900 } };
/** Constants of a pool that a narrow branch jumps over: it reaches 2046 bytes. */
const MOST_JUMPED_OVER = 480;
/** Distances that table entries of a byte, of a halfword, and of a signed halfword hold, in bytes. */
const TABLE_REACH = { byte: 2 * 0xff, halfword: 2 * 0xffff, signed: 2 * 0x7fff };
/** Bytes of the instructions in front of a table of ARMv6-M. */
const NARROW_TABLE_CODE = 14;
/** Bytes that a wide branch with a condition reaches, back and forth. */
const WIDE_CONDITIONAL = 2 ** 20;
/** The most that a wide load reaches. */
const WIDE_LITERAL = 4095;

export function layOut(assembly: Assembly, isThumb2: boolean): LaidOut {
  return new Layout(withPools(assembly.items, isThumb2), isThumb2).run();
}

/** Adds pools: one behind the code, and more of them in between where the code is long. */
function withPools(items: readonly Item[], isThumb2: boolean): Placed[] {
  const placed: Placed[] = [];
  let entries: PoolEntry[] = [];
  let since = 0;
  const flush = (jumpsOver: boolean) => {
    if (entries.length > 0) placed.push({ kind: 'pool', entries, jumpsOver });
    entries = [];
    since = 0;
  };
  const { free, forced } = isThumb2 ? POOL_DISTANCES.wide : POOL_DISTANCES.narrow;
  let inItBlock = 0;
  let isApart = false;
  /** The mark from which a symbol's distance counts: the instruction after it reads the program counter. */
  let base: Mark | null = null;
  for (const item of items) {
    const bytes = mostBytes(item);
    const isFull = since + bytes > forced || entries.length >= MOST_JUMPED_OVER;
    if (isApart && entries.length > 0 && isFull) flush(true);
    placed.push(item);
    if (item.kind === 'literal' || item.kind === 'symbol') {
      const symbol = item.kind === 'symbol' ? item.symbol : null;
      const value = item.kind === 'literal' ? item.value : 0;
      let entry = symbol === null ? entries.find((each) => each.symbol === null && each.value === value) : undefined;
      if (entry === undefined) {
        entry = { mark: new Mark(), value, symbol, base: item.kind === 'symbol' ? item.base : null };
        entries.push(entry);
      }
      item.place = entry.mark;
    }
    if (entries.length > 0) since += bytes;
    inItBlock = item.kind === 'instruction' && item.form === FORMS.it ? 2 : Math.max(0, inItBlock - 1);
    const isBase = item.kind === 'mark' && item.mark === base;
    if (item.kind === 'symbol') base = item.base;
    isApart = item.kind !== 'symbol' && !isBase && inItBlock === 0;
    if (since > free && isBarrier(item)) flush(false);
  }
  flush(false);
  return placed;
}

/** Whether a branch reaches so far; the most forth is 2 bytes less. */
function isWithin(distance: number, reach: number): boolean {
  return distance >= -reach && distance < reach;
}

function mostBytes(item: Item): number {
  switch (item.kind) {
    case 'instruction':
      return item.form.size;
    case 'mark':
      return 0;
    case 'table':
      return 16 + item.marks.length * 4;
    default:
      return 6;
  }
}

class Layout {
  private readonly items: Placed[];
  private readonly isThumb2: boolean;
  private readonly sizes: Int32Array;
  private readonly offsets: Int32Array;
  /** Indices of the items whose size depends on distances, and of those that give places to marks. Most items are neither. */
  private readonly growing: number[] = [];
  private readonly placing: number[] = [];
  /** Bytes of an entry of each table: 1 or 2 of a distance, or a far branch of 4. They only grow. */
  private readonly entryBytes = new Map<Placed, number>();
  private readonly relocations: Relocation[] = [];
  private readonly traps: LaidOut['traps'] = [];
  private bytes = new Uint8Array(0);
  private overwritesLink = false;

  constructor(items: Placed[], isThumb2: boolean) {
    this.items = items;
    this.isThumb2 = isThumb2;
    this.sizes = new Int32Array(items.length);
    this.offsets = new Int32Array(items.length);
    for (let index = 0; index < items.length; index++) this.sizes[index] = this.leastBytes(items[index], index);
  }

  run(): LaidOut {
    let end = this.assign();
    for (let grown = true; grown; ) {
      grown = false;
      for (const index of this.growing) {
        const needed = this.needed(this.items[index], index);
        if (needed <= this.sizes[index]) continue;
        this.sizes[index] = needed;
        grown = true;
      }
      if (grown) end = this.assign();
    }
    this.bytes = new Uint8Array((end + 3) & ~3);
    for (let index = 0; index < this.items.length; index++)
      this.write(this.items[index], this.offsets[index], this.sizes[index]);
    const { bytes, relocations, traps, overwritesLink } = this;
    return { bytes, relocations, traps, overwritesLink };
  }

  private leastBytes(item: Placed, index: number): number {
    switch (item.kind) {
      case 'instruction':
        return item.form.size;
      case 'mark':
        this.placing.push(index);
        return 0;
      case 'call':
        return 4;
      case 'literal':
      case 'symbol':
        this.growing.push(index);
        return item.isNarrow ? 2 : 4;
      case 'table':
        this.growing.push(index);
        this.entryBytes.set(item, this.isThumb2 ? 1 : 2);
        return this.tableBytes(item);
      case 'pool':
        this.placing.push(index);
        return item.entries.length * 4;
      default:
        this.growing.push(index);
        return 2;
    }
  }

  /** Gives all items offsets. Returns the end. */
  private assign(): number {
    const { items, sizes, offsets } = this;
    let at = 0;
    let start = 0;
    for (const place of this.placing) {
      for (let index = start; index < place; index++) {
        offsets[index] = at;
        at += sizes[index];
      }
      offsets[place] = at;
      start = place + 1;
      const item = items[place];
      if (item.kind === 'mark') item.mark.offset = at;
      if (item.kind !== 'pool') continue;
      if (item.jumpsOver) at += 2;
      at = (at + 3) & ~3;
      for (const entry of item.entries) {
        entry.mark.offset = at;
        at += 4;
      }
    }
    for (let index = start; index < items.length; index++) {
      offsets[index] = at;
      at += sizes[index];
    }
    return at;
  }

  /** Bytes that the item needs where it is now. */
  private needed(item: Placed, index: number): number {
    const at = this.offsets[index];
    switch (item.kind) {
      case 'branch': {
        const distance = item.mark.offset - at - 4;
        if (item.condition === null) {
          if (distance >= -2048 && distance <= 2046) return 2;
          return 4;
        }
        if (distance >= -256 && distance <= 254) return 2;
        if (this.isThumb2) return isWithin(distance, WIDE_CONDITIONAL) ? 4 : 6;
        return distance >= -2046 && distance <= 2044 ? 4 : 6;
      }
      case 'zeroBranch': {
        const distance = item.mark.offset - at - 4;
        if (distance >= 0 && distance <= 126 && this.sizes[index] === 2) return 2;
        const behind = distance - 2;
        if (behind >= -256 && behind <= 254) return 4;
        return isWithin(behind, WIDE_CONDITIONAL) ? 6 : 8;
      }
      case 'literal':
      case 'symbol': {
        const distance = item.place!.offset - ((at + 4) & ~3);
        if (item.isNarrow && distance <= 1020) return 2;
        return distance <= WIDE_LITERAL ? 4 : 8;
      }
      case 'table':
        this.entryBytes.set(item, Math.max(this.entryBytes.get(item)!, this.neededEntryBytes(item, at)));
        return this.tableBytes(item);
      default:
        return this.sizes[index];
    }
  }

  private neededEntryBytes({ marks }: Item & { kind: 'table' }, at: number): number {
    if (!this.isThumb2) {
      const base = at + NARROW_TABLE_CODE;
      return marks.every(({ offset }) => Math.abs(offset - base) <= TABLE_REACH.signed) ? 2 : 4;
    }
    const distances = marks.map(({ offset }) => offset - at - 4);
    if (distances.some((each) => each < 0 || each > TABLE_REACH.halfword)) return 4;
    return distances.every((each) => each <= TABLE_REACH.byte) ? 1 : 2;
  }

  private tableBytes(item: Item & { kind: 'table' }): number {
    const bytes = this.entryBytes.get(item)!;
    const { length } = item.marks;
    if (!this.isThumb2) return Math.max(NARROW_TABLE_CODE + length * 2, bytes === 4 ? 8 + length * 4 : 0);
    return bytes === 4 ? 16 + length * 4 : 4 + ((length * bytes + 1) & ~1);
  }

  // Writing.

  private put(at: number, form: Form, ...operands: number[]): number {
    writeEncoding(this.bytes, at, encode(form, operands), form.size);
    return at + form.size;
  }

  private branchTo(at: number, form: Form, target: number, ...before: number[]): number {
    return this.put(at, form, ...before, target - labelBase(form, at));
  }

  private write(item: Placed, at: number, size: number): void {
    switch (item.kind) {
      case 'instruction':
        writeEncoding(this.bytes, at, encode(item.form, item.operands), item.form.size);
        if (item.site !== undefined) this.traps.push({ offset: at + item.form.size, site: item.site });
        return;
      case 'mark':
        return;
      case 'branch':
        this.branch(item, at, size);
        return;
      case 'zeroBranch':
        if (size === 2) this.branchTo(at, item.isZero ? FORMS.cbz : FORMS.cbnz, item.mark.offset, item.register);
        else {
          const next = this.put(at, FORMS.cmp_imm, item.register, 0);
          this.conditional(item.isZero ? 0 : 1, item.mark.offset, next, size - 2);
        }
        return;
      case 'call': {
        const form = item.isJump ? FORMS.b_w : FORMS.bl;
        this.relocations.push({ at, symbol: item.symbol, form, base: 0 });
        if (item.at !== null) this.traps.push({ offset: at + 4, site: item.at });
        return;
      }
      case 'literal':
      case 'symbol':
        this.load(item, at, size);
        return;
      case 'table':
        this.table(item, at);
        return;
      case 'pool':
        this.pool(item, at);
    }
  }

  private branch({ condition, mark }: Item & { kind: 'branch' }, at: number, size: number): void {
    const target = mark.offset;
    // ARMv6-M has no far branch but a call.
    if (!this.isThumb2 && size === (condition === null ? 4 : 6)) this.overwritesLink = true;
    if (condition === null) {
      const far = this.isThumb2 ? FORMS.b_w : FORMS.bl;
      this.branchTo(at, size === 2 ? FORMS.b : far, target);
      return;
    }
    this.conditional(condition, target, at, size);
  }

  /** Beyond the reach of one branch, the opposite condition jumps over a far one. */
  private conditional(condition: number, target: number, at: number, size: number): void {
    if (size === 2) this.branchTo(at, FORMS.b_cond, target, condition);
    else if (this.isThumb2 && size === 4) this.branchTo(at, FORMS.b_cond_w, target, condition);
    else {
      const far = this.isThumb2 ? FORMS.b_w : FORMS.bl;
      const next = this.branchTo(at, FORMS.b_cond, at + size, inverse(condition));
      this.branchTo(next, size === 4 ? FORMS.b : far, target);
    }
  }

  private load({ register, place, ...item }: Item & { kind: 'literal' | 'symbol' }, at: number, size: number): void {
    const target = place!.offset;
    if (size === 8) {
      const value = item.kind === 'literal' ? item.value : 0;
      if (item.kind === 'symbol') throw new Error(`the pool with ${item.symbol} is too far away`);
      const next = this.put(at, FORMS.movw, register, value & 0xffff);
      this.put(next, FORMS.movt, register, value >>> 16);
      return;
    }
    const form = size === 2 ? FORMS.ldr_literal : FORMS.ldr_w_literal;
    this.put(at, form, register, target - labelBase(form, at));
  }

  private table(item: Item & { kind: 'table' }, at: number): void {
    const { register, scratch, marks } = item;
    const bytes = this.entryBytes.get(item)!;
    if (bytes === 4) {
      this.farTable(item, at);
      return;
    }
    if (!this.isThumb2) {
      // The program counter is 4 bytes further than the instruction that reads it: the table is 8 bytes behind the first sum.
      let next = this.put(at, FORMS.lsls_imm, scratch, register, 1);
      next = this.put(next, FORMS.add_high, scratch, 15);
      next = this.put(next, FORMS.ldrh_imm, scratch, scratch, 8);
      next = this.put(next, FORMS.sxth, scratch, scratch);
      next = this.put(next, FORMS.lsls_imm, scratch, scratch, 1);
      next = this.put(next, FORMS.add_high, scratch, 15);
      const base = this.put(next, FORMS.mov_high, 15, scratch);
      for (const [index, { offset }] of marks.entries()) this.halfword(base + index * 2, (offset - base) / 2);
      return;
    }
    const base = this.put(at, bytes === 1 ? FORMS.tbb : FORMS.tbh, 15, register);
    for (const [index, { offset }] of marks.entries()) {
      const distance = (offset - base) / 2;
      if (bytes === 1) this.bytes[base + index] = distance;
      else this.halfword(base + index * 2, distance);
    }
  }

  /** Through branches of four bytes: some target lies before, or out of reach of a distance. */
  private farTable({ register, scratch, marks }: Item & { kind: 'table' }, at: number): void {
    let next: number;
    if (this.isThumb2) {
      next = this.put(at, FORMS.adr_w, scratch, 12 + (at & 2));
      next = this.put(next, FORMS.add_w_reg, scratch, scratch, register, 2);
      next = this.put(next, FORMS.add_w_imm, scratch, scratch, 1);
      next = this.put(next, FORMS.bx, scratch);
      next = this.put(next, FORMS.nop);
    } else {
      // The program counter of the sum is 2 bytes in front of the branches.
      next = this.put(at, FORMS.lsls_imm, scratch, register, 2);
      next = this.put(next, FORMS.add_high, scratch, 15);
      next = this.put(next, FORMS.adds_imm8, scratch, 2);
      next = this.put(next, FORMS.mov_high, 15, scratch);
      this.overwritesLink = true;
    }
    for (const { offset } of marks) next = this.branchTo(next, this.isThumb2 ? FORMS.b_w : FORMS.bl, offset);
  }

  private halfword(at: number, value: number): void {
    this.bytes[at] = value;
    this.bytes[at + 1] = value >> 8;
  }

  private pool({ entries, jumpsOver }: Placed & { kind: 'pool' }, at: number): void {
    const last = entries[entries.length - 1].mark.offset + 4;
    if (jumpsOver) this.branchTo(at, FORMS.b, last);
    const view = new DataView(this.bytes.buffer);
    for (const { mark, value, symbol, base } of entries) {
      view.setInt32(mark.offset, value, true);
      if (symbol === null) continue;
      // The program counter is 4 bytes further than the instruction that reads it.
      this.relocations.push({ at: mark.offset, symbol, form: null, base: base!.offset + 4 });
    }
  }
}
