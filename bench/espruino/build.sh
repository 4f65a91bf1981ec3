#!/bin/sh
# Compiles the kernels beside their source: no imports, one page of memory with little of it used.
set -eu
cd "$(dirname "$0")"
clang --target=wasm32 -mcpu=mvp -std=c11 -Wall -Wextra -Werror -O2 -ffreestanding -fno-builtin -nostdlib \
  -Wl,--no-entry -Wl,-z,stack-size=1024 -Wl,--strip-all -o kernels.wasm kernels.c
