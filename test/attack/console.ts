// Types at a simulated board what no tool does, and tells what the server took: bytes, connections, seconds, memory. It only speaks to the
// server that it starts itself, on this machine.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { mutatedProgram, randomNumbers } from '../sim/program-mutations.js';

const random = randomNumbers(1);
const counts = { connections: 0, bytesSent: 0, bytesRead: 0, refused: 0 };

const randomBytes = (length: number) => Buffer.from(Array.from({ length }, () => random(256)));
const packet = (type: number, length: number, data: string) =>
  Buffer.from(`\x10\x01${String.fromCharCode(type | (length >> 8), length & 255)}${data}`, 'latin1');

/** The input on one connection, and whether the answers are read. */
const attacks: Record<string, () => { chunks: Buffer[]; isDeaf?: boolean }> = {
  'random bytes': () => ({ chunks: [randomBytes(1 + random(100_000))] }),
  'a browser': () => ({
    chunks: [Buffer.from(`${['GET', 'POST', 'PUT'][random(3)]} / HTTP/1.1\r\n\r\nprint("typed")\n`)],
  }),
  'half a packet': () => ({ chunks: [packet(0x20 * (1 + random(5)), random(8192), 'x'.repeat(random(9000)))] }),
  'a packet of random bytes': () => {
    const data = randomBytes(random(8192)).toString('latin1');
    return { chunks: [packet(0x20 * (1 + random(5)), data.length, data)] };
  },
  'a packet that does not end': () => ({ chunks: [packet(0x20, 12, '(()=>{while(1);})()')] }),
  'files of odd names and sizes': () => ({
    chunks: Array.from({ length: 50 }, () => {
      const text = `{fn:${JSON.stringify(randomBytes(random(40)).toString('latin1'))},s:${random(1e9)}}`;
      return packet(0x60, text.length, text);
    }),
  }),
  'a line of 10 MB': () => ({ chunks: [Buffer.from(`"${'/'.repeat(10 * 2 ** 20)}"\n`)] }),
  'a million open lines': () => ({ chunks: [Buffer.from(`${'{/\n'.repeat(1_000_000)}\x03`)] }),
  'keys of the editor': () => ({
    chunks: [Buffer.from(Array.from({ length: 20_000 }, () => `\x1b[${'ABCDFH3~5~6~2J'[random(13)]}x\n{`).join(''))],
  }),
  'half a gigabyte of output': () => ({
    chunks: [Buffer.from('\x10var s="x".repeat(5000),i;for(i=0;i<100000;i++)print(s)\n')],
    isDeaf: random(2) === 0,
  }),
  'output from timers': () => ({
    chunks: [Buffer.from('\x10setInterval(()=>{for(var i=0;i<99;i++)print("x".repeat(999))},1)\n')],
    isDeaf: true,
  }),
  'values without end': () => ({
    chunks: [
      Buffer.from('var a=[];a.push(a);a\nE.toJS(new Array(1e9))\nprint(new Array(4e9))\nvar s="x";for(;;)s+=s\n'),
    ],
  }),
  'a program that does not end': () => ({ chunks: [Buffer.from('while(1){try{while(1);}finally{continue}}\n')] }),
  'programs changed at random': () => ({
    chunks: Array.from({ length: 20 }, () =>
      Buffer.from(`\x10eval(${JSON.stringify(mutatedProgram(random))})\nreset()\n`, 'latin1'),
    ),
  }),
};

async function attack(port: number, chunks: Buffer[], isDeaf = false): Promise<void> {
  const socket: Socket = connect(port, '127.0.0.1');
  counts.connections++;
  let shown = '';
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    counts.bytesRead += data.length;
    shown = (shown + data.toString('latin1')).slice(-100);
  });
  const closed = once(socket, 'close');
  const timeout = setTimeout(() => socket.destroy(), 1500);
  if (isDeaf) socket.pause();
  for (const chunk of chunks) {
    if (socket.destroyed) break;
    counts.bytesSent += chunk.length;
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain').catch(() => undefined), closed]);
  }
  // Half of them leave in the middle, the others wait for what comes.
  if (random(2) === 0) await new Promise((done) => setTimeout(done, 50));
  else socket.end();
  if (!isDeaf && socket.writable) socket.end();
  await closed;
  clearTimeout(timeout);
  if (shown.includes('is in use')) counts.refused++;
}

/** Whether the board still computes. */
async function answers(port: number): Promise<boolean> {
  for (let left = 100; left > 0; left--) {
    const socket = connect(port, '127.0.0.1');
    let shown = '';
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      shown += data.toString('latin1');
    });
    socket.write('\x03\x10echo(1);reset()\n40+2\n');
    for (let wait = 0; wait < 50 && !shown.includes('=42') && !socket.destroyed; wait++)
      await new Promise((done) => setTimeout(done, 50));
    socket.destroy();
    if (shown.includes('=42')) return true;
  }
  return false;
}

async function started(server: ChildProcess): Promise<number> {
  let text = '';
  for await (const data of server.stdout!) {
    text += String(data);
    const port = /:(\d+)\n/.exec(text)?.[1];
    if (port) return Number(port);
  }
  throw new Error('the server has not started');
}

/** Types at a server for so many seconds, and prints what that took. Returns the number of faults. */
export async function attackConsole(seconds: number): Promise<number> {
  const words = ['--max-old-space-size=512', 'dist/cli.js', 'simulate', '--board', 'puckjs', '--listen', '127.0.0.1:0'];
  const server = spawn(process.execPath, [...words, '--watchdog', '60'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await started(server);
  const start = performance.now();
  const names = Object.keys(attacks);
  for (let round = 0; performance.now() - start < seconds * 1000 && server.exitCode === null; round++) {
    const { chunks, isDeaf } = attacks[names[round % names.length]]();
    await attack(port, chunks, isDeaf);
  }
  const isAlive = await answers(port);
  const took = (performance.now() - start) / 1000;
  const status = isAlive ? readFileSync(`/proc/${server.pid}/status`, 'utf8') : '';
  const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  console.log(`${counts.connections} connections, ${counts.refused} of them told that the console is in use`);
  console.log(`${megabytes(counts.bytesSent)} MB sent, ${megabytes(counts.bytesRead)} MB read, ${took.toFixed(0)} s`);
  console.log(
    `the server ${isAlive ? `goes on; at most ${peak.toFixed(0)} MB were resident` : 'does not answer any more'}`,
  );
  server.kill();
  return isAlive ? 0 : 1;
}
