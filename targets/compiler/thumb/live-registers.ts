// A set of registers as a linked list in typed arrays: adding and deleting take constant time, and a walk goes in the order of adding.

const NONE = -1;

export class LiveRegisters {
  /** Number of members. */
  size = 0;
  private readonly isMember: Uint8Array;
  private readonly following: Int32Array;
  private readonly preceding: Int32Array;
  private first = NONE;
  private last = NONE;

  constructor(registers: number) {
    this.isMember = new Uint8Array(registers);
    this.following = new Int32Array(registers);
    this.preceding = new Int32Array(registers);
  }

  clear(): void {
    for (let register = this.first; register >= 0; register = this.following[register]) this.isMember[register] = 0;
    this.first = NONE;
    this.last = NONE;
    this.size = 0;
  }

  has(register: number): boolean {
    return this.isMember[register] === 1;
  }

  add(register: number): void {
    if (this.isMember[register] === 1) return;
    this.isMember[register] = 1;
    this.size++;
    this.preceding[register] = this.last;
    this.following[register] = NONE;
    if (this.last < 0) this.first = register;
    else this.following[this.last] = register;
    this.last = register;
  }

  delete(register: number): void {
    if (this.isMember[register] === 0) return;
    this.isMember[register] = 0;
    this.size--;
    const [before, behind] = [this.preceding[register], this.following[register]];
    if (before < 0) this.first = behind;
    else this.following[before] = behind;
    if (behind < 0) this.last = before;
    else this.preceding[behind] = before;
  }

  // A walk: for (let register = live.start(); register >= 0; register = live.next(register))

  start(): number {
    return this.first;
  }

  next(register: number): number {
    return this.following[register];
  }
}
