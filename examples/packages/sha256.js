// SHA-256 of a text shorter than 64 bytes, with the module of sha256-wasm: its state is at byte 0, the block in it at byte 40.
var sha256 = require('sha256-wasm');
var text = 'the quick brown fox';
var i;
for (i = 0; i < text.length; i++) sha256.memory[40 + i] = text.charCodeAt(i);
sha256.sha256(0, 108, text.length, 0);
for (i = 40 + text.length; i < 104; i++) sha256.memory[i] = 0;
sha256.sha256(0, 108, 0, 1);
var sum = [];
for (i = 0; i < 32; i++) sum.push(sha256.memory[i]);
print(sum.join(' '));
