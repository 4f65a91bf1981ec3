// The interference graph: which registers cannot be one. Edges lie in typed arrays, so the graph takes memory in proportion to their
// number and hardly any objects. The neighbours of a register keep the order in which they were added.

import { FIRST_VIRTUAL } from './virtual-code.js';

/** Of the capacity for edges of a graph with few of them. A power of two. */
const LEAST_EDGES = 64;
const NONE = -1;

export class RegisterGraph {
  /** Of each register, the number of its neighbours that have not been merged into others. */
  readonly degree: Int32Array;
  /** Of each register: its first and last list element. Registers of the processor have no list. */
  private readonly first: Int32Array;
  private readonly last: Int32Array;
  private readonly isGone: Uint8Array;
  /** Of each list element: the neighbour and the next element. */
  private neighbours: Int32Array = new Int32Array(2 * LEAST_EDGES);
  private following: Int32Array = new Int32Array(2 * LEAST_EDGES);
  private elements = 0;
  /** A hash table of pairs of neighbours, by the lower and the higher number. An unused place has 0 for the higher one. */
  private lower = new Int32Array(2 * LEAST_EDGES);
  private higher = new Int32Array(2 * LEAST_EDGES);
  private edges = 0;

  constructor(registers: number) {
    this.degree = new Int32Array(registers);
    this.first = new Int32Array(registers).fill(NONE);
    this.last = new Int32Array(registers).fill(NONE);
    this.isGone = new Uint8Array(registers);
  }

  areNeighbours(a: number, b: number): boolean {
    return this.higher[this.place(a, b)] !== 0;
  }

  /** Adds an edge between two different registers, of which one at least is virtual. */
  connect(a: number, b: number): void {
    const place = this.place(a, b);
    if (this.higher[place] !== 0) return;
    this.lower[place] = Math.min(a, b);
    this.higher[place] = Math.max(a, b);
    if (++this.edges * 2 > this.higher.length) this.growTable();
    if (a >= FIRST_VIRTUAL) this.append(a, b);
    if (b >= FIRST_VIRTUAL) this.append(b, a);
  }

  /** Gives the neighbours of `gone` to `kept`. The two are not neighbours. */
  merge(kept: number, gone: number): void {
    this.isGone[gone] = 1;
    for (let at = this.start(gone); at >= 0; at = this.next(at)) {
      const neighbour = this.neighbours[at];
      if (neighbour >= FIRST_VIRTUAL) this.degree[neighbour]--;
      if (neighbour >= FIRST_VIRTUAL || kept >= FIRST_VIRTUAL) this.connect(neighbour, kept);
    }
  }

  // A walk over the neighbours of a register that have not been merged into others:
  // for (let at = graph.start(register); at >= 0; at = graph.next(at)) graph.at(at)

  start(register: number): number {
    return this.present(this.first[register]);
  }

  next(at: number): number {
    return this.present(this.following[at]);
  }

  at(at: number): number {
    return this.neighbours[at];
  }

  private present(from: number): number {
    let at = from;
    while (at >= 0 && this.isGone[this.neighbours[at]] === 1) at = this.following[at];
    return at;
  }

  private append(register: number, neighbour: number): void {
    if (this.elements === this.neighbours.length) {
      this.neighbours = extended(this.neighbours);
      this.following = extended(this.following);
    }
    const at = this.elements++;
    this.neighbours[at] = neighbour;
    this.following[at] = NONE;
    if (this.first[register] < 0) this.first[register] = at;
    else this.following[this.last[register]] = at;
    this.last[register] = at;
    this.degree[register]++;
  }

  /** Where a pair is in the table, or would be. */
  private place(a: number, b: number): number {
    const [low, high] = a < b ? [a, b] : [b, a];
    const { lower, higher } = this;
    const mask = higher.length - 1;
    let place = hash(low, high) & mask;
    while (higher[place] !== 0 && (higher[place] !== high || lower[place] !== low)) place = (place + 1) & mask;
    return place;
  }

  private growTable(): void {
    const { lower, higher } = this;
    this.lower = new Int32Array(2 * lower.length);
    this.higher = new Int32Array(2 * higher.length);
    for (let at = 0; at < higher.length; at++) {
      if (higher[at] === 0) continue;
      const place = this.place(lower[at], higher[at]);
      this.lower[place] = lower[at];
      this.higher[place] = higher[at];
    }
  }
}

/** Multipliers of Knuth and of MurmurHash3. */
function hash(low: number, high: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function extended(array: Int32Array): Int32Array {
  const made = new Int32Array(2 * array.length);
  made.set(array);
  return made;
}
