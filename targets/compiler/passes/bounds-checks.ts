// Turns the checks of accesses into instructions, for back ends that compare addresses themselves. After this pass, every access is
// proven in bounds or names the check that it relies on. Consecutive accesses with the same base share a check, unless an effect in
// between must precede the trap.

import { basedAddress } from '../intermediate/definitions.js';
import { type FunctionCode, Instruction, Proven, type Region, resolved, rewrite } from '../intermediate/instruction.js';
import { accessBytes, Effect, isLoad, isStore, Operation, Type } from '../intermediate/operation.js';

/** Run after `facts`. Needs valid definitions. */
export function boundsChecks(code: FunctionCode): void {
  new BoundsChecks().run(code.body);
}

/** A check that later accesses may share. */
interface OpenCheck {
  check: Instruction;
  base: Instruction | null;
  /** The difference between its operand and the base. */
  added: number;
}

/** Effects that must not move across a trap. */
const SEEN =
  Effect.WritesMemory | Effect.WritesGlobals | Effect.WritesTables | Effect.Traps | Effect.Calls | Effect.Jumps;

class BoundsChecks {
  /** The new check of each access that checked itself before. */
  private readonly checks = new Map<Instruction, Instruction>();
  private open: OpenCheck | null = null;
  private region: Region | null = null;

  run(body: Region): void {
    rewrite(body, (instruction, into) => {
      // Control flow from elsewhere merges here.
      if (into !== this.region) this.open = null;
      this.region = into;
      const isAccess = isLoad(instruction.operation) || isStore(instruction.operation);
      if (isAccess && instruction.replacement === null) this.access(instruction, into);
      else if (!isAccess && (instruction.effects & SEEN) !== 0) this.open = null;
      if (instruction.regions !== null) this.open = null;
      into.push(instruction);
      if (isStore(instruction.operation)) this.open = null;
    });
  }

  private access(access: Instruction, into: Region): void {
    if (access.has(Proven.InBounds)) {
      if (access.check !== null) {
        const check = resolved(access.check);
        access.check = this.checks.get(check) ?? check;
      }
      return;
    }
    const check = this.shared(access) ?? this.made(access, into);
    this.checks.set(access, check);
    access.check = check;
    access.proven |= Proven.InBounds;
  }

  /** The current check, extended to the bytes of the access; null if the access cannot use it. */
  private shared(access: Instruction): Instruction | null {
    const { open } = this;
    if (open === null || !access.has(Proven.Bounded)) return null;
    const { base, added } = basedAddress(access.operands[0]);
    const bytes = added + access.index + accessBytes(access.operation) - open.added;
    if (base !== open.base) return null;
    const { check } = open;
    if (bytes > check.index) {
      check.index = bytes;
      check.parts!.push({ bytes, at: access.at });
    }
    return check;
  }

  private made(access: Instruction, into: Region): Instruction {
    const [address] = access.operands;
    const bytes = access.index + accessBytes(access.operation);
    const check = new Instruction(Operation.Check, Type.None, [resolved(address)], access.at);
    check.index = bytes;
    check.parts = [{ bytes, at: access.at }];
    into.push(check);
    this.open = { check, ...basedAddress(address) };
    return check;
  }
}
