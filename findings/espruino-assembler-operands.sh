#!/bin/sh
# The inline assembler of the npm package espruino 0.1.67 (`E.asm`) takes the end of the operands for all of them where it has no form
# with three: it says nothing, and writes an instruction that changes another register.
# - `add r0,r1,#3` becomes 3103, which is `adds r1,#3`; it should be 1cc8. `sub` likewise.
# - `and r0,r1,r2` becomes `ands r1,r2` (4011), `mul r2,r3,r2` becomes `muls r3,r2` (4353).
# - `pop {r4,lr}` becomes bd10, which is `pop {r4,pc}`: bit 8 of POP is pc. `pop {r4,pc}` itself is refused.
# Encodings: ARMv6-M Architecture Reference Manual (DDI 0419), A6.7.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --ignore-scripts --no-audit --no-fund espruino@0.1.67 >/dev/null 2>&1
cat > run.cjs <<'PROGRAM'
const espruino = require('espruino');
const print = console.log;
console.log = console.error = () => {};
function assembled(line) {
  return new Promise((done) => {
    Espruino.callProcessor('transformForEspruino', `E.asm("void()",${JSON.stringify(line)});\n`, (code) => {
      done(Buffer.from(/"([A-Za-z0-9+/=]{4,})"/.exec(code)[1], 'base64').readUInt16LE(0).toString(16));
    });
    setTimeout(() => done('refused'), 1000);
  });
}
const seen = {
  'add r0,r1,#3': '3103',
  'sub r0,r1,#3': '3903',
  'and r0,r1,r2': '4011',
  'mul r2,r3,r2': '4353',
  'pop {r4,lr}': 'bd10',
  'pop {r4,pc}': 'refused',
};
espruino.init(async () => {
  Espruino.Core.Env.getData().chip = { family: 'NRF52' };
  let same = true;
  for (const [line, expected] of Object.entries(seen)) {
    const found = await assembled(line);
    print(`${line} -> ${found}`);
    same &&= found === expected;
  }
  process.exit(same ? 0 : 1);
});
PROGRAM
node run.cjs
