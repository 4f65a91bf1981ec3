// Programs that call host functions, in the text form that a board runs: with a small Host of their own.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { banglejs2 } from '../../../boards/index.js';
import { SimulatedBoard, type SimulatedBoardFacts, type SimulatorOptions } from '../../../sim/index.js';
import { coreOptions } from '../../../targets/build.mjs';
import { hostFunctions } from '../../../targets/host-functions/table.js';
import { runInEspruino } from '../../sim/espruino.js';

/**
 * Linear memory of 1,024 bytes as `memory`, table 0 as `table`, host functions in `call`; `put`, `text` and `word` reach
 * into memory. On Espruino, functions are not hoisted.
 */
const HOST = `
  global.memory = new Uint8Array(1024);
  global.table = [];
  global.calls = [];
  const reached = (pointer, length) => {
    if (!(length > 0)) throw new Error('a view of no bytes was asked for');
    if (pointer + length > memory.length) throw new Error('out of bounds memory access');
    return new Uint8Array(memory.buffer, pointer, length);
  };
  const host = {
    high: 0,
    bytes: reached,
    callTable: (index, a, b, c) => { table[index](a, b, c); },
    callExport: (name) => { throw new Error('callExport ' + name); },
    fail: (message) => { throw new Error('fail: ' + message); },
    exit: (code) => { throw new Error('exit ' + code); },
  };
  global.put = (pointer, text) => { memory.set(E.toUint8Array(text), pointer); return text.length; };
  global.text = (pointer, length) => E.toString(new Uint8Array(memory.buffer, pointer, length)) + '';
  global.word = (pointer) =>
    memory[pointer] | memory[pointer + 1] << 8 | memory[pointer + 2] << 16 | memory[pointer + 3] << 24;
  global.putWord = (pointer, value) => {
    for (let at = 0; at < 4; at++) memory[pointer + at] = (value >> (at * 8)) & 255;
  };
  global.attempt = (run) => { try { return run(); } catch (error) { return error.message; } };
`;

const folder = fileURLToPath(new URL('../../../targets/host-functions', import.meta.url));

/** The text of a program that calls these functions of the table, by name as `call.name(…)`. */
async function hostProgram(names: readonly string[], program: string): Promise<string> {
  const rows = names.map((name) => {
    const row = hostFunctions.find((each) => each.name === name);
    if (!row) throw new Error(`there is no host function ${name}`);
    return row;
  });
  const imported = [...new Set(rows.map(({ implementation }) => implementation))];
  const calls = rows.map((row) => {
    const words = [...row.parameters].flatMap((letter, at) => (letter === 'I' ? [`p${at}`, `q${at}`] : [`p${at}`]));
    return `${row.name}: (${words.join(', ')}) => ${row.implementation}(${['host', ...words].join(', ')}),`;
  });
  const contents = `import { ${imported.join(', ')} } from './implementations.js';
    ${HOST}
    global.call = { ${calls.join('\n')} };`;
  const stdin = { contents, resolveDir: folder };
  const { outputFiles } = await build({ ...coreOptions, entryPoints: undefined, stdin, write: false });
  // In a function of its own: the short names of a bundle are not the program's.
  return `(function () {${outputFiles[0].text}})();\n${program}`;
}

/** Functions that a program calls. */
function calledIn(program: string): string[] {
  return [...new Set([...program.matchAll(/call\.(\w+)/g)].map(([, name]) => name))];
}

/** The board after the program, and after so much time. */
export async function boardAfter(
  program: string,
  options: SimulatorOptions = {},
  facts: SimulatedBoardFacts = banglejs2,
): Promise<SimulatedBoard> {
  const board = new SimulatedBoard(facts, options);
  board.run(await hostProgram(calledIn(program), program));
  return board;
}

/** Lines that the program prints in Espruino itself, its timers included. */
export async function printedByEspruino(program: string): Promise<string[]> {
  const { printed, refusal } = runInEspruino(await hostProgram(calledIn(program), program));
  // The prompt is taken back before a line that is printed from a timer.
  const lines = [...printed, ...(refusal === '' ? [] : refusal.split('\n'))];
  return lines.map((line) => line.replace('>\r\u001b[J', ''));
}
