// A text in base64 and back, with the module of base64-encoding. What is given to it lies behind its data.
var base64 = require('base64-encoding');
var text = 'the quick brown fox';
var i;
for (i = 0; i < text.length; i++) base64.memory[1440 + i] = text.charCodeAt(i);
var length = base64.Base64encode(1600, 1440, text.length, 0) - 1;
var encoded = '';
for (i = 0; i < length; i++) encoded += String.fromCharCode(base64.memory[1600 + i]);
length = base64.Base64decode(1800, 1600);
var decoded = '';
for (i = 0; i < length; i++) decoded += String.fromCharCode(base64.memory[1800 + i]);
print(encoded, decoded);
