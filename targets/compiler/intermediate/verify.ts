// Verifies the intermediate code of a function: what passes may rely on, and must leave. Definitions dominate uses, operands have
// the types that operations want, regions and branches are well-formed, a Phi has one operand for each edge, loops name what is
// written in them, and the check that an access relies on dominates it and covers its bytes. For tests: it is run between passes, and takes as long as several of them.

import { Opcode, opcodeRow, opcodeTable } from '../../../src/opcodes.js';
import { type AddressStep, boundedSum } from './bounded-sum.js';
import { definitionOf } from './definitions.js';
import { type BasicBlock, dominates, type FlowGraph, flowGraph } from './flow-graph.js';
import { type FunctionCode, type Instruction, type Label, Proven, type Region, resolved } from './instruction.js';
import { accessBytes, Effect, isLoad, isStore, isTerminator, Operation, operationName, Type } from './operation.js';
import { wordTypes } from './value-builder.js';

/** Returns the problems, one line each. */
export function verify(code: FunctionCode): string[] {
  const structure = new Structure(code);
  structure.run();
  if (structure.problems.length > 0) return structure.problems;
  const dominance = new Dominance(code);
  dominance.run();
  return dominance.problems;
}

/** Operations that stand in no region. */
const FLOATING: ReadonlySet<number> = new Set([Operation.Constant, Operation.NullReference]);
/** Operations that are values of variables, and operands of nothing but Phis. */
const OF_VARIABLES: ReadonlySet<number> = new Set([Operation.Parameter, Operation.Phi]);

/** Types of operands as letters, each one word: `*` is any. Of opcodes without i64 operands, their signature says it. */
const OPERANDS: Readonly<Record<number, string>> = {
  [Operation.Get]: '',
  [Operation.Set]: '*',
  [Operation.Result]: '',
  [Operation.MultiplyHigh]: 'ii',
  [Operation.I64ShiftLeftLow]: 'iii',
  [Operation.I64ShiftLeftHigh]: 'iii',
  [Operation.I64ShiftRightSignedLow]: 'iii',
  [Operation.I64ShiftRightSignedHigh]: 'iii',
  [Operation.I64ShiftRightUnsignedLow]: 'iii',
  [Operation.I64ShiftRightUnsignedHigh]: 'iii',
  [Operation.I64RotateLeftLow]: 'iii',
  [Operation.I64RotateLeftHigh]: 'iii',
  [Operation.I64DivideSigned]: 'iiii',
  [Operation.I64DivideUnsigned]: 'iiii',
  [Operation.I64RemainderSigned]: 'iiii',
  [Operation.I64RemainderUnsigned]: 'iiii',
  [Operation.I64Add128]: 'iiiiiiii',
  [Operation.I64Sub128]: 'iiiiiiii',
  [Operation.I64MultiplyWideSigned]: 'iiii',
  [Operation.I64MultiplyWideUnsigned]: 'iiii',
  [Operation.I64Truncate]: '*',
  [Operation.F32ConvertI64Signed]: 'ii',
  [Operation.F32ConvertI64Unsigned]: 'ii',
  [Operation.F64ConvertI64Signed]: 'ii',
  [Operation.F64ConvertI64Unsigned]: 'ii',
  [Operation.F64ReinterpretWords]: 'ii',
  [Operation.F64LowWord]: 'F',
  [Operation.F64HighWord]: 'F',
  [Operation.ElementView]: 'i',
  [Operation.CanonicalNaN]: '*',
  [Operation.Select]: 'i**',
  [Operation.GlobalGet]: '',
  [Operation.GlobalSet]: '*',
  [Operation.MemorySize]: '',
  [Operation.MemoryGrow]: 'i',
  [Operation.MemoryFill]: 'iii',
  [Operation.MemoryCopy]: 'iii',
  [Operation.MemoryInit]: 'iii',
  [Operation.DataDrop]: '',
  [Operation.TableGet]: 'i',
  [Operation.TableSet]: 'ir',
  [Operation.TableSize]: '',
  [Operation.TableGrow]: 'ri',
  [Operation.TableFill]: 'iri',
  [Operation.TableCopy]: 'iii',
  [Operation.TableInit]: 'iii',
  [Operation.ElementDrop]: '',
  [Operation.FunctionReference]: '',
  [Operation.IsNull]: 'r',
  [Operation.Block]: '',
  [Operation.Loop]: '',
  [Operation.If]: 'i',
  [Operation.Branch]: '',
  [Operation.BranchTable]: 'i',
  [Operation.Unreachable]: '',
  [Operation.Check]: 'i',
  [Operation.Charge]: '',
  [Operation.ChargeIf]: 'i',
  [Operation.FuelBelow]: '',
  [Operation.ResumePoint]: '',
  [Operation.Resumes]: 'i',
  [Operation.Resumed]: '',
  [Operation.TableFunction]: 'i',
};
const LETTERS: Readonly<Record<string, Type>> = { i: Type.I32, f: Type.F32, F: Type.F64, r: Type.Reference };

