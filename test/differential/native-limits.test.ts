// Machine code at its limits: sizes at which instructions change their form, and addresses that are hostile.
import { expect, test } from 'vitest';
import { checkAddresses, checkWindowedAddresses } from './address-check.js';
import { setArgument } from './execution.js';
import { checkSize } from './size-check.js';
import { sizeKinds, sizeModule } from './size-module.js';
import { createEngine } from './transcript.js';

/** For the positions of traps. */
Error.stackTraceLimit = 10;

const ADDRESS_MODULES = 30;
/** More than a module of tables takes for a call. */
const FUEL = 100000;

test.each(sizeKinds)('machine code at its limits behaves as interpreted: %s', (kind) => {
  const { differences, refused, calls } = checkSize(7, sizeModule(7, 1, kind));
  expect([...differences, ...refused]).toEqual([]);
  expect(calls).toBeGreaterThan(2);
});

test('loops of the modules at its limits end where several branches of a round go back', () => {
  const engine = createEngine();
  const { bytes, calls } = sizeModule(32, 1, 'tables');
  const instance = engine.instantiate(engine.load(bytes));
  for (const { name, values } of calls) {
    for (const [index, value] of values.entries()) setArgument(engine, index, 'i', value);
    expect(engine.call(engine.exportedFunction(instance, name), FUEL)).toBe(0);
  }
});

test.each([
  ['', checkAddresses],
  [', where memory begins behind address 0', checkWindowedAddresses],
])('machine code behaves as interpreted at hostile addresses%s', (_, check) => {
  let [calls, traps] = [0, 0];
  for (let seed = 0; seed < ADDRESS_MODULES; seed++) {
    const checked = check(seed);
    expect(checked.differences, `seed ${seed}`).toEqual([]);
    calls += checked.calls;
    traps += checked.traps;
  }
  expect(traps).toBeGreaterThan(calls / 10);
  expect(calls - traps).toBeGreaterThan(calls / 10);
});
