// Strongly connected components of a directed graph: Tarjan's algorithm, without recursion.

/** The component of each node, as the number of one of its nodes. */
export function stronglyConnected(nodeCount: number, edges: readonly { from: number; to: number }[]): number[] {
  const start = new Int32Array(nodeCount + 1);
  for (const { from } of edges) start[from + 1]++;
  for (let node = 0; node < nodeCount; node++) start[node + 1] += start[node];
  const filled = start.slice();
  const targets = new Int32Array(edges.length);
  for (const { from, to } of edges) targets[filled[from]++] = to;

  const components = new Array<number>(nodeCount).fill(-1);
  /** Order of discovery from 1 on, 0: not discovered. */
  const order = new Int32Array(nodeCount);
  const lowest = new Int32Array(nodeCount);
  const next = start.slice();
  const open: number[] = [];
  const path: number[] = [];
  let discovered = 0;
  for (let root = 0; root < nodeCount; root++) {
    if (order[root] !== 0) continue;
    path.push(root);
    while (path.length > 0) {
      const node = path[path.length - 1];
      if (order[node] === 0) {
        order[node] = ++discovered;
        lowest[node] = discovered;
        open.push(node);
      }
      if (next[node] < start[node + 1]) {
        const target = targets[next[node]++];
        if (order[target] === 0) path.push(target);
        else if (components[target] < 0) lowest[node] = Math.min(lowest[node], order[target]);
        continue;
      }
      path.pop();
      if (path.length > 0) {
        const parent = path[path.length - 1];
        lowest[parent] = Math.min(lowest[parent], lowest[node]);
      }
      if (lowest[node] !== order[node]) continue;
      for (let member = -1; member !== node; ) {
        member = open.pop()!;
        components[member] = node;
      }
    }
  }
  return components;
}
