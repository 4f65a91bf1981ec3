// Values of every type of WIT on Node, as arguments, results and those of imports: compared with jco, on both tiers.
import { beforeAll, describe, expect, it } from 'vitest';
import {
  assembleText,
  createCompilingWebAssembly,
  createWebAssembly,
  instantiateTyped,
  type TypedOptions,
} from '../../../targets/node/index.js';
import { BORDER_DECLARATIONS, BORDER_VALUES } from '../interfaces/border-values.js';
import { echoModule } from '../interfaces/echo-module.js';
import { componentOf, instantiateByJco } from '../interfaces/jco.js';
import { DECLARATIONS, TYPED_VALUES } from '../interfaces/typed-values.js';
import { platform } from './transcript.js';

type Echo = Record<string, (value: unknown) => unknown>;

/** Functions that note what they are given, and return it. */
function imports(count: number, seen: unknown[]): Record<string, (value: unknown) => unknown> {
  const give = (value: unknown) => {
    seen.push(value);
    return value;
  };
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`give${at}`, give]));
}

describe('a value that has no members', () => {
  it('is told where an object has to be', async () => {
    const echo = echoModule(['point', 'list<tuple<u8>>', 'shape', 'option<point>'], DECLARATIONS);
    const given = Object.fromEntries([0, 1, 2, 3].map((at) => [`give${at}`, (value: unknown) => value]));
    const typed = instantiateTyped(await assembleText(echo.wat), given, { wit: echo.wit }) as Echo;
    expect(() => typed.echo0(null)).toThrow('expected an object, found null');
    expect(() => typed.echo1([undefined])).toThrow('expected an object, found undefined');
    expect(() => typed.echo2(undefined)).toThrow('expected an object, found undefined');
    expect(typed.echo3(null)).toBeUndefined();
  });
});

describe.each([
  ['values of every type', TYPED_VALUES, DECLARATIONS],
  ['values at the borders of the Canonical ABI', BORDER_VALUES, BORDER_DECLARATIONS],
] as const)('%s', (_, table, declarations) => {
  const { wit, wat } = echoModule(
    table.map(([type]) => type),
    declarations,
  );
  const seenByJco: unknown[] = [];
  let bytes: Uint8Array;
  let component: Uint8Array;
  let jco: Echo;

  beforeAll(async () => {
    bytes = await assembleText(wat);
    component = await componentOf(bytes, wit);
    const given = Object.entries(imports(table.length, seenByJco)).map(([, give], at) => [
      `give-${at}`,
      { default: give },
    ]);
    jco = (await instantiateByJco(component, Object.fromEntries(given))) as Echo;
  }, 60_000);

  it.each<[string, TypedOptions['WebAssembly']]>([
    ['interpreted', createWebAssembly() as TypedOptions['WebAssembly']],
    ['translated', createCompilingWebAssembly() as TypedOptions['WebAssembly']],
    ['of the platform', platform as unknown as TypedOptions['WebAssembly']],
    ['of the component itself', undefined],
  ])('are those of jco: %s', (_, namespace) => {
    const seen: unknown[] = [];
    const typed = (
      namespace === undefined
        ? instantiateTyped(component, imports(table.length, seen))
        : instantiateTyped(bytes, imports(table.length, seen), { wit, WebAssembly: namespace })
    ) as Echo;
    seenByJco.length = 0;
    for (const [at, [type, values]] of table.entries()) {
      for (const value of values) {
        const expected = jco[`echo${at}`](value);
        expect([type, typed[`echo${at}`](value)]).toStrictEqual([type, expected]);
        expect([type, expected]).toStrictEqual([type, value]);
      }
    }
    expect(seen).toStrictEqual(seenByJco);
  });
});
