// Tests that the verdict on a module and a board is that of `build`, for every example and kernel on every board.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Board, boards, findBoard, puckjs } from '../../../boards/index.js';
import { runImage } from '../../../cli/board-run.js';
import { programOf } from '../../../cli/program.js';
import { SimulatedBoard } from '../../../sim/index.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import { BuildError } from '../../../targets/board/build-error.js';
import { stackNeeded } from '../../../targets/board/figures.js';
import { adviceFor } from '../../../targets/budget/advice.js';
import { decideLoaded } from '../../../targets/budget/loaded-verdict.js';
import { type Decision, decide, Verdict } from '../../../targets/budget/verdict.js';
import { type ReadModule, readModule } from '../../../targets/module/read-module.js';
import { everyNth } from '../../amount.js';
import { wat } from '../../core/wat.js';

const files = [
  ...readdirSync('examples', { recursive: true, encoding: 'utf8' }).map((file) => `examples/${file}`),
  ...readdirSync('bench/kernels').map((file) => `bench/kernels/${file}`),
  'bench/espruino/kernels.wasm',
].filter((file) => file.endsWith('.wasm') && !file.endsWith('.component.wasm'));
const MARKS = { [Verdict.Fits]: '+', [Verdict.MayFit]: '?', [Verdict.DoesNotFit]: '-' };
const js = (board: Board): BuildOptions => ({ board, name: 'app', tier: 'js' });
const text = (module: string) => readModule(wat(module));

/** Boards on which programs take the same, and have the same: one of them stands for all. */
const kindOf = ({ jsVars, freeJsVars, storage, cStack, missing, modules, capacities, chip }: Board) =>
  JSON.stringify([jsVars, freeJsVars, storage, cStack, missing, modules, capacities, chip.startsWith('RP2')]);

/** By module: a mark for each board, in the order of `boards`. */
const EXPECTED: Record<string, string> = {
  'bench/espruino/kernels.wasm': '?????????-??????????',
  'bench/kernels/base64.wasm': '?+???+?+?-++?+?++++?',
  'bench/kernels/crc32.wasm': '+++++++++-++++++++++',
  'bench/kernels/fib.wasm': '?????????-??????????',
  'bench/kernels/fir.wasm': '?+???+?+?-++?+?++++?',
  'bench/kernels/hashmap.wasm': '?+???+?+?-++?+?++++?',
  'bench/kernels/i64mix.wasm': '+++++++++-++++++++++',
  'bench/kernels/indirect.wasm': '+++++++++-++++++++++',
  'bench/kernels/json.wasm': '???--????-??????????',
  'bench/kernels/lz.wasm': '?+???+?+?-++?+?++++?',
  'bench/kernels/mandelbrot.wasm': '+++++++++-++++++++++',
  'bench/kernels/matmul.wasm': '+++++++++-++++?+++++',
  'bench/kernels/nbody.wasm': '+++++++++-++++++++++',
  'bench/kernels/pid.wasm': '???--????-??????????',
  'bench/kernels/print.wasm': '+++++++++-++++++++++',
  'bench/kernels/qsort.wasm': '???--????-??????????',
  'bench/kernels/quicksort.wasm': '?????????-??????????',
  'bench/kernels/sha256.wasm': '+++++++++-++++++++++',
  'bench/kernels/sieve.wasm': '+++++++++-++++?+++++',
  'bench/kernels/stack.wasm': '?+???+?+?-++?+?++++?',
  'bench/kernels/string.wasm': '+++++++++-++++++++++',
  'bench/kernels/structs.wasm': '+++++++++-++++++++++',
  'bench/kernels/text.wasm': '?+???+?+?-++?+?++++?',
  'bench/kernels/tree.wasm': '?????????-??????????',
  'bench/kernels/vm.wasm': '+++++++++-++++++++++',
  'examples/blink/blink.wasm': '+++++++++-++++++++++',
  'examples/checksums/checksums.wasm': '+++--++++-++++++++++',
  'examples/crc32/crc32.wasm': '+++--++++-++++++++++',
  'examples/fib/fib.wasm': '?????????-??????????',
  // Its interface declares its imports.
  'examples/greeter/greeter.wasm': '--------------------',
  'examples/hello/hello.wasm': '-?---?-----?-?-??-?-',
  'examples/mandelbrot/mandelbrot.wasm': '++------------------',
  'examples/pedometer/pedometer.wasm': '++------------------',
  'examples/readings/readings.wasm': '--------------------',
  'examples/steps/steps.wasm': '???--????-??????????',
};

