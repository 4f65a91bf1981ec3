// Turns the intermediate code of a function into a graph of nodes: walks the blocks in reverse postorder, in which definitions come
// before uses. What the back end does not compile is refused here, by name and place.

import type { Trap } from '../../../src/trap.js';
import { definitionOf } from '../intermediate/definitions.js';
import { type BasicBlock, type FlowGraph, flowGraph } from '../intermediate/flow-graph.js';
import type { FunctionCode, Instruction } from '../intermediate/instruction.js';
import { Operation, operationName, Type } from '../intermediate/operation.js';
import type { ChargePlan } from '../passes/charge-placement.js';
import { lowerCall } from './lower-calls.js';
import { ConditionLowering } from './lower-conditions.js';
import { lowerFloat } from './lower-floats.js';
import { lowerInteger } from './lower-integers.js';
import { MemoryLowering } from './lower-memory.js';
import { lowerState } from './lower-state.js';
import type { ModuleFacts } from './module-facts.js';
import { Code, Condition, type Node, Test } from './node.js';
import { type ConditionOf, NodeGraph } from './node-graph.js';
import { NotCompiled } from './not-compiled.js';

const scratch = new DataView(new ArrayBuffer(8));

export class Lowering {
  readonly code: FunctionCode;
  readonly facts: ModuleFacts;
  readonly charges: ChargePlan;
  readonly flow: FlowGraph;
  readonly graph: NodeGraph;
  readonly conditions: ConditionLowering;
  readonly memory: MemoryLowering;
  /** Words of each parameter variable: the first one's number. */
  private readonly parameterWords: number[] = [];
  private readonly words = new Map<Instruction, Node[]>();
  private readonly results = new Map<Instruction, Node[]>();
  /** Phis of blocks, with their nodes. */
  private readonly phis: [Instruction, Node[]][] = [];
  /** By table and node: the block in which an index was checked first. */
  readonly checkedIndices = new Map<string, BasicBlock>();
  /** Ends of blocks. */
  readonly ends = new Map<BasicBlock, Node>();

  constructor(code: FunctionCode, facts: ModuleFacts, charges: ChargePlan) {
    this.code = code;
    this.facts = facts;
    this.charges = charges;
    this.flow = flowGraph(code.body);
    this.graph = new NodeGraph(facts.cpu, this.flow.entry);
    this.conditions = new ConditionLowering(this);
    this.memory = new MemoryLowering(this);
    let word = 0;
    for (let variable = 0; variable < code.parameterCount; variable++) {
      this.parameterWords.push(word);
      word += code.variables[variable] === Type.F64 ? 2 : 1;
    }
  }

  run(): this {
    const { flow, graph } = this;
    for (const block of flow.blocks) graph.pinned.set(block, []);
    this.memory.survey();
    for (const block of flow.blocks) {
      graph.block = block;
      for (const phi of block.phis) this.phi(phi, block);
      for (const instruction of block.instructions) this.instruction(instruction);
      this.end(block);
    }
    this.fillPhis();
    return this;
  }

  refuse(what: string, at: number): never {
    throw new NotCompiled(what, this.code.index, at);
  }

  // Values.

  /** The nodes of a value: one for each word. */
  valueOf(operand: Instruction): Node[] {
    const value = definitionOf(operand);
    const known = this.words.get(value);
    if (known !== undefined) return known;
    const made = this.leaf(value);
    this.words.set(value, made);
    return made;
  }

  /** The only word of a value. */
  word(operand: Instruction): Node {
    return this.valueOf(operand)[0];
  }

  wordsOf(operands: readonly Instruction[]): Node[] {
    const words: Node[] = [];
    for (const operand of operands) for (const word of this.valueOf(operand)) words.push(word);
    return words;
  }

  /** Notes all words of a result, of a call or division. */
  defineResults(call: Instruction, words: Node[]): void {
    this.results.set(call, words);
  }

  resultsOf(call: Instruction): Node[] {
    return this.results.get(call)!;
  }

  /** A value that stands in no block, or one that is not compiled. */
  private leaf(value: Instruction): Node[] {
    const { graph } = this;
    const { operation, type, index } = value;
    if (operation === Operation.Constant) return constantWords(value).map((word) => graph.constant(word));
    if (operation === Operation.NullReference) return [graph.constant(0)];
    if (operation === Operation.Parameter) {
      const word = this.parameterWords[index];
      const count = type === Type.F64 ? 2 : 1;
      return Array.from({ length: count }, (_, each) => graph.float(Code.Parameter, [], { immediate: word + each }));
    }
    return this.refuse(operationName(operation), value.at);
  }

