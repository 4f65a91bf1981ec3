// An error that Espruino throws, with its message: a program can catch it.

export class BoardError extends Error {}
