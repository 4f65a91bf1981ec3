// The named pins of each board: `devices` in the board files of Espruino 2v29.

/** Pin names by board, as ranges: `LED1-3` stands for LED1, LED2 and LED3. */
export const pinNames: Readonly<Record<string, string>> = {
  // The screen shows these LEDs: libs/banglejs/jswrap_bangle.c.
  banglejs: 'LED1-2 BTN1-5',
  banglejs2: 'LED1-2 BTN1',
  esp32: 'LED1 BTN1',
  esp32c3: 'LED1 BTN1',
  esp32s3: 'LED1 BTN1',
  esp8266: '',
  espruino_original: 'LED1-3 BTN1',
  espruino_pico: 'LED1-2 BTN1',
  espruino_wifi: 'LED1-2 BTN1',
  joltjs: 'LED1-3 BTN1',
  mdbt42q: 'LED1-2 BTN1',
  microbit1: 'LED1 BTN1-2',
  microbit2: 'LED1 BTN1-2',
  nrf52840dk: 'LED1-3 BTN1-4',
  nrf54l15dk: 'LED1-3 BTN1-4',
  pixljs: 'LED1 BTN1-4',
  puckjs: 'LED1-3 BTN1',
  rpi_pico: 'LED1',
  rpi_pico2: 'LED1',
  stm32f4discovery: 'LED1-3 BTN1',
};
