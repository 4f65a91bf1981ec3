// Prints the interpreter's loop.
import { expandChanges, plainChanges, verifiedChanges } from './changes.js';
import type { Instruction } from './instructions.js';

/** Which of the loop's forms is printed. */
export enum Variant {
  /** Verifies nothing. */
  Plain = 0,
  /** Checksums follow what is stored outside of the value slots. */
  Verified = 1,
  /** A running sum follows the value slots too. */
  VerifiedSlots = 2,
}

/** Keeps `slotSum`, the sum of the words of all slots, through every write to them. */
function followSlots(body: string): string {
  const words = /\b([RSF])\[((?:[^[\]]|\[[^\]]*\])+)\] = ([^;]+);/g;
  return body.replace(words, (_, view: string, index: string, value: string) => {
    if (view === 'R') {
      return `{ const slot = ${index}, written = ${value}; slotSum = (slotSum + written - R[slot]) | 0; R[slot] = written; }`;
    }
    if (view === 'S') {
      return `{ const slot = ${index}, before = R[slot]; S[slot] = ${value}; slotSum = (slotSum + R[slot] - before) | 0; }`;
    }
    const slot = index.replace(/ >> 1$/, '');
    return `{ const slot = ${slot}, before = (R[slot] + R[slot + 1]) | 0; F[slot >> 1] = ${value}; slotSum = (((slotSum + R[slot]) | 0) + ((R[slot + 1] - before) | 0)) | 0; }`;
  });
}

/** Jumps and calls are counted on their own too: damaged code, with damaged fuel in it, must not run for ever. */
const CHECK_TURN = 'state[State.Ticks] -= 1; if ((state[State.Fuel] | state[State.Ticks]) < 0) EXIT(Status.Yield)';
const TURN = 'const cost = $1; EXIT(Status.Jump)';

// Positions are summed without `| 0`: they are small, and V8's limit counts the bytes.
function expand(body: string, variant: Variant, exit: (status: string) => string): string {
  const jump = (_: string, n: string) =>
    `{ state[State.Fuel] -= C(${Number(n) + 1}); pc = C(${n}); if (state[State.Fuel] < 0) EXIT(Status.Yield) continue; }`;
  const jumps = body.replace(/JUMP\((\d+)\)/g, jump);
  const turns = jumps
    .replace(/state\[State\.Fuel\] -= (\S+); if \(state\[State\.Fuel\] < 0\) EXIT\(Status\.Yield\) continue;/g, TURN)
    .replace(
      /state\[State\.Fuel\] -= (\S+); pc = (\S+); if \(state\[State\.Fuel\] < 0\) EXIT\(Status\.Yield\) continue;/g,
      `const cost = $1; pc = $2; EXIT(Status.Jump)`,
    )
    .replaceAll('if (state[State.Fuel] < 0) EXIT(Status.Yield)', CHECK_TURN);
  const text = (variant === Variant.Plain ? jumps : turns)
    // Damaged code must not clear for ever.
    .replace(/ CLEARED\b/, variant === Variant.Plain ? '' : ' && at >= frame && at < end')
    .replace(/\bI\((\d+)\)/g, 'R[fp + C($1)]')
    .replace(/\bS\((\d+)\)/g, 'S[fp + C($1)]')
    .replace(/\bF\((\d+)\)/g, 'F[(fp + C($1)) >> 1]')
    .replace(/\bP\((\d+)\)/g, '(fp + C($1))')
    .replace(/\bC\((\d+)\)/g, 'code$1[pc]')
    .replace(/\bE\((\d+)\)/g, 'codeFloats[pc + $1]')
    .replace(/\bD\((\d+)\)/g, (_, n) => `codeDoubles[(pc + ${Number(n) + 1}) >> 1]`)
    .replace(/\bFRAME\b/g, '{ status = Status.Frame; break; }')
    .replace(/EXIT\(([^()]*)\)/g, (_, status: string) => exit(status));
  return variant === Variant.VerifiedSlots ? followSlots(text) : text;
}

/** An f64 that was computed, and its canonical NaN. */
const ARITHMETIC = /const v = ([^;]*), d = P\((\d+)\); F\[d >> 1\] = v; if \(v !== v\) \{[^}]*\}\s*$/;

const CREATE = ['createInterpreter', 'createVerifiedInterpreter', 'createSlotVerifiedInterpreter'];

/** The result of an instruction, where it is the last thing that it does, and on no condition. */
const RESULT = /(?<!\)\s*)\{ const (slot = [^;]+, written = [^;]+); slotSum = [^;]+; R\[slot\] = written; \}\s*$/;

/** Behind the switch: in the cases themselves it would make the loop longer than V8 optimises. */
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

/** What is looked at within the loop: a call of the rest would make it leave the loop each time. */
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

