// Makes the folders that the user names for output.

import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder, and those around it that are missing. In a place such as /proc, where the system makes none, Node's own
 * `recursive` never ends. Throws the system's error.
 */
export function makeFolder(folder: string): void {
  const path = resolve(folder);
  const missing: string[] = [];
  for (let each = path; !existsSync(each); each = dirname(each)) missing.unshift(each);
  for (const each of missing) mkdirSync(each);
  if (!statSync(path).isDirectory()) throw new Error('it is no folder');
}
