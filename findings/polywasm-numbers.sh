#!/bin/sh
# polywasm 0.2.0 (WebAssembly translated to JavaScript) computes other numbers than the specification says. Its README names traps, NaN
# bits and validation as left out, but not these:
# - f32.nearest and f64.nearest round halves up: 0.5 is 1 and 2.5 is 3. They should go to the even neighbour, 0 and 2.
# - f32.convert_i64_s and _u round twice, first to f64: 0x4000004000000001 becomes 0x4000000000000000, the nearest f32 is
#   0x4000008000000000.
# - An f32 argument from JavaScript is not rounded to f32: f32.add of 16777217 and 1 is 16777218, V8 gives 16777216.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --ignore-scripts --no-audit --no-fund polywasm@0.2.0 wabt@1.0.39 >/dev/null
cat > run.mjs <<'PROGRAM'
import wabtModule from 'wabt';
import { WebAssembly as polywasm } from 'polywasm';
const wabt = await wabtModule();
const text = `(module
  (func (export "nearest32") (param f32) (result f32) (f32.nearest (local.get 0)))
  (func (export "nearest64") (param f64) (result f64) (f64.nearest (local.get 0)))
  (func (export "signed") (param i64) (result f32) (f32.convert_i64_s (local.get 0)))
  (func (export "unsigned") (param i64) (result f32) (f32.convert_i64_u (local.get 0)))
  (func (export "add") (param f32 f32) (result f32) (f32.add (local.get 0) (local.get 1))))`;
const bytes = wabt.parseWat('numbers.wat', text).toBinary({}).buffer;
const [there, here] = [WebAssembly, polywasm].map(
  (platform) => new platform.Instance(new platform.Module(bytes), {}).exports,
);
const cases = [
  ['nearest32', [0.5], 0, 1],
  ['nearest32', [2.5], 2, 3],
  ['nearest64', [0.5], 0, 1],
  ['nearest64', [2.5], 2, 3],
  ['signed', [0x4000004000000001n], 2 ** 62 + 2 ** 39, 2 ** 62],
  ['unsigned', [0x4000004000000001n], 2 ** 62 + 2 ** 39, 2 ** 62],
  ['add', [16777217, 1], 16777216, 16777218],
];
let same = true;
for (const [name, values, right, seen] of cases) {
  const [platform, found] = [there[name](...values), here[name](...values)];
  console.log(`${name}(${values.join(', ')}) is ${found}, in V8 ${platform}`);
  same &&= platform === right && found === seen;
}
process.exitCode = same ? 0 : 1;
PROGRAM
node run.mjs
