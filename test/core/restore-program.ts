// Takes up a snapshot that another process has saved: the folder of the files is the argument; prints the result and the fuel.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine, small } from '../../src/index.js';

const file = (name: string) => new Uint8Array(readFileSync(join(process.argv[2], name)));
const engine = new Engine({ ...small, memoryBytes: 65536 });
engine.instantiate(engine.load(file('module.wasm')));
engine.restore(file('snapshot'));
engine.resume(Infinity);
console.log(engine.getI32(0), engine.fuelUsed);
