// Prints the numbers of the register instructions, and their properties.
import { opcodeTable } from '../../src/opcodes.js';
import { hasPart, type Part } from './body.js';
import type { FusionRow } from './fused-instructions.js';
import { type Instruction, memoryForms, Place } from './instructions.js';

function printFusions(all: Instruction[], rows: FusionRow[]): string {
  const number = new Map(all.map((instruction, index) => [instruction.name, index]));
  const starts: number[] = [];
  const sorted: FusionRow[] = [];
  for (const { name } of all) {
    starts.push(sorted.length);
    sorted.push(...rows.filter(([first]) => first === name));
  }
  starts.push(sorted.length);
  return `/** Where the fusions of an instruction start in the three tables below; the next one's start is their end. */
export const fusionStart = new Uint16Array([${starts.join(', ')}]);
/** The instruction that follows. */
export const fusionSecond = new Uint16Array([${sorted.map(([, second]) => number.get(second)).join(', ')}]);
/** Its word that reads the result; FUSION_KEPT is added where the result goes to a local variable as well. */
export const fusionWord = new Uint8Array([${sorted.map(([, , word, kept]) => (kept ? word + 16 : word)).join(', ')}]);
export const FUSION_KEPT = 16;
/** The instruction that does both. */
export const fusionResult = new Uint16Array([${sorted.map(([, , , , result]) => number.get(result)).join(', ')}]);`;
}

/** The word of the 64-bit constant in an instruction; 0 if it has none. */
function alignedWord({ body }: Instruction): number {
  let word = 0;
  hasPart(body, (part) => {
    if (part.kind === 'call' && part.name === 'D') word = Number(operandText(part));
    return word > 0;
  });
  return word;
}

function traps({ body, otherwise }: Instruction): boolean {
  return hasPart(
    [...body, ...(otherwise ?? [])],
    (part) => part.kind === 'call' && part.name === 'EXIT' && isTrap(operandText(part)),
  );
}

/** Other statuses than traps have names of their own. */
const isTrap = (status: string) => status === 't' || status.startsWith('Trap.');

function operandText({ operands }: Part & { kind: 'call' }): string {
  const [operand] = operands[0];
  return operand.kind === 'name' ? operand.name : operand.kind === 'text' ? operand.text : '';
}

/** `counts`: of the instructions that each interpreter has in its main loop. `shared`: of those that the second loop has, too. */
export function printOpcodes(
  all: Instruction[],
  forms: string[][],
  rows: FusionRow[],
  counts: number[],
  shared: number,
): string {
  const enumRows = all.map((instruction, index) => `  ${instruction.name} = ${index},`);
  const targets = all.filter((instruction) => instruction.target > 0);
  const memory = opcodeTable.filter((row) => memoryForms[row[1]]);
  const put = (rows: string[], array: string) => rows.map((row) => `${array}${row}`).join('\n');
  return `// Generated from src/opcodes.ts and targets/interpreter-printer/instructions.ts. Do not edit.

import { OPCODE_COUNT } from '../opcodes.js';

export const enum RegisterOpcode {
${enumRows.join('\n')}
}
const REGISTER_OPCODE_COUNT = ${all.length};
/** Joined instructions of the interpreters that verify nothing, that verify, and that follow the value slots too: below this. */
export const joinedLimits = new Uint16Array([${counts.join(', ')}]);

/** Of these, the second loop has those below this. */
export const SECOND_LOOP_LIMIT = ${shared};
/** The instructions of the second loop alone: from the first number to below the second. */
export const SECOND_LOOP_FIRST = ${all.findIndex(({ place }) => place === Place.Second)};
export const SECOND_LOOP_END = ${all.findIndex(({ place }) => place === Place.Function)};

/** Words of each instruction; a branch table has more. */
export const registerLength = new Uint8Array([${all.map((instruction) => instruction.length).join(', ')}]);
/** Word of the branch target, 0 if the instruction is no branch. */
export const branchTarget = new Uint8Array(REGISTER_OPCODE_COUNT);
${put(
  targets.map((t) => `[RegisterOpcode.${t.name}] = ${t.target};`),
  'branchTarget',
)}
/** Word from which on a 64-bit constant lies, 8-byte aligned in three words; 0 if there is none. */
export const alignedWord = new Uint8Array(REGISTER_OPCODE_COUNT);
${put(
  all.flatMap((i) => {
    const word = alignedWord(i);
    return word > 0 ? [`[RegisterOpcode.${i.name}] = ${word};`] : [];
  }),
  'alignedWord',
)}
/** 1 for a branch table: its last word is a count, which one more pair of target and fuel than that follow. */
export const branchesByTable = new Uint8Array(REGISTER_OPCODE_COUNT);
${put(
  all.filter((i) => i.name.endsWith('BranchTable')).map((i) => `[RegisterOpcode.${i.name}] = 1;`),
  'branchesByTable',
)}
/** 1 for an instruction that may trap. */
export const registerTraps = new Uint8Array(REGISTER_OPCODE_COUNT);
${put(
  all.filter(traps).map((i) => `[RegisterOpcode.${i.name}] = 1;`),
  'registerTraps',
)}
/** Word of the local variable that an instruction writes besides its destination, before it computes its result; 0 if none. */
export const keptWord = new Uint8Array(REGISTER_OPCODE_COUNT);
${put(
  all.filter((i) => i.keptWord).map((i) => `[RegisterOpcode.${i.name}] = ${i.keptWord};`),
  'keptWord',
)}
${printFusions(all, rows)}
/** 1 for a conditional branch. */
export const branchConditional = new Uint8Array(REGISTER_OPCODE_COUNT);
${put(
  targets.filter((t) => t.conditional).map((t) => `[RegisterOpcode.${t.name}] = 1;`),
  'branchConditional',
)}
/** Register instruction of an opcode with all operands in slots, 0 if none. */
export const registerForm = new Uint16Array(OPCODE_COUNT);
${put([...forms.filter((f) => f[1] !== '0').map((f) => `[${f[0]}] = RegisterOpcode.${f[1]};`), ...memory.map((row) => `[${row[0]}] = RegisterOpcode.${memoryForms[row[1]]};`)], 'registerForm')}
/** The forms of opcodes with a constant right operand. */
export const constantForm = new Uint16Array(OPCODE_COUNT);
${put(
  forms.filter((f) => f[2] !== '0').map((f) => `[${f[0]}] = RegisterOpcode.${f[2]};`),
  'constantForm',
)}
`;
}
