// WebAssembly.Module (JavaScript interface, 5.1).

import { type Capacities, CapacityError, Engine } from '../../../src/index.js';
import { decodeName, Reader } from '../../../src/reader.js';
import { describeModule, type ModuleDescription } from '../../module/description.js';
import { raiseCapacity } from '../../module/fitting-engine.js';
import { CompileError, translated } from './errors.js';

export type BufferSource = ArrayBuffer | ArrayBufferView;

export interface ImportDescriptor {
  module: string;
  name: string;
  kind: 'function' | 'table' | 'memory' | 'global';
}

export type ExportDescriptor = Omit<ImportDescriptor, 'module'>;

const KINDS = ['function', 'table', 'memory', 'global'] as const;

/** What makes a module valid is the same for all: one engine looks at each, and forgets it. */
export class ModuleValidator {
  private capacities: Capacities;
  private readonly fixed: boolean;
  private engine: Engine | null = null;

  constructor(capacities: Capacities, fixed: boolean) {
    this.capacities = { ...capacities, memories: 0, memoryBytes: 0, codeWords: 0 };
    this.fixed = fixed;
  }

  /** Returns how many bytes of memory the module declares for itself, -1 without one. Throws what `Engine.load` throws. */
  validate(bytes: Uint8Array): number {
    for (;;) {
      this.engine ??= new Engine(this.capacities);
      try {
        const { memoryCount, importedMemories, memoryMinimum, pageShift } = this.engine.load(bytes);
        return memoryCount > importedMemories ? memoryMinimum * 2 ** pageShift : -1;
      } catch (error) {
        if (this.fixed || !(error instanceof CapacityError)) throw error;
        this.capacities = raiseCapacity(this.capacities, error);
        this.engine = null;
      } finally {
        this.engine?.reset();
      }
    }
  }
}

/** The bytes themselves, not a copy. */
export function bytesOf(source: BufferSource): Uint8Array {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  throw new TypeError('the bytes of a module must be an ArrayBuffer or a view of one');
}

export class Module {
  /** A copy, which nobody changes. */
  readonly #bytes: Uint8Array;
  readonly #description: ModuleDescription;
  readonly #memoryBytes: number;

  /** Throws a CompileError for what is no valid module, a TypeError for what are no bytes. */
  constructor(source: BufferSource, validator: ModuleValidator) {
    this.#bytes = bytesOf(source).slice();
    try {
      this.#memoryBytes = validator.validate(this.#bytes);
    } catch (error) {
      throw error instanceof CapacityError ? new CompileError(error.message, { cause: error }) : translated(error);
    }
    this.#description = describeModule(this.#bytes);
  }

  get [Symbol.toStringTag](): string {
    return 'WebAssembly.Module';
  }

  static bytes(module: Module): Uint8Array {
    return module.#bytes;
  }

  static description(module: Module): ModuleDescription {
    return module.#description;
  }

  /** Of the memory that it declares for itself, -1 without one. */
  static memoryBytes(module: Module): number {
    return module.#memoryBytes;
  }

  static exports(module: Module): ExportDescriptor[] {
    return module.#description.exports.map(({ name, kind }) => ({ name, kind: KINDS[kind] }));
  }

  static imports(module: Module): ImportDescriptor[] {
    return module.#description.imports.map(({ module, name, kind }) => ({ module, name, kind: KINDS[kind] }));
  }

  /** The contents of the custom sections of a name. */
  static customSections(module: Module, sectionName: string): ArrayBuffer[] {
    if (sectionName === undefined) throw new TypeError('the name of the custom sections is missing');
    const found: ArrayBuffer[] = [];
    const reader = new Reader();
    const bytes = module.#bytes;
    reader.reset(bytes, 8, bytes.length);
    while (reader.position < bytes.length) {
      const id = reader.byte();
      const size = reader.u32();
      const end = reader.position + size;
      if (id === 0) {
        const length = reader.blob();
        const name = decodeName(bytes, reader.position - length, length);
        if (name === String(sectionName)) found.push(bytes.slice(reader.position, end).buffer as ArrayBuffer);
      }
      reader.position = end;
    }
    return found;
  }
}
