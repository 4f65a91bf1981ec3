// STM32 F4 Discovery: the facts of boards/STM32F4DISCOVERY.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const stm32f4discovery = defineBoard({
  name: 'stm32f4discovery',
  firmware: 'STM32F4DISCOVERY',
  title: 'STM32 F4 Discovery',
  chip: 'STM32F407VGT6',
  core: 'cortex-m4f',
  clock: 168_000_000,
  ram: 192 * 1024,
  jsVars: 5450,
  storage: { bytes: 2 * 131072, location: 'internal', executableInPlace: true },
  flash: 1024 * 1024,
  cStack: { bytes: 60_000, known: 'as a bound' },
  modules: ['dgram', 'Flash', 'fs', 'heatshrink', 'http', 'neopixel', 'net', 'NetworkJS', 'Storage', 'timer'],
  missing: ['"jit"', 'Bangle', 'g'],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/STM32F4DISCOVERY.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/STM32F4DISCOVERY.py:41: chip.part' },
    { fact: 'core', where: 'make/family/STM32F4.make:3: -mcpu=cortex-m4 -mfpu=fpv4-sp-d16' },
    { fact: 'clock', where: 'boards/STM32F4DISCOVERY.py:46: chip.speed' },
    { fact: 'ram', where: 'boards/STM32F4DISCOVERY.py:44: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/STM32F4DISCOVERY.py:21: info.variables' },
    { fact: 'modules', where: 'boards/STM32F4DISCOVERY.py: info.build.libraries and makefile; Makefile:355-664' },
    { fact: 'cStack', where: 'boards/STM32F4DISCOVERY.py: chip.ram less the JsVars: an upper bound' },
    {
      fact: 'storage.bytes',
      where: 'scripts/build_platform_config.py:109: no chip.saved_code, so pages of 128 KB for all JsVars of 16 bytes',
    },
    { fact: 'storage.location', where: 'scripts/build_platform_config.py:124: the end of the flash' },
    { fact: 'storage.executableInPlace', where: 'targets/stm32/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/STM32F4DISCOVERY.py:45: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
    { fact: 'missing', where: 'boards/STM32F4DISCOVERY.py:25: no JIT in info.build.libraries' },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/STM32F4DISCOVERY.py: it has no screen of its own' },
  ],
});
