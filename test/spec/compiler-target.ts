// Modules translated to JavaScript as a target of the conformance table.
import { DecodeError, ExternalKind, LinkError, Trap, ValidationError, WasmTrap } from '../../src/index.js';
import { literalBits } from '../../targets/module/literal.js';
import { type CompiledModule, type CompileOptions, compileModule } from '../../targets/node/compile-module.js';
import { translated } from '../../targets/node/translated/exported-function.js';
import type { FunctionReference } from '../../targets/node/translated/function-reference.js';
import { Global } from '../../targets/node/translated/global.js';
import type { Export, Instance } from '../../targets/node/translated/instance.js';
import { Memory } from '../../targets/node/translated/memory.js';
import { Table } from '../../targets/node/translated/table.js';
import {
  f32_bits,
  f32_of_bits,
  f64_high,
  f64_low,
  f64_of_words,
  resultWord,
  wordCount,
} from '../../targets/node/translated/value.js';
import { fromBits, NULL_REFERENCE, type SpecValue, type ValueType } from './script.js';
import { type CreateTarget, SPECTEST, SpecFailure, type SpecTarget } from './target.js';

const TYPES: Record<string, ValueType> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64', r: 'funcref', R: 'externref' };

function attempt<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (thrown) {
    const error = translated(thrown);
    if (error instanceof DecodeError) throw new SpecFailure('decode', error.message);
    if (error instanceof ValidationError) throw new SpecFailure('validation', error.message);
    if (error instanceof LinkError) throw new SpecFailure('link', error.message);
    if (!(error instanceof WasmTrap)) throw error;
    throw new SpecFailure(error.code === Trap.CallStackExhausted ? 'exhaustion' : 'trap', error.message);
  }
}

/** Adds the words of a value, from its bits: so no NaN becomes another one. */
function pushWords(words: unknown[], { type, low, high }: SpecValue): void {
  if (type === 'i32') words.push(low);
  else if (type === 'i64') words.push(low, high);
  else if (type === 'f32') words.push(f32_of_bits(low));
  else if (type === 'f64') words.push(f64_of_words(low, high));
  else words.push(low === NULL_REFERENCE ? null : low);
}

function fromWords(letter: string, low: unknown, high: unknown): SpecValue {
  const type = TYPES[letter];
  if (type === 'f32') return { type, low: f32_bits(low as number), high: 0 };
  if (type === 'f64') return { type, low: f64_low(low as number), high: f64_high(low as number) };
  if (type === 'i64') return { type, low: low as number, high: high as number };
  if (type === 'i32') return { type, low: low as number, high: 0 };
  return { type, low: low === null ? NULL_REFERENCE : typeof low === 'number' ? low : 0, high: 0 };
}

type Items = Record<string, unknown>;

class CompilerTarget implements SpecTarget<CompiledModule, Instance> {
  private readonly imports: Record<string, Items> = {};
  private readonly options: Partial<CompileOptions>;

  constructor(options: Partial<CompileOptions>) {
    this.options = options;
    const items: Items = {};
    for (const [name] of SPECTEST.functions) items[name] = () => {};
    for (const { name, type, literal } of SPECTEST.globals) {
      const { low, high } = fromBits(type, literalBits(type, literal));
      const global = new Global({ value: type, mutable: false });
      global.setBits(low, high);
      items[name] = global;
    }
    const { table, memory } = SPECTEST;
    items[table.name] = new Table({ element: 'funcref', initial: table.minimum, maximum: table.maximum });
    items[memory.name] = new Memory({ initial: memory.minimum, maximum: memory.maximum });
    this.imports[SPECTEST.module] = items;
  }

  load(bytes: Uint8Array): CompiledModule {
    return attempt(() => compileModule(bytes, { dialect: 'node', ...this.options }));
  }

  instantiate(module: CompiledModule): Instance {
    for (const { module: from, name, type } of module.code.imports) {
      const found = this.imports[from]?.[name];
      if (found === undefined) throw new SpecFailure('link', `unknown import: "${from}" "${name}"`);
      // A host function of the table has a type, which a JavaScript function has not.
      const printed = SPECTEST.functions.find(([known]) => from === SPECTEST.module && known === name);
      if (printed && type !== `(${[...printed[1]].map((letter) => TYPES[letter]).join(', ')})`)
        throw new SpecFailure('link', 'incompatible import type');
    }
    return attempt(() => module.instantiate(this.imports));
  }

  register(name: string, instance: Instance): void {
    this.imports[name] = instance.exports();
  }

  invoke(instance: Instance, name: string, values: SpecValue[]): SpecValue[] {
    const reference = this.item(instance, name, ExternalKind.Function) as FunctionReference;
    const [parameters, results] = reference.signature.split(':');
    if ([...parameters].map((letter) => TYPES[letter]).join() !== values.map(({ type }) => type).join())
      throw new Error(`"${name}" takes ${parameters}, not [${values.map(({ type }) => type)}]`);
    // An array of numbers alone makes NaNs quiet: an object keeps it from being one.
    const words: unknown[] = [reference];
    for (const value of values) pushWords(words, value);
    const first = attempt(() => Function.prototype.call.apply(reference.call, words as [unknown]));
    let word = 0;
    return [...results].map((letter) => {
      const at = word;
      word += wordCount(letter);
      return fromWords(letter, resultWord(letter, at, first), resultWord(letter, at + 1, first));
    });
  }

  get(instance: Instance, name: string): SpecValue {
    const { type, words, floats, isFloat, reference } = this.item(instance, name, ExternalKind.Global) as Global;
    if (type === 'r' || type === 'R') return fromWords(type, reference, 0);
    return isFloat ? fromWords(type, floats[0], 0) : fromWords(type, words[0], words[1]);
  }

  private item(instance: Instance, name: string, kind: ExternalKind): Export {
    const found = instance.code.exports.find((each) => each.name === name && each.kind === kind);
    if (!found) throw new Error(`there is no export "${name}"`);
    return instance.item(kind, found.index);
  }
}

/** A target with options of the translation. */
export function createCompilerTarget(options: Partial<CompileOptions> = {}): CreateTarget {
  return () => new CompilerTarget(options);
}
