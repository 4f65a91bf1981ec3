// Assigns registers of the processor to virtual registers: colours the interference graph, spills the registers that got no colour, and
// colours again until all have one.

import { Colouring } from './colouring.js';
import { Interference } from './interference.js';
import { liveness, livenessAfter } from './liveness.js';
import { nearLimits } from './near-limits.js';
import { Code } from './node.js';
import { MOST_LIVE, relievePressure } from './pressure.js';
import type { RegisterFile } from './register-file.js';
import type { RegisterGraph } from './register-graph.js';
import { spill } from './spill.js';
import { reuseValues } from './value-reuse.js';
import type { VirtualFunction } from './virtual-code.js';

/** Rounds of spilling: each leaves shorter live ranges, so more of them do not occur. */
const MOST_ROUNDS = 32;

/**
 * Replaces virtual registers, and adds loads and stores of those that are kept on the stack. Overwrites `graph`. `limitBytes` are those
 * that the register for the limit of addresses is about.
 */
export function allocate(code: VirtualFunction, file: RegisterFile, limitBytes: number, graph: RegisterGraph): void {
  let live = liveness(code);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const interference = new Interference(code, file, graph, live, round === 0 ? MOST_LIVE : Infinity);
    if (round === 0 && interference.mostLive > MOST_LIVE) {
      live = livenessAfter(live, code, relievePressure(code, live));
      continue;
    }
    const colouring = new Colouring(code, file, interference);
    const uncoloured = colouring.run();
    if (uncoloured.length === 0) {
      nearLimits(code, limitBytes);
      apply(code, colouring);
      reuseValues(code);
      return;
    }
    live = livenessAfter(live, code, spill(code, colouring.homes(uncoloured)));
  }
  throw new Error(`no registers were found for function ${code.index} in ${MOST_ROUNDS} rounds`);
}

function apply({ blocks }: VirtualFunction, colouring: Colouring): void {
  for (const block of blocks) {
    const { instructions } = block;
    for (let index = 0; index < instructions.length; index++) {
      const { reads, writes } = instructions[index];
      for (let at = 0; at < reads.length; at++) reads[at] = colouring.colourOf(reads[at]);
      for (let at = 0; at < writes.length; at++) writes[at] = colouring.colourOf(writes[at]);
    }
    block.instructions = instructions.filter(({ code, reads, writes }) => code !== Code.Move || reads[0] !== writes[0]);
  }
}
