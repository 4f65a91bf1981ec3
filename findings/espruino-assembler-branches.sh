#!/bin/sh
# The inline assembler of the npm package espruino 0.1.67 (`E.asm`) has the ranges of branches shifted. A conditional branch reaches
# -256 to 254 bytes. 256 to 382 bytes ahead are accepted and become a branch back: `beq` over 150 instructions is d095, which goes 210
# bytes back. `b`, which reaches -2048 to 2046, is accepted up to 3070 in the same way. More than 128 bytes back from the program counter is refused.
# Encodings: ARMv6-M Architecture Reference Manual (DDI 0419), A6.7.10.
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
function assembled(lines, at) {
  return new Promise((done) => {
    const code = `E.asm("void()",${lines.map((line) => JSON.stringify(line)).join(',')});\n`;
    Espruino.callProcessor('transformForEspruino', code, (out) => {
      const bytes = Buffer.from(/"([A-Za-z0-9+/=]{4,})"/.exec(out)[1], 'base64');
      done(bytes.readUInt16LE(at));
    });
    setTimeout(() => done(null), 1000);
  });
}
const nops = (count) => Array(count).fill('nop');
/** Bytes from the instruction to where the encoding goes. */
const conditional = (word) => 4 + 2 * ((word << 24) >> 24);
const always = (word) => 4 + 2 * ((word << 21) >> 21);
espruino.init(async () => {
  Espruino.Core.Env.getData().chip = { family: 'NRF52' };
  const near = conditional(await assembled(['beq far', ...nops(100), 'far:', 'nop'], 0));
  const ahead = conditional(await assembled(['beq far', ...nops(150), 'far:', 'nop'], 0));
  const long = always(await assembled(['b far', ...nops(1200), 'far:', 'nop'], 0));
  const back = await assembled(['back:', ...nops(90), 'beq back'], 180);
  print(`beq 202 bytes ahead goes to ${near}`);
  print(`beq 302 bytes ahead goes to ${ahead}`);
  print(`b 2402 bytes ahead goes to ${long}`);
  print(`beq 180 bytes back: ${back === null ? 'refused' : conditional(back)}`);
  process.exit(near === 202 && ahead === -210 && long === -1694 && back === null ? 0 : 1);
});
PROGRAM
node run.cjs
