// A call of an export as text that a board evaluates, exact to the bit: Espruino's own literals are not, and it prints 12 digits.

import { NULL_REFERENCE } from '../../src/index.js';
import type { External } from '../module/description.js';
import { stringLiteral } from './program-parts.js';

/** Limit of the numbers written as literals: integers that Espruino reads exactly. -0 is not among them. */
const LARGEST_LITERAL = 2 ** 31;

const isFloat = (type: string) => type === 'f32' || type === 'f64';
const isReference = (type: string) => type === 'funcref' || type === 'externref';
const wordsOf = (bits: bigint) => `${BigInt.asIntN(32, bits)},${BigInt.asIntN(32, bits >> 32n)}`;

/** An f32 as the double that programs on boards have for it: a NaN with the same sign and payload. */
function widened(bits: bigint): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, Number(bits));
  const value = view.getFloat32(0);
  if (Number.isNaN(value)) {
    return ((bits >> 31n) << 63n) | (0x7ffn << 52n) | ((bits & 0x7fffffn) << 29n);
  }
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** The inverse of `widened`. A NaN whose payload has no bit in an f32 becomes the canonical one. */
function narrowed(bits: bigint): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  const value = view.getFloat64(0);
  if (Number.isNaN(value)) {
    const payload = (bits >> 29n) & 0x7fffffn;
    return ((bits >> 63n) << 31n) | 0x7f800000n | (payload || 0x400000n);
  }
  view.setFloat32(0, value);
  return BigInt(view.getUint32(0));
}

function argumentText(type: string, bits: bigint): string {
  if (type === 'i32') return String(BigInt.asIntN(32, bits));
  if (type === 'i64') return `[${wordsOf(bits)}]`;
  if (isReference(type)) return bits === BigInt(NULL_REFERENCE) ? 'null' : String(bits);
  return doubleText(type === 'f32' ? widened(bits) : bits);
}

/** An expression for the double with these bits. */
export function doubleText(bits: bigint): string {
  const value = new Float64Array(BigInt64Array.of(BigInt.asIntN(64, bits)).buffer)[0];
  if (Number.isInteger(value) && Math.abs(value) < LARGEST_LITERAL && !Object.is(value, -0)) return String(value);
  return `new Float64Array(new Int32Array([${wordsOf(bits)}]).buffer)[0]`;
}

/**
 * A function `exact` for boards: JSON of a value, in which a number other than an integer of 32 bits, and -0, is the array of the two
 * words of its double. Only lists have a member `map`: records have no functions.
 */
export const EXACT_JSON = `var double=new Float64Array(1);
function exact(value){
if(typeof value=="number"){
if(value===(value|0)&&(value||1/value>0))return JSON.stringify(value);
double[0]=value;
return "["+new Int32Array(double.buffer).join()+"]";
}
if(value===undefined)return "null";
if(typeof value!="object"||value===null)return JSON.stringify(value);
var texts=[];
if(typeof value.map=="function"){
for(var at=0;at<value.length;at++)texts.push(exact(value[at]));
return "["+texts.join()+"]";
}
for(var key in value)if(value[key]!==undefined&&typeof value[key]!="function")texts.push(JSON.stringify(key)+":"+exact(value[key]));
return "{"+texts.join()+"}";
}
`;

export interface CallOptions {
  /** The program has to count it. */
  fuel?: number;
  /** The call runs in slices, and has ended when `isDone` is true. A call with fuel runs as a whole. */
  isSliced?: boolean;
}

/** Statements that keep the result of a call of `callee`, a member of the program `app`, in `result`. */
export function appCallText(
  app: string,
  callee: string,
  given: readonly string[],
  { fuel, isSliced }: CallOptions,
): string {
  const required = `var app=require(${JSON.stringify(app)}),result`;
  if (fuel !== undefined) return `${required}=${callee}.withFuel(${[fuel, ...given]}),isDone=true;`;
  if (!isSliced) return `${required}=${callee}(${given});`;
  const done = 'function(error,value){if(error)throw error;result=value;isDone=true;}';
  return `${required},isDone=false;${callee}.async(${[...given, done]});`;
}

/** The call of an export of a module, as `appCallText` has it. */
export function callText(app: string, called: External, values: readonly bigint[], options: CallOptions = {}): string {
  const given = called.parameters.map((type, index) => argumentText(type, values[index]));
  return appCallText(app, `app[${stringLiteral(called.name)}]`, given, options);
}

/** Statements that print the words of what `callText` keeps; nothing where there are no results. */
export function resultsText({ results }: External): string {
  if (results.length === 0) return '';
  const words = results.map((type, index) => {
    const value = results.length > 1 ? `result[${index}]` : 'result';
    if (isFloat(type)) return `words(${value})`;
    return isReference(type) ? `${value}===null?${NULL_REFERENCE}:${value}` : value;
  });
  const double = results.some(isFloat)
    ? 'var double=new Float64Array(1),words=function(value){double[0]=value;return new Int32Array(double.buffer).join();};'
    : '';
  return `${double}print([${words}].join());`;
}

/** Bits of the results, from what `resultsText` printed. */
export function resultBits({ results }: External, printed: string): bigint[] {
  const words = printed.trim().split(',');
  return results.map((type) => {
    const low = words.shift()!;
    if (type === 'i32') return BigInt.asUintN(32, BigInt(low));
    if (isReference(type)) return BigInt(low);
    const bits = (BigInt.asUintN(32, BigInt(words.shift()!)) << 32n) | BigInt.asUintN(32, BigInt(low));
    return type === 'f32' ? narrowed(bits) : bits;
  });
}
