// One module for each memory access opcode: a function for every way an address and a value can be given.

import { Opcode } from '../../src/opcodes.js';
import {
  type Code,
  constant,
  globalGet,
  globalSet,
  i32,
  localGet,
  localSet,
  localTee,
  ModuleBuilder,
  memoryAccess,
  type NumberType,
} from './module-builder.js';
import type { OpcodeRow } from './opcode-rows.js';
import type { Form, OpcodeModule } from './opcodes.js';
import { bitsType, fromBits, toBits } from './opcodes.js';
import { operands } from './operands.js';

const { I32LtU, I32Add, I32Sub, I32And, I32Shl, I64ExtendI32U, I64Add, I64LtU } = Opcode;

export const PAGE = 65536;
/** Pages of the memory before and after it grows. */
const MINIMUM = 1;
export const MAXIMUM = 2;

const OFFSETS = [0, 1, 2, 3, 4, 7, 8, PAGE - 8, PAGE - 4, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE - 8, 2 * PAGE - 1].concat([
  0x3fffffff, 0x40000000, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff,
]);
const AROUND = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16];
const ADDRESSES = [
  ...AROUND,
  4096,
  ...AROUND.map((below) => PAGE - below),
  ...AROUND.map((below) => 2 * PAGE - below),
  ...[PAGE + 1, PAGE + 4, PAGE + 100, 2 * PAGE + 1, 0x3fffffff, 0x40000000, 0x7fffffff, 0x80000000],
  ...AROUND.slice(1).map((below) => 2 ** 32 - below),
].map(BigInt);
const FEW_OFFSETS = [0, 1, 8, PAGE - 4, PAGE, 0x80000000, 0xfffffff8, 0xffffffff];

/** Ways to give an address. Parameter 0 is the first part, parameter 1 the second. */
const addressForms: Record<string, { code: Code; parameters: number }> = {
  local: { code: localGet(0), parameters: 1 },
  global: { code: [...localGet(0), ...globalSet(0), ...globalGet(0)], parameters: 1 },
  sum: { code: [...localGet(0), ...localGet(1), I32Add], parameters: 2 },
  scaled: { code: [...localGet(0), ...localGet(1), ...i32(2), I32Shl, I32Add], parameters: 2 },
  scaledFirst: { code: [...localGet(1), ...i32(3), I32Shl, ...localGet(0), I32Add], parameters: 2 },
  scaledConstant: { code: [...localGet(0), ...i32(1), I32Shl, ...i32(16), I32Add], parameters: 1 },
  plus: { code: [...localGet(0), ...i32(12), I32Add], parameters: 1 },
  plusLeft: { code: [...i32(-8), ...localGet(0), I32Add], parameters: 1 },
  minus: { code: [...localGet(0), ...i32(4), I32Sub], parameters: 1 },
  aligned: { code: [...localGet(0), ...i32(-8), I32And], parameters: 1 },
  small: { code: [...localGet(0), ...i32(PAGE - 1), I32And], parameters: 1 },
  smallAligned: { code: [...localGet(0), ...i32(4095), I32And, ...i32(3), I32Shl], parameters: 1 },
  smallBefore: {
    code: [...localGet(0), ...i32(4095), I32And, ...i32(3), I32Shl, ...i32(1), I32Add],
    parameters: 1,
  },
  compared: { code: [...localGet(0), ...i32(8), I32LtU, ...i32(3), I32Shl], parameters: 1 },
  tee: { code: [...localGet(0), ...i32(4), I32Add, ...localTee(0)], parameters: 1 },
};
/** First parts of addresses that have two parts. */
const FIRST_PARTS = [0, 1, 4, 8, PAGE - 9, PAGE - 8, PAGE - 4, PAGE - 1, PAGE, 2 * PAGE - 8, 0xfffffffc].map(BigInt);
const SECOND_PARTS = [0, 1, 5, 0x3fff, 0x40000000, 0xffffffff].map(BigInt);

function contents(): Uint8Array {
  return Uint8Array.from({ length: MINIMUM * PAGE }, (_, index) => (index * 167 + (index >> 8) * 31 + 129) & 255);
}

/** A window of memory that starts behind address 0. */
export interface Window {
  start: number;
  /** Accesses below it trap by instructions of the module, for engines without windows. */
  isGuarded: boolean;
}

const WHOLE: Window = { start: 0, isGuarded: false };

interface Address {
  name: string;
  code: Code;
  inputs: Form['inputs'];
}

