// `--invoke` of a typed function: arguments out of words of the command line, and results as text. Text is given as it is; everything
// else as JSON, in the form that it has in JavaScript.

import { type BoundFunction, type BoundModule, worldText } from '../targets/interfaces/bind.js';
import { camelCase, identifierOf, shortName } from '../targets/interfaces/core-names.js';
import {
  bitsOf,
  type Field,
  functionText,
  isNumber,
  isTaggedOption,
  type NumberKind,
  type Type,
  typeText,
} from '../targets/interfaces/types.js';
import { literalBits, literalText } from '../targets/module/literal.js';
import { UsageError } from './command-error.js';

/** The names under which an export is found: `greet`, or `types.read`. */
export function pathOf({ interface: { name }, function: declared }: BoundFunction): string[] {
  const own = identifierOf(declared);
  return name === '' ? [own] : [camelCase(shortName(name)), own];
}

/** The exported function of that name, in WIT's words or JavaScript's. Throws a UsageError if there is none. */
export function typedFunction({ world, exports }: BoundModule, name: string): BoundFunction {
  const functions = exports.filter(({ function: { member } }) => member === 'function');
  const found = functions.find((each) => [pathOf(each).join('.'), each.function.name].includes(name));
  if (found) return found;
  const there = functions.map((each) => pathOf(each).join('.')).join(', ');
  throw new UsageError(`${worldText(world)} exports no function ${name}`, [`it exports ${there || 'none'}`]);
}

/** The values of the arguments: 64-bit integers are BigInts. Throws a UsageError. */
export function typedArguments({ function: declared, convention }: BoundFunction, args: readonly string[]): unknown[] {
  const { name, parameters } = declared;
  const signature = `${name}: ${functionText(declared, convention)}`;
  const least = parameters.filter(({ isOptional }) => !isOptional).length;
  if (args.length < least || args.length > parameters.length) {
    const count = least < parameters.length ? `${least} to ${parameters.length}` : `${least}`;
    const wanted = count === '1' ? '1 argument' : `${count} arguments`;
    throw new UsageError(`${name} takes ${wanted}, not ${args.length}`, [signature]);
  }
  return parameters.slice(0, args.length).map(({ name: parameter, type }, at) => {
    try {
      return argument(type, args[at]);
    } catch (error) {
      const notes = [signature, 'text is written as it is, everything else as JSON: [1, 2], {"x": 1}, true'];
      throw new UsageError(
        `${parameter} of ${name} is ${typeText(type, convention)}: ${(error as Error).message}`,
        notes,
      );
    }
  });
}

type FloatKind = 'f32' | 'f64';
const isFloat = (kind: string): kind is FloatKind => kind === 'f32' || kind === 'f64';

/** The bits of a number of that type. */
export function bitsOfNumber(kind: FloatKind, value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  if (kind === 'f64') view.setFloat64(0, value);
  else view.setFloat32(4, value);
  return view.getBigUint64(0);
}

/** A number from its literal in the text format: `1.5`, `0x1.8p3`, `inf`, `nan`. Throws a SyntaxError or RangeError. */
function floatOf(kind: FloatKind, text: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, literalBits(kind, text));
  return kind === 'f64' ? view.getFloat64(0) : view.getFloat32(4);
}

function argument(type: Type, text: string): unknown {
  if (type.kind === 'managed' && type.isNullable && text === 'null') return null;
  if (type.kind === 'managed' && type.form !== 'buffer') return argument(type.type, text);
  const { kind } = type;
  if (kind === 'own' || kind === 'borrow') throw new TypeError('only a program can give an object of the module');
  if (kind === 'string' || kind === 'char' || (kind === 'enum' && !text.startsWith('"'))) return text;
  if (kind === 's64' || kind === 'u64') return typedValue(type, text);
  if (isFloat(kind)) return floatOf(kind, text);
  return typedValue(type, JSON.parse(text));
}

