// SipHash of a text, with the module of siphash24: the key is at byte 8, the data from byte 24 on, the sum at byte 0.
var siphash = require('siphash24');
var text = 'the quick brown fox';
var i;
for (i = 0; i < 16; i++) siphash.memory[8 + i] = i;
for (i = 0; i < text.length; i++) siphash.memory[24 + i] = text.charCodeAt(i);
siphash.siphash(24, text.length);
var sum = [];
for (i = 0; i < 8; i++) sum.push(siphash.memory[i]);
print(sum.join(' '));
