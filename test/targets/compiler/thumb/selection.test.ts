// Machine code in the form that is expected where the plain form takes more instructions, and its results beside V8's.
import { describe, expect, it } from 'vitest';
import { NativeInstance } from '../../../../bench/native/native-instance.js';
import { CORTEX_M4, type Cpu } from '../../../../machine/thumb/cpu.js';
import { disassemble } from '../../../../machine/thumb/disassemble.js';
import { compileThumb } from '../../../../targets/compiler/thumb/image.js';
import { readModule } from '../../../../targets/module/read-module.js';
import { wat } from '../../../core/wat.js';
import { platform } from '../../../differential/platform.js';

/** The text of the first function's code, and its results for arguments beside V8's. */
function compiled(text: string, calls: number[][], cpu: Cpu = CORTEX_M4) {
  const bytes = wat(text);
  const code = readModule(bytes);
  const image = compileThumb(code, { cpu, fuel: false });
  const [{ offset, bytes: length }] = image.functions;
  const lines = disassemble(image.bytes.subarray(offset, offset + length), cpu).map((each) => each.text);
  const instance = new NativeInstance(code, image);
  const f = new platform.Instance(new platform.Module(bytes)).exports.f as (...words: number[]) => number;
  const outcome = (run: () => unknown) => {
    try {
      return run();
    } catch (error) {
      return /out of bounds/.test((error as Error).message) ? 'out of bounds' : error;
    }
  };
  return {
    lines,
    own: calls.map((words) => outcome(() => instance.call(0, words)[0])),
    expected: calls.map((words) => outcome(() => f(...words))),
  };
}

