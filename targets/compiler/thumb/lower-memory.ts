// Accesses of linear memory and their checks as nodes: chooses between an index, an offset, and an address that accesses share.
// An address is computed modulo 2^32, so constants in it are added in any order; the check that an access names has seen the sum.

import { Opcode } from '../../../src/opcodes.js';
import { Trap } from '../../../src/trap.js';
import { basedAddress, definitionOf } from '../intermediate/definitions.js';
import { type BasicBlock, dominates } from '../intermediate/flow-graph.js';
import { type CheckPart, type Instruction, Proven } from '../intermediate/instruction.js';
import { accessBytes, isLoad, isStore, Operation, Type } from '../intermediate/operation.js';
import type { Lowering } from './lowering.js';
import { Code, Condition, type Node } from './node.js';

const WORD = 2 ** 32;
/** Memories end below. */
const MOST_MEMORY = 2 ** 31;

/** An address as a value, null for none, and a constant below 2^32. */
interface Address {
  base: Instruction | null;
  added: number;
}

/** How a load or store finds its address. */
interface Place {
  operands: Node[];
  /** null for an index. */
  offset: number | null;
  /** Shift of the index. */
  amount: number;
  isUnaligned?: boolean;
}

/** An induction variable and a constant. */
interface Sum {
  node: Node;
  added: number;
  block: BasicBlock;
}

export class MemoryLowering {
  private readonly lowering: Lowering;
  /** By base: the constants that accesses add to it. */
  private readonly surveyed = new Map<Instruction, Set<number>>();

  /** By induction variable: the sum with a constant that the current block has checked. */
  private readonly sums = new Map<Instruction, Sum>();

  constructor(lowering: Lowering) {
    this.lowering = lowering;
  }

  /** Finds the bases that accesses share. */
  survey(): void {
    for (const { instructions } of this.lowering.flow.blocks) {
      for (const { operation, operands, index } of instructions) {
        if (!isLoad(operation) && !isStore(operation)) continue;
        const { base, added } = addressOf(operands[0], index);
        if (base === null) continue;
        const known = this.surveyed.get(base);
        if (known === undefined) this.surveyed.set(base, new Set([added]));
        else known.add(added);
        if (accessBytes(operation) === 8) this.surveyed.get(base)!.add(added + 4);
      }
    }
  }

  /** A load, store or check; null for other instructions. */
  lower(instruction: Instruction): Node[] | null {
    const { operation, operands } = instruction;
    if (operation === Operation.Check) {
      this.check(instruction);
      return [];
    }
    if (isLoad(operation)) return this.load(instruction);
    if (!isStore(operation)) return null;
    this.store(instruction, this.lowering.valueOf(operands[1]));
    return [];
  }

  private load(instruction: Instruction): Node[] {
    const { operation, type, at } = instruction;
    const isSigned = operation === Opcode.I32Load8S || operation === Opcode.I32Load16S;
    const bytes = accessBytes(operation);
    const offsets = type === Type.F64 ? [0, 4] : [0];
    const size = bytes === 8 ? 4 : bytes;
    return offsets.map((word) => {
      const place = this.placeOf(instruction, word, size, isSigned);
      const node = this.access(Code.Load, [], place, at);
      node.size = size;
      node.isSigned = isSigned;
      return node;
    });
  }

  private store(instruction: Instruction, words: Node[]): void {
    const { operation, at } = instruction;
    const bytes = accessBytes(operation);
    const size = bytes === 8 ? 4 : bytes;
    for (const [index, word] of words.entries())
      this.access(Code.Store, [word], this.placeOf(instruction, index * 4, size, false), at).size = size;
  }

  private access(code: Code, values: Node[], { operands, offset, amount, isUnaligned }: Place, at: number): Node {
    const fields = offset === null ? { amount } : { amount, immediate: offset };
    const node = this.lowering.graph.pin(code, [...values, ...operands], at, fields);
    node.isUnaligned = isUnaligned === true;
    return node;
  }

  // Addresses.

  private placeOf(instruction: Instruction, word: number, size: number, isSigned: boolean): Place {
    const { base, added: lowest } = addressOf(instruction.operands[0], instruction.index);
    const added = (lowest + word) % WORD;
    const { graph } = this.lowering;
    if (!graph.isThumb2) return this.narrowPlace(instruction, base, added, size, isSigned);
    if (base === null) {
      const low = added & 4095;
      return {
        operands: [graph.float(Code.MemoryAddress, [], { immediate: (added - low) | 0 })],
        offset: low,
        amount: 0,
      };
    }
    const sum = this.sums.get(base);
    const isKnown = sum !== undefined && dominates(sum.block, graph.block);
    if (isKnown && (sum.block === graph.block || sum.added === added)) return this.beside(sum, added);
    const [index, amount] = this.scaled(base);
    const shares = this.surveyed.get(base)!.size > 1;
    if (added === 0 && !shares) return this.indexed(base, index, amount);
    const offset = added | 0;
    const isOffset = offset > -256 && offset < 4096;
    const depth = graph.depthOf(graph.block);
    if (!shares && depth > 0 && graph.depthOf(index.block) === depth)
      return { operands: [graph.float(Code.MemoryAddress, [], { immediate: offset }), index], offset: null, amount };
    if (isOffset) return { operands: [this.based(base)], offset, amount: 0 };
    const rest = graph.float(Code.MemoryAddress, [], { immediate: offset });
    return { operands: [rest, index], offset: null, amount };
  }

