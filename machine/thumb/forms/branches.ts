// Branches, hints and barriers in 32 bits, and access to the flags (ARM DDI 0403E, A5.3.4 and A5.3.7).

import { row } from '../form.js';

export const branches = {
  bl: row('v6', 'bl label', '11110 label[24] label[21:12] 11 label[23] 1 label[22] label[11:1]', 'pc lr =', 'call'),
  b_w: row('v7', 'b.w label', '11110 label[24] label[21:12] 10 label[23] 1 label[22] label[11:1]', 'pc =', 'branch'),
  b_cond_w: row(
    'v7',
    'b{cond}.w label',
    '11110 label[20] cond:4 label[17:12] 10 label[18] 0 label[19] label[11:1]',
    'pc = NZCV',
    'branch',
    { outsideIt: true },
  ),
  tbb: row('v7', 'tbb [rn, rm]', '111010001101 rn:4 111100000000 rm:4', 'pc = mem rn rm', 'tableBranch', { pc: 'rn' }),
  tbh: row('v7', 'tbh [rn, rm, lsl #1]', '111010001101 rn:4 111100000001 rm:4', 'pc = mem rn rm', 'tableBranch', {
    pc: 'rn',
  }),
  dsb: row('v6', 'dsb sy', '11110011101111111000111101001111', '=', 'system'),
  dmb: row('v6', 'dmb sy', '11110011101111111000111101011111', '=', 'system'),
  isb: row('v6', 'isb sy', '11110011101111111000111101101111', '=', 'system'),
  mrs: row('v6', 'mrs rd, apsr', '1111001111101111 1000 rd:4 00000000', 'rd = NZCV', 'system'),
  msr: row('v6', 'msr apsr_nzcvq, rn', '111100111000 rn:4 1000100000000000', 'NZCV = rn', 'system'),
  nop_w: row('v7', 'nop.w', '11110011101011111000000000000000', '=', 'system'),
  udf_w: row('v7', 'udf.w #imm', '111101111111 imm[15:12] 1010 imm[11:0]', '=', 'system'),
};
