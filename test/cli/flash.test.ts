// `tazzina simulate`, and over TCP to it `flash`, `monitor` and Espruino's own command-line client.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from './command.js';
import { Simulation } from './simulation.js';
import type { Outcome } from './standard-streams.js';

const commandLine = new CommandLine();
const client = fileURLToPath(new URL('../../node_modules/espruino/bin/espruino-cli.js', import.meta.url));

const data = Uint8Array.from({ length: 300 }, (_, index) => index & 255);
const puck = new Simulation(commandLine, ['--board', 'puckjs', '--storage', 'puck.bin', '--watchdog', '1']);
const run = (input: string, ...words: string[]) => commandLine.run(words, input);
/** Runs in a process, because it reads from a pipe. */
const monitor = (input: string, port: string) => commandLine.spawn(['monitor', '--port', port], input);
const flash = (...words: string[]) => run('', 'flash', ...words, '--port', puck.port);
/** Types a line, and waits until the board has printed what is expected: a loaded machine may take its time. */
async function expectAnswer(line: string, expected: string, port = puck.port): Promise<void> {
  const socket = connect(Number(port.split(':')[2]), '127.0.0.1');
  let printed = '';
  socket.on('data', (data) => {
    printed += data;
  });
  socket.write(`${line}\n`);
  for (let round = 0; round < 1200 && !printed.includes(expected) && !socket.closed; round++) {
    await new Promise((done) => setTimeout(done, 50));
  }
  socket.destroy();
  expect(printed).toContain(expected);
}

function espruino(...words: string[]): Outcome {
  // It looks for nothing on the network; and sends in small pieces, since else it never ends after less than 512 characters.
  const settings = ['BOARD_JSON_URL=http://127.0.0.1:9', 'SERIAL_THROTTLE_SEND=1'];
  const all = [client, '--no-ble', ...settings.flatMap((each) => ['--config', each]), '-p', puck.port, ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, {
    cwd: commandLine.folder,
    encoding: 'utf8',
    timeout: 600_000,
  });
  return { code: status, output: stdout, error: stderr };
}

beforeAll(async () => {
  commandLine.file('first.js', 'var n = 1;\nprint("first program");\n');
  commandLine.file('second.js', 'var n = 2;\nprint("second program");\n');
  commandLine.file('typed.js', 'function hello(name) {\n  print("hello " + name);\n}\nif (true)\n  hello("board");\n');
  commandLine.file(
    'data.bin',
    Uint8Array.from({ length: 300 }, (_, index) => index & 255),
  );
  commandLine.file('large.js', `var a = "${'x'.repeat(50_000)}";`);
  await puck.start();
});

afterAll(async () => {
  await puck.end();
  commandLine.remove();
});

describe('a module', () => {
  const modules = new Simulation(commandLine, ['--board', 'banglejs2']);
  beforeAll(() => modules.start());
  afterAll(() => modules.end());

  it('is built, flashed, started, and can be called on the console', async () => {
    const file = fileURLToPath(new URL('../../examples/fib/fib.wasm', import.meta.url));
    const { code, output } = run('', 'flash', file, '--board', 'banglejs2', '--port', modules.port);
    expect([code, output]).toEqual([0, expect.stringMatching(/^fib: \d+ bytes are written\n$/)]);
    await expectAnswer('print("it is " + fib.fib(12))', 'it is 144', modules.port);
  });

  it('that cannot be built is not flashed', () => {
    const file = commandLine.file('no.wat', '(module (import "a" "b" (func)))');
    const { code, error } = run('', 'flash', file, '--board', 'banglejs2', '--port', modules.port);
    expect([code, error.split('\n')[0]]).toEqual([1, 'error: banglejs2 does not provide what the module imports']);
  });
});

