// Serial ports that work, vanish, are busy or forbidden, and what the commands say of them.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chosenPort } from '../../cli/port-option.js';
import { portError } from '../../targets/upload/port-error.js';
import { portsInFolder, serialPorts } from '../../targets/upload/ports.js';
import { CommandLine } from './command.js';
import { noTerminal, PseudoTerminal } from './pseudo-terminal.js';
import { Simulation } from './simulation.js';

const commandLine = new CommandLine();
const simulation = new Simulation(commandLine, ['--board', 'puckjs']);
const terminals: PseudoTerminal[] = [];

beforeAll(async () => {
  commandLine.file('app.js', 'print("it runs");\n');
  await simulation.start();
});
afterEach(() => {
  for (const each of terminals.splice(0)) each.unplug();
});
afterAll(async () => {
  await simulation.end();
  commandLine.remove();
});

/** Does not block this process, which moves the bytes; `before` are words in front of the command. */
async function flash(port: string, before: string[] = []): Promise<[code: number | null, first: string]> {
  const words = [...before, process.execPath, commandLine.program];
  const child = spawn(words[0], [...words.slice(1), 'flash', 'app.js', '-b', 'puckjs', '-p', port], {
    cwd: commandLine.folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let error = '';
  child.stderr.on('data', (data) => {
    error += data;
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  expect(error).not.toMatch(/\n +at /);
  return [code, error.split('\n').find((line) => line.startsWith('error')) ?? error];
}

async function terminal(): Promise<PseudoTerminal> {
  const made = await PseudoTerminal.open();
  terminals.push(made);
  return made;
}

describe.skipIf(noTerminal)(
  `a serial port that is a terminal of this machine${noTerminal ? `: ${noTerminal}` : ''}`,
  () => {
    it('is opened whatever its name, and takes a program', async () => {
      const made = await terminal();
      made.bridge(simulation.port);
      expect(await flash(made.port)).toEqual([0, expect.stringMatching(/started\n$/)]);
    });

    it('that is unplugged in the middle is a lost connection', async () => {
      const made = await terminal();
      made.bridge(simulation.port, 1500);
      expect(await flash(made.port)).toEqual([1, expect.stringMatching(/^error: the connection to .* was lost/)]);
    });

    it('that another program has is in use', async () => {
      const made = await terminal();
      // Lock the port as Espruino's client does.
      const other = spawn('flock', ['--exclusive', '--no-fork', made.port, 'sh', '-c', 'echo locked; exec sleep 1000']);
      await new Promise((done) => other.stdout.once('data', done));
      expect(await flash(made.port)).toEqual([1, `error: ${made.port} is in use by another program`]);
      other.kill('SIGKILL');
    });

    const dropped = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'];
    const before = process.getuid?.() === 0 ? dropped : [];
    const canForbid = before.length === 0 || spawnSync(dropped[0], [...dropped.slice(1), 'true']).status === 0;
    it.skipIf(!canForbid)('without permission says of which group one has to be', async () => {
      const made = await terminal();
      chmodSync(made.port, 0);
      expect(await flash(made.port, before)).toEqual([
        1,
        `error: ${made.port} may not be opened by you: permission denied`,
      ]);
    });
  },
);

it.each([
  ['/dev/absent', 'error: /dev/absent is not there'],
  ['app.js', 'error: app.js is not a serial port'],
  ['.', 'error: . is not a serial port'],
  ['tcp:127.0.0.1:23', 'error: tcp:127.0.0.1:23 is not the name of a port'],
])('%s is no port', async (port, expected) => {
  expect(await flash(port)).toEqual([1, expected]);
});

it('what systems say of a port becomes what is wrong and what to do', () => {
  const said = (message: string) => {
    const { message: what, notes } = portError('COM3', message);
    return [what, notes.length > 0];
  };
  expect(said('Opening COM3: Access denied')).toEqual(['COM3 is in use by another program', true]);
  expect(said('Opening COM3: File not found')).toEqual(['COM3 is not there', true]);
  expect(said("Cannot find module 'serialport'")[0]).toContain('serialport is not installed');
  expect(said('odd')).toEqual(['cannot connect to COM3: odd', true]);
});

describe('without --port', () => {
  const serial = { port: '/dev/ttyACM0', kind: 'serial', description: '' } as const;
  const near = { port: 'aa:bb:cc:dd:ee:ff', kind: 'bluetooth', description: 'Puck.js ccdd' } as const;
  it('the only board is taken, over Bluetooth if none is plugged in', async () => {
    expect(await chosenPort({}, async () => ({ ports: [serial] }))).toBe(serial.port);
    expect(await chosenPort({}, async ({ bluetooth }) => ({ ports: bluetooth ? [near] : [] }))).toBe(near.port);
  });

  it('several boards are listed', async () => {
    const chosen = chosenPort({}, async () => ({ ports: [serial, { ...serial, port: '/dev/ttyACM1' }] }));
    await expect(chosen).rejects.toMatchObject({
      exitCode: 2,
      notes: [expect.stringContaining('ttyACM0'), expect.stringContaining('ttyACM1')],
    });
    const none = chosenPort({}, async () => ({ ports: [], noBluetooth: 'there is no adapter' }));
    await expect(none).rejects.toMatchObject({ notes: [expect.any(String), 'over Bluetooth: there is no adapter'] });
  });
});

describe('tazzina ports', () => {
  it('prints JSON', () => {
    const { code, output } = commandLine.run(['ports', '--no-bluetooth', '--json']);
    expect([code, JSON.parse(output)]).toEqual([0, { ok: true, ports: expect.any(Array) }]);
  });

  it('leaves out ports that are there without hardware, and names makers of boards', () => {
    const listed = [
      { path: '/dev/ttyS0' },
      { path: '/dev/ttyACM0', vendorId: '0483', productId: '5740', manufacturer: 'STM' },
    ];
    expect(serialPorts(listed)).toEqual([
      { port: '/dev/ttyACM0', kind: 'serial', description: 'STMicroelectronics (Espruino boards), USB 0483:5740' },
    ]);
  });

  it('finds them by name where there is no udev', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tazzina-ports-'));
    for (const name of ['ttyUSB1', 'ttyS0', 'ttyACM0', 'tty']) writeFileSync(join(folder, name), '');
    expect(portsInFolder(folder).map(({ port }) => port)).toEqual([join(folder, 'ttyACM0'), join(folder, 'ttyUSB1')]);
    rmSync(folder, { recursive: true });
  });
});
