// The WebAssembly specification's tests on modules translated to JavaScript for interpreters that have no labels.
import { createCompilerTarget } from './compiler-target.js';
import { defineSpecificationTests } from './specification-tests.js';

await defineSpecificationTests('on modules translated to JavaScript without labels', () =>
  createCompilerTarget({ labels: false }),
);
