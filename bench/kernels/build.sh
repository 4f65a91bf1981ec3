#!/bin/sh
# Compiles every kernel beside its source: MVP instructions, no imports, one page of memory.
set -eu
cd "$(dirname "$0")"
for source in ${*:-*.c}; do
  clang --target=wasm32 -mcpu=mvp -std=c11 -Wall -Wextra -Werror -O2 -ffreestanding -fno-builtin -nostdlib \
    -Wl,--no-entry -Wl,--export=run -Wl,-z,stack-size=8192 -Wl,--strip-all \
    -o "${source%.c}.wasm" "$source"
done
# pid.ts is AssemblyScript: npx --package assemblyscript asc pid.ts -O3 --runtime stub --use abort= --initialMemory 1 -o pid.wasm
