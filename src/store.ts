// All memory of an engine: every buffer is allocated here, once, as `footprint` says, and filled from the bottom up.
// `mark` and `rollback` undo a load that failed half way.

import {
  type Capacities,
  CODE_RESERVED,
  footprint,
  INTERNED_TYPE_VALUES,
  INTERNED_TYPES,
  MOST_MEMORY_BYTES,
  MOST_TYPES,
} from './capacities.js';
import { capacityError, engineError } from './errors.js';
import { Instance, Memory, Module } from './module.js';
import { ValueType } from './types.js';

/** Columns of `functions`. */
export enum FunctionColumn {
  /** Start of the function's register code; -1 - n for the host function n; 0 while it has not been lowered. */
  Entry = 0,
  Type = 1,
  /** Address of the memory it uses, -1 if none. */
  Memory = 2,
  /** Address of the function that this one is an import of, or its own. */
  Origin = 3,
}

/** Columns of `tables`. */
export enum TableColumn {
  Base = 0,
  Size = 1,
  /** -1 for none. */
  Maximum = 2,
  Type = 3,
}

/** Kinds of the rows that `mark` remembers. */
enum Top {
  Modules,
  Instances,
  Types,
  TypeValues,
  ModuleTypes,
  ModuleFunctions,
  ModuleTables,
  ModuleGlobals,
  ModuleElements,
  ModuleData,
  Functions,
  Globals,
  GlobalAddresses,
  Tables,
  TableAddresses,
  TableEntries,
  Elements,
  Data,
  Memories,
  Code,
  Count,
}

export class Store {
  readonly capacities: Capacities;
  /** Sum of the bytes of all buffers. */
  allocatedBytes = 0;

  // Distinct function types.
  readonly typeOffsets: Int32Array;
  readonly typeParameterCounts: Uint16Array;
  readonly typeResultCounts: Uint16Array;
  readonly typeValues: Uint8Array;
  readonly typeHash: Uint16Array;
  // Index spaces of the loaded modules.
  readonly moduleTypes: Uint16Array;
  readonly moduleFunctionTypes: Uint16Array;
  readonly moduleFunctionBodies: Int32Array;
  readonly moduleFunctionFlags: Uint8Array;
  readonly moduleTables: Int32Array;
  readonly moduleGlobals: Uint16Array;
  readonly moduleElements: Int32Array;
  readonly moduleData: Int32Array;
  readonly exportHash: Int32Array;
  // Storage that instances own.
  readonly functions: Int32Array;
  readonly globals: Int32Array;
  readonly globalTypes: Uint16Array;
  readonly globalAddresses: Int32Array;
  readonly tables: Int32Array;
  readonly tableAddresses: Int32Array;
  readonly tableEntries: Int32Array;
  readonly droppedElements: Uint8Array;
  readonly droppedData: Uint8Array;
  readonly definitions: Int32Array;
  memoryBuffer: ArrayBuffer;
  /** All of it. */
  memoryArray: Uint8Array;
  readonly code: Int32Array;
  // Scratch of validation and lowering.
  readonly localTypes: Uint8Array;
  readonly operandTypes: Uint8Array;
  readonly validationLabels: Int32Array;
  readonly loweringLabels: Int32Array;
  readonly loweringOperands: Int32Array;
  readonly blockCosts: Int32Array;
  // Stacks.
  readonly callStack: Int32Array;
  readonly slots: ArrayBuffer;

  readonly modules: Module[] = [];
  readonly instances: Instance[] = [];
  readonly memories: Memory[] = [];

  moduleTop = 0;
  instanceTop = 0;
  typeTop = 0;
  typeValueTop = 0;
  /** With the type that was read last, even if it was known already. */
  typeValueMost = 0;
  moduleTypeTop = 0;
  moduleFunctionTop = 0;
  moduleTableTop = 0;
  moduleGlobalTop = 0;
  moduleElementTop = 0;
  moduleDataTop = 0;
  functionTop = 0;
  globalTop = 0;
  globalAddressTop = 0;
  tableTop = 0;
  tableAddressTop = 0;
  tableEntryTop = 0;
  elementTop = 0;
  dataTop = 0;
  memoryTop = 0;
  codeTop = CODE_RESERVED;

  private readonly marks = new Int32Array(Top.Count);

