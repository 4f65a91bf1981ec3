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
  /** No feature: what was found is malformed. */
  None = -1,
}

/** The name of a feature with its verb, for an error: `SIMD is`. */
export function featureName(feature: Feature): string {
  const names =
    'SIMD is,threads are,exception handling is,garbage collection is,typed function references are,multiple memories are,64-bit memories and tables are,stack switching is';
  return names.split(',')[feature];
}

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
  return featureName(feature) + ' not supported: ' + what + ' (' + ADVICE[feature] + ')';
}

/** The message for a feature, or `malformed` where there is none. */
export function refusal(feature: Feature, what: string, malformed: string): string {
  return feature === Feature.None ? malformed : unsupported(feature, what);
}

/** The name of a type that starts with a byte and is not supported, or its number. */
export function typeName(first: number): string {
  const name =
    first === 0x63
      ? '(ref null …)'
      : first === 0x64
        ? '(ref …)'
        : first === ValueType.V128
          ? 'v128'
          : REFERENCE_TYPES[first - 0x68];
  return name || '0x' + first.toString(16);
}

/** Reference types by code, starting at 0x68. */
const REFERENCE_TYPES = [
  'contref',
  'exnref',
  'arrayref',
  'structref',
  'i31ref',
  'eqref',
  'anyref',
  'externref',
  'funcref',
  'nullref',
  'nullexternref',
  'nullfuncref',
  'nullexnref',
  'nullcontref',
];

/** The feature of a type that starts with a byte and is not supported. */
export function featureOfType(first: number): Feature {
  if (first === ValueType.V128) return Feature.Simd;
  if (first === 0x63 || first === 0x64) return Feature.FunctionReferences;
  if (first === 0x69 || first === 0x74) return Feature.Exceptions;
  if (first === 0x68 || first === 0x75) return Feature.StackSwitching;
  return first > 0x69 && first < 0x74 ? Feature.GarbageCollection : Feature.None;
}

/** The feature of a form of a type definition that is not supported. */
export function featureOfForm(form: number): Feature {
  if (form === 0x5d) return Feature.StackSwitching;
  return form < 0x4d || form > 0x5f ? Feature.None : Feature.GarbageCollection;
}

/** The feature of the flags of a memory or table that are not supported. */
export function featureOfLimits(flags: number): Feature {
  if (flags > 15 || (flags & 6) === 0) return Feature.None;
  return (flags & 2) !== 0 ? Feature.Threads : Feature.Memory64;
}

/** The feature of an opcode, or its prefix, that is not supported. */
export function featureOfOpcode(code: number): Feature {
  if (code === 0xfd) return Feature.Simd;
  if (code === 0xfe) return Feature.Threads;
  if (code === 0xfb || code === 0xd3) return Feature.GarbageCollection;
  if ((code >= 0x06 && code <= 0x0a) || code === 0x18 || code === 0x19 || code === 0x1f) return Feature.Exceptions;
  if (code === 0x14 || code === 0x15 || (code >= 0xd4 && code <= 0xd6)) return Feature.FunctionReferences;
  return code >= 0xe0 && code <= 0xe6 ? Feature.StackSwitching : Feature.None;
}
