// Bounded collections and memory that detect corruption of their own state.

export { BoundedHashMap } from './bounded-hash-map.js';
export { BoundedStack } from './bounded-stack.js';
export { BoundedVec } from './bounded-vec.js';
export { BoundsError } from './bounds-error.js';
export * from './element-layout.js';
export { IntegrityError } from './integrity-error.js';
export * from './operation-type.js';
export { SafeMemory } from './safe-memory.js';
export { SafeSlice } from './safe-slice.js';
export { ValidationStrategy } from './validation-strategy.js';
export { DEFAULT_VERIFICATION, hotPathLevel, VerificationLevel, verificationLevelName } from './verification-level.js';
