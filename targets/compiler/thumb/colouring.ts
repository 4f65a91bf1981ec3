// Colours the interference graph of a function (Chaitin, Briggs). Moves are coalesced where the graph stays as easy to colour.

import type { Homes } from './homes.js';
import type { Interference } from './interference.js';
import type { RegisterFile } from './register-file.js';
import { FIRST_VIRTUAL, type VirtualFunction, type VirtualInstruction } from './virtual-code.js';

const MOST_COALESCING_ROUNDS = 6;
/** Registers that take the colour of others, for each one without a colour. */
const MOST_EXCHANGES = 2;

export class Colouring {
  readonly graph: Interference;
  private readonly code: VirtualFunction;
  private readonly file: RegisterFile;
  private readonly colours: number;
  /** By register: the register that it was merged into. */
  private readonly merged: Int32Array;
  private readonly colour: Int32Array;

  /** Changes `graph`. */
  constructor(code: VirtualFunction, file: RegisterFile, graph: Interference) {
    this.code = code;
    this.file = file;
    this.colours = file.allocatable.length;
    this.graph = graph;
    this.merged = new Int32Array(code.registers);
    for (let register = 0; register < code.registers; register++) this.merged[register] = register;
    this.colour = new Int32Array(code.registers).fill(-1);
    for (let register = 0; register < FIRST_VIRTUAL; register++) this.colour[register] = register;
  }

  /** The registers that got no colour. */
  run(): number[] {
    this.coalesce();
    const stack = this.simplify();
    const preferred = this.preferences();
    let uncoloured = this.select(stack, preferred, this.order(false));
    const usesSaved = () => stack.some((register) => this.file.saved.has(this.colour[register]));
    if (uncoloured.length > 0 || (!this.code.calls && usesSaved()))
      uncoloured = this.select(stack, preferred, this.order(true));
    return this.exchanged(uncoloured);
  }

  /**
   * Gives colours to registers that got none, where their cost is above that of the neighbours that lose theirs. Returns the registers
   * that have none then.
   */
  private exchanged(uncoloured: number[]): number[] {
    const open = uncoloured.sort((a, b) => this.costOf(a) - this.costOf(b));
    const left: number[] = [];
    let exchanges = MOST_EXCHANGES * open.length;
    for (let register = open.pop(); register !== undefined; register = open.pop()) {
      const colour = exchanges > 0 ? this.cheapestColour(register) : null;
      if (colour === null) {
        left.push(register);
        continue;
      }
      exchanges--;
      const { neighbours } = this.graph;
      for (let edge = neighbours.start(register); edge >= 0; edge = neighbours.next(edge)) {
        const neighbour = neighbours.at(edge);
        if (this.colour[neighbour] !== colour) continue;
        this.colour[neighbour] = -1;
        let at = open.length;
        while (at > 0 && this.costOf(open[at - 1]) > this.costOf(neighbour)) at--;
        open.splice(at, 0, neighbour);
      }
      this.colour[register] = colour;
    }
    return left;
  }

  /** The colour whose loss costs the neighbours least; null if that is no less than the cost of the register. */
  private cheapestColour(register: number): number | null {
    const { neighbours } = this.graph;
    const losses = new Float64Array(FIRST_VIRTUAL);
    for (let edge = neighbours.start(register); edge >= 0; edge = neighbours.next(edge)) {
      const colour = this.colour[neighbours.at(edge)];
      if (colour >= 0) losses[colour] += this.costOf(neighbours.at(edge));
    }
    let best: number | null = null;
    for (const colour of this.file.allocatable) {
      if ((neighbours.fixed[register] & (1 << colour)) !== 0 || losses[colour] >= this.costOf(register)) continue;
      if (best === null || losses[colour] < losses[best]) best = colour;
    }
    return best;
  }

  /** Returns the cost of spilling a register. */
  private costOf(register: number): number {
    return this.graph.isTemporary[register] === 1 ? Infinity : this.graph.cost[register];
  }

  /** Returns the representative of a register after coalescing. */
  find(register: number): number {
    let found = register;
    while (this.merged[found] !== found) found = this.merged[found];
    this.merged[register] = found;
    return found;
  }

  /** Chooses the places of registers that got no colour: for each, the first slot from now on that no interfering value has. */
  homes(uncoloured: readonly number[]): Homes {
    const slots = new Map<number, number>();
    const repeated = new Map<number, VirtualInstruction>();
    const first = this.code.slots;
    for (const register of uncoloured) {
      const instruction = this.graph.repeated[register];
      if (instruction !== null) repeated.set(register, instruction);
      else slots.set(register, this.freeSlot(register, first, slots));
    }
    return {
      slots,
      repeated,
      find: (register) => this.find(register),
      isAllocatable: (register) => this.isAllocatable(register),
      areSplit: true,
    };
  }

  /** The first slot from `first` on that no value has which is live at the same time. */
  private freeSlot(register: number, first: number, slots: ReadonlyMap<number, number>): number {
    const taken = new Set<number | undefined>();
    const { neighbours } = this.graph;
    for (let at = neighbours.start(register); at >= 0; at = neighbours.next(at))
      taken.add(slots.get(neighbours.at(at)));
    let slot = first;
    while (taken.has(slot)) slot++;
    this.code.slots = Math.max(this.code.slots, slot + 1);
    return slot;
  }

  colourOf(register: number): number {
    return this.colour[this.find(register)];
  }