/** Types of an operation's operands; null for any number of any. */
function operandTypes(instruction: Instruction, { results }: FunctionCode): (Type | null)[] | null {
  const { operation, signature, operands } = instruction;
  const parameters = () => wordTypes(signature.slice(0, signature.indexOf(':')));
  switch (operation) {
    case Operation.Call:
    case Operation.TailCall:
      return parameters();
    case Operation.CallIndirect:
    case Operation.TailCallIndirect:
    case Operation.CallNumber:
      return [Type.I32, ...parameters()];
    case Operation.Return:
      return results;
  }
  const letters = OPERANDS[operation] ?? (operation < Operation.Constant ? opcodeOperands(operation) : null);
  if (letters === null) return null;
  const types = [...letters].map((letter) => LETTERS[letter] ?? null);
  // An access may have its view.
  return isAccess(instruction) && operands.length > types.length ? [...types, Type.Reference] : types;
}

function opcodeOperands(operation: number): string {
  // Words of an i64 are stored by narrower stores, and compared as i32.
  const [, , , signature] = opcodeTable[opcodeRow[operation]];
  return signature.slice(0, signature.indexOf(':'));
}

/** Describes an instruction by its name and position. */
function nameOf({ operation, at, index }: Instruction): string {
  const isOfVariable = operation === Operation.Get || operation === Operation.Set || OF_VARIABLES.has(operation);
  return `${operationName(operation)}${isOfVariable ? ` ${index}` : ''} at ${at}`;
}

interface OpenRegion {
  region: Region;
  at: number;
  owner: Instruction | null;
}

function isAccess({ operation }: Instruction): boolean {
  return isLoad(operation) || isStore(operation);
}

/** How deep Selects of addresses nest. */
const SELECTS = 4;

/**
 * How many bytes an access to `address`, up to `end` from it, needs beyond those from a checked address on; Infinity if none of the
 * sums that it is starts at one of `checked`.
 */
function lackingBytes(
  address: Instruction,
  end: number,
  checked: readonly Sum[],
  covered: number,
  depth = SELECTS,
): number {
  let lacking = Infinity;
  for (const { value, added, fits } of sumsOf(address)) {
    for (const base of checked) {
      // An addition below the covered length does not wrap.
      const isWithin = fits || (added >= 0 && added <= base.added + covered);
      if (base.value === value && isWithin) lacking = Math.min(lacking, added + end - base.added - covered);
    }
    if (value?.operation !== Operation.Select || !fits || depth === 0) continue;
    const arms = value.operands.slice(1);
    lacking = Math.min(
      lacking,
      Math.max(...arms.map((arm) => lackingBytes(arm, added + end, checked, covered, depth - 1))),
    );
  }
  return lacking;
}

/** An address as a value and the most that is added to it. */
interface Sum {
  value: Instruction | null;
  added: number;
  /** Whether it is known not to wrap. */
  fits: boolean;
  /** Whether always as much is added. */
  isExact: boolean;
}

