// A serial port that is none: the terminal that `script` of util-linux makes. What is written to the port comes out of the process,
// and what is written into the process comes out of the port. It vanishes when the process is ended, as a board that is unplugged.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';

/** Why there is none on this machine, or undefined. */
export const noTerminal =
  process.platform === 'linux' &&
  /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '')
    ? undefined
    : '`script` of util-linux makes the port: install it';

export class PseudoTerminal {
  private socket: Socket | undefined;

  private constructor(
    private readonly process: ChildProcessWithoutNullStreams,
    /** The path of the port. */
    readonly port: string,
  ) {}

  static async open(): Promise<PseudoTerminal> {
    const script = spawn('script', ['-qfc', 'stty raw -echo; tty; exec sleep 1000', '/dev/null']);
    let printed = '';
    for await (const data of script.stdout.iterator({ destroyOnReturn: false })) {
      printed += data;
      if (printed.includes('\n')) break;
    }
    return new PseudoTerminal(script, printed.trim());
  }

  /** Connects it to the console of a simulated board; `lasts`: bytes until it is unplugged. */
  bridge(address: string, lasts = Number.POSITIVE_INFINITY): void {
    let left = lasts;
    const socket = connect(Number(address.split(':')[2]), '127.0.0.1');
    this.socket = socket;
    socket.pipe(this.process.stdin);
    this.process.stdout.on('data', (data: Buffer) => {
      left -= data.length;
      if (left > 0) socket.write(data);
      else this.unplug();
    });
    for (const each of [socket, this.process.stdin]) each.on('error', () => undefined);
  }

  unplug(): void {
    this.process.kill('SIGKILL');
    this.socket?.destroy();
  }
}
