// Colours the interference graph of a function (Chaitin, Briggs). Moves are coalesced where the graph stays as easy to colour.

import { Interference } from './interference.js';
import { FIRST_VIRTUAL, type VirtualFunction } from './virtual-code.js';

const MOST_COALESCING_ROUNDS = 6;

export interface RegisterFile {
  /** In the order of preference of a function that calls others, or saves registers anyway. */
  allocatable: readonly number[];
  /** Those that a function has to save before it uses them. */
  saved: ReadonlySet<number>;
}

export class Colouring {
  readonly graph: Interference;
  private readonly code: VirtualFunction;
  private readonly file: RegisterFile;
  private readonly colours: number;
  /** What a register has become one with. */
  private readonly merged: Int32Array;
  private readonly colour: Int32Array;

  constructor(code: VirtualFunction, file: RegisterFile) {
    this.code = code;
    this.file = file;
    this.colours = file.allocatable.length;
    this.graph = new Interference(code, file.allocatable);
    this.merged = Int32Array.from({ length: code.registers }, (_, register) => register);
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
    return uncoloured;
  }

  /** What stands for a register after coalescing. */
  find(register: number): number {
    let found = register;
    while (this.merged[found] !== found) found = this.merged[found];
    this.merged[register] = found;
    return found;
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
    const moves = this.graph.moves
      .filter(({ to, from }) => this.isAllocatable(to) && this.isAllocatable(from))
      .sort((a, b) => b.frequency - a.frequency);
    for (let round = 0, changed = true; changed && round < MOST_COALESCING_ROUNDS; round++) {
      changed = false;
      for (const { to, from } of moves) {
        const [a, b] = [this.find(to), this.find(from)];
        if (a === b || (a < FIRST_VIRTUAL && b < FIRST_VIRTUAL)) continue;
        const [kept, gone] = a < FIRST_VIRTUAL ? [a, b] : [b, a];
        if (this.graph.neighbours.areNeighbours(gone, kept)) continue;
        if (!(kept < FIRST_VIRTUAL ? this.fitsColour(kept, gone) : this.fitsBoth(kept, gone))) continue;
        this.merge(kept, gone);
        changed = true;
      }
    }
  }

  /** George: every neighbour of `gone` is easy to colour, or a neighbour of the processor's register already. */
  private fitsColour(kept: number, gone: number): boolean {
    const { neighbours } = this.graph;
    for (let at = neighbours.start(gone); at >= 0; at = neighbours.next(at)) {
      const each = neighbours.at(at);
      if (each < FIRST_VIRTUAL || neighbours.degree[each] < this.colours) continue;
      if (!neighbours.areNeighbours(each, kept)) return false;
    }
    return true;
  }

  /** Briggs: the two together have too few neighbours that are hard to colour. */
  private fitsBoth(kept: number, gone: number): boolean {
    const { neighbours } = this.graph;
    let hard = 0;
    for (let at = neighbours.start(kept); at >= 0; at = neighbours.next(at)) {
      const each = neighbours.at(at);
      // One that both have has one neighbour less then.
      if (
        this.isHard(each, this.colours) &&
        (this.isHard(each, this.colours + 1) || !neighbours.areNeighbours(each, gone))
      )
        hard++;
    }
    for (let at = neighbours.start(gone); at >= 0; at = neighbours.next(at)) {
      const each = neighbours.at(at);
      if (this.isHard(each, this.colours) && !neighbours.areNeighbours(each, kept)) hard++;
    }
    return hard < this.colours;
  }

  /** Whether a register has at least so many neighbours, or is one of the processor. */
  private isHard(register: number, neighbours: number): boolean {
    return register < FIRST_VIRTUAL || this.graph.neighbours.degree[register] >= neighbours;
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
    const degree = neighbours.degree.slice();
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
        if (each < FIRST_VIRTUAL || state[each] === 0) continue;
        if (--degree[each] === this.colours - 1) easy.push(each);
      }
    };
    // Cheap ones that are in the way of many come last in this list, and are taken from its end.
    hard.sort((a, b) => this.spillCost(b, degree) - this.spillCost(a, degree));
    for (;;) {
      const next = easy.pop() ?? hard.pop();
      if (next === undefined) return stack;
      if (state[next] === 1) remove(next);
    }
  }

  private spillCost(register: number, degree: Int32Array): number {
    if (this.code.temporary.has(register)) return Infinity;
    return this.graph.cost[register] / degree[register];
  }

  /** Of each register, the others that moves connect it with. */
  private preferences(): Map<number, number[]> {
    const found = new Map<number, number[]>();
    const add = (from: number, to: number) => {
      const known = found.get(from);
      if (known === undefined) found.set(from, [to]);
      else known.push(to);
    };
    for (const { to, from } of this.graph.moves) {
      const [a, b] = [this.find(to), this.find(from)];
      if (a === b) continue;
      add(a, b);
      add(b, a);
    }
    return found;
  }

  private select(stack: readonly number[], preferred: Map<number, number[]>, order: readonly number[]): number[] {
    const { neighbours } = this.graph;
    const uncoloured: number[] = [];
    for (const register of stack) this.colour[register] = -1;
    for (let at = stack.length - 1; at >= 0; at--) {
      const register = stack[at];
      let taken = 0;
      for (let edge = neighbours.start(register); edge >= 0; edge = neighbours.next(edge)) {
        const colour = this.colour[neighbours.at(edge)];
        if (colour >= 0) taken |= 1 << colour;
      }
      const isFree = (colour: number) => (taken & (1 << colour)) === 0;
      const found =
        preferred
          .get(register)
          ?.map((each) => this.colour[each])
          .find((colour) => colour >= 0 && order.includes(colour) && isFree(colour)) ?? order.find(isFree);
      if (found === undefined) uncoloured.push(register);
      else this.colour[register] = found;
    }
    return uncoloured;
  }
}
