// Before any test: write the generated sources afresh, and bundle the command line, so that no test runs against yesterday's.
import type { TestProject } from 'vitest/node';
import { generate } from '../targets/build.mjs';
import { buildCommandLine } from './cli/bundle.js';

async function prepare(): Promise<void> {
  await generate();
  await buildCommandLine();
}

export default async function setUp(project: TestProject): Promise<void> {
  project.onTestsRerun(prepare);
  await prepare();
}
