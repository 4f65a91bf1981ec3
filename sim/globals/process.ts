// process, the console, and the functions of the interpreter itself.

import { Start } from '../boot.js';
import type { SimulatedBoard } from '../simulated-board.js';
import { printedText } from '../text-of-value.js';
import type { Realm } from './realm.js';

const VERSION = '2v29';

export function installProcess(board: SimulatedBoard, { global, parts }: Realm): void {
  const { facts } = board;
  const object = (members: Record<string, unknown>) => parts.object(Object.entries(members));
  const memory = () => {
    const { count, bytes } = facts.jsVars;
    const usage = board.usedJsVars;
    return object({ free: count - usage, usage, total: count, history: 0, gc: 0, gctime: 0.5, blocksize: bytes });
  };
  const env = object({
    VERSION,
    GIT_COMMIT: '',
    BOARD: facts.firmware,
    RAM: facts.ram ?? 0,
    FLASH: facts.flash ?? 0,
    STORAGE: facts.storage.bytes,
    SERIAL: '00000000-00000000',
    CONSOLE: 'USB',
    MODULES: 'Flash,Storage',
    EXPTR: 0,
  });
  global.process = object({ env, memory, version: VERSION });
  const print = (...values: unknown[]) => board.print(`${values.map((value) => printedText(value)).join(' ')}\n`);
  global.print = print;
  global.console = object({ log: print, info: print, debug: print, warn: print, error: print, trace: print });
  const nothing = () => undefined;
  for (const name of ['setBusyIndicator', 'setSleepIndicator', 'setDeepSleep', 'dump', 'trace', 'save'])
    global[name] = nothing;
  global.getSerial = () => '00000000-00000000';
  global.load = (name?: unknown) => {
    board.later(() => {
      board.start(name === undefined ? Start.Load : Start.Reset);
      if (name !== undefined) board.load(String(name));
    });
  };
  global.reset = () => board.later(() => board.start(Start.Reset));
  global.echo = (isOn: unknown) => board.console?.echo(Boolean(isOn));
  global.btoa = (text: unknown) => Buffer.from(String(text), 'latin1').toString('base64');
  global.atob = (text: unknown) => Buffer.from(String(text), 'base64').toString('latin1');
  for (const name of ['peek8', 'peek16', 'peek32', 'poke8', 'poke16', 'poke32'])
    global[name] = () => parts.raise(`${name} is not simulated`);
}