/** An address as all of the sums that it is; the last one may be a constant, whose value is null. */
function sumsOf(address: Instruction): Sum[] {
  const sums: Sum[] = [];
  let sum: Sum = { value: definitionOf(address), added: 0, fits: true, isExact: true };
  for (;;) {
    const value: Instruction = sum.value!;
    sums.push(sum);
    if (value.operation === Operation.Constant) {
      sums.push({ ...sum, value: null, added: sum.added + (value.index >>> 0) });
      return sums;
    }
    const step = boundedSum(value) ?? otherSum(value);
    if (step === null) return sums;
    const by = definitionOf(value.operands[1]);
    sum = {
      value: step.value,
      added: sum.added + step.added,
      fits: sum.fits && (value.has(Proven.Fits) || value.has(Proven.FitsLater)),
      isExact: sum.isExact && by.operation === Operation.Constant,
    };
  }
}

/**
 * The operand of another sum or difference with a constant, or sum with a value whose range is known; null for others. It may wrap, or
 * fit only where it is used.
 */
function otherSum({ operation, operands, proven }: Instruction): AddressStep | null {
  if (operation === Opcode.I32Sub) {
    const [value, by] = operands.map((each) => definitionOf(each));
    return by.operation === Operation.Constant ? { value, added: -by.index } : null;
  }
  if (operation !== Opcode.I32Add) return null;
  const [value, by] = operands.map((each) => definitionOf(each));
  if (by.operation === Operation.Constant) return by.index < 0 ? null : { value, added: by.index };
  const { range } = by;
  if ((proven & Proven.Fits) === 0 || range === null || range.least < 0) return null;
  return { value, added: range.most };
}

/** Checks what the order and nesting of instructions show. */
class Structure {
  readonly problems: string[] = [];
  private readonly code: FunctionCode;
  private readonly open: OpenRegion[] = [];
  /** Instructions that stand before the one at hand, in its region or one around it. */
  private readonly visible = new Set<Instruction>();
  private readonly seen = new Set<Instruction>();
  /** Labels of the enclosing blocks, loops and `if`s: the number of branches to each so far. */
  private readonly labels = new Map<Label, number>();
  /** Loops around it, with the variables that they say are written. */
  private readonly loops: ReadonlySet<number>[] = [];
  /** The instruction that last wrote words of a result; null after a merge. */
  private words: Instruction | null = null;

  constructor(code: FunctionCode) {
    this.code = code;
  }

