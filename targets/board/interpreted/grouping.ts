// Chooses which instructions of a module have a handler of their own on the board, and which share one. A handler costs JsVars even if
// its text is in flash. Instructions that run most often, as estimated from the code, are not shared.

import { handlers as ownTexts, shapes, shapeTexts } from '../generated/texts.js';

export interface InstructionUse {
  /** Words of the code at which it stands. */
  positions: number[];
  /** How often it runs, by the nesting of loops that it is in. */
  weight: number;
}

/** Handlers that a module may have before the rarer ones of them are put together: they take some 330 JsVars. */
const MOST_OWN = 64;
/** Free JsVars of the board for each instruction that keeps its own handler, in larger modules. */
const JS_VARS_FOR_OWN = 120;

/** How many instructions of a module with more than MOST_OWN have a handler of their own on a board. */
export const ownHandlersFor = (freeJsVars: number) => Math.min(MOST_OWN, Math.floor(freeJsVars / JS_VARS_FOR_OWN));

/** Bits of an operand that tell which instruction it is, behind the operand's own. */
const FIRST_BIT = 16;
const MOST_BITS = 15;

/** Numbers the instructions in `code`. If there are more than `limit`, so many keep a handler of their own. */
export function groupHandlers(
  code: Int32Array,
  uses: Map<string, InstructionUse>,
  own: number,
  limit = MOST_OWN,
): string[] {
  // An array is a list: what runs most comes first.
  const names = [...uses.keys()].sort((a, b) => uses.get(b)!.weight - uses.get(a)!.weight);
  const texts: string[] = [];
  const add = (text: string, members: string[]) => {
    for (const name of members) for (const position of uses.get(name)!.positions) code[position] = texts.length;
    texts.push(text);
  };
  const byShape = new Map<string, string[]>();
  if (names.length > limit) {
    const rare = names.slice(own);
    for (const name of rare) {
      const shape = shapes[name]?.shape;
      if (shape === undefined || uses.get(name)!.positions.some((at) => code[at + 1] >>> FIRST_BIT !== 0)) continue;
      byShape.set(shape, [...(byShape.get(shape) ?? []), name]);
    }
  }
  const shared = new Map<string, string>();
  for (const [shape, members] of byShape) {
    if (members.length > 1) for (const name of members) shared.set(name, shape);
  }
  for (const name of names) if (!shared.has(name)) add(ownTexts[name], [name]);
  for (const [shape, members] of byShape) {
    if (members.length < 2) continue;
    const { text, bits } = sharedHandler(shape, members);
    for (const name of members) {
      for (const position of uses.get(name)!.positions) code[position + 1] |= bits.get(name)!;
    }
    add(text, members);
  }
  return texts;
}

/** The handler of instructions of a shape, and what each of them adds to its first operand. */
export function sharedHandler(shape: string, members: readonly string[]): { text: string; bits: Map<string, number> } {
  const bits = new Map(members.map((name) => [name, 0]));
  let shift = FIRST_BIT;
  let selectors = '';
  const pieces = shapeTexts[shape].map((piece, index) => {
    if (index % 2 === 0) return piece;
    const letter = piece;
    const choices = [...new Set(members.map((name) => shapes[name].parts[letter]))];
    if (choices.length === 1) return choices[0];
    const width = 32 - Math.clz32(choices.length - 1);
    for (const name of members) {
      bits.set(name, bits.get(name)! | (choices.indexOf(shapes[name].parts[letter]) << shift));
    }
    const at = shift;
    shift += width;
    if (width === 1) return `(w & ${1 << at} ? ${choices[1]} : ${choices[0]})`;
    selectors += `, s${letter} = (w >> ${at}) & ${(1 << width) - 1}`;
    return choice(`s${letter}`, choices, 0);
  });
  if (shift - FIRST_BIT > MOST_BITS) throw new Error(`${shape}: an operand has no room for ${shift - FIRST_BIT} bits`);
  return { text: `var w = code[pc + 1]${selectors}; ${pieces.join('')}`, bits };
}

/** Returns code that selects one of the expressions, numbered from `from`. */
function choice(selector: string, choices: string[], from: number): string {
  if (choices.length === 1) return choices[0];
  const half = choices.length >> 1;
  const [less, more] = [
    choice(selector, choices.slice(0, half), from),
    choice(selector, choices.slice(half), from + half),
  ];
  return `(${selector} < ${from + half} ? ${less} : ${more})`;
}