describe('a verdict', () => {
  it('is expected of every module', () => {
    expect([...files].sort()).toEqual(Object.keys(EXPECTED));
    // Every kind is there, also among those that are tried.
    for (const mark of Object.values(MARKS))
      expect(everyNth(files, 5).some((file) => EXPECTED[file].includes(mark))).toBe(true);
  });

  it('is as expected for examples and kernels on every board', async () => {
    const table: Record<string, string> = {};
    const chosen = everyNth(files, 5);
    for (const file of chosen) {
      const read = readModule(readFileSync(file));
      const known = new Map<string, Decision>();
      let row = '';
      for (const board of boards) {
        const kind = kindOf(board);
        const decision = known.get(kind) ?? (await decide(read, js(board)));
        known.set(kind, decision);
        const { verdict, program, refusal, figures } = decision;
        row += MARKS[verdict];
        // It is built where it may fit, and else nothing is; what is built has room for what it takes.
        expect(program === undefined).toBe(verdict === Verdict.DoesNotFit);
        expect(refusal === undefined).toBe(verdict !== Verdict.DoesNotFit);
        if (!figures) continue;
        const { storage, jsVars, stack } = figures;
        const hasRoom =
          storage.needed <= storage.available &&
          jsVars.needed <= jsVars.available &&
          stackNeeded(stack!) <= stack!.available;
        expect(hasRoom, `${file} on ${board.name}`).toBe(verdict !== Verdict.DoesNotFit);
      }
      table[file] = row;
    }
    expect(table).toEqual(Object.fromEntries(chosen.map((file) => [file, EXPECTED[file]])));
  });

  it('is what build does, which throws what is told', async () => {
    for (const file of ['examples/checksums/checksums.wasm', 'examples/mandelbrot/mandelbrot.wasm']) {
      for (const board of ['puckjs', 'pixljs', 'banglejs2', 'microbit1'].map(findBoard)) {
        const read = readModule(readFileSync(file));
        const { verdict, refusal } = await decide(read, js(board));
        const built = buildProgram(readModule(readFileSync(file)), js(board));
        if (verdict === Verdict.DoesNotFit) await expect(built).rejects.toThrow(refusal!.message);
        else await expect(built).resolves.toMatchObject({ image: { board: board.name } });
      }
    }
  });
});

