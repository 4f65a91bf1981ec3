// Before any test: write the generated sources afresh, and bundle the command line, so that no test runs against yesterday's.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { generate } from '../targets/build.mjs';
import { writeBinaryen } from '../targets/optimise/binaryen.mjs';
import { buildCommandLine } from './cli/bundle.js';

/** The optimiser of the command line is a file of the build. It only changes with the package of its name. */
const dist = fileURLToPath(new URL('../dist', import.meta.url));

async function prepare(): Promise<void> {
  await generate();
  if (!existsSync(`${dist}/binaryen.wasm`)) await writeBinaryen(dist);
  await buildCommandLine();
}

export default async function setUp(project: TestProject): Promise<void> {
  project.onTestsRerun(prepare);
  await prepare();
}
