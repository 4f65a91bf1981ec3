// The simulator and, if there is one, the real interpreter, each against the table of what Espruino does.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../boards/index.js';
import { SimulatedBoard, SimulationError } from '../../sim/index.js';
import { behaviours } from './behaviour.js';
import { architecture, espruino, reason, runInEspruino } from './espruino.js';

/** An x86 processor masks the counts of shifts, and keeps the bits of a NaN; boards do neither. */
const isLikeABoard = architecture === 'ARM';

/** Returns a program that reports the result or exception of a function with this body. */
function program(snippet: string): string {
  return `try { report(String((function () { ${snippet}\n })())); }
    catch (e) { report("throws " + (e.message === undefined ? e : e.message)); }`;
}

function simulated(snippet: string): string {
  let text = '';
  const board = new SimulatedBoard(banglejs2);
  board.realm.global.report = (value: string) => {
    text = value;
  };
  board.run(program(snippet));
  return text;
}

function matches(found: string, expected: string): void {
  if (expected === 'throws') expect(found).toMatch(/^throws/);
  else expect(found).toBe(expected);
}

describe('the simulator', () => {
  it.each(behaviours)('$snippet', ({ snippet, result, finding }) => {
    if (finding === undefined) {
      matches(simulated(snippet), result!);
      return;
    }
    expect(() => simulated(snippet)).toThrow(SimulationError);
    try {
      simulated(snippet);
    } catch (error) {
      expect((error as SimulationError).finding.what).toBe(finding);
      expect((error as SimulationError).message).toMatch(/^program:\d+:\d+: .*\n {2}.*; \w+ /);
    }
  });
});

describe(`the real interpreter${reason}`, () => {
  const known = behaviours.filter(({ result, needsArm }) => result !== undefined && (isLikeABoard || !needsArm));
  it.skipIf(!espruino).each(known)('$snippet', ({ snippet, result }) => {
    // Evaluate the text, because a syntax error would end the whole program.
    const text = program(`return eval(${JSON.stringify(`(function(){${snippet}\n})()`)})`);
    const { printed } = runInEspruino(`function report(text){print(text)}\n${text}`);
    matches(printed.join('\n'), result!);
  });
});
