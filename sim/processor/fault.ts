// Why the simulated processor stops.

export type FaultKind =
  /** An access or fetch outside all regions, or beyond what one permits: generated code must not do that. */
  | 'sandbox'
  /** An address that the processor cannot access in one step. */
  | 'unaligned'
  /** An encoding that the processor does not have, or whose result the architecture leaves open. */
  | 'undefined'
  /** A jump to an address without the Thumb bit. */
  | 'thumb bit'
  /** `bkpt`, `udf` or `svc`. */
  | 'breakpoint'
  /** More instructions than the caller allows. */
  | 'limit'
  /** A call that did not keep the stack pointer, or r4 to r11. */
  | 'calling convention';

/** Stops the processor. The message has address, program counter and instruction. */
export class ProcessorFault extends Error {
  override name = 'ProcessorFault';
  /** Address of the instruction in bytes; set when the processor stops. */
  pc = 0;

  constructor(
    readonly kind: FaultKind,
    message: string,
    /** Address of a failed access. */
    readonly address?: number,
  ) {
    super(message);
  }
}

export function hex(address: number): string {
  return `0x${(address >>> 0).toString(16).padStart(8, '0')}`;
}