describe('memory that has only an upper bound', () => {
  // Nothing tells where its variables end.
  const open = () =>
    text(
      '(module (memory 1) (data (i32.const 16) "abc") (func (export "f") (param i32) (result i32) (i32.load8_u (local.get 0))))',
    );

  it('is no reason not to fit: the program has as much as the board has for it', async () => {
    const { verdict, program, doubts } = await decide(open(), js(puckjs));
    expect(verdict).toBe(Verdict.MayFit);
    expect(program!.memory).toEqual({ start: 0, bytes: (puckjs.capacities.memoryBytes + 7) & -8 });
    expect(doubts).toEqual([expect.stringMatching(/up to 65536 bytes, and traps where it uses more than 3456/)]);
    expect(program!.warnings).toEqual([expect.stringMatching(/gets 3456.*--memory sets them, from 19 on/)]);
    const whole = await decide(open(), js(findBoard('banglejs2')));
    expect(whole).toMatchObject({
      verdict: Verdict.Fits,
      program: { memory: { start: 0, bytes: 65536 }, warnings: [] },
    });
  });

  it('leads to no option that would not change the verdict', async () => {
    const read = open();
    expect(await adviceFor(read, await decide(read, js(puckjs)), js(puckjs), boards)).toEqual([]);
    expect(await decide(read, { ...js(puckjs), memoryBytes: 24 })).toMatchObject({ verdict: Verdict.MayFit });
    expect(await decide(read, { ...js(puckjs), memoryBytes: 16 })).toMatchObject({ verdict: Verdict.DoesNotFit });
  });

  it('leads to what the linker can tell, where a linker made the module', async () => {
    const read = text(
      `(module (memory 1) (global $__stack_pointer (mut i32) (i32.const 512)) (data (i32.const 512) "abc")
         (func (export "f") (param i32) (result i32) (i32.load8_u (local.get 0))))`,
    );
    expect(await adviceFor(read, await decide(read, js(puckjs)), js(puckjs), boards)).toEqual([
      expect.stringMatching(/^-Wl,--export=__heap_base -Wl,-z,stack-size=256: a smaller stack instead of 512/),
    ]);
  });

  it('begins with the least --memory, where it fits with that only', async () => {
    const read = text(
      '(module (memory 1) (data (i32.const 16) "abc") (func (export "f") (drop (memory.grow (i32.const 1)))))',
    );
    const advice = await adviceFor(read, await decide(read, js(puckjs)), js(puckjs), boards);
    expect(advice[0]).toBe(
      '--memory 24: the least, because its data end at byte 19; the module traps where it uses more',
    );
    expect(await decide(read, { ...js(puckjs), memoryBytes: 24 })).toMatchObject({ verdict: Verdict.MayFit });
    expect(advice.join()).not.toContain('malloc');
  });

  it('begins with as much --memory as there is room for, where nothing tells how much is used', async () => {
    const body = '(export "f") (param i32) (i32.store8 (local.get 0) (i32.const 1))';
    const read = text(`(module (memory 1) (func ${body} (drop (memory.grow (i32.const 1)))))`);
    const [first] = await adviceFor(read, await decide(read, js(puckjs)), js(puckjs), boards);
    expect(first).toBe(
      '--memory 24K: as much as there is room for; nothing tells how much the module uses, and it traps where it uses more',
    );
    const withBytes = async (memoryBytes: number) => (await decide(read, { ...js(puckjs), memoryBytes })).verdict;
    expect(await withBytes(24 * 1024)).toBe(Verdict.MayFit);
    expect(await withBytes(32 * 1024)).toBe(Verdict.DoesNotFit);
  });

  it('does not fit where it is all used', async () => {
    const read = text('(module (memory 1) (func (export "f") (drop (memory.grow (i32.const 1)))))');
    const decision = await decide(read, js(puckjs));
    expect(decision.refusal!.message).toMatch(/about \d+ JsVars, and puckjs has 2566 free/);
    expect(decision.figures!.jsVars.parts[0].part).toBe('linear memory');
    expect(await adviceFor(read, decision, js(puckjs), boards)).toContainEqual(expect.stringMatching(/^--board \w+: /));
  });
});

describe('memory that an allocator takes', () => {
  const allocating = (size: string) =>
    text(`(module (memory 1) (func (export "f") (result i32) (drop (memory.grow (i32.const 1))) ${size}))`);

  it('is as much as the board has for it, where the allocator learns where memory ends', async () => {
    const { verdict, doubts, program } = await decide(allocating('(i32.shl (memory.size) (i32.const 16))'), js(puckjs));
    expect(verdict).toBe(Verdict.MayFit);
    const bytes = (puckjs.capacities.memoryBytes + 7) & -8;
    expect(program!.memory.bytes).toBe(bytes);
    expect(doubts).toEqual([expect.stringMatching(`^memory: it has ${bytes} of the 65536 bytes that it declares`)]);
    expect(program!.warnings).toEqual([expect.stringMatching(/its allocator returns NULL/)]);
  });

  it('is all that the module declares, where it does not', async () => {
    const { verdict, refusal } = await decide(allocating('(memory.size)'), js(puckjs));
    expect(verdict).toBe(Verdict.DoesNotFit);
    expect(refusal!.message).toMatch(/^the program takes about \d+ JsVars/);
  });
});

