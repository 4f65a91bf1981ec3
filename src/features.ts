// Features of WebAssembly 3.0 and of proposals that are not supported: their names, and how to compile a module without each. A module
// that uses one is not malformed, so its error names the feature.

import { ValueType } from './types.js';

export enum Feature {
  Simd = 0,
  Threads = 1,
  Exceptions = 2,
  GarbageCollection = 3,
  FunctionReferences = 4,
  MultipleMemories = 5,
  Memory64 = 6,
  StackSwitching = 7,
}

const NAMES = [
  'SIMD is not supported',
  'threads are not supported',
  'exception handling is not supported',
  'garbage collection is not supported',
  'typed function references are not supported',
  'multiple memories are not supported',
  '64-bit memories and tables are not supported',
  'stack switching is not supported',
];

const ADVICE = [
  'compile without -msimd128 or +simd128',
  'compile without -pthread, -matomics and --shared-memory',
  'compile without -fwasm-exceptions and -mexception-handling',
  'compile for WebAssembly 2.0, without garbage collection',
  'compile for WebAssembly 2.0',
  'put them into one: wasm-opt --multi-memory-lowering',
  'compile for wasm32, without -m64',
  'compile for WebAssembly 2.0',
];

/** The message of an error: `what` says where the module uses the feature. */
export function unsupported(feature: Feature, what: string): string {
  return NAMES[feature] + ': ' + what + ' (' + ADVICE[feature] + ')';
}

/** Names of reference types from 0x68 to 0x75, without those that are supported. */
const REFERENCE_TYPES =
  'contref,exnref,arrayref,structref,i31ref,eqref,anyref,,,nullref,nullexternref,nullfuncref,nullexnref,nullcontref';

/** The message for a type that starts with a byte and is not supported; '' where there is no such type. */
export function unsupportedType(first: number): string {
  if (first === ValueType.V128) return unsupported(Feature.Simd, 'type v128');
  if (first === 0x63 || first === 0x64) {
    return unsupported(Feature.FunctionReferences, first === 0x63 ? 'type (ref null …)' : 'type (ref …)');
  }
  const name = first < 0x68 || first > 0x75 ? '' : REFERENCE_TYPES.split(',')[first - 0x68];
  if (name === '') return '';
  if (name === 'exnref' || name === 'nullexnref') return unsupported(Feature.Exceptions, 'type ' + name);
  const isContinuation = name === 'contref' || name === 'nullcontref';
  return unsupported(isContinuation ? Feature.StackSwitching : Feature.GarbageCollection, 'type ' + name);
}

/** The message for an opcode, or its prefix, that is not supported; '' where there is no such opcode. */
export function unsupportedOpcode(code: number): string {
  const what = 'opcode 0x' + code.toString(16);
  if (code === 0xfd) return unsupported(Feature.Simd, what);
  if (code === 0xfe) return unsupported(Feature.Threads, what);
  if (code === 0xfb || code === 0xd3) return unsupported(Feature.GarbageCollection, what);
  if ((code >= 0x06 && code <= 0x0a) || code === 0x18 || code === 0x19 || code === 0x1f) {
    return unsupported(Feature.Exceptions, what);
  }
  if (code === 0x14 || code === 0x15 || (code >= 0xd4 && code <= 0xd6)) {
    return unsupported(Feature.FunctionReferences, what);
  }
  if (code >= 0xe0 && code <= 0xe6) return unsupported(Feature.StackSwitching, what);
  return '';
}
