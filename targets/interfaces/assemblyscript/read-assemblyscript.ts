// The world of a module of AssemblyScript: its exports out of the declaration that `asc --bindings` writes beside it, and its imports out of
// the JavaScript that lies beside that.

import { ExternalKind } from '../../../src/index.js';
import type { External } from '../../module/description.js';
import type { ModuleCode } from '../../module/module-code.js';
import { InterfaceError } from '../interface-error.js';
import { failAt, type SourceFile } from '../source-text.js';
import type { EnumerationMember, Interface, Parameter, Type, TypedFunction, TypedGlobal, World } from '../types.js';
import { type Bindings, readBindings } from './bindings.js';
import { readDeclaration, type TypeText } from './declaration.js';
import { TypeReader } from './read-types.js';
import { constantOf, RuntimeTypes } from './runtime-types.js';

export interface AssemblyScriptFiles {
  /** `app.d.ts` */
  declaration: SourceFile;
  /** `app.js`: without it, imports take numbers. */
  bindings?: SourceFile;
}

const NOTHING: Bindings = { file: '', imports: [], records: new Set() };
/** Imports from there are functions of the world itself. */
const ROOT = 'env';

/** Throws an InterfaceError with file, line and column. */
export function readAssemblyScript(module: ModuleCode, { declaration, bindings }: AssemblyScriptFiles): World {
  const declared = readDeclaration(declaration);
  const adapted = bindings === undefined ? NOTHING : readBindings(bindings);
  const types = new TypeReader(declared.classes, adapted.records, new RuntimeTypes(module));
  const read = ({ text, place }: TypeText): Type => types.read(text, (message) => failAt(place, message));
  const functions = declared.functions.map(
    ({ name, parameters, result }): TypedFunction => ({
      ...named(name),
      ...{ member: 'function', resource: null },
      parameters: parameters.map((each): Parameter => ({ ...each, type: read(each.type) })),
      result: result === null ? null : read(result),
    }),
  );
  const globals = declared.globals.map(
    ({ name, type, isMutable }): TypedGlobal => ({ ...named(name), type: read(type), isMutable }),
  );
  const imports = importsOf(module, adapted, types);
  const exports: Interface[] = [{ ...named(''), functions, resources: [], types: types.named }];
  const enumerations = declared.enumerations.map(({ name, members }) => ({
    ...named(name),
    members: members.flatMap((member) => memberOf(module, name, member)),
  }));
  return { ...named(declared.file), convention: 'assemblyscript', imports, exports, globals, enumerations };
}

const named = (name: string) => ({ name, identifier: name, docs: [] });

/** Returns the member of an enumeration; empty for a member that the module does not export. */
function memberOf(module: ModuleCode, owner: string, name: string): EnumerationMember[] {
  const exported = `${owner}.${name}`;
  if (!module.exports.some((each) => each.kind === ExternalKind.Global && each.name === exported)) return [];
  return [{ name, value: constantOf(module, exported) }];
}

/** Groups imports by their modules. */
function importsOf({ imports }: ModuleCode, { file, imports: adapted }: Bindings, types: TypeReader): Interface[] {
  const modules = new Map<string, TypedFunction[]>();
  for (const each of imports) {
    // Functions of references, or of several results, stay as they are.
    if (each.kind !== ExternalKind.Function || !isOfNumbers(each)) continue;
    const functions = modules.get(each.module) ?? [];
    modules.set(each.module, functions);
    if (functions.some(({ name }) => name === each.name)) continue;
    const found = adapted.find(({ module, name }) => module === each.module && name === each.name);
    if (!found) functions.push(coreFunction(each));
    else {
      const read = (text: string) =>
        types.read(text, (message) => {
          throw new InterfaceError(`${file}:${found.line}: ${message}`);
        });
      functions.push({
        ...named(each.name),
        ...{ member: 'function', resource: null },
        parameters: found.parameters.map(({ name, text }) => ({ name, type: read(text) })),
        result: found.result === 'void' ? null : read(found.result),
      });
    }
  }
  return [...modules].map(([module, functions]) => ({
    ...named(module === ROOT ? '' : module),
    ...{ functions, resources: [], types: [] },
  }));
}

const NUMBERS = ['i32', 'i64', 'f32', 'f64'];
const isOfNumbers = ({ parameters, results }: External): boolean =>
  results.length <= 1 && [...parameters, ...results].every((each) => NUMBERS.includes(each));

function coreFunction({ name, parameters, results }: External): TypedFunction {
  const typeOf = (core: string): Type => ({
    kind: core === 'f32' || core === 'f64' ? core : core === 'i64' ? 's64' : 's32',
  });
  return {
    ...named(name),
    ...{ member: 'function', resource: null },
    parameters: parameters.map((each, at) => ({ name: `p${at}`, type: typeOf(each) })),
    result: results.length === 0 ? null : typeOf(results[0]),
  };
}
