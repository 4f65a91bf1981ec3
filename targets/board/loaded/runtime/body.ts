// Of the full runtime: validates a function's body (core specification, 3.3) and lowers it to register code in one go.
// Operands are slots of the frame; one that is a local or a constant costs no instruction until it has to lie in its own
// slot, the home slot of its place on the stack. Fuel is charged on entering a run of instructions, as in src/lower.ts.

import {
  at,
  byte,
  count,
  end,
  endAt,
  fail,
  high,
  inBody,
  limit,
  moveTo,
  s32,
  s64,
  source,
  u32,
  word,
} from './bytes.js';
import { Count, counts, elementTypes, globalTypes } from './index-space.js';
import {
  isReference,
  readBlockType,
  readReferenceType,
  readValueType,
  Type,
  typeAt,
  typeName,
  typeOf,
  typeParameters,
  typeResults,
  typeValues,
} from './types.js';

declare const CODE_WORDS: number;
declare const LABEL_DEPTH: number;
declare const OPERAND_DEPTH: number;
declare const FUNCTION_LOCALS: number;
declare const BASIC_BLOCKS: number;
declare const code: Int32Array;
declare const functions: Int32Array;
declare const tables: Int32Array;
declare const memoryBytes: number;

/**
 * Of each opcode a row of `Opcode` columns; behind the last one, five columns of each instruction: its words, its branch, its
 * handler, and what its first operand has in the upper half to tell it from others of the same handler.
 */
declare const opcodes: Uint8Array;
/** Numbers of instructions; the build replaces them. */
declare const INSTRUCTION: Record<string, number>;