describe('a program that takes all RAM without its memory', () => {
  it('is told what makes it smaller, and nothing about memory', async () => {
    const small = { ...puckjs, freeJsVars: 300 };
    const locals = Array.from({ length: small.freeJsVars }, (_, index) => index + 1);
    const read = text(`(module (memory 1) (func (export "f") (param i32) (local ${'i32 '.repeat(locals.length)})
      ${locals.map((local) => `(local.set ${local} (i32.load offset=${4 * local} (local.get 0)))`).join('\n')}
      ${locals.map((local) => `(i32.store offset=${4 * local + 4} (local.get 0) (local.get ${local}))`).join('\n')}))`);
    const decision = await decide(read, js(small));
    const { parts } = decision.figures!.jsVars;
    expect(parts.find(({ part }) => part === 'variables of calls')!.jsVars).toBeGreaterThan(small.freeJsVars);
    expect(await adviceFor(read, decision, js(small), [small])).toEqual([expect.stringMatching(/^-Oz /)]);
  });
});

describe('C stack', () => {
  it('says by name how deep recursion goes, and that is how deep it goes', async () => {
    const file = 'examples/fib/fib.wasm';
    const { figures, doubts } = await decide(readModule(readFileSync(file)), js(puckjs));
    const { recursion, depth } = figures!.stack!;
    expect(recursion).toEqual(['fib']);
    expect(doubts).toEqual([expect.stringMatching(/^calls: recursion/)]);
    const { image } = await programOf(file, puckjs, { asModule: true });
    // One more turn recurses once more.
    const program = (n: number) => `try { print(require("fib").fib(${n})) } catch (e) { print("trap") }`;
    const printed = (n: number) => {
      const start = { name: '.bootcde', bytes: Buffer.from(program(n)) };
      return runImage({ ...image, files: [...image.files, start] }, puckjs, { seconds: 10 }, () => {}).output;
    };
    expect(printed(depth)).toMatch(/^\d+\n$/);
    expect(printed(depth + 1)).toBe('trap\n');
  });

  it('that ends a recursion leads to tiers in which it goes deeper, as deep as is said', async () => {
    const read = text(`(module (func $sum (export "sum") (param i32) (result i32)
      (if (result i32) (local.get 0)
        (then (i32.add (local.get 0) (call $sum (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0)))))`);
    const [native, interp, ...others] = await adviceFor(read, await decide(read, js(puckjs)), js(puckjs), boards);
    expect(native).toMatch(/^--tier native: as machine code, sum returns up to depth \d{3}$/);
    expect(interp).toMatch(/^--tier interp --call-depth \d{3}: .*ten times as slow$/);
    expect(others).toEqual([]);
    const callDepth = Number(/\d{3}/.exec(interp));
    const { image } = await buildProgram(read, { board: puckjs, name: 'app', tier: 'interp', callDepth });
    const program = (n: number) => `try { print(require("app").sum(${n})) } catch (e) { print(e.message) }`;
    const printed = (n: number) => {
      const start = { name: '.bootcde', bytes: Buffer.from(program(n)) };
      return runImage({ ...image, files: [...image.files, start] }, puckjs, { seconds: 60 }, () => {}).output;
    };
    // The depth counts calls below the exported function.
    expect(printed(callDepth)).toBe(`${(callDepth * (callDepth + 1)) / 2}\n`);
    expect(printed(callDepth + 1)).toMatch(/^call stack exhausted/);
  });

  it('that is too small is told with the functions that take it', async () => {
    const read = readModule(readFileSync('examples/checksums/checksums.wasm'));
    const pixljs = findBoard('pixljs');
    const decision = await decide(read, js(pixljs));
    expect(decision.refusal).toBeInstanceOf(BuildError);
    const { notes, message } = decision.refusal as BuildError;
    expect(message).toMatch(/more C stack than the 7176 bytes of pixljs/);
    expect(notes[0]).toMatch(/take about \d+ of them: main \d+ > function 8 \d+ > checksum \d+ > /);
    expect(notes[1]).toMatch(/^\d+ are reserved/);
    expect(await adviceFor(read, decision, js(pixljs), boards)).toEqual([
      expect.stringMatching(/^--tier native: as machine code it takes \d+ bytes of Storage and \d+ JsVars$/),
      expect.stringMatching(/^--tier interp: interpreted, calls take no C stack, .* it takes \d+ bytes/),
      expect.stringMatching(/^--board \w+: /),
    ]);
  });

  it('names functions as the module does, whatever the optimiser makes of them', async () => {
    // $inner is inlined, and those behind it get other numbers.
    const read = text(`(module
      (func $inner (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
      (func $deep (param i32) (result i32)
        (if (result i32) (local.get 0) (then
            (i32.add (call $deep (call $inner (i32.shr_u (local.get 0) (i32.const 1)))) (local.get 0)))
          (else (i32.const 0))))
      (func (export "run") (param i32) (result i32) (call $deep (local.get 0))))`);
    const { figures } = await decide(read, js(puckjs));
    expect(figures!.stack!.recursion).toEqual(['deep']);
  });
});

