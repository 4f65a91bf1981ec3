// The macros for state changes in the instruction bodies, with and without verification.

/** The bodies that macros for changes of state stand for. `m` is an address in the memory's buffer. */
type Changes = Record<string, (...operands: string[]) => string>;

export const plainChanges: Changes = {
  WRITE8: (_, value) => `bytes[m] = ${value};`,
  WRITE16: (_, value) => `view.setInt16(m, ${value}, true);`,
  WRITE32: (_, value) => `view.setInt32(m, ${value}, true);`,
  WRITE64: (_, low, high) => `view.setInt32(m, ${low}, true); view.setInt32(m + 4, ${high}, true);`,
  WRITEF64: (_, value) => `view.setFloat64(m, ${value}, true);`,
  GLOBAL: (word, value) => `globals[${word}] = ${value};`,
  PUSH: (next, frame) => `callStack[calls] = ${next}; callStack[calls + 1] = ${frame}; calls += 2;`,
  POP: () => 'calls -= 2; pc = callStack[calls]; current = callStack[calls + 1]; FRAME',
  CHANGE: () => '',
  CHANGED: () => '',
  CHANGETABLES: () => '',
  CHANGEDTABLES: () => '',
};

/** A store that crosses words is left to the driver. */
const across = (mask: string, status: string, low: string, high = '0') =>
  `if (${mask}) { state[State.Callee] = m; state[State.Base] = ${low}; state[State.High] = ${high}; pc = NEXT; EXIT(Status.${status}) }`;
/** Stores a word with its sum. */
const followWord = (address: string, stored: string) =>
  `memorySums[${address} >> 6] = (memorySums[${address} >> 6] + ${stored} - memoryWords[${address} >> 2]) | 0; memoryWords[${address} >> 2] = ${stored};`;
const FOLLOW_WORD = followWord('m', 'stored');
const FOLLOW_HIGH = `const above = m + 4; ${followWord('above', 'storedHigh')}`;

/** With checksums that follow. A byte or two are added in their place in the word. */
export const verifiedChanges: Changes = {
  WRITE8: (_, value) =>
    `const stored = ${value}; memorySums[m >> 6] = (memorySums[m >> 6] + (((stored & 255) - bytes[m]) << ((m & 3) << 3))) | 0; bytes[m] = stored;`,
  WRITE16: (_, value) =>
    `const stored = ${value}; ${across('(m & 3) === 3', 'Store16', 'stored')} memorySums[m >> 6] = (memorySums[m >> 6] + (((stored & 65535) - view.getUint16(m, true)) << ((m & 3) << 3))) | 0; view.setInt16(m, stored, true);`,
  WRITE32: (_, value) => `const stored = ${value}; ${across('(m & 3) !== 0', 'Store32', 'stored')} ${FOLLOW_WORD}`,
  WRITE64: (_, low, high) =>
    `const stored = ${low}, storedHigh = ${high}; ${across('(m & 3) !== 0', 'Store64', 'stored', 'storedHigh')} ${FOLLOW_WORD} ${FOLLOW_HIGH}`,
  WRITEF64: (_, value) =>
    `storedDouble[0] = ${value}; const stored = storedWords[0], storedHigh = storedWords[1]; ${across('(m & 3) !== 0', 'Store64', 'stored', 'storedHigh')} ${FOLLOW_WORD} ${FOLLOW_HIGH}`,
  GLOBAL: (word, value) =>
    `const stored = ${value}, word = ${word}; globalSums[word >> 4] = (globalSums[word >> 4] + stored - globals[word]) | 0; globals[word] = stored;`,
  PUSH: (next, frame) =>
    `const next = ${next}; callStack[calls] = next; callStack[calls + 1] = ${frame}; frameSeals[calls >> 1] = ((next << 16) | (next >>> 16)) ^ ${frame} ^ FRAME_SEAL; calls += 2;`,
  POP: () =>
    'const next = callStack[calls - 2], outer = callStack[calls - 1]; if ((((next << 16) | (next >>> 16)) ^ outer ^ FRAME_SEAL) !== frameSeals[(calls - 2) >> 1]) EXIT(Status.Corrupt) calls -= 2; pc = next; current = outer; FRAME',
  CHANGE: (address, bytes) => `integrity.openMemory(${address}, ${bytes});`,
  CHANGED: (address, bytes) => `integrity.sealMemory(${address}, ${bytes});`,
  CHANGETABLES: () => 'integrity.openTables();',
  CHANGEDTABLES: () => 'integrity.sealTables();',
};
