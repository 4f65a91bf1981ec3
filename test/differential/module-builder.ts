// Writes WebAssembly modules in the binary format, byte for byte, without checking what they say.

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'funcref' | 'externref';
export type NumberType = 'i32' | 'i64' | 'f32' | 'f64';
export type ExternalKind = 'function' | 'table' | 'memory' | 'global';
/** Instructions, encoded. */
export type Code = number[];

export const EMPTY_BLOCK = 0x40;
const PREFIX = 0xfc;
const PAGE_SHIFT = 16;

const typeCodes: Record<ValueType, number> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  funcref: 0x70,
  externref: 0x6f,
};
const kindCodes: Record<ExternalKind, number> = { function: 0, table: 1, memory: 2, global: 3 };
const loadCodes: Record<NumberType, number> = { i32: 0x28, i64: 0x29, f32: 0x2a, f64: 0x2b };
const storeCodes: Record<NumberType, number> = { i32: 0x36, i64: 0x37, f32: 0x38, f64: 0x39 };

export function typeCode(type: ValueType): number {
  return typeCodes[type];
}

export function is64Bit(type: ValueType): boolean {
  return type === 'i64' || type === 'f64';
}

/** An unsigned LEB128 number. */
export function unsigned(value: number): Code {
  const bytes: Code = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value > 0 ? low | 128 : low);
  } while (value > 0);
  return bytes;
}

/** A signed LEB128 number. */
function signed(value: bigint): Code {
  const bytes: Code = [];
  for (;;) {
    const low = Number(value & 127n);
    value >>= 7n;
    const last = (value === 0n && low < 64) || (value === -1n && low >= 64);
    bytes.push(last ? low : low | 128);
    if (last) return bytes;
  }
}

function littleEndian(bits: bigint, count: number): Code {
  return Array.from({ length: count }, (_, index) => Number((bits >> BigInt(index * 8)) & 255n));
}

/** `type.const` with a value of these bits. */
export function constant(type: NumberType, bits: bigint): Code {
  if (type === 'i32') return [0x41, ...signed(BigInt.asIntN(32, bits))];
  if (type === 'i64') return [0x42, ...signed(BigInt.asIntN(64, bits))];
  return type === 'f32' ? [0x43, ...littleEndian(bits, 4)] : [0x44, ...littleEndian(bits, 8)];
}

export function i32(value: number): Code {
  return constant('i32', BigInt(value | 0));
}

/** An opcode as `opcodeTable` numbers it: from 0x100 on, those with the prefix 0xFC. */
export function opcode(code: number): Code {
  return code < 0x100 ? [code] : [PREFIX, ...unsigned(code - 0x100)];
}

export function localGet(index: number): Code {
  return [0x20, ...unsigned(index)];
}
export function localSet(index: number): Code {
  return [0x21, ...unsigned(index)];
}
export function localTee(index: number): Code {
  return [0x22, ...unsigned(index)];
}
export function call(index: number): Code {
  return [0x10, ...unsigned(index)];
}

export function globalGet(index: number): Code {
  return [0x23, ...unsigned(index)];
}
export function globalSet(index: number): Code {
  return [0x24, ...unsigned(index)];
}

/** An access by opcode, aligned to a byte unless told. */
export function memoryAccess(code: number, offset = 0, align = 0): Code {
  return [code, align, ...unsigned(offset)];
}
export function load(type: NumberType, offset = 0): Code {
  return memoryAccess(loadCodes[type], offset);
}
export function store(type: NumberType, offset = 0): Code {
  return memoryAccess(storeCodes[type], offset);
}

function text(value: string): Code {
  const bytes = new TextEncoder().encode(value);
  return [...unsigned(bytes.length), ...bytes];
}

function limits(minimum: number, maximum: number, pageShift = PAGE_SHIFT): Code {
  const flags = (maximum >= 0 ? 1 : 0) | (pageShift === PAGE_SHIFT ? 0 : 8);
  const bytes = [flags, ...unsigned(minimum)];
  if (maximum >= 0) bytes.push(...unsigned(maximum));
  if (pageShift !== PAGE_SHIFT) bytes.push(...unsigned(pageShift));
  return bytes;
}

/** One module. Imports have to be added before anything of their kind is defined, since they count first. */
export class ModuleBuilder {
  private readonly types: Code[] = [];
  private readonly typeIndices = new Map<string, number>();
  private readonly imports: Code[] = [];
  private readonly functions: Code[] = [];
  private readonly tables: Code[] = [];
  private readonly memories: Code[] = [];
  private readonly globals: Code[] = [];
  private readonly exports: Code[] = [];
  private readonly elements: Code[] = [];
  private readonly bodies: Code[] = [];
  private readonly dataSegments: Code[] = [];
  private importedFunctions = 0;
  private importedGlobals = 0;
  private importedTables = 0;
  private startFunction = -1;