  constructor(capacities: Capacities, memoryBuffer: ArrayBuffer | undefined) {
    this.capacities = capacities;
    // Types are numbered with 16 bits, addresses are signed 32-bit numbers.
    refuseAbove('types', capacities.types, MOST_TYPES);
    refuseAbove('memories * memoryBytes', capacities.memories * capacities.memoryBytes, MOST_MEMORY_BYTES);
    const sizes = footprint(capacities);
    let next = 0;
    const store = this;
    function take(): ArrayBuffer {
      const bytes = sizes[next++].bytes;
      store.allocatedBytes += bytes;
      return new ArrayBuffer(bytes);
    }
    this.typeOffsets = new Int32Array(take());
    this.typeParameterCounts = new Uint16Array(take());
    this.typeResultCounts = new Uint16Array(take());
    this.typeValues = new Uint8Array(take());
    this.typeHash = new Uint16Array(take());
    this.moduleTypes = new Uint16Array(take());
    this.moduleFunctionTypes = new Uint16Array(take());
    this.moduleFunctionBodies = new Int32Array(take());
    this.moduleFunctionFlags = new Uint8Array(take());
    this.moduleTables = new Int32Array(take());
    this.moduleGlobals = new Uint16Array(take());
    this.moduleElements = new Int32Array(take());
    this.moduleData = new Int32Array(take());
    this.exportHash = new Int32Array(take());
    this.functions = new Int32Array(take());
    this.globals = new Int32Array(take());
    this.globalTypes = new Uint16Array(take());
    this.globalAddresses = new Int32Array(take());
    this.tables = new Int32Array(take());
    this.tableAddresses = new Int32Array(take());
    this.tableEntries = new Int32Array(take());
    this.droppedElements = new Uint8Array(take());
    this.droppedData = new Uint8Array(take());
    this.definitions = new Int32Array(take());
    if (memoryBuffer) {
      const bytes = sizes[next++].bytes;
      if (memoryBuffer.byteLength < bytes) {
        const found = memoryBuffer.byteLength;
        throw engineError('memoryBuffer has ' + found + ' bytes, needed ' + bytes);
      }
      this.memoryBuffer = memoryBuffer;
      this.allocatedBytes += bytes;
    } else this.memoryBuffer = take();
    this.memoryArray = new Uint8Array(this.memoryBuffer);
    this.code = new Int32Array(take());
    this.localTypes = new Uint8Array(take());
    this.operandTypes = new Uint8Array(take());
    this.validationLabels = new Int32Array(take());
    this.loweringLabels = new Int32Array(take());
    this.loweringOperands = new Int32Array(take());
    this.blockCosts = new Int32Array(take());
    this.callStack = new Int32Array(take());
    this.slots = take();
    for (let index = 0; index < capacities.modules; index++) this.modules.push(new Module());
    for (let index = 0; index < capacities.instances; index++) this.instances.push(new Instance(this.modules[0]));
    for (let index = 0; index < capacities.memories; index++) {
      const memory = new Memory();
      memory.base = index * capacities.memoryBytes;
      this.memories.push(memory);
    }
    this.internBlockTypes();
  }

  /** Forgets everything that was loaded; what the host defined goes with it. */
  clear(): void {
    this.moduleTop = 0;
    this.instanceTop = 0;
    this.typeTop = 0;
    this.typeValueTop = 0;
    this.moduleTypeTop = 0;
    this.moduleFunctionTop = 0;
    this.moduleTableTop = 0;
    this.moduleGlobalTop = 0;
    this.moduleElementTop = 0;
    this.moduleDataTop = 0;
    this.functionTop = 0;
    this.globalTop = 0;
    this.globalAddressTop = 0;
    this.tableTop = 0;
    this.tableAddressTop = 0;
    this.tableEntryTop = 0;
    this.elementTop = 0;
    this.dataTop = 0;
    this.memoryTop = 0;
    this.codeTop = CODE_RESERVED;
    this.typeValueMost = 0;
    this.typeHash.fill(0);
    this.internBlockTypes();
  }

  /** Remembers how full everything is. */
  mark(): void {
    const m = this.marks;
    m[Top.Modules] = this.moduleTop;
    m[Top.Instances] = this.instanceTop;
    m[Top.Types] = this.typeTop;
    m[Top.TypeValues] = this.typeValueTop;
    m[Top.ModuleTypes] = this.moduleTypeTop;
    m[Top.ModuleFunctions] = this.moduleFunctionTop;
    m[Top.ModuleTables] = this.moduleTableTop;
    m[Top.ModuleGlobals] = this.moduleGlobalTop;
    m[Top.ModuleElements] = this.moduleElementTop;
    m[Top.ModuleData] = this.moduleDataTop;
    m[Top.Functions] = this.functionTop;
    m[Top.Globals] = this.globalTop;
    m[Top.GlobalAddresses] = this.globalAddressTop;
    m[Top.Tables] = this.tableTop;
    m[Top.TableAddresses] = this.tableAddressTop;
    m[Top.TableEntries] = this.tableEntryTop;
    m[Top.Elements] = this.elementTop;
    m[Top.Data] = this.dataTop;
    m[Top.Memories] = this.memoryTop;
    m[Top.Code] = this.codeTop;
  }

