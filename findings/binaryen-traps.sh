#!/bin/sh
# binaryen 132.0.0 takes all traps for the same, also where none is said not to happen (`trapsNeverHappen` is off by default):
# - directize makes `unreachable` of a call_indirect whose constant index lies outside of the table;
# - simplify-locals moves a division behind a load that comes after it, so that of two traps the second one is told.
# Both outputs are valid WebAssembly. Who shows traps to people has to leave these passes out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --ignore-scripts --no-audit --no-fund binaryen@132.0.0 >/dev/null
cat > run.mjs <<'PROGRAM'
import binaryen from 'binaryen';
function after(pass, text) {
  const module = binaryen.parseText(text);
  const before = module.emitBinary();
  module.runPasses([pass]);
  const bytes = module.emitBinary();
  return [before, bytes].map((each) => {
    try {
      new WebAssembly.Instance(new WebAssembly.Module(each)).exports.f(0);
      return 'no trap';
    } catch (error) {
      return error.message;
    }
  });
}
const table = '(module (type $v (func)) (table 1 funcref) (func (export "f") (call_indirect (type $v) (i32.const 5))))';
const order = `(module (memory 1) (func (export "f") (param i32) (result i32) (local i32)
  (local.set 1 (i32.div_s (i32.const 1) (local.get 0))) (i32.add (i32.load (i32.const 70000)) (local.get 1))))`;
const found = [after('directize', table), after('simplify-locals', order)];
const seen = [['table index is out of bounds', 'unreachable'], ['divide by zero', 'memory access out of bounds']];
for (const [index, [before, now]] of found.entries()) console.log(`${before} -> ${now}`, index);
process.exitCode = JSON.stringify(found) === JSON.stringify(seen) ? 0 : 1;
PROGRAM
node run.mjs
