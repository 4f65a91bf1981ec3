// How many commands of each script machine code fails, and why.
import { readFileSync } from 'node:fs';

export type NativeLedger = Record<string, { failed: number; reason: string }>;

export function nativeLedger(): NativeLedger {
  return JSON.parse(readFileSync(new URL('./native-ledger.json', import.meta.url), 'utf8'));
}
