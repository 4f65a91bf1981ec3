// What a typed call costs on a board, beside a copy and a call as a person writes them.
import { describe, expect, it } from 'vitest';
import { measureTypedCalls } from '../../bench/espruino/typed-calls.js';

/** Maximum ratio. */
const MOST = 1.2;

const command = process.env.ESPRUINO_INSTRUCTIONS;
const reason = command ? '' : ': env ESPRUINO_INSTRUCTIONS names no command that counts';

function expectCheap(ratios: Awaited<ReturnType<typeof measureTypedCalls>>): void {
  const all = Object.entries(ratios).flatMap(([title, tiers]) =>
    Object.entries(tiers).map(([tier, ratio]) => ({ call: `${title}, ${tier}`, ratio })),
  );
  expect(all.filter(({ ratio }) => ratio > MOST)).toEqual([]);
}

describe('a typed call with 256 bytes', () => {
  it('takes at most 1.2 times what a copy and a call take, by the cost model', async () => {
    expectCheap(await measureTypedCalls('without'));
  });

  it.skipIf(!command)(`takes at most 1.2 times what they take in the interpreter itself${reason}`, async () => {
    expectCheap(await measureTypedCalls('', command));
  });
});
