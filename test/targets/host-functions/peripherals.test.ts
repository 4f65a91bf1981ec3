// Host functions for what a board is wired to: pins, buses, sensors and the motor, as the simulated board records them.
import { describe, expect, it } from 'vitest';
import { banglejs, banglejs2, puckjs } from '../../../boards/index.js';
import { boardAfter } from './program.js';

const onPuck = (program: string) => boardAfter(program, {}, puckjs);

describe('pins', () => {
  it('are written by number and by name, and read', async () => {
    const board = await onPuck(`call.digitalWrite(5, 1); call.digitalWrite(5, 0); call.digitalWrite(-1, 7);
      call.digitalWrite(-2, 1); call.digitalWrite(-3, -1); print(call.digitalRead(-1), call.digitalRead(5), call.digitalRead(-4));`);
    expect(board.pins.waveform.map(({ pin, value }) => `${pin}=${value}`)).toEqual(
      'D5=1 D5=0 LED1=1 LED2=1 LED3=1'.split(' '),
    );
    expect(board.output).toBe('1 0 0\n');
    board.drive('BTN1', 1);
    board.run('print(call.digitalRead(-4))');
    expect(board.output).toBe('1 0 0\n1\n');
  });

  it('that a board does not have are errors', async () => {
    const board = await onPuck(`delete global.BTN5;
      print(attempt(() => call.digitalWrite(-8, 1))); print(attempt(() => call.digitalRead(-9)));`);
    expect(board.output).toBe('fail: this board has no pin BTN5\nfail: this board has no pin BTN6\n');
  });

  it('have modes', async () => {
    const board = await onPuck(`for (var m = 0; m < 8; m++) { call.pinMode(1, m); print(getPinMode(D1)); }
      print(attempt(() => call.pinMode(1, 8)), attempt(() => call.pinMode(1, -1)));`);
    expect(board.output.split('\n').slice(0, 8).join(' ')).toBe(
      'auto analog input input_pullup input_pulldown output opendrain af_output',
    );
    expect(board.output).toContain('fail: pinMode: there is no mode 8 fail: pinMode: there is no mode -1');
  });

  it('are pulsed for milliseconds', async () => {
    const board = await onPuck('call.digitalPulse(-1, 1, 12.5); call.digitalPulse(2, 0, 3);');
    const [up, down, low, high] = board.pins.waveform;
    expect([up.pin, up.value, down.value, low.pin, low.value, high.value]).toEqual(['LED1', 1, 0, 'D2', 0, 1]);
    expect(down.time - up.time).toBeCloseTo(12.5);
    expect(high.time - low.time).toBeCloseTo(3);
  });

  it('are analog', async () => {
    const board = await onPuck('call.analogWrite(4, 0.25, 1000); call.analogWrite(-1, 0.5, 0);');
    expect(board.pins.waveform).toMatchObject([
      { pin: 'D4', value: 0.25, frequency: 1000 },
      { pin: 'LED1', value: 0.5 },
    ]);
    expect(board.pins.waveform[1].frequency).toBeUndefined();
    board.drive('D3', 0.75);
    const other = await onPuck('print(call.analogRead(3));');
    expect(other.output).toBe('0\n');
    other.drive('D3', 0.75);
    other.run('print(call.analogRead(3));');
    expect(other.output).toBe('0\n0.75\n');
  });

  it('are watched on each edge, until that ends', async () => {
    const board = await onPuck(`table = [() => print('up'), () => print('down'), () => print('both')];
      var up = call.setWatch(-4, 1, 0), down = call.setWatch(-4, 2, 1), both = call.setWatch(-4, 3, 2);
      print(up > 0, down > up, both > down);
      print(attempt(() => call.setWatch(-4, 0, 0)));
      call.clearWatch(99);`);
    board.drive('BTN1', 1);
    board.drive('BTN1', 0);
    board.run('call.clearWatch(up); call.clearWatch(both);');
    board.drive('BTN1', 1);
    board.drive('BTN1', 0);
    expect(board.output.split('\n')).toEqual([
      'true true true',
      'fail: setWatch: the edge is 1, 2 or 3, not 0',
      ...['up', 'both', 'down', 'both', 'down'],
      '',
    ]);
  });
});

