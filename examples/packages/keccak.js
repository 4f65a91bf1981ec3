// Keccak-256 of a text, with the module of @hazae41/sha3.wasm. Its memory is a window: it starts at the address `base`.
var sha3 = require('sha3');
var base = 1046528;
var text = 'the quick brown fox';
var i;
var given = sha3.__wbindgen_malloc(text.length, 1);
for (i = 0; i < text.length; i++) sha3.memory[given - base + i] = text.charCodeAt(i);
var hash = sha3.keccak256(sha3.memory_new(given, text.length));
var at = sha3.memory_ptr(hash) - base;
var sum = [];
for (i = 0; i < sha3.memory_len(hash); i++) sum.push(sha3.memory[at + i]);
print(sum.join(' '));
