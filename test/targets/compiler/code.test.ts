// Programs before they are printed: the tokens that printers put together are those that a parser reads of the text.
import { readFileSync } from 'node:fs';
import { tokenizer } from 'acorn';
import { describe, expect, it } from 'vitest';
import { translateForEspruino } from '../../../targets/compiler/javascript/espruino/module.js';
import { js, list, name, number, stringLiteral, TokenKind } from '../../../targets/compiler/javascript/trees/code.js';
import { readModule } from '../../../targets/module/read-module.js';

const kernels = readFileSync(new URL('../../../bench/espruino/kernels.wasm', import.meta.url));

const read = (text: string) =>
  [...tokenizer(text, { ecmaVersion: 'latest' })].map(({ start, end }) => text.slice(start, end));

describe('code', () => {
  it('has the tokens of its template, and of what is put in', () => {
    const code = js`if(${name('v1')}${'=='}${number(-2)})${name('f3')}(${list([name('a'), number(1)])});`;
    expect(code.tokens().map(({ text }) => text)).toEqual(read('if(v1==-2)f3(a,1);'));
    expect(code.print()).toBe('if(v1==-2)f3(a,1);');
  });

  it('has a string as one token, whatever is in it', () => {
    const text = '=== "quoted" \\ \u2028 \n f3( {"jit";';
    const literal = stringLiteral(text);
    expect(literal.kind).toBe(TokenKind.Text);
    expect(js`${literal}.length`.tokens()).toHaveLength(3);
    expect(new Function(`return ${js`${literal}`.print()}`)()).toBe(text);
  });

  it.each([undefined, { mostBytes: Number.POSITIVE_INFINITY, all: true }])(
    'of kernels has the tokens of its text',
    (jit) => {
      const code = readModule(kernels);
      const { functions } = translateForEspruino(code, {
        jit,
        memoryBytes: 65536,
        mostMemoryBytes: 65536,
        globalBits: () => [0, 0],
        tableEntries: code.tables.map(({ minimum }) => new Array(minimum).fill(-1)),
        fuel: true,
      });
      for (const each of functions) {
        const tokens = each.tokens.filter(({ kind, text }) => kind !== TokenKind.Space && text !== '');
        // A condition that functions ask for is one token here.
        expect(tokens.flatMap(({ kind, text }) => (kind === TokenKind.Word ? read(text) : [text]))).toEqual(
          read(each.print()),
        );
      }
    },
  );
});
