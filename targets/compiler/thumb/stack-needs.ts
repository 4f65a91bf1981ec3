// Decides which functions test the stack when they start: those from which calls can lead back to them. The frames of all others are summed
// up over the deepest calls between two tests.

import { Opcode } from '../../../src/opcodes.js';
import { ExternalKind } from '../../../src/types.js';
import type { ModuleCode } from '../../module/module-code.js';
import { CallGraph } from '../intermediate/call-graph.js';
import type { ModuleSurvey } from './module-survey.js';

/** Bytes of an entry besides words of arguments and results, and the routines of the image. */
const ENTRY_BYTES = 96;

export class StackNeeds {
  private readonly graph: CallGraph;
  private readonly tested: ReadonlySet<number>;
  private readonly frames = new Map<number, number>();
  /** Bytes that entries take for arguments and results, at most. */
  private entryBytes = 0;

  constructor(code: ModuleCode, survey: ModuleSurvey) {
    this.graph = new CallGraph(code, functionsInTables(code, survey));
    for (const { index, callees, indirect } of survey.functions) {
      for (const callee of callees) this.graph.addCall(index, callee);
      for (const signature of indirect) this.graph.addIndirectCall(index, signature);
    }
    this.tested = this.graph.recursive();
  }

  isTested(index: number): boolean {
    return this.tested.has(index);
  }

  setFrame(index: number, bytes: number): void {
    this.frames.set(index, bytes);
  }

  setEntry(bytes: number): void {
    this.entryBytes = Math.max(this.entryBytes, bytes);
  }

  /** Bytes that calls need at most between two tests. */
  reserve(): number {
    const needs = new Map<number, number>();
    const needOf = (root: number): number => {
      const open = [{ node: root, callees: this.graph.calledBy(root).values(), deepest: 0 }];
      for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
        const { value: callee, done } = top.callees.next();
        if (done) {
          open.pop();
          const need = (this.frames.get(top.node) ?? 0) + top.deepest;
          needs.set(top.node, need);
          const caller = open[open.length - 1];
          if (caller !== undefined) caller.deepest = Math.max(caller.deepest, need);
          continue;
        }
        if (this.tested.has(callee)) continue;
        const known = needs.get(callee);
        if (known !== undefined) top.deepest = Math.max(top.deepest, known);
        else open.push({ node: callee, callees: this.graph.calledBy(callee).values(), deepest: 0 });
      }
      return needs.get(root)!;
    };
    let most = 0;
    for (const index of this.frames.keys()) most = Math.max(most, needs.get(index) ?? needOf(index));
    return ENTRY_BYTES + this.entryBytes + most;
  }
}

/** Functions that an indirect call may lead to. */
function functionsInTables(code: ModuleCode, { referred }: ModuleSurvey): Set<number> {
  const found = new Set<number>(referred);
  for (const { entries } of code.elements)
    for (const [instruction] of entries) if (instruction?.code === Opcode.RefFunc) found.add(instruction.low);
  for (const { kind, index } of code.exports) if (kind === ExternalKind.Function) found.add(index);
  return found;
}