  /** Back to the last `mark`. */
  rollback(): void {
    const m = this.marks;
    if (this.typeTop > m[Top.Types]) this.removeTypes(m[Top.Types]);
    this.moduleTop = m[Top.Modules];
    this.instanceTop = m[Top.Instances];
    this.typeValueTop = m[Top.TypeValues];
    this.moduleTypeTop = m[Top.ModuleTypes];
    this.moduleFunctionTop = m[Top.ModuleFunctions];
    this.moduleTableTop = m[Top.ModuleTables];
    this.moduleGlobalTop = m[Top.ModuleGlobals];
    this.moduleElementTop = m[Top.ModuleElements];
    this.moduleDataTop = m[Top.ModuleData];
    this.functionTop = m[Top.Functions];
    this.globalTop = m[Top.Globals];
    this.globalAddressTop = m[Top.GlobalAddresses];
    this.tableTop = m[Top.Tables];
    this.tableAddressTop = m[Top.TableAddresses];
    this.tableEntryTop = m[Top.TableEntries];
    this.elementTop = m[Top.Elements];
    this.dataTop = m[Top.Data];
    this.memoryTop = m[Top.Memories];
    this.codeTop = m[Top.Code];
  }

  /** Interns the function type whose values lie in `typeValues` from `typeValueTop` on. Returns its number. */
  internType(parameters: number, results: number, offset: number): number {
    const values = this.typeValues;
    const start = this.typeValueTop;
    const length = parameters + results;
    if (start + length > this.typeValueMost) this.typeValueMost = start + length;
    const mask = this.typeHash.length - 1;
    let hash = parameters * 31 + results;
    for (let index = 0; index < length; index++) hash = (((hash << 5) - hash) ^ values[start + index]) | 0;
    let at = (hash ^ (hash >>> 15)) & mask;
    while (this.typeHash[at] !== 0) {
      const candidate = this.typeHash[at] - 1;
      if (this.typeParameterCounts[candidate] === parameters && this.typeResultCounts[candidate] === results) {
        const other = this.typeOffsets[candidate];
        let index = 0;
        while (index < length && values[other + index] === values[start + index]) index++;
        if (index === length) return candidate;
      }
      at = (at + 1) & mask;
    }
    const type = this.typeTop;
    if (type >= this.capacities.types + INTERNED_TYPES) {
      throw capacityError('types', type + 1 - INTERNED_TYPES, this.capacities.types, offset);
    }
    this.typeHash[at] = type + 1;
    this.typeOffsets[type] = start;
    this.typeParameterCounts[type] = parameters;
    this.typeResultCounts[type] = results;
    this.typeTop = type + 1;
    this.typeValueTop = start + length;
    return type;
  }

  /** The type of a block of one result or none: interned first, in this order. */
  blockType(resultType: number): number {
    if (resultType === ValueType.I32) return 1;
    if (resultType === ValueType.I64) return 2;
    if (resultType === ValueType.F32) return 3;
    if (resultType === ValueType.F64) return 4;
    if (resultType === ValueType.FuncRef) return 5;
    if (resultType === ValueType.ExternRef) return 6;
    return 0;
  }

  /** Writes one value type of a function type under construction, at `position` above `typeValueTop`. */
  putTypeValue(position: number, type: number, offset: number): void {
    const at = this.typeValueTop + position;
    if (at >= this.typeValues.length) {
      throw capacityError('typeValues', at + 1 - INTERNED_TYPE_VALUES, this.capacities.typeValues, offset);
    }
    this.typeValues[at] = type;
  }

  private internBlockTypes(): void {
    this.internType(0, 0, -1);
    for (let type = ValueType.I32; type >= ValueType.F64; type--) this.internResultType(type);
    this.internResultType(ValueType.FuncRef);
    this.internResultType(ValueType.ExternRef);
  }

  private internResultType(type: number): void {
    this.typeValues[this.typeValueTop] = type;
    this.internType(0, 1, -1);
  }

  /** Removes the types from `top` on. Linear probing stays correct: no older entry was probed past a newer one. */
  private removeTypes(top: number): void {
    const hash = this.typeHash;
    for (let at = 0; at < hash.length; at++) if (hash[at] > top) hash[at] = 0;
    this.typeTop = top;
  }
}

function refuseAbove(what: string, value: number, most: number): void {
  if (value <= most) return;
  throw engineError(what + ' is ' + value + ', and can be at most ' + most);
}

/** Throws unless `needed` fits. */
export function checkCapacity(capacity: string, needed: number, available: number, offset: number): void {
  if (needed > available) throw capacityError(capacity, needed, available, offset);
}
