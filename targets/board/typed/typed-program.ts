// The glue of a program for a board: its text, and what each tier does with the functions of the module that the glue calls.

import type { Board } from '../../../boards/index.js';
import type { ModuleAnalysis } from '../../analysis/analysis.js';
import { Bound } from '../../analysis/need.js';
import { type Code, js, name, stringLiteral } from '../../compiler/javascript/trees/code.js';
import { printParts } from '../../compiler/javascript/trees/program.js';
import { hasFeature } from '../../host-functions/features.js';
import type { BoundFunction, BoundModule } from '../../interfaces/bind.js';
import { hasPointers } from '../../interfaces/canonical.js';
import { MANAGED_RUNTIME } from '../../interfaces/core-names.js';
import type { Dialect } from '../../interfaces/glue/dialect.js';
import { printGlue } from '../../interfaces/glue/glue.js';
import type { External } from '../../module/description.js';
import { BuildError } from '../build-error.js';
import { typedFuel, typedManaged, typedSliced, typedValues } from '../generated/texts.js';

/** The place in the user's file of a function that the world imports: an export, and the names of members in it. */
interface FunctionOfUser {
  from: string;
  members: readonly string[];
}

/**
 * The implementation of a function that the world imports: in the user's file, in the board's host functions (`host`), or in its JavaScript
 * (`global`).
 */
export type UserFunction = FunctionOfUser | { host: string } | { global: string };

/** A module's world, and the user's functions for what it imports. */
export interface TypedInterface {
  bound: BoundModule;
  users: ReadonlyMap<BoundFunction, UserFunction>;
}

/** Bytes of an arena for arguments, unless more memory is given. */
const ARENA_BYTES = 512;

/** Whether arguments are put behind what the module has in memory: it exports no allocator. */
function needsArena({ bound }: TypedInterface): boolean {
  if (bound.realloc !== null || bound.world.convention === 'assemblyscript') return false;
  return bound.exports.some(
    ({ signature, function: { parameters } }) =>
      signature.spillsParameters || parameters.some(({ type }) => hasPointers(type)),
  );
}

export interface Arena {
  /** First address of the memory. */
  start: number;
  /** Bytes of memory from address 0 on, with the arena. */
  memoryBytes: number;
}

/** The arena of a program, null for none. Throws a BuildError if the module does not tell where it may lie. */
export function arenaOf(typed: TypedInterface | undefined, analysis: ModuleAnalysis): Arena | null {
  if (typed === undefined || !needsArena(typed)) return null;
  const { memory, needs } = analysis;
  const start = (Math.max(memory.heapBase, memory.staticEnd, memory.data.end) + 7) & -8;
  if (memory.heapBase < 0)
    throw new BuildError('arguments need memory, and the module neither allocates nor says where its heap begins', [
      'export cabi_realloc, or link with --export=__heap_base',
    ]);
  const least = needs.memoryBytes.bound === Bound.Exact ? needs.memoryBytes.needed : 0;
  return { start, memoryBytes: Math.min(memory.declared, Math.max(least, start + ARENA_BYTES)) };
}

/** A typed interface with the place of its arguments. */
export interface PlacedInterface extends TypedInterface {
  arena: Arena | null;
}

export interface TypedProgramOptions {
  board: Board;
  /** Calls of `async` go in slices. */
  sliced: boolean;
  /** Addresses of functions by the names of exports, if the module is interpreted. */
  addresses?: ReadonlyMap<string, number>;
  /** Arguments are checked. */
  checks: boolean;
  /** Calls count fuel, and can have a limit. */
  fuel?: boolean;
  memoryStart: number;
  /** Bytes from `memoryStart` on. */
  memoryBytes: number;
  /** Names of functions that call an export with its words, for exports that need nothing else around a call. */
  direct?: ReadonlyMap<string, string>;
  /** Whether such a function itself calls `arenaFull` if a word of its arguments is more than so many bytes. */
  checksLength?: (exported: string, word: number, most: number) => boolean;
  /** The functions that the module imports, in the order of `host.o0`, `host.o1`. */
  imports: readonly External[];
}

/** The glue of a program: printed once by the tier, when all that it calls is there. */
export class TypedProgram {
  /** Variables of functions of the module, by the names of exports. */
  private readonly core = new Map<string, string>();
  /** Variables of functions whose calls may go in slices, by the names of exports. */
  private readonly sliced = new Map<string, string>();
  private readonly glue: string;
  private readonly direct: ReadonlyMap<string, string>;
  readonly define: Record<string, string>;
  /** Exports that glue calls while the module is in an imported function: what allocates, and what ends resources. */
  readonly calledWithin: ReadonlySet<string>;

