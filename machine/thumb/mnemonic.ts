// Finds the forms that a mnemonic of assembly text can mean, with its condition and suffix.

import { CONDITIONS, conditionCode } from './condition.js';
import { type Cpu, supports } from './cpu.js';
import type { Form } from './form.js';
import { ALL_FORMS, FORMS } from './table.js';

export interface Candidate {
  form: Form;
  /** The letters of IT, or the condition of a conditional branch, which are part of the mnemonic. */
  letters?: string;
  condition?: number;
}

/** Other words for forms, where the text of the operands is the same. */
const ALIASES: [string, Form][] = [
  ['stm', FORMS.stmia],
  ['ldm', FORMS.ldmia],
  ['ldm', FORMS.ldmia_base],
  ['stm', FORMS.stmia_w_back],
  ['stm', FORMS.stmia_w],
  ['ldm', FORMS.ldmia_w_back],
  ['ldm', FORMS.ldmia_w],
  ['mov', FORMS.movw],
  ['add', FORMS.addw],
  ['sub', FORMS.subw],
  ['udf', FORMS.udf_w],
];

/** Words by which forms are known outside IT blocks, and inside, where conditions follow them. */
const outside = new Map<string, Candidate[]>();
const inside = new Map<string, Candidate[]>();

function enter(map: Map<string, Candidate[]>, word: string, candidate: Candidate): void {
  map.set(word, [...(map.get(word) ?? []), candidate]);
}

for (const form of ALL_FORMS) {
  const suffix = isSize(form.suffix) ? '' : form.suffix;
  const kind = form.operands[0]?.kind;
  if (kind === 'mask')
    for (const letters of ['', ...combinations(1), ...combinations(2), ...combinations(3)])
      enter(outside, form.mnemonic + letters, { form, letters });
  else if (kind === 'condition')
    for (const name of [...CONDITIONS, 'hs', 'lo'])
      enter(outside, form.mnemonic + name, { form, condition: conditionCode(name) });
  else {
    enter(outside, form.mnemonic + (form.flagsOutsideIt ? 's' : '') + suffix, { form });
    if (!form.outsideIt) enter(inside, form.mnemonic + suffix, { form });
  }
}
for (const [word, form] of ALIASES) {
  enter(outside, word, { form });
  enter(inside, word, { form });
}

function isSize(suffix: string): boolean {
  return suffix === '' || suffix === '.w' || suffix === '.n';
}

function combinations(length: number): string[] {
  if (length === 0) return [''];
  return combinations(length - 1).flatMap((start) => [`${start}t`, `${start}e`]);
}

/**
 * The forms of `word` that `cpu` has, the narrow ones first. In an IT block, `condition` is the one that the word has to end with.
 * Empty where there are none.
 */
export function candidatesOf(word: string, cpu: Cpu, condition: number | undefined): Candidate[] {
  const [, head, rest] = /^([^.]*)(.*)$/.exec(word.toLowerCase())!;
  const size = rest.endsWith('.w') ? 4 : rest.endsWith('.n') ? 2 : undefined;
  const suffix = size === undefined ? rest : rest.slice(0, -2);
  const found =
    condition === undefined
      ? outside.get(head + suffix)
      : [CONDITIONS[condition], condition === 2 ? 'hs' : condition === 3 ? 'lo' : '']
          .filter((name) => name !== '' && head.endsWith(name))
          .flatMap((name) => inside.get(head.slice(0, -name.length) + suffix) ?? []);
  return (found ?? [])
    .filter(({ form }) => supports(cpu, form.needs) && (size === undefined || form.size === size))
    .sort((x, y) => x.form.size - y.form.size);
}
