// The single-precision float unit: FPv4-SP, and what FPv5 adds (ARM DDI 0403E, A6.4 to A6.7). Doubles are moved, never computed.

import { row } from '../form.js';

/** Two sources: bits 23 and 21:20, then bit 6. */
const binary = (high: string, low: string, op: 0 | 1, prefix = '1110') =>
  `${prefix} 1110 ${high} sd[0] ${low} sn[4:1] sd[4:1] 1010 sn[0] ${op} sm[0] 0 sm[4:1]`;
/** Encodes one source register in bits 19:16 and 7:6. */
const unary = (code: string, bits: string, prefix = '1110') =>
  `${prefix} 11101 sd[0] 11 ${code} sd[4:1] 1010 ${bits} sm[0] 0 sm[4:1]`;
const compareZero = (bits: string) => `1110 11101 sd[0] 11 0101 sd[4:1] 1010 ${bits} 000000`;

export const float = {
  vadd: row('fp4', 'vadd.f32 sd, sn, sm', binary('0', '11', 0), 'sd = sn sm', 'float'),
  vsub: row('fp4', 'vsub.f32 sd, sn, sm', binary('0', '11', 1), 'sd = sn sm', 'float'),
  vmul: row('fp4', 'vmul.f32 sd, sn, sm', binary('0', '10', 0), 'sd = sn sm', 'float'),
  vnmul: row('fp4', 'vnmul.f32 sd, sn, sm', binary('0', '10', 1), 'sd = sn sm', 'float'),
  vdiv: row('fp4', 'vdiv.f32 sd, sn, sm', binary('1', '00', 0), 'sd = sn sm', 'floatDivide'),
  vmla: row('fp4', 'vmla.f32 sd, sn, sm', binary('0', '00', 0), 'sd = sd sn sm', 'floatMultiplyAdd'),
  vmls: row('fp4', 'vmls.f32 sd, sn, sm', binary('0', '00', 1), 'sd = sd sn sm', 'floatMultiplyAdd'),
  vnmls: row('fp4', 'vnmls.f32 sd, sn, sm', binary('0', '01', 0), 'sd = sd sn sm', 'floatMultiplyAdd'),
  vnmla: row('fp4', 'vnmla.f32 sd, sn, sm', binary('0', '01', 1), 'sd = sd sn sm', 'floatMultiplyAdd'),
  vfma: row('fp4', 'vfma.f32 sd, sn, sm', binary('1', '10', 0), 'sd = sd sn sm', 'floatMultiplyAdd'),
  vfms: row('fp4', 'vfms.f32 sd, sn, sm', binary('1', '10', 1), 'sd = sd sn sm', 'floatMultiplyAdd'),
  vfnms: row('fp4', 'vfnms.f32 sd, sn, sm', binary('1', '01', 0), 'sd = sd sn sm', 'floatMultiplyAdd'),
  vfnma: row('fp4', 'vfnma.f32 sd, sn, sm', binary('1', '01', 1), 'sd = sd sn sm', 'floatMultiplyAdd'),
  vmov_imm: row(
    'fp4',
    'vmov.f32 sd, #float',
    '1110 11101 sd[0] 11 float[7:4] sd[4:1] 10100000 float[3:0]',
    'sd =',
    'float',
  ),
  vmov: row('fp4', 'vmov.f32 sd, sm', unary('0000', '01'), 'sd = sm', 'float'),
  vabs: row('fp4', 'vabs.f32 sd, sm', unary('0000', '11'), 'sd = sm', 'float'),
  vneg: row('fp4', 'vneg.f32 sd, sm', unary('0001', '01'), 'sd = sm', 'float'),
  vsqrt: row('fp4', 'vsqrt.f32 sd, sm', unary('0001', '11'), 'sd = sm', 'floatDivide'),
  // Comparisons set the flags of FPSCR; vmrs copies them.
  vcmp: row('fp4', 'vcmp.f32 sd, sm', unary('0100', '01'), '= sd sm', 'float'),
  vcmpe: row('fp4', 'vcmpe.f32 sd, sm', unary('0100', '11'), '= sd sm', 'float'),
  vcmp_zero: row('fp4', 'vcmp.f32 sd, #0.0', compareZero('01'), '= sd', 'float'),
  vcmpe_zero: row('fp4', 'vcmpe.f32 sd, #0.0', compareZero('11'), '= sd', 'float'),
  vcvt_f32_u32: row('fp4', 'vcvt.f32.u32 sd, sm', unary('1000', '01'), 'sd = sm', 'float'),
  vcvt_f32_s32: row('fp4', 'vcvt.f32.s32 sd, sm', unary('1000', '11'), 'sd = sm', 'float'),
  vcvtr_u32_f32: row('fp4', 'vcvtr.u32.f32 sd, sm', unary('1100', '01'), 'sd = sm', 'float'),
  vcvt_u32_f32: row('fp4', 'vcvt.u32.f32 sd, sm', unary('1100', '11'), 'sd = sm', 'float'),
  vcvtr_s32_f32: row('fp4', 'vcvtr.s32.f32 sd, sm', unary('1101', '01'), 'sd = sm', 'float'),
  vcvt_s32_f32: row('fp4', 'vcvt.s32.f32 sd, sm', unary('1101', '11'), 'sd = sm', 'float'),
  vmov_to_core: row('fp4', 'vmov rt, sn', '111011100001 sn[4:1] rt:4 1010 sn[0] 0010000', 'rt = sn', 'float'),
  vmov_from_core: row('fp4', 'vmov sn, rt', '111011100000 sn[4:1] rt:4 1010 sn[0] 0010000', 'sn = rt', 'float'),
  vmov_pair_to_core: row('fp4', 'vmov rt, rt2, dm', '111011000101 rt2:4 rt:4 10110001 dm:4', 'rt rt2 = dm', 'float', {
    distinct: 'rt/rt2',
  }),
  vmov_pair_from_core: row('fp4', 'vmov dm, rt, rt2', '111011000100 rt2:4 rt:4 10110001 dm:4', 'dm = rt rt2', 'float'),
  vmrs_flags: row('fp4', 'vmrs APSR_nzcv, fpscr', '11101110111100011111101000010000', 'NZCV =', 'float'),
  vmrs: row('fp4', 'vmrs rt, fpscr', '1110111011110001 rt:4 101000010000', 'rt =', 'float'),
  vmsr: row('fp4', 'vmsr fpscr, rt', '1110111011100001 rt:4 101000010000', '= rt', 'float'),
  vldr: row(
    'fp4',
    'vldr sd, [rn, #off]',
    '11101101 off[10] sd[0] 01 rn:4 sd[4:1] 1010 off[9:2]',
    'sd = mem rn',
    'floatLoad',
    { sp: 'rn' },
  ),
  vldr_literal: row(
    'fp4',
    'vldr sd, literal',
    '11101101 literal[12] sd[0] 01 1111 sd[4:1] 1010 literal[9:2]',
    'sd = mem pc',
    'floatLoad',
  ),
  vstr: row(
    'fp4',
    'vstr sd, [rn, #off]',
    '11101101 off[10] sd[0] 00 rn:4 sd[4:1] 1010 off[9:2]',
    'mem = sd rn',
    'floatStore',
    { sp: 'rn' },
  ),
  vldr_double: row(
    'fp4',
    'vldr dd, [rn, #off]',
    '11101101 off[10] 0 01 rn:4 dd:4 1011 off[9:2]',
    'dd = mem rn',
    'loadMany',
    { sp: 'rn' },
  ),
  vstr_double: row(
    'fp4',
    'vstr dd, [rn, #off]',
    '11101101 off[10] 0 00 rn:4 dd:4 1011 off[9:2]',
    'mem = dd rn',
    'storeMany',
    { sp: 'rn' },
  ),
  vpush: row(
    'fp4',
    'vpush singles',
    '111011010 singles[0] 101101 singles[4:1] 1010 singles[15:8]',
    'mem sp = sp',
    'storeMany',
  ),
  vpop: row(
    'fp4',
    'vpop singles',
    '111011001 singles[0] 111101 singles[4:1] 1010 singles[15:8]',
    'sp = mem sp',
    'loadMany',
  ),

  vseleq: row('fp5', 'vseleq.f32 sd, sn, sm', binary('0', '00', 0, '1111'), 'sd = sn sm Z', 'float'),
  vselvs: row('fp5', 'vselvs.f32 sd, sn, sm', binary('0', '01', 0, '1111'), 'sd = sn sm V', 'float'),
  vselge: row('fp5', 'vselge.f32 sd, sn, sm', binary('0', '10', 0, '1111'), 'sd = sn sm NV', 'float'),
  vselgt: row('fp5', 'vselgt.f32 sd, sn, sm', binary('0', '11', 0, '1111'), 'sd = sn sm NZV', 'float'),
  vmaxnm: row('fp5', 'vmaxnm.f32 sd, sn, sm', binary('1', '00', 0, '1111'), 'sd = sn sm', 'float'),
  vminnm: row('fp5', 'vminnm.f32 sd, sn, sm', binary('1', '00', 1, '1111'), 'sd = sn sm', 'float'),
  vrinta: row('fp5', 'vrinta.f32 sd, sm', unary('1000', '01', '1111'), 'sd = sm', 'float'),
  vrintn: row('fp5', 'vrintn.f32 sd, sm', unary('1001', '01', '1111'), 'sd = sm', 'float'),
  vrintp: row('fp5', 'vrintp.f32 sd, sm', unary('1010', '01', '1111'), 'sd = sm', 'float'),
  vrintm: row('fp5', 'vrintm.f32 sd, sm', unary('1011', '01', '1111'), 'sd = sm', 'float'),
  vrintr: row('fp5', 'vrintr.f32 sd, sm', unary('0110', '01'), 'sd = sm', 'float'),
  vrintz: row('fp5', 'vrintz.f32 sd, sm', unary('0110', '11'), 'sd = sm', 'float'),
  vrintx: row('fp5', 'vrintx.f32 sd, sm', unary('0111', '01'), 'sd = sm', 'float'),
};
