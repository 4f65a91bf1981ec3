// All implementations of host functions, by the names that the table has for them.

export * from './implementations-assemblyscript.js';
export * from './implementations-bangle.js';
export * from './implementations-buses.js';
export * from './implementations-compilers.js';
export * from './implementations-components.js';
export * from './implementations-console.js';
export * from './implementations-pins.js';
export * from './implementations-screen.js';
export * from './implementations-storage.js';
export * from './implementations-timers.js';
export * from './implementations-wasi.js';
export { pinAt } from './pin-numbers.js';
