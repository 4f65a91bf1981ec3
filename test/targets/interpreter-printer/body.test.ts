// Bodies of instructions, read into parts and printed in dialects.
import { describe, expect, it } from 'vitest';
import {
  type Dialect,
  endsWith,
  hasPart,
  mapBody,
  printBody,
  readBody,
  withNames,
} from '../../../targets/interpreter-printer/body.js';
import { instructions } from '../../../targets/interpreter-printer/instructions.js';

const plain: Dialect = { macros: {}, slots: {} };

describe('a body', () => {
  it('is printed as it stands where a dialect has no form of its own', () => {
    for (const text of [
      'const a = f(1, g(b)), c = x.y[d]; if (a >= 0x7f || !c) z[a + 1] = c;',
      '(highWord = 1.5e3, R[d] = x, memoryOf(c).pages)',
      'for (let at = 0; at < n; at++) R[at] = 0;',
      'state[State.Fuel] -= 1; CHANGE() FRAME',
    ]) {
      expect(printBody(text, plain)).toBe(text);
    }
  });

  it('prints the bodies of all instructions back', () => {
    for (const { body } of instructions) expect(readBody(printBody(body, plain))).toEqual(body);
  });

  it('has macros whose operands have macros', () => {
    const dialect: Dialect = {
      slots: { I: (word) => ['R', `fp + ${word}`] },
      macros: {
        NEXT: () => 'pc + 3',
        TWICE: (print, value) => print(`PAIR(${value}, ${value})`),
        PAIR: (_, a, b) => `[${a}|${b}]`,
      },
      element: (array, index) => `${array.toLowerCase()}{${index}}`,
    };
    expect(printBody('I(1) = TWICE(I(2) + R[NEXT]);', dialect)).toBe(
      'r{fp + 1} = [r{fp + 2} + r{pc + 3}|r{fp + 2} + r{pc + 3}];',
    );
  });

  it('tells writes from comparisons, and from what is assigned within an expression', () => {
    const write = (text: string) => {
      const dialect: Dialect = { ...plain, write: (_, array, index, value) => `<${array} ${index} ${value}>` };
      return printBody(text, dialect);
    };
    expect(write('R[a] = R[b];')).toBe('<R a R[b]>');
    expect(write('if (R[a] === b) R[c] = (d, e);')).toBe('if (R[a] === b) <R c (d, e)>');
    expect(write('f(R[a] = b);')).toBe('f(R[a] = b);');
  });

  it('tells the names that it declares', () => {
    const seen: string[][] = [];
    const dialect: Dialect = { ...plain, declaration: (names, declared) => `${seen.push(names)}: ${declared};` };
    expect(printBody('const a = f(b, c), d = (e, g); const h = 1;', dialect)).toBe(
      '1: a = f(b, c), d = (e, g); 2: h = 1;',
    );
    expect(seen).toEqual([['a', 'd'], ['h']]);
  });

  it('is refused where a bracket is not closed, or what is declared has no value', () => {
    expect(() => readBody('f(a')).toThrow('there is no');
    expect(() => readBody('const a;')).toThrow('no name or no value');
  });

  it('ends by leaving only on no condition', () => {
    const leaves = (text: string) => endsWith(readBody(text), ['EXIT', 'POP']);
    expect(leaves('a = 1; EXIT(b) ')).toBe(true);
    expect(leaves('POP')).toBe(true);
    expect(leaves('if (a) EXIT(b)')).toBe(false);
    expect(leaves('EXIT(b) a = 1;')).toBe(false);
  });

  it('can be searched and changed at any depth', () => {
    const body = readBody('const a = f(x[D(3)]); y[b] = x;');
    expect(hasPart(body, (part) => part.kind === 'call' && part.name === 'D')).toBe(true);
    expect(hasPart(body, (part) => part.kind === 'call' && part.name === 'E')).toBe(false);
    const changed = mapBody(body, (part) =>
      part.kind === 'name' && part.name === 'x' ? { kind: 'name', name: 'z' } : part,
    );
    expect(printBody(changed, plain)).toBe('const a = f(x[D(3)]); y[b] = z;');
  });

  it('has its names replaced, and no members', () => {
    expect(withNames('a + b.a - ab', new Map([['a', '(I(1))']]))).toBe('(I(1)) + b.a - ab');
  });
});
