// Value types, reference values and external kinds as they are encoded (core specification, 5.3 and 5.5.5).

export enum ValueType {
  I32 = 0x7f,
  I64 = 0x7e,
  F32 = 0x7d,
  F64 = 0x7c,
  V128 = 0x7b,
  FuncRef = 0x70,
  ExternRef = 0x6f,
  /** The type of an operand in unreachable code: matches every type (validation appendix). */
  Unknown = 0,
}

/** Numbers of sections (5.5.2). */
export enum Section {
  Custom = 0,
  Type = 1,
  Import = 2,
  Function = 3,
  Table = 4,
  Memory = 5,
  Global = 6,
  Export = 7,
  Start = 8,
  Element = 9,
  Code = 10,
  Data = 11,
  DataCount = 12,
}

export enum ExternalKind {
  Function = 0,
  Table = 1,
  Memory = 2,
  Global = 3,
}

/** A null reference in a slot or table entry; every other reference is a non-negative int32. */
export const NULL_REFERENCE = -1;

/** Returns the value type of a letter in a signature that a host writes: `iIfFrR`. */
export function valueTypeOfLetter(letter: string): ValueType {
  const type = 'i=I=f=F=r=R='.indexOf(letter + '=');
  if (type === 0) return ValueType.I32;
  if (type === 2) return ValueType.I64;
  if (type === 4) return ValueType.F32;
  if (type === 6) return ValueType.F64;
  if (type === 8) return ValueType.FuncRef;
  if (type === 10) return ValueType.ExternRef;
  return ValueType.Unknown;
}

/** The text format's name of a value type. */
export function valueTypeName(type: number): string {
  if (type === ValueType.I32) return 'i32';
  if (type === ValueType.I64) return 'i64';
  if (type === ValueType.F32) return 'f32';
  if (type === ValueType.F64) return 'f64';
  if (type === ValueType.V128) return 'v128';
  if (type === ValueType.FuncRef) return 'funcref';
  if (type === ValueType.ExternRef) return 'externref';
  return 'unknown';
}

export function isReferenceType(type: number): boolean {
  return type === ValueType.FuncRef || type === ValueType.ExternRef;
}

export function is64Bit(type: number): boolean {
  return type === ValueType.I64 || type === ValueType.F64;
}