  run(): void {
    const { open } = this;
    open.push({ region: this.code.body, at: 0, owner: null });
    for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
      if (top.at === top.region.length) this.close(open.pop()!);
      else this.instruction(top.region[top.at++], top);
    }
  }

  private report(problem: string, instruction: Instruction): void {
    this.problems.push(`${nameOf(instruction)}: ${problem}`);
  }

  private close({ region, owner }: OpenRegion): void {
    this.words = null;
    for (const each of region) this.visible.delete(each);
    if (owner === null) return;
    const { label, regions, operation } = owner;
    if (regions![regions!.length - 1] !== region) return;
    if (operation === Operation.Loop) this.loops.pop();
    if (label === null) return;
    const uses = this.labels.get(label)!;
    if (uses !== label.uses) this.report(`${uses} branches lead to it, its label counts ${label.uses}`, owner);
    this.labels.delete(label);
  }

  private instruction(instruction: Instruction, { region, at }: OpenRegion): void {
    const { operation, regions } = instruction;
    if (this.seen.has(instruction)) {
      this.report('stands in two places', instruction);
      return;
    }
    this.seen.add(instruction);
    if (FLOATING.has(operation) || OF_VARIABLES.has(operation)) this.report('stands in a region', instruction);
    this.operands(instruction);
    this.variable(instruction);
    this.result(instruction);
    if (isTerminator(operation)) {
      this.branches(instruction);
      if (at < region.length)
        this.report(`${nameOf(region[at])} stands behind it, where control never gets`, instruction);
    }
    this.visible.add(instruction);
    const isStructure = operation === Operation.Block || operation === Operation.Loop || operation === Operation.If;
    if (isStructure !== (regions !== null)) this.report(isStructure ? 'has no region' : 'has regions', instruction);
    else if (isStructure) this.structure(instruction, regions!);
  }

  private structure(instruction: Instruction, regions: Region[]): void {
    const { operation, label, written } = instruction;
    const most = operation === Operation.If ? 2 : 1;
    if (regions.length === 0 || regions.length > most) this.report(`has ${regions.length} regions`, instruction);
    if (label === null && operation !== Operation.If) this.report('has no label', instruction);
    if (label !== null) {
      if (label.isLoop !== (operation === Operation.Loop)) this.report('has a label of the other kind', instruction);
      if (this.labels.has(label)) this.report('has the label of what contains it', instruction);
      this.labels.set(label, 0);
    }
    if (operation === Operation.Loop) {
      if (written === null) this.report('does not say what is written in it', instruction);
      this.loops.push(new Set(written));
    }
    this.words = null;
    for (let index = regions.length - 1; index >= 0; index--)
      this.open.push({ region: regions[index], at: 0, owner: instruction });
  }

  private operands(instruction: Instruction): void {
    const { operation, operands, type } = instruction;
    const types = operandTypes(instruction, this.code);
    if (types !== null && types.length !== operands.length)
      this.report(`has ${operands.length} operands, not ${types.length}`, instruction);
    for (const [index, each] of operands.entries()) {
      const operand = resolved(each);
      if (!FLOATING.has(operand.operation) && !this.visible.has(operand))
        this.report(`the operand ${index}, ${nameOf(operand)}, does not stand before it`, instruction);
      const wanted = types?.[index] ?? operand.type;
      if (operand.type === Type.None || operand.type !== wanted)
        this.report(`the operand ${index} is of type ${Type[operand.type]}, not ${Type[wanted]}`, instruction);
    }
    const chosen =
      operation === Operation.Select ? operands.slice(1) : operation === Operation.CanonicalNaN ? operands : [];
    for (const each of chosen)
      if (each.type !== type)
        this.report(`of type ${Type[type]} chooses a value of type ${Type[each.type]}`, instruction);
  }

  private variable(instruction: Instruction): void {
    const { operation, index, operands, type } = instruction;
    if (operation !== Operation.Get && operation !== Operation.Set) return;
    const { variables } = this.code;
    if (index < 0 || index >= variables.length) {
      this.report('there is no such variable', instruction);
      return;
    }
    const found = operation === Operation.Get ? type : resolved(operands[0]).type;
    if (found !== variables[index])
      this.report(`is of type ${Type[found]}, the variable of type ${Type[variables[index]]}`, instruction);
    if (operation === Operation.Set)
      for (const loop of this.loops)
        if (!loop.has(index)) this.report('is not among what a loop says is written in it', instruction);
  }

  /** Words of results lie where the next operation with such words puts its own. */
  private result(instruction: Instruction): void {
    const { operation, effects, producer, regions } = instruction;
    if (operation === Operation.Result) {
      if (producer === null) this.report('has no producer', instruction);
      else if (producer !== this.words)
        this.report(`words were written since its producer, ${nameOf(producer)}`, instruction);
    } else if (regions === null && (effects & Effect.WritesResult) !== 0) this.words = instruction;
  }

  private branches(instruction: Instruction): void {
    const { operation, label, labels } = instruction;
    if (operation === Operation.Branch && label === null) this.report('has no label', instruction);
    if (operation === Operation.BranchTable && (labels === null || labels.length === 0))
      this.report('has no labels', instruction);
    for (const each of new Set(labels ?? (label === null ? [] : [label]))) {
      const uses = this.labels.get(each);
      if (uses === undefined) this.report('leads to what does not contain it', instruction);
      else this.labels.set(each, uses + 1);
    }
  }
}

/** Checks what Gets and Phis say defines variables, if that has been found, and what accesses say checks them. */
class Dominance {
  readonly problems: string[] = [];
  private readonly graph: FlowGraph;
  private readonly hasDefinitions: boolean;
  private readonly blocks = new Map<Instruction, BasicBlock>();
  private readonly places = new Map<Instruction, number>();

