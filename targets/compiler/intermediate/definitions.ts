// The SSA view of a function: for every Get, what defines the variable there. That is a Set, the variable's Parameter or
// initial constant, or a Phi: where control joins with several definitions of a variable that is read afterwards, a Phi
// stands for them, in no region. Its operands are the definitions that are brought, in the order of ControlWalk.

import { ControlWalk } from './control-walk.js';
import { constant, type FunctionCode, Instruction, NO_OPERANDS, resolved, visit } from './instruction.js';
import { Operation, Type } from './operation.js';

/** More values than this to bring to one place are not told apart: its Phis have no operands. */
const MOST_OPERANDS = 65536;
/** How often a Phi may be assumed to be another value. */
const MOST_CHANGES = 3;

/** Sets `definition` of every Get, and `phis` of blocks, loops and `if`s, unless that has been done. */
export function findDefinitions(code: FunctionCode): void {
  if (!code.hasDefinitions) new Definitions(code).run();
}

/** What a value is, through variables: never a Get whose definition is known. */
export function definitionOf(value: Instruction): Instruction {
  let found = resolved(value);
  for (;;) {
    if (found.operation === Operation.Set) found = resolved(found.operands[0]);
    else if (found.operation === Operation.Get && found.definition !== null) found = resolved(found.definition);
    else return found;
  }
}

/** What a variable is before it is written. */
export function initialValue(type: Type): Instruction {
  if (type === Type.Reference) return new Instruction(Operation.NullReference, type, NO_OPERANDS, 0);
  return constant(0, type, 0);
}

/** Whether they are the same whatever happens. */
export function isSame(a: Instruction, b: Instruction): boolean {
  if (a === b) return true;
  if (a.operation !== b.operation || a.type !== b.type) return false;
  if (a.operation === Operation.NullReference) return true;
  return a.operation === Operation.Constant && Object.is(a.index, b.index) && a.low === b.low && a.high === b.high;
}

/** A place where control joins, while what is before it is walked through. */
interface Joint {
  /** Length of the trail before it. */
  height: number;
  edges: number;
  /** By variable: the values that were brought, null where they are too many. */
  values: Map<number, Instruction[] | null>;
}

/** A walk through a function that finds them. */
export class Definitions extends ControlWalk {
  private readonly code: FunctionCode;
  /** What defines each variable at hand. */
  protected readonly current: Instruction[];
  /** Variables that were written, and what they held before. */
  private readonly trail: number[] = [];
  private readonly former: Instruction[] = [];
  private readonly joints = new Map<Instruction, Joint>();
  private readonly phis: Instruction[] = [];
  /** The edge for which a variable was looked at last. */
  private readonly seen: Int32Array;
  private edges = 0;

  constructor(code: FunctionCode) {
    super();
    this.code = code;
    this.seen = new Int32Array(code.variables.length);
    this.current = code.variables.map((type, variable) => {
      if (variable >= code.parameterCount) return initialValue(type);
      const parameter = new Instruction(Operation.Parameter, type, NO_OPERANDS, 0);
      parameter.index = variable;
      return parameter;
    });
  }

  run(): void {
    this.region(this.code.body);
    this.code.hasDefinitions = true;
    this.removeTrivial();
    this.removeUnread();
  }

