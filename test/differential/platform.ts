// Node's own WebAssembly, with types: those of Node leave it out, and those of browsers bring far more than it.

export interface PlatformInstance {
  exports: Record<string, unknown>;
}
export interface PlatformMemory {
  buffer: ArrayBuffer;
  grow(pages: number): number;
}
export interface PlatformGlobal {
  value: number | bigint | object | null;
}
export interface PlatformTable {
  length: number;
  get(index: number): unknown;
}
export type PlatformImports = Record<string, Record<string, unknown>>;

export interface ModuleItem {
  module: string;
  name: string;
  kind: 'function' | 'table' | 'memory' | 'global';
}

interface Platform {
  Module: {
    new (bytes: Uint8Array): object;
    imports(module: object): ModuleItem[];
    exports(module: object): Omit<ModuleItem, 'module'>[];
  };
  Instance: new (module: object, imports?: PlatformImports) => PlatformInstance;
  Global: new (type: { value: string; mutable: boolean }, value?: unknown) => PlatformGlobal;
  Memory: new (type: { initial: number; maximum?: number }) => PlatformMemory;
  Table: new (type: { element: string; initial: number; maximum?: number }) => PlatformTable;
  RuntimeError: new (message: string) => Error;
  LinkError: new (message: string) => Error;
  CompileError: new (message: string) => Error;
  validate(bytes: Uint8Array): boolean;
}

export const platform = (globalThis as unknown as { WebAssembly: Platform }).WebAssembly;
