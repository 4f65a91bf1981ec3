#!/bin/sh
# Modules of AssemblyScript 0.28.20 with the default runtime (incremental) keep a stack of the objects in use. `throw` becomes `abort`, which
# the bindings of asc make an exception of JavaScript; the stack pointer stays where it was. Each caught error of the function below
# costs 12 of its 32,768 bytes: after 2,729 of them, calls that throw nothing fail, too, with an error without a message.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm pkg set type=module
npm install --ignore-scripts --no-audit --no-fund assemblyscript@0.28.20 >/dev/null
cat > texts.ts <<'MODULE'
export function check(text: string): i32 {
  const copy = text + '!';
  if (copy.length > 3) throw new RangeError('too long');
  return copy.length;
}
MODULE
node_modules/.bin/asc texts.ts -o texts.wasm --bindings esm
cat > run.mjs <<'PROGRAM'
import { check } from './texts.js';
const before = check('a');
let caught = 0;
let other = '';
while (other === '' && caught < 10000) {
  try {
    check('long text');
  } catch (error) {
    if (error.message.startsWith('too long')) caught++;
    else other = error.message;
  }
}
console.log(`check('a') is ${before}`);
console.log(`after ${caught} errors that were caught: "${other}"`);
let after = '';
try {
  after = `is ${check('a')}`;
} catch (error) {
  after = `throws "${error.message}"`;
}
console.log(`check('a') ${after}`);
process.exitCode = before === 2 && caught === 2729 && after.startsWith('throws') ? 0 : 1;
PROGRAM
node run.mjs
