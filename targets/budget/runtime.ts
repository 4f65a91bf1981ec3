// What the engine itself takes of a board, beside the buffers that its capacities size.

/**
 * Measured with Espruino 2v29 for 32-bit ARM (soft float, 14 bytes a JsVar, emulated), with the whole core, parser and
 * validator included, and its code read where it lies in Storage: functions and classes of the core. There is no smaller
 * form yet.
 */
export const CORE_JS_VARS = 5828;
/** Objects and views of one engine, beside its buffers. */
export const ENGINE_JS_VARS = 600;
export const RUNTIME_JS_VARS = CORE_JS_VARS + ENGINE_JS_VARS;
/** Of the bundled core, minified; the size limit of the build. */
export const RUNTIME_STORAGE_BYTES = 160_000;
