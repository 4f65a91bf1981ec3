// Why a port cannot be opened, and what to do about it: the words of operating systems and of Bluetooth libraries, sorted.

import { UploadError } from './connection.js';

interface Cause {
  /** In what the operating system or a library says. */
  sign: RegExp;
  /** Text after the name of the port. */
  what: string;
  notes: readonly string[];
}

const WEB_IDE =
  'close what is connected to it: the Web IDE, an app, another terminal; a board has one console at a time';

const CAUSES: readonly Cause[] = [
  {
    sign: /permission denied|EACCES|EPERM/i,
    what: 'may not be opened by you: permission denied',
    notes: [
      'Linux: add yourself to the group that owns it, mostly dialout, and log in again: sudo usermod -aG dialout $USER',
    ],
  },
  {
    // Windows says that access is denied where another program has the port.
    sign: /cannot lock port|resource busy|EBUSY|temporarily unavailable|access denied/i,
    what: 'is in use by another program',
    notes: [WEB_IDE],
  },
  {
    sign: /no such file|file not found|ENOENT|ENODEV|ENXIO|no such device/i,
    what: 'is not there',
    notes: ['is the board plugged in? "tazzina ports" lists what there is'],
  },
  {
    sign: /is a directory|EISDIR|inappropriate ioctl|ENOTTY|not a tty|invalid argument|unknown error code/i,
    what: 'is not a serial port',
    notes: ['"tazzina ports" lists the ports'],
  },
  {
    sign: /ECONNREFUSED/,
    what: 'refuses the connection: ECONNREFUSED',
    notes: ['is the board in the network, and its Telnet console on? the port is mostly 23'],
  },
  {
    sign: /ENOTFOUND|EAI_AGAIN/,
    what: 'has no address: the host is not known',
    notes: ["write the board's address: tcp://192.168.1.50:23"],
  },
  {
    sign: /EHOSTUNREACH|ENETUNREACH|ETIMEDOUT/,
    what: 'cannot be reached',
    notes: ['is the board switched on, and in the same network?'],
  },
  {
    sign: /cannot find module 'serialport'/i,
    what: 'cannot be opened: the package serialport is not installed',
    notes: ['it is optional for npm: install it with "npm install serialport@10", and see what that prints'],
  },
];

/** Forms of `--port`. */
export const PORT_FORMS = 'ports: /dev/ttyACM0, COM3, tcp://HOST:PORT, or a Bluetooth address aa:bb:cc:dd:ee:ff';

/** What looks like a URL and is none of a board; a Bluetooth address has colons, too. */
const NO_PORT = /^(?!tcp:\/\/|([0-9a-f]{2}:){5})[a-z]{2,}:/i;

/** An error of kind `port`, from what the operating system or a library says. */
export function portError(port: string, message: string): UploadError {
  if (NO_PORT.test(port)) return new UploadError('port', `${port} is not the name of a port`, [PORT_FORMS]);
  const cause = CAUSES.find(({ sign }) => sign.test(message));
  if (cause) return new UploadError('port', `${port} ${cause.what}`, cause.notes);
  return new UploadError('port', `cannot connect to ${port}: ${message}`, [PORT_FORMS]);
}
