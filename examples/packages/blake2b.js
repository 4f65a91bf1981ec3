// BLAKE2b-256 of a text, with the module of blake2b-wasm: parameters are at byte 0, the state at byte 64, the data behind it.
var blake2b = require('blake2b-wasm');
var text = 'the quick brown fox';
var i;
blake2b.memory[0] = 32;
blake2b.memory[2] = 1;
blake2b.memory[3] = 1;
blake2b.blake2b_init(64, 32);
for (i = 0; i < text.length; i++) blake2b.memory[280 + i] = text.charCodeAt(i);
blake2b.blake2b_update(64, 280, 280 + text.length);
blake2b.blake2b_final(64);
var sum = [];
for (i = 0; i < 32; i++) sum.push(blake2b.memory[192 + i]);
print(sum.join(' '));