describe('what --jit leaves out', () => {
  it('is told with the reason', async () => {
    const read = readModule(readFileSync('bench/espruino/kernels.wasm'));
    const reasons = async (board: Board, jit: 'hot' | 'all') => {
      const { program } = await decide(read, { ...js(board), jit, memoryBytes: 8192 });
      const { jitted, notJitted } = program!;
      const own = [...jitted!, ...notJitted!].filter(({ name }) => !name.startsWith('part of'));
      const names = own.map(({ index }) => index);
      expect(new Set(names).size).toBe(names.length);
      return new Set(notJitted!.map(({ why }) => why.replace(/\d+/, 'N')));
    };
    expect(await reasons(puckjs, 'all')).toContain('there is no RAM left for about N bytes');
    const tail = text('(module (func $f (export "f") (param i32) (result i32) (return_call $f (local.get 0))))');
    const { program } = await decide(tail, { ...js(puckjs), jit: 'all', optimise: false });
    expect(program!.notJitted).toEqual([{ index: 0, name: 'f', why: 'it makes tail calls' }]);
  });
});

describe('the full runtime', () => {
  const loaded = (read: ReadModule, board: Board, capacities = {}) =>
    decideLoaded('app.wasm', read, { board, boards, capacities });

  it('holds a module whose capacities it has, on boards that have room for it', async () => {
    const read = readModule(readFileSync('bench/kernels/fib.wasm'));
    const banglejs2 = findBoard('banglejs2');
    expect(await loaded(read, banglejs2)).toMatchObject({ verdict: Verdict.MayFit, budget: { missingImports: [] } });
    expect(await loaded(read, banglejs2, { codeWords: 10 })).toMatchObject({ verdict: Verdict.DoesNotFit });
    expect((await loaded(read, puckjs)).refusal).toBeInstanceOf(BuildError);
  });
});

