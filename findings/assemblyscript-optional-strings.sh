#!/bin/sh
# The bindings of AssemblyScript 0.28.20 (`asc --bindings esm`) declare a parameter with a default as optional, `other?: string`, but a call that
# leaves it out throws "TypeError: value must not be null" if it is a string, an array or an object: the glue writes it into memory before
# the function could use its default. A number may be left out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm pkg set type=module
npm install --ignore-scripts --no-audit --no-fund assemblyscript@0.28.20 >/dev/null
cat > texts.ts <<'MODULE'
export function join(one: string, other: string = '-'): string { return one + other; }
export function repeat(one: string, times: i32 = 2): string { return one.repeat(times); }
MODULE
node_modules/.bin/asc texts.ts -o texts.wasm --bindings esm --runtime stub
cat > run.mjs <<'PROGRAM'
import { readFileSync } from 'node:fs';
import { join, repeat } from './texts.js';
const types = readFileSync('texts.d.ts', 'utf8');
console.log(types.match(/function (join|repeat).*/g).join('\n'));
let thrown = '';
try {
  console.log(`join('a') is ${join('a')}`);
} catch (error) {
  thrown = String(error);
  console.log(`join('a') throws ${thrown}`);
}
console.log(`join('a', 'b') is ${join('a', 'b')}, repeat('a') is ${repeat('a')}`);
const same =
  types.includes('join(one: string, other?: string): string') &&
  thrown === 'TypeError: value must not be null' &&
  repeat('a') === 'aa';
process.exitCode = same ? 0 : 1;
PROGRAM
node run.mjs
