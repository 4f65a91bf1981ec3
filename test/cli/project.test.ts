// Projects: `init` writes them, the configuration makes words of the command line superfluous, `--watch` repeats, shells complete.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { puckjs } from '../../boards/index.js';
import { projectFiles } from '../../cli/init.js';
import { templates } from '../../cli/project-templates.js';
import { lint } from '../../sim/index.js';
import { hasClang, hasRustModules, withoutClang, withoutRustModules } from '../compilers.js';
import { CommandLine } from './command.js';
import { root } from './session.js';

const commandLine = new CommandLine();
const run = (...words: string[]) => commandLine.run(words);
beforeAll(async () => {
  commandLine.file('fib.wasm', readFileSync(join(root, 'examples/fib/fib.wasm')));
  commandLine.file('main.js', 'print(require("./fib.wasm").fib(5));\n');
});
afterAll(() => commandLine.remove());

const configure = (configuration: unknown) => commandLine.file('tazzina.config.json', JSON.stringify(configuration));

describe('tazzina init', () => {
  it.each(Object.keys(templates) as (keyof typeof templates)[])('writes a project in %s', (language) => {
    const { code, output } = run('init', language, '--language', language, '--board', 'pixljs');
    expect(code).toBe(0);
    expect(output).toMatch(/next: cd \w+ && npm (install|run build)/);
    const files = projectFiles(language, language, puckjs);
    expect(lint(files['main.js'], {})).toEqual([]);
    const { scripts } = JSON.parse(readFileSync(join(commandLine.folder, language, 'package.json'), 'utf8'));
    expect(scripts.build).toContain('app.wasm');
    const again = run('init', language, '--language', language);
    expect([again.code, again.error]).toEqual([1, expect.stringContaining('is there already: nothing is written')]);
  });

  it('writes a test that asks no registry for the command', () => {
    const { 'test/app.test.js': text } = projectFiles('c', 'c', puckjs);
    expect(text).toContain("execFileSync('tazzina', words");
    expect(text).not.toContain('npx');
  });

  it.each([
    ['c', 'app.c', '__attribute__((export_name("next"))) unsigned next('],
    ['assemblyscript', 'app.ts', 'export function next('],
    ['rust', 'src/lib.rs', '#[no_mangle]\npub extern "C" fn next('],
    ['tinygo', 'app.go', '//go:wasmexport next\nfunc next('],
  ] as const)('exports in %s what the program calls', (language, file, text) => {
    expect(templates[language].files[file]).toContain(text);
  });

  /** Builds a new project by its own script, which prints `errors`, and tries it. */
  function tryProject(language: string, errors: unknown): void {
    const name = `made-${language}`;
    run('init', name, '--language', language);
    const folder = join(commandLine.folder, name);
    const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { status, stderr } = spawnSync('sh', ['-c', scripts.build], { cwd: folder, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, errors]);
    const program = (...words: string[]) =>
      spawnSync(process.execPath, [commandLine.program, ...words], { cwd: folder, encoding: 'utf8' }).stdout;
    expect(program('run', '--seconds', '1.2')).toBe('270369\n67634689\n');
    expect(program('run', 'app.wasm', '--board', 'puckjs', '--invoke', 'next', '1')).toBe('270369\n');
    expect(program('check', 'app.wasm')).toContain('app.wasm on puckjs: fits');
  }

  it.skipIf(!hasClang)(`in C compiles, and runs${withoutClang}`, () => tryProject('c', ''));
  // cargo tells what it compiles.
  it.skipIf(!hasRustModules)(`in Rust compiles, and runs${withoutRustModules}`, () =>
    tryProject('rust', expect.not.stringMatching(/error|warning/)),
  );
});

