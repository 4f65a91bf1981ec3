// A simulated board: its time, pins, buses, memory and screen, and what ends a program there.
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { banglejs2, esp32, microbit1, puckjs } from '../../boards/index.js';
import { SimulatedBoard, SimulationError, type SimulatorOptions } from '../../sim/index.js';

function boardAfter(program: string, options?: SimulatorOptions): SimulatedBoard {
  const board = new SimulatedBoard(puckjs, options);
  board.run(program);
  return board;
}

function endOf(program: string, options?: SimulatorOptions): SimulationError {
  try {
    boardAfter(program, options).runUntilIdle(60_000);
  } catch (error) {
    if (error instanceof SimulationError) return error;
    throw error;
  }
  throw new Error('the program came to its end');
}

describe('Modules', () => {
  it('removes what was required, and leaves the modules of the firmware', () => {
    const program =
      'Modules.addCached("a", "exports.b = 1;"); require("Storage"); print(Modules.getCached().join());' +
      'Modules.removeAllCached(); print(Modules.getCached().length, typeof require("Storage").write);';
    expect(boardAfter(program).output).toBe('a,Storage\n0 function\n');
  });
});

describe('time', () => {
  it('stands still between timers', () => {
    const board = boardAfter('setTimeout(() => print("b"), 1000); setTimeout(() => print("a"), 10); print("0");');
    expect(board.output).toBe('0\n');
    board.advance(500);
    expect(board.output).toBe('0\na\n');
    board.advance(600);
    expect(board.output).toBe('0\na\nb\n');
  });

  it('repeats, changes and ends intervals', () => {
    const board = boardAfter('var n = 0, i = setInterval(() => { n++; if (n == 3) changeInterval(i, 1000); }, 100);');
    board.advance(1000);
    expect(board.realm.global.n).toBe(3);
    board.advance(1000);
    expect(board.realm.global.n).toBe(4);
    board.run('clearInterval(i)');
    board.advance(10_000);
    expect(board.realm.global.n).toBe(4);
  });

  it('goes on while a program computes', () => {
    const board = boardAfter('var t = getTime(); for (var i = 0; i < 1000; i++); t = getTime() - t;');
    expect(board.realm.global.t).toBeGreaterThan(0.05);
    expect(board.realm.global.t).toBeLessThan(1);
    expect(board.longestBlock).toBeGreaterThan(0.05);
  });

  it('is estimated from what statements cost', () => {
    const count = (text: string) => {
      const board = boardAfter(`(function () { var a = 0, b = 1, i; for (i = 0; i < 100; i++) { ${text} } })()`);
      return board.checks.c;
    };
    const empty = count('');
    expect((count('a=a+1;') - empty) / 100).toBeCloseTo(1, 0);
    expect((count('a=b;') - empty) / 100).toBeCloseTo(0.66, 1);
    expect((count('switch(a){case 1:case 2:case 3:case 4:}') - empty) / 100).toBeCloseTo(3.2, 0);
  });

  it('is that of compiled code where the board compiles a function, and not where it cannot', () => {
    const cost = (start: string, text: string, board = banglejs2) => {
      const simulated = new SimulatedBoard(board);
      simulated.run(`function f(a, b, c) { ${start} ${text} }`);
      const before = simulated.checks.c;
      simulated.run('f(1, 2, 3)');
      return { made: before, called: simulated.checks.c - before };
    };
    const sums = 'a = b + c; b = a * c; c = b - a; a = b ^ c; b = a & c; c = b + a; a = b + c; b = a * c; c = b - a;';
    const interpreted = cost('', sums);
    const compiled = cost('"jit";', sums);
    expect(compiled.called / interpreted.called).toBeLessThan(0.6);
    expect(compiled.made).toBeGreaterThan(interpreted.made + 100);
    const refused = `${sums} switch (a) { default: }`;
    expect(cost('"jit";', refused).called).toBeCloseTo(cost('', refused).called, 0);
    expect(cost('"jit";', sums, esp32).called).toBeCloseTo(interpreted.called, 0);
  });
});