/** An integer that the type holds; a call from a program wraps others. */
function integer(kind: NumberKind, value: bigint): bigint {
  const bits = bitsOf(kind);
  const fitting = kind.startsWith('s') ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  if (fitting === value) return value;
  const [least, most] = kind.startsWith('s')
    ? [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n]
    : [0n, (1n << BigInt(bits)) - 1n];
  throw new RangeError(`${value} is not from ${least} to ${most}`);
}

function numberOf(kind: NumberKind, json: unknown): unknown {
  const is64 = kind === 's64' || kind === 'u64';
  if (is64 && typeof json === 'string') return integer(kind, BigInt(json));
  if (isFloat(kind) && typeof json === 'string') return floatOf(kind, json);
  if (typeof json !== 'number') throw new TypeError(`${JSON.stringify(json)} is no number`);
  if (kind === 'f32') return Math.fround(json);
  if (kind === 'f64') return json;
  if (!Number.isInteger(json)) throw new RangeError(`${json} is no whole number`);
  if (is64 && !Number.isSafeInteger(json)) throw new RangeError(`${json} may be rounded: write it in quotes`);
  const value = integer(kind, BigInt(json));
  return is64 ? value : json;
}

/** A value of JSON as one of the type. */
function typedValue(type: Type, json: unknown): unknown {
  if (isNumber(type.kind)) return numberOf(type.kind, json);
  switch (type.kind) {
    case 'managed': {
      if (type.isNullable && (json === null || json === undefined)) return null;
      const value = typedValue(type.type, json);
      return type.form === 'buffer' ? Uint8Array.from(value as number[]).buffer : value;
    }
    case 'bool':
      if (typeof json !== 'boolean') throw new TypeError(`${JSON.stringify(json)} is neither true nor false`);
      return json;
    case 'list':
      if (!Array.isArray(json)) throw new TypeError('it is written [ … ]');
      return json.map((each) => typedValue(type.element, each));
    case 'tuple':
      if (!Array.isArray(json)) throw new TypeError('it is written [ … ]');
      return type.types.map((each, at) => typedValue(each, json[at]));
    case 'option':
      if (isTaggedOption(type)) return variantValue(optionCases(type), json);
      return json === null || json === undefined ? undefined : typedValue(type.type, json);
    case 'variant':
      return variantValue(type.cases, json);
    case 'result':
      return variantValue(resultCases(type), json);
    case 'record': {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new TypeError('it is written { … }');
      const fields = json as Record<string, unknown>;
      const isThere = (each: Field) => fields[identifierOf(each)] !== undefined;
      const missing = type.fields.find((each) => !isThere(each) && !each.isOptional && !mayBeNothing(each.type));
      if (missing) throw new TypeError(`${identifierOf(missing)} is missing`);
      const given = type.fields.filter((each) => !each.isOptional || isThere(each));
      return Object.fromEntries(
        given.map((each) => [identifierOf(each), typedValue(each.type, fields[identifierOf(each)])]),
      );
    }
    default:
      return json;
  }
}

const mayBeNothing = (type: Type) =>
  type.kind === 'managed' ? type.isNullable : type.kind === 'option' && !isTaggedOption(type);

interface Case {
  name: string;
  type: Type | null;
}

/** The cases of an option with a tag. */
const optionCases = ({ type }: { type: Type }): Case[] => [
  { name: 'none', type: null },
  { name: 'some', type },
];

const resultCases = ({ ok, error }: { ok: Type | null; error: Type | null }): Case[] => [
  { name: 'ok', type: ok },
  { name: 'err', type: error },
];

/** The payload of a case. */
function variantValue(cases: readonly Case[], json: unknown): unknown {
  const { tag, val } = Object(json) as { tag?: unknown; val?: unknown };
  const found = cases.find(({ name }) => name === tag);
  if (found === undefined) throw new TypeError(`the tag is one of ${cases.map(({ name }) => name).join(', ')}`);
  return found.type === null ? { tag } : { tag, val: typedValue(found.type, val) };
}

