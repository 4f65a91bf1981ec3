// Programs of specification scripts in Espruino itself: many in one process, one after the other. What fails beside others is run again in a process of its own, and only that counts.
import { Storage } from '../../../sim/index.js';
import type { StorageFile } from '../../../targets/board/image.js';
import { FLASH_BYTES, runInEspruino } from '../../sim/espruino.js';
import { type Problem, type ScriptProgram, startsAs } from './script-program.js';

/** Bytes of Storage files that fit into the flash for sure, ends of pages included. */
const MOST_FILE_BYTES = FLASH_BYTES - 48 * 1024;
/** Characters of statements in a file: they are in JsVars while they run, beside memory and stacks. */
const MOST_STATEMENTS = 4000;

/** memory_copy.wast, most steps of which look at thousands of bytes, in an emulator of another processor. */
const LONGEST_RUN = 5_400_000;

interface Batch {
  programs: ScriptProgram[];
  /** In the order of the answers: the index of a step, or -1 for loading the program. */
  answers: { program: ScriptProgram; step: number }[];
  statements: StorageFile[];
}

/** All but the program itself, if it runs from RAM. */
const inFlash = ({ name, files, isForFlash }: ScriptProgram) =>
  files.filter((each) => isForFlash || each.name !== name);
const sizeOf = (files: StorageFile[]) => files.reduce((sum, { bytes }) => sum + bytes.length + 64, 0);

/** Its statements are in one batch, since what a step leaves in memory is there for the next one. */
function batchOf(programs: ScriptProgram[]): Batch {
  const statements: StorageFile[] = [];
  const answers: Batch['answers'] = [];
  let text = '';
  const add = (statement: string) => {
    if (text.length + statement.length > MOST_STATEMENTS) close();
    text += statement;
  };
  const close = () => {
    if (text !== '') statements.push({ name: `s${statements.length}`, bytes: Buffer.from(text, 'latin1') });
    text = '';
  };
  for (const program of programs) {
    add(`l("${program.name}",${program.isForFlash ? 1 : 0});`);
    answers.push({ program, step: -1 });
    program.steps.forEach(({ statement }, step) => {
      add(`p(${statement});`);
      answers.push({ program, step });
    });
  }
  close();
  return { programs, answers, statements };
}

function batchesOf(programs: ScriptProgram[]): Batch[] {
  const batches: Batch[] = [];
  const common = sizeOf(programs[0]?.shared ?? []);
  let these: ScriptProgram[] = [];
  let bytes = common;
  for (const program of programs) {
    const size = sizeOf(inFlash(program));
    if (bytes + size > MOST_FILE_BYTES && these.length > 0) {
      batches.push(batchOf(these));
      these = [];
      bytes = common;
    }
    these.push(program);
    bytes += size;
  }
  if (these.length > 0) batches.push(batchOf(these));
  return batches;
}

/**
 * A program's names are its own while it is loaded; the one before it is given up first, and `process.memory` frees it.
 * Those with room there run from RAM: Espruino for Linux opens a file for each few characters that it reads of its flash.
 */
const PRELUDE = `var M,c,g;function p(t){print("="+t)}
function t(n){var s=require("fs").readFileSync(n);return E.toFlatString(s)||s}
function l(n,f){M=c=g=undefined;Modules.removeAllCached();process.memory();
try{f||Modules.addCached(n,t(n));M=require(n);c=M["spec call"];g=M["spec get"];p("")}catch(e){p("!"+e.message)}}
function e(n){eval(t("s"+n))}
`;

function run({ programs, answers, statements }: Batch): Map<ScriptProgram, Problem[]> {
  const storage = new Storage(FLASH_BYTES);
  const written = new Map(
    programs.flatMap((each) => [...(each.shared ?? []), ...inFlash(each)]).map((file) => [file.name, file]),
  );
  for (const { name, bytes } of written.values()) storage.write(name, bytes, 0, 0);
  const texts = programs.flatMap((each) => each.files.filter((file) => !inFlash(each).includes(file)));
  const calls = statements.map((_, index) => `e(${index});`).join('\n');
  const { printed, refusal } = runInEspruino(`${PRELUDE}${calls}\nquit();`, {
    flash: storage.flash.bytes,
    files: [...texts, ...statements],
    timeout: LONGEST_RUN,
  });
  const lines = printed.map((line) => line.replace('>\r\u001b[J', '')).filter((line) => line.startsWith('='));
  const problems = new Map(programs.map((program): [ScriptProgram, Problem[]] => [program, []]));
  answers.forEach(({ program, step }, index) => {
    const answer = lines[index]?.slice(1) ?? `!nothing is printed: ${refusal || printed.at(-1)}`;
    const { line, trap } = program.module;
    const those = problems.get(program)!;
    if (step >= 0) {
      const reason = program.steps[step].check(answer);
      const isConsequence = those[0]?.line === line;
      if (reason !== '')
        those.push({ line: program.steps[step].step.line, reason, ...(isConsequence && { moduleLine: line }) });
      return;
    }
    const isRight = trap === undefined ? !answer.startsWith('!') : startsAs(answer, `!${trap}`);
    const reason = answer === '' ? `instantiation did not trap: '${trap}'` : answer.slice(1);
    if (!isRight) those.push({ line, reason });
  });
  return problems;
}

/** Programs that are built. Where nothing but what is `known` fails, a second run would tell nothing new. */
export function runInBatches(programs: ScriptProgram[], known: (problem: Problem) => boolean): Problem[] {
  return batchesOf(programs).flatMap((batch) => {
    const results = run(batch);
    return [...results].flatMap(([program, problems]) => {
      if (results.size === 1 || problems.every(known)) return problems;
      return run(batchOf([program])).get(program)!;
    });
  });
}
