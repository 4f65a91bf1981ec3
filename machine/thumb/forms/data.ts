// Data processing in 32 bits (ARM DDI 0403E, A5.3.1, A5.3.3, A5.3.11 and on), and the useful part of the DSP extension.

import { type Row, row } from '../form.js';

type Operations<N extends string> = Record<`${N}_w_imm` | `${N}s_w_imm` | `${N}_w_reg` | `${N}s_w_reg`, Row>;

/** The four forms of an operation: with a constant or a shifted register, with flags or without. */
function operation<N extends string>(
  name: N,
  code: string,
  flags: string,
  { text = `${name}.w`, textWithFlags = `${name}s.w`, readsCarry = false, usesSp = false } = {},
): Operations<N> {
  const forms: [string, Row][] = [];
  for (const s of [0, 1]) {
    const head = s ? textWithFlags : text;
    const written = s ? `rd ${flags}` : 'rd';
    // The carry stays as it is where nothing is shifted out.
    const carry = readsCarry || (s && flags === 'NZC') ? 'C' : '';
    const imm = `11110 const[11] 0 ${code} ${s} rn:4 0 const[10:8] rd:4 const[7:0]`;
    forms.push([
      `${name}${s ? 's' : ''}_w_imm`,
      row(
        'v7',
        `${head} rd, rn, #const`,
        imm,
        `${written} = rn ${carry}`,
        'alu',
        usesSp ? { sp: 'rd rn', spWith: 'rd/rn' } : {},
      ),
    ]);
    const reg = `1110101 ${code} ${s} rn:4 0 shift[4:2] rd:4 shift[1:0] shift[6:5] rm:4`;
    forms.push([
      `${name}${s ? 's' : ''}_w_reg`,
      row('v7', `${head} rd, rn, rm, shift`, reg, `${written} = rn rm ${carry}`, 'alu', { sp: usesSp ? 'rn' : '' }),
    ]);
  }
  return Object.fromEntries(forms) as Operations<N>;
}

/** Comparisons: an operation that writes flags only. */
function comparison<N extends string>(
  name: N,
  code: string,
  flags: string,
  text = `${name}.w`,
  sp = '',
): Record<`${N}_w_imm` | `${N}_w_reg`, Row> {
  const carry = flags === 'NZC' ? 'C' : '';
  const imm = `11110 const[11] 0 ${code} 1 rn:4 0 const[10:8] 1111 const[7:0]`;
  const reg = `1110101 ${code} 1 rn:4 0 shift[4:2] 1111 shift[1:0] shift[6:5] rm:4`;
  return {
    [`${name}_w_imm`]: row('v7', `${text} rn, #const`, imm, `${flags} = rn ${carry}`, 'alu', { sp }),
    [`${name}_w_reg`]: row('v7', `${text} rn, rm, shift`, reg, `${flags} = rn rm ${carry}`, 'alu', { sp }),
  } as Record<`${N}_w_imm` | `${N}_w_reg`, Row>;
}

/** `mov` and `mvn`: an operation without its first operand. */
function move<N extends string>(name: N, code: string): Record<`${N}_w_imm` | `${N}s_w_imm`, Row> {
  return Object.fromEntries(
    [0, 1].map((s) => [
      `${name}${s ? 's' : ''}_w_imm`,
      row(
        'v7',
        `${name}${s ? 's' : ''}.w rd, #const`,
        `11110 const[11] 0 ${code} ${s} 1111 0 const[10:8] rd:4 const[7:0]`,
        s ? 'rd NZC = C' : 'rd =',
        'alu',
      ),
    ]),
  ) as Record<`${N}_w_imm` | `${N}s_w_imm`, Row>;
}

