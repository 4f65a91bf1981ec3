// The depth of calls: the longest paths through a call graph, in calls, in value slots and in bytes of the program's own stack in
// linear memory; and recursion, which can exceed them.

import { type CallGraph, type Edge, EdgeKind } from './call-graph.js';
import { stronglyConnected } from './strongly-connected.js';

export interface Recursion {
  /** Function indices, each calling the next and the last one the first. */
  cycle: number[];
  /** Without calls through a table: those may be of other functions than the analysis has to assume. */
  direct: boolean;
  /** The needs of one turn of the recursion. */
  calls: number;
  valueSlots: number;
  stackBytes: number;
  /** Functions that can call each other this way and others. */
  functions: number;
}

export interface LongestPath {
  /** Calls, value slots or bytes. */
  length: number;
  /** Function indices from a root on. */
  path: number[];
}

export interface StackDepth {
  /** Longest paths on which no function calls itself again. */
  calls: LongestPath;
  valueSlots: LongestPath;
  stackBytes: LongestPath;
  /** Largest turn first; none: the longest paths are bounds. */
  recursion: Recursion[];
}

/** Value slots that a call of the recursion with the largest frames takes; 0 without recursion. */
export const slotsOfCall = ({ recursion }: StackDepth): number =>
  Math.max(0, ...recursion.map(({ valueSlots, calls }) => valueSlots / calls));

/** `stackBytes` are bytes that each function takes off the stack in linear memory, by index. */
export function stackDepth(graph: CallGraph, stackBytes: Int32Array): StackDepth {
  const reachable = reachableFrom(graph);
  const edges = graph.edges.filter(({ from }) => reachable[from] === 1);
  const components = stronglyConnected(graph.nodeCount, edges);
  const recursive = new Set<number>();
  for (const { from, to, kind } of edges) {
    if (kind === EdgeKind.Call && components[from] === components[to]) recursive.add(components[from]);
  }
  // Functions that only tail-call each other take turns in one place: the place of all of them is as large as the largest's.
  const groups = components.map((component, node) => (recursive.has(component) ? graph.nodeCount + node : component));
  const grouped = new Grouped(graph, edges, groups, stackBytes);
  return {
    calls: grouped.longest((edge, rest) => (edge.kind === EdgeKind.Call ? rest + 1 : rest), grouped.frameCounts),
    valueSlots: grouped.longest((edge, rest) => edge.offset + rest, graph.frames),
    stackBytes: grouped.longest(
      (edge, rest) => (edge.kind === EdgeKind.Call ? grouped.stackBytes[edge.from] + rest : rest),
      grouped.stackBytes,
    ),
    recursion: recursions(graph, edges, components, recursive, grouped.stackBytes),
  };
}

function reachableFrom(graph: CallGraph): Uint8Array {
  const reachable = new Uint8Array(graph.nodeCount);
  const next = successors(graph.nodeCount, graph.edges);
  const waiting = [...graph.roots];
  for (const root of waiting) reachable[root] = 1;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (const { to } of next[node]) {
      if (reachable[to] === 1) continue;
      reachable[to] = 1;
      waiting.push(to);
    }
  }
  return reachable;
}

function successors(nodeCount: number, edges: Edge[]): Edge[][] {
  const next: Edge[][] = Array.from({ length: nodeCount }, () => []);
  for (const edge of edges) next[edge.from].push(edge);
  return next;
}

class Grouped {
  /** 1 for a function that takes a frame of the call stack, 0 for host functions and indirect calls. */
  readonly frameCounts: Int32Array;
  readonly stackBytes: Int32Array;
  private readonly graph: CallGraph;
  /** Number of each node's group, from 0 on. */
  private readonly group: Int32Array;
  private readonly members: number[][] = [];
  /** Edges that leave a group. */
  private readonly next: Edge[][];

  constructor(graph: CallGraph, edges: Edge[], groups: number[], stackBytes: Int32Array) {
    this.graph = graph;
    this.frameCounts = new Int32Array(graph.nodeCount).fill(1, graph.importedFunctions, graph.functionCount);
    this.stackBytes = new Int32Array(graph.nodeCount);
    this.stackBytes.set(stackBytes);
    this.group = new Int32Array(graph.nodeCount);
    const numbers = new Map<number, number>();
    groups.forEach((key, node) => {
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      this.group[node] = number;
      this.members[number] ??= [];
      this.members[number].push(node);
    });
    this.next = this.members.map(() => []);
    for (const edge of edges) {
      if (this.group[edge.from] !== this.group[edge.to]) this.next[this.group[edge.from]].push(edge);
    }
  }

