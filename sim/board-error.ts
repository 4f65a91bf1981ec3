// What Espruino throws, with its words: a program can catch it.

export class BoardError extends Error {}
