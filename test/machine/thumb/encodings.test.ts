// Every form of the table: its bits are those of GNU as, its text that of objdump, its processors those of as; and the encoder, the
// decoder, the printer and the assembler agree. Where binutils are absent, a list of encodings stands in for them.
import { describe, expect, it } from 'vitest';
import { assemble } from '../../../machine/thumb/assemble.js';
import { itMask } from '../../../machine/thumb/condition.js';
import {
  CORTEX_M0_PLUS,
  CORTEX_M3,
  CORTEX_M4,
  CORTEX_M4F,
  CORTEX_M33,
  type Cpu,
  supports,
} from '../../../machine/thumb/cpu.js';
import { Decoder } from '../../../machine/thumb/decode.js';
import { coveredBy, disassemble } from '../../../machine/thumb/disassemble.js';
import { encode, labelBase, writeEncoding } from '../../../machine/thumb/encode.js';
import type { Form } from '../../../machine/thumb/form.js';
import { print } from '../../../machine/thumb/print.js';
import { ALL_FORMS, FORMS } from '../../../machine/thumb/table.js';
import { Random } from '../../differential/random.js';
import { gnuAssembled, gnuDisassembled, hasBinutils, withoutBinutils } from './binutils.js';
import { randomOperands } from './random-operands.js';

interface Sample {
  form: Form;
  operands: number[];
  address: number;
  /** In GNU syntax; labels are distances from the instruction. */
  text: string;
}

const PER_FORM = 6;
const HEAD = '.syntax unified\n.thumb';

/** Some instructions of each form, one after the other at multiples of 4, so that labels have the same places everywhere. */
function samples(
  perForm: number,
  seed: number,
  suits: (form: Form, operands: readonly number[]) => boolean = () => true,
): Sample[] {
  let address = 0;
  return ALL_FORMS.flatMap((form) => {
    // Samples of a form stay as they are when others come and go.
    const random = new Random(form.bits ^ seed);
    return Array.from({ length: perForm }, () => {
      const operands = randomOperands(form, random, (each) => suits(form, each));
      const at = address;
      address += sizeOf(form, operands);
      // A distance is counted from the start of the instruction.
      const text = print(form, operands, { address: at, label: (target) => `. + ${(target - at) | 0}` });
      return { form, operands, address: at, text };
    });
  });
}

/** Whether `as` chooses this form for its text: not where another one says the same, or where it allows less. */
function isChosenByAs(form: Form, operands: readonly number[]): boolean {
  if (form === FORMS.adds_imm3 || form === FORMS.subs_imm3) return operands[0] !== operands[1];
  // objdump takes calls for those of Thumb-1 on ARMv6-M, which reach 4 MB.
  if (form === FORMS.bl) return Math.abs(operands[0]) < 0x3ffff0;
  return operands.every((each) => !Object.is(each, -0));
}

/** With what an IT instruction covers, up to a multiple of 4. */
function sizeOf(form: Form, operands: readonly number[]): number {
  const covered = form === FORMS.it ? coveredBy(operands[0], operands[1]).length : 0;
  return (form.size + 2 * covered + 3) & ~3;
}

function coveredText({ form, operands }: Sample): string[] {
  if (form !== FORMS.it) return [];
  return coveredBy(operands[0], operands[1]).map((condition) => print(FORMS.mov_high, [0, 1], { condition }));
}

function bytesOf({ form, operands }: Sample): Uint8Array {
  const bytes = new Uint8Array(sizeOf(form, operands));
  writeEncoding(bytes, 0, encode(form, operands), form.size);
  let at: number = form.size;
  const fill = (filler: Form, fillers: number[]) => {
    writeEncoding(bytes, at, encode(filler, fillers), 2);
    at += 2;
  };
  if (form === FORMS.it) for (const _ of coveredBy(operands[0], operands[1])) fill(FORMS.mov_high, [0, 1]);
  if (at < bytes.length) fill(FORMS.nop, []);
  return bytes;
}

