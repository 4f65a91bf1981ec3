// The host functions that a program on a board can import: one table, which everything else is derived from.

import type { HostFunctionRow } from './host.js';
import { bindgenFunctions, environmentFunctions } from './table-compilers.js';
import { type Row, wasiFunctions } from './table-wasi.js';

function rows(module: string, all: Row[]): HostFunctionRow[] {
  return all.map(([name, parameters, results, parameterNames, implementation, summary, feature]) => ({
    module,
    name,
    parameters,
    results,
    parameterNames: parameterNames === '' ? [] : parameterNames.split(' '),
    summary,
    ...(feature === undefined ? {} : { feature }),
    implementation,
  }));
}

/** The name of a parameter determines its kind, see `parameterKind`. */
const espruinoFunctions = rows('espruino', [
  ['pinMode', 'ii', '', 'pin mode', 'setPinMode', 'Sets the mode of a pin, one of the constants `PIN_…`.'],
  ['digitalWrite', 'ii', '', 'pin value', 'writePin', 'Makes a pin an output: 0 is low, anything else high.'],
  ['digitalRead', 'i', 'i', 'pin', 'readPin', 'Reads a pin: 1 for high, 0 for low.'],
  [
    'digitalPulse',
    'iiF',
    '',
    'pin value milliseconds',
    'pulsePin',
    'Sets a pin to the value, and back after the time. The call does not wait.',
  ],
  ['analogRead', 'i', 'F', 'pin', 'readAnalogPin', 'Reads the voltage on a pin, from 0 to 1 (the reference voltage).'],
  [
    'analogWrite',
    'iFF',
    '',
    'pin value frequency',
    'writeAnalogPin',
    'Outputs a value from 0 to 1 on a pin, by PWM with this frequency in Hz; 0 is the default frequency of the board.',
  ],
  [
    'setWatch',
    'iii',
    'i',
    'pin edge callback',
    'watchPin',
    'Calls back whenever the pin changes, on the edges `EDGE_…`. Returns a number for `clearWatch`, 0 if the pin cannot be watched.',
  ],
  ['clearWatch', 'i', '', 'id', 'unwatchPin', 'Ends a watch.'],
  [
    'setTimeout',
    'iF',
    'i',
    'callback milliseconds',
    'startTimeout',
    'Calls back once, after the time. Returns a number for `clearTimeout`.',
  ],
  [
    'setInterval',
    'iF',
    'i',
    'callback milliseconds',
    'startInterval',
    'Calls back repeatedly, at this interval. Returns a number for `clearInterval`.',
  ],
  ['clearTimeout', 'i', '', 'id', 'stopTimeout', 'Cancels a timeout that is still pending.'],
  ['clearInterval', 'i', '', 'id', 'stopInterval', 'Ends an interval.'],
  [
    'getTime',
    '',
    'F',
    '',
    'timeNow',
    'Returns the seconds since 1970, or since the board started if its clock was not set.',
  ],
  ['print', 'ii', '', 'text textLength', 'printText', 'Prints a line on the console.'],
  [
    'storageSize',
    'ii',
    'i',
    'name nameLength',
    'storageFileSize',
    'Returns the size of a file in Storage in bytes; -1 if there is no such file.',
  ],
  [
    'storageRead',
    'iiiii',
    'i',
    'name nameLength offset buffer bufferLength',
    'readStorageFile',
    'Reads a file in Storage from an offset. Returns the number of bytes read, 0 at the end; -1 if there is no such file.',
  ],
  [
    'storageWrite',
    'iiii',
    'i',
    'name nameLength data dataLength',
    'writeStorageFile',
    'Writes a file into Storage, and replaces a file with the same name. The data have at least one byte, the name has at most 28. Returns 1, or 0 if the write failed.',
  ],
  ['storageErase', 'ii', '', 'name nameLength', 'eraseStorageFile', 'Erases a file of Storage, if there is one.'],
  [
    'storageName',
    'iii',
    'i',
    'index buffer bufferLength',
    'storageFileName',
    'Writes the name of the index-th file in Storage to the buffer, truncated to its size. Returns the size of the name in bytes; -1 past the last file.',
  ],
  [
    'serialSetup',
    'iiii',
    '',
    'port baud receivePin sendPin',
    'setupSerial',
    'Opens a serial port. `DEFAULT_PIN` stands for its default pin.',
  ],
  [
    'serialWrite',
    'iii',
    '',
    'port data dataLength',
    'writeSerial',
    'Sends bytes: port 1 is `Serial1`; port 0 is the port of the console.',
  ],
  [
    'serialRead',
    'iii',
    'i',
    'port buffer bufferLength',
    'readSerial',
    'Reads received bytes, as many as there are and as fit into the buffer. Returns their number. A board keeps at most 512.',
  ],
  [
    'i2cSetup',
    'iiii',
    '',
    'bus clockPin dataPin bitrate',
    'setupI2C',
    'Opens an I2C bus: bus 1 is `I2C1`. The bit rate is in Hz.',
    'I2C1',
  ],
  [
    'i2cWriteTo',
    'iiii',
    '',
    'bus address data dataLength',
    'writeI2C',
    'Writes bytes to the device with this 7-bit address. The call ends with an error if there is no such device.',
    'I2C1',
  ],
  [
    'i2cReadFrom',
    'iiii',
    '',
    'bus address buffer bufferLength',
    'readI2C',
    'Fills the buffer with bytes from the device with this address. The call ends with an error if there is no such device.',
    'I2C1',
  ],
  [
    'spiSetup',
    'iiiiii',
    '',
    'bus clockPin receivePin sendPin baud mode',
    'setupSPI',
    'Opens an SPI bus: bus 1 is `SPI1`. The mode is 0 to 3, the baud rate in Hz.',
    'SPI1',
  ],
  [
    'spiTransfer',
    'iiii',
    '',
    'bus data dataLength receive',
    'transferSPI',
    'Sends bytes and receives the same number of bytes into `receive`, unless that is 0. The program controls the select pin.',
    'SPI1',
  ],
  ['screenWidth', '', 'i', '', 'screenColumns', 'Returns the width of the screen in pixels.', 'g'],
  ['screenHeight', '', 'i', '', 'screenRows', 'Returns the height of the screen in pixels.', 'g'],
  ['screenClear', '', '', '', 'clearScreen', 'Clears the screen, and sets the default colors.', 'g'],
  [
    'screenColor',
    'ii',
    '',
    'color background',
    'setScreenColors',
    'Sets the drawing colors, as 0xRRGGBB, to the nearest that the screen has.',
    'g',
  ],
  [
    'screenFill',
    'iiii',
    '',
    'x y width height',
    'fillScreenRectangle',
    'Fills a rectangle with the drawing color.',
    'g',
  ],
  [
    'screenImage',
    'iiiiii',
    '',
    'image width height bitsPerPixel x y',
    'drawScreenImage',
    'Draws an image with its upper left corner at x, y. Pixels are packed from left to right and from top to bottom, the first in the highest bits. Pixels of 16 bits have the high byte first.',
    'g',
  ],
  [
    'screenText',
    'iiii',
    '',
    'text textLength x y',
    'drawScreenText',
    'Draws text with its upper left corner at x, y.',
    'g',
  ],
  ['screenFlip', '', '', '', 'flipScreen', 'Shows what was drawn, on screens that are buffered.', 'g'],
  [
    'onAccelerometer',
    'i',
    '',
    'accelerometerCallback',
    'listenToAccelerometer',
    'Calls back with every reading of the accelerometer, in g. Replaces the previous callback; null, which is 0, removes it.',
    'Bangle',
  ],
  [
    'buzz',
    'F',
    '',
    'milliseconds',
    'buzzMotor',
    'Vibrates, for at most 5 seconds. The call does not wait for the end.',
    'Bangle',
  ],
  [
    'getTemperature',
    '',
    'F',
    '',
    'readTemperature',
    'Returns the temperature of the chip in degrees Celsius; NaN if the board cannot measure it.',
  ],
]);

