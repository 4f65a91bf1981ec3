// A module of AssemblyScript as a translated program; assemblyscript.long.test.ts has all tiers and types.
import { expect, it } from 'vitest';
import { puckjs } from '../../../boards/index.js';
import { typedImportsFor } from '../../../cli/typed-interface.js';
import { buildProgram } from '../../../targets/board/build.js';
import { readAssemblyScript } from '../../../targets/interfaces/assemblyscript/read-assemblyscript.js';
import { bindModule } from '../../../targets/interfaces/bind.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { reason } from '../../sim/espruino.js';
import { messages, PRINTED, printed, USES } from './assemblyscript-program.js';
import { printedBySimulator, writesOf } from './program.js';

it(`a module of AssemblyScript has strings, lists, objects and variables on a board${reason}`, async () => {
  for (const lines of await printed(USES, { tier: 'js' })) expect(messages(lines)).toEqual(PRINTED);
});

it('what asc imports by its name in JavaScript is the board’s', async () => {
  const read = readModule(
    wat(`(module (import "env" "console.log" (func $log (param i32))) (memory (export "memory") 1)
      (data (i32.const 12) "\\04\\00\\00\\00h\\00i\\00")
      (func (export "run") (call $log (i32.const 16))))`),
  );
  const bindings = `  const adaptedImports = {
    env: Object.setPrototypeOf({
      "console.log"(text) {
        // ~lib/bindings/dom/console.log(~lib/string/String) => void
        text = __liftString(text >>> 0);
      },
    }, imports),
  };`;
  const declaration =
    '/** Exported memory */\nexport declare const memory: WebAssembly.Memory;\n/** app/run */\nexport declare function run(): void;';
  const files = { declaration: { name: 'app.d.ts', text: declaration }, bindings: { name: 'app.js', text: bindings } };
  const bound = bindModule(read, readAssemblyScript(read, files));
  const imports = await typedImportsFor(puckjs, undefined, bound);
  const { image } = await buildProgram(read, { board: puckjs, name: 'app', tier: 'js', memoryBytes: 64, ...imports });
  expect(printedBySimulator(writesOf(image.files), 'require("app").run();')).toEqual(['hi']);
});
