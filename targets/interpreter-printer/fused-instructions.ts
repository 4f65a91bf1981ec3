// Instructions that do what two or more do that follow each other often.
import { fusions } from './fusions.js';
import type { Instruction } from './instructions.js';

/** First and second instruction, the word of the second that reads the result, whether that is kept, and what does both. */
export type FusionRow = [first: string, second: string, word: number, kept: boolean, result: string];

/** A producer's body, taken apart: what comes before its result, and the result itself. */
function producerParts(instruction: Instruction): { prelude: string; value: string; high: string; view: string } {
  const arithmetic = /^(.*)RESULT(32|64)\(P\(1\), (.*)\)$/s.exec(instruction.body);
  if (arithmetic)
    return { prelude: arithmetic[1], value: arithmetic[3], high: '', view: arithmetic[2] === '32' ? 'S' : 'F' };
  const plain = /^(.*)\b([ISF])\(1\) = ([^;]*);\s*$/s.exec(instruction.body);
  if (plain) return { prelude: plain[1], value: plain[3], high: '', view: plain[2] };
  const pair = /^(.*)const l = (.*), h = (.*), d = P\(1\); R\[d\] = l; R\[d \+ 1\] = h;\s*$/s.exec(instruction.body);
  if (pair) return { prelude: pair[1], value: pair[2], high: pair[3], view: 'P' };
  throw new Error(`${instruction.name} cannot be the first of a pair`);
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
  const renumber = (text: string, numbers: Map<number, number>) =>
    text.replace(/\b(JUMP|[ISFPCED])\((\d+)\)/g, (_, macro, n) => `${macro}(${numbers.get(Number(n))})`);
  const { prelude, value, high, view } = producerParts(first);
  // The second one may be a pair itself, with a value of its own.
  const x = ['x', 'y', 'z'].find((name) => !new RegExp(`\\bconst ${name}\\b`).test(second.body))!;
  // Constants of the first body, out of the way of the second's.
  const own = (text: string) =>
    renumber(text, firstWords).replace(
      /(?<![.\w])((?:a|b|c|o|m|p|q|h|k|l|t|v|[xyz]|[xyz]High|aLow|aHigh|bLow|bHigh|a0|a1|b0|b1|middle|carry)_*)\b(?!\()/g,
      '$1_',
    );
  const highPart = high === '' ? '' : `, ${x}High = ${own(high)}`;
  const keep = kept ? ` ${view}(${firstWords.get(1)}) = ${x};` : '';
  let body = second.body;
  if (view === 'P') {
    // The slot's index stands in the second body: `const p = P(2);` goes, and what is read through it is the value.
    const index = new RegExp(`const (\\w) = P\\(${word}\\);`).exec(body);
    if (!index) throw new Error(`${second.name} cannot be the second of a pair`);
    body = body.replace(index[0], '').replaceAll(`R[${index[1]}]`, x).replaceAll(`R[${index[1]} + 1]`, `${x}High`);
  } else body = body.replaceAll(`${view}(${word})`, x);
  return {
    name,
    length: next,
    hot: true,
    target: second.target === 0 ? 0 : secondWords.get(second.target)!,
    conditional: second.conditional,
    keptWord: kept ? firstWords.get(1) : undefined,
    body: `${own(prelude)} const ${x} = ${own(value)}${highPart};${keep} ${renumber(body, secondWords)}`,
  };
}

/** Two instructions one after the other: all words of the first, then those of the second. */
function sequence(first: Instruction, second: Instruction): Instruction {
  const shift = first.length - 1;
  const body = second.body.replace(/\b(JUMP|[ISFPCED])\((\d+)\)/g, (_, macro, n) => `${macro}(${Number(n) + shift})`);
  return {
    name: `${first.name}And${second.name}`,
    length: first.length + second.length - 1,
    hot: true,
    target: second.target === 0 ? 0 : second.target + shift,
    conditional: second.conditional,
    body: `${first.body} ${body}`,
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
