import type { BuildOptions } from 'esbuild';

export const nodeOptions: BuildOptions;
export const coreOptions: BuildOptions;
export function generate(): Promise<void>;
