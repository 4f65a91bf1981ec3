// The entry for modules that were translated ahead of time to text: the runtime without the compiler. It creates no functions from
// text, so it runs where that is forbidden.

import type { DataSegment, ModuleCode } from '../../module/module-code.js';
import './trap.js';
import type { Imports } from '../javascript-api/interface.js';
import { Instance, type InstanceOptions, type ModuleFunction } from './instance.js';

/** The description of a module, without its functions, in a form that JSON holds. */
export type ModuleData = Omit<ModuleCode, 'bytes' | 'data' | 'nameOf' | 'origin'> & {
  data: (Omit<DataSegment, 'bytes'> & { base64: string })[];
  names: Record<number, string>;
};

export interface TranslatedModule {
  /** Instantiates the module, as CompiledModule does. */
  instantiate(imports?: Imports, options?: InstanceOptions): Instance;
}

/** A module of its data, and of a function of its text. */
export function translatedModule({ data, names, ...rest }: ModuleData, run: ModuleFunction): TranslatedModule {
  const code: ModuleCode = {
    ...rest,
    bytes: new Uint8Array(0),
    data: data.map(({ base64, ...segment }) => ({ ...segment, bytes: bytesOf(base64) })),
    nameOf: (index) => names[index] ?? '',
    origin: (at) => at,
  };
  return { instantiate: (imports = {}, options = {}) => new Instance(code, run, imports, options) };
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Decodes base64 without `atob`, which some engines lack. */
function bytesOf(base64: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of base64) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) break;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 255);
  }
  return new Uint8Array(bytes);
}

export type { Imports } from '../javascript-api/interface.js';
export { Global } from './global.js';
export type { Instance, InstanceOptions } from './instance.js';
export { Memory } from './memory.js';
export { Table } from './table.js';
