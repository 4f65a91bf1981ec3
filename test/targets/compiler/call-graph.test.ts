import { describe, expect, it } from 'vitest';
import { CallGraph } from '../../../targets/compiler/intermediate/call-graph.js';
import type { FunctionType } from '../../../targets/module/module-code.js';

const typed = (...signatures: string[]) => ({
  functions: signatures.map((signature) => ({ signature }) as FunctionType),
});

describe('the call graph of a module', () => {
  it('finds recursion directly, through others, and through a table', () => {
    const graph = new CallGraph(typed('i:', 'i:', 'i:', 'i:', 'f:', 'f:'), [3, 5]);
    graph.addCall(0, 0);
    graph.addCall(1, 2);
    graph.addCall(2, 1);
    graph.addIndirectCall(3, 'i:');
    graph.addIndirectCall(4, 'f:');
    expect([...graph.recursive()].sort()).toEqual([0, 1, 2, 3]);
  });

  it('finds all functions from which calls lead to others', () => {
    const graph = new CallGraph(typed('i:', 'i:', 'i:', 'f:'), [2]);
    graph.addCall(0, 1);
    graph.addIndirectCall(1, 'i:');
    graph.addCall(3, 0);
    expect([...graph.reaching([2])].filter((node) => graph.isFunction(node)).sort()).toEqual([0, 1, 2, 3]);
    expect([...graph.reaching([0])].sort()).toEqual([0, 3]);
    expect([...graph.reached([1])].filter((node) => graph.isFunction(node)).sort()).toEqual([1, 2]);
  });

  it('keeps one edge for a call through a table of any size', () => {
    const count = 1000;
    const graph = new CallGraph(typed(...Array.from({ length: count }, () => 'i:')), Array(count).keys());
    for (let caller = 0; caller < count; caller++) graph.addIndirectCall(caller, 'i:');
    expect(graph.calledBy(0).size).toBe(1);
    expect(graph.recursive().size).toBe(count);
  });
});
