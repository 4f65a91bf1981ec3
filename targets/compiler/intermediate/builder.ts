// Builds the intermediate code of a function from its validated body: the operand stack becomes values, i64 become words,
// locals and the results of blocks become variables. Code that cannot be reached is left out.

import { readOpcode } from '../../../src/body-reader.js';
import {
  Immediate,
  Opcode,
  opcodeFuel,
  opcodeImmediate,
  opcodeRow,
  opcodeSignature,
  opcodeTable,
} from '../../../src/opcodes.js';
import { skipImmediate } from '../../module/instruction-reader.js';
import { type FunctionType, letterOf } from '../../module/module-code.js';
import { BlockBuilder, type Frame } from './block-builder.js';
import { Charges, Run } from './fuel.js';
import { constant, type FunctionCode, Instruction, NO_OPERANDS, type Region } from './instruction.js';
import {
  expandBinary,
  expandComparison,
  expandConversion,
  expandUnary,
  type StackValue,
  secondWord,
} from './integer64.js';
import { Operation, operationTypes, Type } from './operation.js';
import { wordType, wordTypes } from './value-builder.js';

const F64_SCRATCH = new DataView(new ArrayBuffer(8));

export class FunctionBuilder extends BlockBuilder {
  /** First word of each local, and its letter. */
  private locals: number[] = [];
  private localLetters: string[] = [];
  private accessesMemory = false;
  private calls = false;
  private tailCalls = false;

  build(index: number): FunctionCode {
    const { module, reader } = this;
    this.type = module.functions[index];
    this.variables = wordTypes(this.type.parameters);
    const parameterCount = this.variables.length;
    this.stack = [];
    this.frames = [];
    this.reachable = true;
    this.run = new Run();
    this.charges = new Charges();
    this.accessesMemory = false;
    this.calls = false;
    this.tailCalls = false;
    const start = module.origin(module.bodies[index]);
    this.at = start;
    reader.reset(module.bytes, module.bodies[index], module.bytes.length);
    reader.end = reader.u32() + reader.position;
    this.readLocals();
    const body: Region = [];
    this.region = body;
    this.open(Opcode.Block, '', this.type.results, null);
    const outermost = this.frames[0];
    this.charge(this.run);
    while (this.frames.length > 0) this.instruction();
    this.charges.settle();
    return {
      index,
      start,
      variables: this.variables,
      parameterCount,
      results: wordTypes(this.type.results),
      body: this.finish(body, outermost),
      accessesMemory: this.accessesMemory,
      calls: this.calls,
      tailCalls: this.tailCalls,
      hasDefinitions: false,
      inductions: new Map(),
    };
  }

  private readLocals(): void {
    const { reader } = this;
    this.locals = [];
    this.localLetters = [];
    let word = 0;
    for (const letter of this.type.parameters) {
      this.locals.push(word);
      this.localLetters.push(letter);
      word += letter === 'I' ? 2 : 1;
    }
    for (let groups = reader.u32(); groups > 0; groups--) {
      const count = reader.u32();
      const letter = letterOf(reader.byte());
      for (let local = 0; local < count; local++) {
        this.locals.push(this.newVariables(letter)[0]);
        this.localLetters.push(letter);
      }
    }
  }

  /** A function that branch tables leave is a block, behind which it returns what they brought. */
  private finish(body: Region, outermost: Frame): Region {
    if (outermost.label.uses === 0) return body;
    const block = new Instruction(Operation.Block, Type.None, NO_OPERANDS, this.at);
    block.label = outermost.label;
    block.regions = [body];
    this.region = [block];
    const results = outermost.carried!.map((variable) => this.get(variable));
    this.region.push(new Instruction(Operation.Return, Type.None, results, this.at));
    return this.region;
  }

  // Instructions.

