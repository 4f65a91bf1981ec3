// Prints the interpreter's loop.
import { type Body, type Dialect, elementOf, endsWith, type Print, printBody } from './body.js';
import { plainChanges, verifiedChanges } from './changes.js';
import { type Instruction, Place } from './instructions.js';

/** The forms of the loop. */
export enum Variant {
  /** Verifies nothing. */
  Plain = 0,
  /** Checksums follow what is stored outside of the value slots. */
  Verified = 1,
  /** A running sum follows the value slots too. */
  VerifiedSlots = 2,
}

/** Jumps and calls are counted on their own too: damaged code, with damaged fuel in it, must not run for ever. */
const YIELD = {
  [Variant.Plain]: 'if (state[State.Fuel] < 0) EXIT(Status.Yield)',
  counted: 'state[State.Ticks] -= 1; if ((state[State.Fuel] | state[State.Ticks]) < 0) EXIT(Status.Yield)',
};

interface LoopForm {
  variant: Variant;
  /** How an instruction is left with a status. */
  exit: (status: string) => string;
  /** The running sum of the slots. */
  slotSum: string;
  /** Words of the instruction. */
  length: number;
  declaration?: Dialect['declaration'];
  /** Prints the assignment of a computed f64 that is not written at once. */
  result64?: (print: Print, index: string, value: string) => string;
}

function loopDialect({ variant, exit, slotSum, length, declaration, result64 }: LoopForm): Dialect {
  const isPlain = variant === Variant.Plain;
  const changes = Object.entries(isPlain ? plainChanges : verifiedChanges).map(([name, change]) => {
    return [name, (print: Print, ...operands: string[]) => print(change(...operands))];
  });
  const code = (word: string) => `code${word}[pc]`;
  const after = (word: string) => String(Number(word) + 1);
  return {
    // Positions are summed without `| 0`: they are small, and V8's limit counts the bytes.
    slots: {
      I: (word) => ['R', `fp + ${code(word)}`],
      S: (word) => ['S', `fp + ${code(word)}`],
      F: (word) => ['F', `(fp + ${code(word)}) >> 1`],
    },
    macros: {
      ...Object.fromEntries(changes),
      P: (_, word) => `(fp + ${code(word)})`,
      C: (_, word) => code(word),
      E: (_, word) => `codeFloats[pc + ${word}]`,
      D: (_, word) => `codeDoubles[(pc + ${after(word)}) >> 1]`,
      EXIT: (_, status) => exit(status),
      FRAME: () => '{ status = Status.Frame; break; }',
      NEXT: () => `pc + ${length}`,
      YIELD: (print) => print(isPlain ? YIELD[Variant.Plain] : YIELD.counted),
      GO: (print, cost) =>
        print(isPlain ? `state[State.Fuel] -= ${cost}; YIELD continue;` : `const cost = ${cost}; EXIT(Status.Jump)`),
      JUMP: (print, word) =>
        print(
          isPlain
            ? `{ state[State.Fuel] -= C(${after(word)}); pc = C(${word}); YIELD continue; }`
            : `{ const cost = C(${after(word)}); pc = C(${word}); EXIT(Status.Jump) }`,
        ),
      // Damaged code must not clear for ever.
      UNTIL: (_, condition) => (isPlain ? condition : `${condition} && at >= frame && at < end`),
      OUTSIDE: (_, entry, memory) => `${entry} < 0 || functions[row + FunctionColumn.Memory] !== ${memory}`,
      MOVED: (_, address) => `(${address}) - memoryStart`,
      BEFORE: (_, offset, count) => `(${offset} < 0 && ${count} > 0)`,
      PLACE: (_, offset) => `memoryBase + ${offset}`,
      ADDRESS: (_, offset) => `(memoryBase + ${offset}) | 0`,
      RESULT32: (print, index, value) =>
        print(`const v = ${value}, d = ${index}; S[d] = v; if (v !== v) R[d] = 0x7fc00000;`),
      RESULT64:
        result64 ??
        ((print, index, value) =>
          print(`const v = ${value}, d = ${index}; F[d >> 1] = v; if (v !== v) { R[d] = 0; R[d + 1] = 0x7ff80000; }`)),
    },
    declaration,
    write: variant === Variant.VerifiedSlots ? (...write) => followedWrite(slotSum, ...write) : undefined,
  };
}

