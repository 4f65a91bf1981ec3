// Operations of the intermediate code. The opcodes of WebAssembly are used for i32, f32, f64, conversions and memory accesses of 32
// bits or f64. No operation has an i64 operand or result; an i64 is two words. The other operations are in this table.

import { Opcode, opcodeSignature, opcodeTable } from '../../../src/opcodes.js';

/** Types of values: each is one word, or one f64. */
export enum Type {
  None,
  I32,
  F32,
  F64,
  Reference,
}

/** Numbered behind the opcodes. */
export enum Operation {
  /** An i32, f32 or f64; of a NaN the bits are in `low` and `high`. */
  Constant = 0x200,
  NullReference,
  /** Reads or writes the variable `index`. */
  Get,
  Set,
  /** The initial value of variable `index`. In no region: see definitions.ts. */
  Parameter,
  /** The value of variable `index` where control flow merges. In no region. */
  Phi,
  /** A word of the result of its `producer` but the first; `index` is the word. Nothing else writes words in between. */
  Result,

  // Words of 64-bit operations; each takes the words of its operands, low one first.
  MultiplyHigh,
  I64ShiftLeftLow,
  I64ShiftLeftHigh,
  I64ShiftRightSignedLow,
  I64ShiftRightSignedHigh,
  I64ShiftRightUnsignedLow,
  I64ShiftRightUnsignedHigh,
  I64RotateLeftLow,
  I64RotateLeftHigh,
  /** Two words: the second is `Result` 1. */
  I64DivideSigned,
  I64DivideUnsigned,
  I64RemainderSigned,
  I64RemainderUnsigned,
  I64Add128,
  I64Sub128,
  I64MultiplyWideSigned,
  I64MultiplyWideUnsigned,
  /** `opcode` says which conversion to i64: two words. */
  I64Truncate,
  F32ConvertI64Signed,
  F32ConvertI64Unsigned,
  F64ConvertI64Signed,
  F64ConvertI64Unsigned,
  F64ReinterpretWords,
  /** The low and high word of an f64's bits. */
  F64LowWord,
  F64HighWord,

  /** For Espruino: the view for accesses by the operation `index`, whose elements have the address's remainder. */
  ElementView,
  /** The canonical NaN for a NaN. */
  CanonicalNaN,
  Select,
  GlobalGet,
  GlobalSet,
  MemorySize,
  MemoryGrow,
  MemoryFill,
  MemoryCopy,
  MemoryInit,
  DataDrop,
  TableGet,
  TableSet,
  TableSize,
  TableGrow,
  TableFill,
  TableCopy,
  TableInit,
  ElementDrop,
  FunctionReference,
  IsNull,

  // Control. Operands of calls: the arguments; of an indirect one the index first.
  Call,
  CallIndirect,
  TailCall,
  TailCallIndirect,
  Block,
  Loop,
  If,
  /** To `label`: behind its block, or to the start of its loop. */
  Branch,
  BranchTable,
  Return,
  Unreachable,
  /**
   * Traps unless the operand, an address, and the bytes behind it up to `index` are within memory. Where it traps is the position
   * of the first of its `parts` that are not.
   */
  Check,
  /** Takes the fuel of the run of instructions that starts here. */
  Charge,
  /** Whether the operand is not 0 and, after taking `index`, there is fuel: it is taken only then. */
  ChargeIf,
  /** Whether there is less fuel than `index`. */
  FuelBelow,

  // Operations of functions that yield and resume. Their operands are the values to save.
  /** The point at which the function is to be resumed, 0 if it is not. */
  ResumePoint,
  /** Whether, resumed, the point is at most `index`; else, whether the operand is not 0. */
  Resumes,
  /** Resume point `index`: a resumed function continues here. */
  Resumed,
  /** At the start, of a function that is resumed: what was saved comes back. */
  Restore,
  /** After a call: returns if the call has yielded. The resume point is `index`. */
  YieldBehindCall,
  /** Takes fuel, and yields if it is used up. */
  YieldCharge,
  /** The function in a table, by its number: `index` is the table. */
  TableFunction,
  /** A call of a function by its number. */
  CallNumber,
}

