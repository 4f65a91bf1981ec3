// Programs that call host functions, with what they print: on the simulated board, and in Espruino itself.

export interface HostCall {
  name: string;
  program: string;
  prints: string[];
  /** Whether it needs timers. */
  waits?: boolean;
}

export const hostCalls: HostCall[] = [
  {
    name: 'what compilers ask for: mathematics, copies, errors',
    program: `var near = (a, b) => Math.abs(a - b) < 1e-9 ? 'ok' : a;
      print(near(call.sin(1), 0.8414709848), near(call.cos(1), 0.54030230587), near(call.tan(1), 1.55740772465),
        near(call.asin(1), 1.57079632679), near(call.acos(0), 1.57079632679), near(call.atan(1), 0.78539816340));
      print(near(call.atan2(-1, -1), -2.35619449019), near(call.exp(1), 2.71828182846), near(call.log(10), 2.30258509299),
        call.pow(2, 10), call.fmod(-7.5, 2), call.fmod(3, -Infinity), call.fmod(3, Infinity), call.powf(2, 3));
      put(8, 'abcdef'); print(call.emscripten_memcpy_big(20, 8, 6), text(20, 6)); call.emscripten_memcpy_js(30, 9, 2);
      print(text(30, 2), call.emscripten_resize_heap(65536), call.__wbindgen_init_externref_table(),
        attempt(() => call.emscripten_memcpy_js(1020, 8, 6)), call.emscripten_memcpy_big(5, 6, 0));
      print(attempt(() => call.__wbindgen_throw(8, 3)), attempt(() => call._abort_js()));`,
    prints: [
      'ok ok ok ok ok ok',
      'ok ok ok 1024 -1.5 3 3 8',
      '20 abcdef',
      'bc 0 undefined out of bounds memory access 5',
      'fail: abc fail: abort',
    ],
  },
  {
    name: 'print: a line, and an empty one',
    program: `var n = put(8, 'caf\\xc3\\xa9'); call.print(8, n); call.print(0, 0); call.print(1022, 2);
      print(attempt(() => call.print(1020, 5)), attempt(() => call.print(-1, 1)));`,
    prints: ['caf\u00c3\u00a9', '', '\0\0', 'out of bounds memory access out of bounds memory access'],
  },
  {
    name: 'timers: once, repeated, and ended',
    waits: true,
    program: `var n = 0, id;
      table = [() => print('once'), () => { print('again ' + ++n); if (n === 3) call.clearInterval(id); },
        () => print('never')];
      id = call.setInterval(1, 50);
      print(typeof id, call.setTimeout(0, 20) > 0);
      call.clearTimeout(call.setTimeout(2, 10)); call.clearTimeout(999); call.clearInterval(999);`,
    prints: ['number true', 'once', 'again 1', 'again 2', 'again 3'],
  },
  {
    name: 'pins: by number and by name, in all modes',
    program: `var LED1 = 3, BTN1 = 4; delete global.BTN5;
      for (var m = 0; m < 8; m++) call.pinMode(1, m);
      call.digitalWrite(2, 1); call.digitalWrite(-1, 0); call.analogWrite(5, 0.5, 100); call.analogWrite(5, 0.5, 0);
      print(call.digitalRead(-4), attempt(() => call.pinMode(1, 8)));
      call.digitalPulse(2, 1, 1.5); call.clearWatch(99);
      print(attempt(() => call.digitalWrite(-8, 1)), attempt(() => call.setWatch(7, 4, 0)));
      table = [() => {}]; var id = call.setWatch(7, 3, 0); print(typeof id); call.clearWatch(id);`,
    prints: [
      '0 fail: pinMode: there is no mode 8',
      'fail: this board has no pin BTN5 fail: setWatch: the edge is 1, 2 or 3, not 4',
      'number',
    ],
  },
  {
    name: 'buses: what their objects are given, and what they return',
    program: `var I2C1 = { setup: (o) => print(o.scl, o.sda, o.bitrate), writeTo: (a, d) => print('to', a, d.length, d[0]),
        readFrom: (a, n) => { var b = new Uint8Array(n); b[0] = a; b[n - 1] = n; return b; } };
      var SPI1 = { setup: (o) => print(o.sck, o.miso, o.mosi, o.baud, o.mode),
        send: (d) => { var b = new Uint8Array(d.length); for (var i = 0; i < d.length; i++) b[i] = d[i] + 1; return b; } };
      call.i2cSetup(1, 3, -128, 100000); memory[100] = 7; call.i2cWriteTo(1, 32, 100, 2); call.i2cWriteTo(1, 33, 100, 0);
      call.i2cReadFrom(1, 9, 200, 4); print(memory[199], memory[200], memory[203], memory[204]);
      call.spiSetup(1, 1, 2, -128, 1000, 3); call.spiTransfer(1, 200, 4, 300); print(memory[300], memory[303], memory[304]);
      call.spiTransfer(1, 200, 4, 0); print(memory[0], attempt(() => call.spiTransfer(1, 200, 4, 1022)));`,
    prints: [
      '3 undefined 100000',
      'to 32 2 7',
      'to 33 0 undefined',
      '0 9 4 0',
      '1 2 undefined 1000 3',
      '10 5 0',
      '0 out of bounds memory access',
    ],
  },
  {
    name: 'a Bangle.js: its accelerometer and its motor',
    program: `var Bangle = { buzz: (time) => print('buzz', time) };
      table = [0, (x, y, z) => print('moved', x, y, z), (x) => print('other', x)];
      call.onAccelerometer(1); Bangle.emit('accel', { x: 0.5, y: 1, z: -1 });
      setTimeout(() => { call.onAccelerometer(2); Bangle.emit('accel', { x: 2, y: 0, z: 0 }); }, 5);
      setTimeout(() => { call.onAccelerometer(0); Bangle.emit('accel', { x: 3, y: 0, z: 0 }); }, 15);
      call.buzz(100);`,
    waits: true,
    prints: ['buzz 100', 'moved 0.5 1 -1', 'other 2'],
  },
  {
    name: 'getTime: seconds, with parts of them',
    program: `var t = call.getTime(), u = getTime(); print(t <= u, u - t < 1);`,
    prints: ['true true'],
  },
  {
    name: 'getTemperature: a number',
    program: `print(typeof call.getTemperature());`,
    prints: ['number'],
  },
  {
    name: 'Storage: write, size, read in parts',
    program: `put(0, 'data'); put(16, 'hello world'); print(call.storageSize(0, 4), call.storageRead(0, 4, 0, 64, 5));
      print(call.storageWrite(0, 4, 16, 11), call.storageSize(0, 4));
      print(call.storageRead(0, 4, 0, 64, 5), text(64, 6) === 'hello\\0');
      print(call.storageRead(0, 4, 6, 80, 100), text(80, 5));
      print(call.storageRead(0, 4, 11, 80, 100), call.storageRead(0, 4, 12, 80, 1), call.storageRead(0, 4, -1, 80, 1));
      print(call.storageRead(0, 4, 0, 80, 0));`,
    prints: ['-1 -1', '1 11', '5 true', '5 world', '0 0 0', '0'],
  },
  {
    name: 'Storage: bytes of any value',
    program: `put(0, 'bytes'); for (var i = 0; i < 256; i++) memory[64 + i] = i;
      print(call.storageWrite(0, 5, 64, 256), call.storageRead(0, 5, 0, 512, 256));
      var same = 0; for (i = 0; i < 256; i++) if (memory[512 + i] === i) same++; print(same);`,
    prints: ['1 256', '256'],
  },
  {
    name: 'Storage: what cannot be written',
    program: `put(0, 'abcdefghijklmnopqrstuvwxyz0123456789');
      print(call.storageWrite(0, 29, 64, 4), call.storageWrite(0, 28, 64, 4), call.storageWrite(0, 0, 64, 4));
      print(call.storageWrite(0, 4, 64, 0), attempt(() => call.storageWrite(0, 4, 1020, 5)));
      print(call.storageSize(0, 28), call.storageSize(0, 4));`,
    prints: ['0 1 0', '0 out of bounds memory access', '4 -1'],
  },
  {
    name: 'Storage: replace, list, erase',
    program: `require('Storage').eraseAll(); put(0, 'one'); put(8, 'second');
      call.storageWrite(0, 3, 64, 10); call.storageWrite(8, 6, 64, 20); call.storageWrite(8, 6, 64, 30);
      print(call.storageName(0, 100, 16), text(100, 3), call.storageName(1, 100, 3), text(100, 3));
      print(call.storageName(2, 100, 16), call.storageName(-1, 100, 16), call.storageSize(8, 6));
      call.storageErase(0, 3); call.storageErase(0, 3);
      print(call.storageSize(0, 3), call.storageName(0, 100, 0), call.storageName(1, 100, 16));`,
    prints: ['3 one 6 sec', '-1 -1 30', '-1 6 -1'],
  },
  {
    name: 'serial: what is sent, and what is kept until it is read',
    waits: true,
    program: `var Serial1 = LoopbackA, Serial2 = LoopbackB; put(0, 'message');
      call.serialWrite(1, 0, 7); call.serialWrite(1, 0, 0);
      setTimeout(() => {
        print(call.serialRead(2, 100, 4), text(100, 5) === 'mess\\0', call.serialRead(2, 100, 0));
        print(call.serialRead(2, 100, 10), text(100, 3), call.serialRead(2, 100, 10));
        print(attempt(() => call.serialRead(2, 1020, 10)), attempt(() => call.serialWrite(9, 0, 1)));
        call.serialWrite(0, 0, put(0, 'on the console\\r\\n'));
      }, 10);`,
    prints: ['4 true 0', '3 age 0', 'out of bounds memory access fail: this board has no Serial9', 'on the console'],
  },
  {
    name: 'env: trace',
    program: `var put16 = (pointer, codes) => { putWord(pointer - 4, codes.length * 2);
        for (var i = 0; i < codes.length; i++) { memory[pointer + i * 2] = codes[i] & 255; memory[pointer + i * 2 + 1] = codes[i] >> 8; } };
      put16(16, [72, 105]); call.trace(16, 0, 1, 2, 3, 4, 5); call.trace(16, 2, 1.5, -2, 3, 4, 5); call.trace(16, 9, 1, 2, 3, 4, 5);
      put16(16, [0xe9, 0x20ac, 0xd83d, 0xde00, 0xd800, 65]); call.trace(16, 0, 1, 2, 3, 4, 5);
      call.trace(0, 1, 7, 2, 3, 4, 5); call.trace(2000, 1, 8, 2, 3, 4, 5); call.trace(-1, 1, 9, 2, 3, 4, 5);`,
    prints: [
      'trace: Hi',
      'trace: Hi 1.5, -2',
      'trace: Hi 1, 2, 3, 4, 5',
      `trace: ${Buffer.from('\u00e9\u20ac\u{1f600}\ufffdA').toString('latin1')}`,
      'trace:  7',
      'trace:  8',
      'trace:  9',
    ],
  },
  {
    name: 'env: abort and seed',
    program: `putWord(12, 4); memory[16] = 111; memory[18] = 104; putWord(28, 2); memory[32] = 102;
      print(attempt(() => call.abort(16, 32, 3, 4)));
      print(attempt(() => call.abort(0, 32, -1, 4)));
      print(attempt(() => call.abort(16, 0, 3, 4)));
      print(attempt(() => call.abort(0, 0, 0, 0)));
      var a = call.seed(), b = call.seed(); print(a >= 0 && a < 1, a !== b);`,
    prints: [
      'fail: abort: oh at f:3:4',
      'fail: abort at f:4294967295:4',
      'fail: abort: oh',
      'fail: abort',
      'true true',
    ],
  },
  {
    name: 'WASI: standard output line by line, the rest after half a second',
    waits: true,
    program: `put(100, 'one\\ntwo\\nthr'); put(120, 'ee'); putWord(0, 100); putWord(4, 11); putWord(8, 120); putWord(12, 0);
      putWord(16, 120); putWord(20, 2);
      print(call.fd_write(1, 0, 3, 32), word(32));
      setTimeout(() => print('in between'), 100); setTimeout(() => print('later'), 700);`,
    prints: ['one', 'two', '0 13', 'in between', 'three', 'later'],
  },
  {
    name: 'WASI: both streams are one console, and the end of the program ends a line',
    waits: true,
    program: `put(100, 'out'); put(110, 'err'); putWord(0, 100); putWord(4, 3); putWord(8, 110); putWord(12, 3);
      call.fd_write(1, 0, 1, 32); call.fd_write(2, 8, 1, 32);
      print(attempt(() => call.proc_exit(3)));
      put(100, '\\n'); putWord(4, 1); call.fd_write(1, 0, 1, 32); print('end');`,
    prints: ['outerr', 'exit 3', '', 'end'],
  },
  {
    name: 'WASI: lines that are too long are parted',
    waits: true,
    program: `for (var i = 0; i < 300; i++) memory[100 + i] = 120; putWord(0, 100); putWord(4, 300);
      call.fd_write(1, 0, 1, 32); print('first'); call.fd_write(1, 0, 1, 32); print('second');`,
    prints: ['first', 'x'.repeat(600), 'second'],
  },
  {
    name: 'WASI: random bytes',
    program: `print(call.random_get(100, 64), call.random_get(100, 0), call.random_get(1000, 64));
      var other = 0; for (var i = 0; i < 64; i++) if (memory[100 + i] !== memory[100]) other++; print(other > 32, memory[164]);`,
    prints: ['0 0 21', 'true 0'],
  },
  {
    name: 'memory: calls leave none of it taken',
    program: `put(0, 'leak'); putWord(32, 0); putWord(36, 0); table = [() => {}]; call.storageWrite(0, 4, 64, 40);
      var round = () => {
        call.clearTimeout(call.setTimeout(0, 1000)); call.clearInterval(call.setInterval(0, 1000));
        call.storageRead(0, 4, 3, 200, 50); call.storageSize(0, 4); call.storageName(0, 300, 9); call.storageWrite(0, 4, 64, 40);
        call.random_get(300, 9); call.clock_time_get(0, 0, 0, 300); call.fd_write(1, 32, 1, 400); call.fd_close(5);
        call.seed(); call.digitalWrite(1, 1); attempt(() => call.abort(0, 0, 1, 1)); attempt(() => call.print(2000, 1));
      };
      var i = 0, before = process.memory().usage; for (i = 0; i < 5; i++) round();
      before = process.memory().usage; for (i = 0; i < 200; i++) round();
      before = process.memory().usage - before; print(before);`,
    prints: ['0'],
  },
  {
    name: 'WASI: the time in nanoseconds',
    program: `var t = getTime(); print(call.clock_time_get(0, 0, 0, 64));
      var seconds = ((word(68) >>> 0) * 4294967296 + (word(64) >>> 0)) / 1000000000;
      print(seconds - t < 5, seconds - t > -0.001);
      print(call.clock_time_get(4, 0, 0, 64), call.clock_time_get(-1, 0, 0, 64), call.clock_time_get(3, 0, 0, 1020));
      print(call.clock_res_get(1, 64), word(64), word(68), call.clock_res_get(9, 64));`,
    prints: ['0', 'true true', '28 28 21', '0 1000 0 28'],
  },
];

