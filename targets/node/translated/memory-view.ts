// What translated code accesses a linear memory through: a DataView whose methods have short names too. Engines compile them as they do
// those of DataView itself.

import { viewMethods } from '../../compiler/javascript/node/view-methods.js';

export class MemoryView extends DataView<ArrayBuffer> {
  static {
    for (const [method, short] of Object.entries(viewMethods))
      Object.defineProperty(MemoryView.prototype, short, { value: DataView.prototype[method as keyof DataView] });
  }
}
