// Components of core modules, and what `@bytecodealliance/jco` makes of them: what typed values are compared with.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { componentEmbed, componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';

import { platform } from '../node/transcript.js';

type Members = Record<string, unknown>;

/** The component of a core module that follows the Canonical ABI. */
export async function componentOf(module: Uint8Array, wit: string): Promise<Uint8Array> {
  const embedded = await componentEmbed({ witSource: wit, binary: module });
  return componentNew(embedded, []);
}

/** Instantiates a component as jco does. Functions of the world are imported as objects with `default`. */
export async function instantiateByJco(component: Uint8Array, imports: Record<string, Members>): Promise<Members> {
  const { files } = await transpileBytes(component, {
    name: 'component',
    instantiation: 'sync',
    wasiShim: false,
    optimize: false,
    minify: false,
  });
  const contents = files as unknown as Record<string, Uint8Array>;
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-jco-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    for (const [name, bytes] of Object.entries(contents)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    const { instantiate } = await import(pathToFileURL(join(folder, 'component.js')).href);
    return instantiate(
      (name: string) => new platform.Module(contents[name]),
      imports,
      (module: never, given: never) => new platform.Instance(module, given),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
