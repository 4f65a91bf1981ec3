// The Canonical ABI of the component model: how values of each type lie in linear memory, and which values of the core language they
// are as parameters and results. Source: component-model/design/mvp/CanonicalABI.md ("Alignment", "Element Size", "Flattening").

import { bitsOf, type Convention, isNumber, type Type, type TypedFunction } from './types.js';

export type CoreType = 'i32' | 'i64' | 'f32' | 'f64';

/** More parameters than these are passed in memory. */
const MOST_PARAMETERS = 16;
/** The maximum number of flat results. */
const MOST_RESULTS = 1;

/** A type has at most so many parts: each becomes code of the glue. */
export const MOST_PARTS = 5000;
const known = new WeakMap<Type, number>();

/** How many types it is made of, each as often as it stands there. */
export function partCount(type: Type): number {
  const found = known.get(type);
  if (found !== undefined) return found;
  const parts = type.kind === 'list' ? [type.element] : (partsOf(type) ?? casesOf(type) ?? []);
  const count = parts.reduce((sum, each) => sum + (each === null ? 1 : partCount(each)), 1);
  known.set(type, count);
  return count;
}

/** A variant in general: options, results and enums are variants, too. */
export function casesOf(type: Type): (Type | null)[] | null {
  switch (type.kind) {
    case 'variant':
      return type.cases.map((each) => each.type);
    case 'enum':
      return type.cases.map(() => null);
    case 'option':
      return [null, type.type];
    case 'result':
      return [type.ok, type.error];
    default:
      return null;
  }
}

/** The types of the parts of a record or tuple. */
export function partsOf(type: Type): Type[] | null {
  if (type.kind === 'record') return type.fields.map((each) => each.type);
  return type.kind === 'tuple' ? type.types : null;
}

/** Bytes of a number that says which of so many cases it is. */
export const discriminantBytes = (cases: number): number => (cases <= 256 ? 1 : cases <= 65536 ? 2 : 4);

const flagBytes = (flags: number): number => (flags <= 8 ? 1 : flags <= 16 ? 2 : 4);

export function alignmentOf(type: Type): number {
  const cases = casesOf(type);
  if (cases !== null) return Math.max(discriminantBytes(cases.length), mostAligned(cases));
  const parts = partsOf(type);
  if (parts !== null) return mostAligned(parts);
  switch (type.kind) {
    case 'bool':
      return 1;
    case 'flags':
      return flagBytes(type.flags.length);
    case 'char':
    case 'string':
    case 'list':
    case 'own':
    case 'borrow':
    case 'managed':
      return 4;
    default:
      return isNumber(type.kind) ? bitsOf(type.kind) / 8 : 1;
  }
}

const mostAligned = (types: readonly (Type | null)[]): number =>
  Math.max(1, ...types.map((each) => (each === null ? 1 : alignmentOf(each))));

const aligned = (offset: number, alignment: number): number => (offset + alignment - 1) & -alignment;

/** Bytes of a value in memory, rounded up to its alignment. */
export function sizeOf(type: Type): number {
  const cases = casesOf(type);
  if (cases !== null) {
    const largest = Math.max(0, ...cases.map((each) => (each === null ? 0 : sizeOf(each))));
    return aligned(payloadOffset(cases) + largest, alignmentOf(type));
  }
  const parts = partsOf(type);
  if (parts !== null) return aligned(offsetsOf(parts).end, alignmentOf(type));
  if (type.kind === 'string' || type.kind === 'list') return 8;
  if (type.kind === 'flags') return type.flags.length <= 16 ? alignmentOf(type) : 4 * Math.ceil(type.flags.length / 32);
  return alignmentOf(type);
}

/** Returns the offset of a variant's payload after the number of its case. */
export const payloadOffset = (cases: readonly (Type | null)[]): number =>
  aligned(discriminantBytes(cases.length), mostAligned(cases));

/** Returns the offsets of consecutive values, and the end of the last one. */
export function offsetsOf(types: readonly Type[]): { offsets: number[]; end: number } {
  let end = 0;
  const offsets = types.map((each) => {
    const at = aligned(end, alignmentOf(each));
    end = at + sizeOf(each);
    return at;
  });
  return { offsets, end };
}

/** The values of the core language that a value is. */
export function flatTypes(type: Type): CoreType[] {
  const cases = casesOf(type);
  if (cases !== null) return ['i32', ...joined(cases)];
  const parts = partsOf(type);
  if (parts !== null) return parts.flatMap(flatTypes);
  switch (type.kind) {
    case 'string':
    case 'list':
      return ['i32', 'i32'];
    case 'flags':
      return Array.from({ length: Math.ceil(type.flags.length / 32) }, () => 'i32');
    case 's64':
    case 'u64':
      return ['i64'];
    case 'f32':
    case 'f64':
      return [type.kind];
    default:
      return ['i32'];
  }
}

/** Returns the core types that can pass the payloads of all cases. */
export function joined(cases: readonly (Type | null)[]): CoreType[] {
  const all: CoreType[] = [];
  for (const each of cases) {
    if (each === null) continue;
    for (const [at, type] of flatTypes(each).entries()) {
      all[at] = at < all.length ? join(all[at], type) : type;
    }
  }
  return all;
}

function join(one: CoreType, other: CoreType): CoreType {
  if (one === other) return one;
  return [one, other].every((each) => each === 'i32' || each === 'f32') ? 'i32' : 'i64';
}

/** The type that a function has in the core language. */
export interface CoreSignature {
  parameters: CoreType[];
  results: CoreType[];
  /** All parameters are a record in memory, which the one parameter points to. */
  spillsParameters: boolean;
  /** The result is in memory: an export returns where, an import is told in one more parameter. */
  spillsResult: boolean;
}

export function coreSignature(
  { parameters, result }: Pick<TypedFunction, 'parameters' | 'result'>,
  direction: 'export' | 'import',
  convention: Convention,
): CoreSignature {
  const flat = parameters.flatMap(({ type }) => flatTypes(type));
  const results = result === null ? [] : flatTypes(result);
  if (convention === 'assemblyscript')
    return { parameters: flat, results, spillsParameters: false, spillsResult: false };
  const spillsParameters = flat.length > MOST_PARAMETERS;
  const spillsResult = results.length > MOST_RESULTS;
  const given: CoreType[] = spillsParameters ? ['i32'] : flat;
  if (spillsResult && direction === 'import')
    return { parameters: [...given, 'i32'], results: [], spillsParameters, spillsResult };
  return { parameters: given, results: spillsResult ? ['i32'] : results, spillsParameters, spillsResult };
}

/** Whether a value of the type has parts in memory that somebody has to allocate. */
export function hasPointers(type: Type): boolean {
  if (type.kind === 'string' || type.kind === 'list' || type.kind === 'managed') return true;
  const parts = partsOf(type) ?? casesOf(type) ?? [];
  return parts.some((each) => each !== null && hasPointers(each));
}