describe('promises', () => {
  it('go on from the idle loop, on the clock of the board', () => {
    const board = boardAfter(`
      new Promise((done) => setTimeout(() => done(1), 100)).then((x) => { print(x, getTime() >= 0.1); return x + 1; })
        .then((x) => { print(x); throw new Error("x"); }).catch((e) => { print(e.message); });
      Promise.all([Promise.resolve(1), 2]).then((all) => print(all)); print("first");`);
    expect(board.output).toBe('first\n');
    board.advance(50);
    expect(board.output).toBe('first\n[ 1, 2 ]\n');
    board.advance(100);
    expect(board.output).toBe('first\n[ 1, 2 ]\n1 true\n2\nx\n');
  });

  it('do not catch what ends a program', () => {
    expect(endOf('Promise.resolve(40).then((a) => 1 << a).catch(() => 0);').finding.what).toBe('shift count');
  });
});

describe('pins', () => {
  it('record a waveform', () => {
    const board = boardAfter(
      'digitalWrite(D1, 1); setTimeout(() => { D1.reset(); }, 5); digitalPulse(LED1, 1, [2, 3]);',
    );
    board.runUntilIdle();
    const of = (name: string) => board.pins.waveform.filter(({ pin }) => pin === name);
    expect(of('D1').map(({ value }) => value)).toEqual([1, 0]);
    expect(of('D1')[1].time - of('D1')[0].time).toBeGreaterThan(4);
    expect(of('LED1').map(({ value }) => value)).toEqual([1, 0, 0, 1]);
    expect(of('LED1').at(-1)!.time - of('LED1')[0].time).toBeCloseTo(5);
  });

  it('write and read several at once, the last as the lowest bit', () => {
    const board = boardAfter(
      'digitalWrite([D3, D2, D1], 6); print(D3.read(), D2.read(), D1.read(), digitalRead([D3, D1]));',
    );
    expect(board.output).toBe('true true false 2\n');
  });

  it('are watched', () => {
    const board = boardAfter('setWatch((e) => print(e.state, e.pin), BTN1, { repeat: true, edge: "rising" });');
    board.drive('BTN1', 1);
    board.drive('BTN1', 0);
    board.drive('BTN1', 1);
    expect(board.output.match(/true/g)).toHaveLength(2);
  });

  it('are analog', () => {
    const board = boardAfter('analogWrite(D4, 0.5, { freq: 1000 });');
    expect(board.pins.waveform).toMatchObject([{ pin: 'D4', value: 0.5, frequency: 1000 }]);
    board.drive('D5', 0.25);
    board.run('print(analogRead(D5))');
    expect(board.output).toBe('0.25\n');
  });
});

describe('buses', () => {
  it('have peers that can be plugged in', () => {
    const written: number[][] = [];
    const board = boardAfter(
      'I2C1.writeTo(0x1d, 1, 2); print(I2C1.readFrom(0x1d, 2)); print(SPI1.send([1, 2])); Serial1.on("data", (d) => print(d)); Serial1.write("hi");',
      {
        peers: {
          i2c: {
            I2C1: { write: (address, bytes) => written.push([address, ...bytes]), read: () => Uint8Array.of(7, 8) },
          },
          spi: { SPI1: { transfer: (bytes) => bytes.map((byte) => byte + 1) } },
          serial: { Serial1: { receive: (bytes) => written.push([...bytes]) } },
        },
      },
    );
    board.receive('Serial1', 'there');
    expect(written).toEqual([
      [0x1d, 1, 2],
      [104, 105],
    ]);
    expect(board.output).toBe('new Uint8Array([7, 8])\nnew Uint8Array([2, 3])\nthere\n');
  });
});

