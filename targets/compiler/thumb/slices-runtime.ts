// What an image has for calls that run in slices. A charge for which there is too little fuel calls `__wasm_yield`. In a slice, that
// copies the stack of the call to the stash and leaves; `__wasm_resume` copies it back, wherever the stack pointer then is: nothing in a
// frame is an address of the stack. `__wasm_slice` begins and goes on with a slice.

import { Context, Slice, Stash, Status } from './contract.js';

/** How a charge that is refused asks: behind `push {r0, lr}`. It returns with N clear where the call goes on, and set where it ends. */
export const YIELD = '__wasm_yield';
/** `int (context, address of an entry)`. The entry of exports takes all words of arguments from the context. */
export const SLICE = '__wasm_slice';
/** The entry that goes on with the call in the stash. */
export const RESUME = '__wasm_resume';

/** Bytes of stack that a yield takes. */
export const YIELD_STACK = 44;

/**
 * Bytes between the stack pointer of `__wasm_slice` and what an entry compares with the limit, and more: the least that a call takes
 * before the first function tests the stack.
 */
export const SLICE_STACK = 80;

/** Arguments of an entry that are in registers: `__wasm_slice` reads them in any case. */
export const SLICE_WORDS = 3;

/** `behindEnter` is what a resumed call does first, with r0 = context. */
export const slicesText = (behindEnter: string) => `
${YIELD}:
    push  {r1-r7}
    ldr   r1, [sp, #32]
    mov   r0, lr
    str   r0, [sp, #32]
    mov   r2, r12
    push  {r1, r2}
    mov   r4, r8
    ldr   r3, [r4, #${Context.Stash}]
    ldr   r0, [r3, #${Stash.Slice}]
    cmp   r0, #${Slice.Running}
    beq   2f
__wasm_resumed:
    pop   {r1, r2}
    mov   lr, r1
    mov   r12, r2
    subs  r0, #${Slice.Running}
    pop   {r1-r7}
    pop   {r0, pc}
2:  mov   r0, sp
    ldr   r1, [r4, #${Context.SavedStack}]
    subs  r2, r1, r0
    str   r2, [r3, #${Stash.Bytes}]
    adds  r3, #${Stash.Frames}
1:  ldmia r0!, {r5}
    stmia r3!, {r5}
    cmp   r0, r1
    bne   1b
    movs  r0, #${Status.Yielded}
    str   r0, [r4, #${Context.Status}]
    bl    __wasm_leave

    .balign 4
${RESUME}:
    push  {r4-r7, lr}
    bl    __wasm_enter${behindEnter}
    ldr   r3, [r0, #${Context.Stash}]
    ldr   r2, [r3, #${Stash.Bytes}]
    adds  r3, #${Stash.Frames}
    mov   r1, sp
    mov   r4, r1
    subs  r1, r1, r2
    mov   sp, r1
1:  ldmia r3!, {r5}
    stmia r1!, {r5}
    cmp   r1, r4
    bne   1b
    movs  r0, #${Slice.Running}
    b     __wasm_resumed

    .balign 4
${SLICE}:
    push  {r4-r6, lr}
    mov   r4, r0
    mov   r6, r1
    ldr   r5, [r4, #${Context.StackLimit}]
    ldr   r2, [r4, #${Context.Stash}]
    movs  r0, #${Slice.Running}
    str   r0, [r2, #${Stash.Slice}]
    str   r5, [r2, #${Stash.StackLimit}]
    ldr   r3, [r2, #${Stash.Depth}]
    mov   r2, sp
    subs  r3, r2, r3
    cmp   r3, r5
    bhs   1f
    movs  r3, #0
    mvns  r3, r3
1:  str   r3, [r4, #${Context.StackLimit}]
    ldr   r1, [r4, #${Context.Words}]
    ldr   r2, [r4, #${Context.Words + 4}]
    ldr   r3, [r4, #${Context.Words + 8}]
    mov   r0, r4
    blx   r6
    ldr   r2, [r4, #${Context.Stash}]
    movs  r1, #${Slice.None}
    str   r1, [r2, #${Stash.Slice}]
    str   r5, [r4, #${Context.StackLimit}]
    pop   {r4-r6, pc}
`;

/** In the routine of imports, before the call: what the host calls runs to its end, on all of the stack. r4: the context. */
export const BEFORE_IMPORT = `
    ldr   r3, [r4, #${Context.Stash}]
    ldr   r1, [r3, #${Stash.Slice}]
    ldr   r2, [r4, #${Context.StackLimit}]
    push  {r1, r2}
    cmp   r1, #${Slice.None}
    beq   2f
    movs  r1, #${Slice.Suspended}
    str   r1, [r3, #${Stash.Slice}]
    ldr   r1, [r3, #${Stash.StackLimit}]
    str   r1, [r4, #${Context.StackLimit}]
2:`;

/** And behind it. */
export const BEHIND_IMPORT = `
    pop   {r1, r2}
    ldr   r3, [r4, #${Context.Stash}]
    str   r1, [r3, #${Stash.Slice}]
    str   r2, [r4, #${Context.StackLimit}]`;

/** In the routine that leaves a call without fuel: charges that come before a trap do not end a slice. */
export const BEFORE_OUT_OF_FUEL = `
    push  {r0}
    mov   r0, r8
    ldr   r0, [r0, #${Context.Stash}]
    ldr   r0, [r0, #${Stash.Slice}]
    cmp   r0, #${Slice.None}
    pop   {r0}
    beq   2f
    bx    lr
2:`;

/** Bytes that `BEFORE_IMPORT` takes. */
export const IMPORT_STACK = 8;