  private instruction(): void {
    const { reader } = this;
    this.at = this.module.origin(reader.position);
    const code = readOpcode(reader);
    if (!this.reachable) {
      this.skip(code);
      return;
    }
    this.run.cost += opcodeFuel[code];
    const immediate = opcodeImmediate[code];
    if (opcodeSignature[code] !== 0 && immediate === Immediate.None) this.numeric(code);
    else if (immediate >= Immediate.Memory1 && immediate <= Immediate.Memory8) this.access(code);
    else this.other(code, immediate);
  }

  /** Walks over an instruction that is never reached. */
  private skip(code: number): void {
    const { reader } = this;
    if (code === Opcode.End) {
      if (this.skipped === 0) this.end();
      else this.skipped--;
      return;
    }
    if (code === Opcode.Else) {
      if (this.skipped === 0) this.otherwise();
      return;
    }
    if (opcodeImmediate[code] === Immediate.BlockType) this.skipped++;
    skipImmediate(reader, opcodeImmediate[code]);
  }

  private numeric(code: number): void {
    const signature = opcodeTable[opcodeRow[code]][3];
    if (code >= Opcode.I64Add128) this.wide(code, signature);
    else if (!signature.includes('I')) {
      const operands: Instruction[] = signature.charAt(1) === ':' ? [this.popWord()] : this.popTwo();
      this.push(this.value(code, operationTypes[code], ...operands));
    } else if (signature === 'II:I' || signature === 'II:i') {
      const b = this.pop();
      const a = this.pop();
      if (signature === 'II:I') this.stack.push(expandBinary(this, code, a, b));
      else this.push(expandComparison(this, code, a, b));
    } else if (signature === 'I:I') this.stack.push(expandUnary(this, code, this.pop()));
    else if (code === Opcode.I64Eqz) {
      const { low, high } = this.pop();
      this.push(this.value(Opcode.I32Eqz, Type.I32, this.value(Opcode.I32Or, Type.I32, low, high!)));
    } else this.stack.push(expandConversion(this, code, this.pop()));
  }

  private result(type: Type, word: number, producer: Instruction): Instruction {
    const made = this.indexed(Operation.Result, type, word);
    made.producer = producer;
    return made;
  }

  private popTwo(): Instruction[] {
    const b = this.popWord();
    return [this.popWord(), b];
  }

  private static readonly WIDE: Record<number, Operation> = {
    [Opcode.I64Add128]: Operation.I64Add128,
    [Opcode.I64Sub128]: Operation.I64Sub128,
    [Opcode.I64MulWideS]: Operation.I64MultiplyWideSigned,
    [Opcode.I64MulWideU]: Operation.I64MultiplyWideUnsigned,
  };

  private wide(code: number, signature: string): void {
    const operands = this.stack.splice(this.stack.length - signature.indexOf(':'));
    const first = this.value(FunctionBuilder.WIDE[code], Type.I32, ...FunctionBuilder.words(operands));
    this.push(first, secondWord(this, first));
    const words = [2, 3].map((index) => this.result(Type.I32, index, first));
    this.push(words[0], words[1]);
  }

  // Memory.

  private access(code: number): void {
    const { reader } = this;
    reader.u32();
    const given = reader.u32();
    const { start } = this.module.memory!;
    // Below the start of memory, the offset becomes part of the address: modulo 2^32, what was below is past any memory.
    const offset = Math.max(0, given - start);
    const added = Math.min(0, given - start);
    this.accessesMemory = true;
    if (code >= Opcode.I32Store) {
      const { low, high } = this.pop();
      this.store(code, offset, this.popMoved(added), low, high);
    } else this.load(code, offset, this.popMoved(added));
  }

  /** An address, to which a constant is added. */
  private popMoved(added: number): Instruction {
    const address = this.popWord();
    return added === 0 ? address : this.value(Opcode.I32Add, Type.I32, address, this.constant(added | 0));
  }

  private static readonly NARROW_LOADS: Partial<Record<number, number>> = {
    [Opcode.I64Load8S]: Opcode.I32Load8S,
    [Opcode.I64Load8U]: Opcode.I32Load8U,
    [Opcode.I64Load16S]: Opcode.I32Load16S,
    [Opcode.I64Load16U]: Opcode.I32Load16U,
    [Opcode.I64Load32S]: Opcode.I32Load,
    [Opcode.I64Load32U]: Opcode.I32Load,
  };

