#!/bin/sh
# wabt 1.0.39 writes the type `(ref $t)` with the byte 0x6b of an earlier draft. The specification (WebAssembly 3.0, 5.3.4) has 0x64 for
# it, and 0x6b for structref, so what wabt writes is read as another type, with a stray byte behind it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --ignore-scripts --no-audit --no-fund wabt@1.0.39 >/dev/null
cat > run.cjs <<'PROGRAM'
require('wabt')().then((wabt) => {
  const text = '(module (type $t (func)) (func (param (ref $t))))';
  const module = wabt.parseWat('a.wat', text, { function_references: true, reference_types: true });
  const hex = Buffer.from(module.toBinary({}).buffer).toString('hex');
  // One function type without anything, and one with the parameter: 60 01, the type, 00.
  const [, type] = /600000.*?6001(.*?)00(?:03|$)/.exec(hex) ?? [];
  console.log(`(ref $t) is written as ${type}`);
  process.exitCode = type === '6b00' ? 0 : 1;
});
PROGRAM
node run.cjs
