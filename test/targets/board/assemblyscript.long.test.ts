// Modules of AssemblyScript on boards: values of every type as arguments, results and those of imports, on each tier; in the simulator, and
// in Espruino itself.
import { describe, expect, it } from 'vitest';
import type { BuildOptions } from '../../../targets/board/build.js';
import { reason } from '../../sim/espruino.js';
import { VALUES } from '../interfaces/assemblyscript/values-table.js';
import { literal, messages, PRINTED, printed, SAME, USES } from './assemblyscript-program.js';

const TIERS: [string, Partial<BuildOptions>][] = [
  ['translated', { tier: 'js' }],
  ['translated, in slices', { tier: 'js', resumable: true }],
  ['machine code', { tier: 'native' }],
  ['interpreted', { tier: 'interp' }],
];

describe.each(TIERS)(`modules of AssemblyScript on boards, %s${reason}`, (_, options) => {
  it('return values of every type as they were', async () => {
    const calls = Object.entries(VALUES).flatMap(([name, values]) =>
      values.map(
        (value) =>
          `value = ${literal(value)}; result = app.${name}(value);` +
          `if (!same(value, result)) print("${name}", JSON.stringify(value), JSON.stringify(result));`,
      ),
    );
    const program = `${SAME}\nvar app = require("app"), value, result;\n${calls.join('\n')}\nprint("done");`;
    for (const each of await printed(program, options)) expect(each).toEqual(['done']);
  });

  it('have imports, objects that stay in the module, variables, and parameters that can be left out', async () => {
    for (const lines of await printed(USES, options)) expect(messages(lines)).toEqual(PRINTED);
  });

  it('take no JsVars and no memory of the module for good', async () => {
    const program = `var app = require("app"), usage = [0, 0, 0], heaps = [0, 0, 0], round, index;
function call() {
  for (index = 0; index < 20; index++) {
    app.ofString("name " + index);
    app.join("a" + index, "b");
    app.ofStrings(["a", "b" + index]);
    app.ofUint8Array(new Uint8Array(index));
    app.makePerson("a", index).free();
    try { app.ofStrings(["a", null]); } catch (error) {}
  }
}
for (round = 0; round < 3; round++) { call(); heaps[round] = app.heap(); usage[round] = process.memory().usage; }
print(usage[2] - usage[1], heaps[2] - heaps[1]);`;
    for (const lines of await printed(program, options)) expect(lines).toEqual(['0 0']);
  });
});

describe.each([
  TIERS[1],
  ['machine code, in slices', { tier: 'native', resumable: true } as Partial<BuildOptions>] as const,
  TIERS[3],
])(`calls in slices of modules of AssemblyScript, %s${reason}`, (_, options) => {
  it('keep what is made for their arguments until they end', async () => {
    const program = `var app = require("app");
function told(error, result) { print(error ? error.message : result); }
var before = app.heap();
app.ofStrings.async(["a", "b"], function (error, result) { print(result.length, result[0]); });
app.join.async("a", told);
app.join.async("a", "+", 3, told);
app.ofStrings.async(["a", null], told);
app.ofString.async(5).catch(function (error) { print(error.message); });
app.fail.async("why", function (error) {
  print(error.message.indexOf("why") > 0);
  app.ofNested.async([[new Uint8Array(3)]], function (error, result) { print(result[0][0].length, app.heap() === before); });
});`;
    for (const lines of await printed(program, options))
      expect(messages(lines).sort()).toEqual([
        '2 a',
        '3 true',
        'a+++',
        'a--',
        'expected a string',
        'expected a string',
        'true',
      ]);
  });
});
