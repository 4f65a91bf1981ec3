// What the engine takes of a board: the figures that `check` tells are those that the build keeps to.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { boards } from '../../boards/index.js';
import { RUNTIME_JS_VARS, RUNTIME_STORAGE_BYTES } from '../../targets/budget/runtime.js';

it('the size limit of the core is what a budget counts', () => {
  const { 'size-limit': limits } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const core = limits.find(({ path }: { path: string }) => path === 'dist/core.js');
  expect(core.limit).toBe(`${RUNTIME_STORAGE_BYTES / 1000} KB`);
});

it('these boards have room for it beside what their capacities reserve', () => {
  const roomy = boards.filter(({ freeJsVars, storage }) => {
    const free = freeJsVars - Math.floor(freeJsVars / 2);
    return RUNTIME_JS_VARS <= free && RUNTIME_STORAGE_BYTES <= storage.bytes;
  });
  expect(roomy.map(({ name }) => name)).toEqual(['esp32', 'esp32s3', 'rpi_pico2']);
});
