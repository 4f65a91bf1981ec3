import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The files that take longest, the longest first. */
const SLOWEST = [
  'test/targets/board/translated-spec.long.test.ts',
  'test/differential/compiled.long.test.ts',
  'test/targets/board/spec.long.test.ts',
  'test/cli/run.test.ts',
  'test/targets/board/programs.test.ts',
  'test/targets/board/examples.test.ts',
  'test/cli/examples.test.ts',
  'test/cli/documents.test.ts',
];

/** Slow files first: one that starts last runs when the others are done. Where no run was before, vitest goes by bytes. */
class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = SLOWEST.filter((file) => !existsSync(root + file));
    if (gone.length > 0) throw new Error(`vitest.config.ts names ${gone.join(', ')}, which is not there`);
    const sorted = await super.sort(files);
    const slow = SLOWEST.flatMap((file) => sorted.filter(({ moduleId }) => relative(root, moduleId) === file));
    return [...slow, ...sorted.filter((each) => !slow.includes(each))];
  }
}

/** What `npm test` leaves to `npm run test:full`. */
const LONG = 'test/**/*.long.test.ts';

/** Files that try more in `npm run test:full`: those that import test/amount.ts. */
const WITH_AMOUNTS = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && readFileSync(`${root}test/${file}`, 'utf8').includes("/amount.js'"))
  .map((file) => `test/${file.replaceAll('\\', '/')}`);

export default defineConfig({
  test: {
    globalSetup: ['test/setup.ts'],
    // What binaryen makes is kept between runs; the user's own cache is left alone.
    env: { TAZZINA_CACHE: `${root}build/cache` },
    // Ends what hangs: a machine with ten times the load of an idle one needs minutes for what takes seconds here.
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    // Its default leaves one processor to itself: of two, half of the time.
    maxWorkers: '100%',
    // V8's optimising compiler takes 0.7 s for binaryen in each file that loads it, for code that then hardly runs.
    execArgv: ['--liftoff-only'],
    sequence: { sequencer: SlowestFirst },
    reporters: ['default', './test/skipped-reporter.ts'],
    projects: [
      { extends: true, test: { name: 'short', include: ['test/**/*.test.ts'], exclude: [LONG] } },
      {
        extends: true,
        test: { name: 'long', include: [LONG, ...WITH_AMOUNTS], env: { TAZZINA_FULL_TESTS: '1' } },
      },
    ],
  },
});
