// The core: everything that runs on a board and in Node alike.

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
