// The console of a simulated board, character by character, and the real interpreter's beside it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { puckjs } from '../../boards/index.js';
import { Console, SimulatedBoard, Start } from '../../sim/index.js';
import { espruino, reason } from './espruino.js';

/** Typed text, and the text that appears. */
const dialogue: [typed: string, shown: string][] = [
  ['\n', '\r\n>'],
  ['1+2\n', '1+2\r\n=3\r\n>'],
  ['1\r\n', '1\r\n=1\r\n>'],
  ['"a"\n', '"a"\r\n="a"\r\n>'],
  [`'it"s'\n`, `'it"s'\r\n="it\\"s"\r\n>`],
  ['({a:1,b:"x",c:[1,2]})\n', '({a:1,b:"x",c:[1,2]})\r\n={ a: 1, \r\n  b: "x", \r\n  c: [ 1, 2 ]\r\n }\r\n>'],
  ['[1,"a"]\n', '[1,"a"]\r\n=[ 1, \r\n  "a"\r\n ]\r\n>'],
  ['\x10print(5)\n', '5\r\n>'],
  ['\x10var a=1\n', ''],
  ['\x10print(1)\n\x10print(2)\n', '1\r\n2\r\n>'],
  ['function f(){\n', 'function f(){\r\n:'],
  ['1;\n', '1;\r\n:'],
  ['}\n', '}\r\n=function () { ... }\r\n>'],
  ['print(6);7\n', 'print(6);7\r\n6\r\n=7\r\n>'],
  ['\x10throw 5\n', 'Uncaught 5\r\n>'],
  ['ab\b\b12\b3\n', 'ab\b \b\b \b12\b \b3\r\n=13\r\n>'],
  ['abc\x1b[D\x1b[D\bX', 'abc\x1b[D\x1b[D\bbc \b\b\bXbc \b\b\b\bX'],
  ['\x1b[F=1\x1b[H\x1b[3~v', 'bc=1\b\b\b\b\bbc=1 \b\b\b\b\bvbc=1 \b\b\b\b\b\bv'],
  ['\x1b[4~\n', 'bc=1\r\n=1\r\n>'],
  ['vbc\n', 'vbc\r\n=1\r\n>'],
  ['\x1b[A\x1b[A', '\x1b[Jvbc\x1b[D\x1b[D\x1b[D\x1b[Jvbc=1'],
  ['\x1b[B\n', '\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[Jvbc\r\n=1\r\n>'],
  ['if (1)\x1b\n print(3)\n', 'if (1)\r\n: print(3)\r\n3\r\n=undefined\r\n>'],
  ['if(1){\n2}\x1b[A', 'if(1){\r\n:2}\x1b[A'],
  ['\x1b[B\n', '\x1b[B\r\n=undefined\r\n>'],
  ['var z=5\n', 'var z=5\r\n=5\r\n>'],
  ['let k=3,l\n', 'let k=3,l\r\n=undefined\r\n>'],
  ['1;{2}\n', '1;{2}\r\n=undefined\r\n>'],
  ['`a\nb`\n', '`a\r\n:b`\r\n="a\\nb"\r\n>'],
  ['/* x\n*/3\n', '/* x\r\n:*/3\r\n=3\r\n>'],
  ['\x1b[12dvar q\n', 'var q\r\n=undefined\r\n>'],
  ['abc', 'abc'],
  ['\x03', '\x1b[D\x1b[D\x1b[D\r\x1b[J>'],
  ['abc\x1b[2H', 'abc\x1b[D\x1b[D\x1b[D\r\x1b[J>'],
  ['setTimeout(()=>print("t"),20);1\n', 'setTimeout(()=>print("t"),20);1\r\n=1\r\n>\r\x1b[Jt\r\n>'],
  ['echo(0)\n', 'echo(0)\r\n'],
  ['5\n', ''],
  ['echo(1)\n', '=undefined\r\n>'],
  ['\x10\x01\x20\x051+100', '\x06\x10\x01\x00\x03101'],
  ['\x10\x01\x20\x07{a:"x"}', '\x06\x10\x01\x00\x07{a:"x"}'],
  ['\x10\x01\x60\x10{fn:"test",s:11}', '\x06'],
  ['\x10\x01\x80\x05hello', '\x06'],
  ['\x10\x01\x80\x06 world', '\x06'],
  ['\x10\x01\x80\x06 world', '\x15'],
  ['require("Storage").read("test")\n', 'require("Storage").read("test")\r\n="hello world"\r\n>'],
  ['\x10\x01\xa0\x0b{fn:"test"}', '\x06\x10\x01\x80\x0bhello world\x10\x01\x80\x00'],
  ['\x10\x01\xa0\x0b{fn:"none"}', '\x15'],
  ['\x10require("Storage").write(".bootcde","print(77)")\n', ''],
  ['load()\n', 'load()\r\n=undefined\r\n77\r\n>'],
  ['typeof f\n', 'typeof f\r\n="undefined"\r\n>'],
];

/** Less the banner, which has a version in it. */
const withoutBanner = (text: string) => text.replace(/^[\s\S]*G\.Williams\r\n(\r\n[\s\S]*Donate\r\n)?/, 'BANNER');

