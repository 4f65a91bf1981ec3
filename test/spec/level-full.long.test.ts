// The WebAssembly specification's tests on the engine.
import { VerificationLevel } from '../../src/safety/index.js';
import { engineTargetAt } from './engine-target.js';
import { defineSpecificationTests } from './specification-tests.js';

await defineSpecificationTests('at level full', (script) => engineTargetAt(VerificationLevel.Full, script));