  constructor(code: FunctionCode) {
    this.hasDefinitions = code.hasDefinitions;
    this.graph = flowGraph(code.body);
  }

  run(): void {
    const { blocks } = this.graph;
    for (const block of blocks) {
      for (const phi of block.phis) this.stands(phi, block, -1);
      for (const [place, each] of block.instructions.entries()) this.stands(each, block, place);
      if (block.choice !== null) this.stands(block.choice, block, block.instructions.length);
    }
    for (const block of blocks) {
      if (this.hasDefinitions) for (const phi of block.phis) this.phi(phi, block);
      for (const [place, each] of block.instructions.entries()) {
        if (each.check !== null) this.access(each, block, place);
        if (this.hasDefinitions && each.operation === Operation.Get && each.replacement === null)
          this.get(each, block, place);
      }
    }
  }

  private report(problem: string, instruction: Instruction): void {
    this.problems.push(`${nameOf(instruction)}: ${problem}`);
  }

  private stands(instruction: Instruction, block: BasicBlock, place: number): void {
    this.blocks.set(instruction, block);
    this.places.set(instruction, place);
  }

  private get(get: Instruction, block: BasicBlock, place: number): void {
    const { definition, index } = get;
    if (definition === null) {
      this.report('has no definition', get);
      return;
    }
    if (OF_VARIABLES.has(definition.operation) && definition.index !== index && definition.replacement === null)
      this.report(`is defined by ${nameOf(definition)}`, get);
    if (definition.operation === Operation.Set && definition.index !== index)
      this.report(`is defined by ${nameOf(definition)}`, get);
    this.reaches(resolved(definition), block, place, get);
  }

  private access(access: Instruction, block: BasicBlock, place: number): void {
    const check = resolved(access.check!);
    this.reaches(check, block, place, access);
    const isCheck = check.operation === Operation.Check;
    if (!isCheck && !(isAccess(check) && !check.has(Proven.InBounds)))
      this.report(`relies on ${nameOf(check)}, which checks nothing`, access);
    if (!access.has(Proven.InBounds)) this.report('relies on a check, and is not within bounds', access);
    if (!this.hasDefinitions) return;
    const checked = sumsOf(check.operands[0]).filter(({ fits, isExact }) => fits && isExact);
    const covered = check.index + (isCheck ? 0 : accessBytes(check.operation));
    const end = access.index + accessBytes(access.operation);
    const lacking = lackingBytes(access.operands[0], end, checked, covered);
    if (lacking === Infinity) this.report(`relies on ${nameOf(check)}, of another address`, access);
    else if (lacking > 0) this.report(`relies on ${nameOf(check)}, which covers ${lacking} bytes less`, access);
  }

  private phi(phi: Instruction, block: BasicBlock): void {
    const { operands } = phi;
    const { predecessors } = block;
    // A Phi with too many operands has none.
    if (operands.length === 0) return;
    if (operands.length !== predecessors.length) {
      this.report(`has ${operands.length} operands, ${predecessors.length} edges lead to it`, phi);
      return;
    }
    for (const [edge, each] of operands.entries()) {
      const operand = resolved(each);
      const from = predecessors[edge];
      const { type } = operand.operation === Operation.Set ? resolved(operand.operands[0]) : operand;
      if (type !== phi.type) this.report(`the operand ${edge} is of type ${Type[type]}`, phi);
      if (from.order >= 0) this.reaches(operand, from, Infinity, phi);
    }
  }

  /** Reports a value that does not dominate a place of a block. */
  private reaches(value: Instruction, block: BasicBlock, place: number, user: Instruction): void {
    if (FLOATING.has(value.operation) || value.operation === Operation.Parameter) return;
    const from = this.blocks.get(value);
    if (from === undefined) this.report(`${nameOf(value)} is relied on, and stands nowhere`, user);
    else if (from === block ? this.places.get(value)! >= place : !dominates(from, block))
      this.report(`${nameOf(value)} is relied on, and does not dominate it`, user);
  }
}
