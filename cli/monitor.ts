// `tazzina monitor`: shows the console of a board on this terminal.

import { Command } from 'commander';
import { writeAll } from '../targets/node/streams.js';
import { EspruinoConnection } from '../targets/upload/espruino-connection.js';
import { isBrokenPipe } from './command-error.js';
import { printError } from './errors.js';
import { addPortOptions, chosenPort, commandError, type PortOptions } from './port-option.js';

const DESCRIPTION = 'Shows what a board prints, and sends what is typed, or standard input, to the board.';

const DETAILS = `
The command ends at ctrl-C, or when the board closes the connection. With piped
input, it also ends when the input has ended and the board has printed nothing
for a second.

Examples:
  tazzina monitor --port /dev/ttyACM0
  echo 'process.memory().free' | tazzina monitor --port tcp://192.168.1.50:23`;

/** Milliseconds without output, after the input has ended. */
const QUIET = 1000;
const CONTROL_C = 3;

/** The command; `ended` gets the exit code. */
export function createMonitorCommand(ended: (exitCode: number) => void): Command {
  const command = new Command('monitor').description(DESCRIPTION).usage('[options]');
  return addPortOptions(command)
    .addHelpText('after', DETAILS)
    .action(async (options: PortOptions) => ended(await monitor(options)));
}

async function monitor(options: PortOptions): Promise<number> {
  try {
    const connection = await EspruinoConnection.open(await chosenPort(options), options);
    try {
      await attach(connection);
    } finally {
      connection.close();
    }
    return 0;
  } catch (error) {
    if (isBrokenPipe(error)) throw error;
    return printError(commandError(error), {});
  }
}

function attach(connection: EspruinoConnection): Promise<void> {
  const { stdin } = process;
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let hasEnded = false;
    const end = () => {
      clearTimeout(timer);
      if (stdin.isTTY) stdin.setRawMode(false);
      stdin.destroy();
      resolve();
    };
    const wait = () => {
      clearTimeout(timer);
      if (hasEnded) timer = setTimeout(end, QUIET);
    };
    connection.onData = (text) => {
      try {
        writeAll(1, Buffer.from(text, 'latin1'));
        wait();
      } catch (error) {
        // Thrown here, it would be the connection's.
        reject(error);
        end();
      }
    };
    connection.onLost = end;
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.on('data', (data: Buffer) => {
      if (stdin.isTTY && data.includes(CONTROL_C)) end();
      else connection.send(data.toString('latin1'));
    });
    stdin.on('end', () => {
      hasEnded = true;
      wait();
    });
  });
}
