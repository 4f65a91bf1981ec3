// Fused instructions: each does the work of two or more instructions that often follow each other.
import { type Body, mapBody, type Part } from './body.js';
import { fusions } from './fusions.js';
import { type Instruction, Place } from './instructions.js';

/** First and second instruction, the word of the second that reads the result, whether that is kept, and what does both. */
export type FusionRow = [first: string, second: string, word: number, kept: boolean, result: string];

/** A producer's body, taken apart: what comes before its result, and the result itself. */
interface Producer {
  prelude: Body;
  value: Body;
  /** The body of an i64's high word; empty for other types. */
  high: Body;
  /** The macro that reads it as an operand. */
  view: string;
}

function producerParts({ name, body }: Instruction): Producer {
  const parts = withoutSpace(body);
  const last = parts[parts.length - 1];
  if (last.kind === 'call' && last.name.startsWith('RESULT')) {
    const view = last.name === 'RESULT32' ? 'S' : 'F';
    return { prelude: parts.slice(0, -1), value: withoutSpace(last.operands[1]), high: [], view };
  }
  if (last.kind === 'write' && last.target.kind === 'call' && wordOf(last.target) === 1) {
    return { prelude: parts.slice(0, -1), value: last.value, high: [], view: last.target.name };
  }
  // Low and high word, then two writes, with a space before each.
  const [pair] = parts.slice(-5);
  if (pair?.kind === 'declaration' && pair.declared.map((each) => each.name).join() === 'l,h,d') {
    const [low, high] = pair.declared;
    return { prelude: parts.slice(0, -5), value: low.value, high: high.value, view: 'P' };
  }
  throw new Error(`${name} cannot be the first of a pair`);
}

const isSpace = (part: Part | undefined) => part?.kind === 'text' && part.text.trim() === '';

/** Without the white space around it. */
function withoutSpace(body: Body): Body {
  const from = isSpace(body[0]) ? 1 : 0;
  return body.slice(from, isSpace(body[body.length - 1]) ? -1 : undefined);
}

/** Macros whose operand is a word of the instruction. */
const WORDS = ['JUMP', 'I', 'S', 'F', 'P', 'C', 'E', 'D'];

/** The word that a macro names, 0 for what is none of them. */
function wordOf(part: Part): number {
  if (part.kind !== 'call' || !WORDS.includes(part.name)) return 0;
  const [operand] = part.operands[0];
  return operand.kind === 'text' ? Number(operand.text) : 0;
}

const text = (given: string): Part => ({ kind: 'text', text: given });
const named = (name: string): Part => ({ kind: 'name', name });
const wordMacro = (name: string, word: number): Part => ({ kind: 'call', name, operands: [[text(String(word))]] });

function renumbered(body: Body, numberOf: (word: number) => number): Body {
  return mapBody(body, (part) => {
    const word = wordOf(part);
    return word === 0 || part.kind !== 'call' ? part : wordMacro(part.name, numberOf(word));
  });
}

/** Constants that bodies have. */
const CONSTANT = /^(a|b|c|o|m|p|q|h|k|l|t|v|[xyz]|[xyz]High|aLow|aHigh|bLow|bHigh|a0|a1|b0|b1|middle|carry)_*$/;

/** Gives the constants of a body other names, out of the way of another body's. */
function withOwnNames(body: Body): Body {
  const own = (name: string) => (CONSTANT.test(name) ? `${name}_` : name);
  return mapBody(body, (part) => {
    if (part.kind === 'name') return named(own(part.name));
    if (part.kind !== 'declaration') return part;
    return { ...part, declared: part.declared.map(({ name, value }) => ({ name: own(name), value })) };
  });
}

const declares = (body: Body, name: string) =>
  body.some((part) => part.kind === 'declaration' && part.declared.some((each) => each.name === name));

