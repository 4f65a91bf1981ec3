// Names that the firmware of some board uses: a variable of a program with such a name would replace them.

/**
 * Globals: of type class, object, function or variable in the `jswrap` files of Espruino 2v29, with those of all boards. A program
 * that is moved to another board keeps its name.
 */
export const firmwareGlobals: ReadonlySet<string> = new Set(
  `AES Array ArrayBuffer ArrayBufferView BTN BTN1 BTN2 BTN3 BTN4 BTN5 BTNA BTNB BTND BTNL BTNR BTNU Badge Bangle Bluetooth
  BluetoothDevice BluetoothRemoteGATTCharacteristic BluetoothRemoteGATTServer BluetoothRemoteGATTService Boolean CN1 CORNER1 CORNER2
  CORNER3 CORNER4 CORNER5 CORNER6 DataView Date Dickens E ESP32 ESP8266 Error Ethernet FET File Float32Array Float64Array Function
  Graphics HIGH I2C I2C1 I2C2 I2C3 IR IRL IRLED IRR Infinity Int16Array Int32Array Int8Array InternalError JSON Jolt LED LED1 LED2
  LED3 LOW LoopbackA LoopbackB ML1 ML2 MR1 MR2 Math Microbit Modules NC NFC NRF NaN NodeMCU Nucleo Number Object OneWire Pin Pip Pixl
  Promise Puck Q Q0 Q1 Q2 Q3 Queue Qwiic ReferenceError RegExp SCL SDA SERVO SPI SPI1 SPI2 SPI3 SPK SWDCON Serial Serial1 Serial2
  Serial3 Serial4 Serial5 Serial6 Server Socket Stepper Storage StorageFile String SyntaxError TFMicroInterpreter Task Telnet Terminal
  Timer Trig TypeError USB Uint16Array Uint24Array Uint32Array Uint8Array Uint8ClampedArray Unistroke VIBRATE WIDGETS WLAN Waveform
  WioLTE __FILE__ acceleration analogRead analogWrite arguments atob btoa changeInterval clearInterval clearTimeout clearWatch compass
  console decodeURIComponent dgramSocket digitalPulse digitalRead digitalWrite dump echo edit encodeURIComponent eval exports fs g
  getPinMode getSerial getTime global globalThis httpCRq httpCRs httpSRq httpSRs httpSrv isFinite isNaN load module parseFloat parseInt
  peek16 peek32 peek8 pinMode poke16 poke32 poke8 print process quit require reset save setBusyIndicator setDeepSleep setInterval
  setSleepIndicator setTime setTimeout setWatch shiftOut show trace url`.split(/\s+/),
);

/** Pins: by port and number, or by number alone, as scripts/pinutils.py names them. */
const PIN = /^(?:[A-K]\d{1,2}|[DPV]\d{1,3})$/;

export const isFirmwareGlobal = (name: string) => firmwareGlobals.has(name) || PIN.test(name);

/** Words that Espruino (src/jslex.h) or the language keeps for itself. `__proto__` is where an object has its prototype. */
export const reservedWords: ReadonlySet<string> = new Set(
  `__proto__ async await break case catch class const continue debugger default delete do else enum export extends false finally for
  function get if implements import in instanceof interface let new null of package private protected public return set static super
  switch this throw true try typeof undefined var void while with yield`.split(/\s+/),
);

export const isReservedWord = (name: string) => reservedWords.has(name);