describe('memory that begins with a stack', () => {
  // Memory in the layout of Rust: a stack of 1 MiB, then data. A frame takes 32 bytes.
  const STACK = 1048576;
  const rust = (body: string, pages = 17) =>
    text(`(module (memory (export "memory") ${pages})
      (global $__stack_pointer (mut i32) (i32.const ${STACK}))
      (global (export "__heap_base") i32 (i32.const ${STACK + 1024}))
      (data (i32.const ${STACK}) "data")
      (func $leaf (export "leaf") (param i32) (result i32) (local i32)
        (local.set 1 (i32.sub (global.get $__stack_pointer) (i32.const 32)))
        (global.set $__stack_pointer (local.get 1))
        (i32.store offset=12 (local.get 1) (local.get 0))
        (i32.add (i32.load offset=12 (local.get 1)) (i32.load8_u (i32.const ${STACK})))
        (global.set $__stack_pointer (i32.add (local.get 1) (i32.const 32))))
      ${body})`);

  it('starts at what calls can take of the stack, and ends behind the data', async () => {
    const { verdict, program, doubts } = await decide(rust(''), js(puckjs));
    expect([verdict, doubts]).toEqual([Verdict.Fits, []]);
    expect(program!.memory).toEqual({ start: STACK - 32, bytes: 32 + 1024 });
    expect(program!.warnings).toEqual([
      `memory is the 1056 bytes from ${STACK - 32} on (--memory-base, --memory): 32 bytes of stack, the data, and what is behind them`,
    ]);
    expect(program!.declarations).toContain(`Its first byte is the one at address ${STACK - 32}.`);
  });

  it('may need more of the stack where recursion is', async () => {
    const read = rust(`(func (export "again") (param i32)
      (if (local.get 0) (then (drop (call $leaf (local.get 0))) (call 1 (i32.sub (local.get 0) (i32.const 1))))))`);
    const { verdict, program, doubts } = await decide(read, js(puckjs));
    expect(verdict).toBe(Verdict.MayFit);
    expect(program!.memory.start).toBe(STACK - 64 - 1024);
    expect(doubts).toContain('stack: calls that take more than 1088 bytes of linear memory trap');
  });

  it('has room for a page more where it grows, if the board has', async () => {
    const read = rust('(func (export "grow") (result i32) (memory.grow (i32.const 1)))');
    const { program } = await decide(read, js(findBoard('banglejs2')!));
    expect(program!.memory).toEqual({ start: STACK - 32, bytes: 32 + 2 * 65536 });
    await expect(decide(read, js(puckjs))).resolves.toMatchObject({ verdict: Verdict.DoesNotFit });
  });

  it('is where the options say, if that is where the module uses it', async () => {
    const given = (options: object) => decide(rust(''), { ...js(puckjs), ...options });
    const { program } = await given({ memoryStart: STACK - 1001, memoryBytes: 3000 });
    expect(program!.memory).toEqual({ start: STACK - 1008, bytes: 3008 });
    expect(program!.warnings).toEqual([]);
    const refusals: [object, string][] = [
      [
        { memoryStart: STACK },
        `memory cannot begin at ${STACK}: the stack of the module grows down from byte ${STACK}`,
      ],
      [
        { memoryStart: STACK + 8 },
        `memory cannot begin at ${STACK + 8}: the data of the module begin at byte ${STACK}`,
      ],
      [{ memoryStart: 17 * 65536 }, `memory cannot begin at ${17 * 65536}: the module declares ${17 * 65536} bytes`],
      [{ memoryStart: STACK - 64, memoryBytes: 16 }, `16 bytes of memory from byte ${STACK - 64} on are too few`],
    ];
    for (const [options, message] of refusals) {
      const { verdict, refusal } = await given(options);
      expect(verdict).toBe(Verdict.DoesNotFit);
      expect(refusal!.message).toContain(message);
    }
  });

  it('is chosen for machine code, too', async () => {
    const native = { ...js(puckjs), tier: 'native' as const };
    const { program } = await decide(rust(''), native);
    expect(program!.memory).toEqual({ start: STACK - 32, bytes: 1056 });
  });

  it('takes --memory for bytes from there on', async () => {
    const { program } = await decide(rust(''), { ...js(puckjs), memoryBytes: 2048 });
    expect(program!.memory).toEqual({ start: STACK - 32, bytes: 2048 });
  });
});

