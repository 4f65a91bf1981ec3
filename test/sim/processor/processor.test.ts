// The simulated processor: calls, host functions, counts, the sandbox rule, and faults as the cores have them.
import { describe, expect, it } from 'vitest';
import { assemble } from '../../../machine/thumb/assemble.js';
import { CORTEX_M0_PLUS, CORTEX_M3, CORTEX_M4F, type Cpu } from '../../../machine/thumb/cpu.js';
import { Processor } from '../../../sim/processor/processor.js';

const CODE = 0x08000000;
const RAM = 0x20000000;

/** A processor with `text` at CODE, 1 KB of RAM, and the stack at the end of it. */
function processorWith(text: string, cpu: Cpu = CORTEX_M3) {
  const processor = new Processor(cpu);
  const { bytes, labels } = assemble(text, cpu);
  processor.memory.add({ name: 'code', base: CODE, contents: bytes, access: 'rx' });
  const ram = processor.memory.add({ name: 'ram', base: RAM, contents: 1024, access: 'rw' });
  processor.registers[13] = RAM + 1024;
  return { processor, ram, labels };
}

it('calls functions with arguments, and counts instructions and cycles', () => {
  const { processor } = processorWith(`
    movs r2, #0
    1: adds r2, r2, r0
    subs r1, #1
    bne 1b
    movs r0, r2
    bx lr`);
  expect(processor.call(CODE | 1, [7, 6])).toBe(42);
  expect(processor.instructions).toBe(1 + 3 * 6 + 2);
  // A taken branch costs 3 cycles on M3, one that is not taken 1.
  expect(processor.cycles).toBe(1 + 5 * 5 + 3 + 1 + 3);
  processor.resetCounts();
  expect([processor.instructions, processor.cycles]).toEqual([0, 0]);
});

it.each<[string, Cpu, number]>([
  ['ldr r2, [r0]\nldr r3, [r0, #4]', CORTEX_M0_PLUS, 4],
  ['ldr r2, [r0]\nldr r3, [r0, #4]', CORTEX_M3, 3],
  ['ldr r0, [r0]\nldr r3, [r0, #4]', CORTEX_M3, 4],
  ['ldr r2, [r0]\nstr r3, [r0, #4]', CORTEX_M3, 3],
  ['push {r0-r3}\npop {r0-r3}', CORTEX_M3, 10],
  ['udiv r2, r1, r0', CORTEX_M3, 2],
  ['udiv r2, r0, r1', CORTEX_M3, 2 + 2 + 7],
  ['umull r2, r3, r0, r1', CORTEX_M3, 4],
  ['umull r2, r3, r0, r1', CORTEX_M4F, 1],
  ['vdiv.f32 s0, s1, s2', CORTEX_M4F, 14],
  ['cmp r0, #0\nit eq\nldreq r0, [r0]', CORTEX_M3, 1 + 1 + 1],
])('estimates cycles: %j takes %o %i', (text, cpu, cycles) => {
  const { processor, ram } = processorWith(`${text}\nbx lr`, cpu);
  ram.words[0] = RAM;
  processor.call(CODE, [RAM, 3]);
  expect(processor.cycles - (cpu === CORTEX_M0_PLUS ? 2 : 3)).toBe(cycles);
});

it('decodes code again that was changed, and keeps what it counted', () => {
  const code = assemble('movs r0, #1\nbx lr', CORTEX_M3).bytes;
  const processor = new Processor(CORTEX_M3);
  processor.memory.add({ name: 'code', base: CODE, contents: code, access: 'rx' });
  expect(processor.call(CODE)).toBe(1);
  code.set(assemble('movs r0, #2', CORTEX_M3).bytes);
  expect(processor.call(CODE)).toBe(1);
  processor.forgetCode();
  expect(processor.call(CODE)).toBe(2);
  expect([processor.instructions, processor.cycles, processor.countAt(CODE)]).toEqual([6, 12, 1]);
  processor.resetCounts();
  expect([processor.instructions, processor.cycles, processor.countAt(CODE)]).toEqual([0, 0, 0]);
});

it('calls functions of the host, which call back', () => {
  const { processor, labels } = processorWith(`
    push {r4, lr}
    ldr r4, =0xf0000001
    blx r4
    adds r0, #1
    pop {r4, pc}
    double: adds r0, r0, r0
    bx lr`);
  processor.addHostFunction(0xf0000000, 'twice', ({ registers }) => {
    processor.call(CODE + labels.get('double')!, [registers[0]]);
  });
  expect(processor.call(CODE, [20])).toBe(41);
});

