// The operand types on the stack of the validator (core specification, appendix "Validation Algorithm"), and the errors of invalid
// code. The types are in `operandTypes`.

import { capacityError, validationError } from './errors.js';
import type { Module } from './module.js';
import { functionName } from './names.js';
import { signatureTypes } from './opcodes.js';
import type { Reader } from './reader.js';
import type { Store } from './store.js';
import { ValueType, valueTypeName } from './types.js';

export class OperandTypes {
  protected readonly store: Store;
  protected readonly reader: Reader;
  protected module!: Module;
  /** The function whose body is validated; -1 outside bodies. */
  functionIndex = -1;
  /** Byte offset that errors name. */
  instructionAt = 0;
  /** The maximum over all functions so far. */
  mostOperands = 0;
  operandTop = 0;
  /** Height and reachability of the innermost block. */
  protected height = 0;
  protected unreachable = 0;

  constructor(store: Store, reader: Reader) {
    this.store = store;
    this.reader = reader;
  }

  /** Begins with a module, outside of its bodies. */
  begin(module: Module): void {
    this.module = module;
    this.functionIndex = -1;
    this.instructionAt = 0;
  }

  /** Empties the stack. */
  clear(): void {
    this.operandTop = 0;
    this.height = 0;
    this.unreachable = 0;
  }

  fail(message: string): never {
    const index = this.functionIndex;
    const name = index >= 0 ? functionName(this.module, index) : '';
    const where = index >= 0 ? ' in function ' + index + (name === '' ? '' : ' (' + name + ')') : '';
    const at = this.instructionAt;
    throw validationError(message + where + ' at byte ' + at, at, index, name);
  }

  push(type: number): void {
    const top = this.operandTop;
    if (top >= this.store.operandTypes.length) {
      throw capacityError('operandDepth', top + 1, this.store.capacities.operandDepth, this.instructionAt);
    }
    this.store.operandTypes[top] = type;
    this.operandTop = top + 1;
    if (top >= this.mostOperands) this.mostOperands = top + 1;
  }

  protected pop(): number {
    if (this.operandTop === this.height) {
      if (this.unreachable === 1) return ValueType.Unknown;
      this.fail('type mismatch: the operand stack is empty');
    }
    return this.store.operandTypes[--this.operandTop];
  }

  popExpected(expected: number): void {
    const found = this.pop();
    if (found !== expected && found !== ValueType.Unknown && expected !== ValueType.Unknown) {
      this.fail('type mismatch: expected ' + valueTypeName(expected) + ', found ' + valueTypeName(found));
    }
  }

  protected popParameters(type: number): void {
    const values = this.store.typeValues;
    const offset = this.store.typeOffsets[type];
    for (let index = this.store.typeParameterCounts[type] - 1; index >= 0; index--)
      this.popExpected(values[offset + index]);
  }

  protected popResults(type: number): void {
    const values = this.store.typeValues;
    const offset = this.store.typeOffsets[type] + this.store.typeParameterCounts[type];
    for (let index = this.store.typeResultCounts[type] - 1; index >= 0; index--)
      this.popExpected(values[offset + index]);
  }

  protected pushParameters(type: number): void {
    const offset = this.store.typeOffsets[type];
    const count = this.store.typeParameterCounts[type];
    for (let index = 0; index < count; index++) this.push(this.store.typeValues[offset + index]);
  }

  protected pushResults(type: number): void {
    const offset = this.store.typeOffsets[type] + this.store.typeParameterCounts[type];
    const count = this.store.typeResultCounts[type];
    for (let index = 0; index < count; index++) this.push(this.store.typeValues[offset + index]);
  }

  applySignature(signature: number): void {
    let at = signature;
    while (signatureTypes[at] !== 0) at++;
    for (let parameter = at - 1; parameter >= signature; parameter--) this.popExpected(signatureTypes[parameter]);
    at++;
    while (signatureTypes[at] !== 0) this.push(signatureTypes[at++]);
  }
}
