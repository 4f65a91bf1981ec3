// A function, or the program, whose text is instrumented: the names that are added to it.

import type { RunningCost } from '../cost/running-cost.js';
import type { Declaration, Scope } from '../language/scope.js';
import type { CountedBody } from './cost-counter.js';

export class Body implements CountedBody {
  /** The variable that has the array of arguments, if the function asks for it. */
  arguments?: string;
  /** What the function, or the program, declares at its own level. */
  readonly declared: Scope['names'][];
  private readonly added: string[] = [];

  constructor(
    scope: Scope,
    readonly frame: string,
    readonly end: number,
    readonly costs: RunningCost,
  ) {
    this.declared = [scope.names];
  }

  /** Declares a name at the start; `value` is the text of its initialiser. */
  add(name: string, value = ''): string {
    this.added.push(name + value);
    return name;
  }

  declarations(): string {
    return this.added.length === 0 ? '' : `;let ${this.added.join()};`;
  }
}

/** Of these, the body whose variable a declaration hides, in a scope of the function that declares it. */
export function bodyOfHidden(bodies: readonly Body[], { name, owner }: Declaration, scope: Scope): Body | undefined {
  let at: Scope | null = scope;
  while (at && (at.owner === owner || !at.names.has(name))) at = at.parent;
  return at ? bodies.find(({ declared }) => declared.includes(at.names)) : undefined;
}
