// Complete validation (core specification, 3). This file validates everything outside function bodies. Lowering and the interpreter
// need no further check of a valid module.

import { readOpcode } from './body-reader.js';
import { MODULE_TABLE_ROW, SEGMENT_ROW } from './capacities.js';
import type { EngineError } from './errors.js';
import { Feature, unsupported } from './features.js';
import type { Module } from './module.js';
import { functionName } from './names.js';
import { mnemonic, Opcode, opcodeSignature } from './opcodes.js';
import { GLOBAL_MUTABLE, readHeapType, readValueType } from './parse.js';
import type { Reader } from './reader.js';
import { checkCapacity, type Store } from './store.js';
import { ExternalKind, ValueType, valueTypeName } from './types.js';
import { BodyValidator } from './validate-body.js';

export class Validator {
  private readonly store: Store;
  private readonly reader: Reader;
  /** Has the most of everything that bodies took. */
  readonly body: BodyValidator;
  private module!: Module;

  constructor(store: Store, reader: Reader) {
    this.store = store;
    this.reader = reader;
    this.body = new BodyValidator(store, reader);
  }

  /** Starts to look for the most of everything again. */
  forget(): void {
    this.body.forget();
  }

  validate(module: Module): void {
    const store = this.store;
    this.module = module;
    this.body.begin(module);
    this.reader.reset(module.bytes, 0, module.bytes.length);
    for (let index = 0; index < module.functionCount; index++) {
      if (store.moduleFunctionTypes[module.functionBase + index] === 0xffff) this.body.fail('unknown type');
    }
    this.validateTables();
    this.validateMemory();
    this.validateGlobals();
    this.validateExports();
    if (module.startFunction >= 0) {
      if (module.startFunction >= module.functionCount) this.body.fail('unknown function ' + module.startFunction);
      if (this.body.functionType(module.startFunction) !== 0) this.body.fail('start function must have type [] -> []');
    }
    this.validateElements();
    this.validateData();
    try {
      for (let index = module.importedFunctions; index < module.functionCount; index++) this.body.validate(index);
    } catch (error) {
      // The reader does not know which function it is in.
      const engineError = error as EngineError;
      if (engineError.functionIndex < 0) {
        engineError.functionIndex = this.body.functionIndex;
        engineError.functionName = functionName(module, this.body.functionIndex);
      }
      throw error;
    }
  }

  private validateTables(): void {
    const module = this.module;
    for (let index = 0; index < module.tableCount; index++) {
      const row = (module.tableBase + index) * MODULE_TABLE_ROW;
      const minimum = this.store.moduleTables[row + 1];
      const maximum = this.store.moduleTables[row + 2];
      if (minimum >>> 0 > maximum >>> 0)
        this.body.fail('size minimum must not be greater than maximum of table ' + index);
    }
  }

  private validateMemory(): void {
    const module = this.module;
    if (module.memoryCount > 1) this.body.fail(unsupported(Feature.MultipleMemories, module.memoryCount + ' memories'));
    if (module.memoryCount === 0) return;
    if (module.pageShift !== 16 && module.pageShift !== 0) this.body.fail('invalid custom page size');
    const most = module.pageShift === 16 ? 65536 : 4294967295;
    if (module.memoryMinimum > most || module.memoryMaximum > most) {
      this.body.fail(
        'memory size must be at most ' + (module.pageShift === 16 ? '65536 pages (4 GiB)' : '4294967295 bytes'),
      );
    }
    if (module.memoryMaximum >= 0 && module.memoryMinimum > module.memoryMaximum) {
      this.body.fail('size minimum must not be greater than maximum of the memory');
    }
  }

  private validateGlobals(): void {
    const module = this.module;
    const reader = this.reader;
    reader.position = module.globalsAt;
    for (let index = module.importedGlobals; index < module.globalCount; index++) {
      this.body.instructionAt = reader.position;
      const type = readValueType(reader);
      reader.byte();
      this.validateConstantExpression(type, index);
    }
  }

