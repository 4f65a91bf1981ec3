// How much of a board's C stack calls can use. Espruino's interpreter recurses on the C stack.

/** The C stack of the firmware, in bytes. */
export interface CStack {
  bytes: number;
  /**
   * How it is known: from the linked firmware or its configuration, as an upper bound from the sizes that the sources state, or as
   * an estimate.
   */
  known: 'exactly' | 'as a bound' | 'as an estimate';
}

/** The interpreter keeps these: src/jsutils.h, jspIsInterrupted and jspHasFreeStack. */
const RESERVE = 512;
/** The default for boards without a known size. */
const ESTIMATE: CStack = { bytes: 10_000, known: 'as an estimate' };
/**
 * The share of an upper bound that is assumed to be free. Static data that no source states are in the rest: on a Puck.js, the same
 * calculation gives 20,000 bytes, and the linked firmware has 12,320.
 */
const SHARE_OF_BOUND = 0.5;

/** Bytes that calls can take on a board. */
export function callStackBytes({ cStack = ESTIMATE }: { cStack?: CStack }): number {
  const { bytes, known } = cStack;
  return (known === 'as a bound' ? Math.floor(bytes * SHARE_OF_BOUND) : bytes) - RESERVE;
}
