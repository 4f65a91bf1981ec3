// The SSA view of a function: for every Get, the definition of the variable that it reads. A definition is a Set, the variable's
// Parameter or initial constant, or a Phi. Where control flow merges with several definitions of a live variable, a Phi stands for
// them; it is in no region. Its operands are the incoming definitions, in the order of ControlWalk.

import { Opcode } from '../../../src/opcodes.js';
import { ControlWalk, type Merge } from './control-walk.js';
import { constant, type FunctionCode, Instruction, NO_OPERANDS, Proven, resolved, visit } from './instruction.js';
import { Operation, Type } from './operation.js';

/** If more values than this reach one merge, they are not distinguished: its Phis have no operands. */
const MOST_OPERANDS = 65536;
/** How often the value that a Phi is assumed to equal may change. */
const MOST_CHANGES = 3;

/** Sets `definition` of every Get, and `phis` of blocks, loops and `if`s, unless that has been done. */
export function findDefinitions(code: FunctionCode): void {
  if (!code.hasDefinitions) new Definitions(code).run();
}

/** The value behind variables: never a Get whose definition is known. */
export function definitionOf(value: Instruction): Instruction {
  let found = resolved(value);
  for (;;) {
    if (found.operation === Operation.Set) found = resolved(found.operands[0]);
    else if (found.operation === Operation.Get && found.definition !== null) found = resolved(found.definition);
    else return found;
  }
}

/** An address as a base value and a number of bytes that is added without wrapping. A constant has the base null. */
export interface BasedAddress {
  base: Instruction | null;
  added: number;
}

export function basedAddress(address: Instruction): BasedAddress {
  let base = definitionOf(address);
  let added = 0;
  for (;;) {
    const { operation, operands } = base;
    if (operation === Operation.Constant) return { base: null, added: added + (base.index >>> 0) };
    if ((operation !== Opcode.I32Add && operation !== Opcode.I32Sub) || !base.has(Proven.Fits)) return { base, added };
    const by = resolved(operands[1]);
    if (by.operation !== Operation.Constant) return { base, added };
    added += operation === Opcode.I32Add ? by.index : -by.index;
    base = definitionOf(operands[0]);
  }
}

/** The initial value of a variable. */
function initialValue(type: Type): Instruction {
  if (type === Type.Reference) return new Instruction(Operation.NullReference, type, NO_OPERANDS, 0);
  return constant(0, type, 0);
}

/** Whether two values are always equal. */
function isSame(a: Instruction, b: Instruction): boolean {
  if (a === b) return true;
  if (a.operation !== b.operation || a.type !== b.type) return false;
  if (a.operation === Operation.NullReference) return true;
  return a.operation === Operation.Constant && Object.is(a.index, b.index) && a.low === b.low && a.high === b.high;
}

/**
 * For each variable, how many Gets have been walked once nothing reads it any more: up to its last one, or to the first one behind
 * the outermost loop around that.
 */
function lastReadsOf({ body, variables }: FunctionCode): Int32Array {
  const last = new Int32Array(variables.length);
  let reads = 0;
  /** Instructions that are left of an outermost loop, and the Gets before its end. */
  let left = 0;
  let readsOfLoop = 0;
  visit(body, ({ operation, index, regions }) => {
    const isInLoop = left > 0;
    if (isInLoop) left--;
    else if (operation === Operation.Loop) {
      readsOfLoop = reads;
      visit(regions![0], (each) => {
        left++;
        if (each.operation === Operation.Get) readsOfLoop++;
      });
    }
    if (operation !== Operation.Get) return;
    reads++;
    // At the end of the loop's body, all of its Gets have been walked, and none after the loop.
    last[index] = isInLoop ? readsOfLoop + 1 : reads;
  });
  return last;
}

