// Timers and the time: what module `espruino` does with them on a board.

import type { Host } from './host.js';

declare function setTimeout(run: () => void, milliseconds: number): number;
declare function setInterval(run: () => void, milliseconds: number): number;
declare function clearTimeout(id: number): void;
declare function clearInterval(id: number): void;
declare function getTime(): number;

export function startTimeout(host: Host, callback: number, milliseconds: number): number {
  return setTimeout(() => host.callTable(callback), milliseconds);
}

export function startInterval(host: Host, callback: number, milliseconds: number): number {
  return setInterval(() => host.callTable(callback), milliseconds);
}

export function stopTimeout(_: Host, id: number): undefined {
  clearTimeout(id);
}

export function stopInterval(_: Host, id: number): undefined {
  clearInterval(id);
}

export function timeNow(): number {
  return getTime();
}
