// Tests the output of print against a table that the real interpreter is tested against, too.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';
import { espruino, reason, runInEspruino } from './espruino.js';

const printed: [expression: string, text: string][] = [
  ['1/3', '0.33333333333'],
  ['-1/3', '-0.33333333333'],
  ['1e5/3', '33333.33333333333'],
  ['1e10/3', '3333333333.33333349227'],
  ['1/7', '0.14285714285'],
  ['2/3*100', '66.66666666666'],
  ['123456789012345', '123456789012345'],
  ['123456789.5', '123456789.5'],
  ['1e20', '100000000000000000000'],
  ['1e21', '10e+20'],
  ['1/1e7', '1e-7'],
  ['1/1e5', '0.00001'],
  ['0.1+0.2', '0.3'],
  ['-0', '0'],
  ['1/0', 'Infinity'],
  ['0/0', 'NaN'],
  ['(255).toString(16)', 'ff'],
  ['(1/2).toString(2)', '0.1'],
  ['"a\\"b"', 'a"b'],
  ['[1,2.5,"a",null,undefined,true]', '[ 1, 2.5, \n  "a", \n  null, undefined, true ]'],
  ['[]', '[  ]'],
  ['({a:1,b:"x"})', '{ "a": 1, \n  "b": "x"\n }'],
  ['({})', '{  }'],
  [
    '({a:1,b:2,c:3,d:4,e:5,f:{g:[1,"x"]}})',
    '{ "a": 1, "b": 2, "c": 3, "d": 4, \n  "e": 5, \n  "f": { \n    "g": [ 1, \n      "x"\n     ]\n   }\n }',
  ],
  ['new Uint8Array([1,2])', 'new Uint8Array([1, 2])'],
  ['new Uint8Array(3)', 'new Uint8Array(3)'],
  ['new Uint8Array([1,2]).buffer', 'new Uint8Array([1, 2]).buffer'],
  ['new Error("x")', 'Error: Error: x'],
  ['JSON.stringify({a:[1,1/3],b:"\\xff"})', '{"a":[1,0.33333333333],"b":"\\u00FF"}'],
];

describe('print', () => {
  it.each(printed)('%s', (expression, text) => {
    const board = new SimulatedBoard(banglejs2);
    board.run(`print(${expression})`);
    expect(board.output).toBe(`${text}\n`);
  });
});

describe(`the real interpreter${reason}`, () => {
  it.skipIf(!espruino).each(printed)('%s', (expression, text) => {
    const { printed: found } = runInEspruino(`print(${expression})`);
    // The prompt may move the end of a line.
    expect(found.map((line) => line.trim()).join('\n')).toBe(
      text
        .split('\n')
        .map((line) => line.trim())
        .join('\n'),
    );
  });
});
