// The WebAssembly specification's tests on modules translated to JavaScript, with the same ledger as the engine's.
import { createCompilerTarget } from './compiler-target.js';
import { defineSpecificationTests } from './specification-tests.js';

await defineSpecificationTests('on modules translated to JavaScript with labels', () =>
  createCompilerTarget({ labels: true }),
);
