// Prints text of tazzina's own. What comes from modules and files in it does nothing to the terminal.

import { escaped } from '../targets/module/printable.js';
import { writeAll } from '../targets/node/streams.js';

/** To standard output (1) or standard error (2). */
export function printText(descriptor: 1 | 2, text: string): void {
  writeAll(descriptor, Buffer.from(escaped(text)));
}
