// The parts of an image besides the module's functions, written by hand for all processors: entry and exit of calls, traps, imports, and
// bulk memory instructions. The entry code is at the start of the image; the other parts are included if they are used.

import { Trap } from '../../../src/trap.js';
import { movedAddress } from './bulk-routines.js';
import { Context, REGISTER_WORDS, Status } from './contract.js';
import type { MemoryFacts } from './module-facts.js';
import { FORGET_PINS } from './pins-runtime.js';
import { BEFORE_IMPORT, BEFORE_OUT_OF_FUEL, BEHIND_IMPORT } from './slices-runtime.js';
import { HOST_TRAP, label, NULL_ADDRESS, NULL_FUNCTION, OUT_OF_FUEL, UNDEFINED_FUNCTION } from './symbols.js';

/** Parts of the runtime that depend on options of the compiler. */
export interface RuntimeOptions {
  /** Code counts fuel. */
  fuel: boolean;
  /** And yields. */
  resumable: boolean;
}

/** The address of what stands for null in tables of functions, in r7. */
const NULL_ADDRESS_TEXT = `
${NULL_ADDRESS}:
    adr   r7, ${NULL_FUNCTION}
    adds  r7, #1
    bx    lr
`;

/** What stands for null in tables of functions: its type has the number of none. The trap is that of the call that leads here. */
const NULL_TEXT = `
    .balign 4
    .word 0
${NULL_FUNCTION}:
    movs  r1, #${Trap.UninitializedElement}
    b     __wasm_trap
`;

/** What is called where there is no entry. */
const UNDEFINED_TEXT = `
    .balign 4
${UNDEFINED_FUNCTION}:
    movs  r1, #${Trap.UndefinedElement}
    b     __wasm_trap
`;

const HOST_TEXT = `
    mov   r4, r8
    bl    ${HOST_TRAP}`;

/** What the rest of an image calls of its first part. */
export interface RuntimeNeeds {
  traps: readonly Trap[];
  /** What stands for null in tables, and a routine that gives its address. */
  nullFunction: boolean;
  nullAddress: boolean;
  undefinedFunction: boolean;
  /** The routine of the caller for traps. */
  callsHost: boolean;
}

/** How the high registers are saved and restored: entries have saved the low ones before. */
const NARROW_SAVE = `
    mov   r4, r8
    mov   r5, r9
    mov   r6, r10
    mov   r7, r11
    push  {r4-r7}`;
const NARROW_RESTORE = `
    pop   {r4-r7}
    mov   r8, r4
    mov   r9, r5
    mov   r10, r6
    mov   r11, r7`;

/** Loads what the reserved registers of memory have. r0: the context. */
const narrowMemory = (limitBytes: number) => `
    ldr   r5, [r0, #${Context.MemoryBase}]
    mov   r9, r5
    ldr   r5, [r0, #${Context.MemorySize}]
    subs  r5, #${limitBytes}
    mov   r10, r5`;
const wideMemory = (limitBytes: number) => `
    ldrd  r9, r10, [r0, #${Context.MemoryBase}]
    subw  r10, r10, #${limitBytes}`;

/**
 * `enter` is called with r0 = context. The traps expect the link register behind the call that reports them: for a stack that is too
 * small at the start, it is in the entry.
 */
