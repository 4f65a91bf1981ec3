import type { Plugin } from 'esbuild';

export const binaryenPlugin: Plugin;
export function writeBinaryen(folder: string): Promise<void>;
