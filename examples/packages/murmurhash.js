// MurmurHash of a text, with the module of murmurhash-wasm and its garbage collector.
var murmurhash = require('murmurhash-wasm');
var text = 'the quick brown fox';
var buffer = murmurhash.__pin(murmurhash.__new(text.length, 0));
var i;
for (i = 0; i < text.length; i++) murmurhash.memory[buffer + i] = text.charCodeAt(i);
print(murmurhash.hash32(buffer, 5));
murmurhash.__unpin(buffer);