describe('a start function', () => {
  // Grows its memory by so many pages, and traps without them.
  const growing = (pages: number) =>
    text(`(module (memory (export "memory") 1)
      (func $start (if (i32.lt_s (memory.grow (i32.const ${pages})) (i32.const 0)) (then unreachable)))
      (start $start))`);

  it('is told the memory that the program asks for before it calls the host, too', async () => {
    const program = text(`(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)
      (func $grow (if (i32.lt_s (memory.grow (i32.const 1)) (i32.const 0)) (then unreachable)))
      (func (export "_start") (call $grow) (call $exit (i32.const 0)))
      (start $grow))`);
    const { refusal } = await decide(program, js(findBoard('banglejs2')!));
    expect((refusal as BuildError).notes).toEqual([
      '--memory 196608: on a board with room for that; _start asks for more than the start function',
    ]);
  });

  it('that traps with the memory that it gets is refused, with what it needs', async () => {
    const { verdict, refusal } = await decide(growing(7), js(findBoard('banglejs2')!));
    expect(verdict).toBe(Verdict.DoesNotFit);
    expect(refusal!.message).toMatch(
      /^the start function of the module traps with 65536 bytes of memory \(unreachable.*memory has 524288 bytes$/,
    );
    expect(await decide(growing(0), js(findBoard('banglejs2')!))).toMatchObject({ verdict: Verdict.MayFit });
  });

  it('that traps anyway is for the board to tell', async () => {
    const read = text('(module (memory 1) (func $start unreachable) (start $start))');
    expect(await decide(read, js(findBoard('banglejs2')!))).toMatchObject({ verdict: Verdict.Fits });
  });

  it('that calls host functions is not run', async () => {
    const read = text(`(module (import "espruino" "clearWatch" (func $host (param i32))) (memory 1)
      (func $start (call $host (i32.const 0)) unreachable) (start $start))`);
    expect(await decide(read, js(findBoard('banglejs2')!))).toMatchObject({ verdict: Verdict.Fits });
  });
});

describe('the estimate of JsVars', () => {
  it('counts the variables of calls that run at the same time', async () => {
    // Four calls, one within another, with 40 variables each that are needed behind the call.
    const depths = [0, 1, 2, 3];
    const locals = Array.from({ length: 40 }, (_, index) => index + 1);
    const bodies = depths.map((depth) => {
      const sets = locals.map((each) => `(local.set ${each} (i32.mul (local.get 0) (i32.const ${each * 9001})))`);
      const call = depth < 3 ? `(call ${depth + 1} (local.get 0))` : '(call 4 (local.get 0))';
      const sum = locals.map((each) => `(local.get ${each}) i32.add`).join(' ');
      return `(func (export "f${depth}") (param i32) (result i32) (local ${'i32 '.repeat(40)}) ${sets.join(' ')} ${call} ${sum})`;
    });
    const read = text(`(module ${bodies.join('\n')}
      (func (export "last") (param i32) (result i32) (loop (result i32)
        (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if 0 (local.get 0)) (i32.const 7))))`);
    const { program } = await decide(read, { ...js(findBoard('banglejs2')!), optimise: false });
    const board = findBoard('banglejs2')!;
    const simulated = new SimulatedBoard(board);
    for (const { name, bytes } of program!.image.files) simulated.storage.write(name, bytes);
    simulated.run('require("app").f0(60000)');
    const peak = simulated.peakJsVars - (board.jsVars.count - board.freeJsVars);
    const variables = program!.figures.jsVars.parts.find(({ part }) => part === 'variables of calls')!;
    expect(variables.jsVars).toBeGreaterThan(4 * 2 * 40);
    expect(peak).toBeGreaterThan(program!.jsVars - variables.jsVars);
    expect(peak).toBeLessThanOrEqual(program!.jsVars);
  });
});
