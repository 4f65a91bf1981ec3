// Instantiates the modules of a program with an engine on this machine: the program starts with the state that this leaves. Start functions
// do not run here. Refuses modules with more than one memory between them.

import { type Capacities, Engine, ExternalKind, type Instance } from '../../../src/index.js';
import type { Store } from '../../../src/store.js';
import { globalWords, importedFunction, type OwnImports, ownValue } from '../../host-functions/own-imports.js';
import type { LinkedModule } from '../../linking/link-modules.js';
import { adoptModule } from '../../module/adopt-module.js';
import type { External } from '../../module/description.js';
import type { ReadModule } from '../../module/read-module.js';
import { TYPE_LETTERS } from '../../module/value-type-names.js';
import { BuildError } from '../build-error.js';

interface Internals {
  store: Store;
  lowerer: { locate(instance: Instance, functionIndex: number, position: number): number };
}

export interface Instantiation extends Internals {
  engine: Engine;
  /** In the order in which they were instantiated. */
  instances: Instance[];
  /** The last one, of the module itself. */
  main: Instance;
  /** What the host was to define, each once: functions in the order of their numbers. */
  imports: External[];
  /** Addresses of the start functions, in the order in which they run. */
  starts: number[];
}

export interface InstantiationOptions {
  capacities: Capacities;
  /** First address of linear memory that exists. */
  memoryStart: number;
  /** The user's JavaScript for imports. */
  given: OwnImports | undefined;
}

/** Throws what `Engine.instantiate` throws, and BuildError. `linked` are instantiated first, in this order. */
export function instantiateModules(
  read: ReadModule,
  linked: readonly LinkedModule[],
  { capacities, memoryStart, given }: InstantiationOptions,
): Instantiation {
  // Two memories are one too many, and are to be told from one that is too large.
  const engine = new Engine({ ...capacities, memories: 2 }, { partialMemory: true, memoryStart, plainCode: true });
  const { store, lowerer } = engine as unknown as Internals;
  const imports: External[] = [];
  const starts: number[] = [];

  function instantiate(each: ReadModule): Instance {
    const module = adoptModule(store, each);
    for (const external of each.imports) {
      if (linked.some(({ name }) => name === external.module) || isAmong(imports, external)) continue;
      defineImport(engine, external, given);
      imports.push(external);
    }
    // The start function runs on the board: without fuel it does not begin here.
    const instance = engine.instantiate(module, -1);
    if (engine.isSuspended) engine.abandon();
    if (module.startFunction >= 0) starts.push(instance.functionBase + module.startFunction);
    return instance;
  }

  const others = linked.map(({ name, module }) => {
    const instance = instantiate(module);
    engine.register(name, instance);
    return instance;
  });
  const main = instantiate(read);
  if (store.memoryTop > 1) {
    throw new BuildError('the modules have more than one memory between them', ['a program on a board has one']);
  }
  return { engine, store, lowerer, instances: [...others, main], main, imports, starts };
}

function isAmong(imports: readonly External[], { kind, module, name }: External): boolean {
  return imports.some((each) => each.kind === kind && each.module === module && each.name === name);
}

/** Defines what stands for an import on this machine: it is never called, but has the type and the value that it has on the board. */
function defineImport(engine: Engine, external: External, given: OwnImports | undefined): void {
  const { module, name, kind, type } = external;
  if (kind === ExternalKind.Function) {
    const { parameters, results } = importedFunction(external, given)!;
    engine.defineFunction(module, name, parameters, results, () => undefined);
    return;
  }
  if (kind === ExternalKind.Global) {
    const letter = TYPE_LETTERS[type.split(' ').pop()!];
    const [low, high] = globalWords(type, ownValue(external, given)!.value!);
    engine.defineGlobal(module, name, letter, type.startsWith('global mut '), low, high);
    return;
  }
  const [minimum, maximum = -1] = [...type.matchAll(/(?<= )\d+/g)].map(Number);
  if (kind === ExternalKind.Memory) engine.defineMemory(module, name, minimum, maximum);
  else engine.defineTable(module, name, type.endsWith('externref') ? 'R' : 'r', minimum, maximum);
}
