// The full runtime: the table of opcodes for lowering, and the numbers of instructions. The build makes both from the tables of the core
// (../instruction-table.ts), which imports the columns from here.

/** Columns of the table's rows, one row for each opcode. */
export enum Column {
  Immediate = 0,
  Fuel = 1,
  /** How many, and of which types: two bits each, from the third on. */
  Parameters = 2,
  Result = 3,
  Form = 4,
  /** With a constant as second operand, and how many words that has. */
  ConstantForm = 5,
  ConstantLength = 6,
  /** The branches that it makes with one on its result, and on its opposite. */
  Branch = 7,
  BranchUnless = 8,
  ConstantBranch = 9,
  ConstantBranchUnless = 10,
  /** 1: operands exchanged; 2: those of BranchUnless; 4: one operand only; from 8 on: the constant of ConstantBranchUnless. */
  Flags = 11,
  Size = 12,
}

/**
 * Columns of the rows behind the last opcode's, one for each instruction: its words, its branch, its handler, and what its first
 * operand has in the upper half to tell it from others of the same handler.
 */
export enum InstructionColumn {
  Length = 0,
  /** The word of the target; 16 for a conditional branch, 32 for a table. */
  Branch = 1,
  Handler = 2,
  Bits = 3,
  HighBits = 4,
  Size = 5,
}

/** Numbers that bundling puts where they are used. */
export enum Fixed {
  /** The byte before opcodes that have a second number, whose rows follow the others. */
  Prefix = 0xfc,
  Prefixed = 0xd3,
  PrefixedCount = 23,
  InstructionRows = (0xd3 + 23) * 12,
}
