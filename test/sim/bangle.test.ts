// Programs for a Bangle.js: handlers of touches and buttons, menus, widgets, sensors, and the modules of its firmware.
import { describe, expect, it } from 'vitest';
import { banglejs, banglejs2 } from '../../boards/index.js';
import { parseInputEvents, SimulatedBoard, type SimulatedBoardFacts } from '../../sim/index.js';

/** What a program prints while these events happen, and for a second after the last. */
function printedWith(program: string, events = '', facts: SimulatedBoardFacts = banglejs2): string {
  const board = new SimulatedBoard(facts, { startTime: 1.7e12 });
  const all = parseInputEvents(events);
  board.schedule(all);
  board.run(program);
  board.advance((all.at(-1)?.time ?? 0) * 1000 + 1000);
  return board.output;
}

describe('Bangle.setUI', () => {
  it('counts a drag in steps of 32 pixels, and calls back without a direction for a touch or the button', () => {
    const program = 'Bangle.setUI("updown", d => print(d));';
    expect(printedWith(program, '1 drag 88 150 88 70\n2 drag 88 20 88 60\n3 touch 80 80\n4 press BTN1')).toBe(
      '-1\n-1\n1\nundefined\nundefined\n',
    );
  });

  it('adds the handlers of a custom mode, and removes those before', () => {
    const program = `Bangle.setUI({ mode: "custom", touch: (n, e) => print(n, e.x, e.y, e.type), swipe: (x, y) => print(x, y),
      btn: e => print("button", e.state), remove: () => print("removed") });
      setTimeout(() => { Bangle.setUI(); print(Bangle.touchHandler, Bangle.btnWatches); }, 4000);`;
    const events = '1 touch 30 40\n1.5 touch 180 90 long\n2 swipe left\n3 press BTN1\n5 touch 10 10\n6 press BTN1';
    expect(printedWith(program, events)).toBe(
      '1 30 40 0\n2 175 90 2\n-1 0\nbutton true\nremoved\nundefined undefined\n',
    );
  });

  it('has three buttons and the halves of the screen on a Bangle.js 1', () => {
    const program = 'Bangle.setUI("updown", d => print(d)); Bangle.on("touch", n => print("touch", n));';
    expect(printedWith(program, '1 press BTN1\n2 press BTN3\n3 press BTN2\n4 touch 200 10', banglejs)).toBe(
      '-1\n1\nundefined\ntouch 2\n',
    );
  });

  it('starts the launcher of a clock', () => {
    const program = `require("Storage").write("l.js", "print('launched')");
      require("Storage").write("setting.json", { launcher: "l.js" }); Bangle.setUI("clock"); print(Bangle.CLOCK);`;
    expect(printedWith(program, '1 press BTN1')).toBe('1\nlaunched\n');
  });

  it('refuses a mode that is none', () => {
    expect(printedWith('try { Bangle.setUI("x"); } catch (e) { print(e.message); }')).toBe('Unknown UI mode "x"\n');
  });
});

describe('widgets', () => {
  it('are loaded in their order and placed, and leave a rectangle to the program', () => {
    const program = `var s = require("Storage");
      s.write("a.wid.js", 'WIDGETS.a={area:"tl",width:20,draw:w=>print("a",w.x,w.y)}');
      s.write("b.wid.js", 'WIDGETS.b={area:"tl",width:30,sortorder:1,draw:w=>print("b",w.x,w.y)}');
      s.write("c.wid.js", 'WIDGETS.c={area:"br",width:24,draw:w=>print("c",w.x,w.y)}');
      print(Bangle.appRect.y, Bangle.appRect.h); Bangle.loadWidgets(); Bangle.drawWidgets(); print(Bangle.appRect);`;
    expect(printedWith(program)).toBe(
      '0 176\nb 0 0\nc 152 152\na 30 0\n{ "x": 0, "y": 24, "w": 176, "h": 128, \n  "x2": 175, "y2": 151 }\n',
    );
  });

  it('have one before them that goes back', () => {
    const program = `Bangle.loadWidgets(); WIDGETS.a = { area: "tl", width: 20, draw: w => print(w.x) }; Bangle.drawWidgets();
      Bangle.setUI({ mode: "custom", back: () => { print("back"); Bangle.setUI(); } });`;
    expect(printedWith(program, '1 touch 10 10')).toBe('0\n24\nback\n0\n');
  });
});