it('skips instructions of IT blocks, which set no flags', () => {
  const { processor } = processorWith(`
    cmp r0, #3
    itte eq
    addeq r0, #1
    moveq r1, #0
    movne r0, #9
    it eq
    addeq r0, #10
    bx lr`);
  expect(processor.call(CODE, [3])).toBe(14);
  expect(processor.call(CODE, [4])).toBe(9);
});

it('keeps the stack pointer at multiples of 4', () => {
  const { processor } = processorWith(`
    mov r1, sp
    str.w r0, [sp, #-8]
    ldr.w sp, [sp, #-8]
    mov r0, sp
    mov sp, r1
    bx lr`);
  expect(processor.call(CODE, [RAM + 7])).toBe(RAM + 4);
});

it('keeps the payloads of NaNs', () => {
  const { processor } = processorWith('vmov s0, r0\nvmov s1, r1\nvadd.f32 s0, s0, s1\nvmov r0, s0\nbx lr', CORTEX_M4F);
  expect(processor.call(CODE, [0x7f800001, 0x7fc00002]) >>> 0).toBe(0x7fc00001);
  expect(processor.call(CODE, [0x3f800000, 0x7fc00002]) >>> 0).toBe(0x7fc00002);
  expect(processor.call(CODE, [0x7f800000, 0xff800000]) >>> 0).toBe(0x7fc00000);
});

describe('stops', () => {
  it.each<[string, string, number, Cpu, string]>([
    [
      'a load outside all regions',
      'ldr r0, [r0]',
      RAM + 1024,
      CORTEX_M3,
      'load of 4 bytes at 0x20000400: nothing is there, at 0x08000000: ldr r0, [r0, #0]',
    ],
    [
      'a load over the end of a region',
      'ldr r0, [r0]',
      RAM + 1022,
      CORTEX_M3,
      'load of 4 bytes at 0x200003fe: ram does not allow it, at 0x08000000: ldr r0, [r0, #0]',
    ],
    [
      'a store into code',
      'strb r0, [r0]\nbx lr',
      CODE,
      CORTEX_M3,
      'store of 1 bytes at 0x08000000: code does not allow it, at 0x08000000: strb r0, [r0, #0]',
    ],
    [
      'an unaligned load on Cortex-M0+',
      'nop\nldrh r0, [r0]',
      RAM + 1,
      CORTEX_M0_PLUS,
      'load of 2 bytes at 0x20000001, which is no multiple of 2, at 0x08000002: ldrh r0, [r0, #0]',
    ],
    [
      'an unaligned pair',
      'ldrd r0, r1, [r0]',
      RAM + 2,
      CORTEX_M3,
      'load of words at 0x20000002, which is no multiple of 4, at 0x08000000: ldrd r0, r1, [r0]',
    ],
    [
      'an unaligned list',
      'ldmia r0!, {r1, r2}',
      RAM + 2,
      CORTEX_M3,
      'load of words at 0x20000002, which is no multiple of 4, at 0x08000000: ldmia r0!, {r1, r2}',
    ],
    [
      'an encoding that the architecture does not have',
      '.hword 0xfb90, 0xf0f1',
      0,
      CORTEX_M0_PLUS,
      '0xfb90f0f1 is no instruction of v6-M, at 0x08000000: 0xfb90f0f1',
    ],
    [
      'a jump without Thumb bit',
      'bx r0',
      CODE,
      CORTEX_M3,
      'jump to 0x08000000, which has no Thumb bit, at 0x08000000: bx r0',
    ],
    ['a jump into data', 'bx r0', RAM | 1, CORTEX_M3, '0x20000000 is not executable, at 0x20000000: no code'],
    [
      'a rounding mode',
      'vmsr fpscr, r0',
      0x00400000,
      CORTEX_M4F,
      'fpscr = 0x00400000: only rounding to nearest, with subnormals and NaNs, at 0x08000000: vmsr fpscr, r0',
    ],
    ['a breakpoint', 'udf #3', 0, CORTEX_M3, 'udf #3, at 0x08000000: udf #3'],
    ['an endless loop', '1: b 1b', 0, CORTEX_M3, 'more instructions than allowed, at 0x08000000: b.n 0x8000000'],
    [
      'a function that changes r4',
      'movs r4, #1\nbx lr',
      0,
      CORTEX_M3,
      'the function at 0x08000000 does not restore r4',
    ],
    [
      'a function that moves the stack',
      'push {r0}\nbx lr',
      0,
      CORTEX_M3,
      'the function at 0x08000000 does not restore sp',
    ],
  ])('%s', (_, text, argument, cpu, message) => {
    const { processor } = processorWith(text, cpu);
    expect(() => processor.call(CODE, [argument], 1000)).toThrow(message);
  });
});

