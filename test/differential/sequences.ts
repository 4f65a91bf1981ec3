// Pairs of instructions of which the second takes the result of the first: every pair that fits, since lowering joins many
// of them into one. Operands besides that result are locals or constants.
import { Opcode } from '../../src/opcodes.js';
import {
  type Code,
  constant,
  EMPTY_BLOCK,
  i32,
  localGet,
  localSet,
  localTee,
  ModuleBuilder,
  memoryAccess,
  type NumberType,
  opcode,
} from './module-builder.js';
import { type ResultType, resultOf } from './nan.js';
import { loadRows, type OpcodeRow, opcodeRows, storeRows } from './opcode-rows.js';
import { bitsType, type Form, fromBits, type OpcodeModule, toBits } from './opcodes.js';
import { bitsOfF32, bitsOfF64, operands } from './operands.js';
import { Random } from './random.js';

const { Block, If, Else, End, BrIf, Return, I32Eqz } = Opcode;

const OFFSET = 8;

/** A memory of one page, filled. */
export const PAGE = 65536;

/** Floats of which no operation makes a NaN: its bits, open as they are, would be seen by the second instruction. */
const TAME = [1, 1.5, 3, 0.1, 1e6, 2 ** 31, 1e-20];
/** Opcodes that show the bits of a NaN, or its sign. */
const OBSERVES_BITS = /store|reinterpret_f|copysign|neg|abs/;

/** How many calls each pair is given. */
const CALLS = 4;

const accessCodes = new Set([...loadRows, ...storeRows].map(({ code }) => code));
/** Everything whose result the next instruction may take. */
export const firstRows: OpcodeRow[] = [...opcodeRows, ...loadRows];
const secondRows: OpcodeRow[] = [...opcodeRows, ...loadRows, ...storeRows];

function instruction(row: OpcodeRow): Code {
  return accessCodes.has(row.code) ? memoryAccess(row.code, OFFSET) : opcode(row.code);
}

/** An address, any value, or one that makes no NaN. */
type Kind = 'address' | 'any' | 'tame';

const tame = { f32: TAME.map(bitsOfF32), f64: TAME.map(bitsOfF64) };

function isFloat(type: NumberType): type is 'f32' | 'f64' {
  return type === 'f32' || type === 'f64';
}

/** Parameters are locals 0 to 2; behind them, each type has a local for each place: two of the first, one of the second. */
const LOCALS = (['i32', 'i64', 'f32', 'f64'] as const).flatMap((type) => [type, type, type]);
const PARAMETERS = 3;

/** The pairs that begin with one opcode, in a module. */
export function sequenceModule(first: OpcodeRow): OpcodeModule {
  const random = new Random(first.code);
  const builder = new ModuleBuilder();
  builder.memory(1, 1);
  builder.export('memory', 'memory', 0);
  builder.data(
    0,
    Uint8Array.from({ length: PAGE }, (_, index) => (index * 73 + (index >> 7) * 5) & 255),
  );
  const forms: Form[] = [];

  /** An operand: a local of its type that is given one of the parameters, or a constant. */
  function operand(type: NumberType, place: number, setup: Code, inputs: Form['inputs'], kind: Kind): Code {
    const address = kind === 'address';
    const values = kind === 'tame' && isFloat(type) ? tame[type] : operands[type];
    if (random.chance(35)) {
      const near = random.chance(50) ? BigInt(random.below(40)) : random.pick(values);
      return constant(type, address ? BigInt(random.below(60000)) : isFloat(type) ? random.pick(values) : near);
    }
    const local = PARAMETERS + LOCALS.indexOf(type) + place;
    setup.push(...localGet(inputs.length), ...fromBits(type), ...localSet(local));
    // Mostly within the memory, at its end, or anywhere.
    const addresses = [0n, 1000n, 65500n, 65528n, 65535n].map((value) => value + BigInt(random.below(9)));
    inputs.push({ type, values: Array.from({ length: CALLS }, () => random.pick(address ? addresses : values)) });
    return localGet(local);
  }

  function add(second: OpcodeRow | 'branch' | 'if' | 'negated' | 'return', slot: number, kept: boolean): void {
    const setup: Code = [];
    const inputs: Form['inputs'] = [];
    const isAccess = (row: OpcodeRow) => accessCodes.has(row.code);
    const observed = typeof second !== 'string' && OBSERVES_BITS.test(second.mnemonic);
    const compute = first.parameters.flatMap((type, index) =>
      operand(type, index, setup, inputs, isAccess(first) ? 'address' : observed ? 'tame' : 'any'),
    );
    compute.push(...instruction(first));
    // Kept: the result goes to a local as well, and shows in the end.
    const keep = PARAMETERS + LOCALS.length;
    if (kept) compute.push(...localTee(keep));
    let result: NumberType = 'i32';
    let code: Code;
    if (second === 'branch')
      code = [Block, EMPTY_BLOCK, ...compute, BrIf, 0, ...i32(3), ...localSet(3), End, ...localGet(3)];
    else if (second === 'negated') {
      code = [Block, EMPTY_BLOCK, ...compute, I32Eqz, BrIf, 0, ...i32(3), ...localSet(3), End, ...localGet(3)];
    } else if (second === 'if') code = [...compute, If, 0x7f, ...i32(4), Else, ...i32(5), End];
    else if (second === 'return') {
      code = compute;
      result = first.result;
    } else {
      code = second.parameters.flatMap((type, index) =>
        index === slot ? compute : operand(type, 2, setup, inputs, isAccess(second) && index === 0 ? 'address' : 'any'),
      );
      code.push(...instruction(second));
      // A store leaves nothing.
      if (second.result === undefined) code.push(...i32(0));
      else result = second.result;
    }
    const body = [...setup, ...code, ...toBits(result)];
    if (second === 'return') body.push(Return);
    const made = second === 'return' ? first : second;
    const results: ResultType[] = [typeof made === 'string' ? { type: result, exact: true } : resultOf(made)];
    if (kept) {
      body.push(...localGet(keep), ...toBits(first.result));
      results.push(resultOf(first));
    }
    const what = typeof second === 'string' ? second : second.mnemonic;
    const name = `${first.mnemonic}${kept ? ', kept' : ''}, ${what} ${slot} #${forms.length}`;
    const types = inputs.map(({ type }) => bitsType(type));
    while (types.length < PARAMETERS) types.push('i32');
    while (inputs.length < PARAMETERS) inputs.push({ type: 'i32', values: Array<bigint>(CALLS).fill(0n) });
    builder.define(
      types,
      results.map((shown) => bitsType(shown.type)),
      [...LOCALS, first.result],
      body,
      name,
    );
    forms.push({ name, inputs, results });
  }

  for (const kept of [false, true]) {
    for (const second of secondRows) {
      for (const [slot, type] of second.parameters.entries()) if (type === first.result) add(second, slot, kept);
    }
    if (first.result === 'i32') for (const use of ['branch', 'if', 'negated'] as const) add(use, 0, kept);
  }
  add('return', 0, false);
  return { bytes: builder.build(), forms };
}
