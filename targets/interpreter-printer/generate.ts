// Writes src/generated/: the numbers of the register instructions and the interpreter's loop. The loop is generated from the opcode
// table, the pure functions of src/numeric.ts, which are inlined, and instructions.ts. Each variant of the interpreter (a level of
// verification, handlers in a table) prints the same bodies in another way.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fusedInstructions } from './fused-instructions.js';
import { COMMON_FUSIONS, SECOND_LOOP_FUSIONS, VERIFIED_FUSIONS } from './fusions.js';
import { instructions as fixedInstructions, Place } from './instructions.js';
import { printInterpreter, Variant } from './interpreter-loop.js';
import { readFunctions, readNumericFunctions } from './numeric-functions.js';
import { numericInstructions } from './numeric-instructions.js';
import { printOpcodes } from './register-opcodes.js';
import { frequentForms, v8Forms } from './v8-forms.js';

/** The register instructions in the order of their numbers, and what is known of them. */
export function registerInstructions(root: string) {
  const functions = new Map([...readNumericFunctions(root), ...readFunctions(v8Forms)]);
  const { list, forms } = numericInstructions(functions, frequentForms);
  // The reserved positions of the code hold instructions 0 and 1.
  const fixed = [...fixedInstructions];
  const switchBack = fixed.findIndex((instruction) => instruction.name === 'SwitchBack');
  fixed.splice(1, 0, fixed.splice(switchBack, 1)[0]);
  const { fused, rows } = fusedInstructions([...fixed, ...list]);
  const plain = fused.splice(VERIFIED_FUSIONS);
  const unfollowed = fused.splice(COMMON_FUSIONS);
  const ordered = [...fixed, ...list, ...fused];
  // Hot ones first, so that the main switch is dense; last of them those that not all interpreters have.
  const inPlace = (place: Place) => ordered.filter((instruction) => instruction.place === place);
  const common = inPlace(Place.Main);
  const all = [...common, ...unfollowed, ...plain, ...inPlace(Place.Second), ...inPlace(Place.Function)];
  const commonCount = common.length;
  // Without the fusions that the second loop has no room for.
  const sharedCount = commonCount - COMMON_FUSIONS + SECOND_LOOP_FUSIONS;
  return { all, forms, rows, verifiedCount: commonCount + unfollowed.length, commonCount, sharedCount };
}

/** Writes src/generated below the project's root. */
export function writeGenerated(root = fileURLToPath(new URL('../../', import.meta.url))): void {
  const { all, forms, rows, verifiedCount, commonCount, sharedCount } = registerInstructions(root);
  rmSync(`${root}src/generated`, { recursive: true, force: true });
  mkdirSync(`${root}src/generated`);
  writeFileSync(
    `${root}src/generated/register-opcodes.ts`,
    printOpcodes(all, forms, rows, [all.length, verifiedCount, commonCount], sharedCount),
  );
  writeFileSync(`${root}src/generated/interpreter.ts`, printInterpreter(all, Variant.Plain, all.length, sharedCount));
  const { Verified, VerifiedSlots } = Variant;
  const verified = printInterpreter(all, Verified, verifiedCount, sharedCount);
  writeFileSync(`${root}src/generated/verified-interpreter.ts`, verified);
  const slotVerified = printInterpreter(all, VerifiedSlots, commonCount, sharedCount);
  writeFileSync(`${root}src/generated/slot-verified-interpreter.ts`, slotVerified);
}
