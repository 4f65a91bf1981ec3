// The simulated Espruino board.

export type { SimulatedBoardFacts } from './board-features.js';
export { boot, Start } from './boot.js';
export { Console } from './console.js';
export { ConsoleServer } from './console-server.js';
export { secondsOf } from './cost.js';
export { type Finding, formatFindings, type Severity } from './finding.js';
export { Flash, PowerCut } from './flash.js';
export { Graphics, type Image, type Screen } from './graphics.js';
export { type InstrumentOptions, instrument, type Site } from './instrument.js';
export { type LineCost, lineCosts } from './line-cost.js';
export { type LintOptions, lint } from './lint.js';
export type { I2CPeer, Peers, SerialPeer, SPIPeer } from './peripherals.js';
export type { PinChange, PinMode } from './pins.js';
export { type ProgramOptions, SimulatedBoard, type SimulatorOptions } from './simulated-board.js';
export { SimulationError } from './simulation-error.js';
export { Storage, StorageError, type StorageStatistics } from './storage.js';
export { valueChangeDump } from './value-change-dump.js';
export { VirtualClock } from './virtual-clock.js';
