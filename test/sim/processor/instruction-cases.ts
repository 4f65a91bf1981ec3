// Random instructions of every form as a program that runs on a whole processor: each case loads all registers and flags, executes an
// instruction, and stores all registers and flags. Whatever executes the program leaves the same bytes in memory.
import { type Cpu, supports } from '../../../machine/thumb/cpu.js';
import { coveredBy } from '../../../machine/thumb/disassemble.js';
import { encode, writeEncoding } from '../../../machine/thumb/encode.js';
import type { Form } from '../../../machine/thumb/form.js';
import { print } from '../../../machine/thumb/print.js';
import { ALL_FORMS, FORMS } from '../../../machine/thumb/table.js';
import type { Random } from '../../differential/random.js';
import { randomOperands } from '../../machine/thumb/random-operands.js';

/** Addresses of a program and of its memory. Both have room for a few kilobytes before and after the cases. */
export interface Layout {
  code: number;
  ram: number;
}

export interface Case {
  form: Form;
  /** The instruction, and what follows it in an IT block. */
  text: string;
  /** Address of the first instruction. */
  address: number;
  /** The offset of what the case loads, in `ram`, and its size: registers, then a window that memory accesses hit. */
  block: number;
  blockSize: number;
  /** The offset of what it stores. */
  record: number;
  /** Names of the record's words. */
  names: string[];
}

export interface Program {
  code: Uint8Array;
  ram: Uint8Array;
  cases: Case[];
}

/** Bytes of code before the first case and behind the last one, where literals may lie. */
const MARGIN = 0x1200;
const WINDOW_BYTES = 128;
const [SP, LR, PC] = [13, 14, 15];
/** Forms that stop a processor, or wait. */
const EXCLUDED = ['udf', 'udf_w', 'bkpt', 'svc', 'wfi', 'wfe'];
const INTEGERS = [
  0, 1, 2, 31, 32, 33, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff, 0x7fffffff, -0x80000000, -1, -2, -32,
];
/** Zeros, ones, infinities, NaNs of both kinds, the smallest and largest numbers, and limits of integers. */
const FLOATS = [
  ...[0, 0x3f800000, 0x7f800000, 0x7fc00000, 0x7fc12345, 0x7f800001, 0x7fa00000, 1, 0x007fffff, 0x00800000],
  ...[0x7f7fffff, 0x4f000000, 0x4f800000, 0x4effffff, 0x3f000000, 0x3fc00000, 0x40200000, 0x3effffff, 0x4b000000],
];

/** The first instruction of a program; a processor with a vector table starts a little before. */
export function startOf({ code }: Layout): number {
  return code + MARGIN;
}

/** The forms of a processor that cases can be made of. */
export function formsOf(cpu: Cpu): Form[] {
  return ALL_FORMS.filter(({ needs, name }) => supports(cpu, needs) && !EXCLUDED.includes(name));
}

/** A program with a case of each of `forms`. It ends with the instructions of `end`, which gets the number of bytes of memory. */
export function instructionCases(
  cpu: Cpu,
  layout: Layout,
  forms: readonly Form[],
  random: Random,
  end: (ramBytes: number) => Uint8Array,
): Program {
  const writer = new Writer(cpu, layout, random);
  for (const form of forms) writer.write(form);
  return writer.finish(end);
}

class Writer {
  private readonly code: number[] = [];
  private readonly ram: number[] = [];
  private readonly cases: Case[] = [];
  private readonly covered: Form[];

  constructor(
    private readonly cpu: Cpu,
    private readonly layout: Layout,
    private readonly random: Random,
  ) {
    // Forms in IT blocks: no branches, no accesses, nothing that uses the stack pointer.
    this.covered = formsOf(cpu).filter(
      (form) =>
        !form.outsideIt &&
        form.cost !== 'branch' &&
        !['call', 'indirectCall', 'tableBranch', 'system'].includes(form.cost) &&
        !form.readsMemory &&
        !form.writesMemory &&
        (form.readsFixed | form.writesFixed) === 0 &&
        // Computations before it leave exception flags, which the simulated processor does not keep.
        !['vmsr', 'vmrs'].includes(form.name),
    );
  }

