// The simulated Espruino board: what the command line uses of it.

export { Start } from './boot.js';
export { Console } from './console/console.js';
export { ConsoleServer, type ConsoleServerOptions } from './console/console-server.js';
export { secondsOf } from './cost/cost.js';
export { lineCosts } from './cost/line-cost.js';
export { InputError, type InputEvent, inputKinds, parseInputEvents } from './input-events.js';
export type { SimulatedBoardFacts } from './language/board-features.js';
export { type Finding, formatFindings } from './language/finding.js';
export { lint } from './language/lint.js';
export { valueChangeDump } from './pins/value-change-dump.js';
export { png } from './screen/png.js';
export { screenOf } from './screen/screens.js';
export { type Outlines, readOutlines } from './screen/vector-font.js';
export { SimulatedBoard, type SimulatorOptions } from './simulated-board.js';
export { SimulationError } from './simulation-error.js';
export { Flash, PowerCut } from './storage/flash.js';
export { Storage, StorageError } from './storage/storage.js';
