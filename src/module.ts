// The engine's data for a loaded module and for an instance: positions in the store's tables and in the module's bytes.

/** A parsed and validated module. Its bytes must stay as they were while it is loaded. */
export class Module {
  bytes: Uint8Array = new Uint8Array(0);
  /** Byte offsets of the entries (behind the count) and their counts. */
  importsAt = 0;
  importCount = 0;
  exportsAt = 0;
  exportCount = 0;
  globalsAt = 0;
  elementsAt = 0;
  dataAt = 0;
  tablesAt = 0;
  /** Contents of the name section, or 0. */
  namesAt = 0;
  namesEnd = 0;

  typeBase = 0;
  typeCount = 0;
  functionBase = 0;
  functionCount = 0;
  importedFunctions = 0;
  tableBase = 0;
  tableCount = 0;
  importedTables = 0;
  globalBase = 0;
  globalCount = 0;
  importedGlobals = 0;
  elementBase = 0;
  elementCount = 0;
  dataBase = 0;
  dataCount = 0;
  /** The count in the data count section, or -1. */
  declaredDataCount = -1;

  memoryCount = 0;
  importedMemories = 0;
  /** In pages. */
  memoryMinimum = 0;
  /** In pages, -1 where the module sets none. */
  memoryMaximum = -1;
  /** log2 of the page size in bytes: 16, or 0. */
  pageShift = 16;
  startFunction = -1;
}

/** A module with its own functions, globals, tables and memory. */
export class Instance {
  module: Module;
  functionBase = 0;
  globalBase = 0;
  tableBase = 0;
  elementBase = 0;
  dataBase = 0;
  /** Memory address in the store, -1 without memory. */
  memory = -1;
  /** Bytes of the memory when its code was lowered: offsets within them are taken as in bounds. */
  loweredMemoryBytes = 0;
  codeStart = 0;
  codeEnd = 0;
  /** The words of the code that only count. */
  countWords = 0;

  constructor(module: Module) {
    this.module = module;
  }
}

/** A linear memory. */
export class Memory {
  /** Declared size in pages, as memory.size tells it. */
  pages = 0;
  /** In pages, -1 for none. */
  maximum = -1;
  pageShift = 16;
  /** Offset of the memory's first byte in the store's memory buffer. */
  base = 0;
  /** The first address that exists. */
  start = 0;
  /** Bytes that exist: an access before or past them traps. */
  bytes = 0;
}