/** Columns of `opcodes`. */
enum Opcode {
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

/** Kinds of what follows an opcode, as in src/opcodes.ts. */
enum Immediate {
  None = 0,
  BlockType = 1,
  Label = 2,
  LabelTable = 3,
  Function = 4,
  TypeTable = 5,
  TypeVector = 6,
  Local = 7,
  Global = 8,
  Table = 9,
  Memory1 = 11,
  Memory8 = 14,
  I32 = 21,
  I64 = 22,
  F32 = 23,
  F64 = 24,
  Illegal = 26,
}

/** Numbers that bundling puts where they are used. */
enum Fixed {
  /** Opcodes behind the prefix 0xFC follow the others. */
  Prefixed = 0xd3,
  PrefixedCount = 23,
  InstructionColumns = (0xd3 + 23) * 12,
  /** Marks a run that is left by falling into the next one; in `costs`. */
  FallsThrough = 0x40000000,
  /** Added to the position of a call that waits for the entry of its function. */
  Waiting = 0x40000000,
  /** Position of the code of the first function. */
  FirstCode = 2,
}

/** Kinds of operands. */
export enum Kind {
  Home = 0,
  Local = 1,
  Constant = 2,
}

/** Columns of `labels`. */
enum Label {
  Opcode = 0,
  Type = 1,
  /** Operands below the block. */
  Height = 2,
  /** The rest of the block cannot be reached: operands of every type are there. */
  Dead = 3,
  /** Last branch to the label that waits for its position, 0 if none. */
  Pending = 4,
  /** The branch of an `if` to its `else`, 0 if none. */
  Else = 5,
  Position = 6,
  Block = 7,
  Size = 8,
}

export const operandTypes = new Uint8Array(OPERAND_DEPTH);
const operandKinds = new Uint8Array(OPERAND_DEPTH);
/** A local's number, or the low word of a constant. */
export const operandLows = new Int32Array(OPERAND_DEPTH);
export const operandHighs = new Int32Array(OPERAND_DEPTH);
const labels = new Int32Array(LABEL_DEPTH * Label.Size);
const localTypes = new Uint8Array(FUNCTION_LOCALS);
const costs = new Int32Array(BASIC_BLOCKS);
/** 1 for the handlers that the code has. */
export const used = new Uint8Array(256);

/** Operands: of a body, or of a constant expression. */
export let operandTop = 0;
let operandMost = 0;
let labelTop = 0;
/** Of the innermost block. */
let height = 0;
let dead = false;
/** Code is emitted; else it could never be reached. */
let reachable = true;
let localCount = 0;
let functionType = 0;
let block = 0;
/** Where the next instruction goes in `code`. */
export let codeTop = 0;
let start = 0;
/** The last instruction if its result is in a home slot, else 0; the row of its opcode. */
let last = 0;
let lastRow = 0;
let lastConstant = false;
let instructionAt = 0;
let sought = -1;
let soughtAt = -1;

// Operands and their types.

function push(type: number): void {
  limit('operandDepth', operandTop + 1, OPERAND_DEPTH);
  operandTypes[operandTop++] = type;
  if (operandTop > operandMost) operandMost = operandTop;
}

/** Starts a constant expression. */
export function clearOperands(): void {
  operandTop = 0;
  height = 0;
  dead = false;
}

function pushHome(type: number): void {
  push(type);
  operandKinds[operandTop - 1] = Kind.Home;
}

export function pushOf(kind: number, type: number, low: number, highWord: number): void {
  push(type);
  operandKinds[operandTop - 1] = kind;
  operandLows[operandTop - 1] = low;
  operandHighs[operandTop - 1] = highWord;
}

/** Its type; any is right for Type.Unknown. */
export function pop(expected: number): number {
  if (operandTop === height) {
    if (!dead) fail('type mismatch: the operand stack is empty');
    return expected;
  }
  const type = operandTypes[--operandTop];
  if (type !== expected && type !== 0 && expected !== 0) {
    fail('type mismatch: expected ' + typeName(expected) + ', found ' + typeName(type));
  }
  return type === 0 ? expected : type;
}

/** First of the types that `from` + `values` types end with. */
function popTypes(from: number, values: number): void {
  while (values > 0) pop(typeValues[from + --values]);
}

function pushTypes(from: number, values: number): void {
  for (let value = 0; value < values; value++) push(typeValues[from + value]);
}

function pushResults(type: number): void {
  const from = typeAt[type] + typeParameters[type];
  for (let value = 0; value < typeResults[type]; value++) pushHome(typeValues[from + value]);
}

// Emission.

function put(value: number): void {
  if (!reachable) return;
  if (codeTop > CODE_WORDS + 1) limit('codeWords', codeTop - 1, CODE_WORDS);
  code[codeTop++] = value;
}

function emit(instruction: number): void {
  if (!reachable) return;
  last = 0;
  start = codeTop;
  if (codeTop === sought) soughtAt = instructionAt;
  put(instruction);
}

function emit2(instruction: number, a: number, b: number): void {
  emit(instruction);
  put(a);
  put(b);
}

/** A 64-bit constant as operand: three words, of which the two that are aligned are read. */
function putAligned(low: number, highWord: number): void {
  const odd = codeTop & 1;
  if (odd !== 0) put(0);
  put(low);
  put(highWord);
  if (odd === 0) put(0);
}

/** The result of the instruction just emitted for the opcode in `row`, which is in the home slot. */
function pushResult(type: number, row: number): void {
  pushHome(type);
  if (!reachable) return;
  last = start;
  lastRow = row;
  lastConstant = false;
}

/** Home slot of a place on the operand stack, in words of the frame. */
function home(place: number): number {
  return (localCount + place) * 2;
}

/** Of three instructions the one for the type: of 32 bits, i64, f64. */
function ofWidth(type: number, words: number, i64: number, f64: number): number {
  return type === Type.I64 ? i64 : type === Type.F64 ? f64 : words;
}

function moveOf(type: number): number {
  return ofWidth(type, INSTRUCTION.Move32, INSTRUCTION.MoveI64, INSTRUCTION.MoveF64);
}

/** Brings an operand to a slot. */
function move(place: number, slot: number): void {
  const type = operandTypes[place];
  const low = operandLows[place];
  if (operandKinds[place] === Kind.Constant) {
    emit(ofWidth(type, INSTRUCTION.Constant32, INSTRUCTION.ConstantI64, INSTRUCTION.ConstantF64));
    put(slot);
    if (type === Type.F64) putAligned(low, operandHighs[place]);
    else {
      put(low);
      if (type === Type.I64) put(operandHighs[place]);
    }
    return;
  }
  const from = operandKinds[place] === Kind.Local ? low * 2 : home(place);
  if (from !== slot) emit2(moveOf(type), slot, from);
}

/** The slot of an operand; a constant is put into its home slot. */
function use(place: number): number {
  if (operandKinds[place] === Kind.Local) return operandLows[place] * 2;
  if (operandKinds[place] === Kind.Constant) move(place, home(place));
  return home(place);
}

/** Puts an operand into its home slot for good. */
function settle(place: number): void {
  if (operandKinds[place] === Kind.Home) return;
  move(place, home(place));
  operandKinds[place] = Kind.Home;
}

function settleFrom(place: number, places: number): void {
  for (let index = 0; index < places; index++) settle(place + index);
}

/** Saves what is read from locals, from one of them if `local` is not negative. */
function settleLocals(local: number): void {
  for (let place = 0; place < operandTop; place++) {
    if (operandKinds[place] === Kind.Local && (local < 0 || operandLows[place] === local)) settle(place);
  }
}

// Labels and branches.

function pushLabel(opcode: number, type: number): void {
  limit('labelDepth', labelTop + 1, LABEL_DEPTH);
  const row = labelTop++ * Label.Size;
  labels.fill(0, row, row + Label.Size);
  labels[row] = opcode;
  labels[row + Label.Type] = type;
  labels[row + Label.Height] = operandTop;
  height = operandTop;
  dead = false;
}

/** Row of the label that is so many blocks away. */
function labelRow(depth: number): number {
  if (depth >= labelTop) fail('unknown label ' + depth);
  return (labelTop - 1 - depth) * Label.Size;
}

function labelArity(row: number): number {
  const type = labels[row + Label.Type];
  return labels[row] === 0x03 ? typeParameters[type] : typeResults[type];
}

function labelTypes(row: number): number {
  const type = labels[row + Label.Type];
  return labels[row] === 0x03 ? typeAt[type] : typeAt[type] + typeParameters[type];
}

function setDead(): void {
  operandTop = height;
  dead = true;
  reachable = false;
  labels[(labelTop - 1) * Label.Size + Label.Dead] = 1;
  last = 0;
}

function newBlock(): void {
  if (!reachable) return;
  limit('basicBlocks', block + 2, BASIC_BLOCKS);
  costs[++block] = 0;
  last = 0;
}

/** Starts the block that a label stands before. */
function labelBlock(): void {
  if (reachable) costs[block] |= Fixed.FallsThrough;
  reachable = true;
  newBlock();
}

/** Points the branch words at `position` (target, block) to here. */
function patch(position: number): void {
  code[position] = codeTop;
  code[position + 1] = block;
}

function patchPending(position: number): void {
  while (position !== 0) {
    const next = code[position];
    patch(position);
    position = next;
  }
}

/** Emits target and block of a branch to a label. */
function putTarget(row: number): void {
  if (!reachable) return;
  if (labels[row] === 0x03) {
    put(labels[row + Label.Position]);
    put(labels[row + Label.Block]);
    return;
  }
  put(labels[row + Label.Pending]);
  put(0);
  labels[row + Label.Pending] = codeTop - 2;
}

/** Emits two words for a branch target that is to be patched. Returns where. */
function putForward(): number {
  put(0);
  put(0);
  return reachable ? codeTop - 2 : 0;
}

/** Behind the target of a conditional branch: the block that follows, which it starts. */
function putFallThrough(): void {
  newBlock();
  put(block);
}

/** Whether the operands from `from` on already lie where the label expects them. */
function inPlace(row: number, from: number): boolean {
  const arity = labelArity(row);
  if (row === 0) return false;
  if (arity > 0 && from !== labels[row + Label.Height]) return false;
  for (let place = from; place < from + arity; place++) if (operandKinds[place] !== Kind.Home) return false;
  return true;
}

/** An unconditional branch with the operands from `from` on. */
function jump(row: number, from: number): void {
  if (row === 0) {
    putReturn(from);
    return;
  }
  const arity = labelArity(row);
  for (let index = 0; index < arity; index++) move(from + index, home(labels[row + Label.Height] + index));
  emit(INSTRUCTION.Branch);
  putTarget(row);
}

function putReturn(from: number): void {
  const results = typeResults[functionType];
  if (results === 1) {
    const slot = use(from);
    if (slot !== 0) {
      const type = operandTypes[from];
      emit(ofWidth(type, INSTRUCTION.Return32, INSTRUCTION.ReturnI64, INSTRUCTION.ReturnF64));
      put(slot);
      return;
    }
  } else moveToStart(from, results);
  emit(INSTRUCTION.Return);
}

/** Moves operands to the start of the frame; locals there that are still to be read are saved first. */
function moveToStart(from: number, places: number): void {
  for (let index = 0; index < places; index++) {
    if (operandKinds[from + index] === Kind.Local) move(from + index, home(from + index));
  }
  for (let index = 0; index < places; index++) {
    const place = from + index;
    if (operandKinds[place] === Kind.Constant) move(place, index * 2);
    else emit2(moveOf(operandTypes[place]), index * 2, home(place));
  }
}

/** A conditional branch up to its target: taken if the operand just popped is not zero, or zero when `inverted`. */
function putCondition(inverted: boolean): void {
  const place = operandTop;
  if (last !== 0 && operandKinds[place] === Kind.Home && code[last + 1] === home(place)) {
    const flags = opcodes[lastRow + Opcode.Flags];
    const a = code[last + 2];
    const b = code[last + 3];
    const column = inverted ? 1 : 0;
    const branch = opcodes[lastRow + column + (lastConstant ? Opcode.ConstantBranch : Opcode.Branch)];
    // The opposite of `< c` is `> c - 1`, of `> c` it is `< c + 1`: unless that wraps around.
    const bound = lastConstant && inverted ? flags >> 3 : 0;
    if (branch !== 0 && (bound === 0 || b !== [-2147483648, 0, 2147483647, -1][bound - 1])) {
      codeTop = last;
      const swap = inverted && !lastConstant && (flags & 2) !== 0;
      emit(branch);
      put(swap ? b : a);
      if ((flags & 4) === 0) put(swap ? a : bound === 0 ? b : (b + (bound < 3 ? -1 : 1)) | 0);
      return;
    }
  }
  const slot = use(place);
  emit(inverted ? INSTRUCTION.BranchUnless : INSTRUCTION.BranchIf);
  put(slot);
}

// Instructions.

/** Pops the parameters of a numeric instruction or access. */
function popParameters(row: number): number {
  const types = opcodes[row + Opcode.Parameters];
  const parameters = types & 3;
  for (let index = parameters * 2; index > 0; index -= 2) pop(Type.I32 - ((types >> index) & 3));
  return parameters;
}

function numeric(row: number, opcode: number): void {
  const parameters = popParameters(row);
  const first = operandTop;
  const second = first + 1;
  const result = opcodes[row + Opcode.Result];
  const form = opcodes[row + Opcode.Form];
  if (form === 0) {
    // The same bits under another type.
    push(result);
    return;
  }
  const constantForm = opcodes[row + Opcode.ConstantForm];
  let constant = false;
  if (parameters === 1) {
    const slot = use(first);
    emit2(form, home(first), slot);
  } else if (constantForm !== 0 && reachable && operandKinds[second] === Kind.Constant) {
    constant = true;
    const slot = use(first);
    // i32.sub adds the opposite.
    const low = opcode === 0x6b ? 0 - operandLows[second] : operandLows[second];
    emit2(constantForm, home(first), slot);
    if (opcodes[row + Opcode.ConstantLength] === 6) putAligned(low, operandHighs[second]);
    else {
      put(low);
      if (opcodes[row + Opcode.ConstantLength] === 5) put(operandHighs[second]);
    }
  } else {
    const a = use(first);
    const b = use(second);
    const swap = (opcodes[row + Opcode.Flags] & 1) !== 0;
    emit2(form, home(first), swap ? b : a);
    put(swap ? a : b);
  }
  pushResult(result, row);
  lastConstant = constant;
}

/** i64.add128, i64.sub128, i64.mul_wide_s, i64.mul_wide_u. */
function wide(row: number, opcode: number): void {
  const parameters = opcode < Fixed.Prefixed + 21 ? 4 : 2;
  for (let index = 0; index < parameters; index++) pop(Type.I64);
  settleFrom(operandTop, parameters);
  const low = home(operandTop);
  emit2(opcodes[row + Opcode.Form], low, low + 2);
  for (let index = 0; index < parameters; index++) put(low + index * 2);
  pushHome(Type.I64);
  pushHome(Type.I64);
}

function needMemory(): void {
  if (counts[Count.Memories] === 0) fail('unknown memory 0');
}

function access(row: number, natural: number): void {
  const align = u32();
  if (align > 31) fail('malformed memop flags');
  let offset = u32();
  needMemory();
  if (align > natural) fail('alignment must not be larger than natural');
  const stores = popParameters(row) === 2;
  const place = operandTop;
  let slot = use(place);
  if (offset > 0x3fffffff || offset + (1 << natural) > memoryBytes) {
    emit2(INSTRUCTION.EffectiveAddress, home(place), slot);
    put(offset | 0);
    put(1 << natural);
    slot = home(place);
    offset = 0;
  }
  const form = opcodes[row + Opcode.Form];
  if (!stores) {
    emit2(form, home(place), slot);
    put(offset);
    pushResult(opcodes[row + Opcode.Result], row);
    return;
  }
  const constantForm = opcodes[row + Opcode.ConstantForm];
  if (constantForm !== 0 && operandKinds[place + 1] === Kind.Constant) {
    emit2(constantForm, slot, operandLows[place + 1]);
  } else {
    const value = use(place + 1);
    emit2(form, slot, value);
  }
  put(offset);
}

function local(opcode: number): void {
  const index = u32();
  if (index >= localCount) fail('unknown local ' + index);
  const type = localTypes[index];
  if (opcode !== 0x20) {
    pop(type);
    const place = operandTop;
    settleLocals(index);
    if (last !== 0 && operandKinds[place] === Kind.Home && code[last + 1] === home(place)) {
      code[last + 1] = index * 2;
      last = 0;
    } else move(place, index * 2);
  }
  if (opcode !== 0x21) pushOf(Kind.Local, type, index, 0);
}

function global(opcode: number): void {
  const index = u32();
  if (index >= counts[Count.Globals]) fail('unknown global ' + index);
  const type = globalTypes[index] & 127;
  const is64 = type === Type.I64 || type === Type.F64;
  if (opcode === 0x23) {
    emit2(is64 ? INSTRUCTION.GlobalGet64 : INSTRUCTION.GlobalGet32, home(operandTop), index * 2);
    pushResult(type, 0);
    return;
  }
  if (globalTypes[index] < 128) fail('global is immutable: global.set ' + index);
  pop(type);
  const slot = use(operandTop);
  emit2(is64 ? INSTRUCTION.GlobalSet64 : INSTRUCTION.GlobalSet32, index * 2, slot);
}

function openBlock(opcode: number): void {
  const type = readBlockType(at < end ? source[at] : 0);
  if (opcode === 0x04) pop(Type.I32);
  const condition = operandTop;
  const parameters = typeParameters[type];
  popTypes(typeAt[type], parameters);
  settleFrom(operandTop, parameters);
  settleLocals(-1);
  pushLabel(opcode, type);
  const row = (labelTop - 1) * Label.Size;
  if (opcode === 0x03 && reachable) {
    labelBlock();
    labels[row + Label.Position] = codeTop;
    labels[row + Label.Block] = block;
  } else if (opcode === 0x04) {
    operandTop = condition;
    putCondition(true);
    operandTop = height;
    labels[row + Label.Else] = putForward();
    putFallThrough();
  }
  for (let value = 0; value < parameters; value++) pushHome(typeValues[typeAt[type] + value]);
}

/** Takes the results of the innermost block from the stack, where they are put into their home slots. */
function closeBlock(row: number): void {
  const type = labels[row + Label.Type];
  popTypes(typeAt[type] + typeParameters[type], typeResults[type]);
  if (operandTop !== height) fail('type mismatch: values remain on the stack at the end of the block');
  if (row > 0) settleFrom(height, typeResults[type]);
}

function lowerElse(): void {
  const row = (labelTop - 1) * Label.Size;
  if (labels[row] !== 0x04) fail('else without if');
  closeBlock(row);
  if (reachable) {
    emit(INSTRUCTION.Branch);
    putTarget(row);
  }
  const branch = labels[row + Label.Else];
  reachable = branch !== 0;
  if (reachable) {
    newBlock();
    patch(branch);
  }
  labels[row] = 0x05;
  labels[row + Label.Else] = 0;
  labels[row + Label.Dead] = 0;
  dead = false;
  const type = labels[row + Label.Type];
  for (let value = 0; value < typeParameters[type]; value++) pushHome(typeValues[typeAt[type] + value]);
}

function lowerEnd(): void {
  const row = (labelTop - 1) * Label.Size;
  const type = labels[row + Label.Type];
  const results = typeResults[type];
  closeBlock(row);
  if (labels[row] === 0x04) {
    // An `if` without `else` passes its parameters through.
    let same = typeParameters[type] === results;
    for (let value = 0; same && value < results; value++) {
      same = typeValues[typeAt[type] + value] === typeValues[typeAt[type] + results + value];
    }
    if (!same) fail('type mismatch: an if without else must return its parameters');
  }
  labelTop--;
  if (row === 0) {
    putReturn(0);
    return;
  }
  height = labels[row - Label.Size + Label.Height];
  dead = labels[row - Label.Size + Label.Dead] !== 0;
  if (labels[row + Label.Pending] !== 0 || labels[row + Label.Else] !== 0) {
    labelBlock();
    if (labels[row + Label.Else] !== 0) patch(labels[row + Label.Else]);
    patchPending(labels[row + Label.Pending]);
  }
  last = 0;
  pushResults(type);
}

function branchIf(row: number): void {
  pop(Type.I32);
  const condition = operandTop;
  const arity = labelArity(row);
  popTypes(labelTypes(row), arity);
  const from = operandTop;
  const direct = inPlace(row, from);
  operandTop = condition;
  putCondition(!direct);
  if (direct) {
    putTarget(row);
    putFallThrough();
  } else {
    // Results are moved when the branch is taken: a branch around the moves when it is not.
    const around = putForward();
    putFallThrough();
    jump(row, from);
    newBlock();
    if (around !== 0) patch(around);
  }
  operandTop = from;
  pushTypes(labelTypes(row), arity);
}

function branchTable(): void {
  const entries = count();
  pop(Type.I32);
  const place = operandTop;
  const index = use(place);
  emit2(INSTRUCTION.BranchTable, index, entries);
  const pairs = codeTop;
  const first = at;
  let arity = -1;
  let from = 0;
  for (let entry = 0; entry <= entries; entry++) {
    const row = labelRow(u32());
    if (arity >= 0 && labelArity(row) !== arity) fail('type mismatch: the targets of br_table differ in arity');
    arity = labelArity(row);
    operandTop = place;
    popTypes(labelTypes(row), arity);
    from = operandTop;
    if (inPlace(row, from)) putTarget(row);
    else putForward();
  }
  last = 0;
  // Targets whose results have to be moved go through a piece of code each.
  moveTo(first);
  for (let entry = 0; entry <= entries; entry++) {
    const row = labelRow(u32());
    if (inPlace(row, from) || !reachable) continue;
    newBlock();
    patch(pairs + entry * 2);
    jump(row, from);
  }
  setDead();
}

export function checkFunction(): number {
  const index = u32();
  if (index >= counts[Count.Functions]) fail('unknown function ' + index);
  return index;
}

function tableRow(): number {
  const index = u32();
  if (index >= counts[Count.Tables]) fail('unknown table ' + index);
  return index * 4;
}

/** The entry of a function, or the last word that waits for it. */
function putEntry(index: number): void {
  const entry = functions[index * 4];
  put(entry);
  if (reachable && (entry === 0 || entry >= Fixed.Waiting)) functions[index * 4] = codeTop - 1 + Fixed.Waiting;
}

/** 0x10 call, 0x11 call_indirect, 0x12 return_call, 0x13 return_call_indirect. */
function lowerCall(opcode: number): void {
  const indirect = (opcode & 1) !== 0;
  const tail = opcode > 0x11;
  const index = indirect ? 0 : checkFunction();
  const type = indirect ? typeOf(u32()) : functions[index * 4 + 1];
  let table = 0;
  let slot = 0;
  if (indirect) {
    table = tableRow();
    if (tables[table + 3] !== Type.FuncRef) fail('type mismatch: call_indirect needs a table of funcref');
    pop(Type.I32);
    if (tail) settle(operandTop);
    slot = use(operandTop);
  }
  popTypes(typeAt[type], typeParameters[type]);
  if (tail) {
    let same = typeResults[type] === typeResults[functionType];
    for (let value = 0; same && value < typeResults[type]; value++) {
      same =
        typeValues[typeAt[type] + typeParameters[type] + value] ===
        typeValues[typeAt[functionType] + typeParameters[functionType] + value];
    }
    if (!same) fail('type mismatch: a tail call must return what its function returns');
    moveToStart(operandTop, typeParameters[type]);
  } else settleFrom(operandTop, typeParameters[type]);
  const frame = tail ? 0 : home(operandTop);
  if (indirect) {
    emit2(tail ? INSTRUCTION.TailCallIndirect : INSTRUCTION.CallIndirect, slot, table);
    put(type);
    put(frame);
    put(0);
  } else {
    if (functions[index * 4] < 0) {
      emit(tail ? INSTRUCTION.TailCallOut : INSTRUCTION.CallOut);
      put(index);
    } else {
      emit(tail ? INSTRUCTION.TailCall : INSTRUCTION.Call);
      putEntry(index);
    }
    if (!tail) put(frame);
  }
  last = 0;
  if (tail) setDead();
  else pushResults(type);
}

function lowerSelect(type: number): void {
  pop(Type.I32);
  const second = pop(type);
  const first = pop(type === 0 ? second : type);
  if (type === 0 && (isReference(first) || isReference(second)))
    fail('type mismatch: select of references needs its type');
  const place = operandTop;
  const a = use(place);
  const b = use(place + 1);
  const condition = use(place + 2);
  emit2(ofWidth(first, INSTRUCTION.Select32, INSTRUCTION.SelectI64, INSTRUCTION.SelectF64), home(place), a);
  put(b);
  put(condition);
  pushResult(first, 0);
}

function control(opcode: number): void {
  if (opcode === 0x0b) lowerEnd();
  else if (opcode === 0x05) lowerElse();
  else if (opcode === 0x1a) {
    pop(0);
    last = 0;
  } else if (opcode === 0x1b) lowerSelect(0);
  else if (opcode === 0x0f) {
    popTypes(typeAt[functionType] + typeParameters[functionType], typeResults[functionType]);
    putReturn(operandTop);
    setDead();
  } else if (opcode === 0x00) {
    emit(INSTRUCTION.Unreachable);
    setDead();
  } else if (opcode === 0xd1) {
    const type = pop(0);
    if (type !== 0 && !isReference(type)) fail('type mismatch: expected a reference, found ' + typeName(type));
    const slot = use(operandTop);
    emit2(INSTRUCTION.RefIsNull, home(operandTop), slot);
    pushResult(Type.I32, 0);
  }
}

/** Pops operands of which `reference` (a type, 0 for none) is the one at `place`; emits the instruction with their slots. */
function putOperands(row: number, operands: number, place: number, reference: number, results: boolean): void {
  for (let index = operands - 1; index >= 0; index--) pop(index === place ? reference : Type.I32);
  const first = operandTop;
  const a = use(first);
  const b = operands > 1 ? use(first + 1) : 0;
  const c = operands > 2 ? use(first + 2) : 0;
  emit(opcodes[row + Opcode.Form]);
  if (results) put(home(first));
  if (operands > 0) put(a);
  if (operands > 1) put(b);
  if (operands > 2) put(c);
}

function tableInstruction(row: number, opcode: number): void {
  const table = tableRow();
  const type = tables[table + 3];
  // table.get, table.set, table.grow, table.size, table.fill.
  if (opcode === 0x25) putOperands(row, 1, -1, 0, true);
  else if (opcode === 0x26) putOperands(row, 2, 1, type, false);
  else if (opcode === Fixed.Prefixed + 15) putOperands(row, 2, 0, type, true);
  else if (opcode === Fixed.Prefixed + 16) {
    emit(opcodes[row + Opcode.Form]);
    put(home(operandTop));
  } else putOperands(row, 3, 1, type, false);
  put(table);
  if (opcode === 0x25) pushResult(type, 0);
  else if (opcode === Fixed.Prefixed + 15 || opcode === Fixed.Prefixed + 16) pushResult(Type.I32, 0);
}

function zeroByte(): void {
  if (byte() !== 0) fail('zero byte expected: multiple memories are not supported');
  needMemory();
}

function segment(segments: number, what: string): number {
  const index = u32();
  if (index >= segments) fail('unknown ' + what + ' segment ' + index);
  return index;
}

function bulk(row: number, opcode: number): void {
  if (opcode < 0x41) {
    zeroByte();
    // memory.size, memory.grow.
    if (opcode === 0x40) putOperands(row, 1, -1, 0, true);
    else {
      emit(opcodes[row + Opcode.Form]);
      put(home(operandTop));
    }
    put(0);
    pushResult(Type.I32, 0);
    last = 0;
    return;
  }
  const number = opcode - Fixed.Prefixed;
  let first = 0;
  let second = 0;
  if (number === 8 || number === 9) {
    if (counts[Count.Data] < 0) fail('data count section required');
    first = segment(counts[Count.Data], 'data');
    if (number === 8) zeroByte();
  } else if (number === 10) {
    zeroByte();
    zeroByte();
  } else if (number === 11) zeroByte();
  else if (number === 12 || number === 13) {
    first = segment(counts[Count.Elements], 'elem');
    if (number === 12) {
      second = tableRow();
      if (tables[second + 3] !== elementTypes[first]) fail('type mismatch: table and segment differ');
    }
  } else {
    first = tableRow();
    second = tableRow();
    if (tables[first + 3] !== tables[second + 3]) fail('type mismatch: the tables differ');
  }
  putOperands(row, number === 9 || number === 13 ? 0 : 3, -1, 0, false);
  // memory.init and table.init have the number of the instance before the segment.
  if (number === 8 || number === 12) put(0);
  if (number !== 10 && number !== 11) put(first);
  if (number === 12 || number === 14) put(second);
}

function instruction(): void {
  instructionAt = at;
  let opcode = byte();
  if (opcode === 0xfc) {
    opcode = u32();
    if (opcode >= Fixed.PrefixedCount) fail('illegal opcode 0xfc ' + opcode);
    opcode += Fixed.Prefixed;
  } else if (opcode >= Fixed.Prefixed) fail('illegal opcode ' + opcode);
  const row = opcode * Opcode.Size;
  const immediate = opcodes[row];
  if (reachable) costs[block] += opcodes[row + Opcode.Fuel];
  if (immediate === Immediate.None) {
    if (opcodes[row + Opcode.Parameters] !== 0) numeric(row, opcode);
    else if (opcode > Fixed.Prefixed + 18) wide(row, opcode);
    else control(opcode);
  } else if (immediate === Immediate.Local) local(opcode);
  else if (immediate === Immediate.I32) pushOf(Kind.Constant, Type.I32, s32(), 0);
  else if (immediate >= Immediate.Memory1 && immediate <= Immediate.Memory8) {
    access(row, immediate - Immediate.Memory1);
  } else if (immediate === Immediate.Label) {
    const label = labelRow(u32());
    if (opcode === 0x0d) branchIf(label);
    else {
      popTypes(labelTypes(label), labelArity(label));
      jump(label, operandTop);
      setDead();
    }
  } else if (immediate === Immediate.BlockType) openBlock(opcode);
  else if (immediate === Immediate.Global) global(opcode);
  else if (opcode > 0x0f && opcode < 0x14) lowerCall(opcode);
  else if (immediate === Immediate.LabelTable) branchTable();
  else if (immediate === Immediate.TypeVector) {
    if (u32() !== 1) fail('invalid result arity');
    lowerSelect(readValueType());
  } else if (immediate === Immediate.I64) {
    const low = s64();
    pushOf(Kind.Constant, Type.I64, low, high);
  } else if (immediate === Immediate.F32) pushOf(Kind.Constant, Type.F32, word(), 0);
  else if (immediate === Immediate.F64) {
    const low = word();
    pushOf(Kind.Constant, Type.F64, low, word());
  } else if (immediate === Immediate.Table) tableInstruction(row, opcode);
  else if (opcode === 0xd0) pushOf(Kind.Constant, readReferenceType(), -1, 0);
  else if (opcode === 0xd2) {
    const index = checkFunction();
    if (functions[index * 4 + 3] === 0) fail('undeclared function reference ' + index);
    pushOf(Kind.Constant, Type.FuncRef, index, 0);
  } else if (immediate === Immediate.Illegal) fail('illegal opcode ' + opcode);
  else bulk(row, opcode);
}

/** Replaces the numbers of blocks in branches by what the run from there costs, and instructions by their handlers. */
function chargeBlocks(entry: number): void {
  let next = 0;
  for (let each = block; each >= 0; each--) {
    const cost = costs[each];
    next = (cost & Fixed.FallsThrough) !== 0 ? (cost & ~Fixed.FallsThrough) + next : cost;
    costs[each] = next;
  }
  code[entry - 1] = costs[0];
  for (let position = entry; position < codeTop; ) {
    const columns = Fixed.InstructionColumns + code[position] * 5;
    // The word of the target; 16 for a conditional branch, 32 for a table.
    const branch = opcodes[columns + 1];
    const handler = opcodes[columns + 2];
    const bits = (opcodes[columns + 3] << 16) | (opcodes[columns + 4] << 24);
    let target = position + (branch & 15);
    used[handler] = 1;
    code[position] = handler;
    if (bits !== 0) code[position + 1] |= bits;
    position += opcodes[columns];
    if (branch > 31) {
      for (let pairs = code[position - 1]; pairs >= 0; pairs--) {
        code[position + 1] = costs[code[position + 1]];
        position += 2;
      }
    } else if (branch !== 0) {
      code[++target] = costs[code[target]];
      if (branch > 15) code[++target] = costs[code[target]];
    }
  }
}

/** Reads the locals behind the parameters. */
function readLocals(): void {
  const parameters = typeParameters[functionType];
  limit('functionLocals', parameters, FUNCTION_LOCALS);
  for (localCount = 0; localCount < parameters; localCount++) {
    localTypes[localCount] = typeValues[typeAt[functionType] + localCount];
  }
  let all = parameters;
  for (let groups = u32(); groups > 0; groups--) {
    const repeat = u32();
    all += repeat;
    if (all > 4294967295) fail('too many locals');
    const type = readValueType();
    for (; localCount < all && localCount < FUNCTION_LOCALS; localCount++) localTypes[localCount] = type;
  }
  limit('functionLocals', all, FUNCTION_LOCALS);
}

export function beginCode(): void {
  codeTop = Fixed.FirstCode;
  used.fill(0);
  used[0] = 1;
}

/** Validates and lowers the body at `at`. */
export function lowerBody(index: number): void {
  const outer = end;
  const size = u32();
  if (size > end - at) fail('unexpected end: function body too long');
  endAt(at + size);
  inBody(index);
  functionType = functions[index * 4 + 1];
  readLocals();
  operandTop = 0;
  operandMost = typeResults[functionType];
  labelTop = 0;
  block = 0;
  limit('basicBlocks', 1, BASIC_BLOCKS);
  costs[0] = 0;
  last = 0;
  reachable = true;
  put(index);
  for (let header = 0; header < 4; header++) put(0);
  const entry = codeTop;
  let waiting = functions[index * 4];
  if (waiting >= Fixed.Waiting || waiting === 0) {
    while (waiting !== 0) {
      const position = waiting - Fixed.Waiting;
      waiting = code[position];
      code[position] = entry;
    }
    functions[index * 4] = entry;
  }
  pushLabel(0x02, functionType);
  // Locals are cleared to 0 on entry, which is a reference to function 0.
  for (let each = typeParameters[functionType]; each < localCount; each++) {
    if (isReference(localTypes[each])) emit2(INSTRUCTION.Constant32, each * 2, -1);
  }
  while (labelTop > 0) instruction();
  if (at !== end) fail('section size mismatch: END opcode expected at the end of the function');
  reachable = true;
  code[entry - 4] = (localCount + operandMost) * 2;
  code[entry - 3] = typeParameters[functionType] * 2;
  code[entry - 2] = localCount * 2;
  chargeBlocks(entry);
  inBody(-1);
  endAt(outer);
}

/** Byte offset of the instruction whose code is at `position` of the function whose body is at `at`. */
export function locate(index: number, position: number): number {
  codeTop = functions[index * 4] - 5;
  sought = position;
  // Lowering is deterministic: it writes again what stands there.
  lowerBody(index);
  sought = -1;
  return soughtAt;
}