/** A merge of control flow, while the code before it is walked. */
interface DefinitionMerge extends Merge {
  /** Length of the trail before it. */
  height: number;
  edges: number;
  /** The incoming values by variable; null instead of a list if there are too many. No map without any. */
  values: Map<number, Instruction[] | null> | null;
}

/** The walk through a function that finds definitions. */
export class Definitions extends ControlWalk<DefinitionMerge> {
  private readonly code: FunctionCode;
  /** The current definition of each variable. */
  protected readonly current: Instruction[];
  /** Variables that were written, with their previous definitions. */
  private readonly trail: number[] = [];
  private readonly former: Instruction[] = [];
  /** The `second` of each is its place here. */
  private readonly phis: Instruction[] = [];
  /** Instructions with Phis. */
  private readonly owners: Instruction[] = [];
  /** Phis that are read, and whose operands are still to be visited. */
  private readonly read: Instruction[] = [];
  /** The edge for which a variable was visited last. */
  private readonly seen: Int32Array;
  private edges = 0;
  /** See lastReadsOf. */
  private readonly lastReads: Int32Array;
  /** Gets that were walked. */
  private reads = 0;
  /** The value of variables that are not read any more: a Phi without operands for each type. */
  private readonly unread: Instruction[] = [];

  constructor(code: FunctionCode) {
    super();
    this.code = code;
    this.seen = new Int32Array(code.variables.length);
    this.lastReads = lastReadsOf(code);
    this.current = code.variables.map((type, variable) => {
      if (variable >= code.parameterCount) return initialValue(type);
      const parameter = new Instruction(Operation.Parameter, type, NO_OPERANDS, 0);
      parameter.index = variable;
      return parameter;
    });
  }

  run(): void {
    this.walk(this.code.body);
    this.code.hasDefinitions = true;
    this.removeTrivial();
    this.removeUnread();
  }

  protected instruction(instruction: Instruction): void {
    const { operation, index } = instruction;
    if (operation === Operation.Get) {
      this.reads++;
      instruction.definition = this.current[index];
      this.get(instruction);
      this.markRead(instruction.definition);
    } else if (operation === Operation.Set) {
      const former = this.current[index];
      // A Set that does not change its variable is not a definition.
      if (!isSame(definitionOf(instruction), definitionOf(former))) this.set(index, instruction);
    }
  }

  /** A Get whose definition has been found. */
  protected get(_get: Instruction): void {}

  private set(variable: number, value: Instruction): void {
    this.trail.push(variable);
    this.former.push(this.current[variable]);
    this.current[variable] = value;
  }

  private undo(height: number): void {
    const { trail, former, current } = this;
    while (trail.length > height) current[trail.pop()!] = former.pop()!;
  }

  private phi(variable: number, operands: Instruction[]): Instruction {
    const phi = new Instruction(Operation.Phi, this.code.variables[variable], operands, 0);
    phi.index = variable;
    phi.second = this.phis.length;
    this.phis.push(phi);
    return phi;
  }

  protected enter(owner: Instruction): DefinitionMerge {
    return { owner, height: this.trail.length, edges: 0, values: null };
  }

  protected join(merge: DefinitionMerge): void {
    const { owner, height, edges } = merge;
    const { trail, former, current, seen } = this;
    if (owner.operation === Operation.Loop) {
      for (const phi of owner.phis!) if (phi.operands.length > 0) phi.operands.push(current[phi.index]);
      return;
    }
    const edge = ++this.edges;
    const most = owner.label === null ? 2 : owner.label.uses + 2;
    for (let at = height; at < trail.length; at++) {
      const variable = trail[at];
      if (seen[variable] === edge) continue;
      seen[variable] = edge;
      merge.values ??= new Map();
      if (merge.values.has(variable)) continue;
      // The oldest entry has the previous definition.
      const isMuch = (merge.values.size + 1) * most > MOST_OPERANDS;
      merge.values.set(variable, isMuch ? null : new Array<Instruction>(edges).fill(former[at]));
    }
    if (merge.values !== null) for (const [variable, brought] of merge.values) brought?.push(current[variable]);
    merge.edges++;
  }

