// `tazzina run`: the command and its options. A board and an engine on this machine need different parts, which are loaded when it runs.

import { Command, InvalidArgumentError, Option } from 'commander';
import { isBuiltFolder } from './built-folder.js';
import { byteCount } from './byte-count.js';
import type { RunOptions } from './engine-run.js';
import { eventsOption } from './events-option.js';
import { jitOption } from './jit-option.js';
import { callDepthOption, moduleOption } from './program-options.js';
import { isEspruinoProgram } from './program-with-modules.js';
import { addStoredFile } from './stored-file.js';
import { vectorFontOption } from './vector-font-option.js';
import { verificationLevel } from './verification-option.js';
import { watchOption } from './watch-option.js';
import { seconds, watchdogOption } from './watchdog-option.js';

const DESCRIPTION =
  'Runs a WASI program. With --invoke, calls one exported function and prints its results, one per line. With --board, runs the ' +
  'module on a simulated board; FILE can then also be a program for Espruino (.js).';

const DETAILS = `
Arguments of --invoke: 42, -5, 0x2a, 1.5e3, 0x1.8p3, -0, inf, nan, nan:0x200000,
null. Without --invoke, the first ARG and all words after it go to the
program. Write -- before arguments that look like options of tazzina.

Exit codes: 0 success; 1 the module failed: malformed, a trap, out of fuel;
2 the command line is wrong. The exit code of a WASI program is passed on.

Examples:
  tazzina run hello.wasm one two          a WASI program with two arguments
  tazzina run fib.wasm --invoke fib 30    one function
  tazzina run crc32.wasm < README.md      standard input goes to the program
  tazzina run gcd.wat --invoke gcd 48 36  the text format
  tazzina run app.wasm --tier js          translated to JavaScript first
  tazzina run app.wasm --memory 16K --fuel 1000000 --json
  tazzina run app.wasm --board puckjs     build it, run it on a simulated board
  tazzina run app.js --board puckjs       a program for Espruino`;

/** The command; `ended` gets the exit code. */
export function createRunCommand(ended: (exitCode: number) => void): Command {
  return new Command('run')
    .description(DESCRIPTION)
    .usage('[options] FILE [ARG...]')
    .argument('[FILE]', 'the module: .wasm, .wat, or - for standard input')
    .argument('[ARG...]', 'arguments of the program or function')
    .option('-i, --invoke <name>', 'call this exported function')
    .option('-e, --env <name=value>', 'set an environment variable (repeatable)', addVariable)
    .option('-f, --fuel <n>', 'stop with an error after about n instructions', instructionCount)
    .option('-m, --memory <bytes>', 'bytes that back the linear memory: 8192, 64K, 1M', byteCount)
    .option('--memory-base <address>', 'first address that they back (default: 0, or on a board as needed)', byteCount)
    .option('-c, --capacities <board>', "use an engine with this board's capacities")
    .option('-v, --verification <level>', 'level: none, sampling, standard or full', verificationLevel)
    .addOption(
      new Option('-t, --tier <name>', 'how to execute; js is the default with --board').choices([
        'interp',
        'js',
        'native',
      ]),
    )
    .option('--imports <file>', 'JavaScript that gives what the module imports')
    .option('--wit <file>', 'interface of the module in WIT: its functions take strings, lists, records')
    .option('--world <name>', 'which world of --wit')
    .option('--types <file>', 'types of AssemblyScript: what asc --bindings writes (default: beside the module)')
    .option('-s, --stats', 'print execution counts, and the peak use of each capacity')
    .option('-p, --profile', 'print how much of the fuel each function used')
    .option('--flame <file>', 'like --profile, and write a flame graph (SVG) to this file')
    .addOption(watchOption())
    .option('-j, --json', "print one line of JSON that includes the program's output")
    .optionsGroup('On a simulated board:')
    .option('-b, --board <name>', 'run the module on this simulated board, as build writes it')
    .option('--name <name>', 'name of the program on the board (default: the name of the file)')
    .option('--optimise', 'optimise before translating (the default without --fuel)')
    .option('--no-optimise', 'translate the module without optimising it')
    .addOption(jitOption())
    .addOption(callDepthOption())
    .option('--debug', 'check the types of arguments: an error says what they have to be')
    .addOption(moduleOption())
    .option('--resumable [name]', 'run exported functions in slices: all, or --resumable=NAME (repeatable)', addName)
    .addOption(watchdogOption())
    .option('--seconds <n>', 'end a call, or the timers (default: after 10), after this much board time', seconds)
    .option('--put <name=file>', 'put a file into Storage (repeatable)', addStoredFile)
    .option('--accelerometer <file>', 'readings: one x,y,z in g per line, 12.5 lines per second')
    .addOption(eventsOption())
    .addOption(vectorFontOption())
    .option('--png <file>', 'write the final contents of the screen')
    .option('--waveform <file>', 'write the changes of the pins, as a VCD file')
    .addHelpText('after', DETAILS)
    .action(async (file: string, args: string[], options: RunOptions) => ended(await run(file, args, options)));
}

function addVariable(text: string, variables: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('write NAME=VALUE');
  return { ...variables, [text.slice(0, at)]: text.slice(at + 1) };
}

/** The names so far with one more. Without a value, commander gives true, which is all of them. */
const addName = (name: string, names?: true | string[]): string[] => [...(Array.isArray(names) ? names : []), name];

function instructionCount(text: string): number {
  if (!/^\d[\d_]*$/.test(text)) throw new InvalidArgumentError('write a whole number');
  return Number(text.replaceAll('_', ''));
}

/** Returns the exit code. */
async function run(file: string, args: string[], options: RunOptions): Promise<number> {
  if (options.watch) return (await import('./watch.js')).watch(file, options);
  const onBoard = options.board !== undefined || isEspruinoProgram(file) || isBuiltFolder(file);
  if (onBoard) return (await import('./board-run.js')).runOnBoard(file, args, options);
  return (await import('./engine-run.js')).runOnEngine(file, args, options);
}
