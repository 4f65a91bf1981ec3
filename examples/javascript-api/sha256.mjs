// Prints the SHA-256 of files, computed by the WebAssembly of hash-wasm on this engine.
import { readFileSync } from 'node:fs';
import { createWebAssembly } from 'tazzina';

// The package takes what it finds here when it is loaded and called.
globalThis.WebAssembly = createWebAssembly();
const { sha256 } = await import('hash-wasm');

for (const file of process.argv.slice(2)) console.log(`${await sha256(readFileSync(file))}  ${file}`);
