// The glue of a program for a board: its text, and what each tier does with the functions of the module that the glue calls.

import type { ModuleAnalysis } from '../../analysis/analysis.js';
import { Bound } from '../../analysis/need.js';
import { type Code, js, name, stringLiteral } from '../../compiler/javascript/trees/code.js';
import { printParts } from '../../compiler/javascript/trees/program.js';
import type { BoundFunction, BoundModule } from '../../interfaces/bind.js';
import { hasPointers } from '../../interfaces/canonical.js';
import type { Dialect } from '../../interfaces/glue/dialect.js';
import { printGlue } from '../../interfaces/glue/glue.js';
import type { External } from '../../module/description.js';
import { BuildError } from '../build-error.js';
import { typedSliced, typedValues } from '../generated/texts.js';

/** Where the user's file has a function that the world imports: an export, and the names of members in it. */
export interface UserFunction {
  from: string;
  members: readonly string[];
}

/** A module's world, and the user's functions for what it imports. */
export interface TypedInterface {
  bound: BoundModule;
  users: ReadonlyMap<BoundFunction, UserFunction>;
}

/** Bytes of an arena for arguments, unless more memory is given. */
const ARENA_BYTES = 512;

/** Whether arguments are put behind what the module has in memory: it exports no allocator. */
function needsArena({ bound }: TypedInterface): boolean {
  if (bound.realloc !== null) return false;
  return bound.exports.some(
    ({ signature, function: { parameters } }) =>
      signature.spillsParameters || parameters.some(({ type }) => hasPointers(type)),
  );
}

export interface Arena {
  /** Its first address. */
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
  /** Calls of `async` go in slices. */
  sliced: boolean;
  memoryStart: number;
  /** Bytes from `memoryStart` on. */
  memoryBytes: number;
  /** The functions that the module imports, in the order of `host.o0`, `host.o1`. */
  imports: readonly External[];
}

/** The glue of a program: printed once by the tier, when all that it calls is there. */
export class TypedProgram {
  /** Variables of functions of the module, by the names of exports. */
  private readonly core = new Map<string, string>();
  private readonly glue: string;
  readonly define: Record<string, string>;

  constructor(typed: PlacedInterface, { sliced, memoryStart, memoryBytes, imports }: TypedProgramOptions) {
    const { bound, users, arena } = typed;
    const objects = new Map<string, string>();
    const isDirect = !sliced;
    const dialect: Dialect = {
      view: js`memoryView`,
      memoryStart,
      pairs: true,
      exports: name('BOARD_EXPORTS'),
      fullNames: false,
      sliced,
      core: (exported) => name(this.variableOf(exported)),
      exported: (direct) => (isDirect ? js`exportFunction(${direct})` : direct),
      enter: arena === null ? [] : [js`resetArena();`],
      user: (each) => userText(users.get(each)!, objects),
    };
    const { functions, exports, imports: given } = printGlue(bound, dialect);
    if (bound.realloc !== null) this.variableOf(bound.realloc);
    const methods = given.map((each) => {
      const index = imports.findIndex(({ module, name: own }) => module === each.module && own === each.name);
      return `host.o${index} = ${each.function};`;
    });
    const userImports = [...objects].map(([from, as]) => `${from} as ${as}`);
    const realloc = bound.realloc === null ? '' : `const reallocate = ${this.core.get(bound.realloc)};`;
    this.define = { ARENA: String(arena?.start ?? 0), ARENA_END: String(memoryStart + memoryBytes) };
    this.glue = `
${userImports.length === 0 ? '' : `import { ${userImports.join(', ')} } from 'own-imports';`}
${realloc}
${printParts(typedValues)}
${sliced ? printParts(typedSliced) : ''}
${functions}
${methods.join('\n')}
${exports}`;
  }

  private variableOf(exported: string): string {
    const found = this.core.get(exported) ?? `$core${this.core.size}`;
    this.core.set(exported, found);
    return found;
  }

  /** The variable of a function that the glue calls; undefined for an export that the program does not have. */
  variable(exported: string): string | undefined {
    return this.core.get(exported);
  }

  text(): string {
    return this.glue;
  }
}

function userText({ from, members }: UserFunction, objects: Map<string, string>): Code {
  const as = objects.get(from) ?? `$user${objects.size}`;
  objects.set(from, as);
  return members.reduce<Code>((object, member) => js`${object}[${stringLiteral(member)}]`, name(as));
}
