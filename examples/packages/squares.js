// Runs a program for Uxn with the module of uxn.wasm. It has its stacks and devices in 768 bytes at address 1048576, and its RAM of
// 1 MB in front. The window starts at the stacks: the program lies behind the devices, and branches relative to itself.
var uxn = require('uxn');
var base = 1048576;
var at = 1049344;
// 10 @loop DUP DUP MUL 18 DEO 1 SUB DUP loop JCN POP BRK
var program = [0x80, 10, 6, 6, 0x1a, 0x80, 0x18, 0x17, 0x80, 1, 0x19, 6, 0x80, 0xf3, 0x0d, 2, 0];
var i;
for (i = 0; i < program.length; i++) uxn.memory[at - base + i] = program[i];
uxn.eval(at);
