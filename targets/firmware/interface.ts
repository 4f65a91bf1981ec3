// The interface of a module for firmware in C: names of exports and imports, and offsets in the context.

import { ExternalKind } from '../../src/index.js';
import { Context } from '../compiler/thumb/contract.js';
import type { ThumbImage } from '../compiler/thumb/image.js';
import type { External } from '../module/description.js';
import type { ReadModule } from '../module/read-module.js';
import { IdentifierParts, prefixOf } from './c-names.js';

const WORD_BYTES = 4;

/** A function that is exported or imported. */
export interface NamedFunction {
  /** Part of its identifier. */
  part: string;
  /** The module's name for it; for an import, with the name of its module. */
  name: string;
  functionIndex: number;
  parameters: string;
  results: string;
}

export interface EntryName extends NamedFunction {
  /** Byte offset in the image. */
  offset: number;
}

export interface NamedGlobal {
  /** Parts of the identifiers of the functions that read and write it. */
  getter: string;
  setter: string;
  name: string;
  type: string;
  mutable: boolean;
  /** Index in the words of the state. */
  word: number;
}

/** A word of the context, or several, as a member of a structure. */
export interface Member {
  offset: number;
  name: string;
  declaration: string;
  /** '' for none. */
  comment: string;
}

export interface CInterface {
  prefix: string;
  /** The prefix of macros. */
  macro: string;
  entries: EntryName[];
  imports: NamedFunction[];
  globals: NamedGlobal[];
  members: Member[];
  /** Words of arguments and results that an instance has. */
  words: number;
  /** Byte offset of the member `state`. */
  stateAt: number;
  hasMemory: boolean;
}

/** Parts of identifiers of the interface itself. */
const OWN_PARTS = [
  'call',
  'fail',
  'import_bridge',
  'imports',
  'instance',
  'pointer',
  'start',
  'status',
  'trap',
  'trap_message',
  'trap_place',
];

/** `tableWords` are the entries of all tables. */
export function cInterface(program: string, code: ReadModule, image: ThumbImage, tableWords: number): CInterface {
  const prefix = prefixOf(program);
  const parts = new IdentifierParts(OWN_PARTS);
  const stateAt = Context.Words + image.words * WORD_BYTES;
  const entries: EntryName[] = [];
  const globals: NamedGlobal[] = [];
  for (const { name, kind, index } of code.exports as External[]) {
    if (kind === ExternalKind.Function) {
      const { offset } = image.entries.find((each) => each.functionIndex === index)!;
      const { parameters, results } = code.functions[index];
      entries.push({ part: parts.of(name), name, functionIndex: index, parameters, results, offset });
    } else if (kind === ExternalKind.Global) {
      const { type, mutable } = code.globals[index];
      const at = (image.globalOffset(index) - stateAt) / WORD_BYTES;
      const [getter, setter] = ['get', 'set'].map((verb) => parts.of(`${verb}_${name}`));
      globals.push({ getter, setter, name, type, mutable, word: at });
    }
  }
  const callbacks = new IdentifierParts([]);
  const imports = code.imports
    .filter(({ kind }) => kind === ExternalKind.Function)
    .map(({ module, name }, index) => {
      const { parameters, results } = code.functions[index];
      return {
        part: callbacks.of(`${module}_${name}`),
        name: `${module}.${name}`,
        functionIndex: index,
        parameters,
        results,
      };
    });
  const hasMemory = code.memory !== null;
  const members = membersOf(prefix, image, stateAt, tableWords);
  const { words } = image;
  return { prefix, macro: prefix.toUpperCase(), entries, imports, globals, members, hasMemory, words, stateAt };
}

/** Returns the members of the context in the order of their offsets. */
function membersOf(prefix: string, image: ThumbImage, stateAt: number, tableWords: number): Member[] {
  const member = (offset: number, name: string, comment = '', type = 'uint32_t ') => ({
    offset,
    name,
    declaration: `${type}${name}`,
    comment,
  });
  const array = (offset: number, name: string, words: number, comment: string) => ({
    offset,
    name,
    declaration: `uint32_t ${name}[${words}]`,
    comment,
  });
  const bridge = 'import_bridge';
  const stateWords = (image.contextBytes - stateAt) / WORD_BYTES;
  return [
    member(Context.Status, 'status', `Of the last call: see enum ${prefix}_status.`),
    member(Context.TrapCode, 'trap_code', `See enum ${prefix}_trap.`),
    member(Context.TrapPlace, 'trap_offset', `See ${prefix}_trap_place.`),
    member(Context.SavedStack, 'saved_stack'),
    member(Context.StackLimit, 'stack_limit', 'Functions that may recurse trap below this address.'),
    member(Context.MemoryBase, 'memory', 'Linear memory.', 'uint8_t *'),
    member(Context.MemorySize, 'memory_bytes', 'Bytes of it that there are now.'),
    member(Context.MemoryMaximum, 'memory_most', 'Bytes that it may grow to.'),
    member(Context.Fuel, 'fuel', 'What is left, below 2^31, of a module built with --fuel.'),
    member(Context.FirmwareTable, 'firmware_table'),
    member(Context.ImportNumber, 'import_number'),
    {
      offset: Context.ImportBridge,
      name: bridge,
      declaration: `void (*${bridge})(struct ${prefix}_instance *)`,
      comment: '',
    },
    member(Context.ImageBase, 'image', '', 'const uint8_t *'),
    member(Context.ImportFunction, 'imports', '', `const struct ${prefix}_imports *`),
    member(Context.Stash, 'stash'),
    member(Context.Reserved, 'user', 'For the firmware: nothing here changes it.', 'void *'),
    array(Context.Words, 'words', image.words, 'Arguments, then results: an i64 or f64 takes two, the low one first.'),
    array(stateAt, 'state', stateWords, 'Globals, tables with their sizes, flags of segments.'),
    array(image.contextBytes, 'entries', tableWords, 'Of the tables.'),
  ].filter(({ declaration }) => !declaration.endsWith('[0]'));
}