it('can be called again after it was stopped', () => {
  const { processor, labels } = processorWith('1: b 1b\nfine: movs r0, #7\nbx lr');
  expect(() => processor.call(CODE, [], 100)).toThrow('more instructions than allowed');
  expect(processor.call(CODE + labels.get('fine')!)).toBe(7);
});

it('limits the instructions of calls with those of calls by host functions', () => {
  const { processor, labels } = processorWith(`
    push {r4, lr}
    ldr r4, =0xf0000001
    1: blx r4
    b 1b
    leaf: nop
    nop
    bx lr`);
  let calls = 0;
  processor.addHostFunction(0xf0000000, 'leaf', () => {
    calls++;
    processor.call(CODE + labels.get('leaf')!);
  });
  expect(() => processor.call(CODE, [], 52)).toThrow('more instructions than allowed');
  // Two instructions, then five in each round.
  expect(calls).toBe(10);
});

it('loads and stores at any address where the core does', () => {
  const { processor, ram } = processorWith('ldr r1, [r0]\nstrh r1, [r0, #6]\nmovs r0, r1\nbx lr');
  ram.bytes.set([1, 2, 3, 4, 5]);
  expect(processor.call(CODE, [RAM + 1])).toBe(0x05040302);
  expect([...ram.bytes.slice(6, 9)]).toEqual([0, 2, 3]);
});

it('resizes regions, as memory that grows', () => {
  const { processor, ram } = processorWith('ldrb r0, [r0]\nbx lr');
  ram.resize(512);
  expect(() => processor.call(CODE, [RAM + 512])).toThrow('load of 1 bytes at 0x20000200: nothing is there');
  ram.resize(513);
  expect(processor.call(CODE, [RAM + 512])).toBe(0);
  expect(() => ram.resize(1025)).toThrow('region ram has 1024 bytes, not 1025');
});

it('asks how large a region is that code grows itself', () => {
  const { processor, ram } = processorWith('str r2, [r1]\nldr r0, [r0, #12]\nbx lr');
  const grown = processor.memory.add({
    name: 'memory',
    base: 0x30000000,
    contents: 32,
    access: 'rw',
    currentSize: () => ram.words[0],
  });
  grown.resize(8);
  expect(processor.call(CODE, [0x30000000, RAM, 16])).toBe(0);
  expect(grown.size).toBe(16);
  expect(() => processor.call(CODE, [0x30000004, RAM, 16])).toThrow('load of 4 bytes at 0x30000010: nothing is there');
});

it('reads and writes ports, in their own sizes', () => {
  const { processor } = processorWith('ldr r1, [r0]\nadds r1, #1\nstr r1, [r0, #4]\nmovs r0, r1\nbx lr');
  const written: number[][] = [];
  processor.memory.addPort({
    name: 'gpio',
    base: 0x50000000,
    size: 16,
    read: () => 41,
    write: (...access) => written.push(access),
  });
  expect(processor.call(CODE, [0x50000000])).toBe(42);
  expect(written).toEqual([[0x50000004, 42, 4]]);
});

it('refuses regions that overlap', () => {
  const { processor } = processorWith('nop');
  expect(() => processor.memory.add({ name: 'more', base: RAM + 1020, contents: 8, access: 'r' })).toThrow(
    'more at 0x200003fc overlaps ram at 0x20000000',
  );
});

it('interrupts between two instructions, and ends at the limit all the same', () => {
  const { processor } = processorWith('movs r2, #0\n1: adds r2, #1\nsubs r0, #1\nbne 1b\nmovs r0, r2\nbx lr');
  const seen: [executed: number, counted: number][] = [];
  const handler = () => {
    seen.push([processor.instructions, processor.registers[2]]);
    processor.interruptAfter(4, handler);
  };
  processor.interruptAfter(2, handler);
  expect(processor.call(CODE, [5])).toBe(5);
  expect(seen).toEqual([
    [2, 1],
    [6, 2],
    [10, 3],
    [14, 5],
  ]);
  expect(() => processor.call(CODE, [100], 50)).toThrow('more instructions than allowed');
});
