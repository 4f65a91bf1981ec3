// Types of WIT with values of each: nested, empty, at the limits, and text that is not ASCII. 64-bit integers are BigInts.

export const DECLARATIONS = `record point { x: s32, y-pos: option<string> }
enum colour { red, dark-green }
flags perms { read, write-it }
variant shape { dot(point), none, text(string), big(u64), f(f32), d(f64) }`;

const TEXTS = ['', 'a', 'é€😀', 'x'.repeat(255), 'é'.repeat(128)];
const point = { x: -4, yPos: 'ü' };

/** Types, each with values. A result that is not nested is given as what its function returns: `[ok]`. */
export const TYPED_VALUES: readonly (readonly [type: string, values: readonly unknown[]])[] = [
  ['bool', [true, false]],
  ['s8', [-128, 127]],
  ['u8', [0, 255]],
  ['s16', [-32768, 32767]],
  ['u16', [65535]],
  ['s32', [-2147483648, 2147483647]],
  ['u32', [4294967295]],
  ['s64', [-1n, 2n ** 63n - 1n]],
  ['u64', [2n ** 64n - 1n, 0n]],
  ['f32', [1.5, -0.25]],
  ['f64', [0.5, 1e300]],
  ['char', ['a', '€', '😀']],
  ['string', TEXTS],
  ['colour', ['red', 'dark-green']],
  ['perms', [{ read: true, writeIt: false }]],
  ['point', [point, { x: 1, yPos: undefined }]],
  ['tuple<u8, string, f64>', [[1, 'é', 2.5]]],
  [
    'shape',
    [
      { tag: 'dot', val: point },
      { tag: 'none' },
      { tag: 'text', val: 'é' },
      { tag: 'big', val: 2n ** 63n },
      { tag: 'f', val: 1.5 },
      { tag: 'd', val: -0.125 },
    ],
  ],
  ['option<u32>', [undefined, 0, 5]],
  ['option<string>', [undefined, '', 'x']],
  ['option<option<u8>>', [{ tag: 'none' }, { tag: 'some', val: undefined }, { tag: 'some', val: 4 }]],
  ['list<u8>', [0, 1, 255, 256].map((length) => Uint8Array.from({ length }, (_, at) => at))],
  ['list<s16>', [Int16Array.of(-1, 2)]],
  ['list<f32>', [Float32Array.of(0.5)]],
  ['list<string>', [[], TEXTS]],
  ['list<point>', [[point, { x: 2, yPos: undefined }], []]],
  ['list<list<string>>', [[['a'], [], ['b', 'é']]]],
  ['list<shape>', [[{ tag: 'none' }, { tag: 'big', val: 1n }, { tag: 'text', val: 'u' }]]],
  ['list<option<f64>>', [[1, undefined]]],
  ['list<bool>', [[true, false]]],
  ['list<char>', [['a', '€']]],
  ['list<perms>', [[{ read: true, writeIt: true }]]],
  ['tuple<shape, option<string>>', [[{ tag: 'f', val: 2 }, 'k']]],
  [
    'list<result<string, point>>',
    [
      [
        { tag: 'ok', val: 's' },
        { tag: 'err', val: { x: 1, yPos: undefined } },
        { tag: 'ok', val: '' },
      ],
    ],
  ],
];
