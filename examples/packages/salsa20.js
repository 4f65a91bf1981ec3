// Encrypts a text with the module of xsalsa20: the nonce is at byte 152, the key at byte 176, the data from byte 208 on.
var xsalsa20 = require('xsalsa20');
var text = 'the quick brown fox';
var i;
for (i = 0; i < 24; i++) xsalsa20.memory[152 + i] = i;
for (i = 0; i < 32; i++) xsalsa20.memory[176 + i] = 255 - i;
for (i = 0; i < text.length; i++) xsalsa20.memory[208 + i] = text.charCodeAt(i);
xsalsa20.xsalsa20_xor(144, 208, 208, text.length, 152, 176);
var encrypted = [];
for (i = 0; i < text.length; i++) encrypted.push(xsalsa20.memory[208 + i]);
print(encrypted.join(' '));
