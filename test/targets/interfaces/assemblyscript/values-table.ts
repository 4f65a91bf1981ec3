// Functions of the module beside this file, each with values that it returns as they are. 64-bit integers are BigInts.

const point = { x: -4, y: 0.5, isThere: true, name: 'é', next: null, stamp: -1n, list: ['a', '😀'] };

export const POINT = point;

export const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  ofBool: [true, false],
  ofI8: [-128, 127],
  ofU8: [0, 255],
  ofI16: [-32768, 32767],
  ofU16: [65535],
  ofI32: [-2147483648],
  ofU32: [4294967295],
  ofI64: [-1n, 2n ** 63n - 1n],
  ofU64: [2n ** 64n - 1n, 0n],
  ofUsize: [3],
  ofF32: [1.5, -0.25],
  ofF64: [1e300, 0.5],
  ofString: ['', 'a', 'é€😀', 'x'.repeat(255), 'é'.repeat(128)],
  ofNullString: [null, '', 'x'],
  ofUint8Array: [0, 1, 255, 256].map((length) => Uint8Array.from({ length }, (_, at) => at)),
  ofClamped: [Uint8ClampedArray.of(1, 255)],
  ofInt16Array: [Int16Array.of(-1, 2)],
  ofFloat32Array: [Float32Array.of(0.5)],
  ofFloat64Array: [Float64Array.of(0.25), null],
  ofInt64Array: [BigInt64Array.of(-1n, 5n)],
  ofBuffer: [Uint8Array.of(1, 2, 3).buffer, new ArrayBuffer(0)],
  ofNumbers: [[1, -2], []],
  ofDoubles: [[0.5, -1]],
  ofLongs: [[2n ** 64n - 1n, 0n]],
  ofBools: [[true, false]],
  ofStrings: [['a', 'é', ''], []],
  ofNullStrings: [['a', null]],
  ofNested: [[[Uint8Array.of(1)], [], [Uint8Array.of(), Uint8Array.of(2, 3)]]],
  ofStaticNumbers: [[1, -2], []],
  ofStaticStrings: [['a', 'b']],
  ofPoint: [point, { ...point, next: point }],
  ofPoints: [[point, point], []],
};
