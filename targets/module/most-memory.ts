// The largest linear memory on this machine.

/** Less than 2 GiB, in whole pages of 64 KiB. */
export const MOST_MEMORY_BYTES = 2 ** 31 - 65536;