/** With a screen: Espruino for Linux makes one out of a buffer. */
export const screenCalls: HostCall[] = [
  {
    name: 'the screen: its size, colors and rectangles',
    program: `print(call.screenWidth(), call.screenHeight()); call.screenClear();
      call.screenColor(0xff0000, 0x0000ff); call.screenFill(2, 1, 3, 2); call.screenFill(9, 9, 0, 5);
      print([1, 2, 4, 5].map((x) => red(x, 1)).join(), [0, 1, 2, 3].map((y) => red(2, y)).join(), red(9, 9));
      call.screenText(0, 0, 0, 0); call.screenFlip();`,
    prints: ['176 176', '0,1,1,0 0,1,1,0 0'],
  },
  {
    name: 'the screen: images of 1 and 3 bits',
    program: `call.screenClear(); call.screenColor(0xff0000, 0); memory[100] = 0xa0; memory[101] = 0x40;
      call.screenImage(100, 3, 4, 1, 10, 20);
      print([9, 10, 11, 12, 13].map((x) => red(x, 20)).join(), [9, 10, 11, 12].map((x) => red(x, 23)).join());
      memory[100] = 0x91; memory[101] = 0x00; call.screenImage(100, 3, 1, 3, 0, 0);
      print([0, 1, 2].map((x) => red(x, 0)).join());
      print(attempt(() => call.screenImage(1000, 20, 20, 1, 0, 0)), call.screenImage(1000, 0, 20, 1, 0, 0));`,
    prints: ['0,1,0,1,0 0,1,0,0', '1,1,0', 'out of bounds memory access undefined'],
  },
];

