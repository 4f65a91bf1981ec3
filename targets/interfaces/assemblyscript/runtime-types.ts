// The classes of a module of AssemblyScript: a table in its memory at `__rtti_base` says how the objects of each lie. A number of flags
// tells an `Array<i32>`, but no `Array<string>` from an `Array<Array<i32>>`, which the garbage collector treats alike.
// Source: AssemblyScript's std/assembly/shared/typeinfo.ts.

import { Opcode } from '../../../src/opcodes.js';
import type { ModuleCode } from '../../module/module-code.js';

/** Flags of a class. */
export enum TypeFlags {
  View = 1,
  Array = 2,
  StaticArray = 4,
  PointerFree = 32,
  /** Alignment of an element of 1 byte. Each doubling of the size doubles the flag. */
  Align0 = 64,
  Signed = 1 << 11,
  Float = 1 << 12,
  Nullable = 1 << 13,
  Managed = 1 << 14,
}

/** Classes that every module has: std/assembly/rt/common.ts. */
export const BUFFER_ID = 1;
export const STRING_ID = 2;

const RTTI = '__rtti_base';
/** More are no table. */
const MOST_CLASSES = 100_000;

export class RuntimeTypes {
  private readonly flags: readonly number[];
  /** For each combination of flags: the number of classes with it that have been returned. */
  private readonly given = new Map<number, number>();
  private readonly known = new Map<string, number>();

  constructor(module: ModuleCode) {
    this.flags = flagsOf(module);
  }

  /**
   * The class of a type that has these flags: of several, the next one that no other type has, since asc numbers classes in the order
   * of their use. -1 for none.
   */
  idOf(text: string, flags: number): number {
    const found = this.known.get(text);
    if (found !== undefined) return found;
    const ids = [...this.flags.keys()].filter((id) => (this.flags[id] & ~TypeFlags.PointerFree) === flags);
    const count = this.given.get(flags) ?? 0;
    this.given.set(flags, count + 1);
    const id = ids.length === 0 ? -1 : ids[Math.min(count, ids.length - 1)];
    this.known.set(text, id);
    return id;
  }
}

/** None if the module has no table. */
function flagsOf(module: ModuleCode): number[] {
  const constant = constantOf(module, RTTI);
  if (constant === null) return [];
  const base = constant >>> 0;
  const count = wordAt(module, base);
  if (count > MOST_CLASSES) return [];
  return Array.from({ length: count }, (_, id) => wordAt(module, base + 4 + 4 * id));
}

/** An exported global of type i32 that never changes; null for anything else. */
export function constantOf({ exports, importedGlobals, initialisers }: ModuleCode, name: string): number | null {
  const found = exports.find((each) => each.name === name && each.type === 'global i32');
  const initialiser = found && initialisers[found.index - importedGlobals];
  return initialiser?.length === 1 && initialiser[0].code === Opcode.I32Const ? initialiser[0].low : null;
}

/** Reads a word of the initial memory. */
function wordAt({ data }: ModuleCode, address: number): number {
  let word = 0;
  for (const { mode, offset, bytes } of data) {
    if (mode !== 'active' || offset.length !== 1 || offset[0].code !== Opcode.I32Const) continue;
    const start = offset[0].low >>> 0;
    for (let at = 0; at < 4; at++) {
      const byte = bytes[address + at - start];
      if (byte !== undefined) word = (word & ~(255 << (8 * at))) | (byte << (8 * at));
    }
  }
  return word >>> 0;
}
