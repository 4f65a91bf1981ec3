// The simulated Espruino board.

export { boot, Start } from './boot.js';
export { Console } from './console/console.js';
export { ConsoleServer, type ConsoleServerOptions } from './console/console-server.js';
export { secondsOf } from './cost/cost.js';
export { type LineCost, lineCosts } from './cost/line-cost.js';
export { type InstrumentOptions, instrument, type Site } from './instrument/instrument.js';
export type { SimulatedBoardFacts } from './language/board-features.js';
export { type Finding, formatFindings, type Severity } from './language/finding.js';
export { type LintOptions, lint } from './language/lint.js';
export type { I2CPeer, Peers, SerialPeer, SPIPeer } from './pins/peripherals.js';
export type { PinChange, PinMode } from './pins/pins.js';
export { valueChangeDump } from './pins/value-change-dump.js';
export { Graphics, type Image, type Screen } from './screen/graphics.js';
export { png } from './screen/png.js';
export { hasScreen, type ProgramOptions, SimulatedBoard, type SimulatorOptions } from './simulated-board.js';
export { SimulationError } from './simulation-error.js';
export { Flash, PowerCut } from './storage/flash.js';
export { Storage, StorageError, type StorageStatistics } from './storage/storage.js';
export { VirtualClock } from './virtual-clock.js';