  /** Relative to a sum that the block has computed for a check: the base itself may not be needed any more. */
  private beside({ node, added: known }: Sum, added: number): Place {
    const { graph } = this.lowering;
    const rest = graph.float(Code.MemoryAddress, [], { immediate: (added - known) | 0 });
    return { operands: [rest, node], offset: null, amount: 0 };
  }

  /** With the sum of an address that does not change in the loop and an index, where the base is one. */
  private indexed(base: Instruction, index: Node, amount: number): Place {
    const { graph } = this.lowering;
    const depth = graph.depthOf(graph.block);
    if (base.operation === Opcode.I32Add && depth > 0) {
      const [first, second] = base.operands.map((each) => definitionOf(each));
      for (const [fixed, varying] of [
        [first, second],
        [second, first],
      ]) {
        const isFixed = graph.depthOf(this.lowering.word(fixed).block) < depth;
        if (!isFixed || fixed.operation === Operation.Constant) continue;
        const [inner, shift] = this.scaled(varying);
        if (graph.depthOf(inner.block) < depth) continue;
        return { operands: [this.based(fixed), inner], offset: null, amount: shift };
      }
    }
    return { operands: [graph.float(Code.MemoryAddress, [], { immediate: 0 }), index], offset: null, amount };
  }

  /** A value as another one that is shifted to the left by at most 3. */
  private scaled(value: Instruction): [index: Node, amount: number] {
    const node = this.lowering.word(value);
    if (node.code === Code.ShiftLeft && node.hasImmediate && node.immediate <= 3)
      return [node.operands[0], node.immediate];
    return [node, 0];
  }

  /** The sum of memory's address and a value. */
  private based(value: Instruction): Node {
    const { graph } = this.lowering;
    if (!graph.isThumb2) return graph.float(Code.BaseAdd, [this.lowering.word(value)]);
    const node = this.lowering.word(value);
    const isShifted = node.code === Code.ShiftLeft && node.hasImmediate;
    if (isShifted) return graph.float(Code.BaseAdd, [node.operands[0]], { amount: node.immediate });
    return graph.float(Code.BaseAdd, [node]);
  }

  /** For ARMv6-M, which has short offsets, none of them signed, and no unaligned accesses. */
  private narrowPlace(
    instruction: Instruction,
    base: Instruction | null,
    added: number,
    size: number,
    isSigned: boolean,
  ): Place {
    const { graph } = this.lowering;
    if (size > 1 && !instruction.has(Proven.Aligned)) {
      const sum = base === null ? null : graph.binary(Code.Add, this.lowering.word(base), graph.constant(added));
      const address =
        sum === null ? graph.float(Code.MemoryAddress, [], { immediate: added | 0 }) : graph.float(Code.BaseAdd, [sum]);
      return { operands: [address], offset: 0, amount: 0, isUnaligned: true };
    }
    const most = isSigned ? 0 : 31 * size;
    const isOffset = added <= most && added % size === 0;
    if (base === null) {
      const low = isSigned ? 0 : Math.min(added % (32 * size), most);
      const high = graph.float(Code.MemoryAddress, [], { immediate: (added - low) | 0 });
      return { operands: [high], offset: low, amount: 0 };
    }
    if (isOffset) return { operands: [this.based(base)], offset: added, amount: 0 };
    const rest = graph.float(Code.MemoryAddress, [], { immediate: added | 0 });
    return { operands: [rest, this.lowering.word(base)], offset: null, amount: 0 };
  }

  // Checks.

  private check({ operands, index: bytes, parts, at }: Instruction): void {
    const { minimumBytes, isFixed } = this.lowering.facts.memory;
    const address = definitionOf(operands[0]);
    const node = this.lowering.word(address);
    const fixed = node.code === Code.Constant ? node.immediate >>> 0 : null;
    if (bytes <= minimumBytes && fixed === null) {
      const list = parts!.map((part) => ({ ...part }));
      this.checkWithin(address, bytes, list, at);
      return;
    }
    // Some part may be beyond all memory, or the address is a constant: each part is checked for itself.
    for (const part of parts!) {
      const end = (fixed ?? 0) + part.bytes;
      if (end > minimumBytes) {
        if (isFixed || end > MOST_MEMORY) {
          this.lowering.trap(Trap.MemoryOutOfBounds, part.at, at);
          return;
        }
        const size = this.lowering.graph.pin(Code.MemorySize, [], part.at);
        const found = this.lowering.graph.compare(Condition.CarryClear, size, this.lowering.graph.constant(end));
        this.lowering.trapIf(found, Trap.MemoryOutOfBounds, part.at, at);
      }
      if (fixed === null) this.checkWithin(address, part.bytes, [part], at);
    }
  }

