// Finds the compiler of a module from its producers section (tool conventions, ProducersSection), or from the traces that each compiler
// leaves.

import { decodeName, Reader } from '../../src/reader.js';
import type { ModuleDescription } from './description.js';
import { moduleSections } from './sections.js';

export enum Language {
  C = 'C or C++',
  Rust = 'Rust',
  AssemblyScript = 'AssemblyScript',
  TinyGo = 'TinyGo',
  Zig = 'Zig',
  Unknown = 'unknown',
}

export interface Producers {
  language: Language;
  /** `clang 19.1.7`, `rustc 1.60.0 (7737e0b5c 2022-04-04)`; empty where the section was stripped. */
  tools: string[];
}

/** `names` are those of the functions, where the module has them. */
export function producersOf(bytes: Uint8Array, description: ModuleDescription, names: Iterable<string>): Producers {
  const { languages, tools } = readProducers(bytes);
  return { language: languageOf(languages, tools, description, [...names]), tools };
}

function languageOf(languages: string[], tools: string[], description: ModuleDescription, names: string[]): Language {
  const { imports, exports } = description;
  const hasImport = (module: string, name: string, type: string) =>
    imports.some((each) => each.module === module && each.name === name && each.type === type);
  const anyName = (pattern: RegExp) =>
    names.some((name) => pattern.test(name)) || [...imports, ...exports].some(({ name }) => pattern.test(name));
  if (tools.some((tool) => /tinygo/i.test(tool)) || anyName(/^tinygo_|^runtime\.(alloc|run|init)/))
    return Language.TinyGo;
  if (
    tools.some((tool) => /^zig/i.test(tool)) ||
    anyName(/^(builtin\.default_panic|debug\.defaultPanic|heap\.WasmAllocator)/)
  ) {
    return Language.Zig;
  }
  if (languages.some((language) => language === 'Rust')) return Language.Rust;
  if (languages.some((language) => /^C(99|11|17|23|_plus_plus)?/.test(language))) return Language.C;
  if (languages.includes('AssemblyScript') || anyName(/^~lib\/|^~start$|^__rtti_base$/)) return Language.AssemblyScript;
  if (hasImport('env', 'abort', '(i32, i32, i32, i32)')) return Language.AssemblyScript;
  if (tools.some((tool) => tool.startsWith('rustc'))) return Language.Rust;
  if (tools.some((tool) => /clang|emscripten/i.test(tool))) return Language.C;
  if (anyName(/^_ZN.*17h[0-9a-f]{16}E$|^__wbindgen_|^rust_/)) return Language.Rust;
  if (anyName(/^(__wasm_call_ctors|__original_main|emscripten_\w+|dlmalloc|__stdio_write)$/)) return Language.C;
  return Language.Unknown;
}

/** A broken section says nothing. */
function readProducers(bytes: Uint8Array): { languages: string[]; tools: string[] } {
  const found = { languages: [] as string[], tools: [] as string[] };
  for (const { name, contents, end } of moduleSections(bytes)) {
    if (name !== 'producers') continue;
    const reader = new Reader();
    reader.reset(bytes, contents, end);
    try {
      readFields(reader, found);
    } catch {
      // For people only: the module is valid without it.
    }
  }
  return found;
}

function readFields(reader: Reader, found: { languages: string[]; tools: string[] }): void {
  for (let fields = reader.u32(); fields > 0; fields--) {
    const field = readName(reader);
    for (let values = reader.u32(); values > 0; values--) {
      const name = readName(reader);
      const version = readName(reader);
      if (field === 'language') found.languages.push(name);
      else found.tools.push(version === '' ? name : `${name} ${version}`);
    }
  }
}

function readName(reader: Reader): string {
  const length = reader.blob();
  return decodeName(reader.bytes, reader.position - length, length);
}
