// Places of a program that its checks name by number: statements, functions, classes.

import type { Place } from '../language/finding.js';
import { type CallStack, NO_STACK } from './call-stack.js';

export interface Site extends Place {
  file: string;
  /** For a function: characters of its text in RAM. */
  length: number;
  /** For a function: the number of its parameters. */
  count: number;
  /** For a function: its own name, or ''. */
  name: string;
  /** For a function: its parameters, and its text as Espruino keeps it. */
  parameters: readonly string[];
  /** For a class: whether it is a global. */
  isGlobal: boolean;
  body: string;
  /** For a function: its use of the C stack. */
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
