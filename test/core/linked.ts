// An engine with several instances, each registered under a name, and calls of their exports.
import { expect } from 'vitest';
import {
  type Capacities,
  Engine,
  type HostFunction,
  type Instance,
  small,
  type Trap,
  WasmTrap,
} from '../../src/index.js';
import { thrownBy } from './adder.js';
import { wat } from './wat.js';

export const PAGE = 65536;

export const capacities: Capacities = {
  ...small,
  modules: 8,
  instances: 8,
  tables: 16,
  memories: 4,
  memoryBytes: 2 * PAGE,
  callDepth: 64,
};

export class Linked {
  readonly engine: Engine;
  private last!: Instance;

  constructor(overrides: Partial<Capacities> = {}) {
    this.engine = new Engine({ ...capacities, ...overrides });
  }

  /** Instantiates a module and registers it under a name. */
  add(name: string, text: string): Instance {
    this.last = this.engine.instantiate(this.engine.load(wat(text)));
    this.engine.register(name, this.last);
    return this.last;
  }

  /** Calls an export of the newest instance, or of another; its first result as i32. */
  call(name: string, values: number[] = [], instance = this.last): number {
    const address = this.engine.exportedFunction(instance, name);
    values.forEach((value, index) => {
      this.engine.setI32(index, value);
    });
    this.engine.call(address);
    return this.engine.getI32(0);
  }

  /** A host function that calls `address` with its own argument. */
  callBack(address: () => number): HostFunction {
    return (engine) => {
      const value = engine.getI32(0);
      const base = engine.beginCall();
      engine.setI32(0, value);
      engine.call(address());
      const result = engine.getI32(0);
      engine.endCall(base);
      engine.setI32(0, result);
    };
  }

  expectTrap(code: Trap, name: string, values: number[] = []): WasmTrap {
    const trap = thrownBy(() => this.call(name, values)) as WasmTrap;
    expect(trap).toBeInstanceOf(WasmTrap);
    expect(trap.code).toBe(code);
    return trap;
  }
}
