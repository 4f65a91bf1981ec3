// The option `--watch`. What it does is in watch.ts, and loaded when it is given.

import { Option } from 'commander';

export function watchOption(): Option {
  return new Option('--watch', 'run the command again whenever a file changes, until ctrl-C');
}
