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

/**
 * Slow files first: one that starts last runs when the others are done. Where no run was before, vitest goes by bytes. Files that share
 * a process are in a row: vitest ends the process before a file of another kind.
 */
class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = SLOWEST.filter((file) => !existsSync(root + file));
    if (gone.length > 0) throw new Error(`vitest.config.ts names ${gone.join(', ')}, which is not there`);
    const sorted = await super.sort(files);
    const slow = SLOWEST.flatMap((file) => sorted.filter(({ moduleId }) => relative(root, moduleId) === file));
    const ordered = [...slow, ...sorted.filter((each) => !slow.includes(each))];
    const isTogether = ({ project }: TestSpecification) => project.name === TOGETHER;
    return [...ordered.filter((each) => !isTogether(each)), ...ordered.filter(isTogether)];
  }
}

/** What `npm test` leaves to `npm run test:full`. */
const LONG = 'test/**/*.long.test.ts';

/** The project of the files that run in one process, one after the other: loading what they import takes as long as most of them. */
const TOGETHER = 'short-together';

const FILES = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `test/${file.replaceAll('\\', '/')}`);

/**
 * Files that get a process of their own: those that change something outside of themselves, those that load what does, and those that run
 * the interpreter for long, for whose first engine V8 makes faster code than for all others of a process.
 */
const ALONE = FILES.filter(
  (file) =>
    /^test\/(cli|real|targets\/upload)\//.test(file) ||
    /^test\/differential\/(aliased|sequences)\./.test(file) ||
    /\bvi\.|\bprocess\.(chdir|env\.\w+ =)|\bglobalThis\.\w+ =|harness|setFlagsFromString/.test(
      readFileSync(root + file, 'utf8'),
    ),
);

/** Files that try more in `npm run test:full`: those that import test/amount.ts. */
const WITH_AMOUNTS = FILES.filter((file) => readFileSync(root + file, 'utf8').includes("/amount.js'"));

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
      { extends: true, test: { name: 'short', include: ALONE, exclude: [LONG] } },
      {
        extends: true,
        test: {
          name: TOGETHER,
          include: ['test/**/*.test.ts'],
          exclude: [LONG, ...ALONE],
          isolate: false,
          setupFiles: ['test/stack-traces.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'long', include: [LONG, ...WITH_AMOUNTS], env: { TAZZINA_FULL_TESTS: '1' } },
      },
    ],
  },
});
