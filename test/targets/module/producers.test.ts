// Tests which compiler made a module.
import { describe, expect, it } from 'vitest';
import { analyseModule } from '../../../targets/analysis/analysis.js';
import { Language } from '../../../targets/module/producers.js';
import { readModule } from '../../../targets/module/read-module.js';
import { HEADER, moduleOf, name, section, u32, wat } from '../../core/wat.js';

const analyse = (text: string) => analyseModule(readModule(wat(text)));

describe('producers', () => {
  const producers = (...fields: [string, [string, string][]][]) =>
    section(
      0,
      ...name('producers'),
      ...u32(fields.length),
      ...fields.flatMap(([field, values]) => [
        ...name(field),
        ...u32(values.length),
        ...values.flatMap(([tool, version]) => [...name(tool), ...name(version)]),
      ]),
    );

  it.each<[Language, [string, [string, string][]][]]>([
    [Language.C, [['language', [['C11', '']]]]],
    [Language.C, [['processed-by', [['clang', '14.0.6']]]]],
    [
      Language.Rust,
      [
        ['language', [['Rust', '']]],
        ['processed-by', [['rustc', '1.60.0']]],
      ],
    ],
    [
      Language.TinyGo,
      [
        ['language', [['C99', '']]],
        ['processed-by', [['TinyGo', '0.30']]],
      ],
    ],
    [Language.Zig, [['processed-by', [['Zig', '0.11.0']]]]],
    [Language.Unknown, []],
  ])('%s by the section', (language, fields) => {
    expect(analyseModule(readModule(moduleOf(producers(...fields)))).producers.language).toBe(language);
  });

  it.each([
    [Language.AssemblyScript, '(module (import "env" "abort" (func (param i32 i32 i32 i32))))'],
    [Language.AssemblyScript, '(module (func $~lib/rt/stub/__alloc))'],
    [Language.C, '(module (func $__wasm_call_ctors))'],
    [Language.Rust, '(module (func $__wbindgen_malloc))'],
    [Language.TinyGo, '(module (func $runtime.alloc))'],
    [Language.Zig, '(module (func $builtin.default_panic))'],
    [Language.Unknown, '(module (func $f))'],
  ])('%s by what it leaves behind', (language, text) => {
    expect(analyse(text).producers.language).toBe(language);
  });

  it('lists the tools', () => {
    const bytes = moduleOf(
      producers([
        'processed-by',
        [
          ['clang', '14.0.6'],
          ['wasm-opt', ''],
        ],
      ]),
    );
    expect(analyseModule(readModule(bytes)).producers.tools).toEqual(['clang 14.0.6', 'wasm-opt']);
  });

  it('does not mind broken sections', () => {
    const broken = section(0, ...name('producers'), 200, 1);
    expect(analyseModule(readModule(Uint8Array.from([...HEADER, ...broken]))).producers).toEqual({
      language: Language.Unknown,
      tools: [],
    });
  });
});
