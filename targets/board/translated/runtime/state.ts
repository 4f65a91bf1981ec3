// Variables that the instructions and the calls of a translated program share: the first names of its runtime.
// Written for Espruino: no hoisting, no rest arguments.

// biome-ignore-all lint/style/useConst: the code behind this file assigns its variables.

// A constant of the build.
declare const MEMORY_PAGES: number;

/** The address of the access at hand, and a value to be stored. */
export let A = 0;
/** Where control of a jitted function is on its way to: 0 for on, -1 for out of all of them, behind a trap. */
export let x = 0;
export let W: unknown = 0;
export let pages = MEMORY_PAGES;
export let exitCode = -1;
/** Of the calls from outside that are running. */
export let running = 0;
// By way of the buffers, so that a program has none that it does not use: what reads a property is never left out.
const singleBuffer = /* @__PURE__ */ new ArrayBuffer(4);
const doubleBuffer = /* @__PURE__ */ new ArrayBuffer(8);
export const single = /* @__PURE__ */ new Float32Array(singleBuffer);
export const singleBits = /* @__PURE__ */ new Int32Array(singleBuffer);
export const double = /* @__PURE__ */ new Float64Array(doubleBuffer);
export const doubleBits = /* @__PURE__ */ new Int32Array(doubleBuffer);
export const doubleBytes = /* @__PURE__ */ new Uint8Array(doubleBuffer);
