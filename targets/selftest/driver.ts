// The part of the self-test on the board: it calls functions of the program with many operands and sums up their results. It is text for
// Espruino, without line feeds and with short names, since it lies in RAM.

import { TRAPS } from './reference.js';

const PROGRAM = 'selftest';

/**
 * `selftest.f(name, operation, end, first, second, list)`: of each operation before the end, the sum of its results for all pairs of
 * operands, or their list. What `reference.ts` folds, this does: a trap counts as 1000 and its code, any other error as 999.
 */
export const DRIVER = `(global.selftest=${[
  `{m:${JSON.stringify(TRAPS)},`,
  'f:function(n,o,p,A,B,l){',
  `var f=require("${PROGRAM}")[n],t=[],s,a,i,j,r;`,
  'for(;o<p;o++){s=0;a=[];for(i=0;i<A.length;i++)for(j=0;j<B.length;j++){',
  'try{r=f(o,A[i],B[j])}catch(e){r=1000+this.m.indexOf((e.message||""+e).split(" in function")[0])}',
  'if(l)a.push(r);else if(r.length)s=((s*31+r[0]|0)*31+r[1])|0;else s=(s*31+r)|0',
  '}t.push(l?a:s)}return t},',
  // Returns the result of a call, or the message of its error.
  'c:function(n,v){var e=require("' +
    PROGRAM +
    '");try{return e[n].apply(null,v)}catch(x){return(x.message||""+x).split(" in function")[0]}},',
  // Starts a call in slices beside a timer.
  `s:function(n){var t=this;t.t=0;t.d=0;t.i=setInterval(function(){t.t++},5);`,
  `require("${PROGRAM}").spin.async(n,function(e,r){clearInterval(t.i);t.d=[e?""+(e.message||e):r,t.t]});return 1}`,
  '}',
].join('')},1)`;

/** Moves what is not locked: every second one of some buffers goes. */
export const DEFRAG =
  '(function(){var a=[],i;for(i=0;i<20;i++)a[i]=new Uint8Array(60);for(i=0;i<20;i+=2)a[i]=0;E.defrag();return 1})()';

/** Moves files. The program has to be loaded anew: what it had of its files is elsewhere. */
export const COMPACTION = '(require("Storage").compact(),1)';
export const FORGET = `(Modules.removeCached("${PROGRAM}"),1)`;