  /** A function that saves nothing yet takes R12 before what it would have to save. */
  private order(savesAnyway: boolean): readonly number[] {
    const { allocatable, saved } = this.file;
    if (savesAnyway || this.code.calls) return allocatable;
    return [...allocatable.filter((each) => !saved.has(each)), ...allocatable.filter((each) => saved.has(each))];
  }

  /** Whether values may be in the register. */
  isAllocatable(register: number): boolean {
    return register >= FIRST_VIRTUAL || this.file.allocatable.includes(register);
  }

  // Coalescing.

  private coalesce(): void {
    let moves = this.graph.moves
      .filter(({ to, from }) => this.isAllocatable(to) && this.isAllocatable(from))
      .sort((a, b) => b.frequency - a.frequency);
    for (let round = 0; moves.length > 0 && round < MOST_COALESCING_ROUNDS; round++) {
      const left = moves.filter(({ to, from }) => this.isStillApart(to, from));
      // Without a change, another round finds the same.
      if (left.length === moves.length) return;
      moves = left;
    }
  }

  /** Makes one of the two registers of a move, if that can be. Returns whether it might be possible later. */
  private isStillApart(to: number, from: number): boolean {
    const { neighbours } = this.graph;
    const a = this.find(to);
    const b = this.find(from);
    if (a === b || (a < FIRST_VIRTUAL && b < FIRST_VIRTUAL)) return false;
    const kept = a < FIRST_VIRTUAL ? a : b;
    const gone = a < FIRST_VIRTUAL ? b : a;
    if (neighbours.areNeighbours(gone, kept)) return false;
    const fits =
      kept < FIRST_VIRTUAL
        ? neighbours.fitsColour(kept, gone, this.colours)
        : neighbours.fitsBoth(kept, gone, this.colours) ||
          neighbours.fitsOther(kept, gone, this.colours) ||
          neighbours.fitsOther(gone, kept, this.colours);
    if (fits) this.merge(kept, gone);
    return !fits;
  }

  private merge(kept: number, gone: number): void {
    const { neighbours, cost, repeated } = this.graph;
    this.merged[gone] = kept;
    neighbours.merge(kept, gone);
    cost[kept] += cost[gone];
    repeated[kept] = null;
  }

  // Colouring.

  /** Virtual registers in the order in which they are taken out of the graph: easy ones first. */
  private simplify(): number[] {
    const { count, neighbours } = this.graph;
    const degree = neighbours.degree.slice(0, count);
    const state = new Uint8Array(count);
    const easy: number[] = [];
    const hard: number[] = [];
    for (let register = FIRST_VIRTUAL; register < count; register++) {
      if (this.merged[register] !== register) continue;
      state[register] = 1;
      if (degree[register] < this.colours) easy.push(register);
      else hard.push(register);
    }
    const stack: number[] = [];
    const remove = (register: number) => {
      state[register] = 0;
      stack.push(register);
      for (let at = neighbours.start(register); at >= 0; at = neighbours.next(at)) {
        const each = neighbours.at(at);
        if (state[each] === 0) continue;
        if (--degree[each] === this.colours - 1) easy.push(each);
      }
    };
    // Cheap ones that are in the way of many come last in this list, and are taken from its end.
    const cost = new Float64Array(hard.length > 0 ? count : 0);
    for (const register of hard) cost[register] = this.costOf(register) / degree[register];
    hard.sort((a, b) => cost[b] - cost[a]);
    for (;;) {
      const next = easy.pop() ?? hard.pop();
      if (next === undefined) return stack;
      if (state[next] === 1) remove(next);
    }
  }

  /** Returns, for each register, the registers that moves connect it with. */
  private preferences(): Map<number, number[]> {
    const found = new Map<number, number[]>();
    const add = (from: number, to: number) => {
      const known = found.get(from);
      if (known === undefined) found.set(from, [to]);
      else known.push(to);
    };
    for (const { to, from } of this.graph.moves) {
      const a = this.find(to);
      const b = this.find(from);
      if (a === b) continue;
      add(a, b);
      add(b, a);
    }
    return found;
  }

  private select(stack: readonly number[], preferred: Map<number, number[]>, order: readonly number[]): number[] {
    const { neighbours } = this.graph;
    const uncoloured: number[] = [];
    const all = this.file.allocatable.reduce((mask, register) => mask | (1 << register), 0);
    for (const register of stack) this.colour[register] = -1;
    for (let at = stack.length - 1; at >= 0; at--) {
      const register = stack[at];
      let taken = neighbours.fixed[register];
      for (let edge = neighbours.start(register); edge >= 0 && taken !== all; edge = neighbours.next(edge)) {
        const colour = this.colour[neighbours.at(edge)];
        if (colour >= 0) taken |= 1 << colour;
      }
      if (taken === all) {
        uncoloured.push(register);
        continue;
      }
      const free = all & ~taken;
      this.colour[register] = this.preferredColour(preferred.get(register), free) ?? firstOf(order, free);
    }
    return uncoloured;
  }

  /** The colour of one of the registers that is among the free ones. */
  private preferredColour(registers: readonly number[] | undefined, free: number): number | null {
    if (registers === undefined) return null;
    for (const register of registers) {
      const colour = this.colour[register];
      if (colour >= 0 && (free & (1 << colour)) !== 0) return colour;
    }
    return null;
  }
}

/** The first of the registers that is in the set. */
function firstOf(registers: readonly number[], set: number): number {
  for (const register of registers) if ((set & (1 << register)) !== 0) return register;
  throw new Error('no register is free');
}
