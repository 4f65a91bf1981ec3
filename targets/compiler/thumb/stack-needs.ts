// Which functions test the stack when they start: those from which calls can lead back to them. All others' frames are summed up over
// the deepest calls between two tests.

import { Opcode } from '../../../src/opcodes.js';
import { ExternalKind } from '../../../src/types.js';
import type { ModuleCode } from '../../module/module-code.js';
import { type FunctionCode, visit } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';

/** What an entry itself takes, and the routines of the image. */
const ENTRY_BYTES = 96;

export class StackNeeds {
  private readonly callees = new Map<number, Set<number>>();
  private readonly tested = new Set<number>();
  private readonly frames = new Map<number, number>();

  constructor(code: ModuleCode, bodies: readonly FunctionCode[]) {
    const indirect = functionsInTables(code, bodies);
    for (const { index, body } of bodies) {
      const found = new Set<number>();
      visit(body, ({ operation, index: target, signature }) => {
        if (operation === Operation.Call || operation === Operation.TailCall) found.add(target);
        else if (operation === Operation.CallIndirect || operation === Operation.TailCallIndirect)
          for (const each of indirect) if (code.functions[each].signature === signature) found.add(each);
      });
      this.callees.set(index, found);
    }
    this.findRecursive();
  }

  isTested(index: number): boolean {
    return this.tested.has(index);
  }

  setFrame(index: number, bytes: number): void {
    this.frames.set(index, bytes);
  }

  /** Bytes that calls need at most between two tests. */
  reserve(): number {
    const needs = new Map<number, number>();
    const needOf = (root: number): number => {
      const open: number[] = [root];
      while (open.length > 0) {
        const index = open[open.length - 1];
        const callees = [...(this.callees.get(index) ?? [])].filter((each) => !this.tested.has(each));
        const missing = callees.find((each) => !needs.has(each));
        if (missing !== undefined) {
          open.push(missing);
          continue;
        }
        open.pop();
        const deepest = Math.max(0, ...callees.map((each) => needs.get(each)!));
        needs.set(index, (this.frames.get(index) ?? 0) + deepest);
      }
      return needs.get(root)!;
    };
    return ENTRY_BYTES + Math.max(0, ...[...this.frames.keys()].map(needOf));
  }

  /** Tarjan: strongly connected components. */
  private findRecursive(): void {
    const number = new Map<number, number>();
    const lowest = new Map<number, number>();
    const stack: number[] = [];
    const onStack = new Set<number>();
    let count = 0;
    for (const root of this.callees.keys()) {
      if (number.has(root)) continue;
      const open: [number, number[]][] = [];
      const enter = (index: number) => {
        number.set(index, count);
        lowest.set(index, count++);
        stack.push(index);
        onStack.add(index);
        open.push([index, [...(this.callees.get(index) ?? [])]]);
      };
      enter(root);
      for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
        const [index, next] = top;
        const callee = next.pop();
        if (callee !== undefined) {
          if (!number.has(callee)) enter(callee);
          else if (onStack.has(callee)) lowest.set(index, Math.min(lowest.get(index)!, number.get(callee)!));
          continue;
        }
        open.pop();
        const outer = open[open.length - 1];
        if (outer !== undefined) lowest.set(outer[0], Math.min(lowest.get(outer[0])!, lowest.get(index)!));
        if (lowest.get(index) !== number.get(index)) continue;
        const component = stack.splice(stack.indexOf(index));
        for (const each of component) onStack.delete(each);
        const isRecursive = component.length > 1 || this.callees.get(index)?.has(index);
        if (isRecursive) for (const each of component) this.tested.add(each);
      }
    }
  }
}

/** Functions that an indirect call may lead to. */
function functionsInTables(code: ModuleCode, bodies: readonly FunctionCode[]): Set<number> {
  const found = new Set<number>();
  for (const { entries } of code.elements)
    for (const [instruction] of entries) if (instruction?.code === Opcode.RefFunc) found.add(instruction.low);
  for (const { body } of bodies)
    visit(body, ({ operation, index }) => {
      if (operation === Operation.FunctionReference) found.add(index);
    });
  for (const { kind, index } of code.exports) if (kind === ExternalKind.Function) found.add(index);
  return found;
}