describe('a configuration', () => {
  afterAll(() => rmSync(join(commandLine.folder, 'tazzina.config.json')));

  it('gives board, program, modules and options to the commands', () => {
    configure({
      board: 'banglejs2',
      program: 'main.js',
      modules: ['fib.wasm'],
      build: { tier: 'interp', output: 'o' },
    });
    expect(run('run').output).toBe('5\n');
    const { board, folder, files } = JSON.parse(run('build', '--json').output);
    expect([board, folder]).toEqual(['banglejs2', 'o']);
    expect(files[0].name).toBe('fib.code');
    // The command line says otherwise.
    expect(JSON.parse(run('build', '--json', '--tier', 'js', '-b', 'puckjs').output).files[0].name).toBe('fib.trap');
    // On this machine, as ever.
    expect(run('run', 'fib.wasm', '--invoke', 'fib', '30').output).toBe('832040\n');
  });

  it('has the program checked with its modules together, as it is flashed', () => {
    configure({ board: 'puckjs', program: 'main.js', modules: ['fib.wasm'] });
    const lines = run('check').output.split('\n');
    expect(lines.filter((line) => line.includes(' on puckjs: '))).toEqual(['main.js on puckjs: may fit']);
    expect(run('check', '--all-boards').output).toContain('main.js');
  });

  it('of a module alone has it built', () => {
    configure({ board: 'puckjs', modules: ['fib.wasm'], port: '/dev/absent', build: { name: 'numbers' } });
    expect(run('build').output).toContain('numbers for puckjs, in dist');
    expect(run('check').output).toContain('fib.wasm on puckjs: may fit');
    expect(run('flash').error).toContain('/dev/absent is not there');
    expect(run('monitor').error).toContain('/dev/absent is not there');
  });

  it.each([
    [{ build: { memry: 1 } }, 'build.memry: is not known'],
    [{ build: { memory: 'much' } }, 'build.memory: write a number of bytes'],
    [{ build: { optimise: 'yes' } }, 'build.optimise: must be a text or a number|must be true or false'],
    [{ board: 1 }, 'board: must be a text'],
    [{ board: 'puk' }, 'there is no board "puk"'],
  ])('%j is refused', (fields, message) => {
    configure({ board: 'puckjs', modules: ['fib.wasm'], ...fields });
    const { code, error } = run('build');
    expect(code).not.toBe(0);
    expect(error).toMatch(new RegExp(message));
  });
});

describe('--watch', () => {
  /** Runs a command with `--watch`. */
  function watching(...words: string[]) {
    const child = spawn(process.execPath, [commandLine.program, ...words, '--watch'], {
      cwd: commandLine.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    let look: () => void = () => {};
    for (const each of [child.stdout, child.stderr])
      each.on('data', (data) => {
        printed += data;
        look();
      });
    return {
      // The texts of the two streams may come in any order.
      until: (...texts: string[]) =>
        new Promise<void>((done) => {
          look = () => {
            if (texts.every((text) => printed.includes(text))) done();
          };
          look();
        }),
      /** Replaces the file at once, and does not empty it first: on a loaded machine an empty file would be a program of its own. */
      replace(name: string, text: string) {
        printed = '';
        commandLine.file('next', text);
        renameSync(join(commandLine.folder, 'next'), join(commandLine.folder, name));
      },
      end() {
        child.kill('SIGINT');
        return new Promise((done) => child.on('exit', done));
      },
    };
  }

  it('runs the command again after a change, until it is ended', async () => {
    commandLine.file('watched.js', 'print("first")\n');
    const { until, replace, end } = watching('run', 'watched.js', '--board', 'puckjs');
    await until('first', 'waiting for changes');
    replace('watched.js', 'print("second")\n');
    await until('second', 'waiting for changes');
    expect(await end()).toBe(0);
  });

  it('runs it again after a change of the interface', async () => {
    const wit = (parameter: string) => `package my:fib; world app { export fib: func(n: ${parameter}) -> s32; }\n`;
    commandLine.file('fib.wit', wit('string'));
    const { until, replace, end } = watching('run', 'fib.wasm', '--invoke', 'fib', '10', '--wit', 'fib.wit');
    await until('exit code 1', 'waiting for changes');
    replace('fib.wit', wit('s32'));
    await until('55\n', 'waiting for changes');
    expect(await end()).toBe(0);
  });
});

describe('completion', () => {
  it.each([
    [['tazzina', 'mon'], 'monitor'],
    [['tazzina', 'build', '--board', 'bangle'], 'banglejs banglejs2'],
    [['tazzina', 'build', '-t', 'i'], 'interp'],
    [['tazzina', 'flash', '--por'], '--port'],
    [['tazzina', 'check', 'mai'], 'main.js'],
  ])('in bash of %j', (words, expected) => {
    commandLine.file('complete.sh', run('completion', 'bash').output);
    const script = `. ./complete.sh; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _tazzina; echo "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: commandLine.folder, encoding: 'utf8' });
    expect([stdout, stderr]).toEqual([`${expected}\n`, '']);
  });

  it('in zsh and fish has every command', () => {
    for (const shell of ['zsh', 'fish']) {
      const { code, output } = run('completion', shell);
      expect(code).toBe(0);
      for (const name of ['build', 'simulate', 'ports']) expect(output).toContain(name);
      expect(output).toContain('banglejs2');
    }
    expect(run('completion', 'csh').code).toBe(2);
  });
});
