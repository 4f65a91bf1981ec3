// The folder into which packages are fetched, each by its exact version.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boardPackages, companions, fetchedPackages } from './fetched-packages.js';

/** Installs the packages unless they are there. */
function install(folder: string): void {
  mkdirSync(folder, { recursive: true });
  if (existsSync(join(folder, 'node_modules'))) return;
  const dependencies = Object.fromEntries([
    ...fetchedPackages.map(({ name, version }) => [name, version]),
    ...Object.entries({ ...companions, ...boardPackages }),
  ]);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  // Some name companions of whom that version was never published.
  const options = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
  execFileSync('npm', ['install', ...options], { cwd: folder, stdio: 'inherit' });
}

/** Calls `use` with the folder: the given one, which is kept, or a new one. */
export async function withFetchedPackages(given: string | undefined, use: (folder: string) => Promise<void>) {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'tazzina-packages-'));
  try {
    install(folder);
    await use(folder);
  } finally {
    if (given === undefined) rmSync(folder, { recursive: true, force: true });
  }
}
