// Runs programs on QEMU's machines with M-profile cores, without anything else in them, and returns what they leave in memory.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble } from '../../../machine/thumb/assemble.js';
import { CORTEX_M0_PLUS, CORTEX_M3, CORTEX_M4F, CORTEX_M33, type Cpu } from '../../../machine/thumb/cpu.js';
import { type Layout, startOf } from './instruction-cases.js';

export interface QemuMachine extends Layout {
  /** Name in the list of `qemu-system-arm -M help`. */
  name: string;
  cpu: Cpu;
  /** The number of cases of `instructionCases` for which its memory has room, approximately. */
  cases: number;
}

export const MACHINES: readonly QemuMachine[] = [
  { name: 'microbit', cpu: CORTEX_M0_PLUS, code: 0, ram: 0x20000000, cases: 48 },
  { name: 'mps2-an385', cpu: CORTEX_M3, code: 0, ram: 0x21000000, cases: 20000 },
  { name: 'mps2-an386', cpu: CORTEX_M4F, code: 0, ram: 0x21000000, cases: 20000 },
  { name: 'mps2-an505', cpu: CORTEX_M33, code: 0x10000000, ram: 0x80000000, cases: 20000 },
];

/** Bytes of stack after the memory that is written to the file. */
export const STACK_BYTES = 256;
const QEMU = 'qemu-system-arm';

export const hasQemu = spawnSync(QEMU, ['--version']).status === 0;
/** For the name of a test that is skipped. */
export const withoutQemu = hasQemu ? '' : ` (skipped: no ${QEMU})`;

/** Returns the end of a program: it writes its memory to the file `name` and stops QEMU, by semihosting. */
export function programEnd({ ram }: Layout, ramBytes: number, name: string): Uint8Array {
  const { bytes } = assemble(
    `
    b 1f
    .balign 4
    .ltorg
    1: ldr r2, =${ram + ramBytes + STACK_BYTES}
    mov sp, r2
    @ SYS_OPEN of the name that follows, mode wb
    adr r1, name
    movs r2, #5
    movs r3, #${name.length}
    push {r1, r2, r3}
    mov r1, sp
    movs r0, #1
    bkpt #0xab
    @ SYS_WRITE
    ldr r1, =${ram}
    ldr r2, =${ramBytes}
    push {r0, r1, r2}
    mov r1, sp
    movs r0, #5
    bkpt #0xab
    @ SYS_EXIT: the application is done
    movs r0, #0x18
    ldr r1, =0x20026
    bkpt #0xab
    .balign 4
    name: .byte ${[...name].map((letter) => letter.charCodeAt(0)).join(', ')}, 0
    .balign 4
    `,
    CORTEX_M0_PLUS,
  );
  return bytes;
}

/** A program that did not come to its end. */
export class QemuFault extends Error {
  override name = 'QemuFault';
}

/** The bytes of memory after a program ran that ends with `programEnd`. Throws a QemuFault where it does not end there. */
export function runInQemu(machine: QemuMachine, code: Uint8Array, ram: Uint8Array, dumpName: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-qemu-'));
  try {
    code.set(vectors(machine), 0);
    writeFileSync(join(folder, 'program.elf'), elf(machine, code, ram));
    const { status, stderr, error } = spawnSync(
      QEMU,
      [
        '-M',
        machine.name,
        '-nographic',
        '-monitor',
        'none',
        '-serial',
        'none',
        '-semihosting',
        '-kernel',
        'program.elf',
      ],
      { cwd: folder, encoding: 'utf8', timeout: 300000 },
    );
    if (error) throw error;
    if (status !== 0) throw new QemuFault(`${machine.name} stopped with ${status}: ${stderr}`);
    return new Uint8Array(readFileSync(join(folder, dumpName)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The vector table, and what switches the float unit on and starts the program. Faults stop QEMU with an error. */
function vectors(machine: QemuMachine): Uint8Array {
  const { code, ram, cpu } = machine;
  // The program sets its own stack pointer.
  const words = [ram + 0x100, code + 65, ...Array.from({ length: 14 }, () => code + 0x81)];
  const table = new Uint8Array(0x100);
  const view = new DataView(table.buffer);
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word, true);
  const float = cpu.floatUnit
    ? `ldr r0, =0xe000ed88
       ldr r1, [r0]
       movs r2, #15
       lsls r2, r2, #20
       orrs r1, r2
       str r1, [r0]
       dsb sy
       isb sy`
    : '';
  const start = assemble(`${float}\nldr r0, =${startOf(machine) + 1}\nbx r0`, CORTEX_M0_PLUS);
  table.set(start.bytes, 64);
  // SYS_EXIT with a reason that is not the end of an application.
  table.set(assemble('movs r0, #0x18\nmovs r1, #1\nbkpt #0xab', CORTEX_M0_PLUS).bytes, 0x80);
  return table;
}

/** An executable with two segments. */
function elf({ code: codeAt, ram: ramAt }: Layout, code: Uint8Array, ram: Uint8Array): Uint8Array {
  const [headerBytes, segmentBytes] = [52, 32];
  const first = 0x80;
  const bytes = new Uint8Array(first + code.length + ram.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 40, true);
  view.setUint32(20, 1, true);
  view.setUint32(24, codeAt + 65, true);
  view.setUint32(28, headerBytes, true);
  view.setUint32(36, 0x05000000, true);
  for (const [i, value] of [headerBytes, segmentBytes, 2].entries()) view.setUint16(40 + 2 * i, value, true);
  for (const [i, [at, offset, size]] of [
    [codeAt, first, code.length],
    [ramAt, first + code.length, ram.length],
  ].entries()) {
    const fields = [1, offset, at, at, size, size, 7, 4];
    for (const [j, field] of fields.entries()) view.setUint32(headerBytes + segmentBytes * i + 4 * j, field, true);
  }
  bytes.set(code, first);
  bytes.set(ram, first + code.length);
  return bytes;
}
