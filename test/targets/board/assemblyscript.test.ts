// A module of AssemblyScript as a translated program; assemblyscript.long.test.ts has all tiers and types.
import { expect, it } from 'vitest';
import { reason } from '../../sim/espruino.js';
import { messages, PRINTED, printed, USES } from './assemblyscript-program.js';

it(`a module of AssemblyScript has strings, lists, objects and variables on a board${reason}`, async () => {
  for (const lines of await printed(USES, { tier: 'js' })) expect(messages(lines)).toEqual(PRINTED);
});
