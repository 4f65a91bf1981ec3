// Solves a puzzle with the module of friendly-pow: finds bytes whose BLAKE2b hash is below a limit. Arrays are objects of
// AssemblyScript.
var pow = require('friendly-pow');
function word(at) {
  var m = pow.memory;
  return m[at] | (m[at + 1] << 8) | (m[at + 2] << 16) | (m[at + 3] << 24);
}
function setWord(at, value) {
  var k;
  for (k = 0; k < 4; k++) pow.memory[at + k] = value >> (8 * k);
}
var i;
var data = pow.__retain(pow.__alloc(128, 0));
for (i = 0; i < 128; i++) pow.memory[data + i] = i * 7 + 3;
var puzzle = pow.__retain(pow.__alloc(12, pow.Uint8Array_ID.value));
setWord(puzzle, data);
setWord(puzzle + 4, data);
setWord(puzzle + 8, 128);
var hash = word(pow.solveBlake2b(puzzle, 0x3fffffff, 100) + 4);
var found = [];
for (i = 0; i < 32; i++) found.push(pow.memory[hash + i]);
print(found.join(' '));
