// Modules that grow in one respect at a time: loading has to stay linear in their size in each.

import { type Bytes, moduleBytes, repeat, SectionId, sized, text, unsigned, vector } from './binary.js';

export interface Growth {
  /** The part of the module that grows. */
  name: string;
  /** A module of about `scale` times the size of `build(1)`, which is of some ten kilobytes. */
  build(scale: number): Uint8Array;
}

enum Type {
  I32 = 0x7f,
  I64 = 0x7e,
  F64 = 0x7c,
  FuncRef = 0x70,
  Empty = 0x40,
  Function = 0x60,
}

enum Code {
  Nop = 0x01,
  Block = 0x02,
  Loop = 0x03,
  If = 0x04,
  Else = 0x05,
  End = 0x0b,
  Branch = 0x0c,
  BranchIf = 0x0d,
  BranchTable = 0x0e,
  Call = 0x10,
  Drop = 0x1a,
  LocalGet = 0x20,
  LocalSet = 0x21,
  LocalTee = 0x22,
  I32Load = 0x28,
  F64Load = 0x2b,
  I32Store = 0x36,
  I32Constant = 0x41,
  I64Constant = 0x42,
  I32LessThan = 0x48,
  I32Add = 0x6a,
  I32And = 0x71,
  I64Add = 0x7c,
  I64Multiply = 0x7e,
  F64Add = 0xa0,
  F64Multiply = 0xa2,
  I32WrapI64 = 0xa7,
}

/** Most functions here take an i32, return an i32, and have further locals i32, i64 and f64. */
const signature = [Type.Function, 1, Type.I32, 1, Type.I32];
const locals = [3, 1, Type.I32, 1, Type.I64, 1, Type.F64];

/** About what a compiler makes of a loop with a condition in it; as it stands, `to` is called. */
function statements(to: number): Bytes {
  return [
    [Code.Block, Type.Empty, Code.Loop, Type.Empty],
    [Code.LocalGet, 1, Code.LocalGet, 0, Code.I32LessThan, Code.BranchIf, 1],
    [Code.LocalGet, 0, Code.I32Load, 2, 16, Code.LocalTee, 1],
    [Code.If, Type.Empty, Code.LocalGet, 0, Code.LocalGet, 1, Code.I32Constant, 24, Code.I32Add],
    [Code.I32Store, 2, 8, Code.Else, Code.LocalGet, 2, Code.I64Constant, 0xe5, 0x00, Code.I64Multiply],
    [Code.LocalGet, 2, Code.I64Add, Code.LocalSet, 2, Code.End],
    [Code.LocalGet, 3, Code.LocalGet, 0, Code.F64Load, 3, 32, Code.F64Multiply],
    [Code.LocalGet, 3, Code.F64Add, Code.LocalSet, 3],
    [Code.LocalGet, 1, Code.I32Constant, 7, Code.I32And, Code.Call, ...unsigned(to), Code.LocalSet, 0],
    [Code.LocalGet, 2, Code.I32WrapI64, Code.BranchIf, 0, Code.End, Code.End],
  ].flat();
}

function body(code: Bytes): Bytes {
  return sized(locals.concat(code, [Code.LocalGet, 0, Code.End]));
}

/** Functions of the common type, a page of memory, and what else is given. */
function withFunctions(count: number, item: (index: number) => Bytes, others: [SectionId, Bytes][] = []): Uint8Array {
  const sections: [SectionId, Bytes][] = [
    [SectionId.Type, vector(1, () => signature)],
    [SectionId.Function, vector(count, () => [0])],
    [SectionId.Table, [1, Type.FuncRef, 0, ...unsigned(16384)]],
    [SectionId.Memory, [1, 0, 1]],
    ...others.filter(([id]) => id < SectionId.Code),
    [SectionId.Code, vector(count, item)],
    ...others.filter(([id]) => id > SectionId.Code),
  ];
  return moduleBytes(sections);
}

const one = () => body([]);

export const growths: Growth[] = [
  {
    name: 'functions',
    build: (scale) => withFunctions(160 * scale, (index) => body(repeat(2, () => statements(index >> 1)))),
  },
  {
    name: 'length of one function',
    build: (scale) => withFunctions(1, () => body(repeat(250 * scale, () => statements(0)))),
  },
  {
    name: 'nested blocks',
    build(scale) {
      // In eight functions, as the depth is limited; each level branches out of all of them.
      const depth = 128 * scale;
      const open = repeat(depth, () => [Code.Block, Type.Empty]);
      const close = repeat(depth, (index) => [
        Code.LocalGet,
        0,
        Code.BranchIf,
        ...unsigned(depth - index - 1),
        Code.Nop,
        Code.End,
      ]);
      return withFunctions(8, () => body(open.concat(close)));
    },
  },
  {
    name: 'operands on the stack',
    build(scale) {
      const depth = 256 * scale;
      const push = repeat(depth, () => [Code.LocalGet, 0]);
      const add = repeat(depth - 1, () => [Code.I32Add]);
      return withFunctions(8, () => body(push.concat(add, [Code.Drop])));
    },
  },
  {
    name: 'targets of br_table',
    build: (scale) =>
      withFunctions(8, () =>
        body([
          ...[Code.Block, Type.Empty, Code.LocalGet, 0, Code.BranchTable],
          ...vector(1000 * scale, () => [0]),
          ...[0, Code.End],
        ]),
      ),
  },
  {
    name: 'types',
    build(scale) {
      const count = 200 * scale;
      const bits = (index: number) => repeat(12, (bit) => [(index >> bit) & 1 ? Type.I64 : Type.I32]);
      return moduleBytes([[SectionId.Type, vector(count, (index) => [Type.Function, 12, ...bits(index), 0])]]);
    },
  },
  {
    name: 'exports',
    build: (scale) =>
      withFunctions(1, one, [
        [SectionId.Export, vector(400 * scale, (index) => [...text(`exported function ${index}`), 0, 0])],
      ]),
  },
  {
    name: 'element segments',
    build: (scale) =>
      withFunctions(1, one, [
        [
          SectionId.Element,
          vector(200 * scale, (index) => [
            0,
            Code.I32Constant,
            ...unsigned(index & 63),
            Code.End,
            ...vector(100, () => [0]),
          ]),
        ],
      ]),
  },
  {
    name: 'data segments',
    build: (scale) =>
      withFunctions(1, one, [
        [
          SectionId.Data,
          vector(400 * scale, (index) => [
            0,
            Code.I32Constant,
            ...unsigned(index & 63),
            Code.End,
            ...text('some data'),
          ]),
        ],
      ]),
  },
];
