// Tests the statements of `check` about imports: a module imports only functions that its board has.
import { describe, expect, it } from 'vitest';
import { banglejs, banglejs2, boards, microbit1, pixljs, puckjs } from '../../../boards/index.js';
import { budgetOf } from '../../../targets/budget/budget.js';
import { Verdict } from '../../../targets/budget/verdict.js';
import { hostFunctions } from '../../../targets/host-functions/table.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';

const VALUE_TYPES: Record<string, string> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64' };

/** A module that imports these functions of the table, as `module.name`. */
function importing(names: readonly string[], rest = '(table 1 funcref)'): Uint8Array {
  const imports = names.map((each) => {
    const row = hostFunctions.find(({ module, name }) => `${module}.${name}` === each)!;
    const types = (letters: string) => [...letters].map((letter) => VALUE_TYPES[letter]).join(' ');
    const result = row.results === '' ? '' : `(result ${types(row.results)})`;
    return `(import "${row.module}" "${row.name}" (func (param ${types(row.parameters)}) ${result}))`;
  });
  return wat(`(module ${imports.join('\n')} ${rest})`);
}

const missing = (bytes: Uint8Array, board = puckjs) => budgetOf('a.wasm', readModule(bytes), board).missingImports;

describe('imports on a board', () => {
  it('are there where the board has what they need', () => {
    expect(missing(importing(['espruino.digitalWrite', 'env.abort', 'wasi_snapshot_preview1.fd_write']))).toEqual([]);
    const all = hostFunctions.map(({ module, name }) => `${module}.${name}`);
    expect(missing(importing(all), banglejs2)).toEqual([]);
  });

  it('are missing where it does not, with the reason and the boards that do', () => {
    const bytes = importing(['espruino.digitalWrite', 'espruino.screenImage']);
    const budget = budgetOf('a.wasm', readModule(bytes), puckjs, { boards });
    expect(budget.verdict).toBe(Verdict.DoesNotFit);
    expect(budget.missingImports).toEqual(['espruino screenImage: puckjs has no screen (g)']);
    expect(budget.remedies).toEqual(['--board banglejs: takes the module, as do pixljs, banglejs2']);
    expect(budgetOf('a.wasm', readModule(bytes), pixljs, { boards })).toMatchObject({
      verdict: Verdict.Fits,
      missingImports: [],
    });
  });

  it.each([
    [banglejs, 'espruino.i2cWriteTo', 'banglejs has no I2C bus (I2C1)'],
    [banglejs, 'espruino.spiTransfer', 'banglejs has no SPI bus (SPI1)'],
    [pixljs, 'espruino.buzz', 'pixljs has no sensors of a Bangle.js (Bangle)'],
    [microbit1, 'wasi_snapshot_preview1.random_get', 'microbit1 has no source of random numbers (E.hwRand)'],
  ])('$name: %s', (board, name, why) => {
    expect(missing(importing([name]), board)).toEqual([`${name.replace('.', ' ')}: ${why}`]);
  });

  it('have the type that the table says', () => {
    const of = (type: string) => missing(wat(`(module (import "espruino" "digitalRead" (func ${type})))`));
    expect(of('(param i32) (result i32)')).toEqual([]);
    expect(of('(param i32)')).toEqual(['espruino digitalRead: its type is (i32) -> i32, not (i32)']);
    expect(of('(param f64) (result i32)')).toEqual([
      'espruino digitalRead: its type is (i32) -> i32, not (f64) -> i32',
    ]);
  });

  it('with other names are suggested those that there are', () => {
    const of = (module: string, name: string) => missing(wat(`(module (import "${module}" "${name}" (func)))`));
    expect(of('espruino', 'digitalwrite')).toEqual(['espruino digitalwrite: (); did you mean digitalWrite?']);
    expect(of('espruino', 'launch')).toEqual(['espruino launch: ()']);
    expect(of('wasi_snapshot_preview1', 'poll_oneoff')[0]).toContain('a board cannot wait in the middle of a call');
    expect(missing(wat('(module (import "env" "memory" (memory 1)))'))).toEqual(['env memory: memory 1']);
  });

  it('that call back need a table', () => {
    const of = (rest: string) => missing(importing(['espruino.setTimeout', 'espruino.clearTimeout'], rest));
    expect(of('(table 1 funcref)')).toEqual([]);
    expect(of('')).toEqual([
      'espruino setTimeout: the module has no table for callbacks: link with -Wl,--export-table',
    ]);
  });
});
