// Espruino's own tests that pass in Espruino for Linux and not in the simulator, with the reason.

export interface Difference {
  /** Without `test_` and `.js`. */
  tests: readonly string[];
  reason: string;
}

export const differences: readonly Difference[] = [
  {
    tests: [
      'dgram_multi',
      'dgram_recvBufferSize',
      'dgram_reuseAddr',
      'dgram_socket',
      'http',
      'http_empty',
      'http_headers',
      'http_nodata',
      'http_post',
      'http_post_chunked',
      'net_socket',
    ],
    reason: 'networks are not simulated',
  },
  {
    tests: ['packet_transfer_fs', 'packet_transfer_fs_compressed'],
    reason: 'the files of Linux are not simulated',
  },
  { tests: ['crypto'], reason: 'an ArrayBuffer has no elements of its own' },
  { tests: ['tensorflow'], reason: 'the module is not simulated' },
  { tests: ['UTF8'], reason: 'texts of Unicode are not simulated' },
  {
    tests: [
      'graphics_arraybuffer_005',
      'graphics_arraybuffer_009',
      'graphics_fillPoly',
      'graphics_fontVectorStretch',
      'graphics_fonts',
      'graphics_wrapString',
    ],
    reason: 'the outlines of the vector font are not simulated',
  },
  { tests: ['defrag'], reason: 'variables have no addresses' },
  { tests: ['function_replacewith'], reason: 'Function.replaceWith is not simulated' },
  { tests: ['object_flat_keys'], reason: 'the text of a function is no member of it' },
  { tests: ['pretokenise3'], reason: 'the text of a function is no member of it' },
  { tests: ['for_invalid'], reason: 'the simulator parses functions before they are called' },
];
