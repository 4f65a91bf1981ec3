// The program `tazzina`.

import { setFlagsFromString } from 'node:v8';
import { runCommandLine } from './command-line.js';

// The one WebAssembly that this process runs is binaryen's, once. V8's optimising compiler would take a second and more of
// processor time for code that then hardly runs: a module of 1 KB is built in 0.8 s instead of 2.2, one of 190 KB in 2.5 instead of 4.4.
setFlagsFromString('--liftoff-only');
// Most of its functions are never called.
setFlagsFromString('--wasm-lazy-validation');
// Bytes of bytecode that a function of JavaScript executes before V8 optimises it; 67,584 by default. Most commands end within a second,
// before what was optimised pays: a fifth of the processor time of a small build, an eighth of one of 190 KB.
setFlagsFromString('--interrupt-budget=500000');

process.exitCode = await runCommandLine(process.argv.slice(2));