/** Keeps the sum of the words of all slots through a write to them. */
function followedWrite(sum: string, print: Print, view: string, index: string, value: string): string | undefined {
  if (view === 'R') {
    const declared = print(`const slot = ${index}, written = ${value};`);
    return `{ ${declared} ${sum} = (${sum} + written - R[slot]) | 0; R[slot] = written; }`;
  }
  if (view === 'S') {
    const declared = print(`const slot = ${index}, before = R[slot];`);
    return `{ ${declared} S[slot] = ${value}; ${sum} = (${sum} + R[slot] - before) | 0; }`;
  }
  if (view !== 'F') return undefined;
  const slot = index.slice(0, -' >> 1'.length);
  const declared = print(`const slot = ${slot}, before = (R[slot] + R[slot + 1]) | 0;`);
  return `{ ${declared} F[slot >> 1] = ${value}; ${sum} = (((${sum} + R[slot]) | 0) + ((R[slot + 1] - before) | 0)) | 0; }`;
}

const CREATE = ['createInterpreter', 'createVerifiedInterpreter', 'createSlotVerifiedInterpreter'];

/** Macros with which a body leaves its instruction. */
const LEAVING = ['EXIT', 'FRAME', 'POP', 'JUMP', 'GO'];

/** Printed after the switch: in its cases, this code would make the loop too long for V8 to optimise. */
const STORE_RESULT = `        if (status === Status.Running) {
          slotSum = (slotSum + written - R[slot]) | 0; R[slot] = written;
          continue;
        }
        if (status === Status.Double) {
          status = Status.Running;
          slotSum = (slotSum - R[slot] - R[slot + 1]) | 0;
          F[slot >> 1] = double;
          if (double !== double) { R[slot] = 0; R[slot + 1] = 0x7ff80000; }
          slotSum = (slotSum + R[slot] + R[slot + 1]) | 0;
          continue;
        }
`;
const CHARGE_JUMP = `        if (status === Status.Jump) {
          state[State.Fuel] -= cost; state[State.Ticks] -= 1;
          status = Status.Running;
          if ((state[State.Fuel] | state[State.Ticks]) >= 0) continue;
          status = Status.Yield;
        }
`;

/** A cheap test within the loop. The call of the full validation would leave the loop each time. */
const VALIDATE = `      if (status === Status.Yield) {
        const grant = interval - state[State.Fuel];
        if (
          grant > 0 && state[State.Budget] >= grant && state[State.Turns] > 0 && (pc >>> 0) < state[State.CodeEnd] &&
          (calls & 1) === 0 && (calls >>> 0) <= state[State.CallLimit] + 2 && (current >>> 0) <= state[State.SlotLimit]
        ) {
          state[State.Budget] -= grant; state[State.Fuel] = interval; state[State.Ticks] = ticks; state[State.Turns] -= 1;
          status = Status.Running;
          continue;
        }
      }
`;

/** Cold instructions stand in functions of this many cases: each stays far below the size that V8 refuses to optimise. */
const COLD_CASES = 80;

/** One loop over these instructions. */
function printLoop(
  name: string,
  instructions: Instruction[],
  variant: Variant,
  number: ReadonlyMap<string, number>,
): string {
  const verified = variant !== Variant.Plain;
  const followsSlots = variant === Variant.VerifiedSlots;
  // One set of variables for all cases: each `const` would be a register of its own, and a high register doubles the code.
  const variables = new Set<string>();
  const cases = instructions
    .map(({ name, length, body }) => {
      const dialect = loopDialect({
        variant,
        exit: (status) => `{ status = ${status}; break; }`,
        slotSum: 'slotSum',
        length,
        declaration: (names, declared) => {
          for (const each of names) variables.add(each);
          return `${declared};`;
        },
        result64: followsSlots
          ? (print, index, value) => print(`const slot = ${index}, double = ${value};`)
          : undefined,
      });
      const text = followsSlots ? followedCase(body, length, dialect) : caseText(body, length, dialect);
      return `      case ${number.get(name)}: { // ${name}\n        ${text}\n      }`;
    })
    .join('\n');
  const longest = Math.max(...instructions.map(({ length }) => length));
  return `  function ${name}(): number {
    const ${Array.from({ length: longest }, (_, n) => `code${n} = code${n}Buffer`).join(', ')};
    const codeFloats = codeFloatBuffer, codeDoubles = codeDoubleBuffer;
    const R = slotWords, S = slotFloats, F = slotDoubles, callStack = callStackBuffer;
    const globals = globalBuffer, tables = tableBuffer, tableEntries = tableEntryBuffer, functions = functionBuffer;
    const view = memoryView, bytes = memoryArray;
    const memoryBase = state[State.MemoryBase], memoryBytes = state[State.MemoryBytes];
${
  verified
    ? `    const memoryWords = memoryWordBuffer, memorySums = memorySumBuffer, globalSums = globalSumBuffer;
    const frameSeals = frameSealBuffer, storedDouble = doubleBuffer, storedWords = doubleWords;
`
    : ''
}    let pc = state[State.Counter], current = state[State.Frame], calls = state[State.Calls];
    let status${verified ? ': Status | Trap = Status.Running' : ' = 0'};${followsSlots ? '\n    let slotSum = state[State.SlotSum];' : ''}
    let ${[...variables].map((name) => `${name} = 0`).join(', ')};
    for (;;) {
      // In the inner loop the frame does not change: a variable of the loop would be stored and loaded at every instruction.
      const fp = current;
      for (;;) {
        switch (code0[pc]) {
${cases}
        default: {
          status = Status.Cold; break;
        }
        }
${followsSlots ? STORE_RESULT : ''}${verified ? CHARGE_JUMP : ''}        break;
      }
      if (status === Status.Frame) ${verified ? '{ status = Status.Running; continue; }' : 'continue;'}
${verified ? VALIDATE : ''}      ${followsSlots ? 'state[State.SlotSum] = slotSum; ' : ''}state[State.Counter] = pc; state[State.Frame] = current; state[State.Calls] = calls;
      return status;
    }
  }`;
}

