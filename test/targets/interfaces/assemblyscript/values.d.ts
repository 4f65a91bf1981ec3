declare namespace __AdaptedExports {
  /** Exported memory */
  export const memory: WebAssembly.Memory;
  // Exported runtime interface
  export function __new(size: number, id: number): number;
  export function __pin(ptr: number): number;
  export function __unpin(ptr: number): void;
  export function __collect(): void;
  export const __rtti_base: number;
  /**
   * values/ofBool
   * @param value `bool`
   * @returns `bool`
   */
  export function ofBool(value: boolean): boolean;
  /**
   * values/ofI8
   * @param value `i8`
   * @returns `i8`
   */
  export function ofI8(value: number): number;
  /**
   * values/ofU8
   * @param value `u8`
   * @returns `u8`
   */
  export function ofU8(value: number): number;
  /**
   * values/ofI16
   * @param value `i16`
   * @returns `i16`
   */
  export function ofI16(value: number): number;
  /**
   * values/ofU16
   * @param value `u16`
   * @returns `u16`
   */
  export function ofU16(value: number): number;
  /**
   * values/ofI32
   * @param value `i32`
   * @returns `i32`
   */
  export function ofI32(value: number): number;
  /**
   * values/ofU32
   * @param value `u32`
   * @returns `u32`
   */
  export function ofU32(value: number): number;
  /**
   * values/ofI64
   * @param value `i64`
   * @returns `i64`
   */
  export function ofI64(value: bigint): bigint;
  /**
   * values/ofU64
   * @param value `u64`
   * @returns `u64`
   */
  export function ofU64(value: bigint): bigint;
  /**
   * values/ofUsize
   * @param value `usize`
   * @returns `usize`
   */
  export function ofUsize(value: number): number;
  /**
   * values/ofF32
   * @param value `f32`
   * @returns `f32`
   */
  export function ofF32(value: number): number;
  /**
   * values/ofF64
   * @param value `f64`
   * @returns `f64`
   */
  export function ofF64(value: number): number;
  /**
   * values/ofString
   * @param value `~lib/string/String`
   * @returns `~lib/string/String`
   */
  export function ofString(value: string): string;
  /**
   * values/ofNullString
   * @param value `~lib/string/String | null`
   * @returns `~lib/string/String | null`
   */
  export function ofNullString(value: string | null): string | null;
  /**
   * values/ofUint8Array
   * @param value `~lib/typedarray/Uint8Array`
   * @returns `~lib/typedarray/Uint8Array`
   */
  export function ofUint8Array(value: Uint8Array): Uint8Array;
  /**
   * values/ofClamped
   * @param value `~lib/typedarray/Uint8ClampedArray`
   * @returns `~lib/typedarray/Uint8ClampedArray`
   */
  export function ofClamped(value: Uint8ClampedArray): Uint8ClampedArray;
  /**
   * values/ofInt16Array
   * @param value `~lib/typedarray/Int16Array`
   * @returns `~lib/typedarray/Int16Array`
   */
  export function ofInt16Array(value: Int16Array): Int16Array;
  /**
   * values/ofFloat32Array
   * @param value `~lib/typedarray/Float32Array`
   * @returns `~lib/typedarray/Float32Array`
   */
  export function ofFloat32Array(value: Float32Array): Float32Array;
  /**
   * values/ofFloat64Array
   * @param value `~lib/typedarray/Float64Array | null`
   * @returns `~lib/typedarray/Float64Array | null`
   */
  export function ofFloat64Array(value: Float64Array | null): Float64Array | null;
  /**
   * values/ofInt64Array
   * @param value `~lib/typedarray/Int64Array`
   * @returns `~lib/typedarray/Int64Array`
   */
  export function ofInt64Array(value: BigInt64Array): BigInt64Array;
  /**
   * values/ofBuffer
   * @param value `~lib/arraybuffer/ArrayBuffer`
   * @returns `~lib/arraybuffer/ArrayBuffer`
   */
  export function ofBuffer(value: ArrayBuffer): ArrayBuffer;
  /**
   * values/ofNumbers
   * @param value `~lib/array/Array<i32>`
   * @returns `~lib/array/Array<i32>`
   */
  export function ofNumbers(value: Array<number>): Array<number>;
  /**
   * values/ofDoubles
   * @param value `~lib/array/Array<f64>`
   * @returns `~lib/array/Array<f64>`
   */
  export function ofDoubles(value: Array<number>): Array<number>;
  /**
   * values/ofLongs
   * @param value `~lib/array/Array<u64>`
   * @returns `~lib/array/Array<u64>`
   */
  export function ofLongs(value: Array<bigint>): Array<bigint>;
  /**
   * values/ofBools
   * @param value `~lib/array/Array<bool>`
   * @returns `~lib/array/Array<bool>`
   */
  export function ofBools(value: Array<boolean>): Array<boolean>;
  /**
   * values/ofStrings
   * @param value `~lib/array/Array<~lib/string/String>`
   * @returns `~lib/array/Array<~lib/string/String>`
   */
  export function ofStrings(value: Array<string>): Array<string>;
  /**
   * values/ofNullStrings
   * @param value `~lib/array/Array<~lib/string/String|null>`
   * @returns `~lib/array/Array<~lib/string/String|null>`
   */
  export function ofNullStrings(value: Array<string | null>): Array<string | null>;
  /**
   * values/ofNested
   * @param value `~lib/array/Array<~lib/array/Array<~lib/typedarray/Uint8Array>>`
   * @returns `~lib/array/Array<~lib/array/Array<~lib/typedarray/Uint8Array>>`
   */
  export function ofNested(value: Array<Array<Uint8Array>>): Array<Array<Uint8Array>>;
  /**
   * values/ofStaticNumbers
   * @param value `~lib/staticarray/StaticArray<i16>`
   * @returns `~lib/staticarray/StaticArray<i16>`
   */
  export function ofStaticNumbers(value: ArrayLike<number>): ArrayLike<number>;
  /**
   * values/ofStaticStrings
   * @param value `~lib/staticarray/StaticArray<~lib/string/String>`
   * @returns `~lib/staticarray/StaticArray<~lib/string/String>`
   */
  export function ofStaticStrings(value: ArrayLike<string>): ArrayLike<string>;
  /**
   * values/ofPoint
   * @param value `values/Point`
   * @returns `values/Point`
   */
  export function ofPoint(value: __Record20<undefined>): __Record20<never>;
  /**
   * values/ofPoints
   * @param value `~lib/array/Array<values/Point>`
   * @returns `~lib/array/Array<values/Point>`
   */
  export function ofPoints(value: Array<__Record20<undefined>>): Array<__Record20<never>>;
  /**
   * values/makePerson
   * @param name `~lib/string/String`
   * @param age `i32`
   * @returns `values/Person`
   */
  export function makePerson(name: string, age: number): __Internref22;
  /**
   * values/nameOf
   * @param person `values/Person`
   * @returns `~lib/string/String`
   */
  export function nameOf(person: __Internref22): string;
  /**
   * values/older
   * @param one `values/Person`
   * @param other `values/Person | null`
   * @returns `values/Person | null`
   */
  export function older(one: __Internref22, other: __Internref22 | null): __Internref22 | null;
  /**
   * values/crowd
   * @param names `~lib/array/Array<~lib/string/String>`
   * @param person `values/Person`
   * @returns `~lib/array/Array<values/Person>`
   */
  export function crowd(names: Array<string>, person: __Internref22): Array<__Internref22>;
  /**
   * values/ages
   * @param people `~lib/array/Array<values/Person>`
   * @returns `~lib/array/Array<i32>`
   */
  export function ages(people: Array<__Internref22>): Array<number>;
  /**
   * values/ageMap
   * @param people `~lib/array/Array<values/Person>`
   * @returns `~lib/map/Map<~lib/string/String,i32>`
   */
  export function ageMap(people: Array<__Internref22>): __Internref25;
  /**
   * values/ageIn
   * @param map `~lib/map/Map<~lib/string/String,i32>`
   * @param name `~lib/string/String`
   * @returns `i32`
   */
  export function ageIn(map: __Internref25, name: string): number;
  /**
   * values/adder
   * @param by `i32`
   * @returns `(i32) => i32`
   */
  export function adder(by: number): __Internref26;
  /**
   * values/apply
   * @param run `(i32) => i32`
   * @param value `i32`
   * @returns `i32`
   */
  export function apply(run: __Internref26, value: number): number;
  /**
   * values/join
   * @param one `~lib/string/String`
   * @param other `~lib/string/String`
   * @param times `i32`
   * @returns `~lib/string/String`
   */
  export function join(one: string, other?: string, times?: number): string;
  /** values/Colour */
  export enum Colour {
    /** @type `i32` */
    Red,
    /** @type `i32` */
    Green,
    /** @type `i32` */
    Blue,
  }
  /**
   * values/nextColour
   * @param colour `i32`
   * @returns `i32`
   */
  export function nextColour(colour: number): number;
  /** values/VERSION */
  export const VERSION: {
    /** @type `~lib/string/String` */
    get value(): string
  };
  /** values/counter */
  export const counter: {
    /** @type `i32` */
    get value(): number;
    set value(value: number);
  };
  /** values/label */
  export const label: {
    /** @type `~lib/string/String` */
    get value(): string;
    set value(value: string);
  };
  /** values/isOn */
  export const isOn: {
    /** @type `bool` */
    get value(): boolean;
    set value(value: boolean);
  };
  /** values/ticks */
  export const ticks: {
    /** @type `i64` */
    get value(): bigint;
    set value(value: bigint);
  };
  /**
   * values/throughText
   * @param text `~lib/string/String`
   * @returns `~lib/string/String`
   */
  export function throughText(text: string): string;
  /**
   * values/throughMany
   * @param texts `~lib/array/Array<~lib/string/String>`
   * @returns `~lib/string/String`
   */
  export function throughMany(texts: Array<string>): string;
  /**
   * values/throughPoint
   * @param point `values/Point | null`
   * @returns `values/Point | null`
   */
  export function throughPoint(point: __Record20<undefined> | null): __Record20<never> | null;
  /**
   * values/throughPerson
   * @param person `values/Person`
   * @returns `~lib/string/String`
   */
  export function throughPerson(person: __Internref22): string;
  /**
   * values/throughNumber
   * @param value `i32`
   * @returns `i32`
   */
  export function throughNumber(value: number): number;
  /**
   * values/fail
   * @param why `~lib/string/String`
   */
  export function fail(why: string): void;
  /**
   * values/heap
   * @returns `usize`
   */
  export function heap(): number;
}
/** values/Point */
declare interface __Record20<TOmittable> {
  /** @type `i32` */
  x: number | TOmittable;
  /** @type `f64` */
  y: number | TOmittable;
  /** @type `bool` */
  isThere: boolean | TOmittable;
  /** @type `~lib/string/String` */
  name: string;
  /** @type `values/Point | null` */
  next: __Record20<undefined> | null | TOmittable;
  /** @type `i64` */
  stamp: bigint | TOmittable;
  /** @type `~lib/array/Array<~lib/string/String>` */
  list: Array<string>;
}
/** values/Person */
declare class __Internref22 extends Number {
  private __nominal22: symbol;
  private __nominal0: symbol;
}
/** ~lib/map/Map<~lib/string/String,i32> */
declare class __Internref25 extends Number {
  private __nominal25: symbol;
  private __nominal0: symbol;
}
/** ~lib/function/Function<%28i32%29=>i32> */
declare class __Internref26 extends Number {
  private __nominal26: symbol;
  private __nominal0: symbol;
}
/** Instantiates the compiled WebAssembly module with the given imports. */
export declare function instantiate(module: WebAssembly.Module, imports: {
  env: unknown,
  host: unknown,
}): Promise<typeof __AdaptedExports>;