/** Effects of an instruction on shared state: two bits each, for reads and writes. */
export enum Effect {
  None = 0,
  ReadsMemory = 1,
  WritesMemory = 2,
  ReadsGlobals = 4,
  WritesGlobals = 8,
  ReadsTables = 16,
  WritesTables = 32,
  ReadsResult = 64,
  WritesResult = 128,
  ReadsVariable = 256,
  WritesVariable = 512,
  Traps = 1024,
  /** Everything but variables, which are the function's own. */
  Calls = 2048,
  Jumps = 4096,
  /** Effects for which an instruction stays even if its value is unused. */
  Kept = WritesMemory | WritesGlobals | WritesTables | WritesResult | Traps | Calls | Jumps,
  Call = ReadsMemory |
    WritesMemory |
    ReadsGlobals |
    WritesGlobals |
    ReadsTables |
    WritesTables |
    ReadsResult |
    WritesResult |
    Traps |
    Calls,
}

const READS = 0x155;
/** Effects that can be observed after a trap. */
const SEEN_AFTER_TRAP = Effect.WritesMemory | Effect.WritesGlobals | Effect.WritesTables | Effect.Traps | Effect.Calls;

/** Whether two instructions with these effects must keep their order. Of variables, this does not know which. */
export function conflict(a: number, b: number): boolean {
  const touchedByA = (a | (a >> 1)) & READS;
  const touchedByB = (b | (b >> 1)) & READS;
  if (((a >> 1) & touchedByB & READS) !== 0 || ((b >> 1) & touchedByA & READS) !== 0) return true;
  return (
    ((a & Effect.Traps) !== 0 && (b & SEEN_AFTER_TRAP) !== 0) ||
    ((b & Effect.Traps) !== 0 && (a & SEEN_AFTER_TRAP) !== 0)
  );
}

const SIZE = Operation.CallNumber + 1;
/** Effects of each operation besides its value. */
export const operationEffects = new Uint16Array(SIZE);
export const operationTypes = new Uint8Array(SIZE);
const operationNames: string[] = [];

export function operationName(operation: number): string {
  return operationNames[operation] ?? Operation[operation];
}

export function isLoad(operation: number): boolean {
  return operation >= Opcode.I32Load && operation <= Opcode.I64Load32U;
}

export function isStore(operation: number): boolean {
  return operation >= Opcode.I32Store && operation <= Opcode.I64Store32;
}

/** Bytes that a memory access touches. */
export function accessBytes(operation: number): number {
  switch (operation) {
    case Opcode.I32Load8S:
    case Opcode.I32Load8U:
    case Opcode.I32Store8:
      return 1;
    case Opcode.I32Load16S:
    case Opcode.I32Load16U:
    case Opcode.I32Store16:
      return 2;
    case Opcode.F64Load:
    case Opcode.F64Store:
      return 8;
    default:
      return 4;
  }
}

/** Whether it ends the function: a return, tail call or trap. */
export function leavesFunction(operation: number): boolean {
  return (
    operation === Operation.Return ||
    operation === Operation.Unreachable ||
    operation === Operation.TailCall ||
    operation === Operation.TailCallIndirect
  );
}

/** Whether it ends a region, as control never gets behind it: a branch, or what ends the function. */
export function isTerminator(operation: number): boolean {
  return operation === Operation.Branch || operation === Operation.BranchTable || leavesFunction(operation);
}

/** Whether it divides i32, and traps if the divisor is 0. */
export function isDivision(operation: number): boolean {
  return operation >= Opcode.I32DivS && operation <= Opcode.I32RemU;
}

/** Whether the value is 0 or 1. */
export function isBoolean(operation: number): boolean {
  return (
    (operation >= Opcode.I32Eqz && operation <= Opcode.F64Ge) ||
    operation === Operation.IsNull ||
    operation === Operation.ChargeIf ||
    operation === Operation.FuelBelow
  );
}

