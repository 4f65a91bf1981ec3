// Prints tazzina's own output. Text from modules and files in it cannot control the terminal.

import { escaped } from '../targets/module/printable.js';
import { writeAll } from '../targets/node/streams.js';

/** To standard output (1) or standard error (2). */
export function printText(descriptor: 1 | 2, text: string): void {
  writeAll(descriptor, Buffer.from(escaped(text)));
}