  private load(code: number, offset: number, address: Instruction): void {
    const narrow = FunctionBuilder.NARROW_LOADS[code];
    if (narrow !== undefined) {
      const low = this.indexed(narrow, Type.I32, offset, address);
      const signed = code === Opcode.I64Load8S || code === Opcode.I64Load16S || code === Opcode.I64Load32S;
      this.push(low, signed ? this.value(Opcode.I32ShrS, Type.I32, low, this.constant(31)) : this.constant(0));
    } else if (code === Opcode.I64Load) {
      const word = (from: number) => this.indexed(Opcode.I32Load, Type.I32, offset + from, address);
      if (this.options.costs.firstWord === 'low') this.push(word(0), word(4));
      else {
        const high = word(4);
        this.push(word(0), high);
      }
    } else this.push(this.indexed(code, operationTypes[code], offset, address));
  }

  private store(code: number, offset: number, address: Instruction, low: Instruction, high: Instruction | null): void {
    let operation = code;
    if (code === Opcode.I64Store) {
      // At an address that no element of eight bytes has, two words are cheaper.
      const isBetween = address.operation === Operation.Constant && (address.index + offset) % 8 !== 0;
      const double = isBetween ? null : asDouble(low, high!);
      if (double !== null) {
        this.indexed(Opcode.F64Store, Type.None, offset, address, double);
        return;
      }
      // The high word first: where it is within bounds, the low one is, and nothing is written if it is not.
      this.indexed(Opcode.I32Store, Type.None, offset + 4, address, high!);
      this.indexed(Opcode.I32Store, Type.None, offset, address, low);
      return;
    }
    if (code === Opcode.I64Store8) operation = Opcode.I32Store8;
    else if (code === Opcode.I64Store16) operation = Opcode.I32Store16;
    else if (code === Opcode.I64Store32) operation = Opcode.I32Store;
    this.indexed(operation, Type.None, offset, address, low);
  }

  private other(code: number, immediate: Immediate): void {
    const { reader } = this;
    switch (immediate) {
      case Immediate.BlockType:
        this.block(code);
        break;
      case Immediate.Label:
        this.branch(code, reader.u32());
        break;
      case Immediate.LabelTable:
        this.branchTable();
        break;
      case Immediate.Local:
        this.local(code, reader.u32());
        break;
      case Immediate.Global:
        this.global(code, reader.u32());
        break;
      case Immediate.I32:
        this.push(this.constant(reader.s32()));
        break;
      case Immediate.I64: {
        const low = reader.s64();
        this.push(this.constant(low), this.constant(reader.high));
        break;
      }
      case Immediate.F32:
        this.push(this.floatConstant(Type.F32, reader.word(), 0));
        break;
      case Immediate.F64: {
        const low = reader.word();
        this.push(this.floatConstant(Type.F64, low, reader.word()));
        break;
      }
      case Immediate.Function:
        this.functionImmediate(code, reader.u32());
        break;
      case Immediate.TypeTable: {
        const type = this.module.types[reader.u32()];
        this.callIndirect(code, type, reader.u32());
        break;
      }
      case Immediate.TypeVector:
        reader.u32();
        reader.byte();
        this.select();
        break;
      case Immediate.ReferenceType:
        reader.byte();
        this.push(new Instruction(Operation.NullReference, Type.Reference, NO_OPERANDS, this.at));
        break;
      case Immediate.None:
        this.plain(code);
        break;
      default:
        this.bulk(code);
    }
  }

  private floatConstant(type: Type, low: number, high: number): Instruction {
    F64_SCRATCH.setInt32(0, low, true);
    F64_SCRATCH.setInt32(4, high, true);
    const made = constant(
      type === Type.F32 ? F64_SCRATCH.getFloat32(0, true) : F64_SCRATCH.getFloat64(0, true),
      type,
      this.at,
    );
    if (Number.isNaN(made.index)) {
      made.low = low;
      made.high = high;
    }
    return made;
  }

