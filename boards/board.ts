// The facts of a board: its chip, its memories, what its firmware lacks, and an engine's capacities for it.

import type { Capacities } from '../src/index.js';
import type { CStack } from './call-stack.js';

/** Names as the compilers for these processors have them. */
export type Core =
  | 'cortex-m0'
  | 'cortex-m0plus'
  | 'cortex-m3'
  | 'cortex-m4f'
  | 'cortex-m33'
  | 'riscv32imc'
  | 'xtensa-lx106'
  | 'xtensa-lx6'
  | 'xtensa-lx7';

/** The blocks that the interpreter keeps everything in: `process.memory().total` of `process.memory().blocksize`. */
export interface JsVars {
  /** The number that the firmware is built with. The ESP32 family allocates JsVars at boot: there it is the maximum. */
  count: number;
  /** Size of one JsVar in bytes. */
  bytes: number;
}

/** Facts about the files of `require('Storage')`. */
export interface Storage {
  /** In all; the files' headers are in it too. */
  bytes: number;
  /** In the processor's own flash, or in a flash chip beside it. */
  location: 'internal' | 'spi';
  /** Whether native code runs in a file, by its address, without a copy in RAM. */
  executableInPlace: boolean;
}

/** The place that a fact comes from. */
export interface Source {
  /** The field, or what of it. */
  fact: string;
  /** A file of the Espruino sources with line or key, or a document. */
  where: string;
}

export interface Board {
  /** For `--board`. */
  name: string;
  /** `process.env.BOARD` of the firmware: to be compared before anything is uploaded. */
  firmware: string;
  title: string;
  chip: string;
  core: Core;
  /** Clock rate of the processor in Hz. */
  clock: number;
  /** RAM of the chip in bytes, including the JsVars. */
  ram: number;
  jsVars: JsVars;
  /** JsVars that are free at boot, before any program of the user's: an estimate. */
  freeJsVars: number;
  /** On which the interpreter recurses. */
  cStack: CStack;
  storage: Storage;
  /** For firmware, and Storage if it is internal, in bytes; absent where the board file does not say. */
  flash?: number;
  /** Modules in the firmware. `require` finds them before files of the same name, or such files replace them. */
  modules: readonly string[];
  /** Parts of the language and the library that other boards have and this one lacks. */
  missing: readonly string[];
  /** Whether `E.nativeCall` is there and the processor executes what is in a JsVar. */
  nativeCalls: boolean;
  /** Take at most half of the free JsVars. */
  capacities: Capacities;
  sources: readonly Source[];
}
