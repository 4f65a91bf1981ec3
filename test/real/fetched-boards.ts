// Runs the commands in examples/packages/README.md, with packages that were fetched, and compares what each program prints on a
// simulated board with what it prints on Node, with Node's WebAssembly.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type PlatformInstance, platform } from '../differential/platform.js';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Command {
  words: string[];
  option(name: string): string | undefined;
}

function commands(): Command[] {
  const text = readFileSync(join(root, 'examples/packages/README.md'), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block]) => block.trim().split('\n'));
  return blocks.map((line) => {
    const words = line.split(' ').slice(2);
    return { words, option: (name) => words[words.indexOf(name) + 1 || Infinity] };
  });
}

/** Returns the output of a program whose module Node runs; its memory is the window. */
async function printedOnNode(folder: string, { words, option }: Command): Promise<string> {
  const module = new platform.Module(readFileSync(join(folder, option('--module')!.split('=').pop()!)));
  const host = option('--imports');
  const lines: string[] = [];
  const print = (...values: unknown[]) => lines.push(values.join(' '));
  Object.assign(globalThis, { print });
  const own = host === undefined ? {} : await import(pathToFileURL(join(root, host)).href);
  const imports: Record<string, Record<string, unknown>> = {};
  for (const { module: from, name } of platform.Module.imports(module))
    imports[from] = { ...imports[from], [name]: own[from]?.[name] ?? (() => 0) };
  const instance: PlatformInstance = new platform.Instance(module, imports);
  const { memory } = instance.exports as { memory: { buffer: ArrayBuffer } };
  const base = Number(option('--memory-base') ?? 0);
  const exports = Object.defineProperty({ ...instance.exports }, 'memory', {
    get: () => new Uint8Array(memory.buffer, base),
  });
  new Function('require', 'print', readFileSync(join(root, words[1]), 'utf8'))(() => exports, print);
  return `${lines.join('\n')}\n`;
}

/** Prints a line for each program. Returns how many are wrong. */
export async function boardFaults(folder: string): Promise<number> {
  if (!existsSync(join(folder, 'examples'))) symlinkSync(join(root, 'examples'), join(folder, 'examples'));
  mkdirSync(join(folder, 'build'), { recursive: true });
  let faults = 0;
  for (const command of commands()) {
    const { words } = command;
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (words[0] === 'extract' && status === 0) continue;
    const isRight =
      words[0] === 'check'
        ? status === 1 && stdout.includes('start function')
        : status === 0 && stdout === (await printedOnNode(folder, command));
    if (!isRight) faults++;
    const figures = stderr.trim().split('\n').pop();
    console.log(`${words.slice(0, 4).join(' ')}: ${isRight ? `the same; ${figures}` : `DIFFERS: ${stdout}${stderr}`}`);
  }
  return faults;
}
