// Instantiates a translated module: links imports, creates its definitions, runs its text, initialises tables and memory, calls the
// start function (core specification, 4.5.4; JavaScript interface, 5.2).

import { linkError, segmentTrap } from '../../../src/errors.js';
import * as numeric from '../../../src/numeric.js';
import { Opcode } from '../../../src/opcodes.js';
import { Trap } from '../../../src/trap.js';
import { ExternalKind } from '../../../src/types.js';
import type { External } from '../../module/description.js';
import type { ConstantExpression, ModuleCode } from '../../module/module-code.js';
import { type Imports, importedValue } from '../javascript-api/interface.js';
import { typedFunction } from '../javascript-api/typed-function.js';
import {
  type ExportedFunction,
  exportedFunction,
  importedFunction,
  referenceOf,
  translated,
  typedReference,
} from './exported-function.js';
import { FunctionReference, typeNumber, type WordFunction } from './function-reference.js';
import { Global, isGlobal } from './global.js';
import { isMemory, Memory, memoryFunctions } from './memory.js';
import { pureNumeric, type TrapFunction, trappingNumeric } from './numeric.js';
import { isTable, Table, tableFunctions } from './table.js';
import { finish, tail } from './tail-call.js';
import { OUT_OF_FUEL, trapAt } from './trap.js';
import * as values from './value.js';

export interface InstanceOptions {
  /** At most so many bytes of memory are there, however much is declared. */
  memoryBytes?: number;
  /** Fuel for all calls together; used up, it is a trap. Of a module translated with fuel. */
  fuel?: number;
  /** Called when everything is in its place, before the start function. */
  linked?: (instance: Instance) => void;
}

/** The text of a module as a function. */
export type ModuleFunction = (runtime: object, instance: Instance) => WordFunction[];

export type Export = FunctionReference | Memory | Table | Global;

export class Instance {
  readonly references: FunctionReference[] = [];
  readonly tables: Table[] = [];
  readonly globals: Global[] = [];
  memory: Memory | null = null;
  readonly elements: unknown[][] = [];
  readonly segments: Uint8Array[] = [];
  /** The remaining fuel is the only element. */
  readonly fuel = new Float64Array(1);
  readonly code: ModuleCode;
  private readonly initialFuel: number;
  private readonly run: () => void;
  private runsAgain = false;

  constructor(code: ModuleCode, run: ModuleFunction, imports: Imports, options: InstanceOptions = {}) {
    this.code = code;
    this.initialFuel = options.fuel ?? Number.MAX_SAFE_INTEGER;
    this.fuel[0] = this.initialFuel;
    for (const external of code.imports) this.link(external, importedValue(external, imports));
    this.define(options);
    const runtime = createRuntime(code, this.fuel);
    this.run = () => {
      for (const [index, call] of run(runtime, this).entries()) {
        if (index >= code.importedFunctions) this.references[index].call = call;
      }
    };
    this.run();
    this.initialise(runtime);
    options.linked?.(this);
    if (code.start >= 0) {
      try {
        this.references[code.start].call();
      } catch (error) {
        throw translated(error);
      }
    }
  }

  /** Fuel used so far, of a module translated with fuel. */
  get fuelUsed(): number {
    return this.initialFuel - this.fuel[0];
  }

  /** For a module that takes its memory for a constant: with another one, its functions are made anew. */
  runAgainOnChange(): void {
    if (this.runsAgain) return;
    this.runsAgain = true;
    this.memory!.onChange(this.run);
  }

  /** An export by its kind and index. */
  item(kind: ExternalKind, index: number): Export {
    if (kind === ExternalKind.Function) return this.references[index];
    if (kind === ExternalKind.Table) return this.tables[index];
    return kind === ExternalKind.Memory ? this.memory! : this.globals[index];
  }

  /** Returns the exports under their names, as the JavaScript interface has them. */
  exports(): Record<string, unknown> {
    const made: Record<string, unknown> = Object.create(null);
    for (const { name, kind, index } of this.code.exports) {
      const item = this.item(kind, index);
      made[name] = item instanceof FunctionReference ? exportedFunction(item) : item;
    }
    return Object.freeze(made);
  }