  protected leave({ owner, height, edges, values }: DefinitionMerge): boolean {
    this.undo(height);
    owner.phis = NO_OPERANDS;
    if (values === null) return edges > 0;
    const phis: Instruction[] = [];
    for (const [variable, brought] of values) {
      // Results of nested blocks are read at once: a Phi of each in all blocks around it would take space that grows as a square.
      if (this.lastReads[variable] <= this.reads) {
        this.unread[variable] ??= this.phi(variable, NO_OPERANDS);
        this.set(variable, this.unread[variable]);
        continue;
      }
      if (brought?.every((value) => value === brought[0])) {
        this.set(variable, brought[0]);
        continue;
      }
      const phi = this.phi(variable, brought ?? NO_OPERANDS);
      phis.push(phi);
      this.set(variable, phi);
    }
    this.own(owner, phis);
    return edges > 0;
  }

  private own(owner: Instruction, phis: Instruction[]): void {
    owner.phis = phis;
    this.owners.push(owner);
  }

  protected override leaveArm(merge: DefinitionMerge): void {
    this.undo(merge.height);
  }

  protected override enterLoop({ owner }: DefinitionMerge): void {
    const written = owner.written!;
    const isMuch = written.length * (owner.label!.uses + 1) > MOST_OPERANDS;
    const phis = written.map((variable) => this.phi(variable, isMuch ? NO_OPERANDS : [this.current[variable]]));
    for (const phi of phis) this.set(phi.index, phi);
    this.own(owner, phis);
  }

  /**
   * Finds Phis that equal one value on every edge. All Phis are first assumed to do so, until this is refuted: Phis of several
   * loops may have only each other as further operands.
   */
  private removeTrivial(): void {
    const { phis } = this;
    /** The value that each Phi is assumed to equal; itself, once it must differ from its operands. */
    const assumed: (Instruction | null)[] = phis.map(() => null);
    const changes = new Uint8Array(phis.length);
    for (let changed = true; changed; ) {
      changed = false;
      for (let index = 0; index < phis.length; index++) {
        const phi = phis[index];
        const before = assumed[index];
        if (before === phi) continue;
        const found = commonValue(phi, assumed);
        if (found === null || found === before) continue;
        assumed[index] = ++changes[index] > MOST_CHANGES ? phi : found;
        changed = true;
      }
    }
    for (let index = 0; index < phis.length; index++)
      if (assumed[index] !== phis[index]) phis[index].replacement = assumed[index];
  }

  private markRead(value: Instruction): void {
    if (value.operation !== Operation.Phi || value.uses > 0) return;
    value.uses = 1;
    this.read.push(value);
  }

  /** Removes Phis that no Get reads, directly or through other Phis. */
  private removeUnread(): void {
    const { read } = this;
    // The operand of a Set is marked by the Get from which it comes.
    for (let phi = read.pop(); phi !== undefined; phi = read.pop()) {
      for (const operand of phi.operands) this.markRead(operand);
    }
    for (const owner of this.owners) owner.phis = owner.phis!.filter(isOfInterest);
  }
}

function isOfInterest({ replacement, uses }: Instruction): boolean {
  return replacement === null && uses > 0;
}

/**
 * The common value of all known operands, under the assumptions about Phis: the Phi itself if they differ, or if there are too
 * many; null if none is known.
 */
function commonValue(phi: Instruction, assumed: readonly (Instruction | null)[]): Instruction | null {
  if (phi.operands.length === 0) return phi;
  let found: Instruction | null = null;
  for (const operand of phi.operands) {
    const definition = definitionOf(operand);
    const value = definition.operation === Operation.Phi ? assumed[definition.second] : definition;
    if (value === null) continue;
    if (found !== null && !isSame(found, value)) return phi;
    found ??= value;
  }
  return found;
}
