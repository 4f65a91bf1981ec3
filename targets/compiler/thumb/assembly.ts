// The code of a function before its layout: instructions whose sizes are known, and labels, branches, calls and constants that depend on
// where things come to lie.

import { type Cpu, supports } from '../../../machine/thumb/cpu.js';
import { encoding, type Form } from '../../../machine/thumb/form.js';
import { FORMS } from '../../../machine/thumb/table.js';

/** A place of the code that is branched to. */
export class Mark {
  /** Byte offset in the function, found by the layout. */
  offset = 0;
}

export type Item =
  /** `site` is of a call that may lead to a trap which is reported as its own. */
  | { kind: 'instruction'; form: Form; operands: number[]; site?: TrapSite }
  | { kind: 'mark'; mark: Mark }
  /** To a mark; `condition` is null for always. */
  | { kind: 'branch'; condition: number | null; mark: Mark; form: Form | null }
  /** Forwards to a mark if the register is 0, or is not. */
  | { kind: 'zeroBranch'; register: number; isZero: boolean; mark: Mark; isShort: boolean }
  /** A call, or a jump, to a symbol of the image. `returns` is false where control never comes back behind it. */
  | { kind: 'call'; symbol: string; isJump: boolean; returns: boolean; at: TrapSite | null }
  /** Loads a constant from the pool. */
  | { kind: 'literal'; register: number; value: number; isNarrow: boolean; place: Mark | null }
  /** Loads a symbol's distance from the place behind `base`. */
  | { kind: 'symbol'; register: number; symbol: string; isNarrow: boolean; place: Mark | null; base: Mark }
  /** Branches by a register through a table of halfwords that follows. */
  | { kind: 'table'; register: number; scratch: number; marks: Mark[]; isBytes: boolean };

/** Where a call is in the module: one that reports a trap, or one that a call stack shows. */
export interface TrapSite {
  /** Byte offset in the module. */
  at: number;
}

/** In a list of registers. */
const PROGRAM_COUNTER = 1 << 15;

/** A form and its operands. */
export type Candidate = readonly [form: Form, operands: number[]];

export class Assembly {
  readonly items: Item[] = [];
  private readonly cpu: Cpu;

  constructor(cpu: Cpu) {
    this.cpu = cpu;
  }

  mark(mark: Mark): void {
    this.items.push({ kind: 'mark', mark });
  }

  /** The first candidate that can be encoded, and leaves flags alone if that is wanted. */
  emit(keepsFlags: boolean, candidates: readonly Candidate[]): void {
    for (const [form, operands] of candidates) {
      if ((keepsFlags && form.flagsWritten !== 0) || !this.isEncodable(form, operands)) continue;
      this.items.push({ kind: 'instruction', form, operands });
      return;
    }
    const texts = candidates.map(([form, operands]) => `${form.name} ${operands}`);
    throw new Error(`no form for ${texts.join(' | ')}`);
  }

  branch(condition: number | null, mark: Mark): void {
    this.items.push({ kind: 'branch', condition, mark, form: null });
  }

  zeroBranch(register: number, isZero: boolean, mark: Mark): void {
    this.items.push({ kind: 'zeroBranch', register, isZero, mark, isShort: true });
  }

  /** Appends a call. If the call reports a trap, `at` is its place. */
  call(symbol: string, at: TrapSite | null = null, returns = at === null): void {
    this.items.push({ kind: 'call', symbol, isJump: false, returns, at });
  }

  jump(symbol: string): void {
    this.items.push({ kind: 'call', symbol, isJump: true, returns: false, at: null });
  }

  literal(register: number, value: number): void {
    this.items.push({ kind: 'literal', register, value, isNarrow: register < 8, place: null });
  }

  /** Whether control may pass from the last item to what comes behind it. */
  get fallsThrough(): boolean {
    return this.items.length === 0 || !isBarrier(this.items[this.items.length - 1]);
  }

  /** Whether the processor has the form, and the form these operands. */
  isEncodable(form: Form, operands: readonly number[]): boolean {
    return supports(this.cpu, form.needs) && encoding(form, operands) >= 0;
  }
}

/** Whether control never passes behind an item. */
export function isBarrier(item: Item): boolean {
  if (item.kind === 'branch') return item.condition === null;
  if (item.kind === 'call') return !item.returns;
  if (item.kind !== 'instruction') return false;
  const { form, operands } = item;
  const isPop = form === FORMS.pop || form === FORMS.pop_w;
  return form === FORMS.bx || (isPop && (operands[0] & PROGRAM_COUNTER) !== 0);
}
