// Modules that use features that are not supported, each in one place.
import { moduleOf, moduleOfBody, section } from './wat.js';

const END = 0x0b;
const DROP = 0x1a;
/** A function type with one parameter. */
const taking = (...type: number[]) => moduleOf(section(1, 1, 0x60, 1, ...type, 0));
const memory = (...limits: number[]) => section(5, 1, ...limits);

/** By the feature's name: the advice of its error, and modules by the place where they use it. */
const FEATURES: Record<string, { advice: RegExp; modules: Record<string, Uint8Array> }> = {
  'SIMD is not supported': {
    advice: /compile without -msimd128/,
    modules: {
      'type v128': taking(0x7b),
      'opcode 0xfd': moduleOfBody(0xfd, 0x0c, ...Array(16).fill(0), DROP, END),
    },
  },
  'threads are not supported': {
    advice: /compile without -pthread/,
    modules: {
      'shared memory': moduleOf(memory(3, 1, 1)),
      'shared table': moduleOf(section(4, 1, 0x70, 3, 1, 1)),
      'opcode 0xfe': moduleOfBody(0xfe, 0x03, 0, END),
    },
  },
  'exception handling is not supported': {
    advice: /compile without -fwasm-exceptions/,
    modules: {
      'tag section': moduleOf(section(1, 1, 0x60, 0, 0), section(13, 1, 0, 0)),
      'import of a tag': moduleOf(section(1, 1, 0x60, 0, 0), section(2, 1, 0, 0, 4, 0, 0)),
      'type exnref': taking(0x69),
      'opcode 0x8': moduleOfBody(0x08, 0, END),
      'opcode 0x6': moduleOfBody(0x06, 0x40, END, END),
      'opcode 0x1f': moduleOfBody(0x1f, 0x40, 0, END, END),
    },
  },
  'garbage collection is not supported': {
    advice: /without garbage collection/,
    modules: {
      'type anyref': taking(0x6e),
      'type eqref': taking(0x6d),
      'type i31ref': taking(0x6c),
      'type structref': taking(0x6b),
      'type arrayref': taking(0x6a),
      'type nullref': taking(0x71),
      'type form 0x5f': moduleOf(section(1, 1, 0x5f, 0)),
      'type form 0x4e': moduleOf(section(1, 1, 0x4e, 1, 0x60, 0, 0)),
      'opcode 0xfb': moduleOfBody(0xfb, 0, 0, END),
      'opcode 0xd3': moduleOfBody(0xd3, END),
    },
  },
  'typed function references are not supported': {
    advice: /compile for WebAssembly 2\.0/,
    modules: {
      'type (ref …)': moduleOf(section(1, 2, 0x60, 0, 0, 0x60, 1, 0x64, 0, 0)),
      'type (ref null …)': moduleOf(section(1, 2, 0x60, 0, 0, 0x60, 1, 0x63, 0, 0)),
      'ref.null of a type index': moduleOfBody(0xd0, 0, DROP, END),
      'a table with an initialiser': moduleOf(section(4, 1, 0x40, 0, 0x70, 0, 1, 0xd0, 0x70, END)),
      'opcode 0x14': moduleOfBody(0x14, 0, END),
      'opcode 0xd4': moduleOfBody(0xd4, END),
    },
  },
  'multiple memories are not supported': {
    advice: /wasm-opt --multi-memory-lowering/,
    modules: {
      '2 memories': moduleOf(section(5, 2, 0, 1, 0, 1)),
      'a memory index in an access': moduleOf(
        section(1, 1, 0x60, 0, 0),
        section(3, 1, 0),
        memory(0, 1),
        section(10, 1, 9, 0, 0x41, 0, 0x28, 0x42, 0, 0, DROP, END),
      ),
    },
  },
  '64-bit memories and tables are not supported': {
    advice: /compile for wasm32/,
    modules: { '64-bit memory': moduleOf(memory(4, 1)), '64-bit table': moduleOf(section(4, 1, 0x70, 4, 1)) },
  },
};

export const unsupportedModules = Object.entries(FEATURES).flatMap(([feature, { advice, modules }]) =>
  Object.entries(modules).map(([what, bytes]) => ({ feature, advice, what, bytes })),
);
