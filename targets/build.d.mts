import type { BuildOptions } from 'esbuild';

export const nodeOptions: BuildOptions;
export const commandOptions: BuildOptions;
export const coreOptions: BuildOptions;
export function bundleCore(define: Record<string, string>, options?: BuildOptions): Promise<string>;
export function generate(): Promise<void>;