export function runtimeText(
  { fuel, resumable }: RuntimeOptions,
  isThumb2: boolean,
  { traps, nullFunction, nullAddress, undefinedFunction, callsHost }: RuntimeNeeds,
  limitBytes: number,
): string {
  const trapTexts = traps.map((trap) => `trap_${trap}:\n    movs  r1, #${trap}`);
  return `
__wasm_enter:${isThumb2 ? '\n    push  {r8-r11}' : NARROW_SAVE}
    ldr   r5, [r0, #${Context.SavedStack}]
    push  {r5}
    mov   r5, pc
    subs  r5, #${isThumb2 ? 12 : 18}
    str   r5, [r0, #${Context.ImageBase}]
    mov   r8, r0
    mov   r4, sp
    str   r4, [r0, #${Context.SavedStack}]${isThumb2 ? wideMemory(limitBytes) : narrowMemory(limitBytes)}
    movs  r5, #0
    str   r5, [r0, #${Context.Status}]
${fuel ? `    ldr   r5, [r0, #${Context.Fuel}]\n    mov   r11, r5` : ''}
    ldr   r5, [r0, #${Context.StackLimit}]
    cmp   r4, r5
    blo   trap_${Trap.CallStackExhausted}
    bx    lr

${fuel ? `${OUT_OF_FUEL}:${resumable ? BEFORE_OUT_OF_FUEL : ''}\n    movs  r1, #0\n    movs  r0, #${Status.OutOfFuel}\n    b     1f` : ''}
${trapTexts.join('\n    b     __wasm_trap\n')}
__wasm_trap:
    movs  r0, r1
    adds  r0, #${Status.Trap}
1:  mov   r3, r8
    mov   r2, lr
    subs  r2, #1
    ldr   r4, [r3, #${Context.ImageBase}]
    subs  r2, r2, r4
    stmia r3!, {r0-r2}${callsHost ? HOST_TEXT : ''}
__wasm_leave:
    mov   r3, r8
    ldr   r1, [r3, #${Context.SavedStack}]
    mov   sp, r1
    pop   {r1}
    str   r1, [r3, #${Context.SavedStack}]
${fuel ? `    mov   r1, r11\n    str   r1, [r3, #${Context.Fuel}]` : ''}${isThumb2 ? '\n    pop   {r8-r11}' : NARROW_RESTORE}
    pop   {r4-r7, pc}
${nullAddress ? NULL_ADDRESS_TEXT : ''}${nullFunction ? NULL_TEXT : ''}${undefinedFunction ? UNDEFINED_TEXT : ''}`;
}

/** Performs an import through the bridge: r0 = its function index, r4 = context. */
const importRoutine = ({ fuel, resumable }: RuntimeOptions, limitBytes: number) => `
__wasm_import:
    mov   r6, lr
    str   r0, [r4, #${Context.ImportNumber}]${resumable ? BEFORE_IMPORT : ''}
${fuel ? `    mov   r1, r11\n    str   r1, [r4, #${Context.Fuel}]` : ''}
    mov   r5, sp
    lsrs  r1, r5, #3
    lsls  r1, r1, #3
    mov   sp, r1
    ldr   r3, [r4, #${Context.ImportBridge}]
    mov   r0, r4
    blx   r3
    mov   sp, r5${resumable ? BEHIND_IMPORT : ''}
    ldr   r1, [r4, #${Context.MemorySize}]
    subs  r1, #${limitBytes}
    mov   r10, r1
${fuel ? `    ldr   r1, [r4, #${Context.Fuel}]\n    mov   r11, r1` : ''}
    ldr   r1, [r4, #${Context.Status}]
    cmp   r1, #0
    beq   1f
    bl    __wasm_leave
1:  bx    r6
`;

const memoryFill = ({ start, limitBytes }: MemoryFacts) => `
__wasm_memory_fill:
${movedAddress('r0', 'r3', start)}
    mov   r3, r10
    adds  r3, #${limitBytes}
    cmp   r2, r3
    bhi   9f
    subs  r3, r3, r2
    cmp   r0, r3
    bhi   9f
    add   r0, r9
    adds  r2, r2, r0
    b     2f
1:  strb  r1, [r0]
    adds  r0, #1
2:  cmp   r0, r2
    bne   1b
    movs  r0, #0
    bx    lr
9:  movs  r0, #1
    bx    lr
    .ltorg
`;

const memoryCopy = ({ start, limitBytes }: MemoryFacts) => `
__wasm_memory_copy:
${movedAddress('r0', 'r3', start)}
${movedAddress('r1', 'r3', start)}
    mov   r3, r10
    adds  r3, #${limitBytes}
    cmp   r2, r3
    bhi   9f
    subs  r3, r3, r2
    cmp   r0, r3
    bhi   9f
    cmp   r1, r3
    bhi   9f
    add   r0, r9
    add   r1, r9
    cmp   r0, r1
    bhi   3f
    adds  r2, r2, r0
    b     2f
1:  ldrb  r3, [r1]
    strb  r3, [r0]
    adds  r1, #1
    adds  r0, #1
2:  cmp   r0, r2
    bne   1b
    movs  r0, #0
    bx    lr
3:  subs  r2, #1
    blo   4f
    ldrb  r3, [r1, r2]
    strb  r3, [r0, r2]
    b     3b
4:  movs  r0, #0
    bx    lr
9:  movs  r0, #1
    bx    lr
    .ltorg
`;

export interface RuntimeRoutine {
  entry: string;
  text: string;
}

/** Routines that call no other one of these. */
export function runtimeRoutines(options: RuntimeOptions, memory: MemoryFacts): RuntimeRoutine[] {
  return [
    { entry: '__wasm_import', text: importRoutine(options, memory.limitBytes) },
    { entry: '__wasm_memory_grow', text: memoryGrowText(memory) },
    { entry: '__wasm_memory_fill', text: memoryFill(memory) },
    { entry: '__wasm_memory_copy', text: memoryCopy(memory) },
  ];
}

/** Offsets of narrow loads and stores end here. */
const NEAR = 128;

/** Loads or stores a word of the context; those that are far away through `address`. */
function wordAccess(name: 'ldr' | 'str', register: string, base: string, word: number, address: string): string[] {
  const offset = Context.Words + word * 4;
  if (offset < NEAR) return [`    ${name}   ${register}, [${base}, #${offset}]`];
  return [
    `    mov   ${address}, ${base}`,
    `    adds  ${address}, #${NEAR}`,
    `    ${name}   ${register}, [${address}, #${offset - NEAR}]`,
  ];
}

/** The most that one instruction of ARMv6-M takes from the stack pointer, in bytes. */
const STACK_STEP = 508;

/** Words of the stack that an entry leaves for arguments and results; `tailWords` are those of tail calls. */
export function entryStackWords(parameterWords: number, resultWords: number, tailWords: number): number {
  return Math.max(0, parameterWords - REGISTER_WORDS, resultWords - REGISTER_WORDS, tailWords);
}

/** The entry of a function: moves arguments to where it wants them, and results to the context. */
export function entryText(
  name: string,
  target: string,
  parameterWords: number,
  resultWords: number,
  stackWords: number,
  knowsPins: boolean,
): string {
  const lines = [`${label(name)}:`, '    push  {r4-r7, lr}'];
  lines.push('    bl    __wasm_enter');
  if (knowsPins) lines.push(`    bl    ${FORGET_PINS}`);
  for (let left = stackWords * 4; left > 0; left -= STACK_STEP)
    lines.push(`    sub   sp, #${Math.min(left, STACK_STEP)}`);
  for (let word = REGISTER_WORDS; word < parameterWords; word++) {
    lines.push(...wordAccess('ldr', 'r4', 'r0', word, 'r5'));
    lines.push(`    str   r4, [sp, #${(word - REGISTER_WORDS) * 4}]`);
  }
  if (parameterWords > 3) lines.push(...wordAccess('ldr', 'r4', 'r0', 3, 'r5'));
  for (let word = 0; word < Math.min(3, parameterWords); word++) lines.push(`    mov   r${word}, r${word + 1}`);
  if (parameterWords > 3) lines.push('    mov   r3, r4');
  lines.push(`    bl    ${label(target)}`, '    mov   r4, r8');
  for (let word = 0; word < Math.min(resultWords, REGISTER_WORDS); word++)
    lines.push(...wordAccess('str', `r${word}`, 'r4', word, 'r5'));
  for (let word = REGISTER_WORDS; word < resultWords; word++) {
    lines.push(`    ldr   r1, [sp, #${(word - REGISTER_WORDS) * 4}]`);
    lines.push(...wordAccess('str', 'r1', 'r4', word, 'r5'));
  }
  lines.push('    bl    __wasm_leave');
  return lines.join('\n');
}

/** The function that stands for an import: the bridge takes the arguments from the context, and puts the results there. */
export function importText(
  name: string,
  index: number,
  parameterWords: number,
  resultWords: number,
  knowsPins: boolean,
): string {
  const saved = 16;
  const lines = [`${label(name)}:`, '    push  {r4-r6, lr}', '    mov   r4, r8'];
  for (let word = 0; word < Math.min(parameterWords, REGISTER_WORDS); word++)
    lines.push(...wordAccess('str', `r${word}`, 'r4', word, 'r5'));
  for (let word = REGISTER_WORDS; word < parameterWords; word++) {
    lines.push(`    ldr   r0, [sp, #${saved + (word - REGISTER_WORDS) * 4}]`);
    lines.push(...wordAccess('str', 'r0', 'r4', word, 'r5'));
  }
  lines.push(`    ldr   r0, =${index}`, '    bl    __wasm_import');
  if (knowsPins) lines.push(`    bl    ${FORGET_PINS}`);
  for (let word = REGISTER_WORDS; word < resultWords; word++) {
    lines.push(...wordAccess('ldr', 'r0', 'r4', word, 'r5'));
    lines.push(`    str   r0, [sp, #${saved + (word - REGISTER_WORDS) * 4}]`);
  }
  for (let word = 0; word < Math.min(resultWords, REGISTER_WORDS); word++)
    lines.push(...wordAccess('ldr', `r${word}`, 'r4', word, 'r5'));
  lines.push('    pop   {r4-r6, pc}', '    .ltorg');
  return lines.join('\n');
}

/** Partly backed memory has its declared pages for good; other memory has those that it has bytes for. */
function memoryGrowText({ partlyBackedPages, start, limitBytes }: MemoryFacts): string {
  if (partlyBackedPages === null)
    return `
__wasm_memory_grow:
    mov   r3, r8
    ldr   r2, [r3, #${Context.MemorySize}]
    ldr   r3, [r3, #${Context.MemoryMaximum}]
    subs  r3, r3, r2
    lsrs  r3, r1
    cmp   r0, r3
    bhi   1f
    lsls  r0, r1
    adds  r0, r0, r2
    mov   r3, r8
    str   r0, [r3, #${Context.MemorySize}]
    subs  r0, #${limitBytes}
    mov   r10, r0
${start === 0 ? '    movs  r0, r2' : `    ldr   r0, =${start}\n    adds  r0, r0, r2`}
    lsrs  r0, r1
    bx    lr
1:  movs  r0, #0
    mvns  r0, r0
    bx    lr
    .ltorg
`;
  return `
__wasm_memory_grow:
    cmp   r0, #0
    bne   1f
    ldr   r0, =${partlyBackedPages}
    bx    lr
1:  movs  r0, #0
    mvns  r0, r0
    bx    lr
    .ltorg
`;
}