describe('the realm', () => {
  it('has nothing of Node', () => {
    const board = boardAfter(
      'print([typeof Buffer, typeof setImmediate, typeof queueMicrotask, typeof structuredClone, typeof performance, typeof Map].join());',
    );
    expect(board.output).toBe('undefined,undefined,undefined,undefined,undefined,undefined\n');
  });

  it('lacks what the board lacks', () => {
    const board = new SimulatedBoard(microbit1);
    board.run('print(typeof DataView, typeof E.getSizeOf, typeof [].reverse);');
    expect(board.output).toBe('undefined undefined undefined\n');
    expect(() => board.run('var f = () => 1;')).toThrow('missing on this board: arrow functions');
  });

  it('prints what is thrown, and goes on', () => {
    const board = boardAfter('setTimeout(() => print("after"), 10); throw new Error("x");');
    board.runUntilIdle();
    expect(board.output).toMatch(/^Uncaught Error: x\n {4}at [\s\S]*\nafter\n$/);
  });

  it('loads modules and programs from Storage', () => {
    const board = boardAfter('require("Storage").write("m", "exports.a = 5;"); print(require("m").a);');
    board.run('require("Storage").write(".bootcde", "print(typeof b)"); var b = 1; load();');
    board.runUntilIdle();
    expect(board.output).toBe('5\nundefined\n');
  });

  it('refuses modules that Espruino does not parse', () => {
    const board = boardAfter('require("Storage").write("m", "function of(){}"); require("m");');
    expect(board.output).toContain('Uncaught SyntaxError: reserved word');
  });

  it('takes minified text', () => {
    const board = new SimulatedBoard(puckjs);
    board.run('print(function(){var a=new Uint8Array(2);return[a[1]]}()[0],typeof[1]);');
    expect(board.output).toBe('0 object\n');
  });

  it('checks text that is evaluated', () => {
    expect(endOf('eval("var a = 32; 1 << a")').finding.what).toBe('shift count');
    expect(endOf('new Function("a", "return 1 << a")(40)').finding.what).toBe('shift count');
    expect(endOf('setTimeout("var a = 32; 1 << a", 5)').finding.what).toBe('shift count');
  });
});

describe('comments between tokens', () => {
  it('may have the words of a loop or a call', () => {
    const loop = 'for (var k /* in that */ in { a: 1 }) print(k);';
    const call = 'class A { m(x) { return x + this.n; } } class B extends A { m(x) { return super.m /* (x) */ (x); } }';
    expect(boardAfter(`${loop} ${call} var b = new B(); b.n = 2; print(b.m(1));`).output).toBe('a\n3\n');
  });
});

describe('messages about the kind of a value', () => {
  it.each([
    ['[2, 1].sort(true)', 'Expecting compare function, got Number'],
    ['[2, 1].sort([])', 'Expecting compare function, got Array'],
    ['1 instanceof "a"', 'Expecting function on RHS, got String'],
    ['1 instanceof []', 'Expecting function on RHS, got Array'],
    ['Object.defineProperty({}, "a", print)', 'Property description must be Object, got Function'],
    ['(function () {}).apply(0, true)', 'Second argument to Function.apply must be iterable, got Number'],
    ['new DataView([])', 'Expecting ArrayBuffer, got Array'],
    ['new RegExp(5)', 'Expecting String as first argument, got Number'],
    ['require(true)', 'Expecting module name as a string, got Number'],
    ['new Date([])', 'Variables of type Array are not supported in date constructor'],
  ])('name it as Espruino does: %s', (snippet, message) => {
    expect(boardAfter(`try { ${snippet} } catch (e) { print(e.message) }`).output).toBe(`${message}\n`);
  });
});

describe('a listener to uncaught errors', () => {
  it('may throw as often as the time allows', () => {
    const board = boardAfter(
      'var n = 0; process.on("uncaughtException", e => { n++; throw e; }); throw new Error("x");',
    );
    board.advance(10);
    expect(board.realm.global.n).toBeGreaterThan(1000);
    expect(board.output).toBe('');
  });
});