  write(form: Form): void {
    const { random } = this;
    const { ram } = this.layout;
    const blockOffset = this.ram.length;
    const singles = this.cpu.floatUnit ? 32 : 0;
    const registersAt = singles + 15;
    const window = ram + blockOffset + 4 * registersAt;

    const instruction = new RandomInstruction(form, random, this.cpu, window, this.covered);
    const { registers, contents } = instruction;
    const flags = withoutImpossibleFlags(random.bits() & 0xf0000000);
    const words = [
      ...Array.from({ length: singles }, () => randomFloat(random)),
      ...[8, 9, 10, 11, 12, LR].map((register) => registers[register]),
      flags,
      ...registers.slice(0, 8),
    ];

    this.put(FORMS.ldr_literal, 0, 0);
    const loadsBlock = this.code.length - 2;
    this.put(FORMS.mov_high, SP, 0);
    if (singles) this.put(FORMS.vpop, 32 << 8);
    this.put(FORMS.pop, 0x3f);
    for (const [low, high] of [8, 9, 10, 11, 12, LR].entries()) this.put(FORMS.mov_high, high, low);
    this.put(FORMS.pop, 1);
    this.put(FORMS.msr, 0);
    if (singles) this.put(FORMS.vmsr, 0);
    this.put(FORMS.pop, 0xff);
    // Literals and tables are counted from a multiple of 4.
    if (this.code.length % 4 !== 0) this.put(FORMS.nop);
    const address = this.address();
    const pieces = instruction.place(address, (landing) => {
      // Registers that hold a landing place are known now.
      for (const [register, value] of landing) {
        const at = register >= 8 ? singles + (register === LR ? 5 : register - 8) : singles + 7 + register;
        words[at] = value;
      }
    });
    for (const halfword of pieces) this.code.push(halfword & 255, halfword >> 8);

    const scratch = instruction.scratch;
    const lows = [0, 1, 2, 3, 4, 5, 6, 7].filter((register) => register !== scratch);
    this.put(FORMS.ldr_literal, scratch, 0);
    const loadsRecord = this.code.length - 2;
    this.put(
      FORMS.stmia,
      scratch,
      lows.reduce((list, register) => list | (1 << register), 0),
    );
    const [first] = lows;
    const highs = [8, 9, 10, 11, 12, LR, SP];
    for (const [i, register] of highs.entries()) {
      this.put(FORMS.mov_high, first, register);
      this.put(FORMS.str_imm, first, scratch, 4 * i);
    }
    this.put(FORMS.mrs, first);
    this.put(FORMS.str_imm, first, scratch, 28);
    if (singles) {
      this.put(FORMS.vmrs, first);
      this.put(FORMS.str_imm, first, scratch, 32);
      this.put(FORMS.adds_imm8, scratch, 36 + 4 * singles);
      this.put(FORMS.mov_high, SP, scratch);
      this.put(FORMS.vpush, 32 << 8);
    }
    const names = [
      ...lows.map((register) => `r${register}`),
      ...['r8', 'r9', 'r10', 'r11', 'r12', 'lr', 'sp', 'flags'],
      ...(singles ? ['fpscr', ...Array.from({ length: singles }, (_, i) => `s${i}`)] : []),
    ];

    const blockSize = 4 * words.length + WINDOW_BYTES;
    const record = blockOffset + blockSize;
    // The literals, which a branch jumps over.
    const isOdd = this.code.length % 4 === 2;
    this.put(FORMS.b, isOdd ? 6 : 8);
    if (!isOdd) this.put(FORMS.nop);
    this.patch(loadsBlock, 0);
    this.word(ram + blockOffset);
    this.patch(loadsRecord, scratch);
    this.word(ram + record);

    for (const word of words) this.ramWord(word);
    this.ram.push(...contents);
    for (const _ of names) this.ramWord(0);
    this.cases.push({ form, text: instruction.text(address), address, block: blockOffset, blockSize, record, names });
  }

  finish(makeEnd: (ramBytes: number) => Uint8Array): Program {
    const end = makeEnd(this.ram.length);
    const code = new Uint8Array(MARGIN + this.code.length + end.length + MARGIN);
    code.set(this.code, MARGIN);
    code.set(end, MARGIN + this.code.length);
    return { code, ram: Uint8Array.from(this.ram), cases: this.cases };
  }

  private address(): number {
    return startOf(this.layout) + this.code.length;
  }

  private put(form: Form, ...operands: number[]): void {
    for (const halfword of halfwordsOf(form, operands)) this.code.push(halfword & 255, halfword >> 8);
  }

  /** Lets the literal load at `at` load what stands here. */
  private patch(at: number, register: number): void {
    const distance = this.code.length - ((at + 4) & ~3);
    const [halfword] = halfwordsOf(FORMS.ldr_literal, [register, distance]);
    this.code[at] = halfword & 255;
    this.code[at + 1] = halfword >> 8;
  }

