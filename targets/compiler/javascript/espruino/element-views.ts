// Keeps the view of an access whose address may have any remainder: `V=each_words[p&3]`, then `V[p>>>2]` for accesses at addresses that
// differ from `p` by whole elements. A pointer that a loop moves by whole elements keeps its remainder, so its view is chosen in front
// of the loop. Not for memory that grows, as its views are replaced.

import { Opcode } from '../../../../src/opcodes.js';
import { definitionOf, findDefinitions } from '../../intermediate/definitions.js';
import {
  type FunctionCode,
  getOf,
  Instruction,
  type Region,
  resolved,
  setOf,
  visit,
} from '../../intermediate/instruction.js';
import { accessBytes, isStore, Operation, Type } from '../../intermediate/operation.js';
import { noteWritten } from '../../passes/webs.js';
import { alignmentOf, isOfEachView } from './memory.js';

/** Accesses to come, in the same region or within it, for which a view is kept. */
const LEAST_FURTHER = 1;
/** How many instructions are followed from an address. */
const MOST_STEPS = 100;
/** How many Phis are followed one from another: the search is recursive. */
const MOST_PHIS = 200;
/** Enclosing regions in which accesses are counted. */
const MOST_REGIONS = 32;

/** Run when all facts have been found: the addresses of accesses stay, but they get their view as a further operand. */
export function elementViews(code: FunctionCode): void {
  let found = false;
  visit(code.body, (instruction) => {
    found ||= isOfEachView(instruction);
  });
  if (found) new ElementViews(code).run();
}

/** Accesses of a region that can share a view: how many are to come, and the first one. */
interface Group {
  count: number;
  first: Instruction;
}

interface OpenRegion {
  region: Region;
  at: number;
  /** What the region becomes. */
  made: Region;
  /** Views that are kept from here to its end. */
  keys: string[];
}

class ElementViews {
  private readonly code: FunctionCode;
  private readonly groups = new Map<Region, Map<string, Group>>();
  private readonly places = new Map<Instruction, number>();
  /** The last place within each loop. */
  private readonly ends = new Map<Instruction, number>();
  private readonly owners = new Map<Instruction, Instruction>();
  private readonly keys = new Map<Instruction, string>();
  /** By the number of bytes of an element. */
  private readonly roots = new Map<number, Map<Instruction, Instruction>>();
  private readonly numbers = new Map<Instruction, number>();
  /** Variables with the views that are kept. */
  private readonly kept = new Map<string, number>();

  constructor(code: FunctionCode) {
    this.code = code;
  }

  run(): void {
    const { code } = this;
    code.hasDefinitions = false;
    findDefinitions(code);
    this.count();
    this.rewrite();
    code.hasDefinitions = false;
    noteWritten(code.body);
  }

