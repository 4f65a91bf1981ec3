// Every fixed size of an engine, and what it costs. Nothing grows: over a limit the engine throws a CapacityError.

/** All counts are for one engine, over everything that is loaded in it. */
export interface Capacities {
  /** Modules loaded at once. */
  modules: number;
  /** Instances at once. */
  instances: number;
  /** Function types: distinct ones of the engine, and entries of the type sections of all modules. At most 65,528. */
  types: number;
  /** Parameters and results of the distinct function types together, and of the one that is being read. */
  typeValues: number;
  /** Functions, imported ones included; each instance counts its own. */
  functions: number;
  /** Globals, imported ones included. */
  globals: number;
  /** Tables, imported ones included. */
  tables: number;
  /** Entries of all tables together. */
  tableEntries: number;
  /** Linear memories. */
  memories: number;
  /** Bytes of each linear memory; of all of them less than 2^31. */
  memoryBytes: number;
  elementSegments: number;
  dataSegments: number;
  /** Exports of one module. */
  exports: number;
  /** Functions, tables, memories and globals that the host defines for import. */
  definitions: number;
  /** 32-bit words of register code, of all instances together. */
  codeWords: number;
  /** Parameters and locals of one function. */
  functionLocals: number;
  /** Operands on the stack of one function, as validation counts them. */
  operandDepth: number;
  /** Nested blocks of one function. */
  labelDepth: number;
  /** Basic blocks of one function. */
  basicBlocks: number;
  /** Calls that are active at once. */
  callDepth: number;
  /** 8-byte value slots: parameters, locals and operands of all active calls. */
  valueSlots: number;
}

export type CapacityName = keyof Capacities;

/** A few small functions and no more than 2 KB of linear memory: 10.3 KB in all. */
export const tiny: Capacities = {
  modules: 1,
  instances: 1,
  types: 16,
  typeValues: 48,
  functions: 32,
  globals: 8,
  tables: 1,
  tableEntries: 16,
  memories: 1,
  memoryBytes: 2048,
  elementSegments: 2,
  dataSegments: 4,
  exports: 16,
  definitions: 16,
  codeWords: 1024,
  functionLocals: 32,
  operandDepth: 32,
  labelDepth: 16,
  basicBlocks: 64,
  callDepth: 16,
  valueSlots: 128,
};

/** A program of some kilobytes with an 8 KB memory. */
export const small: Capacities = {
  modules: 1,
  instances: 1,
  types: 32,
  typeValues: 128,
  functions: 128,
  globals: 16,
  tables: 1,
  tableEntries: 64,
  memories: 1,
  memoryBytes: 8192,
  elementSegments: 4,
  dataSegments: 16,
  exports: 32,
  definitions: 64,
  codeWords: 8192,
  functionLocals: 128,
  operandDepth: 64,
  labelDepth: 64,
  basicBlocks: 512,
  callDepth: 32,
  valueSlots: 512,
};

/** For Node: programs of some hundred kilobytes, 16 MiB of linear memory. */
export const large: Capacities = {
  modules: 4,
  instances: 4,
  types: 4096,
  typeValues: 16384,
  functions: 16384,
  globals: 4096,
  tables: 16,
  tableEntries: 16384,
  memories: 1,
  memoryBytes: 16777216,
  elementSegments: 4096,
  dataSegments: 8192,
  exports: 8192,
  definitions: 1024,
  codeWords: 2097152,
  functionLocals: 8192,
  operandDepth: 8192,
  labelDepth: 4096,
  basicBlocks: 65536,
  callDepth: 8192,
  valueSlots: 131072,
};

/** Bytes of one buffer of the engine. */
export interface BufferSize {
  buffer: string;
  bytes: number;
}