function joined(all: readonly Sample[]): Uint8Array {
  const bytes = new Uint8Array(all.reduce((size, { form, operands }) => size + sizeOf(form, operands), 0));
  for (const sample of all) bytes.set(bytesOf(sample), sample.address);
  return bytes;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

it('decode to the same form and operands', () => {
  const decoder = Decoder.of(CORTEX_M33);
  for (const { form, operands } of samples(PER_FORM, 1)) {
    const bits = encode(form, operands);
    const decoded = form.size === 4 ? decoder.decode(bits >>> 16, bits & 0xffff) : decoder.decode(bits, 0);
    expect([decoded?.form.name, decoded?.operands]).toEqual([form.name, operands]);
  }
});

it('assemble from what is printed', () => {
  const { bytes } = assemble(
    samples(PER_FORM, 2)
      .flatMap((sample) => [`.balign 4`, withLabel(sample), ...coveredText(sample)])
      .join('\n'),
    CORTEX_M33,
  );
  const expected = joined(samples(PER_FORM, 2));
  // Fillers between instructions are zeros in one and nop in the other.
  for (const { form, operands, address, text } of samples(PER_FORM, 2)) {
    const size = form.size + (form === FORMS.it ? 2 * coveredBy(operands[0], operands[1]).length : 0);
    const part = (whole: Uint8Array) => hex(whole.slice(address, address + size));
    expect([text, part(bytes)]).toEqual([text, part(expected)]);
  }
});

/** This assembler has no `.`: labels that are not in the text are given as constants in data. */
function withLabel(sample: Sample): string {
  const distance = /\. \+ (-?\d+)$/.exec(sample.text)?.[1];
  if (distance === undefined) return sample.text;
  const bits = encode(sample.form, sample.operands);
  const halfwords = sample.form.size === 4 ? [bits >>> 16, bits & 0xffff] : [bits];
  return `.hword ${halfwords.join(', ')}`;
}

it('have the bits that were compared with binutils', async () => {
  const lines = samples(2, 3).map((sample) => {
    const { form, operands, text } = sample;
    return `${form.name.padEnd(22)} ${encode(form, operands)
      .toString(16)
      .padStart(2 * form.size, '0')
      .padEnd(8)} ${text}`;
  });
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('encodings.txt');
});

describe.skipIf(!hasBinutils)(`binutils${withoutBinutils}`, () => {
  it('give the same bits', () => {
    const all = samples(PER_FORM, 4, isChosenByAs);
    const lines = all.flatMap((sample) => [sample.text, ...coveredText(sample), '.balign 4']);
    const { bytes, refused } = gnuAssembled(`${HEAD}\n.cpu cortex-m33\n.fpu fpv5-sp-d16`, lines);
    expect(refused.map((line) => lines[line])).toEqual([]);
    const ours = joined(all);
    const differences = all
      .filter((sample) => {
        const { address, form } = sample;
        return hex(bytes.slice(address, address + form.size)) !== hex(ours.slice(address, address + form.size));
      })
      .map(({ text, address, form }) => `${form.name}: ${text}: ${hex(bytes.slice(address, address + form.size))}`);
    expect(differences).toEqual([]);
  });

  it('print the same text', () => {
    const all = samples(PER_FORM, 5);
    const bytes = joined(all);
    const theirs = gnuDisassembled(bytes);
    const ours = new Map(disassemble(bytes, CORTEX_M33).map(({ address, text }) => [address, text]));
    const differences = all.flatMap(({ form, address }) => {
      // objdump shows only for some forms that an offset of 0 is subtracted.
      const zero = (text: string) => text.replace(/, #-0\]/, ']').replace(/#-0(?![.\d])/, '#0');
      const mine = zero(ours.get(address)!);
      const right = zero(theirs.get(address) ?? '');
      return mine === comparable(form, right, address) ? [] : [`${form.name}: ${mine} | ${right}`];
    });
    expect(differences).toEqual([]);
  });

  it('print the same text in IT blocks', () => {
    const random = new Random(7);
    const labels = ['label', 'forward', 'literal', 'behind', 'floatConstant'];
    const forms = ALL_FORMS.filter(
      ({ outsideIt, operands }) => !outsideIt && operands.every(({ kind }) => !labels.includes(kind)),
    );
    const inBlocks = forms.flatMap((form): [Form, number[]][] => [
      [FORMS.it, [itMask(random.below(2), ''), random.below(14)]],
      [form, randomOperands(form, random, (each) => isChosenByAs(form, each))],
    ]);
    const bytes = new Uint8Array(inBlocks.reduce((size, [form]) => size + form.size, 0));
    let at = 0;
    const places = inBlocks.map(([form, operands]) => {
      writeEncoding(bytes, at, encode(form, operands), form.size);
      at += form.size;
      return { form, address: at - form.size };
    });
    const theirs = gnuDisassembled(bytes);
    const ours = new Map(disassemble(bytes, CORTEX_M33).map(({ address, text }) => [address, text]));
    const differences = places.flatMap(({ form, address }) => {
      const right = comparable(form, theirs.get(address) ?? '', address);
      return ours.get(address) === right ? [] : [`${form.name}: ${ours.get(address)} | ${right}`];
    });
    expect(differences).toEqual([]);
  });

  const cpus: [string, string, Cpu][] = [
    ['cortex-m0plus', 'softvfp', CORTEX_M0_PLUS],
    ['cortex-m3', 'softvfp', CORTEX_M3],
    ['cortex-m4', 'softvfp', CORTEX_M4],
    ['cortex-m4', 'fpv4-sp-d16', CORTEX_M4F],
    ['cortex-m33', 'fpv5-sp-d16', CORTEX_M33],
  ];
  it.each(cpus)('have the same forms for %s with %s', (name, fpu, cpu) => {
    const all = samples(1, 6, isChosenByAs).filter(({ form }) => form !== FORMS.it);
    const { refused } = gnuAssembled(
      `${HEAD}\n.cpu ${name}\n.fpu ${fpu}`,
      all.flatMap(({ text }) => [text, '.balign 4']),
    );
    // as has vmaxnm and vminnm for processors without a float unit, too.
    const missing = all.filter(({ form }) => !supports(cpu, form.needs) && !/^v(max|min)nm$/.test(form.name));
    const names = (samples: Sample[]) => samples.map(({ form }) => form.name).sort();
    expect(names(refused.map((line) => all[line / 2])).filter((each) => !/^v(max|min)nm$/.test(each))).toEqual(
      names(missing),
    );
  });
});

/** As \`print\` prints constants. objdump rounds them to 7 digits: they are multiples of 1/128. */
function floatText(value: number): string {
  const exact = Math.round(value * 128) / 128;
  return Number.isInteger(exact) ? exact.toFixed(1) : String(exact);
}

/** Converts objdump's text to the form of `print`: see the top of print.ts. */
function comparable(form: Form, text: string, at: number): string {
  const address = /@ \(?(?:adr \w+, )?(?:0x)?([0-9a-f]+)/.exec(text)?.[1];
  const float = /@ 0x[0-9a-f]+\s+(-?[\d.]+)/.exec(text)?.[1];
  const plain = text.replace(/\s*[@;].*$/, '').replace(/ <.*>$/, '');
  const last = form.operands.at(-1)?.kind;
  if (last === 'literal' || last === 'behind') {
    const [, sign, register, distance] = /^(add|sub)w? (\w+), pc, #(\d+)$/.exec(plain) ?? [];
    if (sign) {
      const target = labelBase(form, at) + (sign === 'add' ? Number(distance) : -Number(distance));
      return `adr${form.suffix} ${register}, 0x${target.toString(16)}`;
    }
    return plain.replace(/\[pc(?:, #-?\d+)?\]/, `0x${address}`);
  }
  if (last === 'floatConstant') return plain.replace(/#\d+$/, `#${floatText(Number(float))}`);
  return plain
    .replace(/^neg(s|[a-z]{2}) (\w+, \w+)$/, 'rsb$1 $2, #0')
    .replace(/^bkpt 0x([0-9a-f]+)$/, (_, digits: string) => `bkpt #${Number.parseInt(digits, 16)}`)
    .replace(/ CPSR$/, ' apsr')
    .replace(/ CPSR_f,/, ' apsr_nzcvq,')
    .replace(/^(svc\w*) (\d+)$/, '$1 #$2')
    .replace(/^mov(s?(?:[a-z]{2})?)\.w (\w+, \w+), (lsl|lsr|asr|ror) (#\d+)$/, '$3$1.w $2, $4')
    .replace(/^mov(s?(?:[a-z]{2})?)\.w (\w+, \w+), rrx$/, 'rrx$1 $2')
    .replace(/^stmdb(\w*) sp!, /, 'push$1.w ')
    .replace(/^ldmia(\w*)\.w sp!, /, 'pop$1.w ');
}
