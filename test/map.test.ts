// The map and the rules for contributors name what is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const documents = [
  'docs/map.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs/decisions').map((name) => `docs/decisions/${name}`),
];
const FOLDERS = ['src', 'machine', 'boards', 'targets', 'sim', 'cli', 'bench', 'test', 'findings'];
/** Made when the project is built. */
const MADE = /^src\/generated/;

describe.each(documents)('%s', (document) => {
  it('names files and folders that are there', () => {
    const paths = [...readFileSync(document, 'utf8').matchAll(/`((?:[a-z-]+)\/[\w./-]+)`/g)]
      .map(([, path]) => path)
      .filter((path) => FOLDERS.includes(path.split('/')[0]) && !path.includes('NAME') && !MADE.test(path));
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});

it('the map has every folder of targets and sim', () => {
  const map = readFileSync('docs/map.md', 'utf8');
  const folders = ['targets', 'sim'].flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${folder}/${name}`),
  );
  expect(folders.filter((path) => !map.includes(`\`${path}`))).toEqual([]);
});
