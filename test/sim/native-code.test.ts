// Machine code in programs: the simulated board runs it as Espruino does, and allows no access beyond what the program handed out.
import { describe, expect, it } from 'vitest';
import { esp32, puckjs, rpi_pico } from '../../boards/index.js';
import { assemble } from '../../machine/thumb/assemble.js';
import { CORTEX_M0_PLUS } from '../../machine/thumb/cpu.js';
import { SimulatedBoard } from '../../sim/index.js';
import { executesMachineCode, machineCodeReason, runInEspruino } from './espruino.js';

/** Entries of the code, in order, each at a multiple of 4. */
const CODE = assemble(
  `
add:                                @ int(context, a, b, c): [context] + a + 2 * b + 4 * c
    ldr     r0, [r0]
    adds    r0, r0, r1
    lsls    r2, r2, #1
    adds    r0, r0, r2
    lsls    r3, r3, #2
    adds    r0, r0, r3
    bx      lr
    .balign 4
callback:                           @ int(context): calls the function at [context + 4] twice, by the table at [context]
    push    {r4, r5, r6, lr}
    sub     sp, #8
    movs    r4, r0
    movs    r6, #2
1:  ldr     r5, [r4]
    ldr     r5, [r5, #52]
    movs    r1, #0
    str     r1, [sp]
    str     r1, [sp, #4]
    ldr     r0, [r4, #4]
    movs    r2, #0
    movs    r3, #0
    blx     r5
    subs    r6, r6, #1
    bne     1b
    movs    r0, #77
    add     sp, #8
    pop     {r4, r5, r6, pc}
    .balign 4
second:                             @ double(int, double): the double
    movs    r0, r2
    movs    r1, r3
    bx      lr
    .balign 4
load:                               @ int(address)
    ldr     r0, [r0]
    bx      lr
`,
  CORTEX_M0_PLUS,
);
const at = (label: string) => CODE.labels.get(label)! + 1;
const TEXT = JSON.stringify(Buffer.from(CODE.bytes).toString('base64'));

const PROGRAM = `
var code = E.toFlatString(atob(${TEXT}));
var base = E.getAddressOf(code, true);
var words = new Int32Array(16);
var context = E.getAddressOf(words.buffer, true);
words[0] = 1000;
var add = E.nativeCall(base + ${at('add')}, "int(int,int,int,int)").bind(undefined, context);
print(add(1, 2, 3), add(1), add(1, 2, 3, 4), add(-2000.9), add(3e9));
print(E.nativeCall(${at('add')}, "int(int,int,int,int)", code)(context, 1, 2, 3));
print(E.nativeCall(base + ${at('second')}, "double(int,double)")(1, 2.5));
words[0] = process.env.EXPTR;
var count = 0;
function called() { count++; words[2] = 99; }
words[1] = E.getAddressOf(called, false);
var callback = E.nativeCall(base + ${at('callback')}, "int(int)").bind(undefined, context);
print(callback(), count, words[2]);
function failing() { count++; throw new Error("from a callback"); }
words[1] = E.getAddressOf(failing, false);
try { print(callback()); } catch (error) { print("caught", error.message, count); }
words[1] = E.getAddressOf(called, false);
print(callback(), count);
`;
const PRINTED = ['1017 1001 1017 -1000 -1294966296', '1017', '2.5', '77 2 99', 'caught from a callback 3', '77 5'];

const printedBy = (board: SimulatedBoard) => board.output.trim().split('\n');

describe('machine code', () => {
  it.each([puckjs, rpi_pico])('is called, and calls back, on a simulated $name', (facts) => {
    const board = new SimulatedBoard(facts);
    board.run(PROGRAM);
    expect(printedBy(board)).toEqual(PRINTED);
  });

  it.skipIf(!executesMachineCode)(`does so in Espruino${machineCodeReason}`, () => {
    expect(runInEspruino(`${PROGRAM}quit();`).printed).toEqual(PRINTED);
  });

  it('runs in place in a file of Storage', () => {
    const board = new SimulatedBoard(puckjs);
    board.storage.write('other', new Uint8Array(100));
    board.storage.write('code', CODE.bytes);
    board.run(`
var words = new Int32Array([5, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
var address = E.getAddressOf(require("Storage").read("code"), true);
print(address % 4, E.nativeCall(address + ${at('add')}, "int(int,int)")(E.getAddressOf(words.buffer, true), 2));`);
    expect(printedBy(board)).toEqual(['0 7']);
  });

  it('takes time', () => {
    const board = new SimulatedBoard(puckjs);
    board.run(`var t = Date.now(), f = E.nativeCall(1 + E.getAddressOf(E.toFlatString(
      "\\x01\\x48\\x01\\x38\\xfd\\xd1\\x70\\x47\\x00\\x00\\x08\\x00"), true), "void()"); f(); print(Date.now() - t > 20);`);
    expect(printedBy(board)).toEqual(['true']);
  });

  it('ends the program when it reads what it was not given', () => {
    const board = new SimulatedBoard(puckjs);
    const run = () =>
      board.run(`
var code = E.toFlatString(atob(${TEXT}));
E.nativeCall(${at('load')}, "int(int)", code)(0x40000000);`);
    expect(run).toThrow(/load of 4 bytes at 0x40000000: nothing is there.*; correct the machine code/);
  });

  it.each([0.01, 0.0123456])('ends when it has blocked the board for %s s, too long', (mostBlockedSeconds) => {
    const board = new SimulatedBoard(puckjs, { mostBlockedSeconds });
    expect(() => board.run('E.nativeCall(1, "void()", "\\xfe\\xe7")();')).toThrow(
      /blocks too long.*\n {2}machine code has blocked the board for more than 0\.01\d* s, and only a reset ends it there, or fuel; work/,
    );
  });

  it('has a limit of its own, which other time does not count for', () => {
    const board = new SimulatedBoard(puckjs, { mostBlockedSeconds: 100, mostNativeSeconds: 0.01 });
    const wait = 'var end = Date.now() + 50; while (Date.now() < end);';
    board.run(`${wait} E.nativeCall(1, "void()", "\\x70\\x47")(); print(1);`);
    expect(printedBy(board)).toEqual(['1']);
    expect(() => board.run('E.nativeCall(1, "void()", "\xfe\xe7")();')).toThrow(
      /blocked the board for more than 0\.01 s, and only a reset ends it there, or fuel/,
    );
  });

  it('is refused where the processor executes none', () => {
    const board = new SimulatedBoard(esp32);
    board.run('try { E.nativeCall(1, "void()", "xx"); } catch (error) { print(error.message); }');
    expect(printedBy(board)).toEqual(['the processor of this board does not execute native code']);
  });
});
