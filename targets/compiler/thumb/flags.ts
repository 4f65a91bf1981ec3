// Tracks the flags while a function is printed: a comparison is not repeated if the flags still are those of the same one.

import type { Assembly } from './assembly.js';
import type { LastOperand } from './data-forms.js';
import type { VirtualBlock } from './virtual-code.js';

export interface Comparison {
  name: 'cmp' | 'cmn' | 'tst';
  first: number;
  last: LastOperand;
}

export class Flags {
  private readonly assembly: Assembly;
  /** The last comparison, and where the items behind it start. */
  private comparison: Comparison | null = null;
  private start = 0;
  /** By block: its only predecessor. */
  private readonly only = new Map<VirtualBlock, VirtualBlock | null>();
  /** By block: the comparison whose flags hold at its end. */
  private readonly ends = new Map<VirtualBlock, Comparison | null>();

  constructor(assembly: Assembly) {
    this.assembly = assembly;
  }

  /** Finds the edges between the blocks. */
  connect(blocks: readonly VirtualBlock[]): void {
    for (const block of blocks)
      for (const successor of new Set(block.successors))
        this.only.set(successor, this.only.has(successor) ? null : block);
    // The function's start leads to the first one, too.
    this.only.set(blocks[0], null);
  }

  enter(block: VirtualBlock): void {
    const before = this.only.get(block) ?? null;
    this.comparison = before === null ? null : (this.ends.get(before) ?? null);
    this.start = this.assembly.items.length;
  }

  leave(block: VirtualBlock): void {
    this.ends.set(block, this.isKept() ? this.comparison : null);
  }

  /** Notes that the last item compares. */
  note(comparison: Comparison): void {
    this.comparison = comparison;
    this.start = this.assembly.items.length;
  }

  /** Whether the flags are those of the comparison. */
  areOf(comparison: Comparison): boolean {
    return this.comparison !== null && isSame(this.comparison, comparison) && this.isKept();
  }

  /** Whether nothing since the last comparison has changed flags or what it compared. */
  private isKept(): boolean {
    if (this.comparison === null) return false;
    const { first, last } = this.comparison;
    const isCompared = (register: number) => register === first || ('register' in last && register === last.register);
    const { items } = this.assembly;
    for (let at = this.start; at < items.length; at++) {
      const item = items[at];
      if (item.kind === 'branch') continue;
      if (item.kind !== 'instruction') return false;
      const { form, operands } = item;
      if (form.flagsWritten !== 0 || form.writesFixed !== 0) return false;
      if (form.writesOperands.some((index) => isCompared(operands[index]))) return false;
    }
    return true;
  }
}

function isSame(a: Comparison, b: Comparison): boolean {
  if (a.name !== b.name || a.first !== b.first) return false;
  const [one, other] = [a.last, b.last];
  if ('immediate' in one || 'immediate' in other)
    return 'immediate' in one && 'immediate' in other && one.immediate === other.immediate;
  return one.register === other.register && one.shift === other.shift && one.amount === other.amount;
}