  /** Index of a function type, added if it is new. */
  type(parameters: ValueType[], results: ValueType[]): number {
    const key = parameters.join() + ':' + results.join();
    const known = this.typeIndices.get(key);
    if (known !== undefined) return known;
    this.typeIndices.set(key, this.types.length);
    this.types.push([
      0x60,
      ...unsigned(parameters.length),
      ...parameters.map(typeCode),
      ...unsigned(results.length),
      ...results.map(typeCode),
    ]);
    return this.types.length - 1;
  }

  importFunction(module: string, name: string, parameters: ValueType[], results: ValueType[]): number {
    this.imports.push([...text(module), ...text(name), 0, ...unsigned(this.type(parameters, results))]);
    return this.importedFunctions++;
  }

  importMemory(module: string, name: string, minimum: number, maximum = -1): void {
    this.imports.push([...text(module), ...text(name), 2, ...limits(minimum, maximum)]);
  }

  importTable(module: string, name: string, type: 'funcref' | 'externref', minimum: number, maximum = -1): number {
    this.imports.push([...text(module), ...text(name), 1, typeCode(type), ...limits(minimum, maximum)]);
    return this.importedTables++;
  }

  importGlobal(module: string, name: string, type: ValueType, mutable: boolean): number {
    this.imports.push([...text(module), ...text(name), 3, typeCode(type), mutable ? 1 : 0]);
    return this.importedGlobals++;
  }

  /** A maximum of -1 is none. */
  memory(minimum: number, maximum = -1, pageShift = PAGE_SHIFT): void {
    this.memories.push(limits(minimum, maximum, pageShift));
  }

  table(type: 'funcref' | 'externref', minimum: number, maximum = -1): number {
    this.tables.push([typeCode(type), ...limits(minimum, maximum)]);
    return this.importedTables + this.tables.length - 1;
  }

  global(type: ValueType, mutable: boolean, value: Code): number {
    this.globals.push([typeCode(type), mutable ? 1 : 0, ...value, 0x0b]);
    return this.importedGlobals + this.globals.length - 1;
  }

  /** The index that the next function gets. */
  get nextFunction(): number {
    return this.importedFunctions + this.functions.length;
  }

  /** A function with its body, whose `end` is added. Exported if it is given a name. */
  define(parameters: ValueType[], results: ValueType[], locals: ValueType[], body: Code, name?: string): number {
    const index = this.nextFunction;
    this.functions.push(unsigned(this.type(parameters, results)));
    const content = [...unsigned(locals.length), ...locals.flatMap((type) => [1, typeCode(type)])];
    for (const byte of body) content.push(byte);
    content.push(0x0b);
    this.bodies.push([...unsigned(content.length), ...content]);
    if (name !== undefined) this.export(name, 'function', index);
    return index;
  }

  export(name: string, kind: ExternalKind, index: number): void {
    this.exports.push([...text(name), kindCodes[kind], ...unsigned(index)]);
  }

  /** Functions put into the first table from `offset` on. */
  element(offset: number, functions: number[]): void {
    this.elements.push([0, ...i32(offset), 0x0b, ...unsigned(functions.length), ...functions.flatMap(unsigned)]);
  }

  passiveElement(functions: number[]): void {
    this.elements.push([1, 0, ...unsigned(functions.length), ...functions.flatMap(unsigned)]);
  }

  /** Functions that `ref.func` may name. */
  declareFunctions(functions: number[]): void {
    this.elements.push([3, 0, ...unsigned(functions.length), ...functions.flatMap(unsigned)]);
  }

  start(index: number): void {
    this.startFunction = index;
  }

  data(offset: number, bytes: Uint8Array): void {
    this.dataSegments.push([0, ...i32(offset), 0x0b, ...unsigned(bytes.length), ...bytes]);
  }

  passiveData(bytes: Uint8Array): void {
    this.dataSegments.push([1, ...unsigned(bytes.length), ...bytes]);
  }

  build(): Uint8Array {
    const chunks: Code[] = [[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]];
    const section = (id: number, entries: Code[]) => {
      if (entries.length === 0) return;
      const count = unsigned(entries.length);
      const size = entries.reduce((sum, entry) => sum + entry.length, count.length);
      chunks.push([id, ...unsigned(size)], count, ...entries);
    };
    section(1, this.types);
    section(2, this.imports);
    section(3, this.functions);
    section(4, this.tables);
    section(5, this.memories);
    section(6, this.globals);
    section(7, this.exports);
    if (this.startFunction >= 0) {
      const start = unsigned(this.startFunction);
      chunks.push([8, start.length, ...start]);
    }
    section(9, this.elements);
    const dataCount = unsigned(this.dataSegments.length);
    if (this.dataSegments.length > 0) chunks.push([12, dataCount.length, ...dataCount]);
    section(10, this.bodies);
    section(11, this.dataSegments);
    const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }
}