/** A shift by a constant, by a register, and with flags. */
function shift<N extends string>(
  name: N,
  type: string,
  amount: 'left' | 'right',
): Record<`${N}_w_imm` | `${N}s_w_imm` | `${N}_w_reg` | `${N}s_w_reg`, Row> {
  return Object.fromEntries(
    [0, 1].flatMap((s) => {
      const head = `${name}${s ? 's' : ''}.w`;
      return [
        [
          `${name}${s ? 's' : ''}_w_imm`,
          row(
            'v7',
            `${head} rd, rm, #${amount}`,
            `11101010010 ${s} 1111 0 ${amount}[4:2] rd:4 ${amount}[1:0] ${type} rm:4`,
            s ? 'rd NZC = rm' : 'rd = rm',
            'alu',
          ),
        ],
        [
          `${name}${s ? 's' : ''}_w_reg`,
          row(
            'v7',
            `${head} rd, rn, rm`,
            `111110100 ${type} ${s} rn:4 1111 rd:4 0000 rm:4`,
            s ? 'rd NZC = rn rm C' : 'rd = rn rm',
            'alu',
          ),
        ],
      ];
    }),
  ) as Record<`${N}_w_imm` | `${N}s_w_imm` | `${N}_w_reg` | `${N}s_w_reg`, Row>;
}

const extend = (code: string) => `111110100 ${code} 1111 1111 rd:4 10 rot[4:3] rm:4`;
const extendAdd = (code: string) => `111110100 ${code} rn:4 1111 rd:4 10 rot[4:3] rm:4`;
const unary = (group: string, code: string) => `1111101010 ${group} rm:4 1111 rd:4 ${code} rm:4`;
const multiply = (op: string, rest: string) => `111110110 ${op} rn:4 ${rest} rm:4`;
const long = (op: string, code: string) => `111110111 ${op} rn:4 rdlo:4 rdhi:4 ${code} rm:4`;

