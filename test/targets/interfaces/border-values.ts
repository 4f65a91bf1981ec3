// Types of WIT whose layout is at a border of the Canonical ABI, with values there: numbers of flags and cases for which one more
// byte is needed, payloads that share core values of different types, nested options and results, and more than 16 core values.

const names = (letter: string, count: number) => Array.from({ length: count }, (_, at) => `${letter}${at}`);
const FLAG_COUNTS = [1, 8, 9, 16, 17, 32];

export const BORDER_DECLARATIONS = `${FLAG_COUNTS.map((count) => `flags bits${count} { ${names('b', count).join(', ')} }`).join('\n')}
enum single { only }
enum cases256 { ${names('c', 256).join(', ')} }
enum cases257 { ${names('c', 257).join(', ')} }
variant wide257 { ${names('w', 256).join(', ')}, last(u64) }
record sample { label: string, at: u64, kind: option<char> }
record words { one: list<string>, other: list<list<string>> }
variant narrow { whole(s32), real(f32), letter(char) }
variant mixed { whole(s32), real(f32), long(s64), double(f64), pair(tuple<f32, f64>), riap(tuple<f64, f32>), text(string), all(list<u64>), none }
variant doubles { real(f32), double(f64) }
variant longs { double(f64), long(u64) }
variant nested { inner(mixed), maybe(option<narrow>), both(tuple<doubles, u8, longs>) }`;

/** Every flag, none, and each of those at the ends. */
function flagValues(count: number): Record<string, boolean>[] {
  const of = (isSet: (at: number) => boolean) =>
    Object.fromEntries(names('b', count).map((name, at) => [name, isSet(at)]));
  return [
    of(() => true),
    of(() => false),
    of((at) => at === 0),
    of((at) => at === count - 1),
    of((at) => at % 3 === 1),
  ];
}

const LARGEST = 2n ** 64n - 1n;
const MIXED = [
  { tag: 'whole', val: -2147483648 },
  { tag: 'real', val: -0.5 },
  { tag: 'long', val: -(2n ** 63n) },
  { tag: 'double', val: -1e-300 },
  { tag: 'pair', val: [0.25, -3.5] },
  { tag: 'riap', val: [-3.5, 0.25] },
  { tag: 'text', val: 'é€😀' },
  { tag: 'all', val: BigUint64Array.of(0n, LARGEST) },
  { tag: 'none' },
];
const NARROW = [
  { tag: 'whole', val: -1 },
  { tag: 'real', val: 3.4028234663852886e38 },
  { tag: 'letter', val: '😀' },
];
const sample = { label: 'ü', at: LARGEST, kind: '€' };
const bare = { label: '', at: 0n, kind: undefined };
const ok = (val?: unknown) => (val === undefined ? { tag: 'ok', val } : { tag: 'ok', val });
const err = (val?: unknown) => ({ tag: 'err', val });

export const BORDER_VALUES: readonly (readonly [type: string, values: readonly unknown[]])[] = [
  ...FLAG_COUNTS.map((count) => [`bits${count}`, flagValues(count)] as const),
  ['list<bits9>', [flagValues(9)]],
  ['tuple<u8, bits17, u8>', [[1, flagValues(17)[4], 255]]],
  ['tuple<u8, bits32, u8>', [[1, flagValues(32)[3], 255]]],
  ['single', ['only']],
  ['cases256', ['c0', 'c255']],
  ['cases257', ['c0', 'c255', 'c256']],
  ['list<cases256>', [['c255', 'c0', 'c128']]],
  ['list<cases257>', [['c256', 'c0', 'c255']]],
  ['wide257', [{ tag: 'w0' }, { tag: 'w255' }, { tag: 'last', val: LARGEST }]],
  ['list<wide257>', [[{ tag: 'last', val: 1n }, { tag: 'w255' }]]],
  ['narrow', NARROW],
  ['list<narrow>', [NARROW]],
  ['mixed', MIXED],
  ['list<mixed>', [MIXED]],
  [
    'doubles',
    [
      { tag: 'real', val: -1.5 },
      { tag: 'double', val: 0.1 },
    ],
  ],
  [
    'longs',
    [
      { tag: 'double', val: 0.1 },
      { tag: 'long', val: LARGEST },
    ],
  ],
  [
    'nested',
    [
      ...MIXED.map((val) => ({ tag: 'inner', val })),
      { tag: 'maybe', val: undefined },
      ...NARROW.map((val) => ({ tag: 'maybe', val })),
      { tag: 'both', val: [{ tag: 'double', val: 0.1 }, 7, { tag: 'long', val: 2n ** 63n }] },
    ],
  ],
  [
    'option<result<list<sample>, option<string>>>',
    [undefined, ok([]), ok([sample, bare]), err(undefined), err(''), err('é')],
  ],
  ['list<option<result<list<sample>, narrow>>>', [[undefined, ok([bare]), err(NARROW[1]), ok([sample, sample])]]],
  ['list<result>', [[ok(), err()]]],
  [
    'tuple<result<_, u64>, result<u8>, result>',
    [
      [ok(), err(), ok()],
      [err(LARGEST), ok(255), err()],
    ],
  ],
  ['option<result<_, string>>', [undefined, ok(), err('x')]],
  ['option<option<u8>>', [{ tag: 'none' }, { tag: 'some', val: undefined }, { tag: 'some', val: 255 }]],
  [
    'option<option<option<bool>>>',
    [undefined, { tag: 'none' }, { tag: 'some', val: undefined }, { tag: 'some', val: false }],
  ],
  [
    'option<option<option<option<u8>>>>',
    [{ tag: 'none' }, { tag: 'some', val: undefined }, { tag: 'some', val: { tag: 'some', val: 0 } }],
  ],
  ['option<bool>', [undefined, true, false]],
  [
    'tuple<char, string, char>',
    [
      ['\u{10ffff}', '', '\u{e000}'],
      ['\0', '\0a', '\ud7ff'],
    ],
  ],
  ['tuple<u8, tuple<u64>, u16, f32, u8>', [[255, [LARGEST], 65535, 0.5, 1]]],
  [
    'list<tuple<u8, u64, u16>>',
    [
      [
        [1, LARGEST, 2],
        [3, 0n, 65535],
      ],
    ],
  ],
  ['list<u64>', [BigUint64Array.of(), BigUint64Array.of(0n, LARGEST)]],
  ['list<s64>', [BigInt64Array.of(-(2n ** 63n), -1n)]],
  ['list<f64>', [Float64Array.of(Number.NaN, Infinity, -Infinity, 0.1)]],
  ['list<f32>', [Float32Array.of(Number.NaN, -Infinity)]],
  ['f64', [Number.NaN, -Infinity]],
  ['f32', [Number.NaN, Infinity]],
  [
    'words',
    [
      { one: [], other: [] },
      { one: ['', 'é'], other: [[], ['a', '', '😀'], ['']] },
    ],
  ],
  ['list<list<list<string>>>', [[], [[]], [[[]], [], [['a', ''], ['€']]]]],
  ['list<list<u8>>', [[Uint8Array.of(), Uint8Array.of(255, 0)]]],
  ['option<list<option<string>>>', [undefined, [], [undefined, '', 'x']]],
  [
    'tuple<u8, u16, u32, u64, f32, f64, char, string, bool, s8, s16, s32, s64, list<u8>, bits9>',
    [
      [
        255,
        65535,
        4294967295,
        LARGEST,
        0.5,
        0.1,
        '€',
        'é',
        true,
        -128,
        -32768,
        -2147483648,
        -(2n ** 63n),
        Uint8Array.of(1),
        flagValues(9)[3],
      ],
    ],
  ],
];
