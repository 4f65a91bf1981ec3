// Checks of the arguments of exported functions, in programs that are built for debugging.

import { ExternalKind } from '../../src/index.js';
import { checkCode, checkOf } from '../interfaces/glue/checks.js';
import type { NumberKind } from '../interfaces/types.js';
import type { External } from '../module/description.js';

const KINDS: Readonly<Record<string, NumberKind>> = { i32: 's32', i64: 's64', f32: 'f32', f64: 'f64' };

export class ArgumentChecks {
  private readonly functions = new Map<string, External>();
  private readonly names: ReadonlyMap<number, readonly string[]>;

  /** `names` of parameters, by function index, where they are known. */
  constructor(exports: readonly External[], names: ReadonlyMap<number, readonly string[]>) {
    for (const each of exports) if (each.kind === ExternalKind.Function) this.functions.set(each.name, each);
    this.names = names;
  }

  /** An exported function as one that checks its arguments. */
  around(exported: string, text: string): string {
    const { parameters, index } = this.functions.get(exported)!;
    if (parameters.length === 0) return text;
    const named = this.names.get(index) ?? [];
    const names = parameters.map((_, at) => named[at] || `p${at}`);
    // A reference may be any value.
    const checks = parameters.map((type) =>
      type in KINDS ? checkCode(checkOf({ kind: KINDS[type] }, () => type)).print() : '["any",""]',
    );
    return `checkedExport(${text}, ${JSON.stringify(exported)}, ${JSON.stringify(names)}, [${checks}])`;
  }
}