/** On a screen of 16 bits. */
export const deepScreenCalls: HostCall[] = [
  {
    name: 'the screen: images of 2, 4, 8 and 16 bits',
    program: `var at = (y, n) => { var t = []; for (var x = 0; x < n; x++) t.push(g.getPixel(x, y)); return t.join(); };
      call.screenClear(); call.screenColor(0xffffff, 0x000000);
      memory[100] = 0x1b; call.screenImage(100, 4, 1, 2, 0, 0); print(at(0, 4));
      call.screenColor(0xff8000, 0x0000ff); call.screenImage(100, 4, 1, 2, 0, 0); print(at(0, 4));
      for (var i = 0; i < 8; i++) memory[100 + i] = i * 34 + 1; call.screenImage(100, 16, 1, 4, 0, 1); print(at(1, 16));
      for (i = 0; i < 256; i++) memory[100 + i] = i; call.screenImage(100, 128, 2, 8, 0, 2);
      var sum = 0, y; for (y = 2; y < 4; y++) for (i = 0; i < 128; i++) sum = (sum * 31 + g.getPixel(i, y)) % 65521;
      print(at(2, 8), sum);
      call.screenImage(100, 3, 1, 16, 0, 4); print(at(4, 3));
      memory[100] = 0x05; memory[101] = 0x39; memory[102] = 0x77; call.screenImage(100, 8, 1, 3, 0, 5); print(at(5, 8));`,
    prints: [
      '0,21130,42324,65535',
      '31,20820,41642,64512',
      '0,16936,35921,48599,39718,24960,800,1344,1247,25,12307,63507,55296,64288,65504,65535',
      '0,6,12,19,25,31,384,390 19817',
      '1,515,1029',
      '0,31,2016,2047,63488,63519,65504,65535',
    ],
  },
];
