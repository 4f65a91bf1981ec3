// The interface that the conformance table runs on: an engine, or one of its tiers, with values as bits.
import type { Command, SpecValue } from './script.js';

export type FailureKind =
  | 'decode'
  | 'validation'
  /** The phase of an engine that does not distinguish decoding and validation. */
  | 'compile'
  | 'link'
  | 'trap'
  | 'exhaustion';

/** A failure that the specification knows. Whatever else a target throws fails the command. */
export class SpecFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.name = 'SpecFailure';
    this.kind = kind;
  }
}

/** One store, with `spectest` registered. All but `register` throw SpecFailure. */
export interface SpecTarget<Module = unknown, Instance = unknown> {
  load(bytes: Uint8Array): Module;
  /** Imports come from the instances registered so far. */
  instantiate(module: Module): Instance;
  register(name: string, instance: Instance): void;
  invoke(instance: Instance, name: string, values: SpecValue[]): SpecValue[];
  get(instance: Instance, name: string): SpecValue;
}

/** A fresh store for a script, which is given for its size. */
export type CreateTarget = (commands: Command[]) => SpecTarget;

/** The host module that scripts import. All print functions do nothing. */
export const SPECTEST = {
  module: 'spectest',
  /** Name and parameters. */
  functions: [
    ['print', ''],
    ['print_i32', 'i'],
    ['print_i64', 'I'],
    ['print_f32', 'f'],
    ['print_f64', 'F'],
    ['print_i32_f32', 'if'],
    ['print_f64_f64', 'FF'],
  ],
  globals: [
    { name: 'global_i32', type: 'i32', letter: 'i', literal: '666' },
    { name: 'global_i64', type: 'i64', letter: 'I', literal: '666' },
    { name: 'global_f32', type: 'f32', letter: 'f', literal: '666.6' },
    { name: 'global_f64', type: 'f64', letter: 'F', literal: '666.6' },
  ],
  table: { name: 'table', minimum: 10, maximum: 20 },
  memory: { name: 'memory', minimum: 1, maximum: 2 },
} as const;
