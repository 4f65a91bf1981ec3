// Descriptors of memories, tables and globals, and indices and sizes as values (JavaScript interface, 5.3 to 5.5). Programs
// can notice the order in which the members of a descriptor are read: each is converted before the next one is read.

import { TYPE_LETTERS } from '../../module/value-type-names.js';
import { isObject } from './interface.js';
import type { ValueTypeName } from './value.js';

/** Throws a TypeError for what is no object. */
function dictionary<Type extends object>(value: Type, what: string): Type {
  if (!isObject(value)) throw new TypeError(`a ${what} needs a descriptor`);
  return value;
}

export type AddressType = 'i32' | 'i64';

export interface LimitsDescriptor {
  /** Type of indices and sizes: numbers, or BigInts for `i64`. No module can import what has 64-bit addresses. */
  address?: AddressType;
  initial: number | bigint;
  maximum?: number | bigint;
}

interface Limits {
  initial: number;
  /** -1 for none. */
  maximum: number;
}

/** The address type of a descriptor. Throws a TypeError for an unknown one. */
function readAddressType({ address }: LimitsDescriptor): AddressType {
  if (address === undefined) return 'i32';
  const type = String(address);
  if (type !== 'i32' && type !== 'i64')
    throw new TypeError(`address must be "i32" or "i64", not ${JSON.stringify(type)}`);
  return type;
}

/** `initial` and `maximum` of a descriptor. Throws a TypeError, or a RangeError for a maximum below the initial size. */
function readLimits(descriptor: LimitsDescriptor, address: AddressType): Limits {
  const initial = addressValue(descriptor.initial, address, 'initial');
  const given = descriptor.maximum;
  const maximum = given === undefined ? -1 : addressValue(given, address, 'maximum');
  if (maximum >= 0 && maximum < initial) throw new RangeError('maximum is less than initial');
  return { initial, maximum };
}

const MOST_U32 = 2 ** 32 - 1;
const MOST_U64 = 2n ** 64n - 1n;
/** Bits that no sensible text of a number exceeds: `BigInt.asIntN` converts a value without a constructor's exceptions. */
const WIDE = 4096;

/** An index or size of an address type as a number. Throws a TypeError for a value that is none, or out of its range. */
export function addressValue(value: unknown, address: AddressType, what: string): number {
  if (address === 'i64') {
    const wide = BigInt.asIntN(WIDE, value as bigint);
    if (wide < 0n || wide > MOST_U64) throw new TypeError(`${what} must be a BigInt from 0 to ${MOST_U64}`);
    return Number(wide);
  }
  const number = Math.trunc(Number(value));
  if (!(number >= 0 && number <= MOST_U32)) throw new TypeError(`${what} must be a number from 0 to ${MOST_U32}`);
  return number + 0;
}

/** A size as a value of an address type. */
export function sizeValue(size: number, address: AddressType): number | bigint {
  return address === 'i64' ? BigInt(size) : size;
}

/** Sizes in pages of 64 KiB. */
export interface MemoryDescriptor extends LimitsDescriptor {
  shared?: boolean;
}

/** Throws a TypeError or RangeError for a descriptor that makes no sense; `mostPages` is the largest size. */
export function readMemoryDescriptor(descriptor: MemoryDescriptor, mostPages: number) {
  const address = readAddressType(dictionary(descriptor, 'Memory'));
  const { initial, maximum } = readLimits(descriptor, address);
  if (descriptor.shared) throw new TypeError('shared memory is not supported: leave out `shared`');
  if (initial > mostPages || maximum > mostPages) throw new RangeError(`a Memory has at most ${mostPages} pages`);
  return { address, initial, maximum };
}

export interface TableDescriptor extends LimitsDescriptor {
  element: 'anyfunc' | 'funcref' | 'externref';
}

/** Limit of a table's entries in the JavaScript interface. */
export const MOST_ENTRIES = 10000000;

/** Throws a TypeError or RangeError for a descriptor that makes no sense. */
export function readTableDescriptor(descriptor: TableDescriptor) {
  const element = String(dictionary(descriptor, 'Table').element);
  if (element !== 'anyfunc' && element !== 'funcref' && element !== 'externref') {
    throw new TypeError('element must be "anyfunc" or "externref"');
  }
  const address = readAddressType(descriptor);
  const { initial, maximum } = readLimits(descriptor, address);
  if (initial > MOST_ENTRIES) throw new RangeError(`a Table has at most ${MOST_ENTRIES} entries`);
  return { address, element: element === 'externref' ? 'externref' : 'funcref', initial, maximum } as const;
}

export interface GlobalDescriptor {
  value: 'i32' | 'i64' | 'f32' | 'f64' | 'anyfunc' | 'funcref' | 'externref';
  mutable?: boolean;
}

/** Throws a TypeError for a descriptor that makes no sense. */
export function readGlobalDescriptor(descriptor: GlobalDescriptor): { type: ValueTypeName; mutable: boolean } {
  const mutable = Boolean(dictionary(descriptor, 'Global').mutable);
  const given = String(descriptor.value);
  const type = given === 'anyfunc' ? 'funcref' : given;
  if (!Object.hasOwn(TYPE_LETTERS, type)) throw new TypeError(`${type} is no value type`);
  return { type, mutable };
}
