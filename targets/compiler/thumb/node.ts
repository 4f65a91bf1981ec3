// The graph that machine code is selected in: nodes are machine operations, their operands other nodes. A node that is pinned has its
// place among the pinned nodes of its block; the others float, until placement.ts gives them a block, and equal ones are one node.
// f64 and i64 are two nodes, one for each word.

import type { Trap } from '../../../src/trap.js';
import type { BasicBlock } from '../intermediate/flow-graph.js';
import type { Part } from '../passes/charge-placement.js';

export enum Code {
  // Values. In front: those that are computed again rather than kept in memory.
  /** `immediate`. */
  Constant,
  /** The address of the byte `immediate` of linear memory. */
  MemoryAddress,
  /** Bytes of linear memory less `immediate`. */
  MemoryLimit,
  /** The word `immediate` of the function's parameters. */
  Parameter,
  /** A parameter of its block. */
  Phi,
  /** Word `immediate` of the results of its operand. */
  Part,

  // The last operand is `immediate`, where `hasImmediate` says so, or shifted: see `shift`.
  Add,
  Subtract,
  /** The second operand less the first. */
  ReverseSubtract,
  And,
  Or,
  Xor,
  /** And with the complement. */
  BitClear,
  /** Or with the complement. */
  OrNot,
  /** The complement. */
  Not,

  // Shifts by a register or by `immediate`: the low eight bits of a register count.
  ShiftLeft,
  ShiftRightUnsigned,
  ShiftRightSigned,
  RotateRight,

  Multiply,
  /** The third operand and the product. */
  MultiplyAdd,
  /** The third operand less the product. */
  MultiplySubtract,
  /** Two words of an unsigned product. */
  MultiplyLong,
  MultiplyLongSigned,
  DivideSigned,
  DivideUnsigned,
  CountLeadingZeros,
  ReverseBits,
  ExtendSigned8,
  ExtendSigned16,
  ExtendUnsigned8,
  ExtendUnsigned16,
  /** `immediate` bits from the bit `amount` on. */
  ExtractUnsigned,
  ExtractSigned,
  /** Two words, of four. */
  AddWide,
  SubtractWide,
  /** The address of linear memory and a number of bytes, which may be shifted. */
  BaseAdd,
  /** 1 where the condition holds, else 0. */
  Boolean,
  /** The first operand where the condition holds, else the second. */
  Select,
  /** The first operand, and `addend` more where the condition holds. */
  AddIf,
  /** The first operand; where the condition on the others holds, what the operation `applied` makes of it and the second. */
  ApplyIf,
  /** An operation of the unit on f32 in core registers: `immediate` is a `FloatOperation`. */
  Float,
  /** Calls the routine `symbol`, which has no effects: `immediate` words of results. */
  Routine,
  /** The address of the code of the function `immediate`. */
  FunctionAddress,

  // Pinned. An access: `size` bytes, at an operand, one with an index, or one with `immediate`.
  Load,
  Store,
  /** Words of the context: `immediate` is the offset. */
  ContextLoad,
  ContextStore,
  /** The number of bytes of memory, where that may change. */
  MemorySize,
  /** The fuel that is left. */
  FuelLeft,
  /** Traps where the condition holds. */
  TrapIf,
  /** Calls the function `immediate`; with effects. Words of arguments are the operands. */
  Call,
  /** Calls the address that is its first operand. */
  CallAddress,
  /** Calls the routine `symbol`, with effects. */
  RoutineCall,
  /** Takes its `charges` from the fuel. */
  Charge,
  /** Takes `immediate` from the fuel without a test. */
  TakeFuel,

  // Ends of blocks.
  Jump,
  /** To the first successor where the condition holds, else to the second. */
  Branch,
  /** Branches by the operand; the last successor is the default: see `isInRange`. */
  BranchTable,
  Return,
  /** Leaves with a trap. */
  Trap,
  TailCall,
  TailCallAddress,

  // Operations of instructions only.
  Move,
  /**
   * Moves the first operand, or `immediate`, where the condition on the others holds; or adds `addend`, if that is not 0; or carries out
   * `applied` with the first operand, if that is not Move.
   */
  ConditionalMove,
  /** A word of a wide sum: the lowest sets the carry, the others take it too. */
  AddSet,
  AddCarry,
  SubtractSet,
  SubtractCarry,
  /** Words of the stack: slots of the frame, arguments and results that are passed there. */
  SlotLoad,
  SlotStore,
  IncomingLoad,
  IncomingStore,
  OutgoingLoad,
  OutgoingStore,
}

/** Shifts of the last operand. */
export enum Shift {
  None,
  Left,
  RightUnsigned,
  RightSigned,
  RotateRight,
}

/** Conditions in the order of their encoding: the lowest bit turns one into its opposite. */
export enum Condition {
  Equal,
  NotEqual,
  CarrySet,
  CarryClear,
  Negative,
  NotNegative,
  Overflow,
  NoOverflow,
  Higher,
  LowerOrSame,
  GreaterOrEqual,
  Less,
  Greater,
  LessOrEqual,
  Always,
}

