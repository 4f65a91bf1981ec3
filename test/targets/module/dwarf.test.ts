// Names and lines out of debugging information, as clang writes it in two versions: shapes.cpp says how.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Reader } from '../../../src/reader.js';
import { debugFunctions } from '../../../targets/module/dwarf/functions.js';
import { sourceLine } from '../../../targets/module/dwarf/lines.js';
import { debugSections } from '../../../targets/module/dwarf/sections.js';
import { parameterNames } from '../../../targets/module/function-names.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';

const shapes = (version: number) => readFileSync(new URL(`debug/shapes-dwarf${version}.wasm`, import.meta.url));

/** Returns the place of a custom section's contents. */
function customSection(bytes: Uint8Array, wanted: string): { from: number; contents: number; to: number } {
  const reader = new Reader();
  reader.reset(bytes, 8, bytes.length);
  for (;;) {
    const from = reader.position;
    const id = reader.byte();
    const to = reader.u32() + reader.position;
    const length = id === 0 ? reader.blob() : 0;
    if (id === 0 && Buffer.from(bytes.subarray(reader.position - length, reader.position)).toString() === wanted)
      return { from, contents: reader.position, to };
    reader.position = to;
  }
}

function withoutNames(bytes: Uint8Array): Uint8Array {
  const { from, to } = customSection(bytes, 'name');
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
}

const PARAMETERS = [
  ['this', 'scale'],
  ['dividend', 'divisor'],
  ['value', 'divisor'],
  ['radius', 'pi'],
];

describe.each([4, 5])('version %i', (version) => {
  it('names functions with their namespaces where the module has no names', () => {
    const { names } = readModule(withoutNames(shapes(version)));
    expect([...names.values()]).toEqual(['shapes::Circle::area', 'divide', 'half', 'area']);
  });

  it('leaves the names that the module gives', () => {
    expect(readModule(shapes(version)).names.get(0)).toBe('shapes::Circle::area(float) const');
  });

  it('names parameters', () => {
    const read = readModule(shapes(version));
    expect([...parameterNames(read.module, read).values()]).toEqual(PARAMETERS);
  });

  it('tells the line and column of an instruction', () => {
    const bytes = shapes(version);
    const read = readModule(bytes);
    // i32.div_s, the only one of its body.
    const division = bytes.indexOf(0x6d, read.bodies[2]);
    expect(sourceLine(debugSections(bytes)!, division)).toEqual({ file: 'shapes.cpp', line: 10, column: 16 });
    expect(sourceLine(debugSections(bytes)!, read.bodies[0] - 1)).toBeUndefined();
    expect(sourceLine(debugSections(bytes)!, bytes.length)).toBeUndefined();
  });

  it('reads damaged information without an error', () => {
    const whole = shapes(version);
    const parts = ['.debug_info', '.debug_abbrev', '.debug_line', '.debug_str'].map((name) =>
      customSection(whole, name),
    );
    let seed = version;
    for (let round = 0; round < 500; round++) {
      const bytes = Uint8Array.from(whole);
      for (let flips = 0; flips < 3; flips++) {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        const { contents, to } = parts[(seed >>> 8) % parts.length];
        bytes[contents + ((seed >>> 12) % (to - contents))] = seed >>> 24;
      }
      const sections = debugSections(bytes)!;
      for (const { name, parameters } of debugFunctions(sections))
        expect(typeof (name + parameters.join())).toBe('string');
      sourceLine(sections, sections.codeAt + 40);
    }
  });
});

describe('parameters', () => {
  it('are named by the name section, in each function where all have one', () => {
    const bytes = wat(
      '(module (func (param $left i32) (param $right i32) (local $sum i32)) (func (param i32) (param $b i32)))',
    );
    const read = readModule(bytes);
    expect([...parameterNames(read.module, read)][0]).toEqual([0, ['left', 'right']]);
  });
});
