// Bytes of C stack that the calls of a program leave to others.

/** For the caller of the program, and for functions that do not count. */
export const CALLER_STACK = 4500;
/** With host functions, too: writing in WASI takes most of it. */
export const HOST_STACK = 6500;
