// Variables that the instructions and the calls of a translated program share: the first names of its runtime.
// Written for Espruino: no hoisting, no rest arguments.

// biome-ignore-all lint/style/useConst: the code behind this file assigns its variables.

// A constant of the build.
declare const MEMORY_PAGES: number;

/** The address of the access at hand, and a value to be stored. */
export let A = 0;
/** The pending exit of a jitted function: 0 for none, -1 to leave all functions after a trap. */
export let x = 0;
export let W: unknown = 0;
/** The other factor of a product with a constant, which is computed in two parts. */
export let M = 0;
export let pages = MEMORY_PAGES;
export let exitCode = -1;
/** The number of running calls from outside. */
export let running = 0;
// Views of separate buffers, so that a program without these views has no buffers either: bundlers never remove the read of a property.
const singleBuffer = /* @__PURE__ */ new ArrayBuffer(4);
const doubleBuffer = /* @__PURE__ */ new ArrayBuffer(8);
export const single = /* @__PURE__ */ new Float32Array(singleBuffer);
export const singleBits = /* @__PURE__ */ new Int32Array(singleBuffer);
export const double = /* @__PURE__ */ new Float64Array(doubleBuffer);
export const doubleBits = /* @__PURE__ */ new Int32Array(doubleBuffer);
export const doubleBytes = /* @__PURE__ */ new Uint8Array(doubleBuffer);
