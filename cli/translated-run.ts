// `tazzina run --tier js`: runs a module translated to JavaScript instead of interpreting it.

import { ExternalKind } from '../src/index.js';
import { toldMemory } from '../targets/analysis/told-memory.js';
import type { External } from '../targets/module/description.js';
import { readModule } from '../targets/module/read-module.js';
import { argumentBits, valueText } from '../targets/module/value-text.js';
import { type CompiledModule, compileRead } from '../targets/node/compile-module.js';
import type { FunctionReference } from '../targets/node/translated/function-reference.js';
import { HostCalls } from '../targets/node/translated/host-calls.js';
import type { Instance } from '../targets/node/translated/instance.js';
import { callWords } from '../targets/node/translated/words.js';

export interface TranslatedOptions {
  /** Bytes behind the linear memory. */
  memoryBytes?: number;
  /** The first address that they are behind. */
  memoryBase?: number;
  fuel?: number;
}

export class TranslatedRun {
  /** To define host functions on. */
  readonly host = new HostCalls();
  private readonly module: CompiledModule;
  private readonly options: TranslatedOptions;
  private instance: Instance | null = null;

  /** Throws DecodeError or ValidationError. */
  constructor(bytes: Uint8Array, options: TranslatedOptions) {
    const read = readModule(bytes);
    const { memoryBytes, fuel, memoryBase: memoryStart } = options;
    const told = memoryBytes === undefined ? read : toldMemory(read, (memoryStart ?? 0) + memoryBytes);
    this.module = compileRead(told, { dialect: 'node', fuel: fuel !== undefined, memoryStart });
    this.options = options;
  }

  get externals(): { imports: External[]; exports: External[] } {
    return this.module.code;
  }

  get startFunction(): number {
    return this.module.code.start;
  }

  /** Throws LinkError, WasmTrap or what a host function threw. */
  instantiate(): void {
    const { memoryBytes, fuel } = this.options;
    this.module.instantiate(this.host.imports, {
      memoryBytes,
      fuel,
      linked: (instance) => {
        this.instance = instance;
        this.host.attach(instance);
      },
    });
  }

  /** Calls an exported function with arguments as text. Returns its results as text. */
  call({ index, parameters, results }: External, args: readonly string[]): { type: string; value: string }[] {
    const reference = this.instance!.item(ExternalKind.Function, index) as FunctionReference;
    const bits = callWords(
      reference,
      parameters.map((type, position) => argumentBits(type, args[position])),
    );
    return results.map((type, position) => ({ type, value: valueText(type, bits[position]) }));
  }

  /** A call of an exported function with these arguments, to be made again and again: its results are dropped. */
  calling({ index, parameters }: External, args: readonly string[]): () => void {
    const reference = this.instance!.item(ExternalKind.Function, index) as FunctionReference;
    const bits = parameters.map((type, position) => argumentBits(type, args[position]));
    return () => void callWords(reference, bits);
  }

  /** Fuel that has been used. */
  get fuelUsed(): number {
    return this.instance?.fuelUsed ?? 0;
  }
}