/** A body in which `name`, and `nameHigh`, is read for the operand in `word`. */
function reading({ name: instruction, body }: Instruction, view: string, word: number, name: string): Body {
  if (view !== 'P')
    return mapBody(body, (part) =>
      part.kind === 'call' && part.name === view && wordOf(part) === word ? named(name) : part,
    );
  // The slot's index is a constant of its own, which goes; what is read through it is the value.
  const isIndex = (part: Part) =>
    part.kind === 'declaration' && part.declared.length === 1 && wordOf(part.declared[0].value[0]) === word;
  const index = body.find(isIndex);
  if (index?.kind !== 'declaration') throw new Error(`${instruction} cannot be the second of a pair`);
  const [{ name: indexName }] = index.declared;
  return mapBody(
    body.filter((part) => part !== index),
    (part) => {
      if (part.kind !== 'element' || part.array !== 'R') return part;
      const [first, rest] = part.index;
      if (first.kind !== 'name' || first.name !== indexName) return part;
      return named(rest === undefined ? name : `${name}High`);
    },
  );
}

const hasDestination = (name: string) => !/^(Store|Branch|Return)/.test(name.replace(/^.*(Then|Into)/, ''));

/** The instruction that does two at once. Its words: the second one's destination, the first one's, and their operands. */
function fusedInstruction(first: Instruction, second: Instruction, word: number, kept: boolean): Instruction {
  if (word === 0) return sequence(first, second);
  if (first.keptWord || second.keptWord) throw new Error(`${first.name} or ${second.name} keeps a value already`);
  const operandWord = hasDestination(second.name) ? 2 : 1;
  // A value may also go into the middle of a pair.
  const joint = second.name.includes('Then') ? 'Into' : 'Then';
  const name = `${first.name}${kept ? 'Kept' : ''}${joint}${second.name}${word === operandWord ? '' : 'Second'}`;
  let next = 1;
  const secondWords = new Map<number, number>();
  if (hasDestination(second.name)) secondWords.set(1, next++);
  const firstWords = new Map<number, number>();
  if (kept) firstWords.set(1, next++);
  for (let at = 2; at < first.length; at++) firstWords.set(at, next++);
  for (let at = 1; at < second.length; at++) {
    if (at !== word && !secondWords.has(at)) secondWords.set(at, next++);
  }
  const { prelude, value, high, view } = producerParts(first);
  // The second one may be a pair itself, with a value of its own.
  const x = ['x', 'y', 'z'].find((name) => !declares(second.body, name))!;
  const own = (body: Body) => withOwnNames(renumbered(body, (word) => firstWords.get(word)!));
  const declared = [{ name: x, value: own(value) }];
  if (high.length > 0) declared.push({ name: `${x}High`, value: own(high) });
  const keep: Body = kept
    ? [text(' '), { kind: 'write', target: wordMacro(view, firstWords.get(1)!), value: [named(x)] }]
    : [];
  const rest = renumbered(reading(second, view, word, x), (each) => secondWords.get(each)!);
  return {
    name,
    length: next,
    place: Place.Main,
    target: second.target === 0 ? 0 : secondWords.get(second.target)!,
    conditional: second.conditional,
    keptWord: kept ? firstWords.get(1) : undefined,
    body: [...own(prelude), text(' '), { kind: 'declaration', declared }, ...keep, text(' '), ...rest],
  };
}

/** Two instructions one after the other: all words of the first, then those of the second. */
function sequence(first: Instruction, second: Instruction): Instruction {
  const shift = first.length - 1;
  const body = renumbered(second.body, (word) => word + shift);
  return {
    name: `${first.name}And${second.name}`,
    length: first.length + second.length - 1,
    place: Place.Main,
    target: second.target === 0 ? 0 : second.target + shift,
    conditional: second.conditional,
    body: [...first.body, text(' '), ...body],
  };
}

/** All fused instructions; one may be the first of another pair. */
export function fusedInstructions(list: Instruction[]): {
  fused: Instruction[];
  rows: FusionRow[];
} {
  const byName = new Map(list.map((instruction) => [instruction.name, instruction]));
  const fused: Instruction[] = [];
  const rows: FusionRow[] = [];
  const find = (name: string) => {
    const found = byName.get(name);
    if (!found) throw new Error(`there is no instruction ${name}`);
    return found;
  };
  for (const { first, second, word, kept } of fusions) {
    const instruction = fusedInstruction(find(first), find(second), word, kept);
    byName.set(instruction.name, instruction);
    fused.push(instruction);
    rows.push([first, second, word, kept, instruction.name]);
  }
  return { fused, rows };
}
