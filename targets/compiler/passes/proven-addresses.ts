// Finds accesses whose address, before the offset is added, is known not to be negative as an int32: because of how it is
// computed, or because an access with the same address came before on every path. The offset can then be added to an int32.

import { type FunctionCode, type Instruction, Proven, type Region, resolved } from '../intermediate/instruction.js';
import { isLoad, isStore, Operation } from '../intermediate/operation.js';
import { mostOf } from './range.js';

/** Memories end below 2 GiB: an address that was within bounds and an offset up to this are an int32, or out of bounds. */
const MOST_OFFSET = 65536;

export function provenAddresses(code: FunctionCode): void {
  if (code.accessesMemory) new ProvenAddresses(code).region(code.body, new Facts());
}

/** Addresses that were within bounds: values, and variables as they were at a version. */
class Facts {
  readonly values: Set<Instruction>;
  readonly variables: Map<number, number>;

  constructor(outer?: Facts) {
    this.values = new Set(outer?.values);
    this.variables = new Map(outer?.variables);
  }
}

class ProvenAddresses {
  private readonly versions: Int32Array;
  /** The version that a `Get` reads. */
  private readonly readVersions = new Map<Instruction, number>();

  constructor(code: FunctionCode) {
    this.versions = new Int32Array(code.variables.length);
  }

  region(region: Region, facts: Facts): void {
    for (const instruction of region) {
      const { operation, index } = instruction;
      if (operation === Operation.Get) this.readVersions.set(instruction, this.versions[index]);
      else if (operation === Operation.Set) this.set(instruction, facts);
      else if (isLoad(operation) || isStore(operation)) this.access(instruction, facts);
      if (instruction.regions === null) continue;
      if (instruction.written !== null) for (const variable of instruction.written) this.versions[variable]++;
      for (const inner of instruction.regions) this.region(inner, new Facts(facts));
    }
  }

  /** A variable that is set to an address that was within bounds is one, too. */
  private set({ index, operands }: Instruction, facts: Facts): void {
    this.versions[index]++;
    if (this.isProven(resolved(operands[0]), facts)) facts.variables.set(index, this.versions[index]);
  }

  private access(instruction: Instruction, facts: Facts): void {
    const address = resolved(instruction.operands[0]);
    const offset = instruction.index;
    if (offset <= MOST_OFFSET && (this.isProven(address, facts) || mostOf(address) + offset <= 0x7fffffff))
      instruction.proven |= Proven.Bounded;
    if (address.operation === Operation.Get) facts.variables.set(address.index, this.readVersions.get(address)!);
    else if (address.operation !== Operation.Constant) facts.values.add(address);
  }

  private isProven(address: Instruction, facts: Facts): boolean {
    if (address.operation !== Operation.Get) return facts.values.has(address);
    return facts.variables.get(address.index) === this.readVersions.get(address);
  }
}
