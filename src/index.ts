// The core: the engine, which runs on Node and reads and lowers modules for boards. What boards execute of it is numeric.ts,
// wide.ts and the bodies of instructions: docs/decisions/core-on-node.md.

export { type Capacities, type CapacityName, footprint, footprintBytes, large, small, tiny } from './capacities.js';
export { CallStatus, Engine, type EngineOptions, type ExecutionStats, type HostFunction } from './engine.js';
export {
  CapacityError,
  DecodeError,
  EngineError,
  LinkError,
  type TrapFrame,
  ValidationError,
  WasmTrap,
} from './errors.js';
export type { Instance, Module } from './module.js';
export { runSlices } from './slices.js';
export { Trap, trapMessage } from './trap.js';
export { ExternalKind, NULL_REFERENCE } from './types.js';