describe('E.showMenu', () => {
  it('calls functions, changes booleans, and lets numbers be chosen from a list', () => {
    const program = `E.showMenu({ "": { title: "T" }, "f": () => print("f"), "on": { value: false, onchange: v => print(v) },
      "n": { value: 3, min: 0, max: 5, onchange: v => print(v) }, "< Back": () => print("back") });`;
    // Rows have 40 pixels, behind a title of 24; the list of values has the same.
    const events = '1 touch 88 40\n2 touch 88 80\n3 touch 88 120\n4 touch 88 80\n5 touch 88 10';
    expect(printedWith(program, events)).toBe('f\ntrue\n1\nback\n');
  });

  it('has a page for a number of many values', () => {
    const program =
      'E.showMenu({ "n": { value: 50, min: 0, max: 100, step: 5, onchange: v => print(v) }, "o": () => print("o") });';
    const events = '1 touch 88 40\n2 touch 88 30\n3 touch 88 30\n4 touch 88 160\n5 touch 88 100\n6 touch 88 80';
    expect(printedWith(program, events)).toBe('55\no\n');
  });

  it('is moved with buttons on a Bangle.js 1', () => {
    const program =
      'E.showMenu({ "a": () => print("a"), "b": { value: true, onchange: v => print(v) }, "c": () => print("c") });';
    expect(printedWith(program, '1 press BTN2\n2 press BTN3\n3 press BTN2\n4 press BTN3\n5 press BTN2', banglejs)).toBe(
      'a\nfalse\nc\n',
    );
  });
});

describe('E.showPrompt', () => {
  it('resolves to the value of the button that is touched', () => {
    const program = `E.showPrompt("Sure?", { title: "Q", buttons: { A: 1, B: 2, C: 3 }, buttonsLong: { C: 4 } }).then(v => {
      print(v); E.showAlert("Done").then(v => print(v)); });`;
    expect(printedWith(program, '1 touch 170 160 long\n2 touch 80 160')).toBe('4\n1\n');
  });
});

describe('the module', () => {
  it('locale has the texts of times and numbers', () => {
    const program = `var l = require("locale"), d = new Date(2024, 1, 3, 15, 4, 5);
      print(l.time(d, 1), l.time(d), l.date(d, 1), l.date(d), l.dow(d, 1), l.month(d), l.number(1234567.891), l.meridian(d, 1),
        l.distance(1500), l.speed(10), l.temp(21.26));`;
    expect(printedWith(program)).toBe(
      "15:04 15:04.05 03/02/2024 Feb 3 2024 Sat February 1,234,567.89 pm 1.5km 6.2mph 21'C\n",
    );
  });

  it('Layout places boxes, and calls what is touched', () => {
    const program = `var Layout = require("Layout"), l = new Layout({ type: "v", c: [
      { type: "txt", font: "6x8:2", label: "Hello", id: "t" },
      { type: "h", c: [{ type: "btn", font: "6x8", label: "Go", cb: () => print("go"), id: "b" }, { width: 20, fillx: 1, id: "f" }] },
      { type: "txt", font: "20%", label: "x", filly: 1, fillx: 1, id: "x" }] });
      l.render(); for (var n of ["t", "b", "f", "x"]) print(n, l[n].x, l[n].y, l[n].w, l[n].h); print(l.x.font);`;
    const board = new SimulatedBoard(banglejs2);
    board.run(program);
    const [x, y] = /b (\d+) (\d+)/.exec(board.output)!.slice(1).map(Number);
    board.deliver({ kind: 'touch', values: [`${x + 5}`, `${y + 5}`] });
    expect(board.output).toBe('t 58 0 60 16\nb 0 16 32 24\nf 32 28 144 0\nx 0 40 176 136\nVector35\ngo\n');
  });

  it('of Storage replaces one that firmware has as text, and not one that it has built in', () => {
    const program = `var s = require("Storage"); s.write("locale", "exports.own=1"); s.write("heatshrink", "exports.own=1");
      print(require("locale").own, require("heatshrink").own);`;
    expect(printedWith(program)).toBe('1 undefined\n');
  });
});

