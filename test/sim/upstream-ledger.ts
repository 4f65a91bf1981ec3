// Espruino's own tests that pass in Espruino for Linux and not in the simulator, with the reason.

export interface Difference {
  /** Without `test_` and `.js`. */
  tests: readonly string[];
  reason: string;
}

export const differences: readonly Difference[] = [
  {
    tests: ['packet_transfer_fs', 'packet_transfer_fs_compressed'],
    reason: 'the files of Linux are not simulated',
  },
  { tests: ['tensorflow'], reason: 'the module is not simulated' },
  { tests: ['UTF8', 'graphics_wrapString'], reason: 'texts of Unicode are not simulated' },
  { tests: ['defrag'], reason: 'variables have no addresses' },
  { tests: ['function_replacewith'], reason: 'Function.replaceWith is not simulated' },
  { tests: ['pretokenise3'], reason: 'functions are not tokenised when they are kept' },
  { tests: ['for_invalid'], reason: 'the simulator parses functions before they are called' },
];