  private plain(code: number): void {
    switch (code) {
      case Opcode.Unreachable:
        this.statement(Operation.Unreachable);
        this.setUnreachable();
        break;
      case Opcode.Return:
        this.returnResults();
        break;
      case Opcode.Else:
        this.otherwise();
        break;
      case Opcode.End:
        this.end();
        break;
      case Opcode.Drop:
        this.pop();
        break;
      case Opcode.Select:
        this.select();
        break;
      case Opcode.RefIsNull:
        this.push(this.value(Operation.IsNull, Type.I32, this.popWord()));
        break;
    }
  }

  private select(): void {
    const condition = this.popWord();
    const whenFalse = this.pop();
    const whenTrue = this.pop();
    if (whenTrue.high !== null) {
      this.stack.push(this.selectWords(condition, whenTrue, whenFalse));
      return;
    }
    this.push(this.value(Operation.Select, whenTrue.low.type, condition, whenTrue.low, whenFalse.low));
  }

  private selectWords(condition: Instruction, whenTrue: StackValue, whenFalse: StackValue): StackValue {
    if (this.options.costs.wideSelect === 'mask') return this.selectByMask(condition, whenTrue, whenFalse);
    const choose = (a: Instruction, b: Instruction) => this.value(Operation.Select, Type.I32, condition, a, b);
    return { low: choose(whenTrue.low, whenFalse.low), high: choose(whenTrue.high!, whenFalse.high!) };
  }

  /** Without a branch, which may be mispredicted. */
  private selectByMask(condition: Instruction, whenTrue: StackValue, whenFalse: StackValue): StackValue {
    const word = (operation: number, ...operands: Instruction[]) => this.value(operation, Type.I32, ...operands);
    const isTrue = word(Opcode.I32Ne, condition, this.constant(0));
    if (isTrue.operation === Operation.Constant) return isTrue.index === 1 ? whenTrue : whenFalse;
    const mask = word(Opcode.I32Sub, this.constant(0), isTrue);
    const choose = (a: Instruction, b: Instruction) =>
      word(Opcode.I32Xor, b, word(Opcode.I32And, word(Opcode.I32Xor, a, b), mask));
    return { low: choose(whenTrue.low, whenFalse.low), high: choose(whenTrue.high!, whenFalse.high!) };
  }

  private local(code: number, local: number): void {
    const variable = this.locals[local];
    const wide = this.localLetters[local] === 'I';
    if (code !== Opcode.LocalGet) {
      const { low, high } = this.pop();
      this.set(variable, low);
      if (high !== null) this.set(variable + 1, high);
    }
    if (code !== Opcode.LocalSet) this.push(this.get(variable), wide ? this.get(variable + 1) : null);
  }

  private global(code: number, index: number): void {
    const types = wordTypes(this.module.globals[index].type);
    if (code === Opcode.GlobalGet) {
      const words = types.map((type, word) => {
        const made = this.indexed(Operation.GlobalGet, type, index);
        made.second = word;
        return made;
      });
      this.push(words[0], words[1] ?? null);
      return;
    }
    for (const [word, value] of FunctionBuilder.words([this.pop()]).entries()) {
      this.indexed(Operation.GlobalSet, Type.None, index, value).second = word;
    }
  }

  /** Instructions on memories, tables and segments as a whole. */
  private bulk(code: number): void {
    const { reader } = this;
    const first = reader.u32();
    const immediate = opcodeImmediate[code];
    const pairs = [Immediate.MemoryMemory, Immediate.DataMemory, Immediate.ElementTable, Immediate.TableTable];
    const second = pairs.includes(immediate) ? reader.u32() : 0;
    const [operation, operandCount] = BULK[code]!;
    const operands = this.stack.splice(this.stack.length - operandCount).map(({ low }) => low);
    const made = this.indexed(operation, operationTypes[operation], first, ...operands);
    made.second = second;
    if (
      immediate === Immediate.MemoryIndex ||
      immediate === Immediate.MemoryMemory ||
      immediate === Immediate.DataMemory
    )
      this.accessesMemory = true;
    if (operation === Operation.MemoryGrow) this.calls = true;
    if (made.type !== Type.None) this.push(made);
  }