describe('tazzina flash', () => {
  it('puts a program on the board, which runs it', async () => {
    expect(flash('first.js', '--board', 'puckjs')).toEqual({
      code: 0,
      output: `first: 61 bytes are written\n`,
      error: 'writing 179 bytes\nread back: all is as it was sent\nswitching to the new program\nstarted\n',
    });
    await expectAnswer('n', '=1');
    await expectAnswer('load()', 'first program');
  });

  it('replaces it', async () => {
    expect(JSON.parse(flash('second.js', '--board', 'puckjs', '--json').output)).toMatchObject({
      ok: true,
      erased: [],
    });
    await expectAnswer('load()', 'second program');
    await expectAnswer('require("Storage").list(/tazzina|boot/)', '=[ \r\n  ".bootcde"\r\n ]');
  });

  it('says in a dry run what it would do', async () => {
    const { code, output } = flash('first.js', '--board', 'puckjs', '--dry-run');
    expect(output).toMatch(/^first: \d+ bytes would be written, first.files would be kept; Storage has \d+ free\n$/);
    expect(code).toBe(0);
    await expectAnswer('load()', 'second program');
  });

  it('refuses what cannot be, and the board has what it had', async () => {
    const errorOf = (outcome: Outcome) => [outcome.code, outcome.error.split('\n')[0]];
    expect(errorOf(flash('first.js', '--board', 'pixljs'))).toEqual([
      1,
      `error: at ${puck.port} is a PUCKJS; pixljs is a PIXLJS`,
    ]);
    expect(errorOf(flash('large.js', '--board', 'puckjs'))[1]).toMatch(/^error: Storage is full: \d+ bytes are needed/);
    expect(errorOf(flash('first.js'))).toEqual([2, 'error: which board? Give --board NAME']);
    expect(errorOf(flash('absent.js', '--board', 'puckjs'))[1]).toMatch(/^error: cannot read absent.js/);
    const none = run('', 'flash', 'first.js', '--board', 'puckjs', '--port', 'tcp://127.0.0.1:1');
    expect(errorOf(none)).toEqual([1, 'error: tcp://127.0.0.1:1 refuses the connection: ECONNREFUSED']);
    const noPort = run('', 'flash', 'first.js', '--board', 'puckjs', '--port', '/dev/absent');
    expect(errorOf(noPort)).toEqual([1, 'error: /dev/absent is not there']);
    await expectAnswer('load()', 'second program');
  });
});

describe("Espruino's own client", () => {
  it('sends a program, which runs', async () => {
    const { code, output } = espruino('typed.js');
    expect(output).toContain('hello board');
    expect(code).toBe(0);
    await expectAnswer('hello("again")', 'hello again');
  });

  it('evaluates', () => {
    expect(espruino('-e', 'print(6*7)').output).toMatch(/^--\] 42/m);
  });

  it('writes files to Storage, and downloads them', async () => {
    espruino('--storage', 'data:data.bin', '--storage', 'program:-', 'typed.js');
    await expectAnswer('require("Storage").list(/data|program/).sort().join()', '="data,program"');
    await expectAnswer('E.CRC32(require("Storage").read("data"))', `=${crc32(data)}`);
    espruino('--download', 'program', '-e', 'print("more than nineteen")');
    expect(existsSync(join(commandLine.folder, 'program'))).toBe(true);
  });
});

describe('tazzina monitor', () => {
  it('sends what it is given, and shows what comes', () => {
    const { code, output } = monitor('6*7\nsetTimeout(() => print("later"), 300);0\n', puck.port);
    expect(code).toBe(0);
    expect(output).toMatch(/=42[\s\S]*=0[\s\S]*later/);
  });

  it('ends as other commands do when nobody reads what it prints', () => {
    const program = `'${process.execPath}' '${commandLine.program}'`;
    // A pipe whose reader ends at once, and a board that prints until then.
    const script = `echo 'var timer = setInterval(() => print(1), 50);' | ${program} monitor --port ${puck.port} | true; echo \${PIPESTATUS[1]}`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    monitor('clearInterval(timer)\n', puck.port);
    expect([stdout, stderr]).toEqual(['141\n', '']);
  });
});

describe('tazzina simulate', () => {
  it('ends a program that blocks', async () => {
    await expectAnswer('while(1);', 'blocks too long');
    await expectAnswer('1+1', '=2');
  });

  it('keeps Storage in a file', async () => {
    flash('first.js', '--board', 'puckjs', '--no-start');
    expect(await puck.end()).toBe(0);
    const again = new Simulation(commandLine, ['--board', 'puckjs', '--storage', 'puck.bin']);
    await again.start();
    expect(monitor('load()\n', again.port).output).toContain('first program');
    expect(await again.end()).toBe(0);
    expect(run('', 'simulate', '--board', 'pixljs', '--listen', '127.0.0.1:x').code).toBe(2);
  });
});