  /** Checks an access of bytes that memory has in any case, were the address 0. */
  private checkWithin(address: Instruction, bytes: number, parts: CheckPart[], at: number): void {
    const { minimumBytes, isFixed, limitBytes } = this.lowering.facts.memory;
    const { graph } = this.lowering;
    const counted = this.countedBase(address, bytes);
    if (counted !== null) {
      const { base, added } = counted;
      const found = graph.compare(Condition.Higher, this.lowering.word(base), this.limit(bytes + added));
      this.lowering.trapIf(found, Trap.MemoryOutOfBounds, at).parts = parts.map((part) => ({
        ...part,
        bytes: part.bytes + added,
      }));
      return;
    }
    const node = this.lowering.word(address);
    const { base, added } = addressOf(address, 0);
    if (base?.operation === Operation.Phi && added !== 0 && this.surveyed.get(base)?.size === 1)
      this.sums.set(base, { node, added, block: graph.block });
    const found = this.isCompared(address, bytes)
      ? graph.compare(Condition.Higher, node, this.limit(limitBytes))
      : isFixed
        ? this.limited(address, node, minimumBytes - bytes)
        : graph.compare(Condition.Higher, node, this.limit(bytes));
    const made = this.lowering.trapIf(found, Trap.MemoryOutOfBounds, at);
    made.parts = parts;
  }

  /**
   * The value that changes in a loop, of an address that is a constant more and does not wrap: it is compared with a limit for the bytes
   * from itself on, which does not change in the loop. The sum then need not be computed. Null for other addresses.
   */
  private countedBase(address: Instruction, bytes: number): { base: Instruction; added: number } | null {
    const { graph, facts, code } = this.lowering;
    const { base, added } = basedAddress(address);
    if (!graph.isThumb2 || facts.mayGrow(code.index) || base === null || added <= 0) return null;
    if (bytes + added > facts.memory.minimumBytes || (base.range?.least ?? -1) < 0) return null;
    const depth = graph.depthOf(graph.block);
    return depth > 0 && graph.depthOf(this.lowering.word(base).block) === depth ? { base, added } : null;
  }

  /**
   * Whether an address is within memory with its bytes where it is at most MemoryLimit: for as many bytes as that is about, or because
   * there is no address of its alignment between the limits for the two numbers of bytes.
   */
  private isCompared({ range }: Instruction, bytes: number): boolean {
    const { limitBytes, isFixed, minimumBytes, pageShift, start } = this.lowering.facts.memory;
    if (limitBytes === 0) return false;
    if (bytes === limitBytes) return true;
    if (range === null || range.modulus === 0) return false;
    // The size of memory is a multiple of the step, too.
    const size = isFixed ? minimumBytes : (1 << pageShift) | start;
    const step = Math.min(range.modulus & -range.modulus, size & -size);
    const most = step - (modulo(range.remainder) % step);
    return bytes <= most && limitBytes <= most;
  }

  /** The address above which `bytes` are not within memory. */
  private limit(bytes: number): Node {
    const { graph, facts, code } = this.lowering;
    const fields = { immediate: bytes };
    if (facts.mayGrow(code.index)) return graph.pin(Code.MemoryLimit, [], 0, fields);
    return graph.float(Code.MemoryLimit, [], fields);
  }

  /** That an address is above a limit, by the constant that is the shortest to compare with. */
  private limited(address: Instruction, node: Node, limit: number) {
    const { graph } = this.lowering;
    const { range } = address;
    let step = 1;
    while (step < 8 && range?.isMultiple(0, step * 2)) step *= 2;
    // Any number behind the last multiple that is allowed, up to the next one.
    const least = limit - (limit % step) + 1;
    for (let bound = least; bound < least + step; bound++)
      if (graph.isImmediate(Code.And, bound)) return graph.compare(Condition.CarrySet, node, graph.constant(bound));
    return graph.compare(Condition.Higher, node, graph.constant(limit));
  }
}

/** An address without its constants. */
function addressOf(address: Instruction, offset: number): Address {
  let base = definitionOf(address);
  let added = offset;
  for (;;) {
    const { operation, operands } = base;
    if (operation === Operation.Constant) return { base: null, added: modulo(added + base.index) };
    if (operation !== Opcode.I32Add && operation !== Opcode.I32Sub) return { base, added: modulo(added) };
    const by = definitionOf(operands[1]);
    if (by.operation !== Operation.Constant) return { base, added: modulo(added) };
    added += operation === Opcode.I32Add ? by.index : -by.index;
    base = definitionOf(operands[0]);
  }
}

function modulo(value: number): number {
  return ((value % WORD) + WORD) % WORD;
}
