// Generates the instruction table of the full runtime's lowering, as bytes, from the core's tables of opcodes and register
// instructions. Its columns are named in runtime/opcode-table.ts.

import {
  branchConditional,
  branchesByTable,
  branchTarget,
  constantForm,
  RegisterOpcode,
  registerForm,
  registerLength,
} from '../../../src/generated/register-opcodes.js';
import { fuseBranch, fuseConstantBranch, SWAPPED, swappedOperation } from '../../../src/lowering/comparisons.js';
import { constantStore } from '../../../src/lowering/operations.js';
import { Immediate, Opcode, opcodeTable, PREFIX_FC } from '../../../src/opcodes.js';
import { ValueType, valueTypeOfLetter } from '../../../src/types.js';
import { handlers as handlerTexts, instructionNames, shapes } from '../generated/texts.js';
import { sharedHandler } from '../interpreted/grouping.js';
import { Column, Fixed } from './runtime/opcode-table.js';

const OPCODES = Fixed.Prefixed + Fixed.PrefixedCount;

export interface InstructionTable {
  /** An even number. */
  bytes: Uint8Array;
  /** Names of the instructions that the full runtime emits, by the numbers that they have while it lowers. */
  names: string[];
  /** Texts of the handlers, by the numbers that instructions have in lowered code. */
  handlers: string[];
}

/** The instructions that compilers write most often. They do not share handlers, which would cost time. */
const OFTEN =
  /^(I32(Add|Sub|Mul|And|Or|Xor|Shl|ShrS|ShrU|Eqz)(Constant)?|BranchI32\w+|BranchIf|BranchUnless|(Load|Store)(32|8U?)|Move32)$/;

/** Instructions that are emitted for something else than one opcode. */
const OTHERS = [
  RegisterOpcode.Halt,
  RegisterOpcode.Unreachable,
  RegisterOpcode.Move32,
  RegisterOpcode.MoveI64,
  RegisterOpcode.MoveF64,
  RegisterOpcode.Constant32,
  RegisterOpcode.ConstantI64,
  RegisterOpcode.ConstantF64,
  RegisterOpcode.Select32,
  RegisterOpcode.SelectI64,
  RegisterOpcode.SelectF64,
  RegisterOpcode.GlobalGet32,
  RegisterOpcode.GlobalGet64,
  RegisterOpcode.GlobalSet32,
  RegisterOpcode.GlobalSet64,
  RegisterOpcode.Branch,
  RegisterOpcode.BranchIf,
  RegisterOpcode.BranchUnless,
  RegisterOpcode.BranchTable,
  RegisterOpcode.Return,
  RegisterOpcode.Return32,
  RegisterOpcode.ReturnI64,
  RegisterOpcode.ReturnF64,
  RegisterOpcode.Call,
  RegisterOpcode.CallIndirect,
  RegisterOpcode.CallOut,
  RegisterOpcode.TailCall,
  RegisterOpcode.TailCallIndirect,
  RegisterOpcode.TailCallOut,
  RegisterOpcode.EffectiveAddress,
  RegisterOpcode.RefIsNull,
];

/** Opcodes with one instruction each, which registerForm does not tell. */
const DIRECT: [Opcode, RegisterOpcode][] = [
  [Opcode.TableGet, RegisterOpcode.TableGet],
  [Opcode.TableSet, RegisterOpcode.TableSet],
  [Opcode.TableSize, RegisterOpcode.TableSize],
  [Opcode.TableGrow, RegisterOpcode.TableGrow],
  [Opcode.TableFill, RegisterOpcode.TableFill],
  [Opcode.TableCopy, RegisterOpcode.TableCopy],
  [Opcode.TableInit, RegisterOpcode.TableInit],
  [Opcode.ElemDrop, RegisterOpcode.ElementDrop],
  [Opcode.MemorySize, RegisterOpcode.MemorySize],
  [Opcode.MemoryGrow, RegisterOpcode.MemoryGrow],
  [Opcode.MemoryFill, RegisterOpcode.MemoryFill],
  [Opcode.MemoryCopy, RegisterOpcode.MemoryCopy],
  [Opcode.MemoryInit, RegisterOpcode.MemoryInit],
  [Opcode.DataDrop, RegisterOpcode.DataDrop],
  [Opcode.I64Add128, RegisterOpcode.I64Add128],
  [Opcode.I64Sub128, RegisterOpcode.I64Sub128],
  [Opcode.I64MulWideS, RegisterOpcode.I64MulWideS],
  [Opcode.I64MulWideU, RegisterOpcode.I64MulWideU],
];

/** Comparisons with a constant whose opposite has another one, in the order of runtime/labels.ts. */
const BOUNDS: RegisterOpcode[] = [
  RegisterOpcode.I32LtSConstant,
  RegisterOpcode.I32LtUConstant,
  RegisterOpcode.I32GtSConstant,
  RegisterOpcode.I32GtUConstant,
];

/** Nothing is computed: the same bits under another type. */
const SAME_BITS = new Set<number>([
  Opcode.I32WrapI64,
  Opcode.I32ReinterpretF32,
  Opcode.I64ReinterpretF64,
  Opcode.F32ReinterpretI32,
  Opcode.F64ReinterpretI64,
]);

