// Calls of exports as text: arguments and results keep all their bits, in the simulator and in Espruino.
import { describe, expect, it } from 'vitest';
import { callText, resultBits, resultsText } from '../../../targets/board/exported-call.js';
import { describeModule } from '../../../targets/module/description.js';
import { argumentBits, valueText } from '../../../targets/module/value-text.js';
import { wat } from '../../core/wat.js';
import { espruino, reason } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, stored } from './program.js';

const MODULE = wat(`(module
  (func (export "i32") (param i32) (result i32) (local.get 0))
  (func (export "i64") (param i64) (result i64) (local.get 0))
  (func (export "f32") (param f32) (result f32) (local.get 0))
  (func (export "f64") (param f64) (result f64) (local.get 0))
  (func (export "bits") (param f32) (result i32) (i32.reinterpret_f32 (local.get 0)))
  (func (export "externref") (param externref) (result externref) (local.get 0))
  (func (export "all") (param i64 f32 f64) (result f64 f32 i64) (local.get 2) (local.get 1) (local.get 0))
  (func (export "größe\\e2\\98\\83") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))`);

/** Rows of an export, arguments, results. */
const CALLS: [string, string[], string[]][] = [
  ['i32', ['-2147483648'], ['-2147483648']],
  ['i32', ['0xffffffff'], ['-1']],
  ['i64', ['0x123456789abcdef0'], ['1311768467463790320']],
  ['i64', ['-9223372036854775808'], ['-9223372036854775808']],
  ['f32', ['0.05'], ['0.05']],
  ['f32', ['-0'], ['-0']],
  ['f32', ['0x1p-149'], ['1e-45']],
  ['f32', ['nan:0x600001'], ['nan:0x600001']],
  ['f32', ['-inf'], ['-inf']],
  ['bits', ['-nan:0x400123'], [String(0xffc00123 | 0)]],
  ['f64', ['0.3'], ['0.3']],
  ['f64', ['-0'], ['-0']],
  ['f64', ['1.7976931348623157e308'], ['1.7976931348623157e+308']],
  ['f64', ['-nan:0x8000000000123'], ['-nan:0x8000000000123']],
  ['externref', ['null'], ['null']],
  ['externref', ['7'], ['7']],
  ['all', ['-2', '1.5', '0x1.8p3'], ['12', '1.5', '-2']],
  ['größe☃', ['41'], ['42']],
];

const RUNS: [string, typeof printedBySimulator, boolean][] = [
  ['in the simulator', printedBySimulator, true],
  [`in Espruino${reason}`, printedByEspruino, espruino !== undefined],
];

describe.each(['js', 'interp'] as const)('exports of tier %s', (tier) => {
  it.each(RUNS)('take and give all bits %s', async (_, run, isThere) => {
    if (!isThere) return;
    const exports = describeModule(MODULE).exports;
    const calls = CALLS.map(([name, args]) => {
      const called = exports.find((each) => each.name === name)!;
      return { called, values: called.parameters.map((type, index) => argumentBits(type, args[index])) };
    });
    const program = calls.map(({ called, values }) => `${callText('app', called, values)}\n${resultsText(called)}\n`);
    const printed = run(await stored(MODULE, { tier }), program.join(''));
    const results = calls.map(({ called }, index) => {
      const bits = resultBits(called, printed[index]);
      return called.results.map((type, at) => valueText(type, bits[at]));
    });
    expect(results).toEqual(CALLS.map(([, , expected]) => expected));
  });
});