  private link(external: External, value: unknown): void {
    const { module, name, kind, index } = external;
    const mismatch = (wanted: string) =>
      linkError(`incompatible import type: "${module}" "${name}" must be ${wanted}`, -1);
    if (kind === ExternalKind.Function) {
      if (typeof value !== 'function') throw mismatch('a function');
      this.references.push(this.linkFunction(external, value as ExportedFunction));
    } else if (kind === ExternalKind.Memory) {
      if (!isMemory(value)) throw mismatch('a Memory');
      const { minimum, maximum, pageBytes, start } = this.code.memory!;
      if (value.address === 'i64') throw mismatch('a Memory with 32-bit addresses');
      if (value.pageBytes !== pageBytes) throw mismatch('a Memory with another page size');
      if (!fits(value.pages, value.maximum, minimum, maximum)) throw mismatch('a Memory of another size');
      if (value.start !== start) throw mismatch(`a Memory from address ${start} on`);
      this.memory = value;
    } else if (kind === ExternalKind.Table) {
      if (!isTable(value)) throw mismatch('a Table');
      const { element, minimum, maximum } = this.code.tables[index];
      if (value.type !== element) throw mismatch('a Table of another type');
      if (value.address === 'i64') throw mismatch('a Table with 32-bit indices');
      if (!fits(value.entries.length, value.maximum, minimum, maximum)) throw mismatch('a Table of another size');
      this.tables.push(value);
    } else this.globals.push(this.linkGlobal(external, value, mismatch));
  }

  private linkFunction({ module, name, index, type }: External, value: ExportedFunction): FunctionReference {
    const { signature } = this.code.functions[index];
    const typed = typedFunction(value);
    if (typed === null) return importedFunction(value, signature, index);
    if (typed.signature !== signature) {
      const found = functionTypeText(typed.signature);
      throw linkError(
        `incompatible import type: "${module}" "${name}" has type ${found}, the module wants ${type}`,
        -1,
      );
    }
    return typed.isExported ? referenceOf(value)! : typedReference(typed, index);
  }

  private linkGlobal({ index }: External, value: unknown, mismatch: (wanted: string) => Error): Global {
    const { type, mutable } = this.code.globals[index];
    if (isGlobal(value)) {
      if (value.type !== type || value.mutable !== mutable) throw mismatch('a Global of another type');
      return value;
    }
    if (mutable) throw mismatch('a mutable Global');
    if (type === 'I' ? typeof value !== 'bigint' : type !== 'r' && type !== 'R' && typeof value !== 'number')
      throw mismatch(type === 'I' ? 'a BigInt or a Global' : 'a number or a Global');
    return new Global({ value: TYPE_NAMES[type], mutable: false }, value);
  }

  private define(options: InstanceOptions): void {
    const { code } = this;
    for (let index = this.references.length; index < code.functions.length; index++) {
      this.references.push(new FunctionReference(notYet, code.functions[index].signature, index));
    }
    for (const { element, minimum, maximum } of code.tables.slice(code.importedTables)) {
      const name = element === 'r' ? 'funcref' : 'externref';
      const limit = maximum === -1 ? undefined : maximum >>> 0;
      const table = new Table({ element: name, initial: minimum, maximum: limit });
      table.entries.fill(null);
      this.tables.push(table);
    }
    if (code.memory !== null && !code.memoryImported) {
      const { minimum, maximum, pageBytes, start } = code.memory;
      const limit = maximum === -1 ? undefined : maximum;
      const mostBytes = options.memoryBytes;
      this.memory = new Memory({ initial: minimum, maximum: limit, pageBytes, mostBytes, start });
    }
    for (const [index, initialiser] of code.initialisers.entries()) {
      const { type, mutable } = code.globals[code.importedGlobals + index];
      const global = new Global({ value: TYPE_NAMES[type], mutable }, type === 'R' ? null : undefined);
      this.evaluate(initialiser, global);
      this.globals.push(global);
    }
  }

  /** Leaves the value of a constant expression in a global. */
  private evaluate(expression: ConstantExpression, into: Global): void {
    const stack: [number, number][] = [];
    for (const { code, low, high } of expression) {
      if (code === Opcode.RefFunc) into.reference = this.references[low];
      else if (code === Opcode.RefNull) into.reference = null;
      else if (code === Opcode.GlobalGet) {
        const from = this.globals[low];
        into.floats[0] = from.floats[0];
        into.reference = from.reference;
        into.words.set(from.words);
        stack.push([from.words[0], from.words[1]]);
      } else if (code >= Opcode.I32Add && code <= Opcode.I64Mul) {
        const [bLow, bHigh] = stack.pop()!;
        const [aLow, aHigh] = stack.pop()!;
        stack.push(combined(code, aLow, aHigh, bLow, bHigh));
      } else stack.push([low, high]);
    }
    const last = expression[expression.length - 1];
    if (stack.length > 0 && last.code !== Opcode.GlobalGet) into.setBits(...stack[0]);
  }

