// `tazzina flash`: writes a program to a board and starts it.

import { Command, InvalidArgumentError, Option } from 'commander';
import type { Board } from '../boards/index.js';
import { BuildError } from '../targets/board/build-error.js';
import type { BoardImage } from '../targets/board/image.js';
import type { Tier } from '../targets/board/slice-fuel.js';
import { writeAll } from '../targets/node/streams.js';
import { UploadError } from '../targets/upload/connection.js';
import { EspruinoConnection } from '../targets/upload/espruino-connection.js';
import { type UploadProgress, type UploadResult, upload } from '../targets/upload/upload.js';
import { imageOf } from './board-image.js';
import { byteCount } from './byte-count.js';
import { projectBoards } from './configuration-file.js';
import { CommandError, printError, UsageError } from './errors.js';
import { type Jit, jitOption } from './jit-option.js';
import { boardList, namedBoard } from './named-board.js';
import { printText } from './print.js';

interface FlashOptions {
  tier?: Tier;
  optimise: boolean;
  jit?: Jit;
  board?: string;
  name?: string;
  /** Bytes behind a module's linear memory. */
  memory?: number;
  imports?: string;
  port?: string;
  baudRate?: number;
  dryRun?: boolean;
  compact?: boolean;
  start: boolean;
  json?: boolean;
}

const DESCRIPTION = 'Writes a program to a board, verifies what was written, and starts the program.';

const DETAILS = `
PORT is a serial port, tcp://HOST:PORT, or a Bluetooth address. The command
connects with the package "espruino".

New files are written beside the existing ones and read back. Only then does
the board switch to the new program. If the power fails or the connection is
lost, the board has either the old program or the new one. Files that the board
already has are not written again.

Storage must have room for both programs. If it does not, --compact lets the
firmware compact Storage first. The power must stay on during compaction.

Exit codes: 0 success; 1 the upload failed, and the board still has what it had;
2 the command line is wrong.

Examples:
  tazzina flash app.wasm --board puckjs --port /dev/ttyACM0
  tazzina flash app.js --board espruino_wifi --port COM3 --dry-run
  tazzina flash app.js --board esp32 --port tcp://192.168.1.50:23`;

/** The command; `ended` gets the exit code. */
export function createFlashCommand(ended: (exitCode: number) => void): Command {
  return new Command('flash')
    .summary('write a program to a board and start it')
    .description(DESCRIPTION)
    .usage('[options] FILE')
    .argument('<FILE>', 'a module: .wasm or .wat; or a program for Espruino: .js')
    .option('-b, --board <name>', 'the board')
    .addOption(
      new Option('-t, --tier <name>', 'translate to JavaScript or interpret').choices(['js', 'interp']).default('js'),
    )
    .option('--no-optimise', 'translate the module without optimising it')
    .addOption(jitOption())
    .option('--name <name>', 'name of the program on the board (default: the name of the file)')
    .option('--memory <bytes>', 'bytes that back the linear memory: 8192, 64K (default: as needed)', byteCount)
    .option('--imports <file>', 'JavaScript that gives what the module imports')
    .option('-p, --port <port>', 'port that the board is connected to')
    .option('--baud-rate <rate>', 'baud rate of a serial port that is not USB', baudRate)
    .option('-n, --dry-run', 'connect and list what would be written, but write nothing')
    .option('--compact', 'compact Storage first if there is not enough room')
    .option('--no-start', 'do not start the program')
    .option('-j, --json', 'print one line of JSON')
    .addHelpText('after', DETAILS)
    .action(async (file: string, options: FlashOptions) => ended(await flash(file, options)));
}

export function baudRate(text: string): number {
  if (!/^\d{3,7}$/.test(text)) throw new InvalidArgumentError('write a number: 9600, 115200');
  return Number(text);
}

async function flash(file: string, options: FlashOptions): Promise<number> {
  try {
    const boards = await projectBoards();
    if (options.board === undefined) throw new UsageError('which board? Give --board NAME', [boardList(boards)]);
    const board = namedBoard(options.board, boards);
    const port = givenPort(options.port);
    const { tier, optimise, jit, name, memory: memoryBytes, imports } = options;
    // Without the option, it is optimised where it is translated.
    const { image } = await imageOf(file, board, {
      tier,
      optimise: optimise && undefined,
      jit,
      name,
      memoryBytes,
      imports,
    });
    const result = await uploadTo(port, image, board, options);
    print(options, image, result);
    return 0;
  } catch (error) {
    return printError(commandError(error), { json: options.json, file });
  }
}

export function givenPort(port: string | undefined): string {
  if (port !== undefined) return port;
  throw new UsageError('which port? Give --port', ['/dev/ttyACM0, COM3, tcp://HOST:PORT, aa:bb:cc:dd:ee:ff']);
}

/** As the command line prints it. */
export function commandError(error: unknown): unknown {
  if (error instanceof BuildError) return new CommandError('build', 1, error.message, error.notes);
  return error instanceof UploadError ? new CommandError(error.kind, 1, error.message, [...error.notes]) : error;
}

async function uploadTo(port: string, image: BoardImage, board: Board, options: FlashOptions): Promise<UploadResult> {
  const report = new ProgressReport(options.json === true);
  const connection = await EspruinoConnection.open(port, options);
  try {
    return await upload(image, board, connection, { ...options, progress: (each) => report.add(each) });
  } finally {
    report.end();
    connection.close();
  }
}

function print({ dryRun, json }: FlashOptions, { name }: BoardImage, { version, plan, storage }: UploadResult): void {
  const written = plan.journal ? plan.written.slice(1).reduce((sum, { bytes }) => sum + bytes.length, 0) : 0;
  const erased = plan.journal?.erase ?? [];
  const fields = { name, version, written, kept: plan.kept.map((each) => each.name), erased, free: storage.free };
  if (json) {
    printText(1, `${JSON.stringify({ ok: true, dryRun: dryRun === true, ...fields })}\n`);
    return;
  }
  const is = dryRun ? 'would be' : 'are';
  const rest = plan.kept.length > 0 ? `, ${plan.kept.map((each) => each.name).join(', ')} ${is} kept` : '';
  const line = dryRun
    ? `${name}: ${written} bytes would be written${rest}; Storage has ${storage.free} free`
    : `${name}: ${written} bytes are written${rest}`;
  printText(1, `${line}\n`);
}

const STEPS: Record<UploadProgress['step'], string> = {
  checked: '',
  compacting: 'compacting Storage: keep the power on',
  writing: '',
  verified: 'read back: all is as it was sent',
  switching: 'switching to the new program',
  started: 'started',
};

/** Lines on standard error; on a terminal, one of them changes. */
class ProgressReport {
  private shown = -1;
  private isOpen = false;

  constructor(private readonly isQuiet: boolean) {}

  add({ step, written, total, file }: UploadProgress): void {
    if (this.isQuiet) return;
    if (step !== 'writing') {
      this.end();
      if (STEPS[step] !== '') this.write(`${STEPS[step]}\n`);
      return;
    }
    const percent = Math.floor((written / total) * 100);
    if (percent === this.shown) return;
    this.shown = percent;
    if (process.stderr.isTTY) {
      this.write(`\r\x1b[Kwriting ${file}: ${percent} %`);
      this.isOpen = true;
    } else if (written === 0) this.write(`writing ${total} bytes\n`);
  }

  /** Of the line that changes. */
  end(): void {
    if (this.isOpen) this.write('\n');
    this.isOpen = false;
  }

  private write(text: string): void {
    writeAll(2, Buffer.from(text));
  }
}