/** `replaced` are bodies of handlers, by the names of instructions, for those that run-only programs have. */
export function instructionTable(replaced: Record<string, string>): InstructionTable {
  const names: string[] = [];
  const number = (operation: number): number => {
    const name = instructionNames[operation];
    if (!names.includes(name)) names.push(name);
    return names.indexOf(name);
  };
  for (const operation of OTHERS) number(operation);
  const rows = new Uint8Array(OPCODES * Column.Size);
  for (let opcode = 0; opcode < OPCODES; opcode++) rows[opcode * Column.Size] = Immediate.Illegal;
  const direct = new Map<number, number>(DIRECT);
  for (const [opcode, , immediate, signature, fuel] of opcodeTable) {
    const at = (opcode < PREFIX_FC ? opcode : Fixed.Prefixed + opcode - PREFIX_FC) * Column.Size;
    const [parameters, results] = signature.split(':');
    const accesses = immediate >= Immediate.Memory1 && immediate <= Immediate.Memory8;
    const wide = opcode >= Opcode.I64Add128;
    const numeric = immediate === Immediate.None && signature !== '' && !wide;
    rows[at + Column.Immediate] = immediate;
    rows[at + Column.Fuel] = fuel;
    if (numeric || accesses) {
      rows[at + Column.Parameters] = [...parameters].reduce(
        (bits, letter, index) => bits | ((ValueType.I32 - valueTypeOfLetter(letter)) << (index * 2 + 2)),
        parameters.length,
      );
      rows[at + Column.Result] = results === '' ? 0 : valueTypeOfLetter(results);
    }
    const single = direct.get(opcode);
    if (single !== undefined) rows[at + Column.Form] = number(single);
    else if ((numeric && !SAME_BITS.has(opcode)) || accesses) {
      const mirrored = registerForm[opcode] === 0;
      const form = registerForm[mirrored ? swappedOperation(opcode) : opcode];
      const store = accesses && results === '';
      const constant = store
        ? /I64|F64/.test(instructionNames[form])
          ? 0
          : constantStore(form)
        : constantForm[opcode === Opcode.I32Sub ? Opcode.I32Add : opcode];
      const branches = [fuseBranch(form, false), fuseBranch(form, true)];
      const constantBranches = [fuseConstantBranch(constant, false), fuseConstantBranch(constant, true)];
      // A comparison whose branch would exchange its operands does not occur in its own sense.
      if ((branches[0] & SWAPPED) !== 0) throw new Error(`${instructionNames[form]} branches with exchanged operands`);
      rows[at + Column.Form] = number(form);
      rows[at + Column.ConstantForm] = constant === 0 ? 0 : number(constant);
      rows[at + Column.ConstantLength] = constant === 0 ? 0 : registerLength[constant];
      branches.forEach((each, index) => {
        rows[at + Column.Branch + index] = each === 0 ? 0 : number(each & ~SWAPPED);
      });
      constantBranches.forEach((each, index) => {
        rows[at + Column.ConstantBranch + index] = each === 0 ? 0 : number(each);
      });
      const one = branches[0] !== 0 && branchTarget[branches[0]] === 2;
      rows[at + Column.Flags] =
        (mirrored ? 1 : 0) |
        ((branches[1] & SWAPPED) !== 0 ? 2 : 0) |
        (one ? 4 : 0) |
        ((BOUNDS.indexOf(constant) + 1) << 3);
    }
  }
  const operations = names.map((name) => instructionNames.indexOf(name));
  if (names.length > 255) throw new Error('a byte does not hold the number of an instruction');
  const { handlers, places } = grouped(names, replaced);
  const columns = operations.flatMap((operation, number) => [
    registerLength[operation],
    branchesByTable[operation] !== 0 ? 32 : branchTarget[operation] | (branchConditional[operation] !== 0 ? 16 : 0),
    places[number].handler,
    (places[number].bits >> 16) & 255,
    places[number].bits >> 24,
  ]);
  const padding = (rows.length + columns.length) & 1 ? [0] : [];
  return { bytes: Uint8Array.from([...rows, ...columns, ...padding]), names, handlers };
}

interface HandlerPlace {
  handler: number;
  /** The bits that tell the instruction from others of the same handler, in the upper half of its first operand. */
  bits: number;
}

/** The first instruction has the first handler. */
function grouped(names: string[], replaced: Record<string, string>): { handlers: string[]; places: HandlerPlace[] } {
  const members = new Map<string, string[]>();
  for (const name of names) {
    const shape = shapes[name]?.shape;
    if (shape !== undefined && !OFTEN.test(name) && !(name in replaced))
      members.set(shape, [...(members.get(shape) ?? []), name]);
  }
  const handlers: string[] = [];
  const placed = new Map<string, HandlerPlace>();
  for (const name of names) {
    if (placed.has(name)) continue;
    const shape = shapes[name]?.shape;
    const group = (shape !== undefined && members.get(shape)) || [];
    if (group.length > 1 && group.includes(name)) {
      const { text, bits } = sharedHandler(shape!, group);
      for (const each of group) placed.set(each, { handler: handlers.length, bits: bits.get(each)! });
      handlers.push(text);
    } else {
      placed.set(name, { handler: handlers.length, bits: 0 });
      handlers.push(replaced[name] ?? handlerTexts[name]);
    }
  }
  return { handlers, places: names.map((name) => placed.get(name)!) };
}
