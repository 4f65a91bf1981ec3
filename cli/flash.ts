// `tazzina flash`: writes a program to a board and starts it.

import { Command } from 'commander';
import type { Board } from '../boards/index.js';
import type { BoardImage } from '../targets/board/image.js';
import { EspruinoConnection } from '../targets/upload/espruino-connection.js';
import { type UploadResult, upload } from '../targets/upload/upload.js';
import { builtImage, isBuiltFolder } from './built-folder.js';
import { printWarnings, UsageError } from './command-error.js';
import { projectBoards } from './configuration-file.js';
import { printError } from './errors.js';
import { boardList, namedBoard } from './named-board.js';
import { addPortOptions, chosenPort, commandError, type PortOptions } from './port-option.js';
import { imageToStart, programOf, startedImage } from './program.js';
import { addProgramOptions, type ProgramOptions } from './program-options.js';
import { ProgressReport, printUpload } from './upload-report.js';
import { watch } from './watch.js';
import { watchOption } from './watch-option.js';

interface FlashOptions extends ProgramOptions, PortOptions {
  board?: string;
  dryRun?: boolean;
  compact?: boolean;
  start: boolean;
  json?: boolean;
  watch?: boolean;
}

const DESCRIPTION = 'Writes a program to a board, verifies what was written, and starts the program.';

const DETAILS = `
FILE is a module, a program for Espruino, or a folder that "tazzina build"
wrote. A program can require modules: require("./app.wasm").

PORT is a serial port, tcp://HOST:PORT, or a Bluetooth address. "tazzina ports"
lists them. The command connects with the package "espruino".

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
  tazzina flash dist/
  tazzina flash app.js --board espruino_wifi --port COM3 --dry-run
  tazzina flash app.js --board esp32 --port tcp://192.168.1.50:23`;

/** The command; `ended` gets the exit code. */
export function createFlashCommand(ended: (exitCode: number) => void): Command {
  const command = new Command('flash')
    .description(DESCRIPTION)
    .usage('[options] FILE')
    .argument('[FILE]', 'a module, a program for Espruino, or a folder that build wrote')
    .option('-b, --board <name>', 'the board');
  return addPortOptions(addProgramOptions(command))
    .option('-n, --dry-run', 'connect and list what would be written, but write nothing')
    .option('--compact', 'compact Storage first if there is not enough room')
    .option('--no-start', 'do not start the program')
    .addOption(watchOption())
    .option('-j, --json', 'print one line of JSON')
    .addHelpText('after', DETAILS)
    .action(async (file: string | undefined, options: FlashOptions) => ended(await flash(file, options)));
}

async function flash(file: string | undefined, options: FlashOptions): Promise<number> {
  try {
    if (options.watch) return await watch(file, options);
    const { image, board } = await imageOf(file, await projectBoards(), options);
    const result = await uploadTo(await chosenPort(options), image, board, options);
    printUpload(options, image, result);
    return 0;
  } catch (error) {
    return printError(commandError(error), { json: options.json, file });
  }
}

/** Returns the image to flash and its board. */
async function imageOf(
  file: string | undefined,
  boards: readonly Board[],
  options: FlashOptions,
): Promise<{ image: BoardImage; board: Board }> {
  if (file !== undefined && isBuiltFolder(file)) {
    const { image, board, isModule, start } = builtImage(file, boards, options);
    return { image: isModule ? startedImage(image, board, start) : image, board };
  }
  if (options.board === undefined) throw new UsageError('which board? Give --board NAME', [boardList(boards)]);
  const board = namedBoard(options.board, boards);
  const program = await programOf(file, board, options);
  if (!options.json) printWarnings([...program.warnings, ...program.cautions]);
  return { image: imageToStart(program, board), board };
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
