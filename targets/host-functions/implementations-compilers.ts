// Functions that compilers import: mathematics from JavaScript's Math, and the run-time functions of Emscripten and wasm-bindgen.

import type { Host } from './host.js';
import { bytesAt, textAt } from './memory-access.js';

export function arcCosine(_: Host, x: number): number {
  return Math.acos(x);
}

export function arcSine(_: Host, x: number): number {
  return Math.asin(x);
}

export function arcTangent(_: Host, x: number): number {
  return Math.atan(x);
}

export function arcTangentOfTwo(_: Host, y: number, x: number): number {
  return Math.atan2(y, x);
}

export function cosine(_: Host, x: number): number {
  return Math.cos(x);
}

export function exponential(_: Host, x: number): number {
  return Math.exp(x);
}

export function naturalLogarithm(_: Host, x: number): number {
  return Math.log(x);
}

export function power(_: Host, x: number, y: number): number {
  return Math.pow(x, y);
}

export function remainder(_: Host, x: number, y: number): number {
  // Espruino's % gives NaN where y is -Infinity.
  return x % (y === -Infinity ? Infinity : y);
}

export function sine(_: Host, x: number): number {
  return Math.sin(x);
}

export function tangent(_: Host, x: number): number {
  return Math.tan(x);
}

export function abortProgram(host: Host): never {
  return host.fail('abort');
}

/** 0 is Emscripten's "no". */
export function refuseHeap(): number {
  return 0;
}

export function copyBytes(host: Host, target: number, source: number, length: number): number {
  if (length !== 0) bytesAt(host, target, length).set(bytesAt(host, source, length));
  return target;
}

export function throwText(host: Host, text: number, length: number): never {
  return host.fail(textAt(host, text, length));
}

export function keepTable(): undefined {
  return undefined;
}