  /** A constant expression (3.4.4), which may read the first `globals` globals where they are immutable. */
  private validateConstantExpression(expected: number, globals: number): void {
    const reader = this.reader;
    const module = this.module;
    this.body.clear();
    for (;;) {
      this.body.instructionAt = reader.position;
      const code = readOpcode(reader);
      if (code === Opcode.End) break;
      if (code === Opcode.I32Const) {
        reader.s32();
        this.body.push(ValueType.I32);
      } else if (code === Opcode.I64Const) {
        reader.s64();
        this.body.push(ValueType.I64);
      } else if (code === Opcode.F32Const) {
        reader.skip(4);
        this.body.push(ValueType.F32);
      } else if (code === Opcode.F64Const) {
        reader.skip(8);
        this.body.push(ValueType.F64);
      } else if (code === Opcode.RefNull) this.body.push(readHeapType(reader));
      else if (code === Opcode.RefFunc) {
        const index = reader.u32();
        if (index >= module.functionCount) this.body.fail('unknown function ' + index);
        this.body.push(ValueType.FuncRef);
      } else if (code === Opcode.GlobalGet) {
        const index = reader.u32();
        if (index >= globals) this.body.fail('unknown global ' + index);
        const global = this.store.moduleGlobals[module.globalBase + index];
        if ((global & GLOBAL_MUTABLE) !== 0) this.body.fail('constant expression required');
        this.body.push(global & 255);
      } else if ((code >= Opcode.I32Add && code <= Opcode.I32Mul) || (code >= Opcode.I64Add && code <= Opcode.I64Mul)) {
        this.body.applySignature(opcodeSignature[code]);
      } else this.body.fail('constant expression required, not ' + mnemonic(code));
    }
    if (this.body.operandTop !== 1) this.body.fail('type mismatch: a constant expression leaves one value');
    this.body.popExpected(expected);
  }

  private validateExports(): void {
    const module = this.module;
    const reader = this.reader;
    const hash = this.store.exportHash;
    checkCapacity('exports', module.exportCount, this.store.capacities.exports, module.exportsAt);
    if (module.exportCount === 0) return;
    hash.fill(0);
    reader.position = module.exportsAt;
    for (let index = 0; index < module.exportCount; index++) {
      const at = reader.position;
      this.body.instructionAt = at;
      const length = reader.name();
      this.addExportName(at, length);
      const kind = reader.byte();
      const item = reader.u32();
      if (kind === ExternalKind.Function && item >= module.functionCount) this.body.fail('unknown function ' + item);
      if (kind === ExternalKind.Table && item >= module.tableCount) this.body.fail('unknown table ' + item);
      if (kind === ExternalKind.Memory && item >= module.memoryCount) this.body.fail('unknown memory ' + item);
      if (kind === ExternalKind.Global && item >= module.globalCount) this.body.fail('unknown global ' + item);
    }
  }

  /** Puts the byte offset of a name into the hash set, or fails if the name is in it. */
  private addExportName(at: number, length: number): void {
    const hash = this.store.exportHash;
    const bytes = this.module.bytes;
    const end = this.reader.position;
    let code = length;
    for (let index = at; index < end; index++) code = (((code << 5) - code) ^ bytes[index]) | 0;
    const mask = hash.length - 1;
    let slot = (code ^ (code >>> 15)) & mask;
    while (hash[slot] !== 0) {
      const other = hash[slot];
      let index = 0;
      while (at + index < end && bytes[other + index] === bytes[at + index]) index++;
      if (at + index === end) this.body.fail('duplicate export name');
      slot = (slot + 1) & mask;
    }
    hash[slot] = at;
  }

  private validateElements(): void {
    const module = this.module;
    const reader = this.reader;
    reader.position = module.elementsAt;
    for (let index = 0; index < module.elementCount; index++) {
      this.body.instructionAt = reader.position;
      const flags = reader.u32();
      const type = this.store.moduleElements[(module.elementBase + index) * SEGMENT_ROW];
      if ((flags & 1) === 0) {
        const table = (flags & 2) !== 0 ? reader.u32() : 0;
        if (table >= module.tableCount) this.body.fail('unknown table ' + table);
        if (this.body.tableType(table) !== type) {
          this.body.fail('type mismatch: element segment ' + index + ' of ' + valueTypeName(type));
        }
        this.validateConstantExpression(ValueType.I32, module.globalCount);
      }
      if ((flags & 3) !== 0) reader.byte();
      const entries = reader.u32();
      for (let entry = 0; entry < entries; entry++) {
        this.body.instructionAt = reader.position;
        if ((flags & 4) !== 0) this.validateConstantExpression(type, module.globalCount);
        else {
          const item = reader.u32();
          if (item >= module.functionCount) this.body.fail('unknown function ' + item);
        }
      }
    }
  }

  private validateData(): void {
    const module = this.module;
    const reader = this.reader;
    reader.position = module.dataAt;
    for (let index = 0; index < module.dataCount; index++) {
      this.body.instructionAt = reader.position;
      const flags = reader.u32();
      if (flags !== 1) {
        const memory = flags === 2 ? reader.u32() : 0;
        if (memory >= module.memoryCount) this.body.fail('unknown memory ' + memory);
        this.validateConstantExpression(ValueType.I32, module.globalCount);
      }
      reader.blob();
    }
  }
}
