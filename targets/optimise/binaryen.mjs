// Writes binaryen into dist/ with its WebAssembly as a file. The npm package keeps it as a string of 14 MB in its JavaScript, which
// takes longer to parse and to decode than all the rest of a build. Refuses a binaryen that keeps its WebAssembly in another way.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parse } from 'acorn';
import { simple } from 'acorn-walk';

const FILE = createRequire(import.meta.url).resolve('binaryen');
/** Characters of a string that can only be the WebAssembly. */
const LARGE = 2 ** 20;

/**
 * Writes `binaryen.js`, `binaryen.wasm` and `binaryen.LICENSE` into the folder. The JavaScript is that of the package, except for the
 * call that decodes the string.
 */
export async function writeBinaryen(folder) {
  const text = readFileSync(FILE, 'utf8');
  const call = decodingCall(text);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'binaryen.js'),
    `import { readFileSync } from 'node:fs';
${text.slice(0, call.start)}readFileSync(new URL('binaryen.wasm', import.meta.url))${text.slice(call.end)}`,
  );
  writeFileSync(join(folder, 'binaryen.wasm'), await webAssembly());
  copyFileSync(join(dirname(FILE), 'LICENSE'), join(folder, 'binaryen.LICENSE'));
}

/** For esbuild: imports of binaryen are those of the file that is written. The entry `imports` of package.json says where it is. */
export const binaryenPlugin = {
  name: 'binaryen',
  setup({ onResolve }) {
    onResolve({ filter: /^binaryen$/ }, () => ({ path: '#binaryen', external: true }));
  },
};

/** The call whose only argument is the large string. */
function decodingCall(text) {
  const found = [];
  simple(parse(text, { ecmaVersion: 'latest', sourceType: 'module' }), {
    CallExpression(call) {
      const [argument] = call.arguments;
      if (call.arguments.length === 1 && argument.type === 'TemplateLiteral' && argument.end - argument.start > LARGE)
        found.push(call);
    },
  });
  if (found.length !== 1) throw new Error(`${FILE} has ${found.length} calls with a large string; one is expected`);
  return found[0];
}

/** What binaryen instantiates when it is loaded. */
async function webAssembly() {
  const { instantiate } = WebAssembly;
  let bytes;
  WebAssembly.instantiate = (source, imports) => {
    bytes = source;
    return instantiate(source, imports);
  };
  try {
    await import(FILE);
  } finally {
    WebAssembly.instantiate = instantiate;
  }
  if (!(bytes instanceof Uint8Array)) throw new Error(`${FILE} does not instantiate bytes`);
  return bytes;
}
