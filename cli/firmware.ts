// `tazzina build --cpu`: writes a module as machine code with a header and a source, for firmware in C.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { buildFirmware, type Firmware, PROCESSORS } from '../targets/firmware/build.js';
import { readModule } from '../targets/module/read-module.js';
import { printWarnings, UsageError } from './command-error.js';
import { unwritable } from './file-error.js';
import { makeFolder } from './make-folder.js';
import { readModuleFile } from './module-file.js';
import { printText } from './print.js';
import { programName } from './program-name.js';
import { isEspruinoProgram } from './program-with-modules.js';

export interface FirmwareCommandOptions {
  cpu: string;
  output: string;
  name?: string;
  memory?: number;
  fuel?: boolean;
  optimise?: boolean;
  json?: boolean;
}

export function cpuOption(): Option {
  const text = 'instead of a board, a processor: write machine code and a header for firmware in C';
  return new Option('--cpu <name>', text).choices(Object.keys(PROCESSORS));
}

/** Options of `build` that firmware in C has, too. */
const SHARED = ['cpu', 'output', 'name', 'memory', 'fuel', 'optimise', 'json', 'watch'];

/** Throws UsageError for options of the command line that are for boards. */
function checkOptions(command: Command): void {
  const given = command.options.find((each) => {
    const name = each.attributeName();
    return !SHARED.includes(name) && command.getOptionValueSource(name) === 'cli';
  });
  if (given) throw new UsageError(`--cpu is for firmware in C, without a board: leave out ${given.long}`);
}

/** Throws a UsageError, a BuildError for what cannot be built, and a CommandError for what cannot be read or written. */
export async function writeFirmware(
  file: string | undefined,
  options: FirmwareCommandOptions,
  command: Command,
): Promise<void> {
  checkOptions(command);
  if (file === undefined) throw new UsageError('which module? Give a file');
  if (isEspruinoProgram(file)) throw new UsageError('--cpu is for a module: a program for Espruino needs its firmware');
  const { cpu, output, name = programName(file), memory, fuel, optimise, json } = options;
  if (!/^[\w-]+$/.test(name))
    throw new UsageError(`${JSON.stringify(name)} cannot be the name of a program`, [
      'take letters, digits, - and _: --name app',
    ]);
  const read = readModule((await readModuleFile(file, file === '-' ? 'standard input' : file)).bytes);
  const built = await buildFirmware(read, { processor: cpu, name, memoryBytes: memory, fuel, optimise });
  if (!json) printWarnings(built.warnings);
  try {
    makeFolder(output);
    for (const each of built.files) writeFileSync(join(output, each.name), each.bytes);
  } catch (error) {
    throw unwritable(`to ${output}`, error);
  }
  printText(1, json ? jsonLine(name, options, built) : summary(name, options, built));
}

function jsonLine(name: string, { cpu, output: folder }: FirmwareCommandOptions, built: Firmware): string {
  const { memoryBytes, instanceBytes, stackBytes, warnings } = built;
  const files = built.files.map((each) => ({ name: each.name, bytes: each.bytes.length }));
  const line = { ok: true, name, cpu, folder, files, memoryBytes, instanceBytes, stackBytes, warnings };
  return `${JSON.stringify(line)}\n`;
}

function summary(name: string, { cpu, output }: FirmwareCommandOptions, built: Firmware): string {
  const { files, memoryBytes, instanceBytes, stackBytes } = built;
  const width = Math.max(...files.map((each) => each.name.length));
  const digits = Math.max(...files.map(({ bytes }) => String(bytes.length).length));
  const lines = files.map((each) => {
    return `  ${each.name.padEnd(width)}  ${String(each.bytes.length).padStart(digits)} bytes`;
  });
  return `${name} for ${cpu}, in ${output}:
${lines.join('\n')}
  RAM: ${memoryBytes} bytes of linear memory, ${instanceBytes} of an instance, ${stackBytes} of stack
`;
}