/**
 * `mainCount` is how many of the instructions of the main loop it has, `sharedCount` how many of these are in the second loop, too.
 */
export function printInterpreter(
  given: Instruction[],
  variant: Variant,
  mainCount: number,
  sharedCount: number,
): string {
  const verified = variant !== Variant.Plain;
  const number = new Map(given.map((instruction, index) => [instruction.name, index]));
  const main = given.slice(0, mainCount).filter(({ place }) => place === Place.Main);
  const rare = given.filter(({ place }) => place === Place.Second);
  const cold = given.flatMap((each) =>
    each.place === Place.Function || each.otherwise ? [{ ...each, body: each.otherwise ?? each.body }] : [],
  );
  const loops = [
    printLoop('run', main, variant, number),
    printLoop('runSecond', [...main.slice(0, sharedCount), ...rare], variant, number),
  ].join('\n\n');
  const groups: Instruction[][] = [];
  for (let index = 0; index < cold.length; index += COLD_CASES) groups.push(cold.slice(index, index + COLD_CASES));
  const coldFunctions = groups.map((group, index) => {
    const text = group.map(({ name, length, body: given }) => {
      const exit = (status: string) => `return -(${status});`;
      const body = printBody(given, loopDialect({ variant, exit, slotSum: 'state[State.SlotSum]', length }));
      const memory =
        (/\bmemoryBase\b/.test(body) ? 'const memoryBase = state[State.MemoryBase]; ' : '') +
        (/\bmemoryBytes\b/.test(body) ? 'const memoryBytes = state[State.MemoryBytes]; ' : '') +
        (/\bmemoryStart\b/.test(body) ? 'const memoryStart = state[State.MemoryStart]; ' : '');
      return `      case ${number.get(name)}: { // ${name}\n        ${memory}${body.trim()} return pc + ${length};\n      }`;
    });
    const views =
      (text.some((each) => /\bview\b/.test(each)) ? '    const view = memoryView;\n' : '') +
      (text.some((each) => /\bbytes\b/.test(each)) ? '    const bytes = memoryArray;\n' : '');
    const otherwise = index + 1 < groups.length ? `cold${index + 1}(pc, fp)` : '-Trap.Unreachable';
    return `  function cold${index}(pc: number, fp: number): number {\n${views}    switch (code[pc]) {\n${text.join('\n')}\n      default: return ${otherwise};\n    }\n  }`;
  });
  const longest = Math.max(...given.map((instruction) => instruction.length));
  const codeViews = Array.from({ length: longest }, (_, index) => index);
  const everything = loops + coldFunctions.join('\n');
  const numericNames = [...readNames(everything)].sort();
  return `// Generated from src/opcodes.ts, src/numeric.ts and targets/interpreter-printer/instructions.ts. Do not edit.

import { ${numericNames.join(', ')} } from '../numeric.js';
import { CODE_VIEWS } from '../capacities.js';
import { SECOND_LOOP_END, SECOND_LOOP_FIRST } from './register-opcodes.js';
import { copyBytes, copyEntries, dataLength, dataStart, growTable, initBytes, initTable } from '../bulk.js';
${verified ? "import { FRAME_SEAL, type Integrity } from '../integrity.js';\n" : ''}import { Header, State, Status } from '../status.js';
import type { InterpreterLoop } from '../interpreter-loop.js';
import { FunctionColumn, type Store, TableColumn } from '../store.js';
import { Trap } from '../trap.js';
import { NULL_REFERENCE } from '../types.js';
import { wideAdd, wideMultiply, wideResult, wideSubtract } from '../wide.js';

/** Makes the loop over a store's buffers. */
export function ${CREATE[variant]}(store: Store, state: Int32Array${verified ? ', integrity: Integrity' : ''}): InterpreterLoop {
  const viewLength = store.code.length - CODE_VIEWS;
${codeViews.map((n) => `  const code${n}Buffer = new Int32Array(store.code.buffer, ${n * 4}, viewLength);`).join('\n')}
  const codeFloatBuffer = new Float32Array(store.code.buffer);
  const codeDoubleBuffer = new Float64Array(store.code.buffer);
  const slotWords = new Int32Array(store.slots);
  const slotFloats = new Float32Array(store.slots);
  const slotDoubles = new Float64Array(store.slots);
  const callStackBuffer = store.callStack;
  const globalBuffer = store.globals;
  const tableBuffer = store.tables;
  const tableEntryBuffer = store.tableEntries;
  const functionBuffer = store.functions;
  let memoryView = new DataView(store.memoryBuffer);
  let memoryArray = store.memoryArray;
  const instances = store.instances;
${
  verified
    ? `  let memoryWordBuffer = integrity.memoryWords, memorySumBuffer = integrity.memorySums;
  const globalSumBuffer = integrity.globalSums, frameSealBuffer = integrity.frameSeals;
  const doubleBuffer = new Float64Array(1), doubleWords = new Int32Array(doubleBuffer.buffer);
  const interval = integrity.interval, ticks = integrity.ticks;
`
    : ''
}  const code = store.code, tables = tableBuffer;
${[
  ['R', 'slotWords'],
  ['S', 'slotFloats'],
  ['F', 'slotDoubles'],
]
  .filter(([view]) => coldFunctions.some((text) => text.includes(`${view}[`)))
  .map(([view, buffer]) => `  const ${view} = ${buffer};\n`)
  .join('')}${codeViews
  .filter((n) => coldFunctions.some((text) => text.includes(`code${n}[`)))
  .map((n) => `  const code${n} = code${n}Buffer;`)
  .join('\n')}

  const tableEntries = tableEntryBuffer;
  const memories = store.memories;

${coldFunctions.join('\n\n')}

${loops}
  // Calls stay outside the loops: a call in one would make the compiler keep all variables in memory.
  // Each loop runs until it meets an instruction that it does not have: code with a rare one in a loop runs in the second one.
  function runAll(): number {
    let inSecond = false;
    for (;;) {
      const status = inSecond ? runSecond() : run();
      if (status !== Status.Cold) return status;
      const operation = code[state[State.Counter]];
      if (inSecond && operation >= 0 && operation < ${main.length}) inSecond = false;
      else if (!inSecond && operation >= SECOND_LOOP_FIRST && operation < SECOND_LOOP_END) inSecond = true;
      else {
        const next = cold0(state[State.Counter], state[State.Frame]);
        if (next < 0) return -next;
        state[State.Counter] = next;
      }
    }
  }
  function replaceMemory(): void {
    memoryView = new DataView(store.memoryBuffer);
    memoryArray = store.memoryArray;
${verified ? '    memoryWordBuffer = integrity.memoryWords;\n    memorySumBuffer = integrity.memorySums;\n' : ''}  }
  return { run: runAll, replaceMemory };
}
`;
}

function caseText(body: Body, length: number, dialect: Dialect): string {
  return `${printBody(body, dialect).trim()}${endsWith(body, LEAVING) ? '' : ` pc += ${length}; continue;`}`;
}

/** A case in which the result is stored behind the switch, where that is the last thing that it does, and on no condition. */
function followedCase(body: Body, length: number, dialect: Dialect): string {
  const before = body.slice(0, -1);
  const [last] = body.slice(-1);
  if (last.kind === 'call' && last.name === 'RESULT64') {
    return `${printBody(body, dialect).trim()} pc += ${length}; status = Status.Double; break;`;
  }
  const [condition] = before.slice(-1);
  const isConditional = condition?.kind === 'text' && condition.text.trimEnd().endsWith(')');
  if (last.kind === 'write' && !isConditional) {
    const [view, index] = elementOf(last.target, dialect);
    const value = printBody(last.value, dialect);
    if (view === 'R') {
      const result = printBody(`const slot = ${index}, written = ${value};`, dialect);
      return `${`${printBody(before, dialect)}${result}`.trim()} pc += ${length}; break;`;
    }
  }
  return caseText(body, length, dialect);
}

/** Names of functions from numeric.ts that the text calls. */
function readNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const match of text.matchAll(/\b((?:[if](?:32|64)_\w+)|imul|clz|highWord|multiplyHigh|roundToOdd|TWO_\d\d)\b/g))
    names.add(match[1]);
  return names;
}