describe('the simulated console', () => {
  const board = new SimulatedBoard(puckjs);
  let shown = '';
  const terminal = new Console(board, (text) => {
    shown += text;
  });
  terminal.settle();
  const type = (text: string) => {
    shown = '';
    terminal.receive(text);
    terminal.settle(100);
    return shown;
  };

  it.each(dialogue)('%j', (typed, expected) => {
    expect(type(typed)).toBe(expected);
  });

  it('starts again', () => {
    expect(withoutBanner(type('\x10reset();\n'))).toBe('BANNER\r\n>');
    expect(withoutBanner(type('\x10require("Storage").write("n","print(78)");load("n")\n'))).toBe('BANNER\r\n78\r\n>');
    expect(type('\x05')).toBe('Espruino 2v29 PUCKJS\r\n');
  });

  it('gives a packet up that does not go on', () => {
    expect(type('\x10\x01\x20\x041')).toBe('');
    terminal.settle(5000);
    expect(shown).toBe('\x15');
    expect(type('1\n')).toBe('1\r\n=1\r\n>');
  });

  it('evaluates a packet once, whatever ends it', () => {
    expect(type('\x10var runs=0,n=40\n')).toBe('');
    const answer = type('\x10\x01\x20\x0d(runs++,1<<n)');
    expect(answer.startsWith('\x15')).toBe(true);
    expect(answer).toMatch(/Uncaught REPL:1:\d+: shift count/);
    expect(type('abc\b\b\bruns\n')).toContain('=1\r\n');
  });

  it('executes nothing of a packet that names a file', () => {
    type('\x10var runs=0\n');
    expect(type('\x10\x01\x60\x10{fn:runs++,s:11}')).toBe('\x15');
    expect(type('runs\n')).toContain('=0\r\n');
  });

  it('loses what there is no memory for of a line, and goes on', () => {
    shown = '';
    terminal.receive(`"${'/'.repeat(200_000)}`);
    terminal.receive('\x03');
    expect(shown.length).toBeLessThan(100_000);
    terminal.receive(`${'{\n'.repeat(100_000)}`);
    terminal.receive('\x03');
    expect(type('1+1\n')).toBe('1+1\r\n=2\r\n>');
  });

  it('tells what ends a program, and goes on', () => {
    expect(type('\x10var n=40;1<<n\n')).toContain('Uncaught REPL:1:10: shift count');
    expect(type('2\n')).toBe('2\r\n=2\r\n>');
  });
});

describe('a start', () => {
  const filesOf = (names: string[], start: Start) => {
    const board = new SimulatedBoard(puckjs);
    for (const name of names) board.storage.write(name, Buffer.from(`print("${name}")`));
    board.start(start);
    return board.output.trim().split('\n').join(' ');
  };

  it('runs the files that it shall', () => {
    const names = ['.bootcde', '.boot3', '.boot0', '.bootPowerOn', '.boot4'];
    expect(filesOf(names, Start.Power)).toBe('.bootPowerOn .boot0 .boot3 .bootcde');
    expect(filesOf(names, Start.Load)).toBe('.boot0 .boot3 .bootcde');
    expect(filesOf(names, Start.Reset)).toBe('.boot0 .boot3');
    expect(filesOf([...names, '.bootrst'], Start.Reset)).toBe('.boot0 .boot3 .bootrst');
    expect(filesOf([...names, '.bootrst'], Start.Load)).toBe('.boot0 .boot3 .bootrst');
  });

  it('erases Storage that is not valid', () => {
    const board = new SimulatedBoard(puckjs);
    board.storage.write('a', Buffer.from('abcd'));
    expect(board.storage.isValid()).toBe(true);
    board.start(Start.Power);
    expect(board.storage.list()).toEqual(['a']);
    // Right behind the file: no size that there can be, and not empty.
    board.storage.flash.write(36, Uint8Array.of(0, 0, 0, 0));
    for (let page = 1; page < 10; page++) board.storage.flash.write(page * 4096, Uint8Array.of(0, 0, 0, 0));
    expect(board.storage.isValid()).toBe(false);
    board.start(Start.Power);
    expect(board.storage.list()).toEqual([]);
    expect(board.output).toContain('Storage is corrupt');
  });
});

/** The real interpreter's console. */
class RealConsole {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tazzina-console-'));
  private readonly process: ChildProcess;
  private shown = '';

  constructor() {
    this.process = spawn('sh', ['-c', `exec ${espruino}`], { cwd: this.folder, stdio: ['pipe', 'pipe', 'ignore'] });
    this.process.stdout!.on('data', (data: Buffer) => {
      this.shown += data.toString('latin1');
    });
  }

  /** Waits until nothing has come for a while. */
  async quiet(): Promise<string> {
    for (let before = -1; before !== this.shown.length; ) {
      before = this.shown.length;
      await new Promise((done) => setTimeout(done, 150));
    }
    const { shown } = this;
    this.shown = '';
    return shown;
  }

  async type(text: string): Promise<string> {
    this.process.stdin!.write(Buffer.from(text, 'latin1'));
    return this.quiet();
  }

  end(): void {
    this.process.kill('SIGKILL');
    rmSync(this.folder, { recursive: true });
  }
}

describe(`the real interpreter's console${reason}`, () => {
  it.skipIf(!espruino)('shows the same', async () => {
    const terminal = new RealConsole();
    try {
      expect(await terminal.quiet()).toMatch(/>$/);
      for (const [typed, expected] of dialogue) expect([typed, await terminal.type(typed)]).toEqual([typed, expected]);
    } finally {
      terminal.end();
    }
  });
});
