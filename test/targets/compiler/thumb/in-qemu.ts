// Runs an export of an image on one of QEMU's processors: memory, context and tables of an instance are moved to where the machine has
// memory, and a few instructions set the stack pointer and call the entry.

import type { NativeInstance } from '../../../../bench/native/native-instance.js';
import { assemble } from '../../../../machine/thumb/assemble.js';
import { Context } from '../../../../targets/compiler/thumb/contract.js';
import type { ThumbImage } from '../../../../targets/compiler/thumb/image.js';
import { startOf } from '../../../sim/processor/instruction-cases.js';
import { programEnd, type QemuMachine, runInQemu } from '../../../sim/processor/qemu.js';

/** Offsets in the machine's memory. The context is first, and is what QEMU writes out. */
const CONTEXT_BYTES = 0x1000;
const STACK_TOP = 0x20000;
const TABLES = 0x20000;
const MEMORY = 0x40000;
/** Address of the image. */
const IMAGE = 0x4000;
const DUMP = 'context';

/** The status and the first word of the result of a function of one argument. */
export function callInQemu(
  machine: QemuMachine,
  image: ThumbImage,
  instance: NativeInstance,
  functionIndex: number,
  argument: number,
): { status: number; result: number } {
  const ram = new Uint8Array(MEMORY + (instance.memory?.size ?? 0));
  const view = new DataView(ram.buffer);
  ram.set(instance.context.bytes);
  if (instance.memory) ram.set(instance.memory.bytes.subarray(0, instance.memory.size), MEMORY);
  view.setUint32(Context.MemoryBase, machine.ram + MEMORY, true);
  view.setUint32(Context.StackLimit, machine.ram + CONTEXT_BYTES + 0x1000 + image.stackReserve, true);

  // Entries of tables are addresses of the image, which is elsewhere now.
  let table = TABLES;
  for (const index of instance.code.tables.keys()) {
    const at = image.tableOffset(index);
    const [address, , most] = [0, 4, 8].map((offset) => view.getUint32(at + offset, true));
    view.setUint32(at, machine.ram + table, true);
    for (let entry = 0; entry < most; entry++) {
      const value = instance.processor.memory.readWord(address + 4 * entry);
      view.setUint32(table + 4 * entry, value === 0 ? 0 : value - instance.imageAddress + machine.code + IMAGE, true);
    }
    table += 4 * most;
  }

  const entry = image.entries.find((each) => each.functionIndex === functionIndex)!;
  const { bytes: start } = assemble(
    `b 1f
    .balign 4
    1: ldr r4, =${machine.ram + STACK_TOP}
    mov sp, r4
    ldr r0, =${machine.ram}
    ldr r1, =${argument}
    ldr r4, =${machine.code + IMAGE + entry.offset + 1}
    blx r4
    b 1f
    .ltorg
    1: nop
    .balign 4`,
    machine.cpu,
  );
  const at = startOf(machine) - machine.code;
  const code = new Uint8Array(IMAGE + image.bytes.length);
  code.set(start, at);
  code.set(programEnd(machine, CONTEXT_BYTES, DUMP), at + start.length);
  code.set(image.bytes, IMAGE);
  const left = runInQemu(machine, code, ram, DUMP);
  const words = new DataView(left.buffer, left.byteOffset);
  return { status: words.getInt32(Context.Status, true), result: words.getInt32(Context.Words, true) };
}