  protected instruction(instruction: Instruction): void {
    const { operation, index } = instruction;
    if (operation === Operation.Get) instruction.definition = this.current[index];
    else if (operation === Operation.Set) {
      const former = this.current[index];
      // One that changes nothing defines nothing.
      if (!isSame(definitionOf(instruction), definitionOf(former))) this.set(index, instruction);
    }
  }

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
    this.phis.push(phi);
    return phi;
  }

  protected enter(owner: Instruction): void {
    this.joints.set(owner, { height: this.trail.length, edges: 0, values: new Map() });
  }

  protected join(owner: Instruction): void {
    if (owner.operation === Operation.Loop) {
      for (const phi of owner.phis!) if (phi.operands.length > 0) phi.operands.push(this.current[phi.index]);
      return;
    }
    const joint = this.joints.get(owner)!;
    const { height, edges, values } = joint;
    const { trail, former, current, seen } = this;
    const edge = ++this.edges;
    const most = owner.label === null ? 2 : owner.label.uses + 2;
    for (let at = height; at < trail.length; at++) {
      const variable = trail[at];
      if (seen[variable] === edge) continue;
      seen[variable] = edge;
      if (values.has(variable)) continue;
      // The oldest entry has what it held before.
      const isMuch = (values.size + 1) * most > MOST_OPERANDS;
      values.set(variable, isMuch ? null : new Array<Instruction>(edges).fill(former[at]));
    }
    for (const [variable, brought] of values) brought?.push(current[variable]);
    joint.edges++;
  }

  protected leave(owner: Instruction): boolean {
    const { height, edges, values } = this.joints.get(owner)!;
    this.joints.delete(owner);
    this.undo(height);
    const phis: Instruction[] = [];
    for (const [variable, brought] of values) {
      if (brought?.every((value) => value === brought[0])) {
        this.set(variable, brought[0]);
        continue;
      }
      const phi = this.phi(variable, brought ?? NO_OPERANDS);
      phis.push(phi);
      this.set(variable, phi);
    }
    owner.phis = phis;
    return edges > 0;
  }

  protected enterArm(): void {}

  protected leaveArm(owner: Instruction): void {
    this.undo(this.joints.get(owner)!.height);
  }

  protected loop(owner: Instruction): boolean {
    const written = owner.written!;
    const isMuch = written.length * (owner.label!.uses + 1) > MOST_OPERANDS;
    owner.phis = written.map((variable) => this.phi(variable, isMuch ? NO_OPERANDS : [this.current[variable]]));
    for (const phi of owner.phis) this.set(phi.index, phi);
    return this.region(owner.regions![0]);
  }

  /**
   * Of a Phi that is one value whatever brings it, that is the value. It is assumed of all of them until it is found not to hold:
   * those of several loops may have only each other as operands besides.
   */
  private removeTrivial(): void {
    /** What each is assumed to be; itself, once it must be something else than its operands. */
    const assumed = new Map<Instruction, Instruction>();
    const changes = new Map<Instruction, number>();
    const assumedOf = (operand: Instruction): Instruction | undefined => {
      const value = definitionOf(operand);
      return value.operation === Operation.Phi ? assumed.get(value) : value;
    };
    for (let changed = true; changed; ) {
      changed = false;
      for (const phi of this.phis) {
        const before = assumed.get(phi);
        if (before === phi) continue;
        const found = commonValue(phi, assumedOf);
        if (found === undefined || found === before) continue;
        const count = (changes.get(phi) ?? 0) + 1;
        changes.set(phi, count);
        assumed.set(phi, count > MOST_CHANGES ? phi : found);
        changed = true;
      }
    }
    for (const [phi, value] of assumed) if (phi !== value) phi.replacement = value;
  }

  /** Phis that no Get reads, not even by way of others, are of no interest. */
  private removeUnread(): void {
    const open: Instruction[] = [];
    const mark = (value: Instruction) => {
      if (value.operation !== Operation.Phi || value.uses > 0) return;
      value.uses = 1;
      open.push(value);
    };
    // What a Set brings is marked by the Get that it takes it from.
    visit(this.code.body, ({ operation, definition }) => {
      if (operation === Operation.Get) mark(definition!);
    });
    for (let phi = open.pop(); phi !== undefined; phi = open.pop()) {
      for (const operand of phi.operands) mark(operand);
    }
    visit(this.code.body, (owner) => {
      if (owner.phis !== null) owner.phis = owner.phis.filter((phi) => phi.replacement === null && phi.uses > 0);
    });
  }
}

/** What all operands that are known are: the Phi itself if they differ, or if there are too many. */
function commonValue(
  phi: Instruction,
  assumedOf: (operand: Instruction) => Instruction | undefined,
): Instruction | undefined {
  if (phi.operands.length === 0) return phi;
  let found: Instruction | undefined;
  for (const operand of phi.operands) {
    const value = assumedOf(operand);
    if (value === undefined) continue;
    if (found !== undefined && !isSame(found, value)) return phi;
    found ??= value;
  }
  return found;
}
