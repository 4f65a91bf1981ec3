// The memory of a board that the runtimes take, without the buffers that capacities size, and without what a program adds.

/**
 * JsVars of each tier's runtime, from what programs take in Espruino 2v29 for 32-bit ARM, from Storage, rounded up. `loaded`
 * parses, validates and lowers modules on the board.
 */
export const runtimeJsVars = { native: 45, translated: 50, interpreted: 92, loaded: 1450 };
/** The most that the files of `loaded` may take without host functions. */
export const RUNTIME_STORAGE_BYTES = 48 * 1024;
