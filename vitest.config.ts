import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The files that take longest, the longest first. */
const LONG = [
  'test/targets/board/translated-spec.test.ts',
  'test/differential/compiled.test.ts',
  'test/targets/board/fuel.test.ts',
  'test/targets/board/programs.test.ts',
  'test/cli/run.test.ts',
  'test/targets/board/spec.test.ts',
  'test/targets/board/examples.test.ts',
  'test/cli/examples.test.ts',
  'test/differential/random.test.ts',
  'test/spec/compiler.test.ts',
  'test/differential/optimised.test.ts',
  'test/spec/level-full.test.ts',
  'test/cli/documents.test.ts',
];

/** Long files first: one that starts last runs when the others are done. Where no run was before, vitest goes by bytes. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = LONG.filter((file) => !existsSync(root + file));
    if (gone.length > 0) throw new Error(`vitest.config.ts names ${gone.join(', ')}, which is not there`);
    const sorted = await super.sort(files);
    const long = LONG.flatMap((file) => sorted.filter(({ moduleId }) => relative(root, moduleId) === file));
    return [...long, ...sorted.filter((each) => !long.includes(each))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup.ts'],
    testTimeout: 120_000,
    // Its default leaves one processor to itself: of two, half of the time.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
  },
});
