// Wrong uses of the command line, in one process: what each prints, and its exit code.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../cli/command-line.js';
import { assembleText } from '../../targets/module/text-format.js';

const printed = vi.hoisted(() => ({ text: '' }));
vi.mock('../../targets/node/streams.js', async (original) => ({
  ...(await original<typeof import('../../targets/node/streams.js')>()),
  writeAll: (_: number, bytes: Uint8Array) => {
    printed.text += Buffer.from(bytes).toString();
  },
}));

const folder = mkdtempSync(join(tmpdir(), 'tazzina-wrong-'));
const before = process.cwd();
beforeAll(async () => {
  const module = await assembleText('(module (func (export "f") (param i32) (result i32) (local.get 0)))');
  const files: Record<string, string | Uint8Array> = {
    'app.wasm': module,
    'app.wasm.gz': gzipSync(module),
    'cut.wasm': module.subarray(0, -3),
    'console.wasm': module,
    'a b.wasm': module,
    'empty.wasm': '',
    'bad.wasm': await assembleText('(module (func (result i32)))'),
    'host.wasm': await assembleText('(module (import "own" "g" (func)) (func (export "f")))'),
    'go.wasm': await assembleText(
      '(module (import "gojs" "runtime.wasmExit" (func (param i32))) (func (export "_start")))',
    ),
    'host.js': 'export const own = { g() { return /a(?=b)/; } };',
    'no-host.js': 'export const other = {};',
    'app.c': 'int f(void) { return 1; }',
    'app.ts': 'export function f(): i32 { return 1; }',
    'large.wasm': await assembleText(
      '(module (memory 1) (data (i32.const 0) "a") (data (i32.const 65535) "z") (func (export "f") (param i32) (result i32) (i32.load8_u (local.get 0))))',
    ),
    'app.o': await assembleText('(module (import "env" "__linear_memory" (memory 0)))'),
    'page.wasm': '<!DOCTYPE html><html></html>',
    'old.wat': '(module (func (param i32) (drop (get_local 0))))',
    'wrong.wat': '(module (func (i32.ad)))',
    'main.js': 'require("./absent.wasm")',
    'other.js': 'for (;;) continue label;',
    'empty.js': '',
    'there.js': '',
    'print.js': 'print(1);\n',
    'endless.wat': '(module (func (export "f") (loop (br 0))))',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  mkdirSync(join(folder, 'folder'));
  symlinkSync('loop', join(folder, 'loop'));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

it.each<[words: string, code: number, message: string]>([
  // The command line itself.
  ['', 2, 'Usage: tazzina'],
  ['rum app.wasm', 2, "unknown command 'rum'; did you mean run?"],
  ['help rum', 2, "unknown command 'rum'; did you mean run?"],
  ['app.wasm', 2, 'to run a module: tazzina run app.wasm'],
  ['build app.wasm --bord puckjs', 2, "unknown option '--bord'; did you mean --board?"],
  ['build app.wasm other.wasm --board puckjs', 2, 'too many arguments'],
  ['build app.wasm --board', 2, "option '-b, --board <name>' argument missing"],
  ['check', 2, "missing required argument 'FILE'"],
  ['lint', 2, "missing required argument 'FILE'"],
  ['test', 2, "missing required argument 'FILE'"],
  ['test absent.js', 1, 'cannot read absent.js: there is no such file'],
  ['types', 2, "required option '-l, --language <name>' not specified"],
  ['types --language cobol', 2, 'Allowed choices are'],
  ['completion csh', 2, "error: SHELL 'csh' is invalid\n  Allowed choices are bash, zsh, fish"],
  ['init there --language basic', 2, 'Allowed choices are c, assemblyscript, rust, tinygo'],
  // Boards.
  ['check app.wasm', 2, 'which board? Give --board NAME or --all-boards'],
  ['check app.wasm --board puck', 2, 'did you mean puckjs?'],
  ['check app.wasm --board puckjs --all-boards', 2, '--board and --all-boards exclude each other'],
  ['boards puk', 2, 'there is no board "puk"'],
  ['build app.wasm', 2, 'which board? Give --board NAME'],
  ['flash app.wasm --port /dev/absent', 2, 'which board? Give --board NAME'],
  ['simulate', 2, 'which board? Give --board NAME'],
  ['check app.wasm --board puckjs --margin 20', 2, '--margin is for --tune: give --tune RUN'],
  ['check app.wasm --board puckjs --html folder', 1, 'cannot write folder: it is a directory'],
  [
    'check app.wasm --board puckjs --html absent/page.html',
    1,
    'cannot write absent/page.html: there is no such folder',
  ],
  ['types --language c -o folder', 1, 'cannot write folder: it is a directory'],
  // Files.
  ['build absent.wasm --board puckjs', 1, 'cannot read absent.wasm: there is no such file'],
  ['build folder --board puckjs', 1, 'cannot read folder: it is a directory'],
  ['check loop --board puckjs', 1, 'cannot read loop: its symbolic links lead back to it'],
  ['check app.c/x.wasm --board puckjs', 1, 'cannot read app.c/x.wasm: a file is where its path needs a folder'],
  ['build /dev/null --board puckjs', 1, 'cannot read /dev/null: it is a device, not a file'],
  ['build empty.wasm --board puckjs', 1, 'empty.wasm is empty'],
  ['build cut.wasm --board puckjs', 1, 'malformed module'],
  ['build bad.wasm --board puckjs', 1, 'invalid module'],
  ['build app.wasm.gz --board puckjs', 1, 'gzip -dc app.wasm.gz > app.wasm'],
  ['build app.c --board puckjs', 1, 'app.c is C source'],
  ['check app.o --board puckjs', 1, 'app.o is an object file, which is not linked yet\n  link it: wasm-ld'],
  ['build large.wasm --board puckjs', 1, 'see tazzina check for what helps'],
  ['check app.ts --board puckjs', 1, 'npx asc app.ts'],
  ['run page.wasm', 1, 'is a web page'],
  ['check old.wat --board puckjs', 1, 'rename them: sed'],
  ['check wrong.wat --board puckjs', 1, 'wrong.wat is not in the text format'],
  ['test app.wasm', 1, 'app.wasm is a module, not a program for Espruino'],
  ['lint app.wasm', 1, 'app.wasm is a module, not a program for Espruino'],
  ['extract app.c', 1, 'no module is found in app.c'],
  ['extract app.wasm', 1, 'app.wasm is a module itself'],
  ['extract app.wasm.gz --index 3 -o x.wasm', 2, '--index 3: app.wasm.gz has 1 module'],
  // Options of build.
  ['build app.wasm --board puckjs --memory much', 2, 'write a number of bytes'],
  ['build app.wasm --board puckjs --memory 3G', 2, 'write less than 2G'],
  ['build app.wasm --board puckjs --tier native-ish', 2, 'Allowed choices are'],
  ['build app.wasm --board puckjs --jit some', 2, 'too many arguments'],
  ['build app.wasm --board puckjs --tier interp --fuel', 2, '--fuel is for translated programs'],
  ['build app.wasm --board puckjs --verification most', 2, 'verification'],
  ['build app.wasm --board puckjs --capacity codeWords=1', 2, '--capacity is for --runtime full'],
  ['build --runtime full --board banglejs2 --capacity words=1', 2, 'there is no capacity "words"'],
  ['build app.wasm --runtime full --board banglejs2', 2, 'give no file'],
  ['build --board puckjs', 2, 'which module? Give a file'],
  ['build app.wasm --board puckjs --name a.b', 2, '"a.b" cannot be the name of a program'],
  ['build console.wasm --board puckjs', 1, 'give it a name: --name console_app'],
  ['build a\xa0b.wasm --board puckjs', 1, 'give it a name: --name a_b'],
  ['build app.wasm --board puckjs -o app.c/x', 1, 'cannot write to app.c/x'],
  ['build app.wasm --board puckjs --app-loader', 2, '--app-loader is for a Bangle.js'],
  ['build app.wasm --board puckjs --explain g', 2, 'function'],
  ['build app.wasm --board puckjs --stub x.js', 2, 'no stub is needed: puckjs has all that app.wasm imports'],
  ['check host.wasm --board puckjs --stub there.js', 1, 'there.js is there already: it is not overwritten'],
  ['check host.wasm --board puckjs --imports absent.js', 1, 'cannot read absent.js: there is no such file'],
  ['check host.wasm --board puckjs --imports folder', 1, 'cannot read folder: it is a directory'],
  ['build host.wasm --board puckjs --imports app.wasm', 1, 'app.wasm is a module, not JavaScript that gives imports'],
  ['run host.wasm --imports app.wasm --invoke f', 1, 'app.wasm is a module, not JavaScript that gives imports'],
  ['run host.wasm --imports absent.js --invoke f', 1, 'cannot read absent.js: there is no such file'],
  ['build app.wasm --board puckjs --wit absent.wit', 1, 'cannot read absent.wit: there is no such file'],
  ['build host.wasm --board puckjs --imports host.js', 1, 'host.js is not what puckjs can run'],
  ['build host.wasm --board puckjs --imports no-host.js', 1, 'puckjs does not provide what the module imports'],
  ['build host.wasm --board puckjs', 1, '--imports host.js, for which --stub host.js writes a file'],
  ['run go.wasm', 1, 'compile with TinyGo'],
  ['build app.wasm --board puckjs --module app.wasm', 2, '--module is for a program for Espruino'],
  // Programs for Espruino.
  ['build main.js --board puckjs', 1, 'main.js:1: there is no module absent.wasm'],
  ['flash empty.js --board puckjs --port /dev/absent', 1, 'empty.js is empty'],
  ['run other.js --board puckjs', 1, 'other.js'],
  ['run main.js', 2, 'which board? Give --board NAME'],
  // Running.
  ['run app.wasm', 2, 'to call one: tazzina run app.wasm --invoke f 1'],
  ['run app.wasm --invoke g', 2, 'app.wasm exports no function g'],
  ['run app.wasm --invoke f', 2, 'f takes 1 argument, not 0'],
  ['run app.wasm --invoke f x', 2, 'argument 1 of f'],
  ['run app.wasm --invoke f 1 --jit', 2, '--jit is for a simulated board'],
  ['run app.wasm --invoke f 1 --fuel some', 2, 'write a whole number'],
  ['run app.wasm --board puckjs --invoke f 1 --stats', 2, '--stats is for an engine on this machine'],
  ['run app.wasm --board puckjs --seconds -1', 2, 'write a number of seconds'],
  ['run app.wasm --board puckjs --put x', 2, 'write NAME=FILE'],
  ['run app.wasm one --fuel 10', 2, 'warning: --fuel is an argument of the program here'],
  ['run app.wasm --resumable --invoke f 1', 2, '--resumable is for a simulated board: give --board NAME'],
  ['run endless.wat --board puckjs --invoke f --seconds 1', 1, 'at most 1 s are fine'],
  ['build endless.wat --board puckjs --tier native', 0, 'does not end hangs the board until it is reset'],
  ['check endless.wat --board puckjs --tier native', 0, 'hangs the board until it is reset'],
  ['run endless.wat --board puckjs --tier native --invoke f --seconds 0.1', 1, 'only a reset ends it there, or fuel'],
  ['run print.js --board puckjs --png screen.png', 2, 'a Puck.js has no screen that is simulated'],
  ['lint print.js --allow nonsense', 0, 'warning: --allow nonsense: there is no finding of this kind'],
  ['build app.wasm --board puckjs -o /proc/none/here', 1, 'cannot write to /proc/none/here'],
  // Flashing.
  ['flash app.wasm --board puckjs --port /dev/absent', 1, '/dev/absent is not there'],
  ['flash app.wasm --board puckjs --port app.c', 1, 'app.c is not a serial port'],
  ['flash folder --port /dev/absent', 1, 'folder is not a folder that "tazzina build" wrote'],
  ['flash app.wasm --board puckjs --port x --baud-rate fast', 2, 'write a number: 9600, 115200'],
  ['simulate --board puckjs --listen nowhere', 2, 'write HOST:PORT'],
  ['simulate --board puckjs --listen 0.0.0.0:0', 2, 'other machines may reach 0.0.0.0'],
  ['flash app.wasm --board puckjs --port folder', 1, 'folder is not a serial port'],
  ['flash app.wasm --board puckjs --port tcp:here:23', 1, 'tcp:here:23 is not the name of a port'],
  ['simulate --board puckjs --storage folder', 1, 'cannot read folder: it is a directory'],
  ['simulate --board puckjs --consoles 0', 2, 'write 1 to 100'],
])('tazzina %s', async (line, code, message) => {
  printed.text = '';
  // A space within a word.
  const words = line === '' ? [] : line.split(' ').map((word) => word.replace('\xa0', ' '));
  expect([await runCommandLine(words), printed.text]).toEqual([code, expect.stringContaining(message)]);
  expect(printed.text).not.toMatch(/tazzina itself failed|\n +at \w+ \(/);
});

it('check does not refer to itself for what helps', async () => {
  printed.text = '';
  expect(await runCommandLine(['check', 'large.wasm', '--board', 'puckjs'])).toBe(1);
  expect(printed.text).toMatch(/the program takes about \d+ JsVars/);
  expect(printed.text).not.toContain('see tazzina check');
});