describe('a program that takes more than there is', () => {
  it.each([
    ['a string that doubles', 'var s = "x"; while (1) s += s;'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the program's
    ['a string in a template that doubles', 'var s = "x", f = (a, b) => `${a}${b}`; while (1) s = f(s, s);'],
    ['an array that doubles', 'var a = [1]; while (1) a = a.concat(a);'],
    ['a string that is repeated', '"abc".repeat(1e8)'],
    ['items of a long array', 'new Array(1e9).fill(0)'],
    ['a text of a long array', 'new Array(1e9).join()'],
    ['long arrays', 'var a = []; while (1) a.push(new Array(3e7));'],
    ['listeners', 'while (1) E.on("x", print);'],
    ['timers', 'while (1) setTimeout(print, 1e6);'],
    [
      'text of a value',
      'var a = "x".repeat(2000), b = [a, a, a, a], c = [b, b, b, b]; E.toJS([c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c])',
    ],
  ])('is ended: %s', (_, program) => {
    expect(endOf(program, { mostBlockedSeconds: 1000 }).finding.what).toBe('out of memory');
  });

  it('is ended where it prints without end', () => {
    expect(endOf('print(new Array(1e9))').finding.what).toBe('endless output');
  });

  it('is ended though it goes on from a finally', () => {
    const program = 'while (1) { try { while (1); } finally { continue; } }';
    expect(endOf(program, { mostBlockedSeconds: 1 }).finding.what).toBe('blocks too long');
    expect(endOf('function f() { try { 1 << 40; } finally { return 1; } } f(); print(2);').finding.what).toBe(
      'shift count',
    );
  });

  it('has its stack used up by functions of the library', () => {
    expect(endOf('var a = []; a.push(a); E.toString(a)').finding.what).toBe('too much recursion');
  });

  it('does not keep its output', () => {
    const board = boardAfter('var s = "x".repeat(1000), i; for (i = 0; i < 6000; i++) print(s);');
    expect(board.output.length).toBe(4 * 2 ** 20);
  });

  it('shares the time with what is due, where events emit events', () => {
    const board = boardAfter('E.on("x", () => E.emit("x")); E.emit("x"); setTimeout(() => print("due"), 10);');
    board.advance(20);
    expect(board.output).toBe('due\n');
  });
});

describe('values without end', () => {
  it('are cut off where they contain themselves', () => {
    const board = boardAfter('var a = [1]; a.push(a); print(a); print(E.toJS(a), JSON.stringify({ a }));');
    expect(board.output).toBe('[ 1, \n   ... \n ]\n[1, ... ] {"a":[1, ... ]}\n');
  });

  it('are cut off where they are too deep', () => {
    const board = boardAfter('var a = [1]; for (var i = 0; i < 500; i++) a = [a]; print(E.toJS(a).length);');
    expect(board.output).toBe('125\n');
  });

  it('need no text to be thrown', () => {
    const board = boardAfter(
      'setTimeout(() => print("next"), 10); setTimeout(() => { throw { toString() { throw new Error("x"); } }; }, 1); throw { get message() { throw 5; } };',
    );
    board.runUntilIdle();
    expect(board.output).toBe('Uncaught [object Object]\nUncaught undefined\nnext\n');
  });
});

describe('a program ends', () => {
  it('with the spot and what to write instead', () => {
    const error = endOf('var a = 1,\n  b = 40;\n  a = a << b;\n');
    expect(error.message).toBe(
      'program:3:7: shift count: a << b\n  the count is 40; on ARM, counts are not masked; write a << (n & 31)',
    );
  });

  it('when its C stack is full, whatever it catches', () => {
    const error = endOf('function f(n) { try { return 1 + f(n + 1); } catch (e) { return 0; } } f(0);');
    expect(error.finding.what).toBe('too much recursion');
    expect(error.message).toContain('bytes of C stack');
  });

  it('sooner where calls are nested deeper', () => {
    const depth = (body: string) => Number(/(\d+) calls/.exec(endOf(`function f() { ${body} } f();`).message)![1]);
    expect(depth('f();')).toBeGreaterThan(2 * depth('if (1) { while (1) { return 1 + f(); } }'));
  });

  it('as late where functions call each other as where one calls itself, whatever else they call', () => {
    const body = (called: string) => `n || last((((n)))); n = ${called}(n + 1) + 1 | 0; return n;`;
    const depth = (functions: string) =>
      Number(/(\d+) calls/.exec(endOf(`function last(n) {} ${functions} f(1);`).message)![1]);
    const itself = depth(`function f(n) { ${body('f')} }`);
    expect(depth(`function f(n) { ${body('g')} } function g(n) { ${body('f')} }`)).toBe(itself);
    expect(depth(`function f(n) { ${body('t[0]')} } var t = [f];`)).toBe(itself);
  });

  it('when its JsVars are full', () => {
    expect(endOf('var a = []; for (var i = 0; i < 20; i++) a.push(new Uint8Array(4096));').message).toMatch(
      /out of memory[\s\S]*JsVars are needed, and puckjs has 2630/,
    );
    expect(endOf('var a = []; while (1) a.push("some text that is long enough");').finding.what).toBe('out of memory');
    // Garbage is no reason.
    boardAfter('for (var i = 0; i < 100; i++) { var a = new Uint8Array(4096); }');
  });

  it('when it blocks for too long', () => {
    expect(endOf('while (1);', { mostBlockedSeconds: 2 }).finding.what).toBe('blocks too long');
    boardAfter('setInterval(() => { for (var i = 0; i < 1000; i++); }, 500)', { mostBlockedSeconds: 1 }).advance(
      10_000,
    );
  });

  it('not for what is allowed', () => {
    const board = boardAfter('var a = 40; print(1 << a >= 0);', { allow: ['shift count'] });
    expect(board.output).toBe('true\n');
    expect(board.findings).toMatchObject([{ what: 'shift count', line: 1 }]);
  });

  it('for a read past the end only if that is refused', () => {
    const program = 'var a = new Uint8Array(4); print(a[4]);';
    const board = boardAfter(program);
    expect(board.output).toBe('undefined\n');
    expect(board.findings).toMatchObject([{ what: 'read past the end', line: 1 }]);
    expect(endOf(program, { refuse: ['read past the end'] }).finding.what).toBe('read past the end');
  });

  it('with a warning only, for a switch in a hot path', () => {
    const cases = Array.from({ length: 16 }, (_, n) => `case ${n}: break;`).join('');
    const board = boardAfter(`for (var i = 0; i < 2000; i++) switch (i & 15) { ${cases} }`);
    expect(board.findings).toMatchObject([{ what: 'switch in a hot path', severity: 'warning' }]);
  });
});

describe('a function that the board compiles', () => {
  it('does what the compiler makes of it', () => {
    // Recorded from Espruino 2v29 for ARM, built with its compiler.
    const board = boardAfter(`
      function a(n) { "jit"; for (;;) { if (n-- < 0) return 7; } return -1; }
      function b() { "jit"; var s = 0; for (var i = 0;; i++) { s += i; if (i > 3) return s; } return -1; }
      function c(x) { "jit"; return x == -2147483648; }
      function d() { "jit"; return [4294967295, 2147483648, 4294967296, 2147483647]; }
      function e() { "jit"; let b = 2; { let b = 3; b; } return b; }
      function f() { "jit"; let i = 5; for (let i = 0; i < 3; i++); return i; }
      print(a(3), b(), c(-2147483648), d().join(), e(), f());`);
    expect(board.output).toBe('-1 10 false -1,-2147483648,4294967296,2147483647 3 3\n');
  });

  it('has floats where a literal has a point', () => {
    // Recorded as above.
    const board = boardAfter('function f(n) { "jit"; return (n >>> 0) + 4294967295.0; } print(f(0), f(1));');
    expect(board.output).toBe('4294967295 4294967296\n');
  });
});

describe('the screen', () => {
  it('is drawn on, and comes out as PNG', () => {
    const board = new SimulatedBoard(banglejs2);
    board.run(
      'g.clear(); g.setColor(1, 0, 0).fillRect(0, 0, 1, 0); g.setColor("#0f0"); g.setPixel(2, 0); print(g.getWidth());',
    );
    expect(board.output).toBe('176\n');
    const file = board.display!.png();
    expect([...file.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const length = file.readUInt32BE(33);
    const rows = inflateSync(file.subarray(41, 41 + length));
    // The background of a Bangle.js 2 is white.
    expect([...rows.subarray(0, 13)]).toEqual([0, 255, 0, 0, 255, 0, 0, 0, 255, 0, 255, 255, 255]);
    expect(rows).toHaveLength(176 * (1 + 176 * 3));
  });

  it('takes images from buffers', () => {
    const board = new SimulatedBoard(banglejs2);
    board.run('g.drawImage({ width: 8, height: 1, bpp: 1, buffer: new Uint8Array([0xa0]).buffer }, 1, 2);');
    expect([0, 1, 2, 3, 4].map((x) => board.display!.getPixel(x, 2))).toEqual([7, 0, 7, 0, 7]);
  });
});
