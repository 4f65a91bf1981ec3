// WebAssembly.Module (JavaScript interface, 5.1).

import { type Capacities, CapacityError, Engine } from '../../../src/index.js';
import { Section } from '../../../src/types.js';
import { describeModule, type ModuleDescription } from '../../module/description.js';
import { raiseCapacity } from '../../module/fitting-engine.js';
import { moduleSections } from '../../module/sections.js';
import { CompileError, translated } from './errors.js';

export type BufferSource = ArrayBuffer | ArrayBufferView;

export interface ImportDescriptor {
  module: string;
  name: string;
  kind: 'function' | 'table' | 'memory' | 'global';
}

export type ExportDescriptor = Omit<ImportDescriptor, 'module'>;

const KINDS = ['function', 'table', 'memory', 'global'] as const;

/** Validates modules with one engine, which keeps none of them. Validity does not depend on the engine. */
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

interface ModuleParts {
  /** A copy, which nobody changes. */
  readonly bytes: Uint8Array;
  readonly description: ModuleDescription;
  /** Bytes of the memory that the module declares for itself, -1 without one. */
  readonly memoryBytes: number;
}

/** Whether a value is a Module, and not only one by its prototype. */
export let isModule: (value: unknown) => value is Module;

/** Returns the parts of a module. Throws a TypeError for other objects. */
export let partsOf: (module: Module) => ModuleParts;

export class Module {
  static {
    isModule = (value): value is Module => typeof value === 'object' && value !== null && #parts in value;
    partsOf = (module) => {
      if (!isModule(module)) throw new TypeError('the argument must be a WebAssembly.Module');
      return module.#parts;
    };
  }

  readonly #parts: ModuleParts;

  /** Throws a CompileError for what is no valid module, a TypeError for what are no bytes. */
  constructor(source: BufferSource, validator: ModuleValidator) {
    const bytes = bytesOf(source).slice();
    let memoryBytes: number;
    try {
      memoryBytes = validator.validate(bytes);
    } catch (error) {
      throw error instanceof CapacityError ? new CompileError(error.message, { cause: error }) : translated(error);
    }
    this.#parts = { bytes, description: describeModule(bytes), memoryBytes };
  }
}

/** The static methods of the interface's Module. */
export const moduleReflection = {
  exports(module: Module): ExportDescriptor[] {
    return partsOf(module).description.exports.map(({ name, kind }) => ({ name, kind: KINDS[kind] }));
  },

  imports(module: Module): ImportDescriptor[] {
    return partsOf(module).description.imports.map(({ module, name, kind }) => ({ module, name, kind: KINDS[kind] }));
  },

  /** The contents of the custom sections of a name. */
  customSections(module: Module, sectionName: string): ArrayBuffer[] {
    const { bytes } = partsOf(module);
    if (sectionName === undefined) throw new TypeError('the name of the custom sections is missing');
    const wanted = String(sectionName);
    return [...moduleSections(bytes)]
      .filter(({ id, name }) => id === Section.Custom && name === wanted)
      .map(({ contents, end }) => bytes.slice(contents, end).buffer as ArrayBuffer);
  },
};
