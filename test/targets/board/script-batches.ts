// Programs of specification scripts in Espruino itself: several of them in one flash, and their steps in one process.
import { Storage } from '../../../sim/index.js';
import { FLASH_BYTES, runInEspruino } from '../../sim/espruino.js';
import { type Problem, type ScriptProgram, startsAs } from './script-program.js';

/** Bytes of Storage files that fit into the flash for sure, headers and ends of pages included. */
const MOST_FILE_BYTES = FLASH_BYTES - 48 * 1024;
/** Characters of statements: they are in JsVars while they run, beside memory and stacks. */
const MOST_STATEMENTS = 24_000;

/** call_indirect.wast, which has some ten thousand calls, in an emulator of another processor. */
const LONGEST_RUN = 900_000;

interface Batch {
  programs: Set<ScriptProgram>;
  /** With the place of the statement in `steps`, or -1 for loading the program. */
  lines: { program: ScriptProgram; step: number; text: string }[];
}

/** Statements one behind the other: loading a program, then its steps, in as many batches as they need. */
function batchesOf(programs: ScriptProgram[]): Batch[] {
  const batches: Batch[] = [];
  let fileBytes = 0;
  let characters = 0;
  let batch: Batch;
  const common = programs[0]?.shared ?? [];
  const open = () => {
    batch = { programs: new Set(), lines: [] };
    batches.push(batch);
    fileBytes = common.reduce((sum, { bytes }) => sum + bytes.length + 64, 0);
    characters = 0;
  };
  const load = (program: ScriptProgram, size: number) => {
    if (fileBytes + size > MOST_FILE_BYTES) open();
    fileBytes += size;
    batch.programs.add(program);
    batch.lines.push({ program, step: -1, text: `l("${program.name}")` });
  };
  open();
  for (const program of programs) {
    const size = program.files.reduce((sum, { bytes }) => sum + bytes.length + 64, 0);
    load(program, size);
    program.steps.forEach(({ statement }, step) => {
      if (characters + statement.length > MOST_STATEMENTS) {
        open();
        load(program, size);
      }
      characters += statement.length + 6;
      batch.lines.push({ program, step, text: statement });
    });
  }
  return batches;
}

/** A program's names are its own while it is loaded; the one before it is given up first. */
const PRELUDE = `var M,c,g;function p(t){print("="+t)}
function l(n){M=c=g=undefined;Modules.removeAllCached();try{M=require(n);c=M["spec call"];g=M["spec get"];p("")}catch(e){p("!"+e.message)}}
`;

function run({ programs, lines }: Batch): Problem[] {
  const storage = new Storage(FLASH_BYTES);
  const written = new Map(
    [...programs].flatMap(({ files, shared = [] }) => [...shared, ...files]).map((file) => [file.name, file]),
  );
  for (const { name, bytes } of written.values()) storage.write(name, bytes, 0, 0);
  const text = lines.map((line) => (line.step < 0 ? `${line.text};` : `p(${line.text});`)).join('\n');
  const { printed, refusal } = runInEspruino(PRELUDE + text, storage.flash.bytes, LONGEST_RUN);
  const answers = printed.map((line) => line.replace('>\r\u001b[J', '')).filter((line) => line.startsWith('='));
  return lines.flatMap(({ program, step }, index): Problem[] => {
    const answer = answers[index]?.slice(1) ?? `!nothing is printed: ${refusal || printed.at(-1)}`;
    if (step >= 0) {
      const problem = program.steps[step].check(answer);
      return problem === '' ? [] : [{ line: program.steps[step].step.line, reason: problem }];
    }
    const { line, trap } = program.module;
    if (trap !== undefined && answer.startsWith('!') && startsAs(answer.slice(1), trap)) return [];
    if (trap === undefined && !answer.startsWith('!')) return [];
    return [{ line, reason: answer === '' ? `instantiation did not trap: '${trap}'` : answer.slice(1) }];
  });
}

/** Programs that `build` refused are no matter of Espruino. */
export function runInBatches(programs: ScriptProgram[]): Problem[] {
  return batchesOf(programs.filter(({ refusal }) => refusal === undefined)).flatMap(run);
}
