// Makes loops of calls in tail position by which a function calls itself: they take no stack. A function that does nothing but call
// itself stays, as it has to trap.

import {
  constant,
  type FunctionCode,
  Instruction,
  Label,
  NO_OPERANDS,
  type Region,
  regionsWithin,
  resolved,
  setOf,
} from '../intermediate/instruction.js';
import { leavesFunction, Operation, Type } from '../intermediate/operation.js';
import { noteWritten } from './webs.js';

/** Run before definitions are found. No fuel may be counted: the calls are not there any more. */
export function tailRecursion(code: FunctionCode): void {
  if (!code.calls || code.tailCalls) return;
  new TailRecursion(code).run();
}

/** The variables that are returned next; null if something else comes next. */
type Returned = readonly number[] | null;

class TailRecursion {
  private readonly code: FunctionCode;
  private readonly start = new Label(true);
  /** What comes behind regions, and where labels lead. */
  private readonly behind = new Map<Region, Returned>();
  private readonly atLabels = new Map<Label, Returned>();

  constructor(code: FunctionCode) {
    this.code = code;
  }

  run(): void {
    const { code, start } = this;
    const { body } = code;
    this.behind.set(body, code.results.length === 0 ? [] : null);
    const regions = regionsWithin(body);
    const found = regions.flatMap((region) => {
      const call = this.tailCallOf(region);
      return call === null ? [] : [{ region, call }];
    });
    const hasOtherEnd = regions.some(
      (region) =>
        !found.some((each) => each.region === region) &&
        region.length > 0 &&
        (leavesFunction(region[region.length - 1].operation) || region === body || this.behind.get(region) != null),
    );
    if (found.length === 0 || !hasOtherEnd) return;
    for (const { region, call } of found) this.jump(region, call);
    const at = body[0].at;
    const loop = new Instruction(Operation.Loop, Type.None, NO_OPERANDS, at);
    loop.label = start;
    loop.regions = [[...this.initial(at), ...body]];
    body.splice(0, body.length, loop);
    noteWritten(body);
  }

  /** The call of the function itself that ends a region; notes what comes behind the regions in its last instruction. */
  private tailCallOf(region: Region): Instruction | null {
    let end = region.length;
    let returned = this.behind.get(region) ?? null;
    const last = region[end - 1];
    if (last === undefined) return null;
    if (last.operation === Operation.Return) {
      const direct = this.returnedCall(region, last);
      if (direct !== null) return direct;
      end--;
      for (; end > 0 && region[end - 1].operation === Operation.Get; end--);
      // What was read further in front is not what has been written since.
      const reads = region.slice(end);
      const operands = last.operands.map((each) => resolved(each));
      returned = operands.every((each) => reads.includes(each)) ? operands.map(({ index }) => index) : null;
    } else if (last.operation === Operation.Branch) {
      end--;
      returned = this.atLabels.get(last.label!) ?? null;
    }
    const before = region[end - 1];
    if (returned === null || before === undefined) return null;
    if (before.operation === Operation.If || before.operation === Operation.Block) {
      if (before.label !== null) this.atLabels.set(before.label, returned);
      for (const inner of before.regions!) this.behind.set(inner, returned);
      return null;
    }
    if (returned.length === 0) return this.isOwnCall(before) ? before : null;
    const isSet = before.operation === Operation.Set && returned.length === 1 && before.index === returned[0];
    const value = isSet ? resolved(before.operands[0]) : null;
    return value !== null && value === region[end - 2] && this.isOwnCall(value) ? value : null;
  }

  /** The call of which a return has all words. */
  private returnedCall(region: Region, { operands }: Instruction): Instruction | null {
    const call = region[region.length - 1 - Math.max(1, operands.length)];
    if (call === undefined || !this.isOwnCall(call)) return null;
    const isWord = (each: Instruction, word: number) => each.producer === call && each.index === word;
    return operands.every((each, word) => (word === 0 ? resolved(each) === call : isWord(resolved(each), word)))
      ? call
      : null;
  }

  private isOwnCall({ operation, index }: Instruction): boolean {
    return operation === Operation.Call && index === this.code.index;
  }

  /** Instead of the call and what is behind it: new values of the parameters, and a branch to the start. */
  private jump(region: Region, call: Instruction): void {
    const { at, operands } = call;
    const sets = operands.map((value, index) => setOf(index, value, at));
    const branch = new Instruction(Operation.Branch, Type.None, NO_OPERANDS, at);
    branch.label = this.start;
    this.start.uses++;
    const removed = region.splice(region.indexOf(call));
    for (const { operation, label } of removed) if (operation === Operation.Branch) label!.uses--;
    region.push(...sets, branch);
  }

  /** The other variables start anew. */
  private initial(at: number): Instruction[] {
    const { variables, parameterCount } = this.code;
    return variables.slice(parameterCount).map((type, index) => {
      const value =
        type === Type.Reference
          ? new Instruction(Operation.NullReference, type, NO_OPERANDS, at)
          : constant(0, type, at);
      return setOf(parameterCount + index, value, at);
    });
  }
}
