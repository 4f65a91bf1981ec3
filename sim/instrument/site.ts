// Places of a program that its checks name by number: statements, functions, classes.

import type { Place } from '../language/finding.js';
import { type CallStack, NO_STACK } from './call-stack.js';

export interface Site extends Place {
  file: string;
  /** Of a function: characters of its text that are kept in RAM. */
  length: number;
  /** Of a function: how many parameters. */
  count: number;
  /** Of a function: its own name, or none. */
  name: string;
  /** Of a function: its parameters, and its text as Espruino keeps it. */
  parameters: readonly string[];
  /** Of a class: whether it is a global. */
  isGlobal: boolean;
  body: string;
  /** Of a function: its use of the C stack. */
  stack: CallStack;
}

/** The place before a program has run. */
export const NO_SITE: Site = {
  file: '',
  line: 1,
  column: 1,
  text: '',
  length: 0,
  count: 0,
  name: '',
  parameters: [],
  isGlobal: false,
  body: '',
  stack: NO_STACK,
};