/**
 * A result as text, in the form that arguments have. Text and 64-bit integers have no quotes; all else is JSON. `pairs` says that the
 * value comes from a board: 64-bit integers are pairs of words, and other numbers may be.
 */
export function typedText(type: Type, value: unknown, pairs: boolean): string {
  if (typeof value === 'string') return value;
  const bare = type.kind === 'managed' ? type.type : type;
  if (value !== null && value !== undefined && isNumber(bare.kind)) return numberText(bare.kind, value, pairs);
  return jsonText(type, value, pairs);
}

/** An integer in digits, or the shortest literal of a float: as untyped calls print them. */
function numberText(kind: NumberKind, value: unknown, pairs: boolean): string {
  if (kind === 's64' || kind === 'u64') {
    const bits = pairs ? wordsOf(value as [number, number]) : (value as bigint);
    return String(kind === 's64' ? BigInt.asIntN(64, bits) : BigInt.asUintN(64, bits));
  }
  const number = Array.isArray(value) ? doubleOf(value as [number, number]) : (value as number);
  return isFloat(kind) ? literalText(kind, bitsOfNumber(kind, number)) : String(number);
}

/** JSON. A number that JSON does not have, or that most parsers of JSON would round, is in quotes. */
function jsonText(type: Type | null, value: unknown, pairs: boolean): string {
  if (type === null || value === null || value === undefined) return 'null';
  const inner = (each: Type | null, of: unknown) => jsonText(each, of, pairs);
  const listText = (texts: readonly string[]) => `[${texts.join(',')}]`;
  if (isNumber(type.kind)) {
    const text = numberText(type.kind, value, pairs);
    const number = Number(text);
    const isExact = isFloat(type.kind) ? Number.isFinite(number) : Number.isSafeInteger(number);
    return isExact ? text : JSON.stringify(text);
  }
  switch (type.kind) {
    case 'managed':
      if (type.form === 'reference') return JSON.stringify(type.text);
      if (type.form === 'buffer' && value instanceof ArrayBuffer) return JSON.stringify([...new Uint8Array(value)]);
      return inner(type.type, value);
    case 'list':
      return listText(Array.from(value as ArrayLike<unknown>, (each) => inner(type.element, each)));
    case 'tuple':
      return listText((value as unknown[]).map((each, at) => inner(type.types[at], each)));
    case 'option':
      return isTaggedOption(type) ? caseText(optionCases(type), value, inner) : inner(type.type, value);
    case 'variant':
      return caseText(type.cases, value, inner);
    case 'result':
      return caseText(resultCases(type), value, inner);
    case 'record': {
      const fields = value as Record<string, unknown>;
      const there = type.fields.filter((each) => fields[identifierOf(each)] !== undefined);
      const texts = there.map((each) => {
        const name = identifierOf(each);
        return `${JSON.stringify(name)}:${inner(each.type, fields[name])}`;
      });
      return `{${texts.join(',')}}`;
    }
    default:
      return JSON.stringify(value) ?? 'null';
  }
}

/** A value of a variant: its tag, and its payload if it has one. */
function caseText(
  cases: readonly Case[],
  value: unknown,
  payloadText: (type: Type | null, value: unknown) => string,
): string {
  const { tag, val } = value as { tag: string; val?: unknown };
  const type = cases.find(({ name }) => name === tag)?.type ?? null;
  return `{"tag":${JSON.stringify(tag)}${type === null ? '' : `,"val":${payloadText(type, val)}`}}`;
}

/** Returns the type of a call's result. For a `result`, this is the type of its ok value. */
export function resultType({ function: { result } }: BoundFunction): Type | null {
  return result?.kind === 'result' ? result.ok : result;
}

const doubleOf = ([low, high]: [number, number]): number => new Float64Array(Int32Array.of(low, high).buffer)[0];
const wordsOf = ([low, high]: [number, number]): bigint => (BigInt(high) << 32n) | BigInt(low >>> 0);