describe('machine code', () => {
  const states = (start: string) => `(module (func (export "f") (param i32 i32) (result i32) (local $state i32)
    (local.set $state ${start})
    (loop $again
      (block $end (block $two (block $one (block $zero
        (br_table $zero $one $two $end (local.get $state)))
        (local.set $state (i32.add (i32.const 1) (i32.const 0)))
        (local.set 1 (i32.add (local.get 1) (i32.const 5))) (br $end))
        (local.set $state (select (i32.const 0) (i32.const 2) (i32.and (local.get 1) (i32.const 1)))) (br $end))
        (local.set $state (i32.const 1))
        (local.set 1 (i32.mul (local.get 1) (i32.const 3))))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (i32.add (i32.shl (local.get $state) (i32.const 24)) (local.get 1))))`;
  const calls = [1, 2, 3, 4, 9].flatMap((rounds) => [0, 1, 7].map((each) => [rounds, each]));

  it('branches by the state of a state machine without a comparison with the length of the table', () => {
    const { lines, own, expected } = compiled(states('(i32.const 0)'), calls);
    expect(own).toEqual(expected);
    expect(lines.filter((line) => /^tbb/.test(line))).toHaveLength(1);
    expect(lines.filter((line) => /^cmp.* #3$/.test(line))).toEqual([]);
  });

  it('compares a state that may be beyond the table', () => {
    const { lines, own, expected } = compiled(states('(local.get 1)'), [...calls, [3, -1], [3, 3], [3, 256]]);
    expect(own).toEqual(expected);
    expect(lines.filter((line) => /^cmp.* #3$/.test(line))).toHaveLength(1);
  });

  it('tests whether a byte is a digit without a mask', () => {
    const { lines, own, expected } = compiled(
      `(module (memory 1) (func (export "f") (param i32) (result i32)
        (i32.store8 (i32.const 0) (local.get 0))
        (if (result i32) (i32.lt_u (i32.and (i32.sub (i32.load8_u (i32.const 0)) (i32.const 58)) (i32.const 255)) (i32.const 246))
          (then (i32.const 1)) (else (i32.const 2)))))`,
      Array.from({ length: 256 }, (_, byte) => [byte]),
    );
    expect(own).toEqual(expected);
    expect(lines.filter((line) => /^(uxtb|and)/.test(line))).toEqual([]);
    expect(lines.filter((line) => /^cmp.* #10$/.test(line))).toHaveLength(1);
  });

  const fields = (text: string) => `(module (memory 1)
    (data (i32.const 0) "\\ff\\ff\\01\\00\\ff\\ff\\80\\80\\00\\80\\00\\80\\ff\\7f\\00\\00") ${text})`;
  const pointers = [0, 4, 8, 12].flatMap((a) => [0, 4, 8, 12].map((b) => [a, b]));

  it('loads halfwords with their sign where they are compared, and extended behind a merge', () => {
    const { lines, own, expected } = compiled(
      fields(`(func (export "f") (param i32 i32) (result i32) (local i32 i32)
        (local.set 2 (i32.load16_u (local.get 0)))
        (local.set 3 (i32.load16_u (local.get 1)))
        (if (i32.eq (local.get 2) (local.get 3))
          (then (local.set 2 (i32.load16_u offset=2 (local.get 0))) (local.set 3 (i32.load16_u offset=2 (local.get 1)))))
        (i32.sub (i32.shr_s (i32.shl (local.get 2) (i32.const 16)) (i32.const 16))
          (i32.shr_s (i32.shl (local.get 3) (i32.const 16)) (i32.const 16))))`),
      pointers,
    );
    expect(own).toEqual(expected);
    expect(lines.filter((line) => /^ldrsh/.test(line))).toHaveLength(4);
    expect(lines.filter((line) => /^sxth/.test(line))).toEqual([]);
  });

  it.each([
    ['added', '(i32.add (local.get 3) (local.get 4))'],
    ['compared with a constant', '(i32.eq (local.get 4) (i32.const 65535))'],
    ['compared in order', '(i32.lt_s (local.get 4) (local.get 5))'],
    ['compared with a word', '(i32.eq (local.get 4) (local.get 0))'],
  ])('loads a halfword without its sign where it is %s, too', (_, use) => {
    const { own, expected } = compiled(
      fields(`(func (export "f") (param i32 i32) (result i32) (local i32 i32 i32 i32)
        (local.set 4 (i32.load16_u (local.get 0)))
        (local.set 5 (i32.load16_u offset=2 (local.get 1)))
        (local.set 2 (local.get 4))
        (if (i32.eq (local.get 4) (local.get 5)) (then (local.set 2 (local.get 5))))
        (local.set 3 (i32.shr_s (i32.shl (local.get 2) (i32.const 16)) (i32.const 16)))
        (i32.add (local.get 3) (i32.mul (i32.const 100000) ${use})))`),
      pointers,
    );
    expect(own).toEqual(expected);
  });

  it('adds memory to a pointer only on the path that accesses several of its fields', () => {
    const { lines, own, expected } = compiled(
      fields(`(func (export "f") (param i32 i32) (result i32)
        (if (i32.lt_s (i32.load (local.get 0)) (i32.load (local.get 1))) (then (return (i32.const -1))))
        (i32.sub (i32.load16_s offset=4 (local.get 0)) (i32.load16_s offset=6 (local.get 1))))`),
      [...pointers, [65532, 0], [0, 65532], [65530, 0], [-1, 0], [0, -4]],
    );
    expect(own).toEqual(expected);
    const branch = lines.findIndex((line) => /^b(ge|lt)/.test(line));
    expect(lines.slice(0, branch).filter((line) => /^add/.test(line))).toEqual([]);
  });

  it('computes what two of four arms use in these arms only', () => {
    const text = `(module (func (export "f") (param i32 i32) (result i32) (local $sum i32)
      (local.set $sum (i32.add (local.get 1) (i32.const 300)))
      (block $end (block $three (block $two (block $one (block $zero
        (br_table $zero $one $two $three (local.get 0)))
        (return (local.get $sum)))
        (return (i32.mul (local.get $sum) (local.get $sum))))
        (return (local.get 1)))
        (return (i32.mul (local.get 1) (local.get 1))))
      (i32.const 7)))`;
    const { lines, own, expected } = compiled(
      text,
      [0, 1, 2, 3].flatMap((arm) => [0, 5, -300, -1].map((each) => [arm, each])),
    );
    expect(own).toEqual(expected);
    const table = lines.findIndex((line) => /^tbb/.test(line));
    expect(lines.filter((line) => /^add.* #300$/.test(line))).toHaveLength(2);
    expect(lines.findIndex((line) => /^add.* #300$/.test(line))).toBeGreaterThan(table);
  });

  it('computes a sum that stays the same in a loop on the edge to the Phi that becomes it', () => {
    const text = `(module (func (export "f") (param $rounds i32) (param $base i32) (result i32) (local $at i32) (local $sum i32)
      (loop $again
        (local.set $sum (i32.add (local.get $sum) (local.get $at)))
        (if (i32.and (local.get $rounds) (i32.const 1))
          (then (local.set $at (i32.add (local.get $base) (i32.const 300))))
          (else (local.set $at (i32.shl (local.get $sum) (i32.const 1)))))
        (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
      (i32.xor (local.get $sum) (local.get $at))))`;
    const { lines, own, expected } = compiled(
      text,
      [1, 2, 3, 8].flatMap((rounds) => [0, 9, -300].map((base) => [rounds, base])),
    );
    expect(own).toEqual(expected);
    // Where it becomes the Phi's register, no move does.
    const at = lines.findIndex((line) => /^add.* #300$/.test(line));
    expect(lines.slice(0, at).some((line) => /^(tst|lsls|ands)/.test(line))).toBe(true);
    expect(lines.filter((line) => /#300$/.test(line))).toHaveLength(1);
  });

  it.each(['xor', 'or', 'and', 'add', 'sub'])(
    'carries out i32.%s under a condition where a value is chosen',
    (operation) => {
      const text = `(module (func (export "f") (param i32 i32) (result i32)
      (select (i32.${operation} (local.get 0) (local.get 1)) (local.get 0) (i32.lt_s (local.get 0) (local.get 1)))))`;
      const { lines, own, expected } = compiled(text, [
        [1, 2],
        [2, 1],
        [-9, 7],
        [7, -9],
      ]);
      expect(own).toEqual(expected);
      expect(lines.map((line) => line.split(' ')[0])).toEqual(['cmp', 'it', expect.stringMatching(/lt$/), 'bx']);
    },
  );

  it('carries out a subtraction under the opposite condition, and takes a difference from a value as a whole', () => {
    const text = (result: string) => `(module (func (export "f") (param i32 i32) (result i32)
      (select ${result} (i32.lt_s (local.get 0) (local.get 1)))))`;
    const calls = [
      [1, 2],
      [2, 1],
      [-9, 7],
      [7, -9],
    ];
    const kept = compiled(text('(local.get 0) (i32.sub (local.get 0) (local.get 1))'), calls);
    expect(kept.own).toEqual(kept.expected);
    expect(kept.lines.filter((line) => /^subge/.test(line))).toHaveLength(1);
    const taken = compiled(text('(i32.sub (local.get 1) (local.get 0)) (local.get 0)'), calls);
    expect(taken.own).toEqual(taken.expected);
  });

  it('multiplies what it has loaded before it loads more', () => {
    const products = Array.from({ length: 6 }, (_, index) => {
      const load = (pointer: number) => `(i32.load offset=${4 * index} (local.get ${pointer}))`;
      return `(local.set 2 (i32.add (local.get 2) (i32.mul ${load(0)} ${load(1)})))`;
    });
    const text = `(module (memory 1) (data (i32.const 0) "123456789012345678901234567890123456")
      (func (export "f") (param i32 i32) (result i32) (local i32) ${products.join(' ')} (local.get 2)))`;
    const { lines, own, expected } = compiled(text, [
      [0, 4],
      [8, 3],
      [65520, 0],
    ]);
    expect(own).toEqual(expected);
    const order = lines.map((line) => line.split(/[ .]/)[0]).filter((each) => /^(ldr|mla|muls?)$/.test(each));
    expect(order.lastIndexOf('ldr') - order.findIndex((each) => each !== 'ldr')).toBeGreaterThan(10);
  });

  it('multiplies i64 by a word that is a power of two without a long product for it', () => {
    const numbers = [0, 1, -1, 0x7fffffff, -0x80000000, 0x12345678];
    for (const factor of ['1', '2', '0x80000000', '0x800000d980000000', '0x100000000']) {
      const { lines, own, expected } = compiled(
        `(module (func (export "f") (param i32 i32) (result i32) (local i64)
          (local.set 2 (i64.mul (i64.or (i64.extend_i32_u (local.get 0)) (i64.shl (i64.extend_i32_u (local.get 1)) (i64.const 32)))
            (i64.const ${factor})))
          (i32.add (i32.wrap_i64 (local.get 2)) (i32.mul (i32.const 31) (i32.wrap_i64 (i64.shr_u (local.get 2) (i64.const 32)))))))`,
        numbers.flatMap((low) => numbers.map((high) => [low, high])),
      );
      expect(own).toEqual(expected);
      expect(lines.filter((line) => /^umull/.test(line))).toEqual([]);
    }
  });

  it('reads what a loop has loaded before it loads the next, in one register', () => {
    const { lines, own, expected } = compiled(
      `(module (memory 1) (data (i32.const 8) "hash") (func (export "f") (param i32 i32) (result i32) (local i32)
        (local.set 1 (i32.load8_u (local.get 0)))
        (loop $again
          (local.set 2 (i32.mul (i32.xor (local.get 2) (local.get 1)) (i32.const 16777619)))
          (local.set 1 (i32.load8_u (local.tee 0 (i32.add (local.get 0) (i32.const 1)))))
          (br_if $again (local.get 1)))
        (local.get 2)))`,
      [[8], [9], [11], [65535], [-1]].map((words) => [...words, 0]),
    );
    expect(own).toEqual(expected);
    const start = lines.findIndex((line) => /^(add|adds) r\d+, (r\d+, )?#1$/.test(line));
    const end = lines.map((line) => /^bne/.test(line)).lastIndexOf(true);
    expect(start).toBeGreaterThan(0);
    expect(lines.slice(start, end).filter((line) => /^mov/.test(line))).toEqual([]);
  });

  it('compares the address of a byte with the limit of words first, without computing its own', () => {
    const { lines, own, expected } = compiled(
      `(module (memory 1) (func (export "f") (param i32) (result i32) (i32.load8_u (local.get 0)))
        (func (param i32) (result i32) (i32.load (local.get 0)))
        (func (param i32) (result i32) (i32.load (i32.load (local.get 0)))) (export "memory" (memory 0)))`,
      [[0], [65531], [65532], [65533], [65535], [65536], [-1]],
    );
    expect(own).toEqual(expected);
    expect(lines.slice(0, 4)).toEqual([
      expect.stringMatching(/^cmp r0, sl$/),
      expect.stringMatching(/^bhi/),
      expect.stringMatching(/^ldrb.w r0, \[r9, r0\]$/),
      'bx lr',
    ]);
  });
});
