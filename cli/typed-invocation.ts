// `--invoke` of a typed function: arguments out of words of the command line, and results as text. Text is given as it is; everything
// else as JSON, in the form that it has in JavaScript.

import { type BoundFunction, type BoundModule, worldText } from '../targets/interfaces/bind.js';
import { camelCase, identifierOf, shortName } from '../targets/interfaces/core-names.js';
import {
  bitsOf,
  type Field,
  functionText,
  isNumber,
  type NumberKind,
  type Type,
  typeText,
} from '../targets/interfaces/types.js';
import { UsageError } from './errors.js';

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

const NUMBERS: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': -1 / 0 };

function argument(type: Type, text: string): unknown {
  if (type.kind === 'managed' && type.isNullable && text === 'null') return null;
  if (type.kind === 'managed' && type.form !== 'buffer') return argument(type.type, text);
  const { kind } = type;
  if (kind === 'own' || kind === 'borrow') throw new TypeError('only a program can give an object of the module');
  if (kind === 'string' || kind === 'char' || (kind === 'enum' && !text.startsWith('"'))) return text;
  if (kind === 's64' || kind === 'u64') return typedValue(type, text);
  if ((kind === 'f32' || kind === 'f64') && text in NUMBERS) return NUMBERS[text];
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
  if (typeof json !== 'number') throw new TypeError(`${JSON.stringify(json)} is no number`);
  if (kind === 'f32' || kind === 'f64') return json;
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
      if (type.type.kind === 'option')
        return variantValue(
          [
            { name: 'none', type: null },
            { name: 'some', type: type.type },
          ],
          json,
        );
      return json === null || json === undefined ? undefined : typedValue(type.type, json);
    case 'variant':
      return variantValue(type.cases, json);
    case 'result':
      return variantValue(
        [
          { name: 'ok', type: type.ok },
          { name: 'err', type: type.error },
        ],
        json,
      );
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

const mayBeNothing = (type: Type) => (type.kind === 'managed' ? type.isNullable : type.kind === 'option');

/** The payload of a case. */
function variantValue(cases: readonly { name: string; type: Type | null }[], json: unknown): unknown {
  const { tag, val } = Object(json) as { tag?: unknown; val?: unknown };
  const found = cases.find(({ name }) => name === tag);
  if (found === undefined) throw new TypeError(`the tag is one of ${cases.map(({ name }) => name).join(', ')}`);
  return found.type === null ? { tag } : { tag, val: typedValue(found.type, val) };
}

/** A result for people: text as it is, all else as JSON. `pairs` says that a 64-bit integer is one. */
export function typedText(type: Type, value: unknown, pairs: boolean): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(plain(type, value, pairs)) ?? 'null';
}

function plain(type: Type | null, value: unknown, pairs: boolean): unknown {
  if (type?.kind === 'managed') {
    if (value === null || value === undefined) return null;
    if (type.form === 'reference') return type.text;
    if (type.form === 'buffer' && value instanceof ArrayBuffer) return [...new Uint8Array(value)];
    return plain(type.type, value, pairs);
  }
  if (type?.kind === 's64' || type?.kind === 'u64') {
    const bits = pairs ? wordsOf(value as [number, number]) : (value as bigint);
    const number = type.kind === 's64' ? BigInt.asIntN(64, bits) : BigInt.asUintN(64, bits);
    return Number.isSafeInteger(Number(number)) ? Number(number) : String(number);
  }
  if (type?.kind === 'list') return Array.from(value as ArrayLike<unknown>, (each) => plain(type.element, each, pairs));
  if (type?.kind === 'tuple') return (value as unknown[]).map((each, at) => plain(type.types[at], each, pairs));
  if (type?.kind === 'option' && type.type.kind !== 'option')
    return value === undefined || value === null ? null : plain(type.type, value, pairs);
  if (type?.kind === 'record') {
    const fields = value as Record<string, unknown>;
    return Object.fromEntries(
      type.fields.map((each) => [identifierOf(each), plain(each.type, fields[identifierOf(each)], pairs)]),
    );
  }
  return value;
}

/** Returns the type of a call's result. For a `result`, this is the type of its ok value. */
export function resultType({ function: { result } }: BoundFunction): Type | null {
  return result?.kind === 'result' ? result.ok : result;
}

const wordsOf = ([low, high]: [number, number]): bigint => (BigInt(high) << 32n) | BigInt(low >>> 0);
