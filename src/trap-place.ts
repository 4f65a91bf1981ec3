// Positions of running code: functions and byte offsets of a trap, of its callers, and of a call that yielded.

import { FRAME_ROW } from './capacities.js';
import { type TrapFrame, type WasmTrap, wasmTrap } from './errors.js';
import type { Lowerer } from './lower.js';
import type { Instance } from './module.js';
import { functionName } from './names.js';
import { Reserved, State } from './status.js';
import { FunctionColumn, type Store } from './store.js';
import { trapMessage } from './trap.js';

/** Limit of the call stack in a trap: to find the place of each frame, its function is lowered again. */
const MOST_FRAMES = 32;

/** The functions that run, innermost first, and how many are left out behind them. */
export type CallStack = Pick<WasmTrap, 'frames' | 'framesOmitted'>;

export class TrapPlaces {
  private readonly store: Store;
  private readonly state: Int32Array;
  private readonly lowerer: Lowerer;

  constructor(store: Store, state: Int32Array, lowerer: Lowerer) {
    this.store = store;
    this.state = state;
    this.lowerer = lowerer;
  }

  /** The error of a trap at a position of the code. */
  trapAt(code: number, position: number): WasmTrap {
    const frame = this.frameAt(position);
    const error = trapError(code, frame.offset, frame.functionIndex, frame.functionName);
    this.addFrames(error, frame);
    return error;
  }

  /** The call stack, with `frame` as the innermost one. */
  addFrames(error: CallStack, frame: TrapFrame): void {
    const callStack = this.store.callStack;
    if (frame.functionIndex >= 0) error.frames.push(frame);
    const top = Math.min(this.state[State.Calls], callStack.length);
    for (let calls = top - FRAME_ROW; calls >= 0; calls -= FRAME_ROW) {
      const caller = callStack[calls];
      if (caller === Reserved.Halt) break;
      if (caller === Reserved.SwitchBack) continue;
      if (error.frames.length < MOST_FRAMES) error.frames.push(this.frameAt(caller - 1));
      else error.framesOmitted++;
    }
  }

  /** The function at a position of the code, -1 if there is none, and the byte offset in its module. */
  frameAt(position: number): TrapFrame {
    const store = this.store;
    for (let index = 0; index < store.instanceTop; index++) {
      const instance = store.instances[index];
      if (position < instance.codeStart || position >= instance.codeEnd) continue;
      const functionIndex = this.functionAt(instance, position);
      const offset = this.lowerer.locate(instance, functionIndex, position);
      return {
        functionIndex: functionIndex,
        functionName: functionName(instance.module, functionIndex),
        offset: offset,
      };
    }
    return { functionIndex: -1, functionName: '', offset: -1 };
  }

  /** The call stack of the call that yielded. Allocates. */
  suspendedStack(): CallStack {
    const found: CallStack = { frames: [], framesOmitted: 0 };
    this.addFrames(found, this.frameAt(this.state[State.Counter]));
    return found;
  }

  /** Addresses of the functions of the call that yielded, innermost first. Allocates. */
  suspendedFunctions(): number[] {
    const addresses: number[] = [];
    this.addFunctionAt(this.state[State.Counter], addresses);
    for (let calls = this.state[State.Calls] - FRAME_ROW; calls >= 0; calls -= FRAME_ROW) {
      const caller = this.store.callStack[calls];
      if (caller !== Reserved.Halt && caller !== Reserved.SwitchBack) this.addFunctionAt(caller - 1, addresses);
    }
    return addresses;
  }

  private addFunctionAt(position: number, addresses: number[]): void {
    const store = this.store;
    for (let index = 0; index < store.instanceTop; index++) {
      const instance = store.instances[index];
      if (position < instance.codeStart || position >= instance.codeEnd) continue;
      addresses.push(instance.functionBase + this.functionAt(instance, position));
    }
  }

  /** A function's name in the module's name section, '' where it has none. Allocates. */
  functionName(address: number): string {
    const store = this.store;
    for (let index = 0; index < store.instanceTop; index++) {
      const instance = store.instances[index];
      const local = address - instance.functionBase;
      if (local >= 0 && local < instance.module.functionCount) return functionName(instance.module, local);
    }
    return '';
  }

  /** Index of the function whose code holds a position: functions are lowered in order. */
  private functionAt(instance: Instance, position: number): number {
    const module = instance.module;
    let low = module.importedFunctions;
    let high = module.functionCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const entry = this.store.functions[(instance.functionBase + middle) * 4 + FunctionColumn.Entry];
      if (entry <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function trapError(code: number, offset: number, functionIndex: number, name: string): WasmTrap {
  let message = trapMessage(code);
  if (functionIndex >= 0) {
    message += ' in function ' + functionIndex + (name === '' ? '' : ' (' + name + ')') + ' at byte ' + offset;
  }
  return wasmTrap(code, message, offset, functionIndex, name);
}
