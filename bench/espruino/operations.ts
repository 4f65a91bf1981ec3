// One kind of operation each, in functions that the board's compiler gets: what the cost model's table for it says.

import type { Contestant } from './contestant.js';
import type { Workload } from './workload.js';

const AROUND = `var words=new Int32Array(16),bytes=new Uint8Array(16),list=[1,2,3,4],pair={x:1,y:2};
function compiled(p,q){"jit";return p}
function interpreted(p,q){return p}
function named(p){"jit";var k=p,l=k,m=l;words;bytes;list;return m}`;

/** Statements of one function each, by its name. */
const statements: Readonly<Record<string, string>> = {
  variable: 'a=b;b=c',
  literal: 'a=3;b=70000;x=1.5',
  sum: 'a=b+c;b=big-a',
  bits: 'a=b^big;b=a&255;c=a>>>3|b<<2',
  rounded: 'a=b+c|0;big=a+100000|0',
  product: 'a=b*c;big=a*70001|0;b=7',
  quotient: 'a=big%b;x=big/b',
  doubles: 'x=y*y+x*.5;z=y-x',
  comparison: 'a=b<c;a=b==c;a=big>>>0>=c',
  strictly: 'a=b===c;a=big!==c',
  unary: 'a=~b;a=!b;a=+b',
  negative: 'a=-b;x=-y',
  compound: 'a+=b;a-=3;big^=c',
  update: 'a++;--a',
  branch: 'if(b<c)a=b;else a=c;if(!none)a=c;if(b){a=c}',
  choice: 'a=b?c:big;a=none?b:c;a=b<c?1:2',
  logic: 'if(b&&c)a=b;if(none||c)a=c;if(b<c&&c<big)a=b',
  sequence: 'a=(b=c,b+c);b=a=c',
  loop: 'a=4;do{b=c;a-=1}while(a)',
  counted: 'for(a=0;a<4;a++)b=c',
  readWords: 'a=words[b];c=words[b>>2]+words[3]|0;c=5',
  writeWords: 'words[b]=c;words[3]=big;words[b>>1]=words[c]',
  readBytes: 'a=bytes[b]+bytes[c];if(bytes[b])a=c',
  changeWords: 'words[b]+=3;words[2]-=1',
  checked: 'a=(big=b+8|0)>>>0>63?compiled(big,2):words[b]',
  list: 'a=list[2];list[1]=b',
  property: 'a=pair.x;pair.y=b;pair.x+=1',
  text: 'c="ab";c=5',
  method: 'a=words.length',
  library: 'a=Math.max(b,c)',
  compiledCall: 'compiled(1,2);a=compiled(b,c)',
  interpretedCall: 'interpreted(1,2);a=interpreted(b,c)',
  calledNames: 'named(b)',
};

/** How often each function goes through its statements. */
const ROUNDS = 8;

export const operations: Workload = Object.fromEntries(Object.keys(statements).map((name) => [name, ROUNDS]));

/** A program with a function of each. */
export function operationsForJit(): Contestant {
  const functions = Object.entries(statements).map(
    ([name, text]) =>
      `exports.${name}=function(n){"jit";var a=5,b=7,c=5,big=100000,none=0,x=1.5,y=.75,z=0;do{${text};${text};${text};${text}}while(--n);return 0};`,
  );
  return { name: 'operations', text: `${AROUND}\n${functions.join('\n')}`, files: [] };
}