  private phi(phi: Instruction, block: BasicBlock): void {
    if (phi.operands.length === 0 && block.predecessors.length > 0)
      this.refuse('so many branches to one block', this.code.body[0]?.at ?? 0);
    const nodes = phi.type === Type.F64 ? [this.graph.phi(block), this.graph.phi(block)] : [this.graph.phi(block)];
    this.words.set(phi, nodes);
    this.phis.push([phi, nodes]);
  }

  private fillPhis(): void {
    for (const [phi, nodes] of this.phis) {
      for (const node of nodes) node.operands = [];
      for (const operand of phi.operands) {
        const words = this.words.get(definitionOf(operand)) ?? this.leafOrNothing(operand);
        for (let index = 0; index < nodes.length; index++)
          nodes[index].operands.push(words[index] ?? this.graph.constant(0));
      }
    }
  }

  /** An operand of a Phi that nothing reads may be gone. */
  private leafOrNothing(operand: Instruction): Node[] {
    const { operation } = definitionOf(operand);
    const isLeaf =
      operation === Operation.Constant || operation === Operation.NullReference || operation === Operation.Parameter;
    return isLeaf ? this.valueOf(operand) : [];
  }

  // Instructions.

  private instruction(instruction: Instruction): void {
    const { operation } = instruction;
    if (operation === Operation.Get || operation === Operation.Set || instruction.replacement !== null) return;
    const words =
      this.conditions.lower(instruction) ??
      lowerInteger(this, instruction) ??
      this.memory.lower(instruction) ??
      lowerFloat(this, instruction) ??
      lowerCall(this, instruction) ??
      lowerState(this, instruction);
    if (words === null) this.refuse(operationName(operation), instruction.at);
    if (instruction.type !== Type.None) this.words.set(instruction, words);
  }

  private end(block: BasicBlock): void {
    const { graph } = this;
    const { choice, successors } = block;
    if (choice !== null) {
      this.ends.set(block, this.choice(choice));
      return;
    }
    if (successors.length > 0) {
      this.ends.set(block, graph.pin(Code.Jump, [], 0));
      return;
    }
    const pinned = graph.pinned.get(block)!;
    const last = pinned[pinned.length - 1];
    const isEnd = last !== undefined && last.code >= Code.Jump;
    this.ends.set(block, isEnd ? last : graph.pin(Code.Return, [], 0));
  }

  private choice(choice: Instruction): Node {
    const { graph } = this;
    if (choice.operation === Operation.BranchTable) {
      const [index] = choice.operands;
      const table = graph.pin(Code.BranchTable, [this.word(index)], choice.at);
      // What proves accesses to be in bounds proves this, too: the range of the value where it is computed, or of the Get.
      const entries = choice.labels!.length - 1;
      table.isInRange = index.range !== null && index.range.least >= 0 && index.range.most < entries;
      return table;
    }
    const found = this.conditions.of(choice.operands[0]);
    return graph.pinConditional(found, Code.Branch, choice.at);
  }

  /** Traps where the condition holds. `owedAt` is the position of the instruction by which the plan of charges knows the trap. */
  trapIf(found: ConditionOf, trap: Trap, at: number, owedAt = at): Node {
    const made = this.graph.pinConditional(found, Code.TrapIf, at);
    made.trap = trap;
    made.charges = this.charges.deferred.get(owedAt) ?? null;
    return made;
  }

  /** Traps here. */
  trap(trap: Trap, at: number, owedAt = at): Node {
    return this.trapIf({ ...ALWAYS, operands: [] }, trap, at, owedAt);
  }
}

const ALWAYS: ConditionOf = {
  test: Test.None,
  condition: Condition.Always,
  joint: Condition.Always,
  operands: [],
  hasImmediate: false,
  immediate: 0,
  shift: 0,
  amount: 0,
};

/** The words of a constant's bits. */
function constantWords({ type, index, low, high }: Instruction): number[] {
  if (type === Type.I32) return [index | 0];
  const hasBits = Number.isNaN(index);
  if (type === Type.F32) {
    scratch.setFloat32(0, index);
    return [hasBits ? low : scratch.getInt32(0)];
  }
  if (hasBits) return [low, high];
  scratch.setFloat64(0, index);
  return [scratch.getInt32(4), scratch.getInt32(0)];
}