/** Types that the engine itself interns, for block types: `[]` to nothing and to each value type. */
export const INTERNED_TYPES = 7;
/** Parameters and results of these. */
export const INTERNED_TYPE_VALUES = 6;
/** The limit of `types`: with the interned ones they are numbered from 1 to 65,535. */
export const MOST_TYPES = 65535 - INTERNED_TYPES;
/** The limit of all linear memories together. */
export const MOST_MEMORY_BYTES = 2147483647;
/** Words of a row in each table of the store. */
export const TABLE_ROW = 4;
export const MODULE_TABLE_ROW = 3;
export const SEGMENT_ROW = 2;
const FUNCTION_ROW = 4;
export const DEFINITION_ROW = 3;
export const FRAME_ROW = 2;
export const VALIDATION_LABEL_ROW = 4;
export const LOWERING_LABEL_ROW = 7;
export const LOWERING_OPERAND_ROW = 3;
/** Operands that lowering may hold above those of validation: constants put into slots for one instruction. */
const SCRATCH_OPERANDS = 4;
/** Words at the start of the code that return to the host. */
export const CODE_RESERVED = 8;
/** Words behind the code: the interpreter has a view of it for each word of an instruction, all equally long. */
export const CODE_VIEWS = 16;

/** The least power of two that is at least twice `count`: the size of an open-addressed hash table. */
export function hashTableSize(count: number): number {
  let size = 16;
  while (size < count * 2) size *= 2;
  return size;
}

/**
 * Bytes of every buffer that an engine with these capacities allocates, in order of allocation. The engine takes the
 * sizes from here.
 */
export function footprint(capacities: Capacities): BufferSize[] {
  const c = capacities;
  const types = c.types + INTERNED_TYPES;
  const rows: BufferSize[] = [];
  function add(buffer: string, bytes: number): void {
    rows.push({ buffer: buffer, bytes: bytes });
  }
  add('typeOffsets', types * 4);
  add('typeParameterCounts', types * 2);
  add('typeResultCounts', types * 2);
  add('typeValues', c.typeValues + INTERNED_TYPE_VALUES);
  add('typeHash', hashTableSize(types) * 2);
  add('moduleTypes', c.types * 2);
  add('moduleFunctionTypes', c.functions * 2);
  add('moduleFunctionBodies', c.functions * 4);
  add('moduleFunctionFlags', c.functions);
  add('moduleTables', c.tables * MODULE_TABLE_ROW * 4);
  add('moduleGlobals', c.globals * 2);
  add('moduleElements', c.elementSegments * SEGMENT_ROW * 4);
  add('moduleData', c.dataSegments * SEGMENT_ROW * 4);
  add('exportHash', hashTableSize(c.exports) * 4);
  add('functions', c.functions * FUNCTION_ROW * 4);
  add('globals', c.globals * 8);
  add('globalTypes', c.globals * 2);
  add('globalAddresses', c.globals * 4);
  add('tables', c.tables * TABLE_ROW * 4);
  add('tableAddresses', c.tables * 4);
  add('tableEntries', c.tableEntries * 4);
  add('droppedElements', c.elementSegments);
  add('droppedData', c.dataSegments);
  add('definitions', c.definitions * DEFINITION_ROW * 4);
  add('memory', c.memories * c.memoryBytes);
  // Read as 64-bit numbers too: an even number of words.
  add('code', ((c.codeWords + CODE_RESERVED + CODE_VIEWS + 1) & -2) * 4);
  add('localTypes', c.functionLocals);
  add('operandTypes', c.operandDepth);
  add('validationLabels', c.labelDepth * VALIDATION_LABEL_ROW * 4);
  add('loweringLabels', c.labelDepth * LOWERING_LABEL_ROW * 4);
  add('loweringOperands', (c.operandDepth + SCRATCH_OPERANDS) * LOWERING_OPERAND_ROW * 4);
  add('blockCosts', c.basicBlocks * 4);
  add('callStack', (c.callDepth + 1) * FRAME_ROW * 4);
  add('slots', c.valueSlots * 8);
  return rows;
}

/** Sum of a footprint, in bytes. */
export function footprintBytes(capacities: Capacities): number {
  const rows = footprint(capacities);
  let bytes = 0;
  for (let index = 0; index < rows.length; index++) bytes += rows[index].bytes;
  return bytes;
}