  private word(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.code.push((value >>> shift) & 255);
  }

  private ramWord(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.ram.push((value >>> shift) & 255);
  }
}

/** One instruction with registers that suit it: accesses hit the window, jumps land behind it. */
class RandomInstruction {
  readonly registers: number[];
  /** Contents of the window. */
  readonly contents: number[];
  /** A low register that no instruction uses. */
  readonly scratch: number;
  private readonly operands: number[];
  /** The instructions that an IT instruction covers. */
  private others: { form: Form; operands: number[] }[] = [];
  /** Instructions that a jump skips. */
  private readonly fillers: number;

  constructor(
    private readonly form: Form,
    private readonly random: Random,
    private readonly cpu: Cpu,
    private readonly window: number,
    covered: readonly Form[],
  ) {
    this.registers = Array.from({ length: 16 }, () => randomInteger(random));
    this.contents = Array.from({ length: WINDOW_BYTES }, () => random.below(256));
    this.fillers = 1 + random.below(4);
    this.operands = this.chosen(form);
    let free: number[];
    do {
      if (form.mnemonic === 'it')
        this.others = coveredBy(this.operands[0], this.operands[1]).map(() => {
          const other = random.pick(covered);
          return { form: other, operands: this.chosen(other, false) };
        });
      const used = [{ form, operands: this.operands }, ...this.others].reduce(
        (set, each) => set | registersOf(each.form, each.operands),
        0,
      );
      free = [0, 1, 2, 3, 4, 5, 6, 7].filter((register) => !((used >> register) & 1));
    } while (free.length === 0);
    this.scratch = random.pick(free);
    if (form.readsMemory || form.writesMemory) this.aim();
    if (form.name === 'msr' || form.name === 'vmsr') {
      const [register] = this.operands;
      this.registers[register] = withoutImpossibleFlags(this.registers[register] & 0xf0000000);
    }
  }

  /** Operands that leave a low register free and do not use the stack pointer where it would matter. */
  private chosen(form: Form, mayJump = true): number[] {
    const { operands: kinds } = form;
    return randomOperands(form, this.random, (operands) => {
      const used = registersOf(form, operands);
      if ((used & 0xff) === 0xff) return false;
      const isSet = (name: string) => kinds.findIndex((each) => each.name === name);
      const [rn, rm, rt, off] = [isSet('rn'), isSet('rm'), isSet('rt'), isSet('off')];
      const memory = form.readsMemory || form.writesMemory;
      if (memory && rn >= 0 && rm >= 0 && operands[rn] === operands[rm]) return false;
      if (memory && (operands[rn] === SP || operands[rt] === SP)) return false;
      if (form.name.endsWith('_sp') && operands[1] >= WINDOW_BYTES - 4) return false;
      // A jump needs a register with a landing place.
      if (/^blx?$|^bx$/.test(form.name) && operands[0] === SP) return false;
      if (form.name === 'mov_high' && operands[0] === PC && !mayJump) return false;
      if (form.name === 'mov_high' && operands[0] === PC && operands[1] >= SP && operands[1] !== LR) return false;
      if (form.name === 'ldr_w_literal' && operands[0] === PC) return false;
      // Offsets below the stack pointer are fine, pops of more than the window are not.
      if (off >= 0 && !Number.isFinite(operands[off])) return false;
      if (form.name === 'vpop') return operands[0] >> 8 <= 31;
      return true;
    });
  }

  /** Chooses the base register so that the access hits the window. */
  private aim(): void {
    const { form, operands, random } = this;
    const operandNamed = (name: string) => {
      const index = form.operands.findIndex((each) => each.name === name);
      return index < 0 ? undefined : operands[index];
    };
    const base = operandNamed('rn');
    const list = operandNamed('list');
    if (form.cost === 'tableBranch') {
      this.registers[operandNamed('rm')!] = random.below(2);
      return;
    }
    const isDown = /^(?:stm|ldm)db/.test(form.mnemonic);
    const isWord = list !== undefined || /d_|^v/.test(form.name);
    const natural = /h_|sh_/.test(form.name) ? 2 : /b_/.test(form.name) ? 1 : 4;
    const mayMisalign = !isWord && this.cpu.architecture !== 'v6-M' && !(operandNamed('rt') === PC);
    const step = mayMisalign ? 1 : natural;
    let target = this.window + (isDown ? 64 : 32) + step * random.below(28 / step);
    if (isWord || operandNamed('rt') === PC) target &= ~3;
    if (base !== undefined) {
      const isPost = form.name.endsWith('_post');
      const offset = isPost ? 0 : (operandNamed('off') ?? operandNamed('neg') ?? operandNamed('imm') ?? 0);
      const rm = operandNamed('rm');
      const index = rm === undefined ? 0 : this.registers[rm] << (operandNamed('index') ?? 0);
      this.registers[base] = (target - offset - index) | 0;
    }
  }

