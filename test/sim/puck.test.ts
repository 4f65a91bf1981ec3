// Programs for a Puck.js: its sensors, button and LEDs, and Bluetooth.
import { describe, expect, it } from 'vitest';
import { espruino_pico, puckjs } from '../../boards/index.js';
import { InputError, parseInputEvents, SimulatedBoard } from '../../sim/index.js';

function boardWith(program: string, events = ''): SimulatedBoard {
  const board = new SimulatedBoard(puckjs);
  const all = parseInputEvents(events);
  board.schedule(all);
  board.run(program);
  board.advance((all.at(-1)?.time ?? 0) * 1000 + 3000);
  return board;
}

describe('the button of a Puck.js', () => {
  it('has two names, as the LED has', () => {
    const program =
      'setWatch(e => { LED.toggle(); print(e.state, BTN === BTN1); }, BTN, { repeat: true, edge: "rising" });';
    const board = boardWith(program, '1 press BTN1\n2 press BTN 0.5');
    expect(board.output).toBe('true true\ntrue true\n');
    expect(board.pins.waveform.map(({ pin, value }) => [pin, value])).toEqual([
      ['LED1', 1],
      ['LED1', 0],
    ]);
  });
});

describe('its sensors', () => {
  it('give events while they are on, and readings at any time', () => {
    const program = `Puck.on("accel", a => print(a.acc.x, a.acc.z)); Puck.on("mag", m => print(m.x));
      Puck.accelOn(12.5); print(Puck.light(), Puck.getTemperature(), Puck.getBatteryPercentage());
      setTimeout(() => { Puck.accelOff(); Puck.magOn(); print(Puck.mag().y, Puck.accel().acc.y, Puck.light(), E.getTemperature()); }, 2500);`;
    const events =
      '1 accel 0.5 0.25 1\n1.5 mag 10 20 30\n2 light 0.75\n2.1 temperature 25\n3 accel 1 1 1\n4 mag 11 21 31';
    expect(boardWith(program, events).output).toBe('0.5 20 100\n4096 8192\n20 2048 0.75 25\n11\n');
  });

  it('refuse a rate that they do not have', () => {
    const program = 'try { Puck.accelOn(13); } catch (e) { print(e.message); }';
    expect(boardWith(program).output).toBe(
      'Invalid sample rate 13 - must be 1660, 833, 416, 208, 104, 52, 26, 12.5, 1.6 Hz\n',
    );
  });

  it('send infrared light in pulses', () => {
    const { waveform } = boardWith('Puck.IR([2, 1, 3]);').pins;
    expect(waveform.map(({ time, pin, value }) => [Math.round(time), pin, value])).toEqual([
      [0, 'FET', 1],
      [2, 'FET', 0],
      [3, 'FET', 1],
      [6, 'FET', 0],
    ]);
  });
});

describe('Bluetooth', () => {
  it('advertises, has services, and is connected to', () => {
    const program = `NRF.setAdvertising({ 0x180F: [95] }, { name: "P" });
      NRF.setServices({ 0xBCDE: { 0xABCD: { value: "a", readable: true } } });
      NRF.on("connect", a => { print("on", a, NRF.getSecurityStatus().connected); NRF.updateServices({ 0xBCDE: { 0xABCD: { value: "b" } } }); });
      NRF.on("disconnect", r => print("off", r));`;
    const board = boardWith(program, '1 connect 11:22:33:44:55:66\n2 disconnect');
    expect(board.output).toBe('on 11:22:33:44:55:66 true\noff 19\n');
    const { advertising, services } = board.bluetooth!;
    expect(advertising!.options).toMatchObject({ name: 'P' });
    expect(Object.values(Object.values(services)[0])[0]).toMatchObject({ value: 'b' });
  });

  it('finds no other device', () => {
    const program = `NRF.requestDevice({ filters: [] }).catch(e => print(e)); NRF.findDevices(d => print(d.length), 1000);
      try { NRF.getAdvertisingData({}); } catch (e) { print(e.message); }`;
    expect(boardWith(program).output).toBe(
      'NRF.getAdvertisingData is not simulated\n0\nNo device found matching filters\n',
    );
  });

  it('cannot be found while it sleeps', () => {
    const program = 'NRF.sleep(); NRF.on("connect", () => print("on")); setTimeout(() => NRF.wake(), 1500);';
    expect(boardWith(program, '1 connect\n2 connect').output).toBe('on\n');
  });
});

describe('a file of events', () => {
  it('is refused with the line that is wrong', () => {
    const cases: [text: string, message: string][] = [
      ['1 press BTN1\nx press BTN1', 'line 2: "x" is no number'],
      ['1 pess BTN1', 'line 1: there is no event "pess"'],
      ['1 touch 5', 'line 1: write touch X Y [long]'],
      ['# a comment\n\n1 twist 3', 'line 3: write twist'],
    ];
    for (const [text, message] of cases) expect(() => parseInputEvents(text)).toThrow(message);
  });

  it('cannot have what the board has not', () => {
    expect(() => boardWith('', '1 touch 5 5')).toThrow(new InputError('puckjs has no touchscreen that is simulated'));
    const board = new SimulatedBoard(espruino_pico);
    expect(() => board.deliver({ kind: 'connect', values: [] })).toThrow('has no Bluetooth');
    expect(() => board.deliver({ kind: 'accel', values: ['0', '0', '1'] })).toThrow('has no accelerometer');
  });

  it('runs code, and brings bytes to a port', () => {
    const program = 'Serial1.setup(9600); Serial1.on("data", d => print(JSON.stringify(d)));';
    expect(boardWith(program, '1 receive Serial1 "a b\\n"\n2 run print(1,  2)').output).toBe('"a b\\n"\n1 2\n');
  });
});
