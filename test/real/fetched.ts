// Fetches packages by their exact versions into a folder of its own, runs each with its own glue on the platform's WebAssembly, on
// the interpreter and translated, and compares the results. Then runs modules of some on simulated boards. With a folder as argument, what is installed there is used again.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { boardFaults } from './fetched-boards.js';
import { withFetchedPackages } from './fetched-folder.js';

interface Line {
  title: string;
  result?: unknown;
  error?: string;
}

/** Returns the output of each package, by title. */
function run(folder: string, namespace: string): Map<string, Line> {
  const program = fileURLToPath(new URL('./packages-run.mjs', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, namespace], {
    env: { ...process.env, FETCHED_PACKAGES: folder },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${namespace}: ended with ${status}\n${stderr}`);
  const lines = stdout.split('\n').filter((each) => each.startsWith('{'));
  return new Map(lines.map((line) => JSON.parse(line) as Line).map((line) => [line.title, line]));
}

await withFetchedPackages(process.argv[2], async (folder) => {
  const [expected, ...found] = ['platform', 'interpreted', 'translated'].map((name) => run(folder, name));
  const names = ['interpreted', 'translated'];
  let faults = 0;
  for (const [title, { result, error }] of expected) {
    const text = JSON.stringify(result);
    const verdicts = found.map((lines, index) => {
      const line = lines.get(title);
      const isSame = error === undefined && line !== undefined && JSON.stringify(line.result) === text;
      if (isSame) return `${names[index]} the same`;
      faults++;
      return `${names[index]} DIFFERS: ${error ?? line?.error ?? JSON.stringify(line?.result)?.slice(0, 300)}`;
    });
    console.log(`${title}: ${verdicts.join(', ')}`);
  }
  console.log(`${expected.size} packages, ${faults} differences`);
  const onBoards = await boardFaults(folder);
  process.exitCode = faults + onBoards === 0 ? 0 : 1;
});