export const data = {
  ...move('mov', '0010'),
  ...move('mvn', '0011'),
  mov_w_reg: row('v7', 'mov.w rd, rm', '111010100100 1111 0000 rd:4 0000 rm:4', 'rd = rm', 'alu', { sp: 'rm' }),
  movs_w_reg: row('v7', 'movs.w rd, rm', '111010100101 1111 0000 rd:4 0000 rm:4', 'rd NZ = rm', 'alu'),
  mvn_w_reg: row(
    'v7',
    'mvn.w rd, rm, shift',
    '111010100110 1111 0 shift[4:2] rd:4 shift[1:0] shift[6:5] rm:4',
    'rd = rm C',
    'alu',
  ),
  mvns_w_reg: row(
    'v7',
    'mvns.w rd, rm, shift',
    '111010100111 1111 0 shift[4:2] rd:4 shift[1:0] shift[6:5] rm:4',
    'rd NZC = rm C',
    'alu',
  ),
  rrx: row('v7', 'rrx rd, rm', '111010100100 1111 0000 rd:4 0011 rm:4', 'rd = rm C', 'alu'),
  rrxs: row('v7', 'rrxs rd, rm', '111010100101 1111 0000 rd:4 0011 rm:4', 'rd NZC = rm C', 'alu'),
  ...shift('lsl', '00', 'left'),
  ...shift('lsr', '01', 'right'),
  ...shift('asr', '10', 'right'),
  ...shift('ror', '11', 'left'),

  ...comparison('tst', '0000', 'NZC'),
  ...comparison('teq', '0100', 'NZC', 'teq'),
  ...comparison('cmn', '1000', 'NZCV', 'cmn.w', 'rn'),
  ...comparison('cmp', '1101', 'NZCV', 'cmp.w', 'rn'),
  ...operation('and', '0000', 'NZC'),
  ...operation('bic', '0001', 'NZC'),
  ...operation('orr', '0010', 'NZC'),
  ...operation('orn', '0011', 'NZC', { text: 'orn', textWithFlags: 'orns' }),
  ...operation('eor', '0100', 'NZC'),
  ...operation('add', '1000', 'NZCV', { usesSp: true }),
  ...operation('adc', '1010', 'NZCV', { readsCarry: true }),
  ...operation('sbc', '1011', 'NZCV', { readsCarry: true }),
  ...operation('sub', '1101', 'NZCV', { usesSp: true }),
  ...operation('rsb', '1110', 'NZCV', { text: 'rsb', textWithFlags: 'rsbs' }),

  movw: row('v7', 'movw rd, #imm', '11110 imm[11] 100100 imm[15:12] 0 imm[10:8] rd:4 imm[7:0]', 'rd =', 'alu'),
  movt: row('v7', 'movt rd, #imm', '11110 imm[11] 101100 imm[15:12] 0 imm[10:8] rd:4 imm[7:0]', 'rd = rd', 'alu'),
  adr_w: row(
    'v7',
    'adr.w rd, literal',
    '11110 literal[11] 100000 1111 0 literal[10:8] rd:4 literal[7:0]',
    'rd = pc',
    'alu',
  ),
  adr_w_behind: row(
    'v7',
    'adr.w rd, behind',
    '11110 behind[11] 101010 1111 0 behind[10:8] rd:4 behind[7:0]',
    'rd = pc',
    'alu',
  ),
  addw: row('v7', 'addw rd, rn, #imm', '11110 imm[11] 100000 rn:4 0 imm[10:8] rd:4 imm[7:0]', 'rd = rn', 'alu', {
    sp: 'rd rn',
    spWith: 'rd/rn',
  }),
  subw: row('v7', 'subw rd, rn, #imm', '11110 imm[11] 101010 rn:4 0 imm[10:8] rd:4 imm[7:0]', 'rd = rn', 'alu', {
    sp: 'rd rn',
    spWith: 'rd/rn',
  }),
  bfc: row('v7', 'bfc rd, #lsb, #last', '11110011011011110 lsb[4:2] rd:4 lsb[1:0] 0 last:5', 'rd = rd', 'alu'),
  bfi: row('v7', 'bfi rd, rn, #lsb, #last', '111100110110 rn:4 0 lsb[4:2] rd:4 lsb[1:0] 0 last:5', 'rd = rd rn', 'alu'),
  sbfx: row(
    'v7',
    'sbfx rd, rn, #lsb, #width',
    '111100110100 rn:4 0 lsb[4:2] rd:4 lsb[1:0] 0 width:5',
    'rd = rn',
    'alu',
  ),
  ubfx: row(
    'v7',
    'ubfx rd, rn, #lsb, #width',
    '111100111100 rn:4 0 lsb[4:2] rd:4 lsb[1:0] 0 width:5',
    'rd = rn',
    'alu',
  ),
  ssat: row(
    'v7',
    'ssat rd, #sat, rn, shift',
    '1111001100 shift[6] 0 rn:4 0 shift[4:2] rd:4 shift[1:0] 0 sat:5',
    'rd = rn',
    'alu',
  ),
  usat: row(
    'v7',
    'usat rd, #imm, rn, shift',
    '1111001110 shift[6] 0 rn:4 0 shift[4:2] rd:4 shift[1:0] 0 imm:5',
    'rd = rn',
    'alu',
  ),

  sxth_w: row('v7', 'sxth.w rd, rm, rot', extend('000'), 'rd = rm', 'alu'),
  uxth_w: row('v7', 'uxth.w rd, rm, rot', extend('001'), 'rd = rm', 'alu'),
  sxtb_w: row('v7', 'sxtb.w rd, rm, rot', extend('100'), 'rd = rm', 'alu'),
  uxtb_w: row('v7', 'uxtb.w rd, rm, rot', extend('101'), 'rd = rm', 'alu'),
  sxtah: row('dsp', 'sxtah rd, rn, rm, rot', extendAdd('000'), 'rd = rn rm', 'alu'),
  uxtah: row('dsp', 'uxtah rd, rn, rm, rot', extendAdd('001'), 'rd = rn rm', 'alu'),
  sxtab: row('dsp', 'sxtab rd, rn, rm, rot', extendAdd('100'), 'rd = rn rm', 'alu'),
  uxtab: row('dsp', 'uxtab rd, rn, rm, rot', extendAdd('101'), 'rd = rn rm', 'alu'),
  rev_w: row('v7', 'rev.w rd, rm', unary('01', '1000'), 'rd = rm', 'alu'),
  rev16_w: row('v7', 'rev16.w rd, rm', unary('01', '1001'), 'rd = rm', 'alu'),
  rbit: row('v7', 'rbit rd, rm', unary('01', '1010'), 'rd = rm', 'alu'),
  revsh_w: row('v7', 'revsh.w rd, rm', unary('01', '1011'), 'rd = rm', 'alu'),
  clz: row('v7', 'clz rd, rm', unary('11', '1000'), 'rd = rm', 'alu'),
  pkhbt: row(
    'dsp',
    'pkhbt rd, rn, rm, shift',
    '111010101100 rn:4 0 shift[4:2] rd:4 shift[1:0] 00 rm:4',
    'rd = rn rm',
    'alu',
  ),
  pkhtb: row(
    'dsp',
    'pkhtb rd, rn, rm, asr #right',
    '111010101100 rn:4 0 right[4:2] rd:4 right[1:0] 10 rm:4',
    'rd = rn rm',
    'alu',
  ),

  mul_w: row('v7', 'mul.w rd, rn, rm', multiply('000', '1111 rd:4 0000'), 'rd = rn rm', 'multiply'),
  mla: row('v7', 'mla rd, rn, rm, ra', multiply('000', 'ra:4 rd:4 0000'), 'rd = rn rm ra', 'multiplyAdd'),
  mls: row('v7', 'mls rd, rn, rm, ra', multiply('000', 'ra:4 rd:4 0001'), 'rd = rn rm ra', 'multiplyAdd'),
  smulbb: row('dsp', 'smulbb rd, rn, rm', multiply('001', '1111 rd:4 0000'), 'rd = rn rm', 'multiply'),
  smulbt: row('dsp', 'smulbt rd, rn, rm', multiply('001', '1111 rd:4 0001'), 'rd = rn rm', 'multiply'),
  smultb: row('dsp', 'smultb rd, rn, rm', multiply('001', '1111 rd:4 0010'), 'rd = rn rm', 'multiply'),
  smultt: row('dsp', 'smultt rd, rn, rm', multiply('001', '1111 rd:4 0011'), 'rd = rn rm', 'multiply'),
  smlabb: row('dsp', 'smlabb rd, rn, rm, ra', multiply('001', 'ra:4 rd:4 0000'), 'rd = rn rm ra', 'multiplyAdd'),
  smlabt: row('dsp', 'smlabt rd, rn, rm, ra', multiply('001', 'ra:4 rd:4 0001'), 'rd = rn rm ra', 'multiplyAdd'),
  smlatb: row('dsp', 'smlatb rd, rn, rm, ra', multiply('001', 'ra:4 rd:4 0010'), 'rd = rn rm ra', 'multiplyAdd'),
  smlatt: row('dsp', 'smlatt rd, rn, rm, ra', multiply('001', 'ra:4 rd:4 0011'), 'rd = rn rm ra', 'multiplyAdd'),
  smmul: row('dsp', 'smmul rd, rn, rm', multiply('101', '1111 rd:4 0000'), 'rd = rn rm', 'multiply'),
  smmla: row('dsp', 'smmla rd, rn, rm, ra', multiply('101', 'ra:4 rd:4 0000'), 'rd = rn rm ra', 'multiplyAdd'),
  smull: row('v7', 'smull rdlo, rdhi, rn, rm', long('000', '0000'), 'rdlo rdhi = rn rm', 'multiplyLong', {
    distinct: 'rdlo/rdhi',
  }),
  umull: row('v7', 'umull rdlo, rdhi, rn, rm', long('010', '0000'), 'rdlo rdhi = rn rm', 'multiplyLong', {
    distinct: 'rdlo/rdhi',
  }),
  smlal: row('v7', 'smlal rdlo, rdhi, rn, rm', long('100', '0000'), 'rdlo rdhi = rdlo rdhi rn rm', 'multiplyAddLong', {
    distinct: 'rdlo/rdhi',
  }),
  umlal: row('v7', 'umlal rdlo, rdhi, rn, rm', long('110', '0000'), 'rdlo rdhi = rdlo rdhi rn rm', 'multiplyAddLong', {
    distinct: 'rdlo/rdhi',
  }),
  umaal: row('dsp', 'umaal rdlo, rdhi, rn, rm', long('110', '0110'), 'rdlo rdhi = rdlo rdhi rn rm', 'multiplyAddLong', {
    distinct: 'rdlo/rdhi',
  }),
  sdiv: row('v7', 'sdiv rd, rn, rm', '111110111001 rn:4 1111 rd:4 1111 rm:4', 'rd = rn rm', 'divide'),
  udiv: row('v7', 'udiv rd, rn, rm', '111110111011 rn:4 1111 rd:4 1111 rm:4', 'rd = rn rm', 'divide'),
};
