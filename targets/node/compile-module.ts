// Translates WebAssembly modules to JavaScript.

import { interpreterPasses } from '../compiler/javascript/espruino/passes.js';
import { translate } from '../compiler/javascript/node/module.js';
import { optionalPasses } from '../compiler/passes/runner.js';
import { type ModuleCode, withMemoryStart } from '../module/module-code.js';
import { type ReadModule, readModule } from '../module/read-module.js';
import type { Imports } from './javascript-api/interface.js';
import { moduleText } from './translated/ahead-of-time.js';
import { Instance, type InstanceOptions, type ModuleFunction } from './translated/instance.js';
import { OUT_OF_FUEL, sourceName } from './translated/trap.js';

export interface CompileOptions {
  /** The dialect of JavaScript to print: for engines with labels, DataView and Math.imul. */
  dialect: 'node';
  /** Count fuel as the interpreter does; out of fuel is a trap. */
  fuel?: boolean;
  /**
   * Whether every NaN result of arithmetic has the same bits as in the interpreter, wherever they can be observed. Default: true.
   * With false, the processor determines them, as the specification allows; this is faster for floats.
   */
  canonicalNaN?: boolean;
  /** Whether labels and switches may be used. Default: true. */
  labels?: boolean;
  /** For people: a line for each statement. Default: false, a line is a function. */
  lines?: boolean;
  /** For engines that interpret JavaScript: fewer variables and copies. Default: false. */
  interpreted?: boolean;
  /** Passes to leave out. */
  without?: readonly string[];
  /** The first address of memory that exists: accesses below it trap, and the buffer starts with its byte. Default: 0. */
  memoryStart?: number;
}

/** A module translated to JavaScript. */
export class CompiledModule {
  readonly code: ModuleCode;
  /** The body of a function of `runtime` and `instance`. */
  readonly text: string;
  private run: ModuleFunction | null = null;

  constructor(code: ModuleCode, text: string) {
    this.code = code;
    this.text = text;
  }

  /**
   * Links and initialises it, and runs its start function. Throws LinkError, a TypeError for imports that are not there, or
   * WasmTrap.
   */
  instantiate(imports: Imports = {}, options: InstanceOptions = {}): Instance {
    return new Instance(this.code, this.function(), imports, options);
  }

  /**
   * The module as the text of an ES module, whose default export has `instantiate` as this has. It needs neither WebAssembly
   * nor functions made from text, and imports the runtime from `from`, which a bundler puts in.
   */
  toModule(from = 'tazzina/translated'): string {
    return moduleText(this.code, this.text, from);
  }

  private function(): ModuleFunction {
    if (this.run === null) {
      const text = `${this.text}\n//# sourceURL=${sourceName(this.code, this.text)}`;
      this.run = new Function('runtime', 'instance', text) as ModuleFunction;
    }
    return this.run;
  }
}

/** Validates a module and translates it. Throws DecodeError or ValidationError. */
export const compileModule = (bytes: Uint8Array, options: CompileOptions): CompiledModule =>
  compileRead(readModule(bytes), options);

/** Translates a module that has been read. */
export function compileRead(read: ReadModule, options: CompileOptions): CompiledModule {
  // Drop the buffers of the parser and the validator.
  const { store, module, validator, ...withoutStore } = read;
  const code = withMemoryStart(withoutStore, options.memoryStart ?? 0);
  const text = translate(code, {
    fuel: options.fuel ?? false,
    canonicalNaN: options.canonicalNaN ?? true,
    labels: options.labels ?? true,
    lines: options.lines ?? false,
    interpreted: options.interpreted ?? false,
    without: new Set(options.without),
  });
  return new CompiledModule(code, text);
}

/** Names of all passes. A dialect without a pass ignores its name. */
export const passNames: readonly string[] = optionalPasses(interpreterPasses);

export { OUT_OF_FUEL };
