// Blinks: a short flash each second, and two where the button is held down.

import { BTN1, digitalRead, digitalWrite, LED1, setInterval, setTimeout } from "./tazzina";

const FLASH = 50;
const PAUSE = 150;

let flashes = 0;

function off(): void {
  digitalWrite(LED1, 0);
  flashes--;
  if (flashes > 0) setTimeout(on, PAUSE);
}

function on(): void {
  digitalWrite(LED1, 1);
  setTimeout(off, FLASH);
}

function second(): void {
  flashes = digitalRead(BTN1) ? 2 : 1;
  on();
}

export function main(): void {
  setInterval(second, 1000);
}