  // Calls.

  private functionImmediate(code: number, index: number): void {
    if (code === Opcode.RefFunc) {
      this.push(this.indexed(Operation.FunctionReference, Type.Reference, index));
      return;
    }
    const type = this.module.functions[index];
    const isTail = code === Opcode.ReturnCall;
    const made = this.call(isTail ? Operation.TailCall : Operation.Call, type, this.popArguments(type));
    made.index = index;
    this.finishCall(isTail, made, type);
  }

  private callIndirect(code: number, type: FunctionType, table: number): void {
    const index = this.popWord();
    const isTail = code === Opcode.ReturnCallIndirect;
    const operation = isTail ? Operation.TailCallIndirect : Operation.CallIndirect;
    const made = this.call(operation, type, [index, ...this.popArguments(type)]);
    made.index = table;
    this.finishCall(isTail, made, type);
  }

  private popArguments(type: FunctionType): Instruction[] {
    return FunctionBuilder.words(this.stack.splice(this.stack.length - type.parameters.length));
  }

  private call(operation: Operation, type: FunctionType, operands: Instruction[]): Instruction {
    this.calls = true;
    const made = new Instruction(operation, wordTypes(type.results)[0] ?? Type.None, operands, this.at);
    made.signature = type.signature;
    this.region.push(made);
    return made;
  }

  private finishCall(isTail: boolean, call: Instruction, { results }: FunctionType): void {
    if (isTail) {
      call.type = Type.None;
      this.tailCalls = true;
      this.setUnreachable();
      return;
    }
    if (results !== '') {
      let word = 1;
      const next = (letter: string) => this.result(wordType(letter === 'I' ? 'i' : letter), word++, call);
      for (const [index, letter] of [...results].entries()) {
        const low = index === 0 ? call : next(letter);
        this.push(low, letter === 'I' ? next(letter) : null);
      }
    }
  }
}

/** A constant i64 as the f64 with the same bits, unless that is a NaN. */
function asDouble(low: Instruction, high: Instruction): Instruction | null {
  if (low.operation !== Operation.Constant || high.operation !== Operation.Constant) return null;
  F64_SCRATCH.setInt32(0, low.index, true);
  F64_SCRATCH.setInt32(4, high.index, true);
  const value = F64_SCRATCH.getFloat64(0, true);
  return Number.isNaN(value) ? null : constant(value, Type.F64, low.at);
}

/** Operation and number of operands, by opcode. */
const BULK: Partial<Record<number, [Operation, number]>> = {
  [Opcode.MemorySize]: [Operation.MemorySize, 0],
  [Opcode.MemoryGrow]: [Operation.MemoryGrow, 1],
  [Opcode.MemoryInit]: [Operation.MemoryInit, 3],
  [Opcode.DataDrop]: [Operation.DataDrop, 0],
  [Opcode.MemoryCopy]: [Operation.MemoryCopy, 3],
  [Opcode.MemoryFill]: [Operation.MemoryFill, 3],
  [Opcode.TableInit]: [Operation.TableInit, 3],
  [Opcode.ElemDrop]: [Operation.ElementDrop, 0],
  [Opcode.TableCopy]: [Operation.TableCopy, 3],
  [Opcode.TableGrow]: [Operation.TableGrow, 2],
  [Opcode.TableSize]: [Operation.TableSize, 0],
  [Opcode.TableFill]: [Operation.TableFill, 3],
  [Opcode.TableGet]: [Operation.TableGet, 1],
  [Opcode.TableSet]: [Operation.TableSet, 2],
};
