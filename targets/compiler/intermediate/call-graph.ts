// Calls between the functions of a module. All indirect calls of one signature lead to one node of the graph, and from there to every
// function of that signature that a table may hold: the graph is linear in the number of calls.

import type { ModuleCode } from '../../module/module-code.js';

export class CallGraph {
  private readonly functionCount: number;
  /** Successors by node: functions by index, then signatures. */
  private readonly successors: Set<number>[];
  private readonly signatures = new Map<string, number>();

  /** `referred` are the functions that tables may hold. */
  constructor({ functions }: Pick<ModuleCode, 'functions'>, referred: Iterable<number>) {
    this.functionCount = functions.length;
    this.successors = Array.from(functions, () => new Set());
    for (const index of referred) this.successors[this.signatureNode(functions[index].signature)].add(index);
  }

  addCall(caller: number, callee: number): void {
    this.successors[caller].add(callee);
  }

  addIndirectCall(caller: number, signature: string): void {
    this.successors[caller].add(this.signatureNode(signature));
  }

  isFunction(node: number): boolean {
    return node < this.functionCount;
  }

  /** Functions and signatures that a function calls, or functions that a signature stands for. */
  calledBy(node: number): ReadonlySet<number> {
    return this.successors[node];
  }

  /** Functions of which a call can lead to another call of the same one. */
  recursive(): Set<number> {
    const found = new Set<number>();
    for (const component of this.components()) {
      const [first] = component;
      if (component.length === 1 && !this.successors[first].has(first)) continue;
      for (const node of component) if (this.isFunction(node)) found.add(node);
    }
    return found;
  }

  /** The starts, and all functions and signatures that calls lead to from them. */
  reached(starts: Iterable<number>): Set<number> {
    return closure(starts, this.successors);
  }

  /** The targets, and all functions and signatures from which calls lead to one of them. */
  reaching(targets: Iterable<number>): Set<number> {
    const callers: number[][] = this.successors.map(() => []);
    for (const [node, called] of this.successors.entries()) for (const each of called) callers[each].push(node);
    return closure(targets, callers);
  }

  private signatureNode(signature: string): number {
    let node = this.signatures.get(signature);
    if (node === undefined) {
      node = this.successors.length;
      this.signatures.set(signature, node);
      this.successors.push(new Set());
    }
    return node;
  }

  /** Strongly connected components, callees before callers (Tarjan, 1972). */
  private components(): number[][] {
    const found: number[][] = [];
    const count = this.successors.length;
    const number = new Int32Array(count).fill(-1);
    const lowest = new Int32Array(count);
    const onStack = new Uint8Array(count);
    const stack: number[] = [];
    let numbered = 0;
    const open: { node: number; next: Iterator<number> }[] = [];
    const enter = (node: number) => {
      number[node] = numbered;
      lowest[node] = numbered++;
      stack.push(node);
      onStack[node] = 1;
      open.push({ node, next: this.successors[node].values() });
    };
    for (let root = 0; root < count; root++) {
      if (number[root] >= 0) continue;
      enter(root);
      for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
        const { node, next } = top;
        const { value: callee, done } = next.next();
        if (!done) {
          if (number[callee] < 0) enter(callee);
          else if (onStack[callee] === 1) lowest[node] = Math.min(lowest[node], number[callee]);
          continue;
        }
        open.pop();
        if (open.length > 0) {
          const caller = open[open.length - 1].node;
          lowest[caller] = Math.min(lowest[caller], lowest[node]);
        }
        if (lowest[node] !== number[node]) continue;
        const component: number[] = [];
        for (let member = -1; member !== node; ) {
          member = stack.pop()!;
          onStack[member] = 0;
          component.push(member);
        }
        found.push(component);
      }
    }
    return found;
  }
}

function closure(starts: Iterable<number>, next: readonly Iterable<number>[]): Set<number> {
  const found = new Set<number>();
  const open = [...starts];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    for (const each of next[node]) open.push(each);
  }
  return found;
}
