// Loads bytes and halfwords with their sign where their values are extended by it later, behind the merge of several loads: the
// extension then goes. Comparisons of such values with each other, for equality, find the same.

import { Code, Condition, type Node, Shift, Test, type Use } from './node.js';

/** Runs when the uses of all nodes are known; `sorted` are the floating ones. */
export function signLoads(sorted: readonly Node[]): void {
  const extensions = sorted.filter(({ code }) => code === Code.ExtendSigned8 || code === Code.ExtendSigned16);
  if (extensions.length === 0) return;
  const merged = new Set<Node>();
  const loads = new Set<Node>();
  for (const extension of extensions) {
    const [value] = extension.operands;
    const size = sizeOf(extension);
    const parts = value.code === Code.Phi ? value.operands : [value];
    if (!parts.every((each) => each.code === Code.Load && each.size === size && !each.isSigned)) continue;
    if (value.code === Code.Phi) merged.add(value);
    for (const each of parts) loads.add(each);
  }
  const isFit = (value: Node, size: number) => value.uses.every((use) => isSigned(use, size, merged, loads));
  // A value that is used otherwise keeps what it is merged and compared with from being signed.
  for (let changes = true; changes; ) {
    changes = false;
    for (const phi of merged) {
      const isKept = phi.operands.every((each) => loads.has(each)) && isFit(phi, phi.operands[0].size);
      if (!isKept) changes = merged.delete(phi);
    }
    for (const load of loads) if (!isFit(load, load.size)) changes = loads.delete(load) || changes;
  }
  for (const load of loads) load.isSigned = true;
  for (const extension of extensions) {
    const [value] = extension.operands;
    if (!merged.has(value) && !loads.has(value)) continue;
    value.uses = value.uses.filter(({ user }) => user !== extension);
    for (const use of extension.uses) {
      use.user.operands = use.user.operands.map((each) => (each === extension ? value : each));
      value.uses.push(use);
    }
    extension.uses = [];
  }
}

/** Whether a use makes no difference between the value and its extension from `size` bytes, if all of the sets are extended. */
function isSigned({ user }: Use, size: number, merged: ReadonlySet<Node>, loads: ReadonlySet<Node>): boolean {
  const { code, test, condition, operands, hasImmediate, shift } = user;
  if (code === Code.Phi) return merged.has(user);
  if (code === Code.ExtendSigned8 || code === Code.ExtendSigned16) return sizeOf(user) === size;
  const isEquality = condition === Condition.Equal || condition === Condition.NotEqual;
  const isPlain = code === Code.Branch || code === Code.Boolean || code === Code.TrapIf;
  if (!isPlain || test !== Test.Compare || !isEquality || hasImmediate || shift !== Shift.None) return false;
  return operands.every((each) => loads.has(each) && each.size === size);
}

function sizeOf({ code }: Node): number {
  return code === Code.ExtendSigned8 ? 1 : 2;
}
