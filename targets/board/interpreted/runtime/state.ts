// The state of a program on a board. These names come first, the most used ones before the others: Espruino looks names up one after the
// other.

// biome-ignore-all lint/style/useConst: the handlers behind this file assign its variables.

// Constants of the build.
declare const SLOT_WORDS: number;
declare const CALL_WORDS: number;
declare const MEMORY_BYTES: number;
declare const MEMORY_PAGES: number;
/** Bytes of the memory at the start. */
declare const INITIAL_BYTES: number;
/** Declared in large-view.ts. */
declare function largeView(bytes: Uint8Array): DataView;

export let pc = 0;
/** Set when the image is there. */
export let code: Int32Array;
export let fp = 0;
export const slots = new Int32Array(SLOT_WORDS);
export let fuel = 0;
export let handlers: (() => void)[];
export const bytes = new Uint8Array(MEMORY_BYTES);
export const view = MEMORY_BYTES > 65536 ? largeView(bytes) : new DataView(bytes.buffer);
export let memoryBytes = INITIAL_BYTES;
export const doubles = new Float64Array(slots.buffer);
export const floats = new Float32Array(slots.buffer);
export let calls = 0;
export const callStack = new Int32Array(CALL_WORDS);
/** -1 while nothing but the fuel ends the run. */
export let status = -1;
/** Fuel that was left when the run was ended by `status`. */
export let kept = 0;
export let callee = 0;
export let base = 0;
export let pages = MEMORY_PAGES;
export let busy = false;
/** Exit code of WASI's proc_exit; -1 before the call. */
export let exitCode = -1;
