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