function deriveTables(): void {
  const types: Record<string, Type> = { i: Type.I32, f: Type.F32, F: Type.F64 };
  for (const [code, name, , signature] of opcodeTable) {
    operationNames[code] = name;
    if (opcodeSignature[code] !== 0) operationTypes[code] = types[signature.split(':')[1]] ?? Type.None;
    if (isLoad(code)) operationEffects[code] = Effect.ReadsMemory | Effect.Traps;
    if (isStore(code)) operationEffects[code] = Effect.WritesMemory | Effect.Traps;
  }
  for (const code of [Opcode.I32DivS, Opcode.I32DivU, Opcode.I32RemS, Opcode.I32RemU])
    operationEffects[code] = Effect.Traps;
  for (let code = Opcode.I32TruncF32S; code <= Opcode.I32TruncF64U; code++) operationEffects[code] = Effect.Traps;

  const words = Effect.WritesResult;
  const effects: [Effect, ...Operation[]][] = [
    [Effect.ReadsVariable, Operation.Get],
    [Effect.WritesVariable, Operation.Set],
    [Effect.ReadsResult, Operation.Result],
    [words | Effect.Traps, Operation.I64DivideSigned, Operation.I64DivideUnsigned],
    [words | Effect.Traps, Operation.I64RemainderSigned, Operation.I64RemainderUnsigned, Operation.I64Truncate],
    [words, Operation.I64Add128, Operation.I64Sub128, Operation.I64MultiplyWideSigned],
    [words, Operation.I64MultiplyWideUnsigned],
    [Effect.ReadsGlobals, Operation.GlobalGet],
    [Effect.WritesGlobals, Operation.GlobalSet],
    [Effect.ReadsMemory, Operation.MemorySize],
    [Effect.Call, Operation.MemoryGrow, Operation.Call, Operation.CallIndirect],
    [Effect.WritesMemory | Effect.ReadsMemory | Effect.Traps, Operation.MemoryFill, Operation.MemoryCopy],
    [Effect.WritesMemory | Effect.Traps, Operation.MemoryInit, Operation.DataDrop],
    [Effect.ReadsTables | Effect.Traps, Operation.TableGet],
    [Effect.ReadsTables, Operation.TableSize],
    [Effect.ReadsTables | Effect.WritesTables | Effect.Traps, Operation.TableSet, Operation.TableFill],
    [Effect.ReadsTables | Effect.WritesTables | Effect.Traps, Operation.TableCopy, Operation.TableInit],
    [Effect.ReadsTables | Effect.WritesTables, Operation.TableGrow, Operation.ElementDrop],
    [Effect.Jumps, Operation.Branch, Operation.BranchTable, Operation.Return],
    [Effect.Jumps | Effect.Traps, Operation.Unreachable],
    [
      Effect.Call | Effect.Jumps,
      Operation.TailCall,
      Operation.TailCallIndirect,
      Operation.Block,
      Operation.Loop,
      Operation.If,
    ],
    [Effect.Traps, Operation.Check],
    [Effect.Traps | Effect.WritesResult, Operation.Charge, Operation.ChargeIf],
    [Effect.Calls, Operation.FuelBelow],
    [Effect.ReadsGlobals, Operation.ResumePoint, Operation.Resumes],
    [Effect.ReadsTables | Effect.Traps, Operation.TableFunction],
    [Effect.Call, Operation.Resumed, Operation.Restore, Operation.YieldBehindCall, Operation.YieldCharge],
    [Effect.Call, Operation.CallNumber],
  ];
  for (const [effect, ...operations] of effects) for (const each of operations) operationEffects[each] = effect;

  const integers = Operation.MultiplyHigh;
  for (let each: number = integers; each <= Operation.I64Truncate; each++) operationTypes[each] = Type.I32;
  for (const each of [Operation.F32ConvertI64Signed, Operation.F32ConvertI64Unsigned]) operationTypes[each] = Type.F32;
  for (const each of [Operation.F64ConvertI64Signed, Operation.F64ConvertI64Unsigned, Operation.F64ReinterpretWords])
    operationTypes[each] = Type.F64;
  for (const each of [
    Operation.F64LowWord,
    Operation.F64HighWord,
    Operation.MemorySize,
    Operation.MemoryGrow,
    Operation.TableSize,
    Operation.TableGrow,
    Operation.IsNull,
    Operation.ChargeIf,
    Operation.FuelBelow,
    Operation.ResumePoint,
    Operation.Resumes,
    Operation.TableFunction,
  ])
    operationTypes[each] = Type.I32;
  for (const each of [Operation.ElementView, Operation.TableGet, Operation.FunctionReference, Operation.NullReference])
    operationTypes[each] = Type.Reference;
}
deriveTables();
