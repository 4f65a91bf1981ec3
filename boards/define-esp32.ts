// Facts that all boards with chips of the ESP32 family share, with their sources in Espruino 2v29.

import type { Board } from './board.js';
import { type BoardFacts, defineBoard } from './define-board.js';

interface Esp32Facts extends Pick<BoardFacts, 'name' | 'firmware' | 'core' | 'clock' | 'ram' | 'jsVars' | 'cStack'> {
  chip: string;
  /** Name of the datasheet. */
  datasheet: string;
  /** Modules that are not in the firmware of each of them. */
  modules?: readonly string[];
  /** Lines of `boards/FIRMWARE.py`. */
  lines: { chip: number; clock: number; ram: number; jsVars: number; storage: number; noJit: number };
  /** The line that sets ESP_STACK_SIZE. */
  stackLine: string;
}

/** Throws an Error where `defineBoard` does. */
export function defineEsp32({ datasheet, lines, stackLine, chip, modules = [], ...facts }: Esp32Facts): Board {
  const file = `boards/${facts.firmware}.py`;
  const sheet = `from the datasheet: ${datasheet} Series Datasheet, Espressif`;
  return defineBoard({
    ...facts,
    title: chip,
    chip,
    usedAtBoot: 128,
    storage: { bytes: 224 * 4096, location: 'spi', executableInPlace: false },
    modules: [...COMMON_MODULES, ...modules].sort((one, other) => one.localeCompare(other, 'en')),
    missing: ['"jit"', 'Bangle', 'g'],
    nativeCalls: false,
    sources: [
      { fact: 'firmware', where: `${file}: its name, as scripts/build_platform_config.py:182 has it` },
      { fact: 'chip', where: `${file}:${lines.chip}: chip.part` },
      { fact: 'core', where: sheet },
      { fact: 'clock', where: `${file}:${lines.clock}: chip.speed` },
      { fact: 'ram', where: `${file}:${lines.ram}: chip.ram` },
      { fact: 'jsVars.count', where: `${file}:${lines.jsVars}: info.variables` },
      { fact: 'jsVars.count', where: 'targets/esp32/main.c:96: fewer, if the heap at boot has no room for all' },
      { fact: 'modules', where: `${file}: info.build.libraries and makefile; Makefile:355-664` },
      { fact: 'cStack', where: `${stackLine}: ESP_STACK_SIZE` },
      { fact: 'storage.bytes', where: `${file}:${lines.storage}: chip.saved_code` },
      { fact: 'storage.location', where: `${sheet}: flash is outside the processor` },
      { fact: 'storage.executableInPlace', where: 'there is no native code: see nativeCalls' },
      { fact: 'nativeCalls', where: 'the processor is no ARM' },
      { fact: 'missing', where: `${file}:${lines.noJit}: no JIT in info.build.libraries` },
      { fact: 'freeJsVars', where: 'an estimate: 128 are taken at boot; Espruino issue 1777 has 106 of an ESP32' },
      { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
      { fact: 'missing', where: `${file}: it has no screen of its own` },
    ],
  });
}

const COMMON_MODULES = [
  'crypto',
  'dgram',
  'Flash',
  'fs',
  'heatshrink',
  'http',
  'neopixel',
  'net',
  'NetworkJS',
  'Storage',
  'timer',
  'tls',
  'Wifi',
];
