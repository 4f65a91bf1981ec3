// The register instructions that the engine lowers a module to.

import { branchesByTable, registerLength } from '../../src/generated/register-opcodes.js';
import { Engine, large } from '../../src/index.js';
import { Header } from '../../src/status.js';
import { FunctionColumn, type Store } from '../../src/store.js';

const engine = new Engine({ ...large, memoryBytes: 65536, modules: 1, instances: 1 });
const { store } = engine as unknown as { store: Store };

/** Adds the numbers of all instructions of a module without imports to a set. */
export function addEmitted(bytes: Uint8Array, numbers: Set<number>): void {
  engine.reset();
  const instance = engine.instantiate(engine.load(bytes));
  const { code, functions } = store;
  for (let index = 0; index < instance.module.functionCount; index++) {
    let at = functions[(instance.functionBase + index) * 4 + FunctionColumn.Entry];
    const next = functions[(instance.functionBase + index + 1) * 4 + FunctionColumn.Entry];
    const end = index + 1 < instance.module.functionCount ? next - Header.Size : instance.codeEnd;
    while (at < end) {
      const number = code[at];
      numbers.add(number);
      at += registerLength[number];
      if (branchesByTable[number] !== 0) at += (code[at - 1] + 1) * 2;
    }
  }
}