/** `hotCount` is how many of the hot instructions it has. */
export function printInterpreter(given: Instruction[], variant: Variant, hotCount: number): string {
  const verified = variant !== Variant.Plain;
  const followsSlots = variant === Variant.VerifiedSlots;
  const changes = verified ? verifiedChanges : plainChanges;
  const all = given.map((instruction) => ({ ...instruction, body: expandChanges(instruction.body, changes) }));
  const number = new Map(all.map((instruction, index) => [instruction.name, index]));
  const hot = all.slice(0, hotCount).filter((instruction) => instruction.hot);
  const cold = all.filter((instruction) => !instruction.hot);
  // One set of variables for all cases: each `const` would be a register of its own, and a high register doubles the code.
  const variables = new Set<string>();
  const shared = (body: string) =>
    body.replace(/\bconst ((?:[^;()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*);/g, (_, declarations: string) => {
      for (const [, name] of declarations.matchAll(/(?:^|, )(\w+) = /g)) variables.add(name);
      return `${declarations};`;
    });
  const cases = hot.map((instruction) => {
    const given = instruction.body.replace(/\bNEXT\b/g, `pc + ${instruction.length}`);
    const text = followsSlots ? given.replace(ARITHMETIC, 'const slot = P($2), double = $1;') : given;
    const expanded = expand(text, variant, (status) => `{ status = ${status}; break; }`);
    if (followsSlots && RESULT.test(expanded)) {
      const result = shared(expanded.replace(RESULT, `const $1; pc += ${instruction.length}; break;`));
      return `      case ${number.get(instruction.name)}: { // ${instruction.name}\n        ${result.trim()}\n      }`;
    }
    if (text !== given) {
      return `      case ${number.get(instruction.name)}: { // ${instruction.name}\n        ${shared(expanded)} pc += ${instruction.length}; status = Status.Double; break;\n      }`;
    }
    const body = shared(expanded);
    const leaves =
      /continue;\s*$|break; }\s*$/.test(body) &&
      !instruction.conditional &&
      !/if \([^{]*\) \{ status[^}]*\}\s*$/.test(body);
    const next = leaves ? '' : ` pc += ${instruction.length}; continue;`;
    return `      case ${number.get(instruction.name)}: { // ${instruction.name}\n        ${body.trim()}${next}\n      }`;
  });
  const groups: Instruction[][] = [];
  for (let index = 0; index < cold.length; index += COLD_CASES) groups.push(cold.slice(index, index + COLD_CASES));
  const coldFunctions = groups.map((group, index) => {
    const text = group.map((instruction) => {
      const body = expand(instruction.body, variant, (status) => `return -(${status});`).replaceAll(
        'slotSum',
        'state[State.SlotSum]',
      );
      const memory =
        (/\bmemoryBase\b/.test(body) ? 'const memoryBase = state[State.MemoryBase]; ' : '') +
        (/\bmemoryBytes\b/.test(body) ? 'const memoryBytes = state[State.MemoryBytes]; ' : '');
      return `      case ${number.get(instruction.name)}: { // ${instruction.name}\n        ${memory}${body.trim()} return pc + ${instruction.length};\n      }`;
    });
    const otherwise = index + 1 < groups.length ? `cold${index + 1}(pc, fp)` : '-Trap.Unreachable';
    return `  function cold${index}(pc: number, fp: number): number {\n    switch (code[pc]) {\n${text.join('\n')}\n      default: return ${otherwise};\n    }\n  }`;
  });
  const longest = Math.max(...all.map((instruction) => instruction.length));
  const codeViews = Array.from({ length: longest }, (_, index) => index);
  const everything = cases.join('\n') + coldFunctions.join('\n');
  const numericNames = [...readNames(everything)].sort();
  return `// Generated from src/opcodes.ts, src/numeric.ts and targets/interpreter-printer/instructions.ts. Do not edit.

import { ${numericNames.join(', ')} } from '../numeric.js';
import { CODE_VIEWS } from '../capacities.js';
import { copyBytes, copyEntries, dataLength, dataStart, growTable, initBytes, initTable } from '../bulk.js';
${verified ? "import { FRAME_SEAL, type Integrity } from '../integrity.js';\n" : ''}import { Header, State, Status } from '../status.js';
import { FunctionColumn, type Store, TableColumn } from '../store.js';
import { Trap } from '../trap.js';
import { NULL_REFERENCE } from '../types.js';
import { wideAdd, wideMultiply, wideResult, wideSubtract } from '../wide.js';

/** Makes the loop over a store's buffers. It returns a Status or a Trap, with the machine's state in \`state\`. */
export function ${CREATE[variant]}(store: Store, state: Int32Array${verified ? ', integrity: Integrity' : ''}): () => number {
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
  const memoryView = new DataView(store.memoryBuffer);
  const memoryArray = new Uint8Array(store.memoryBuffer);
  const instances = store.instances;
${
  verified
    ? `  const memoryWordBuffer = integrity.memoryWords, memorySumBuffer = integrity.memorySums;
  const globalSumBuffer = integrity.globalSums, frameSealBuffer = integrity.frameSeals;
  const doubleBuffer = new Float64Array(1), doubleWords = new Int32Array(doubleBuffer.buffer);
  const interval = integrity.interval, ticks = integrity.ticks;
`
    : ''
}  const code = store.code, R = slotWords, S = slotFloats, F = slotDoubles, tables = tableBuffer;
${codeViews
  .filter((n) => coldFunctions.some((text) => text.includes(`code${n}[`)))
  .map((n) => `  const code${n} = code${n}Buffer;`)
  .join('\n')}

  const tableEntries = tableEntryBuffer, view = memoryView, bytes = memoryArray;
  const memoryOf = (address: number) => store.memories[address];

${coldFunctions.join('\n\n')}

  function run(): number {
    const ${codeViews.map((n) => `code${n} = code${n}Buffer`).join(', ')};
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
${cases.join('\n')}
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
  }
  // What has a call in it stays out of the loop: a call in there makes the compiler keep everything in memory.
  function runAll(): number {
    for (;;) {
      const status = run();
      if (status !== Status.Cold) return status;
      const next = cold0(state[State.Counter], state[State.Frame]);
      if (next < 0) return -next;
      state[State.Counter] = next;
    }
  }
  return runAll;
}
`;
}

/** Names of functions from numeric.ts that the text calls. */
function readNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const match of text.matchAll(/\b((?:[if](?:32|64)_\w+)|imul|clz|highWord|multiplyHigh|roundToOdd|TWO_\d\d)\b/g))
    names.add(match[1]);
  return names;
}