export function opposite(condition: Condition): Condition {
  return condition ^ 1;
}

/** How the operands of a condition are compared; flags hold for the node alone. */
export enum Test {
  /** No test: the node has no condition. */
  None,
  Compare,
  /** With the negative of the last operand. */
  CompareNegative,
  /** The bits that both have. */
  Bits,
  /** Two pairs of words, of which the difference is compared: for `Less` and `GreaterOrEqual`, signed or not. */
  Wide,
  /** Two pairs of words: the second one is compared where `joint` holds of the first; else the flags stay. */
  Pairs,
  /** Two f32, by the unit. */
  Float,
}

/** A trap that a check reports, unless an earlier one of its list does. */
export interface TrapPart {
  /** For checks of memory: the bytes behind the address. */
  bytes: number;
  /** Byte offset in the module. */
  at: number;
}

/** A use of a node as an operand, and the block where it has to be known: null for that of the user. */
export interface Use {
  user: Node;
  block: BasicBlock | null;
}

const NO_NODES: Node[] = [];
const NO_USES: Use[] = [];

/** Details that say how an operation is carried out, of a node and of the instruction that it becomes. */
export class OperationDetails {
  immediate = 0;
  hasImmediate = false;
  shift = Shift.None;
  /** Amount of the shift. */
  amount = 0;
  condition = Condition.Always;
  test = Test.None;
  /** For `Test.Pairs`: the condition on the first pair under which the second one is compared. */
  joint = Condition.Always;
  addend = 0;
  applied = Code.Move;
  /** Bytes of an access. */
  size = 4;
  isSigned = false;
  /** For an access: the address may not be a multiple of its size, and the processor refuses such addresses. */
  isUnaligned = false;
  /** Of a BranchTable: the operand is never beyond the table, so the default is not reached. */
  isInRange = false;
  /** Name of a routine. */
  symbol = '';
  /** Byte offset in the module. */
  at = 0;
  trap: Trap = 0;
  parts: TrapPart[] | null = null;
  /** Fuel that a Charge takes, or that a trap still has to take before it is reported; in order. */
  charges: readonly Part[] | null = null;

  /** Takes over all of it from another one. */
  takeDetails(other: OperationDetails): void {
    this.immediate = other.immediate;
    this.hasImmediate = other.hasImmediate;
    this.shift = other.shift;
    this.amount = other.amount;
    this.condition = other.condition;
    this.test = other.test;
    this.joint = other.joint;
    this.addend = other.addend;
    this.applied = other.applied;
    this.size = other.size;
    this.isSigned = other.isSigned;
    this.isUnaligned = other.isUnaligned;
    this.isInRange = other.isInRange;
    this.symbol = other.symbol;
    this.at = other.at;
    this.trap = other.trap;
    this.parts = other.parts;
    this.charges = other.charges;
  }
}

export class Node extends OperationDetails {
  id = 0;
  code: Code;
  operands: Node[];
  /** Number of words of its result. */
  words = 1;
  isPinned = false;
  /** The node's block. For a floating node: the first block where it may be, until it is placed. */
  block: BasicBlock;
  /** For a floating node: the next one in the list of those with the same hash. */
  sameHash: Node | null = null;
  /** The node to take instead. */
  replacement: Node | null = null;
  /** Uses as an operand. Set by placement.ts, as the next two are. */
  uses: Use[] = NO_USES;
  /** Whether something uses it, or it has effects. */
  isLive = false;
  /** Whether its block's order has it. */
  isScheduled = false;
  /** For an operand of a Phi: whether it is computed into the Phi's register on the edge. */
  isOnEdge = false;
  /** Virtual register of its first word; -1 for none. */
  register = -1;

  constructor(code: Code, operands: Node[], block: BasicBlock) {
    super();
    this.code = code;
    this.operands = operands.length === 0 ? NO_NODES : operands;
    this.block = block;
  }

  /** Makes a node that nothing uses another one, as `NodeGraph.float` makes it. */
  remake(code: Code, operands: Node[], block: BasicBlock): void {
    this.code = code;
    this.operands = operands.length === 0 ? NO_NODES : operands;
    this.block = block;
    this.words = 1;
    this.immediate = 0;
    this.hasImmediate = false;
    this.shift = Shift.None;
    this.amount = 0;
    this.condition = Condition.Always;
    this.test = Test.None;
    this.joint = Condition.Always;
    this.addend = 0;
    this.applied = Code.Move;
    this.symbol = '';
  }
}

/** Whether it is computed again rather than kept in memory: it has no operands, and gives the same everywhere. */
export function isRematerialised({ code, isPinned }: Node): boolean {
  if (isPinned) return false;
  return code <= Code.MemoryLimit || code === Code.FunctionAddress || code === Code.ContextLoad;
}

/** Operations of the floating-point unit on f32. */
export enum FloatOperation {
  Add,
  Subtract,
  Multiply,
  Divide,
  SquareRoot,
  ConvertSigned,
  ConvertUnsigned,
}
