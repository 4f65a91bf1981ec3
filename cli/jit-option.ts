// `--jit`, which the commands for boards share.

import { Option } from 'commander';

export type Jit = 'hot' | 'all';

/** Translates, and gives functions to the compiler that the board's firmware has. */
export function jitOption(): Option {
  const text =
    "let the board's firmware compile functions: hot, those that run most, or all, as many as fit into its RAM";
  return new Option('--jit [functions]', text).choices(['hot', 'all']).preset('hot');
}
