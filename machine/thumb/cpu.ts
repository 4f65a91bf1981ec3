// The processors that Thumb code is for: an architecture, and whether there is a single-precision float unit.

/** The architectures of Cortex-M0+, M3, M4 and M33. `v8-M` is the Mainline profile with the DSP extension. */
export type Architecture = 'v6-M' | 'v7-M' | 'v7E-M' | 'v8-M';

export interface Cpu {
  architecture: Architecture;
  /** FPv4-SP on v7E-M, FPv5-SP on v8-M; no other architecture here has one. */
  floatUnit: boolean;
}

/** What a form needs of the processor: Thumb-1 with the 32-bit `bl`, Thumb-2, the DSP extension, or a float unit. */
export type Feature = 'v6' | 'v7' | 'dsp' | 'fp4' | 'fp5';

export const CORTEX_M0_PLUS: Cpu = { architecture: 'v6-M', floatUnit: false };
export const CORTEX_M3: Cpu = { architecture: 'v7-M', floatUnit: false };
export const CORTEX_M4: Cpu = { architecture: 'v7E-M', floatUnit: false };
export const CORTEX_M4F: Cpu = { architecture: 'v7E-M', floatUnit: true };
export const CORTEX_M33: Cpu = { architecture: 'v8-M', floatUnit: true };

/** Whether `cpu` executes forms that need `feature`. */
export function supports({ architecture, floatUnit }: Cpu, feature: Feature): boolean {
  switch (feature) {
    case 'v6':
      return true;
    case 'v7':
      return architecture !== 'v6-M';
    case 'dsp':
      return architecture === 'v7E-M' || architecture === 'v8-M';
    case 'fp4':
      return floatUnit && (architecture === 'v7E-M' || architecture === 'v8-M');
    case 'fp5':
      return floatUnit && architecture === 'v8-M';
  }
}
