// Superinstructions: pairs of instructions in which the second one reads the result of the first. Each saves a dispatch and, if
// nothing else reads that result, a slot. They were chosen by how often the pairs are executed in the benchmark kernels.

export interface Fusion {
  first: string;
  second: string;
  /** Word of the second instruction that reads the result; 0 if the two only follow each other. */
  word: number;
  /** The result goes to a local variable as well. */
  kept: boolean;
}

const list: Fusion[] = [];
const words = (text: string) => text.trim().split(/\s+/);

function fuse(firsts: string, seconds: string, word: number, kept = false): void {
  for (const first of words(firsts)) for (const second of words(seconds)) list.push({ first, second, word, kept });
}

/** Pairs that share no value. */
function follow(firsts: string, seconds: string): void {
  fuse(firsts, seconds, 0);
}

// Addresses: `pointer + constant`, `base + index`, `base + (index << size)`, `constant + (index << size)`.
const loads = 'Load32 Load8U LoadF64 Load8S Load16U LoadI64';
const stores = 'Store32 Store8 StoreF64 StoreI64 Store32Constant Store8Constant';
fuse('I32AddConstant', loads, 2);
fuse('I32AddConstant', stores, 1);
fuse('I32ShlConstant', 'I32Add I32AddConstant', 2);
fuse('I32Add I32ShlConstantThenI32Add I32ShlConstantThenI32AddConstant', 'Load32 LoadF64', 2);
fuse('I32Add', 'Load8U Load16U', 2);
fuse('I32Add', 'Store32', 1);
fuse('I32Add', 'Store8 Store8Constant', 1);
fuse('I32AddConstant', 'Load32 Load8U', 2, true);

// Loops: a counter that is stepped and compared.
fuse(
  'I32AddConstant',
  'BranchI32NeConstant BranchIf BranchI32Ne BranchI32LtS BranchI32LtU BranchI32LtSConstant BranchI32LtUConstant BranchI32GtSConstant BranchI32GtUConstant BranchUnless',
  1,
  true,
);
fuse('I32AddConstant', 'BranchI32LeS', 2, true);
fuse('I32Add', 'BranchI32LtUConstant BranchI32LtSConstant BranchI32LtU BranchI32LtS BranchI32NeConstant', 1, true);
fuse('Load8U Load32', 'BranchIf BranchUnless BranchI32NeConstant BranchI32EqConstant', 1);
fuse('Load8U Load32', 'BranchI32Ne BranchI32Eq', 2);
fuse('Load32', 'BranchI32LtS BranchI32LeS', 1);
fuse('Load32', 'BranchI32LtS BranchI32LeS', 2);
fuse('Load8U Load32', 'BranchIf BranchUnless', 1, true);
fuse('Load32', 'BranchI32LtS', 1, true);
fuse('Load32', 'BranchI32LtS', 2, true);
fuse('I32AndConstant', 'BranchIf BranchUnless BranchI32NeConstant BranchI32EqConstant', 1);
fuse('I32And', 'BranchIf BranchUnless', 1);
fuse('I32AddConstant', 'BranchI32LtUConstant BranchI32GtUConstant', 1);

// Integer expressions.
fuse('I32ShlConstant', 'I32Or I32Xor', 2);
fuse('I32ShrUConstant', 'I32Xor I32Or I32Add I32AndConstant', 2);
fuse('I32ShrSConstant', 'I32AndConstant', 2);
fuse('I32RotlConstant', 'I32Xor I32Add', 2);
fuse('I32MulConstant', 'I32Add I32AddConstant', 2);
fuse('I32Mul', 'I32Add', 2);
fuse('I32Add', 'I32Add I32AddConstant I32AndConstant I32Xor', 2);
fuse('I32AddConstant', 'I32Add I32AndConstant I32And I32MulConstant', 2);
fuse('Load32', 'I32Add', 2);

/** So many are in the second loop as well, which has the instructions that are rare. */
export const SECOND_LOOP_FUSIONS = list.length;

fuse('I32Xor', 'I32AndConstant I32And I32Add I32Xor', 2);
fuse('I32And', 'I32Xor I32Or I32Add', 2);
fuse('I32AddConstantThenLoad32', 'I32Add', 2);
fuse('Load8U', 'I32Xor I32Add', 2);
fuse('I32AndConstant', 'I32Add I32AddConstant I32Or I32ShlConstant', 2);
// A rotated value, exclusive or of it and another one, and of all three, as hash functions have them.
fuse('I32RotlConstant', 'I32RotlConstantThenI32Xor', 4);
fuse('I32RotlConstantIntoI32RotlConstantThenI32XorSecond', 'I32RotlConstantThenI32Xor I32ShrUConstantThenI32Xor', 4);

// Floating point.
fuse('LoadF64', 'F64Mul F64Add', 2);
fuse('I32AddConstantThenLoadF64', 'F64Mul F64Sub', 2);
fuse('I32AddConstantThenLoadF64', 'F64Sub', 3);
fuse('I32AddConstantThenLoadF64ThenF64Mul', 'F64Add', 2);
fuse('LoadF64', 'F64Sub', 2);
fuse('LoadF64', 'F64Sub', 3);
fuse('F64Mul', 'F64Add F64Sub F64Mul', 2);
fuse('F64Mul', 'F64Sub', 3);
fuse('F64Mul', 'F64MulThenF64Add', 4);
fuse('F64MulThenF64Mul', 'F64Add F64Sub', 2);
fuse('F64MulThenF64Mul', 'F64Sub', 3);
fuse('F64Add', 'F64Add', 2);
fuse('F64Sub', 'F64Mul F64Add', 2);

// 64-bit integers.
fuse('I64ShlConstant', 'I64Xor I64Or', 2);
fuse('I64ShrUConstant', 'I64Xor', 2);
fuse('I64Xor', 'I64MulConstant', 2);

// Copies and jumps.
follow('Move32', 'Move32');
fuse('I32AddConstantThenLoad8U Load8U', 'BranchTable', 1);
fuse('I32Add', 'Return32', 1);

/** The number of fusions in every interpreter. Interpreters that verify more have room for fewer. */
export const COMMON_FUSIONS = list.length;

follow('Move32 I32AddConstant Constant32 I32Add I32Xor Load32', 'Branch');
fuse('I32AddConstant', 'Move32', 2, true);

/** The number of fusions in the interpreter that does not track the value slots. */
export const VERIFIED_FUSIONS = list.length;

// Stores at `base + (index << size)`.
fuse('I32ShlConstantThenI32Add', 'StoreF64', 1);
fuse('I32ShlConstantThenI32Add I32ShlConstantThenI32AddConstant', 'Store32', 1);

export const fusions: readonly Fusion[] = list;