  /**
   * The halfwords at `address`. `setRegisters` takes registers that hold places behind the instruction, which are known now; words of
   * the window that do so are set here.
   */
  place(address: number, setRegisters: (values: [register: number, value: number][]) => void): number[] {
    const { form, operands, random } = this;
    const behind = address + form.size;
    const landing = behind + 2 * this.fillers;
    const label = form.operands.findIndex(({ kind }) => kind === 'label' || kind === 'forward');
    if (label >= 0) operands[label] = landing - address - 4;
    // The operand that says where to jump.
    const jumpsBy = /^(?:bx|blx|add_pc)$/.test(form.name) ? 0 : form.name === 'mov_high' && operands[0] === PC ? 1 : -1;
    if (jumpsBy >= 0) {
      setRegisters([[operands[jumpsBy], form.name === 'add_pc' ? landing - address - 4 : landing | 1]]);
    }
    const list = form.operands.findIndex(({ kind }) => kind === 'list');
    const pcLoad =
      form.readsMemory &&
      ((list >= 0 && (operands[list] >> PC) & 1) || (form.operands[0]?.name === 'rt' && operands[0] === PC));
    if (pcLoad) for (let at = 0; at < WINDOW_BYTES; at += 4) this.setWindow(at, landing | 1);

    const halfwords = halfwordsOf(form, operands);
    if (form.cost === 'tableBranch') {
      // Two entries, then the two places that they lead to.
      if (form.name === 'tbb') halfwords.push(1 | (2 << 8));
      else halfwords.push(2, 3);
      const [rn] = operands;
      if (rn !== PC) setRegisters([[rn, address + 4]]);
      halfwords.push(...halfwordsOf(FORMS.mov_high, [8, 9]), ...halfwordsOf(FORMS.mov_high, [10, 11]));
      return halfwords;
    }
    for (const other of this.others) halfwords.push(...halfwordsOf(other.form, other.operands));
    const jumps = label >= 0 || jumpsBy >= 0 || pcLoad;
    if (jumps)
      for (let i = 0; i < this.fillers; i++)
        halfwords.push(...halfwordsOf(FORMS.mov_high, [8 + random.below(5), 8 + random.below(5)]));
    return halfwords;
  }

  text(address: number): string {
    const [first, ...rest] = [{ form: this.form, operands: this.operands }, ...this.others];
    const conditions = this.form.mnemonic === 'it' ? coveredBy(this.operands[0], this.operands[1]) : [];
    return [
      print(first.form, first.operands, { address }),
      ...rest.map(({ form, operands }, i) => print(form, operands, { condition: conditions[i] })),
    ].join('; ');
  }

  private setWindow(at: number, value: number): void {
    for (let i = 0; i < 4; i++) this.contents[at + i] = (value >>> (8 * i)) & 255;
  }
}

/** The core registers that an instruction names, a bit for each. */
function registersOf(form: Form, operands: readonly number[]): number {
  return form.operands.reduce((set, { kind }, i) => {
    if (kind === 'register') return set | (1 << operands[i]);
    return kind === 'list' ? set | operands[i] : set;
  }, 0);
}

function halfwordsOf(form: Form, operands: readonly number[]): number[] {
  const bytes = new Uint8Array(4);
  writeEncoding(bytes, 0, encode(form, operands), form.size);
  return Array.from({ length: form.size / 2 }, (_, i) => bytes[2 * i] | (bytes[2 * i + 1] << 8));
}

function randomInteger(random: Random): number {
  return random.chance(40) ? random.pick(INTEGERS) : (random.bits() >> random.below(32)) | 0;
}

function randomFloat(random: Random): number {
  const bits = random.chance(50) ? random.pick(FLOATS) : 0x3f000000 + (random.bits() >>> random.pick([3, 6, 7, 9, 31]));
  return random.chance(50) ? bits | 0x80000000 : bits;
}

/** N and Z are never both set by an instruction that compares or computes. */
function withoutImpossibleFlags(flags: number): number {
  return flags < 0 ? flags & ~0x40000000 : flags;
}