describe('a sensor', () => {
  it('gives an event where it is on', () => {
    const program = `Bangle.on("HRM", h => print(h.bpm, h.confidence)); Bangle.on("GPS", f => print(f.lat, f.fix));
      Bangle.on("mag", m => print(m.x, m.dx)); Bangle.on("pressure", p => print(p.pressure, p.altitude | 0));
      Bangle.on("step", n => print("step", n)); Bangle.on("accel", a => print(a.x, a.mag));
      Bangle.setHRMPower(1, "a"); print(Bangle.setGPSPower(1), Bangle.isHRMOn(), Bangle.isCompassOn());
      setTimeout(() => { Bangle.setCompassPower(1); Bangle.setBarometerPower(1); Bangle.setHRMPower(0, "b"); }, 2500);`;
    const events =
      '1 hrm 70 90\n1.1 gps 52 1\n2 mag 5 6 7\n3 mag 9 6 7\n4 pressure 900\n5 steps 2\n6 accel 0.5 0 0\n7 hrm 71';
    expect(printedWith(program, events)).toBe(
      'true true false\n70 90\n52 1\n9 0\n900 988\nstep 1\nstep 2\n0.5 0.5\n71 100\n',
    );
  });

  it('is read at any time', () => {
    const program = `print(Bangle.getGPSFix(), Bangle.getStepCount(), Bangle.getHealthStatus("day").steps, Bangle.isCharging());
      Bangle.getPressure().then(p => print(p.temperature, p.pressure)); print(E.getBattery(), Bangle.getAccel().z);`;
    expect(printedWith(program)).toBe('undefined 0 0 false\n100 -1\n20 1013.25\n');
  });
});

describe('a screen that is locked', () => {
  it('feels no touch, and a button only unlocks it', () => {
    const program = `Bangle.on("lock", (l, why) => print("lock", l, why)); Bangle.on("lcdPower", p => print("power", p));
      Bangle.on("touch", () => print("touch")); setWatch(() => print("button"), BTN, { repeat: true, edge: "rising" });
      Bangle.setLocked(true); Bangle.setLCDPower(0);`;
    expect(printedWith(program, '1 touch 5 5\n2 press BTN1\n3 press BTN1\n4 touch 5 5')).toBe(
      'lock true js\npower false\npower true\nlock false button\nbutton\ntouch\n',
    );
  });
});

describe('what is not simulated', () => {
  it('is an error that says so', () => {
    const program = 'for (var f of ["accelRd", "softOff"]) try { Bangle[f](); } catch (e) { print(e.message); }';
    expect(printedWith(program)).toBe('Bangle.accelRd is not simulated\nBangle.softOff is not simulated\n');
  });
});

describe('the motor', () => {
  it('buzzes for its time, also if the program clears its timers', () => {
    const board = new SimulatedBoard(banglejs2);
    board.run(
      'var t = getTime(); Bangle.buzz(300).then(() => print(Math.round((getTime() - t) * 1000))); clearTimeout();',
    );
    board.advance(1000);
    expect(board.output).toBe('300\n');
    expect(board.buzzes).toEqual([300]);
  });
});

describe('text', () => {
  it('in fonts of which only the widths are known is measured as on the board', () => {
    const program = `for (var f of ["12x20", "6x15", "14", "17:2", "22", "28", "Vector20"]) {
      g.setFont(f); print(f, g.stringWidth("Hello"), g.getFontHeight()); }
      print(g.findFont("Hello", { w: 40, h: 30 }).font, g.wrapString("some words here", 60).length);`;
    const lines = printedWith(program).split('\n');
    expect(lines[0]).toBe('12x20 47 20');
    expect(lines[6]).toBe('Vector20 46 20');
    expect(lines.at(-2)).toMatch(/^\d+ \d$/);
  });
});