describe('buses', () => {
  it('of I2C write and read', async () => {
    const written: number[][] = [];
    const peer = {
      write: (address: number, bytes: Uint8Array) => written.push([address, ...bytes]),
      read: (address: number, quantity: number) => Uint8Array.from({ length: quantity }, (_, at) => address + at),
    };
    const board = await boardAfter(
      `call.i2cSetup(1, 3, 4, 400000); memory[100] = 9; memory[101] = 8; call.i2cWriteTo(1, 0x1d, 100, 2);
       call.i2cWriteTo(1, 0x1e, 100, 0); call.i2cReadFrom(1, 0x20, 200, 3); call.i2cReadFrom(1, 0x20, 300, 0);
       print(memory[199], memory[200], memory[201], memory[202], memory[203], memory[300]);
       print(attempt(() => call.i2cReadFrom(1, 0x20, 1020, 9)), attempt(() => call.i2cReadFrom(7, 0x20, 100, 1)));`,
      { peers: { i2c: { I2C1: peer } } },
      puckjs,
    );
    expect(written).toEqual([[0x1d, 9, 8], [0x1e]]);
    expect(board.output).toBe('0 32 33 34 0 0\nout of bounds memory access fail: this board has no I2C7\n');
    expect(board.setups.get('I2C1')).toEqual([{ scl: 3, sda: 4, bitrate: 400000 }]);
  });

  it('of SPI send and receive', async () => {
    const peers = { spi: { SPI1: { transfer: (bytes: Uint8Array) => bytes.map((byte) => byte + 1) } } };
    const board = await boardAfter(
      `call.spiSetup(1, 1, 2, -128, 1000000, 3); memory[100] = 9; memory[101] = 255; call.spiTransfer(1, 100, 2, 200);
       call.spiTransfer(1, 100, 2, 0); call.spiTransfer(1, 100, 0, 200); print(memory[0], memory[200], memory[201], memory[202]);
       call.spiTransfer(1, 100, 2, 100); print(memory[100], memory[101]);
       print(attempt(() => call.spiTransfer(1, 100, 2, 1023)), attempt(() => call.spiTransfer(8, 100, 2, 0)));`,
      { peers },
      puckjs,
    );
    expect(board.output).toBe('0 10 0 0\n10 0\nout of bounds memory access fail: this board has no SPI8\n');
    expect(board.setups.get('SPI1')).toEqual([{ sck: 1, miso: 2, mosi: undefined, baud: 1000000, mode: 3 }]);
  });

  it('that are serial send to a peer, and keep what comes back', async () => {
    const sent: number[][] = [];
    const peers = { serial: { Serial1: { receive: (bytes: Uint8Array) => void sent.push([...bytes]) } } };
    const board = await boardAfter(
      `call.serialSetup(1, 115200, -128, 6); call.serialWrite(1, 100, put(100, 'hi\\0')); print(call.serialRead(1, 100, 9));`,
      { peers },
      puckjs,
    );
    board.receive('Serial1', 'x'.repeat(600));
    board.run('print(call.serialRead(1, 100, 900))');
    expect(sent).toEqual([[104, 105, 0]]);
    expect(board.output).toBe('0\n512\n');
    expect(board.setups.get('Serial1')).toEqual([115200, { rx: undefined, tx: 6 }]);
  });

  it('are missing where a board lacks them', async () => {
    const board = await boardAfter('print(attempt(() => call.i2cWriteTo(1, 1, 0, 1)));', {}, banglejs);
    expect(board.output).toBe('fail: this board has no I2C1\n');
  });
});

describe('a Bangle.js', () => {
  it('calls back with its accelerometer, one callback at a time', async () => {
    const board = await boardAfter(`table = [0, (x, y, z) => print('a', x, y, z), (x) => print('b', x)];
      call.onAccelerometer(1);`);
    board.deliver({ kind: 'accel', values: ['0.25', '-0.5', '-1'] });
    board.run('call.onAccelerometer(2);');
    board.deliver({ kind: 'accel', values: ['0.5', '0', '0'] });
    board.run('call.onAccelerometer(0);');
    board.deliver({ kind: 'accel', values: ['1', '0', '0'] });
    expect(board.output).toBe('a 0.25 -0.5 -1\nb 0.5\n');
  });

  it('vibrates', async () => {
    const board = await boardAfter('call.buzz(300); call.buzz(0); call.buzz(1e6);');
    expect(board.buzzes).toEqual([300, 200, 5000]);
  });

  it('draws text, and images of its screen', async () => {
    const board = await boardAfter(`call.screenClear(); call.screenColor(0x00ff00, 0);
      call.screenText(100, put(100, 'Hello'), 10, 20); call.screenImage(200, 8, 1, 3, 0, 0); call.screenFlip();`);
    expect(board.display?.texts).toEqual([{ text: 'Hello', x: 10, y: 20, color: 0x7e0 }]);
    expect(board.display?.flips).toBe(1);
    expect(board.facts).toBe(banglejs2);
  });
});

it('a screen of 3 bits shows the nearest of its colors', async () => {
  const board = await boardAfter(`call.screenClear();
    [0, 5, 30, 180, 215, 255].forEach((color, at) => { memory[100 + at] = color; }); call.screenImage(100, 6, 1, 8, 0, 0);
    memory[100] = 0x0c; memory[101] = 0x7f; call.screenImage(100, 4, 1, 4, 0, 1);
    memory[100] = 0xf8; memory[101] = 0; memory[102] = 0x07; memory[103] = 0xff; call.screenImage(100, 2, 1, 16, 0, 2);`);
  const row = (y: number, length: number) => Array.from({ length }, (_, x) => board.display!.getPixel(x, y)).join('');
  expect([row(0, 6), row(1, 4), row(2, 2)]).toEqual(['012477', '0427', '43']);
});

it('a board without a screen has no function of it', async () => {
  const board = await onPuck('print(attempt(() => call.screenWidth()));');
  expect(board.output).toMatch(/"g" is not defined/);
});
