// Module text to binary, without validation: invalid modules have to reach the engine as they were written.
// wabt writes what it is given; binaryen knows custom page sizes, which wabt does not; by hand what both refuse.
import binaryen from 'binaryen';
import wabt from 'wabt';
import { headOf, type List, type Node } from './s-expression.js';
import type { ModuleSource } from './script.js';

/** No assembler writes this module. */
export class AssemblerRefusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AssemblerRefusal';
  }
}

export type Assemble = (module: ModuleSource) => Uint8Array;

const FEATURES = {
  exceptions: true,
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  simd: true,
  multi_value: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  multi_memory: true,
  memory64: true,
  extended_const: true,
};

export async function createAssembler(): Promise<Assemble> {
  const { parseWat } = await wabt();

  function assembleWithWabt(text: Uint8Array): Uint8Array {
    // wabt ignores the offset and length of a view and reads its whole buffer: the copy has one of its own.
    const parsed = parseWat('module.wat', new Uint8Array(text), FEATURES);
    try {
      return withDataCount(parsed.toBinary({ write_debug_names: false }).buffer, text);
    } finally {
      parsed.destroy();
    }
  }

  return (module) => {
    if (module.form === 'binary') return module.bytes;
    const characters = new TextDecoder('latin1').decode(module.text);
    try {
      if (characters.search(WIDE_ARITHMETIC) >= 0) return assembleWideArithmetic(characters, assembleWithWabt);
      if (!characters.includes('(pagesize ')) return assembleWithWabt(module.text);
      return (module.form === 'text' && assembleMemory(module.tree)) || assembleWithBinaryen(module.text);
    } catch (error) {
      throw new AssemblerRefusal(messageOf(error));
    }
  };
}

const CODE_SECTION = 10;
const DATA_SECTION = 11;
const DATA_COUNT_SECTION = 12;

/** wabt leaves the data count out where there are no data segments, and memory.init without it is malformed. */
function withDataCount(binary: Uint8Array, text: Uint8Array): Uint8Array {
  if (!/memory\.init|data\.drop/.test(new TextDecoder('latin1').decode(text))) return binary;
  let at = 8;
  let code = -1;
  while (at < binary.length) {
    const id = binary[at];
    if (id === DATA_COUNT_SECTION || id === DATA_SECTION) return binary;
    if (id === CODE_SECTION) code = at;
    let size = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      size |= (binary[++at] & 0x7f) << shift;
      more = binary[at] >= 0x80;
    }
    at += 1 + size;
  }
  if (code < 0) return binary;
  return Uint8Array.of(...binary.subarray(0, code), DATA_COUNT_SECTION, 1, 0, ...binary.subarray(code));
}

/**
 * Custom page sizes. binaryen's own tree drops unreachable code and reorders sections, so it must get nothing else that
 * validation has to refuse.
 */
function assembleWithBinaryen(text: Uint8Array): Uint8Array {
  const parsed = binaryen.parseText(new TextDecoder().decode(text));
  try {
    return parsed.emitBinary();
  } finally {
    parsed.dispose();
  }
}

const WIDE_ARITHMETIC = /(?<=[(\s])i64\.(add128|sub128|mul_wide_s|mul_wide_u)(?=[)\s])/g;
const WIDE_OPCODES: Record<string, number> = { add128: 0x13, sub128: 0x14, mul_wide_s: 0x15, mul_wide_u: 0x16 };

/** Wide arithmetic: wabt assembles `local.tee` of a local that is not there, two bytes too, which is then replaced. */
function assembleWideArithmetic(characters: string, assemble: (text: Uint8Array) => Uint8Array): Uint8Array {
  const LOCAL_TEE = 0x22;
  const MISCELLANEOUS_PREFIX = 0xfc;
  const FIRST_LOCAL = 0x50;
  let written = 0;
  const text = characters.replace(WIDE_ARITHMETIC, (_, name) => {
    written++;
    return `local.tee ${FIRST_LOCAL + WIDE_OPCODES[name]}`;
  });
  const binary = assemble(Buffer.from(text, 'latin1'));
  let replaced = 0;
  for (let at = 0; at + 1 < binary.length; at++) {
    const opcode = binary[at + 1] - FIRST_LOCAL;
    if (binary[at] !== LOCAL_TEE || !Object.values(WIDE_OPCODES).includes(opcode)) continue;
    binary[at] = MISCELLANEOUS_PREFIX;
    binary[at + 1] = opcode;
    replaced++;
  }
  if (replaced !== written) throw new Error('bytes of the module look like the stand-in for a wide instruction');
  return binary;
}

/** A module of one memory, `(memory MIN MAX? (pagesize SIZE))`: binaryen refuses the sizes that validation has to. */
function assembleMemory(tree: Node[]): Uint8Array | undefined {
  if (tree.length !== 1 || headOf(tree[0]) !== 'memory') return undefined;
  const items = (tree[0] as List).items.slice(1);
  const pageSize = items.pop();
  if (headOf(pageSize) !== 'pagesize' || items.length < 1 || items.length > 2) return undefined;
  const numbers = [...items, (pageSize as List).items[1]].map((node) =>
    node.kind === 'atom' && /^(0x)?[0-9a-f_]+$/i.test(node.text) ? BigInt(node.text.replaceAll('_', '')) : -1n,
  );
  const exponent = numbers[numbers.length - 1].toString(2).length - 1;
  if (numbers.some((number) => number < 0n || number > 0xffffffffn) || 1n << BigInt(exponent) !== numbers.at(-1)) {
    return undefined;
  }
  const limits = numbers.slice(0, -1).flatMap(unsignedLeb128);
  const body = [1, 8 | (items.length - 1), ...limits, exponent];
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, body.length, ...body]);
}

function unsignedLeb128(value: bigint): number[] {
  const bytes: number[] = [];
  do {
    const rest = value >> 7n;
    bytes.push(Number(value & 0x7fn) | (rest > 0n ? 0x80 : 0));
    value = rest;
  } while (value > 0n);
  return bytes;
}

function messageOf(error: unknown): string {
  const message = String((error as Error)?.message ?? error);
  return message.replace(/^parseWat failed:\s*/, '').split('\n')[0];
}
