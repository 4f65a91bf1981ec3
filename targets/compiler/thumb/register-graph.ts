// The interference graph: which registers cannot be one. Edges between virtual registers lie in lists in typed arrays; of the registers
// of the processor, each virtual one has a mask. So the graph takes memory in proportion to the edges and hardly any objects. A graph is
// used for many functions, one after the other, and keeps its memory. First all edges are added, then `finish` removes repeated ones.

import { extended } from './extended-array.js';
import { FIRST_VIRTUAL } from './virtual-code.js';

/** List elements that a graph has room for at first. A power of two. */
const LEAST_ELEMENTS = 1024;
const NONE = -1;

export class RegisterGraph {
  /** By register: the number of neighbours that have not been merged into others. Set by `finish`. */
  degree: Int32Array = new Int32Array(0);
  /** By register: a bit for each neighbour that is a register of the processor. */
  fixed: Int32Array = new Int32Array(0);
  private count = 0;
  /** By register: its first and last list element. */
  private first: Int32Array = new Int32Array(0);
  private last: Int32Array = new Int32Array(0);
  private isGone: Uint8Array = new Uint8Array(0);
  /** By register: the last marking that it was part of. */
  private marks: Int32Array = new Int32Array(0);
  private marking = 0;
  /** By list element: the neighbour and the next element. */
  private neighbours: Int32Array = new Int32Array(LEAST_ELEMENTS);
  private following: Int32Array = new Int32Array(LEAST_ELEMENTS);
  private elements = 0;
  /** The output of `finish`. */
  private ordered: Int32Array = new Int32Array(0);

  /** List elements in use. */
  get size(): number {
    return this.elements;
  }

  /** Starts anew, without edges. */
  reset(registers: number): void {
    if (this.first.length < registers) {
      const size = 2 ** Math.ceil(Math.log2(registers));
      this.degree = new Int32Array(size);
      this.fixed = new Int32Array(size);
      this.first = new Int32Array(size);
      this.last = new Int32Array(size);
      this.isGone = new Uint8Array(size);
      this.marks = new Int32Array(size);
    }
    this.count = registers;
    this.fixed.fill(0, 0, registers);
    this.first.fill(NONE, 0, registers);
    this.isGone.fill(0, 0, registers);
    this.marks.fill(0, 0, registers);
    this.marking = 0;
    this.elements = 0;
  }

  /** Adds an edge between two different virtual registers. It may be there already. */
  connect(a: number, b: number): void {
    this.append(a, b);
    this.append(b, a);
  }

  /** Adds edges between a virtual register and those of the processor. */
  connectFixed(register: number, mask: number): void {
    this.fixed[register] |= mask;
  }

  /** Removes repeated edges, counts the others, and puts the elements of each list next to each other. */
  finish(): void {
    const { first, last, neighbours, following, marks, degree, fixed } = this;
    if (this.ordered.length < neighbours.length) this.ordered = new Int32Array(neighbours.length);
    const { ordered } = this;
    let end = 0;
    for (let register = FIRST_VIRTUAL; register < this.count; register++) {
      const marking = ++this.marking;
      const start = end;
      for (let at = first[register]; at >= 0; at = following[at]) {
        const neighbour = neighbours[at];
        if (marks[neighbour] === marking) continue;
        marks[neighbour] = marking;
        ordered[end++] = neighbour;
      }
      degree[register] = end - start + bitCount(fixed[register]);
      first[register] = end === start ? NONE : start;
      last[register] = end - 1;
    }
    for (let at = 0; at < end; at++) following[at] = at + 1;
    for (let register = FIRST_VIRTUAL; register < this.count; register++)
      if (first[register] >= 0) following[last[register]] = NONE;
    this.neighbours = ordered;
    this.ordered = neighbours;
    this.elements = end;
  }

  /** `a` is virtual, `b` may be one of the processor. */
  areNeighbours(a: number, b: number): boolean {
    if (b < FIRST_VIRTUAL) return (this.fixed[a] & (1 << b)) !== 0;
    const isFirst = this.degree[a] < this.degree[b];
    const less = isFirst ? a : b;
    const more = isFirst ? b : a;
    for (let at = this.start(less); at >= 0; at = this.next(at)) if (this.neighbours[at] === more) return true;
    return false;
  }