const assemblyScriptFunctions = rows('env', [
  [
    'abort',
    'iiii',
    '',
    'message fileName line column',
    'abortAssemblyScript',
    'Ends the call with an error: a failed assertion or an exception of an AssemblyScript program.',
  ],
  [
    'trace',
    'iiFFFFF',
    '',
    'message count a0 a1 a2 a3 a4',
    'traceAssemblyScript',
    "Prints a line: AssemblyScript's `trace`.",
  ],
  [
    'seed',
    '',
    'F',
    '',
    'assemblyScriptSeed',
    "Returns a random number from 0 to 1, for AssemblyScript's `Math.random`.",
    'E.hwRand',
  ],
]);

export const hostFunctions: readonly HostFunctionRow[] = [
  ...espruinoFunctions,
  ...assemblyScriptFunctions,
  ...rows('env', environmentFunctions),
  ...rows('wbg', bindgenFunctions),
  ...rows('wasi_snapshot_preview1', wasiFunctions),
];

/** Functions that some versions of Emscripten import with another type, by the number of their parameters and results. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  'env.abort 0 0': '_abort_js',
  'env.emscripten_memcpy_big 3 0': 'emscripten_memcpy_js',
};

/** Returns the name of an import in the table: WASI preview 1 has an older name, and wasm-bindgen adds a hash to each name. */
function tableName(module: string, name: string, type?: ImportType): [module: string, name: string] {
  if (module === 'wasi_unstable') return ['wasi_snapshot_preview1', name];
  // The module is `wbg`, or the file of the glue; the name may end with a hash.
  const bindgen = /^(?:__wbg_)?(__wbindgen_(?:throw|init_externref_table))(?:_[0-9a-f]{16})?$/.exec(name);
  if (bindgen) return ['wbg', bindgen[1]];
  const other = type && OTHER_TYPES[`${module}.${name} ${type.parameters.length} ${type.results.length}`];
  return [module, other ?? name];
}

interface ImportType {
  parameters: readonly string[];
  results: readonly string[];
}

const VALUE_TYPES: Readonly<Record<string, string>> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64' };

/** Whether a row has the type of an import. */
export function isOfType({ parameters, results }: ImportType, row: HostFunctionRow): boolean {
  const same = (types: readonly string[], letters: string) =>
    types.length === letters.length && types.every((each, at) => each === VALUE_TYPES[letters[at]]);
  return same(parameters, row.parameters) && same(results, row.results);
}

/** The row of an import, if a board can have such a function. Of what `env` has, it is of the type that the import has. */
export function findHostFunction(module: string, name: string, type?: ImportType): HostFunctionRow | undefined {
  const [tableModule, tableRow] = tableName(module, name, type);
  const found = hostFunctions.find((row) => row.module === tableModule && row.name === tableRow);
  // Names such as `log` are common, and `env` is anybody's module: with another type, it is another function.
  return type && found?.module === 'env' && !isOfType(type, found) ? undefined : found;
}