  /** Numbers instructions, and counts accesses by region, in those around them, too. */
  private count(): void {
    const { places, owners } = this;
    const open: { region: Region; at: number; loop: Instruction | null }[] = [
      { region: this.code.body, at: 0, loop: null },
    ];
    for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
      if (top.at === top.region.length) {
        // What stands in a loop has the places behind it.
        if (top.loop !== null) this.ends.set(top.loop, places.size - 1);
        open.pop();
        continue;
      }
      const instruction = top.region[top.at++];
      places.set(instruction, places.size);
      for (const phi of instruction.phis ?? []) owners.set(phi, instruction);
      if (isOfEachView(instruction)) {
        const key = this.keyOf(instruction);
        for (const { region } of open.slice(-MOST_REGIONS)) {
          const groups = this.groups.get(region) ?? new Map<string, Group>();
          this.groups.set(region, groups);
          const group = groups.get(key);
          if (group === undefined) groups.set(key, { count: 1, first: instruction });
          else group.count++;
        }
      }
      const loop = instruction.operation === Operation.Loop ? instruction : null;
      for (const region of [...(instruction.regions ?? [])].reverse()) open.push({ region, at: 0, loop });
    }
  }

  private rewrite(): void {
    const open: OpenRegion[] = [];
    const enter = (region: Region) => open.push({ region: region.splice(0), at: 0, made: region, keys: [] });
    enter(this.code.body);
    for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
      if (top.at === top.region.length) {
        for (const key of top.keys) this.kept.delete(key);
        open.pop();
        continue;
      }
      const instruction = top.region[top.at++];
      if (instruction.operation === Operation.Loop) this.inFrontOf(instruction, top);
      else if (isOfEachView(instruction)) this.access(instruction, top, open);
      top.made.push(instruction);
      for (const region of [...(instruction.regions ?? [])].reverse()) enter(region);
    }
  }

  /** Chooses views for accesses in the loop. */
  private inFrontOf(loop: Instruction, top: OpenRegion): void {
    for (const [key, { first }] of this.groups.get(loop.regions![0]) ?? []) {
      if (this.kept.has(key)) continue;
      const address = this.addressBefore(loop, first);
      if (address !== null) this.keep(key, first, address, top);
    }
  }

  private access(access: Instruction, top: OpenRegion, open: readonly OpenRegion[]): void {
    const key = this.keyOf(access);
    for (const { made } of open.slice(-MOST_REGIONS)) {
      const group = this.groups.get(made)?.get(key);
      if (group !== undefined) group.count--;
    }
    if (!this.kept.has(key)) {
      const further = this.groups.get(top.made)?.get(key)?.count ?? 0;
      if (further < LEAST_FURTHER) return;
      this.keep(key, access, resolved(access.operands[0]), top);
    }
    const view = getOf(this.kept.get(key)!, Type.Reference, access.at);
    top.made.push(view);
    access.operands = [...access.operands, view];
  }

  private keep(key: string, access: Instruction, address: Instruction, { made, keys }: OpenRegion): void {
    if (address.operation === Operation.Get && !this.places.has(address)) made.push(address);
    const view = new Instruction(Operation.ElementView, Type.Reference, [address], access.at);
    view.index = access.operation;
    const variable = this.code.variables.push(Type.Reference) - 1;
    made.push(view, setOf(variable, view, access.at));
    this.kept.set(key, variable);
    keys.push(key);
  }

  /** A value in front of the loop with the remainder of an access within it; null if none is known. */
  private addressBefore(loop: Instruction, access: Instruction): Instruction | null {
    const size = accessBytes(access.operation);
    const written = new Set(loop.written);
    let value = resolved(access.operands[0]);
    for (let steps = MOST_STEPS; steps > 0; steps--) {
      const { operation, index } = value;
      // What was read before the loop may have been overwritten since.
      if (operation === Operation.Get && !written.has(index))
        return this.isWithin(loop, value) ? getOf(index, Type.I32, access.at) : value;
      if (operation === Operation.Phi || operation === Operation.Get || operation === Operation.Set) {
        const definition = operation === Operation.Get ? resolved(value.definition!) : value;
        if (definition.operation === Operation.Set) value = resolved(definition.operands[0]);
        else if (definition.operation !== Operation.Phi || this.rootOf(definition, size) === definition) return null;
        else if (this.owners.get(definition) === loop) return getOf(definition.index, Type.I32, access.at);
        else if (this.isWithin(loop, definition)) value = resolved(definition.operands[0]);
        else return null;
        continue;
      }
      if (operation === Operation.Constant || value.type !== Type.I32) return null;
      const next = wholeStep(value, size);
      if (next === null) return this.isWithin(loop, value) || !this.places.has(value) ? null : value;
      value = next;
    }
    return null;
  }

  private isWithin(loop: Instruction, value: Instruction): boolean {
    const place = this.places.get(this.owners.get(value) ?? value);
    return place !== undefined && place > this.places.get(loop)! && place <= this.ends.get(loop)!;
  }

  /** Equal for accesses of one kind whose addresses differ by whole elements. */
  private keyOf(access: Instruction): string {
    let key = this.keys.get(access);
    if (key === undefined) {
      const root = this.rootOf(definitionOf(access.operands[0]), accessBytes(access.operation));
      const number = this.numbers.get(root) ?? this.numbers.size;
      this.numbers.set(root, number);
      const { operation } = access;
      key = `${number} ${isStore(operation) ? LOADS[operation] : operation}`;
      this.keys.set(access, key);
    }
    return key;
  }

  /** A value from which this one differs by whole elements: the same for as many values as possible. */
  private rootOf(given: Instruction, size: number, phis = MOST_PHIS): Instruction {
    const roots = this.roots.get(size) ?? new Map<Instruction, Instruction>();
    this.roots.set(size, roots);
    let value = definitionOf(given);
    for (let steps = MOST_STEPS; steps > 0; steps--) {
      const known = roots.get(value);
      if (known !== undefined) {
        if (known === value) return value;
        value = known;
        continue;
      }
      if (value.operation === Operation.Phi) {
        const root = phis === 0 ? value : this.rootOfPhi(value, size, phis - 1);
        if (root === value) return value;
        value = root;
        continue;
      }
      const next = value.type === Type.I32 ? wholeStep(value, size) : null;
      if (next === null) return value;
      value = definitionOf(next);
    }
    return value;
  }

  private rootOfPhi(phi: Instruction, size: number, phis: number): Instruction {
    const roots = this.roots.get(size)!;
    // Assumed while its operands are followed.
    roots.set(phi, phi);
    const { operands } = phi;
    if (operands.length === 0 || phi.type !== Type.I32) return phi;
    const root = this.rootOf(operands[0], size, phis);
    const isKept = (operand: Instruction) => [phi, root].includes(this.rootOf(operand, size, phis));
    if (root !== phi && operands.slice(1).every(isKept)) roots.set(phi, root);
    return roots.get(phi)!;
  }
}

/** The operand from which a sum differs by whole elements. */
function wholeStep({ operation, operands }: Instruction, size: number): Instruction | null {
  if (operation !== Opcode.I32Add && operation !== Opcode.I32Sub) return null;
  const [one, other] = operands.map((each) => resolved(each));
  if (isWhole(other, size)) return one;
  return operation === Opcode.I32Add && isWhole(one, size) ? other : null;
}

function isWhole(value: Instruction, size: number): boolean {
  return alignmentOf(value) >= size || (definitionOf(value).range?.isMultiple(0, size) ?? false);
}

/** The loads with the views of stores. */
const LOADS: Readonly<Record<number, number>> = {
  [Opcode.I32Store]: Opcode.I32Load,
  [Opcode.I32Store16]: Opcode.I32Load16U,
  [Opcode.F32Store]: Opcode.F32Load,
  [Opcode.F64Store]: Opcode.F64Load,
};
