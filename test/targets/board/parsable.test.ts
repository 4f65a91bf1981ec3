// Tests that minified text becomes text that Espruino parses. With an Espruino, compares the results of both.
import { describe, expect, it } from 'vitest';
import { countsOf, parsable } from '../../../targets/board/parsable.js';
import { espruino, reason, runInEspruino } from '../../sim/espruino.js';

const TEXTS: [given: string, made: string, result: number][] = [
  ['var a=0;do;while(a++<3);return a', 'var a=0;do{;}while(a++<3);return a', 4],
  ['var a=0;do for(;;)if(a++,a>2)break;while(a<5);return a', '', 5],
  ['var a=0;do if(a++,a>2){break}while(a<5);return a', 'var a=0;do {if(a++,a>2){break}}while(a<5);return a', 3],
  ['var a=0;do do{a++}while(a<3);while(a<5);return a', '', 5],
  ['var a=0;do a++;while(a<3);return a', 'var a=0;do a++;while(a<3);return a', 3],
  [
    'var a=0;(function(){for(;;)if(a++,a>3)return})();return a',
    'var a=0;(function(){for(;;)if(a++,a>3)return;})();return a',
    4,
  ],
  ['return "do;while return}".length', 'return "do;while return}".length', 16],
];

const inFunction = (text: string) => `(function(){${text}})()`;

describe('text for Espruino', () => {
  it.each(TEXTS)('%s', (given, made, result) => {
    const text = parsable(inFunction(given));
    if (made !== '') expect(text).toBe(inFunction(made));
    // biome-ignore lint/security/noGlobalEval: it is text of this test.
    expect([eval(inFunction(given)), eval(text)]).toEqual([result, result]);
  });

  it.skipIf(!espruino).each(TEXTS)(`is parsed in Espruino${reason}: %s`, (given, _, result) => {
    const { printed, refusal } = runInEspruino(`print(${parsable(inFunction(given))});`);
    expect({ printed, refusal }).toEqual({ printed: [String(result)], refusal: '' });
  });
});

describe('counts of a program', () => {
  it('have functions, not their names in strings, and no methods', () => {
    const program =
      'var f=function(a,b){},g=function n(x){};[1].map(x=>"function => function");({m(){},get v(){return 1}})';
    expect(countsOf(program)).toEqual({ functions: 1, parameters: 1, functionObjects: 3, views: 0 });
  });

  it('have typed arrays', () => {
    expect(countsOf('new Int32Array(2);new Uint8Array(b,1);new Date()').views).toBe(2);
  });
});
