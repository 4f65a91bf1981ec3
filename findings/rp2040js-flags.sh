#!/bin/sh
# rp2040js 1.4.1 (an RP2040 in JavaScript) sets flags of its Cortex-M0+ otherwise than the architecture says:
# - ADCS never sees the overflow that the carry causes: 0x7fffffff + 0 + 1 is 0x80000000 with V clear; V should be set.
# - LSRS, ASRS and RORS by a register that holds 0 set the carry to bit 31; it should stay as it is. So does a count of 256, of which
#   the low byte counts.
# - LSLS by a register that holds 33 or more sets the carry to a bit of the value; it should be clear.
# Values are right, so that most programs do not notice. 64-bit additions and comparisons of sums read these flags.
# Source: ARMv6-M Architecture Reference Manual (DDI 0419), AddWithCarry, LSL_C, LSR_C, ASR_C, ROR_C.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --ignore-scripts --no-audit --no-fund rp2040js@1.4.1 >/dev/null
cat > run.mjs <<'PROGRAM'
import { RP2040 } from 'rp2040js';
const machine = new RP2040();
const { core } = machine;
/** Executes `op r0, r1` in RAM. */
function flags(halfword, r0, r1, carry) {
  machine.writeUint16(0x20000000, halfword);
  core.PC = 0x20000000;
  core.N = core.Z = core.V = false;
  core.C = carry;
  core.registers[0] = r0;
  core.registers[1] = r1;
  core.executeInstruction();
  return { C: core.C, V: core.V };
}
const ADCS = 0x4148;
const LSLS = 0x4088;
const LSRS = 0x40c8;
const ASRS = 0x4108;
const RORS = 0x41c8;
const cases = [
  ['adcs 0x7fffffff, 0, carry set: V', flags(ADCS, 0x7fffffff, 0, true).V, true],
  ['adcs 0x7fffffff, 0x7fffffff, carry set: V', flags(ADCS, 0x7fffffff, 0x7fffffff, true).V, true],
  ['lsrs 0x80000001 by 0, carry clear: C', flags(LSRS, 0x80000001, 0, false).C, false],
  ['asrs 0x80000001 by 0, carry clear: C', flags(ASRS, 0x80000001, 0, false).C, false],
  ['rors 0x80000001 by 0, carry clear: C', flags(RORS, 0x80000001, 0, false).C, false],
  ['lsrs 0x80000001 by 256, carry clear: C', flags(LSRS, 0x80000001, 256, false).C, false],
  ['lsls 0x80000001 by 33, carry clear: C', flags(LSLS, 0x80000001, 33, false).C, false],
];
let different = 0;
for (const [what, found, asSpecified] of cases) {
  console.log(`${what} is ${found}, should be ${asSpecified}`);
  if (found !== asSpecified) different++;
}
process.exitCode = different === cases.length ? 0 : 1;
PROGRAM
node run.mjs
