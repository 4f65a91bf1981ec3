// The program `tazzina`.

import { setFlagsFromString } from 'node:v8';
import { runCommandLine } from './command-line.js';

// The one WebAssembly that this process runs is binaryen's, once. V8's optimising compiler would take a second and more of
// processor time for code that then hardly runs: a module of 1 KB is built in 0.8 s instead of 2.2, one of 190 KB in 2.5 instead of 4.4.
setFlagsFromString('--liftoff-only');

process.exitCode = await runCommandLine(process.argv.slice(2));
