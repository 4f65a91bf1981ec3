// Every memory access of translated programs for boards, with JavaScript of this machine, beside Node's WebAssembly.
import { expect, test } from 'vitest';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { everyNth } from '../../amount.js';
import { loadModule, PAGE, storeModule } from '../../differential/accesses.js';
import { boardFunction, type Program, roomyBoard } from '../../differential/board-program.js';
import { firstDifference, formatOutcome, nodeFunction, nodeMemory, Trapped } from '../../differential/execution.js';
import { sameResults } from '../../differential/nan.js';
import { loadRows, storeRows } from '../../differential/opcode-rows.js';
import { inputsOf, type OpcodeModule } from '../../differential/opcodes.js';
import { platform } from '../../differential/platform.js';
import { loadInNode, translatedEpilogue } from './script-program.js';

Error.stackTraceLimit = 0;

const OUT_OF_BOUNDS = 'out of bounds memory access in function ';

async function check({ bytes, forms }: OpcodeModule): Promise<void> {
  let exports: string[] = [];
  const { image } = await buildProgram(readModule(bytes), {
    board: roomyBoard,
    name: 'accesses',
    tier: 'js',
    optimise: false,
    memoryBytes: PAGE,
    translatedEpilogue: (given) => {
      exports = given.code.exports.map(({ name }) => name);
      return `${translatedEpilogue(given)}\nBOARD_EXPORTS.memory = function () { return bytes; };`;
    },
  });
  const program = loadInNode('accesses', image.files) as Program;
  const node = new platform.Instance(new platform.Module(bytes));
  let [calls, traps] = [0, 0];
  for (const form of forms) {
    const { name, results } = form;
    const letters = results.map(({ type }) => ({ i32: 'i', i64: 'I', f32: 'i', f64: 'I' })[type]).join('');
    const ours = boardFunction(program, exports.indexOf(name), letters);
    const nodes = nodeFunction(node, name);
    for (const values of inputsOf(form)) {
      const found = ours(values);
      const expected = nodes(values);
      calls++;
      if (expected instanceof Trapped) traps++;
      const isSame =
        found instanceof Trapped
          ? expected instanceof Trapped && found.message.startsWith(OUT_OF_BOUNDS)
          : sameResults(results, found, expected);
      if (!isSame) expect.fail(`${name} (${values}): ${formatOutcome(found)}, Node: ${formatOutcome(expected)}`);
    }
    const difference = firstDifference(program.memory(), nodeMemory(node, 'memory'));
    if (difference >= 0) expect.fail(`${name}: the memories differ from byte ${difference} on`);
  }
  expect(calls).toBeGreaterThan(3000);
  expect(traps).toBeGreaterThan(1000);
}

test.each(everyNth(loadRows, 4))('$mnemonic', (row) => check(loadModule(row, true)));
test.each(everyNth(storeRows, 4, 1))('$mnemonic', (row) => check(storeModule(row, true)));
