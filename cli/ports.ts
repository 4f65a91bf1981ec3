// `tazzina ports`: lists the ports at which a board may be.

import { Command } from 'commander';
import { listPorts } from '../targets/upload/ports.js';
import { printError } from './errors.js';
import { commandError, portLines } from './port-option.js';
import { printText } from './print.js';

interface PortsOptions {
  bluetooth: boolean;
  json?: boolean;
}

const DESCRIPTION = 'Lists the serial ports, and the boards that are near over Bluetooth.';

const DETAILS = `
A search over Bluetooth takes five seconds. "tazzina flash" and "tazzina
monitor" need no --port if there is one board only.

Exit codes: 0 success, also if there is no port; 1 the ports cannot be listed;
2 the command line is wrong.

Examples:
  tazzina ports
  tazzina ports --no-bluetooth --json`;

/** The command; `ended` gets the exit code. */
export function createPortsCommand(ended: (exitCode: number) => void): Command {
  return new Command('ports')
    .description(DESCRIPTION)
    .usage('[options]')
    .option('--no-bluetooth', 'list serial ports only')
    .option('-j, --json', 'print one line of JSON')
    .addHelpText('after', DETAILS)
    .action(async (options: PortsOptions) => ended(await ports(options)));
}

async function ports({ bluetooth, json }: PortsOptions): Promise<number> {
  try {
    const { ports: found, noBluetooth } = await listPorts({ bluetooth });
    if (json) {
      printText(
        1,
        `${JSON.stringify({ ok: true, ports: found, ...(noBluetooth !== undefined && { noBluetooth }) })}\n`,
      );
      return 0;
    }
    if (found.length > 0)
      printText(
        1,
        portLines(found)
          .map((line) => `${line}\n`)
          .join(''),
      );
    else printText(2, 'no port is found\n');
    if (noBluetooth !== undefined) printText(2, `over Bluetooth: ${noBluetooth}\n`);
    return 0;
  } catch (error) {
    return printError(commandError(error), { json });
  }
}
