// Loads and stores in 32 bits (ARM DDI 0403E, A5.3.5 to A5.3.10). Base registers may be the stack pointer.

import { type Row, row } from '../form.js';

type Shapes<N extends string> = Record<`${N}_w_imm` | `${N}_w_neg` | `${N}_w_pre` | `${N}_w_post` | `${N}_w_reg`, Row>;

/** A load or store: by an offset up to 4095, a negative one up to 255, with write-back before or after, by a shifted register. */
function access<N extends string>(name: N, signed: 0 | 1, size: string, isLoad: 0 | 1): Shapes<N> {
  const word = name === 'ldr' || name === 'str';
  const options = { sp: word ? 'rn rt' : 'rn', pc: name === 'ldr' ? 'rt' : '' };
  const cost = isLoad ? 'load' : 'store';
  const shape = (address: string, pattern: string, written: string, read: string, distinct = '') =>
    row(
      'v7',
      `${name}.w rt, ${address}`,
      `1111100 ${signed} ${pattern}`,
      isLoad ? `rt ${written} = mem ${read}` : `mem ${written} = rt ${read}`,
      cost,
      { ...options, distinct },
    );
  return {
    [`${name}_w_imm`]: shape('[rn, #imm]', `1 ${size} ${isLoad} rn:4 rt:4 imm:12`, '', 'rn'),
    [`${name}_w_neg`]: shape('[rn, #neg]', `0 ${size} ${isLoad} rn:4 rt:4 1100 neg:8`, '', 'rn'),
    [`${name}_w_pre`]: shape('[rn, #off]!', `0 ${size} ${isLoad} rn:4 rt:4 11 off[8] 1 off[7:0]`, 'rn', 'rn', 'rt/rn'),
    [`${name}_w_post`]: shape('[rn], #off', `0 ${size} ${isLoad} rn:4 rt:4 10 off[8] 1 off[7:0]`, 'rn', 'rn', 'rt/rn'),
    [`${name}_w_reg`]: shape('[rn, rm, lsl #index]', `0 ${size} ${isLoad} rn:4 rt:4 000000 index:2 rm:4`, '', 'rn rm'),
  } as Shapes<N>;
}

function literal<N extends string>(name: N, signed: 0 | 1, size: string): Record<`${N}_w_literal`, Row> {
  const pattern = `1111100 ${signed} literal[12] ${size} 1 1111 rt:4 literal[11:0]`;
  const options = name === 'ldr' ? { sp: 'rt' } : {};
  return {
    [`${name}_w_literal`]: row('v7', `${name}.w rt, literal`, pattern, 'rt = mem pc', 'load', options),
  } as Record<`${N}_w_literal`, Row>;
}

const pair = (mode: string, w: 0 | 1, isLoad: 0 | 1) =>
  `1110100 ${mode} off[10] 1 ${w} ${isLoad} rn:4 rt:4 rt2:4 off[9:2]`;

export const memory = {
  ...literal('ldr', 0, '10'),
  ...literal('ldrh', 0, '01'),
  ...literal('ldrsh', 1, '01'),
  ...literal('ldrb', 0, '00'),
  ...literal('ldrsb', 1, '00'),
  ...access('ldr', 0, '10', 1),
  ...access('ldrh', 0, '01', 1),
  ...access('ldrsh', 1, '01', 1),
  ...access('ldrb', 0, '00', 1),
  ...access('ldrsb', 1, '00', 1),
  ...access('str', 0, '10', 0),
  ...access('strh', 0, '01', 0),
  ...access('strb', 0, '00', 0),

  // Pairs need addresses that are multiples of 4.
  ldrd_imm: row('v7', 'ldrd rt, rt2, [rn, #off]', pair('1', 0, 1), 'rt rt2 = mem rn', 'loadMany', {
    sp: 'rn',
    distinct: 'rt/rt2',
  }),
  ldrd_pre: row('v7', 'ldrd rt, rt2, [rn, #off]!', pair('1', 1, 1), 'rt rt2 rn = mem rn', 'loadMany', {
    sp: 'rn',
    distinct: 'rt/rt2 rt/rn rt2/rn',
  }),
  ldrd_post: row('v7', 'ldrd rt, rt2, [rn], #off', pair('0', 1, 1), 'rt rt2 rn = mem rn', 'loadMany', {
    sp: 'rn',
    distinct: 'rt/rt2 rt/rn rt2/rn',
  }),
  strd_imm: row('v7', 'strd rt, rt2, [rn, #off]', pair('1', 0, 0), 'mem = rt rt2 rn', 'storeMany', { sp: 'rn' }),
  strd_pre: row('v7', 'strd rt, rt2, [rn, #off]!', pair('1', 1, 0), 'mem rn = rt rt2 rn', 'storeMany', {
    sp: 'rn',
    distinct: 'rt/rn rt2/rn',
  }),
  strd_post: row('v7', 'strd rt, rt2, [rn], #off', pair('0', 1, 0), 'mem rn = rt rt2 rn', 'storeMany', {
    sp: 'rn',
    distinct: 'rt/rn rt2/rn',
  }),

  push_w: row('v7', 'push.w list', '1110100100101101 0 list[14] 0 list[12:0]', 'mem sp = sp', 'storeMany'),
  pop_w: row('v7', 'pop.w list', '1110100010111101 list[15:14] 0 list[12:0]', 'sp = mem sp', 'loadMany'),
  // `stmdb sp!` and `ldmia sp!` are push and pop.
  stmia_w: row('v7', 'stmia.w rn, list', '111010001000 rn:4 0 list[14] 0 list[12:0]', 'mem = rn', 'storeMany', {
    sp: 'rn',
  }),
  stmia_w_back: row(
    'v7',
    'stmia.w rn!, list',
    '111010001010 rn:4 0 list[14] 0 list[12:0]',
    'mem rn = rn',
    'storeMany',
    { sp: 'rn', distinct: 'rn/list' },
  ),
  stmdb: row('v7', 'stmdb rn, list', '111010010000 rn:4 0 list[14] 0 list[12:0]', 'mem = rn', 'storeMany', {
    sp: 'rn',
  }),
  stmdb_back: row('v7', 'stmdb rn!, list', '111010010010 rn:4 0 list[14] 0 list[12:0]', 'mem rn = rn', 'storeMany', {
    distinct: 'rn/list',
  }),
  ldmia_w: row('v7', 'ldmia.w rn, list', '111010001001 rn:4 list[15:14] 0 list[12:0]', '= mem rn', 'loadMany', {
    sp: 'rn',
  }),
  ldmia_w_back: row(
    'v7',
    'ldmia.w rn!, list',
    '111010001011 rn:4 list[15:14] 0 list[12:0]',
    'rn = mem rn',
    'loadMany',
    { distinct: 'rn/list' },
  ),
  ldmdb: row('v7', 'ldmdb rn, list', '111010010001 rn:4 list[15:14] 0 list[12:0]', '= mem rn', 'loadMany', {
    sp: 'rn',
  }),
  ldmdb_back: row('v7', 'ldmdb rn!, list', '111010010011 rn:4 list[15:14] 0 list[12:0]', 'rn = mem rn', 'loadMany', {
    sp: 'rn',
    distinct: 'rn/list',
  }),
};