  /** An offset, unsigned. */
  private offset(expression: ConstantExpression): number {
    const value = new Global({ value: 'i32', mutable: false });
    this.evaluate(expression, value);
    return value.words[0] >>> 0;
  }

  private initialise(runtime: Runtime): void {
    const { code } = this;
    const value = new Global({ value: 'externref', mutable: false });
    for (const { mode, table, offset, entries, at } of code.elements) {
      const references = entries.map((entry) => {
        this.evaluate(entry, value);
        return value.reference;
      });
      this.elements.push(mode === 'passive' ? references : []);
      if (mode === 'active') {
        const start = this.offset(offset);
        if (start + references.length > this.tables[table].entries.length)
          throw segmentTrap(Trap.TableOutOfBounds, code.origin(at));
        runtime.table_init(this.tables[table], references, start, 0, references.length, at);
      }
    }
    for (const { mode, bytes } of code.data) this.segments.push(mode === 'passive' ? bytes : new Uint8Array(0));
    for (const { mode, offset, bytes, at } of code.data) {
      if (mode !== 'active') continue;
      const start = this.offset(offset);
      const { start: first, buffer } = this.memory!;
      if ((start < first && bytes.length > 0) || start - first + bytes.length > buffer.byteLength)
        throw segmentTrap(Trap.MemoryOutOfBounds, code.origin(at));
      runtime.memory_init(this.memory!, bytes, start, 0, bytes.length, at);
    }
  }
}

const TYPE_NAMES: Record<string, 'i32' | 'i64' | 'f32' | 'f64' | 'funcref' | 'externref'> = {
  i: 'i32',
  I: 'i64',
  f: 'f32',
  F: 'f64',
  r: 'funcref',
  R: 'externref',
};

/** A signature in letters as text, as import types are. */
function functionTypeText(signature: string): string {
  const [parameters, results] = signature.split(':').map((letters) => [...letters].map((each) => TYPE_NAMES[each]));
  if (results.length === 0) return `(${parameters.join(', ')})`;
  return `(${parameters.join(', ')}) -> ${results.length === 1 ? results[0] : `(${results.join(', ')})`}`;
}

function notYet(): never {
  throw new Error('a function was called before its module was instantiated');
}

function combined(code: number, aLow: number, aHigh: number, bLow: number, bHigh: number): [number, number] {
  switch (code) {
    case Opcode.I32Add:
      return [(aLow + bLow) | 0, 0];
    case Opcode.I32Sub:
      return [(aLow - bLow) | 0, 0];
    case Opcode.I32Mul:
      return [numeric.imul(aLow, bLow), 0];
    case Opcode.I64Add:
      return [numeric.i64_add_low(aLow, aHigh, bLow, bHigh), numeric.i64_add_high(aLow, aHigh, bLow, bHigh)];
    case Opcode.I64Sub:
      return [numeric.i64_sub_low(aLow, aHigh, bLow, bHigh), numeric.i64_sub_high(aLow, aHigh, bLow, bHigh)];
    default:
      return [numeric.i64_mul_low(aLow, aHigh, bLow, bHigh), numeric.i64_mul_high(aLow, aHigh, bLow, bHigh)];
  }
}

function fits(size: number, maximum: number, wanted: number, wantedMaximum: number): boolean {
  if (size < wanted) return false;
  return wantedMaximum === -1 || (maximum >= 0 && maximum <= wantedMaximum >>> 0);
}

type Runtime = ReturnType<typeof createRuntime>;

/** Everything that the text of a module uses. */
function createRuntime(code: ModuleCode, fuel: Float64Array) {
  const trap: TrapFunction = (trap, at) => {
    throw trapAt(code, trap, at);
  };
  const { resultIntegers, resultFloats, resultReferences, ...valueFunctions } = values;
  return {
    R: resultIntegers,
    D: resultFloats,
    X: resultReferences,
    U: fuel,
    typeNumber,
    tail,
    finish,
    ...valueFunctions,
    ...pureNumeric,
    ...trappingNumeric(trap),
    ...memoryFunctions(trap),
    ...tableFunctions(trap),
    outOfFuel: (at: number): never => trap(OUT_OF_FUEL, at),
  };
}