  /** Gives the neighbours of the virtual register `gone` to `kept`. The two are not neighbours. */
  merge(kept: number, gone: number): void {
    const { degree, fixed, marks } = this;
    this.isGone[gone] = 1;
    if (kept < FIRST_VIRTUAL) {
      const bit = 1 << kept;
      for (let at = this.start(gone); at >= 0; at = this.next(at)) {
        const neighbour = this.neighbours[at];
        if ((fixed[neighbour] & bit) !== 0) degree[neighbour]--;
        else fixed[neighbour] |= bit;
      }
      return;
    }
    const marking = this.markNeighbours(kept);
    degree[kept] += bitCount(fixed[gone] & ~fixed[kept]);
    fixed[kept] |= fixed[gone];
    for (let at = this.start(gone); at >= 0; ) {
      const next = this.next(at);
      const neighbour = this.neighbours[at];
      if (marks[neighbour] === marking) degree[neighbour]--;
      else {
        this.link(kept, at);
        this.replaceLast(neighbour, gone, kept);
        degree[kept]++;
      }
      at = next;
    }
  }

  /** Whether Briggs' test holds: too few neighbours of the two virtual registers together are hard to colour. */
  fitsBoth(a: number, b: number, colours: number): boolean {
    const { degree, fixed, marks } = this;
    const isFirst = degree[a] < degree[b];
    const less = isFirst ? a : b;
    const more = isFirst ? b : a;
    let hard = bitCount(fixed[a] | fixed[b]);
    const marking = this.markNeighbours(less);
    const both = ++this.marking;
    for (let at = this.start(more); at >= 0; at = this.next(at)) {
      const neighbour = this.neighbours[at];
      let needed = colours;
      if (marks[neighbour] === marking) {
        // A common neighbour loses one neighbour.
        marks[neighbour] = both;
        needed++;
      }
      if (degree[neighbour] >= needed && ++hard >= colours) return false;
    }
    for (let at = this.start(less); at >= 0; at = this.next(at)) {
      const neighbour = this.neighbours[at];
      if (marks[neighbour] === marking && degree[neighbour] >= colours && ++hard >= colours) return false;
    }
    return hard < colours;
  }

  /** Whether George's test holds of two virtual registers: each neighbour of one is easy to colour, or a neighbour of the other. */
  fitsOther(kept: number, gone: number, colours: number): boolean {
    const { degree, fixed, marks } = this;
    if ((fixed[gone] & ~fixed[kept]) !== 0) return false;
    const marking = this.markNeighbours(kept);
    for (let at = this.start(gone); at >= 0; at = this.next(at)) {
      const neighbour = this.neighbours[at];
      if (marks[neighbour] !== marking && degree[neighbour] >= colours) return false;
    }
    return true;
  }

  /** Whether George's test holds: neighbours of `gone` are easy to colour, or neighbours of the processor's register `kept` already. */
  fitsColour(kept: number, gone: number, colours: number): boolean {
    const bit = 1 << kept;
    for (let at = this.start(gone); at >= 0; at = this.next(at)) {
      const neighbour = this.neighbours[at];
      if (this.degree[neighbour] >= colours && (this.fixed[neighbour] & bit) === 0) return false;
    }
    return true;
  }

  // A walk over the virtual neighbours of a virtual register that have not been merged into others:
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

  private markNeighbours(register: number): number {
    const marking = ++this.marking;
    for (let at = this.start(register); at >= 0; at = this.next(at)) this.marks[this.neighbours[at]] = marking;
    return marking;
  }

  /** Puts `kept` behind the neighbours of a register; in place of `gone` if that is the last: chains of moves take no more room so. */
  private replaceLast(register: number, gone: number, kept: number): void {
    const last = this.last[register];
    if (this.neighbours[last] === gone) this.neighbours[last] = kept;
    else this.append(register, kept);
  }

  private append(register: number, neighbour: number): void {
    if (this.elements === this.neighbours.length) {
      this.neighbours = extended(this.neighbours);
      this.following = extended(this.following);
    }
    const at = this.elements++;
    this.neighbours[at] = neighbour;
    this.link(register, at);
  }

  /** Makes a list element the last one of a register. */
  private link(register: number, at: number): void {
    this.following[at] = NONE;
    if (this.first[register] < 0) this.first[register] = at;
    else this.following[this.last[register]] = at;
    this.last[register] = at;
  }
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
