// Modules as machine code on the simulated processor, as a target of the conformance table.

import { NativeInstance, NativeTrap } from '../../bench/native/native-instance.js';
import type { Cpu } from '../../machine/thumb/cpu.js';
import { DecodeError, ExternalKind, Trap, ValidationError } from '../../src/index.js';
import { compileThumb, type ThumbImage } from '../../targets/compiler/thumb/image.js';
import { literalBits } from '../../targets/module/literal.js';
import type { ModuleCode } from '../../targets/module/module-code.js';
import { readModule } from '../../targets/module/read-module.js';
import { fromBits, NULL_REFERENCE, type SpecValue, type ValueType } from './script.js';
import { type CreateTarget, SPECTEST, SpecFailure, type SpecTarget } from './target.js';

const TYPES: Record<string, ValueType> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64', r: 'funcref', R: 'externref' };
/** Enough for every assertion that ends. */
const MOST_FUEL = 2 ** 31 - 1;
const MOST_INSTRUCTIONS = 2e8;

/** Whether calls count fuel: they have as much as there can be, or go in slices of one unit. */
export type FuelCounts = 'none' | 'fuel' | 'slices';

interface NativeModule {
  code: ModuleCode;
  image: ThumbImage;
}

function attempt<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof DecodeError) throw new SpecFailure('decode', error.message);
    if (error instanceof ValidationError) throw new SpecFailure('validation', error.message);
    if (!(error instanceof NativeTrap)) throw error;
    throw new SpecFailure(error.code === Trap.CallStackExhausted ? 'exhaustion' : 'trap', error.message);
  }
}

/** Instances do not share anything yet: only imports of `spectest` that are functions or constants are linked. */
class NativeTarget implements SpecTarget<NativeModule, NativeInstance> {
  private readonly cpu: Cpu;
  private readonly counts: FuelCounts;
  private readonly registered = new Map<string, NativeInstance>();

  constructor(cpu: Cpu, counts: FuelCounts) {
    this.cpu = cpu;
    this.counts = counts;
  }

  load(bytes: Uint8Array): NativeModule {
    return attempt(() => {
      const code = readModule(bytes);
      const { cpu, counts } = this;
      return { code, image: compileThumb(code, { cpu, fuel: counts !== 'none', resumable: counts === 'slices' }) };
    });
  }

  instantiate({ code, image }: NativeModule): NativeInstance {
    return attempt(() => {
      const instance = new NativeInstance(code, image, {
        mostInstructions: MOST_INSTRUCTIONS,
        growsBy: 2 ** 26,
        fuel: MOST_FUEL,
        slices: this.counts === 'slices',
        globalBits: (index) => this.globalBits(code, index),
        importFunction: (index, words) => this.importFunction(code, index, words),
      });
      if (code.start >= 0) instance.call(code.start);
      return instance;
    });
  }

  register(name: string, instance: NativeInstance): void {
    this.registered.set(name, instance);
  }

  invoke(instance: NativeInstance, name: string, values: SpecValue[]): SpecValue[] {
    const found = instance.exported(ExternalKind.Function, name);
    const { results } = instance.code.functions[found];
    const words = values.flatMap(({ type, low, high }) => {
      if (type === 'i64' || type === 'f64') return [low, high];
      return [type === 'externref' || type === 'funcref' ? (low === NULL_REFERENCE ? 0 : low + 1) : low];
    });
    return fromWords(
      results,
      attempt(() => instance.call(found, words)),
    );
  }

  get(instance: NativeInstance, name: string): SpecValue {
    const index = instance.exported(ExternalKind.Global, name);
    return fromWords(instance.code.globals[index].type, instance.global(index))[0];
  }

  private globalBits(code: ModuleCode, index: number): [number, number] {
    const { module, name } = code.imports.filter(({ kind }) => kind === ExternalKind.Global)[index];
    const known = SPECTEST.globals.find((each) => each.name === name);
    if (module === SPECTEST.module && known !== undefined) {
      const { low, high } = fromBits(known.type, literalBits(known.type, known.literal));
      return [low, high];
    }
    const instance = this.registered.get(module);
    if (instance === undefined) throw new SpecFailure('link', `unknown import: "${module}" "${name}"`);
    const words = instance.global(instance.exported(ExternalKind.Global, name));
    return [words[0], words[1] ?? 0];
  }

  private importFunction(code: ModuleCode, index: number, words: number[]): number[] {
    const { module, name } = code.imports.filter(({ kind }) => kind === ExternalKind.Function)[index];
    if (module === SPECTEST.module) return [];
    const instance = this.registered.get(module);
    if (instance === undefined) throw new SpecFailure('link', `unknown import: "${module}" "${name}"`);
    return instance.call(instance.exported(ExternalKind.Function, name), words);
  }
}

function fromWords(letters: string, words: readonly number[]): SpecValue[] {
  let at = 0;
  return [...letters].map((letter) => {
    const type = TYPES[letter];
    const low = words[at++];
    if (type === 'i64' || type === 'f64') return { type, low, high: words[at++] };
    if (type === 'funcref' || type === 'externref') return { type, low: low === 0 ? NULL_REFERENCE : low - 1, high: 0 };
    return { type, low, high: 0 };
  });
}

export function createNativeTarget(cpu: Cpu, counts: FuelCounts = 'none'): CreateTarget {
  return () => new NativeTarget(cpu, counts);
}
