// Reads the module that the command line names: a file or standard input, binary or text; or a component, which has a module and its
// interface; or a module of AssemblyScript, whose interface lies beside it.

import { existsSync } from 'node:fs';
import { isDeclaration } from '../targets/interfaces/assemblyscript/declaration.js';
import { readAssemblyScript } from '../targets/interfaces/assemblyscript/read-assemblyscript.js';
import { isComponent, readComponent } from '../targets/interfaces/component/read-component.js';
import type { SourceFile } from '../targets/interfaces/source-text.js';
import type { World } from '../targets/interfaces/types.js';
import type { ModuleCode } from '../targets/module/module-code.js';
import { recognise, recogniseUnfinished } from '../targets/module/recognise.js';
import { assembleText, isTextFormat } from '../targets/module/text-format.js';
import { readAllStandardInput } from '../targets/node/streams.js';
import { CommandError, UsageError } from './command-error.js';
import { readInputFile, readSourceFile } from './input-file.js';

/** Throws an InterfaceError if the module has another interface than what lies beside it. */
export type WorldOf = (module: ModuleCode) => World;

export interface ModuleFile {
  bytes: Uint8Array;
  /** The interface of a component's module, or of a module of AssemblyScript. */
  world?: WorldOf;
  /** The interface was found beside the module, and not asked for. */
  isBeside?: boolean;
  /** Files that were read: the module, and its types. */
  inputs: string[];
}

export interface TypesOptions {
  /** Then what lies beside the module is not looked at. */
  wit?: string;
  /** The declaration that `asc --bindings` writes. */
  types?: string;
}

/**
 * The binary of a module; `name` is for messages. With `options`, also the interface of a module of AssemblyScript. Throws a UsageError
 * for a declaration that is not there.
 */
export async function readModuleFile(file: string, name: string, options?: TypesOptions): Promise<ModuleFile> {
  const found = { ...(await readModuleBytes(file, name)), inputs: [file] };
  const declaration = options && declarationOf(file, options);
  if (declaration === undefined) return found;
  if (found.world !== undefined) throw new UsageError('a component has its own interface: leave out --types');
  const bindingsFile = bindingsOf(declaration.name);
  const bindings =
    bindingsFile !== declaration.name && existsSync(bindingsFile) ? readSourceFile(bindingsFile) : undefined;
  for (const each of [declaration, bindings]) if (each) found.inputs.push(each.name);
  const world: WorldOf = (module) => readAssemblyScript(module, { declaration, bindings });
  return { ...found, isBeside: options?.types === undefined, world };
}

/** The bindings that `asc --bindings` writes beside a declaration. */
export const bindingsOf = (declaration: string) => declaration.replace(/\.d\.ts$/, '.js');

/** The declaration of asc's that is given, or lies beside the module; undefined for none. Throws a UsageError. */
export function declarationOf(file: string, { wit, types }: TypesOptions): SourceFile | undefined {
  if (types !== undefined) {
    if (wit !== undefined) throw new UsageError('--types and --wit both say what the interface is: leave out one');
    if (!existsSync(types)) throw new UsageError(`there is no file ${JSON.stringify(types)}`);
    return readSourceFile(types);
  }
  const beside = file.replace(/\.wasm$/, '.d.ts');
  if (wit !== undefined || beside === file || !existsSync(beside)) return undefined;
  const found = readSourceFile(beside);
  return isDeclaration(found.text) ? found : undefined;
}

async function readModuleBytes(file: string, name: string): Promise<Pick<ModuleFile, 'bytes' | 'world'>> {
  const bytes = file === '-' ? readAllStandardInput() : readInputFile(file);
  if (bytes.length === 0) throw new CommandError('input', 1, `${name} is empty`, []);
  if (isComponent(bytes)) {
    const component = readComponent(bytes);
    return { bytes: component.bytes, world: () => component.world };
  }
  if (isComponentText(bytes))
    throw new CommandError('input', 1, `${name} is a component in the text format`, [
      'make it binary: wasm-tools parse FILE -o app.wasm',
    ]);
  const isModule = isCoreModule(bytes);
  const recognised = isModule ? recogniseUnfinished(file, bytes) : recognise(file, bytes);
  if (isModule && !recognised) return { bytes };
  // A source may begin as the text format does; a file of the text format has nothing of the others.
  if (isTextFormat(file, bytes) && !(recognised && !/\.(wat|wast)$/i.test(file))) {
    return { bytes: await assembleText(bytes, name) };
  }
  if (recognised) throw new CommandError('input', 1, `${name} ${recognised.what}`, [recognised.remedy]);
  return { bytes };
}

/** Whether the text begins with `(component`, after comments and spaces. */
function isComponentText(bytes: Uint8Array): boolean {
  return /^(?:\s|;;[^\n]*\n)*\(component\b/.test(Buffer.from(bytes.subarray(0, 4096)).toString('latin1'));
}

/** Whether it starts as a module does: then it is read as one, whatever is wrong in it. */
export function isCoreModule(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d && bytes[6] === 0;
}