  /**
   * The longest path from a root, depth first and without recursion: `extend` adds an edge to what its target takes at
   * most, `own` is what a node takes without calling anything.
   */
  longest(extend: (edge: Edge, rest: number) => number, own: Int32Array): LongestPath {
    const { members, next, group } = this;
    const length = new Float64Array(members.length);
    const best: (Edge | undefined)[] = [];
    /** 0 not visited, 1 on the path, 2 done. */
    const state = new Uint8Array(members.length);
    const visited = new Int32Array(members.length);
    for (let number = 0; number < members.length; number++) {
      for (const node of members[number]) length[number] = Math.max(length[number], own[node]);
    }
    for (const root of this.graph.roots) {
      if (state[group[root]] !== 0) continue;
      const path = [group[root]];
      while (path.length > 0) {
        const at = path[path.length - 1];
        state[at] = 1;
        if (visited[at] < next[at].length) {
          const edge = next[at][visited[at]];
          const to = group[edge.to];
          if (state[to] === 0) {
            path.push(to);
            continue;
          }
          visited[at]++;
          // A target that is on the path itself is recursion.
          if (state[to] === 1) continue;
          const total = extend(edge, length[to]);
          if (total > length[at]) {
            length[at] = total;
            best[at] = edge;
          }
        } else {
          state[at] = 2;
          path.pop();
        }
      }
    }
    let first = -1;
    for (const root of this.graph.roots) {
      if (first < 0 || length[group[root]] > length[group[first]]) first = root;
    }
    if (first < 0) return { length: 0, path: [] };
    return { length: length[group[first]], path: this.follow(first, best) };
  }

  private follow(root: number, best: (Edge | undefined)[]): number[] {
    const path = [root];
    for (let edge = best[this.group[root]]; edge; edge = best[this.group[edge.to]]) {
      // The function of the group that makes the call, where the path came in by another one.
      if (edge.from !== path[path.length - 1]) path.push(edge.from);
      path.push(edge.to);
    }
    return path.filter((node) => node < this.graph.functionCount);
  }
}

/** For every set of functions that call each other, the cycle through the one with the largest frame. */
function recursions(
  graph: CallGraph,
  edges: Edge[],
  components: number[],
  recursive: Set<number>,
  stackBytes: Int32Array,
): Recursion[] {
  const directEdges = edges.filter(({ to }) => to < graph.functionCount);
  const directComponents = stronglyConnected(graph.nodeCount, directEdges);
  const internal = groupBy(
    edges.filter(({ from, to }) => components[from] === components[to] && recursive.has(components[from])),
    ({ from }) => components[from],
  );
  const found: Recursion[] = [];
  for (const inside of internal.values()) {
    const direct = inside.filter(({ from, to }) => directComponents[from] === directComponents[to]);
    const isDirect = direct.some(({ kind }) => kind === EdgeKind.Call);
    const cycle = worstCycle(graph, isDirect ? direct : inside);
    const functions = new Set(inside.map(({ from }) => from).filter((node) => node < graph.functionCount));
    found.push({
      cycle: cycle.map(({ from }) => from).filter((node) => node < graph.functionCount),
      direct: isDirect,
      calls: cycle.filter(({ kind }) => kind === EdgeKind.Call).length,
      valueSlots: cycle.reduce((sum, { offset }) => sum + offset, 0),
      stackBytes: cycle.reduce((sum, { from, kind }) => sum + (kind === EdgeKind.Call ? stackBytes[from] : 0), 0),
      functions: functions.size,
    });
  }
  return found.sort((a, b) => b.valueSlots - a.valueSlots || b.stackBytes - a.stackBytes);
}

function groupBy(edges: Edge[], key: (edge: Edge) => number): Map<number, Edge[]> {
  const groups = new Map<number, Edge[]>();
  for (const edge of edges) {
    const group = groups.get(key(edge));
    if (group) group.push(edge);
    else groups.set(key(edge), [edge]);
  }
  return groups;
}

/** The shortest cycle through the call whose caller has the largest frame. */
function worstCycle(graph: CallGraph, edges: Edge[]): Edge[] {
  const next = groupBy(edges, ({ from }) => from);
  const calls = edges.filter(({ kind }) => kind === EdgeKind.Call);
  calls.sort((a, b) => graph.frames[b.from] - graph.frames[a.from] || b.offset - a.offset);
  for (const first of calls) {
    const way = shortestWay(first.to, first.from, next);
    if (way) return [first, ...way];
  }
  return [];
}

/** Breadth first. */
function shortestWay(from: number, to: number, next: Map<number, Edge[]>): Edge[] | null {
  const reachedBy = new Map<number, Edge | null>([[from, null]]);
  const waiting = [from];
  for (const node of waiting) {
    if (node === to) break;
    for (const edge of next.get(node) ?? []) {
      if (reachedBy.has(edge.to)) continue;
      reachedBy.set(edge.to, edge);
      waiting.push(edge.to);
    }
  }
  if (!reachedBy.has(to)) return null;
  const way: Edge[] = [];
  for (let edge = reachedBy.get(to); edge; edge = reachedBy.get(edge.from)) way.unshift(edge);
  return way;
}
