// The DataView through which translated code accesses a linear memory. Its methods have short names too, and engines compile them like
// those of DataView itself.

import { viewMethods } from '../../compiler/javascript/node/view-methods.js';

export class MemoryView extends DataView<ArrayBuffer> {
  static {
    for (const [method, short] of Object.entries(viewMethods))
      Object.defineProperty(MemoryView.prototype, short, { value: DataView.prototype[method as keyof DataView] });
  }
}
