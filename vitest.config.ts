import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup.ts'],
    testTimeout: 120_000,
    // Its default leaves one processor to itself: of two, half of the time.
    maxWorkers: '100%',
  },
});
