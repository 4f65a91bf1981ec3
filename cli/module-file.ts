// Reads the module that the command line names: a file or standard input, binary or text, or a component, which has a module and its
// interface.

import { isComponent, readComponent } from '../targets/interfaces/component/read-component.js';
import type { World } from '../targets/interfaces/types.js';
import { recognise, recogniseUnfinished } from '../targets/module/recognise.js';
import { assembleText, isTextFormat } from '../targets/module/text-format.js';
import { readAllStandardInput } from '../targets/node/streams.js';
import { CommandError } from './errors.js';
import { readInputFile } from './input-file.js';

export interface ModuleFile {
  bytes: Uint8Array;
  /** Of a component: the interface of its module. */
  world?: World;
}

/** The binary of a module; `name` is for messages. */
export async function readModuleFile(file: string, name: string): Promise<ModuleFile> {
  const bytes = file === '-' ? readAllStandardInput() : readInputFile(file);
  if (bytes.length === 0) throw new CommandError('input', 1, `${name} is empty`, []);
  if (isComponent(bytes)) return readComponent(bytes);
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

/** Behind comments and spaces. */
function isComponentText(bytes: Uint8Array): boolean {
  return /^(?:\s|;;[^\n]*\n)*\(component\b/.test(Buffer.from(bytes.subarray(0, 4096)).toString('latin1'));
}

/** Whether it starts as a module does: then it is read as one, whatever is wrong in it. */
function isCoreModule(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d && bytes[6] === 0;
}
