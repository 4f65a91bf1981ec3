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

/** Returns the output of a program that requires the module, which is named `app`. */
async function printedOf(
  text: string,
  files: { declaration: string; bindings: string },
  program: string,
  debug: boolean,
) {
  const read = readModule(wat(text));
  const declared = readAssemblyScript(read, {
    declaration: { name: 'app.d.ts', text: files.declaration },
    bindings: { name: 'app.js', text: files.bindings },
  });
  const imports = await typedImportsFor(puckjs, undefined, bindModule(read, declared));
  const options = { board: puckjs, name: 'app', tier: 'js', memoryBytes: 64, debug, ...imports } as const;
  const { image } = await buildProgram(read, options);
  return printedBySimulator(writesOf(image.files), program);
}

const MEMORY = '/** Exported memory */\nexport declare const memory: WebAssembly.Memory;';

it.each(['log', 'error'])('what asc imports by its name in JavaScript is the board’s: console.%s', async (member) => {
  const module = `(module (import "env" "console.${member}" (func $log (param i32))) (memory (export "memory") 1)
    (data (i32.const 12) "\\04\\00\\00\\00h\\00i\\00")
    (func (export "run") (call $log (i32.const 16))))`;
  const bindings = `  const adaptedImports = {
    env: Object.setPrototypeOf({
      "console.${member}"(text) {
        // ~lib/bindings/dom/console.${member}(~lib/string/String) => void
        text = __liftString(text >>> 0);
      },
    }, imports),
  };`;
  const declaration = `${MEMORY}\n/** app/run */\nexport declare function run(): void;`;
  expect(await printedOf(module, { declaration, bindings }, 'require("app").run();', false)).toEqual(['hi']);
});

it('built to check arguments, it has the types of numbers that AssemblyScript has', async () => {
  const module = '(module (memory (export "memory") 1) (func (export "step") (param i32) (result i32) (local.get 0)))';
  const declaration = `${MEMORY}
/**
 * app/step
 * @param count \`i8\`
 * @returns \`i32\`
 */
export declare function step(count: number): number;`;
  const program = 'try { require("app").step(200); } catch (error) { print(error.message); }';
  expect(await printedOf(module, { declaration, bindings: '  const adaptedImports = {\n  };' }, program, true)).toEqual(
    ['step: count has to be a whole number from -128 to 127 (i8), not 200'],
  );
});
