// Executes the same random instructions on the simulated processor and in QEMU, and says where registers, flags or memory differ.

import { assemble } from '../../../machine/thumb/assemble.js';
import type { Form } from '../../../machine/thumb/form.js';
import { ProcessorFault } from '../../../sim/processor/fault.js';
import { Processor } from '../../../sim/processor/processor.js';
import { Random } from '../../differential/random.js';
import { type Case, formsOf, instructionCases, type Program, startOf } from './instruction-cases.js';
import { programEnd, QemuFault, type QemuMachine, runInQemu, STACK_BYTES } from './qemu.js';

const DUMP = 'memory';

export interface Comparison {
  cases: number;
  /** Descriptions of the cases that differ, one line each. */
  differences: string[];
}

/** `perForm` random cases of each form, in as many programs as they need. */
export function compareWithQemu(machine: QemuMachine, perForm: number, seed: number): Comparison {
  const forms = Array.from({ length: perForm }, () => formsOf(machine.cpu)).flat();
  const differences: string[] = [];
  for (let at = 0; at < forms.length; at += machine.cases)
    differences.push(...compareProgram(machine, forms.slice(at, at + machine.cases), seed + at));
  return { cases: forms.length, differences };
}

function compareProgram(machine: QemuMachine, forms: readonly Form[], seed: number): string[] {
  const end = (ramBytes: number) => programEnd(machine, ramBytes, DUMP);
  const program = instructionCases(machine.cpu, machine, forms, new Random(seed), end);
  const theirs = runInQemu(machine, program.code.slice(), program.ram, DUMP);
  const ours = runHere(machine, program.code.slice(), program.ram);
  return program.cases.flatMap((each) => difference(each, program, ours, theirs) ?? []);
}

/** Whether the processors fault in `text`, which finds the address of 64 bytes of memory in r1. */
export function faults(machine: QemuMachine, text: string): { here: boolean; inQemu: boolean } {
  const ram = new Uint8Array(64);
  const body = assemble(
    `b 1f\n.ltorg\n1: ldr r1, =${machine.ram}\n${text}\nb 1f\n.ltorg\n1: nop\n.balign 4`,
    machine.cpu,
  );
  const end = programEnd(machine, ram.length, DUMP);
  const start = startOf(machine) - machine.code;
  const code = new Uint8Array(start + body.bytes.length + end.length);
  code.set(body.bytes, start);
  code.set(end, start + body.bytes.length);
  return {
    here: stops(() => runHere(machine, code.slice(), ram)),
    inQemu: stops(() => runInQemu(machine, code.slice(), ram, DUMP)),
  };
}

function stops(run: () => void): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof ProcessorFault || error instanceof QemuFault) return true;
    throw error;
  }
}

/** Runs the program to its first call of the debugger. */
function runHere(machine: QemuMachine, code: Uint8Array, ram: Uint8Array): Uint8Array {
  const processor = new Processor(machine.cpu);
  processor.memory.add({ name: 'code', base: machine.code, contents: code, access: 'rx' });
  const contents = new Uint8Array(ram.length + STACK_BYTES);
  contents.set(ram);
  const region = processor.memory.add({ name: 'ram', base: machine.ram, contents, access: 'rw' });
  try {
    processor.call(startOf(machine));
  } catch (error) {
    if (!(error instanceof ProcessorFault && error.message.startsWith('bkpt'))) throw error;
  }
  return region.bytes;
}

function difference(each: Case, program: Program, ours: Uint8Array, theirs: Uint8Array): string | undefined {
  const word = (bytes: Uint8Array, at: number) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
  const wrong: string[] = [];
  for (const [i, name] of each.names.entries()) {
    const at = each.record + 4 * i;
    // Exception flags of the float unit and the Q flag are not kept.
    const mask = name === 'flags' || name === 'fpscr' ? 0xf0000000 : 0xffffffff;
    const [mine, right] = [(word(ours, at) & mask) >>> 0, (word(theirs, at) & mask) >>> 0];
    if (mine !== right) wrong.push(`${name} is ${mine.toString(16)}, QEMU has ${right.toString(16)}`);
  }
  for (let at = each.block; at < each.block + each.blockSize; at += 4)
    if (word(ours, at) !== word(theirs, at))
      wrong.push(
        `memory at ${at - each.block} is ${word(ours, at).toString(16)}, QEMU has ${word(theirs, at).toString(16)}`,
      );
  if (wrong.length === 0) return undefined;
  const inputs = Array.from({ length: (each.blockSize - 128) / 4 }, (_, i) =>
    word(program.ram, each.block + 4 * i).toString(16),
  );
  return `${each.text}: ${wrong.slice(0, 4).join(', ')}; loaded ${inputs.join(' ')}`;
}
