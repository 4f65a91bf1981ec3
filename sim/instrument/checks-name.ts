// The name of the checks in instrumented text.

/** No program for Espruino can have it. */
export const CHECKS = 'ƒ';
