// The core: the engine. It runs on Node, and `targets` uses it to read and lower modules for boards. Boards execute numeric.ts,
// wide.ts and the instruction bodies of it: docs/decisions/core-on-node.md.

export { type Capacities, type CapacityName, footprint, footprintBytes, large, small, tiny } from './capacities.js';
export { Engine } from './engine.js';
export type { EngineOptions, HostFunction } from './engine-options.js';
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
export type { ExecutionStats } from './statistics.js';
export { CallStatus } from './status.js';
export { Trap, trapMessage } from './trap.js';
export { ExternalKind, NULL_REFERENCE } from './types.js';