/** With `few`, each form at few offsets, and few constants. */
function* addresses(few: boolean, { start }: Window): Generator<Address & { offset: number }> {
  const around = start === 0 ? [] : [start - 4, start - 1, start, start + 4];
  for (const [name, { code, parameters }] of Object.entries(addressForms)) {
    const more = around.map(BigInt);
    const lists = parameters === 1 ? [[...ADDRESSES, ...more]] : [[...FIRST_PARTS, ...more], SECOND_PARTS];
    const inputs = lists.map((values) => ({ type: 'i32' as const, values }));
    for (const offset of !few && (name === 'local' || name === 'plus') ? OFFSETS : [...FEW_OFFSETS, ...around])
      yield { name, code, inputs, offset };
  }
  for (const address of few ? [...FIRST_PARTS, ...around.map(BigInt)] : ADDRESSES) {
    for (const offset of [...FEW_OFFSETS, ...around]) {
      yield { name: `constant ${address}`, code: constant('i32', address), inputs: [], offset };
    }
  }
}

/** Instructions that trap if the address on the stack plus the offset is below the window. */
function guard(offset: number, { start, isGuarded }: Window): Code {
  if (!isGuarded) return [];
  return [
    ...globalSet(1),
    ...globalGet(1),
    ...[I64ExtendI32U, ...constant('i64', BigInt(offset)), I64Add, ...constant('i64', BigInt(start)), I64LtU],
    ...[0x04, 0x40, 0x00, 0x0b],
    ...globalGet(1),
  ];
}

function memoryModule({ start, isGuarded }: Window): ModuleBuilder {
  const builder = new ModuleBuilder();
  builder.memory(MINIMUM, MAXIMUM);
  builder.export('memory', 'memory', 0);
  builder.global('i32', true, i32(0));
  if (isGuarded) builder.global('i32', true, i32(0));
  builder.data(start, contents().subarray(start));
  builder.define([], ['i32'], [], [...i32(1), 0x40, 0], 'grow');
  return builder;
}

export function loadModule({ code, result }: OpcodeRow, few = false, window = WHOLE): OpcodeModule {
  const builder = memoryModule(window);
  const forms: Form[] = [];
  for (const { name: address, code: addressCode, inputs, offset } of addresses(few, window)) {
    const parameters = inputs.map(() => 'i32' as const);
    const compute = [...addressCode, ...guard(offset, window), ...memoryAccess(code, offset)];
    const local = parameters.length;
    const uses: Record<string, Code> = {
      result: [...compute, ...toBits(result)],
      local: [...compute, ...localSet(local), ...localGet(local), ...toBits(result)],
    };
    for (const [use, body] of Object.entries(uses)) {
      const name = `${address} offset ${offset} -> ${use}`;
      builder.define(parameters, [bitsType(result)], [result], body, name);
      forms.push({ name, inputs, results: [{ type: result, exact: true }] });
    }
  }
  return { bytes: builder.build(), forms };
}

export function storeModule({ code, parameters }: OpcodeRow, few = false, window = WHOLE): OpcodeModule {
  const type: NumberType = parameters[1];
  const builder = memoryModule(window);
  const forms: Form[] = [];
  const values = operands[type];
  const add = (
    address: Address & { offset: number },
    value: bigint | 'local' | 'computed',
    given: readonly bigint[],
  ) => {
    const inputs = [...address.inputs];
    const valueLocal = inputs.length;
    if (typeof value !== 'bigint') inputs.push({ type, values: given });
    const types = inputs.map((input) => bitsType(input.type));
    const name = `${address.name} offset ${address.offset} value ${value} #${forms.length}`;
    const typed = types.length;
    const operand = [...localGet(valueLocal), ...fromBits(type)];
    const checked = [...address.code, ...guard(address.offset, window)];
    const body =
      typeof value === 'bigint'
        ? [...checked, ...constant(type, value)]
        : value === 'computed'
          ? [...checked, ...operand]
          : [...operand, ...localSet(typed), ...checked, ...localGet(typed)];
    builder.define(types, [], [type], [...body, ...memoryAccess(code, address.offset)], name);
    forms.push({ name, inputs, results: [] });
  };
  let next = 0;
  for (const address of addresses(few, window)) {
    const one = values[next++ % values.length];
    add(address, 'local', [one]);
    add(address, one, []);
    if (address.name === 'local' && address.offset < 8) {
      for (const value of values) add(address, value, []);
      add(address, 'computed', values);
    }
  }
  return { bytes: builder.build(), forms };
}
