// Modules translated to JavaScript as a target of the conformance table.
import { DecodeError, ExternalKind, LinkError, Trap, ValidationError, WasmTrap } from '../../src/index.js';
import { type CompiledModule, compileModule, type PassName } from '../../targets/compiler/index.js';
import { resultWords, translated } from '../../targets/compiler/runtime/exported-function.js';
import type { FunctionReference } from '../../targets/compiler/runtime/function-reference.js';
import { Global } from '../../targets/compiler/runtime/global.js';
import type { Export, Instance } from '../../targets/compiler/runtime/instance.js';
import { Memory } from '../../targets/compiler/runtime/memory.js';
import { Table } from '../../targets/compiler/runtime/table.js';
import { f32_bits, f32_of_bits, f64_high, f64_low, f64_of_words } from '../../targets/compiler/runtime/value.js';
import { literalBits } from '../../targets/node/literal.js';
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

/** The words of a value: bits, so that no NaN becomes another one. */
function toWords({ type, low, high }: SpecValue): unknown[] {
  switch (type) {
    case 'i32':
      return [low];
    case 'i64':
      return [low, high];
    case 'f32':
      return [f32_of_bits(low)];
    case 'f64':
      return [f64_of_words(low, high)];
    default:
      return [low === NULL_REFERENCE ? null : low];
  }
}

function fromWords(letter: string, words: unknown[]): SpecValue {
  const type = TYPES[letter];
  const word = words.shift();
  if (type === 'f32') return { type, low: f32_bits(word as number), high: 0 };
  if (type === 'f64') return { type, low: f64_low(word as number), high: f64_high(word as number) };
  if (type === 'i64') return { type, low: word as number, high: words.shift() as number };
  if (type === 'i32') return { type, low: word as number, high: 0 };
  return { type, low: word === null ? NULL_REFERENCE : typeof word === 'number' ? word : 0, high: 0 };
}

type Items = Record<string, unknown>;

class CompilerTarget implements SpecTarget<CompiledModule, Instance> {
  private readonly imports: Record<string, Items> = {};
  private readonly without: readonly PassName[];

  constructor(without: readonly PassName[]) {
    this.without = without;
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
    return attempt(() => compileModule(bytes, { dialect: 'node', without: this.without }));
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
    const first = attempt(() => reference.call(...values.flatMap(toWords)));
    const words = resultWords(results, first);
    return [...results].map((letter) => fromWords(letter, words));
  }

  get(instance: Instance, name: string): SpecValue {
    const global = this.item(instance, name, ExternalKind.Global) as Global;
    const integer = global.type === 'i' || global.type === 'I';
    return fromWords(global.type, integer ? [...global.words] : [global.isFloat ? global.floats[0] : global.reference]);
  }

  private item(instance: Instance, name: string, kind: ExternalKind): Export {
    const found = instance.code.exports.find((each) => each.name === name && each.kind === kind);
    if (!found) throw new Error(`there is no export "${name}"`);
    return instance.item(kind, found.index);
  }
}

/** A target that leaves out some of the passes. */
export function createCompilerTarget(without: readonly PassName[] = []): CreateTarget {
  return () => new CompilerTarget(without);
}