  constructor(typed: PlacedInterface, options: TypedProgramOptions) {
    const { board, sliced, checks, fuel = false, memoryStart, memoryBytes, imports } = options;
    const { direct = new Map(), checksLength = () => false, addresses } = options;
    this.direct = direct;
    const { bound, users, arena } = typed;
    const isCalledBack = bound.imports.length + bound.intrinsics.length > 0;
    this.calledWithin = new Set(isCalledBack ? [...bound.allocators, ...bound.destructors.values()] : []);
    const isManaged = bound.world.convention === 'assemblyscript';
    const objects = new Map<string, string>();
    const hosts = new Set<string>();
    // BANGLEJS.py and BANGLEJS2.py alone define ESPR_UNICODE_SUPPORT (Espruino 2v29).
    const isUnicode = hasFeature(board, 'Bangle');
    const realloc = name(bound.realloc === null ? '' : this.variableOf(bound.realloc));
    const dialect: Dialect = {
      view: js`memoryView`,
      memoryStart,
      pairs: true,
      exports: name('BOARD_EXPORTS'),
      fullNames: false,
      sliced: sliced
        ? (exported) =>
            addresses ? js`${addresses.get(exported)!}` : name(variableIn(this.sliced, exported, '$sliced'))
        : null,
      core: (exported) => name(this.variableOf(exported)),
      global: (exported) => name(this.variableOf(exported)),
      exported: (direct) => {
        if (sliced) return direct;
        return fuel ? js`typedWithFuel(${direct})` : js`(${direct}.async=callAsync,${direct})`;
      },
      // The module writes nothing there: an address outside of memory is none of another program's.
      copyBytes: (bytes, place) => js`bytes.set(${bytes},${place});`,
      bytesOfText: (text) => js`${isUnicode ? js`bytesOfText` : js`checkText`}(${text})`,
      allocate: (length, alignment) =>
        arena === null ? js`${realloc}(0,0,${alignment},${length})` : js`allocate(${length},${alignment})`,
      allocateOnce:
        arena &&
        ((length, { core, at }) => {
          const most = memoryStart + memoryBytes - arena.start;
          const place = js`${arena.start - memoryStart}`;
          const isChecked = direct.has(core) && checksLength(core, at + 1, most);
          return {
            address: js`${arena.start}`,
            checked: isChecked ? place : js`${length()}>${most}?arenaFull():${place}`,
          };
        }),
      // With --debug, arguments are checked as a whole.
      members: (value) => value,
      convertsIntegers: true,
      checks,
      enter: arena === null ? [] : [js`arenaTop=${arena.start};`],
      user: (each) => userText(users.get(each)!, objects, hosts),
    };
    const { functions, exports, imports: given } = printGlue(bound, dialect);
    // Bundling keeps what reads a property.
    const usesView = isManaged || /memoryView|putPair|s64At|put64/.test(functions + exports);
    const values = typedValues.filter(
      (part) => usesView || typeof part === 'string' || !('name' in part) || part.name !== 'memoryView',
    );
    const methods = given.map((each) => {
      const index = imports.findIndex(({ module, name: own }) => module === each.module && own === each.name);
      return `host.o${index} = ${each.function};`;
    });
    const userImports = [...objects].map(([from, as]) => `${from} as ${as}`);
    const claim =
      arena === null
        ? `function claim(length, alignment) { return ${realloc.text}(0, 0, alignment, length); }`
        : 'function claim(length, alignment) { return allocate(length, alignment); }';
    this.define = {
      UNICODE: String(isUnicode),
      INTERPRETED: String(addresses !== undefined),
      KEEPS_OBJECTS: String(isManaged),
      ARENA: String(arena?.start ?? 0),
      ARENA_END: String(memoryStart + memoryBytes),
    };
    this.glue = `
${userImports.length === 0 ? '' : `import { ${userImports.join(', ')} } from 'own-imports';`}
${hosts.size === 0 ? '' : `import { ${[...hosts].join(', ')} } from 'hosts';`}
${claim}
${printParts(values)}
${sliced ? printParts(typedSliced) : ''}
${isManaged ? this.managedText(bound.allocators.length > 0) : ''}
${fuel ? printParts(typedFuel) : ''}
${functions}
${methods.join('\n')}
${exports}`;
  }

  /** Returns the runtime for AssemblyScript, and its bindings to the module's own runtime. */
  private managedText(makesObjects: boolean): string {
    const { make, keep, release } = MANAGED_RUNTIME;
    // Otherwise, objects are only read.
    if (!makesObjects) return printParts(typedManaged);
    return `
function newObject(bytes, classId) { return ${this.variableOf(make)}(bytes, classId); }
function keepObject(address) { ${this.variableOf(keep)}(address); }
function releaseObject(address) { ${this.variableOf(release)}(address); }
${printParts(typedManaged)}`;
  }

  private variableOf(exported: string): string {
    const direct = this.direct.get(exported);
    if (direct !== undefined) return direct;
    return variableIn(this.core, exported, '$core');
  }

  /** The variable of a function that the glue calls; undefined for an export that the program does not have. */
  variable(exported: string): string | undefined {
    return this.core.get(exported);
  }

  /** The variable of a function that the glue calls in slices. */
  slicedVariable(exported: string): string | undefined {
    return this.sliced.get(exported);
  }

  text(): string {
    return this.glue;
  }
}

/** The variable of an export in `variables`, which gets a new one at its first use. */
function variableIn(variables: Map<string, string>, exported: string, label: string): string {
  const found = variables.get(exported) ?? `${label}${variables.size}`;
  variables.set(exported, found);
  return found;
}

function userText(found: UserFunction, objects: Map<string, string>, hosts: Set<string>): Code {
  if ('host' in found) {
    hosts.add(found.host);
    return name(found.host);
  }
  if ('global' in found) return name(found.global);
  const { from, members } = found;
  const as = objects.get(from) ?? `$user${objects.size}`;
  objects.set(from, as);
  return members.reduce<Code>((object, member) => js`${object}[${stringLiteral(member)}]`, name(as));
}
