// What the full runtime takes of a board, which loads modules there, beside the buffers that its capacities size.

/** Functions and variables: from what they take in Espruino 2v29 for 32-bit ARM, from Storage, rounded up. */
export const RUNTIME_JS_VARS = 1450;
/** The most that its files may take without host functions. */
export const RUNTIME_STORAGE_BYTES = 48 * 1024;
