// Memory that starts behind address 0, on every tier: accesses below and behind it trap, the others are those of whole memory.
// Node's WebAssembly has no windows: there, instructions of the module trap below the start.
import { describe, expect, test } from 'vitest';
import { NativeInstance, NativeTrap } from '../../bench/native/native-instance.js';
import { CORTEX_M0_PLUS, CORTEX_M4F, type Cpu } from '../../machine/thumb/cpu.js';
import { Engine, ExternalKind, large } from '../../src/index.js';
import { VerificationLevel } from '../../src/safety/index.js';
import { type BuildOptions, buildProgram } from '../../targets/board/build.js';
import { compileThumb } from '../../targets/compiler/thumb/image.js';
import { withMemoryStart } from '../../targets/module/module-code.js';
import { readModule } from '../../targets/module/read-module.js';
import { compileModule } from '../../targets/node/compile-module.js';
import { amount, everyNth, isFull } from '../amount.js';
import { wat } from '../core/wat.js';
import { type Form, loadInNode } from '../targets/board/script-program.js';
import { loadModule, PAGE, storeModule } from './accesses.js';
import { buildInNode, exportedOnBoard, type Program, roomyBoard } from './board-program.js';
import {
  engineFunction,
  firstDifference,
  formatOutcome,
  type Invoke,
  memoryOf,
  nodeFunction,
  nodeMemory,
  Trapped,
} from './execution.js';
import { sameResults } from './nan.js';
import { valuesOf, wordsOf } from './native-program.js';
import { loadRows, type OpcodeRow, storeRows } from './opcode-rows.js';
import { inputsOf, type OpcodeModule } from './opcodes.js';
import { type PlatformInstance, platform } from './platform.js';

Error.stackTraceLimit = 0;

const START = 4112;
const BYTES = PAGE - START;
const OUT_OF_BOUNDS = 'out of bounds memory access';

interface Windowed {
  call(name: string): Invoke;
  memory(): Uint8Array;
}

const TIERS: Record<string, (bytes: Uint8Array) => Windowed | Promise<Windowed>> = {
  engine: (bytes) => {
    const capacities = { ...large, memoryBytes: BYTES, instances: 1, modules: 1 };
    const engine = new Engine(capacities, { partialMemory: true, memoryStart: START });
    const instance = engine.instantiate(engine.load(bytes));
    return {
      call: (name) => engineFunction(engine, engine.exportedFunction(instance, name)),
      memory: () => memoryOf(engine, instance),
    };
  },
  'translated for Node': (bytes) => {
    const exports = compileModule(bytes, { dialect: 'node', memoryStart: START }).instantiate().exports();
    const instance = { exports } as unknown as PlatformInstance;
    return { call: (name) => nodeFunction(instance, name), memory: () => nodeMemory(instance, 'memory') };
  },
  'translated for boards': (bytes) => onBoard(bytes, 'plain'),
  jit: (bytes) => onBoard(bytes, 'jit'),
  fuel: (bytes) => onBoard(bytes, 'fuel'),
  slices: (bytes) => onBoard(bytes, 'slices'),
  'verified in full': (bytes) => onBoard(bytes, 'plain', { verification: VerificationLevel.Full }),
  'machine code for Cortex-M4': (bytes) => onProcessor(bytes, CORTEX_M4F),
  'machine code for Cortex-M0+': (bytes) => onProcessor(bytes, CORTEX_M0_PLUS),
  'interpreted on boards': async (bytes) => {
    const { image } = await buildProgram(readModule(bytes), {
      board: roomyBoard,
      name: 'window',
      tier: 'interp',
      memoryStart: START,
      memoryBytes: BYTES,
      epilogue: () => 'BOARD_EXPORTS.contents = function () { return bytes; };',
    });
    const program = loadInNode('window', image.files) as unknown as Record<string, (...values: unknown[]) => number>;
    return {
      call: (name) => (values) => {
        try {
          const result = program[name](...values);
          return result === undefined ? [] : [result];
        } catch (error) {
          return new Trapped(-1, (error as Error).message);
        }
      },
      memory: () => program.contents() as unknown as Uint8Array,
    };
  },
};

function onProcessor(bytes: Uint8Array, cpu: Cpu): Windowed {
  const code = withMemoryStart(readModule(bytes), START);
  const instance = new NativeInstance(code, compileThumb(code, { cpu, fuel: false }));
  return {
    call: (name) => {
      const index = instance.exported(ExternalKind.Function, name);
      const { parameters, results } = code.functions[index];
      return (values) => {
        try {
          return valuesOf(results, instance.call(index, wordsOf(parameters, values)));
        } catch (error) {
          if (!(error instanceof NativeTrap)) throw error;
          return new Trapped(error.code, error.message);
        }
      };
    },
    memory: () => instance.memory!.bytes.subarray(0, instance.memory!.size),
  };
}

async function onBoard(bytes: Uint8Array, form: Form, options: Partial<BuildOptions> = {}): Promise<Windowed> {
  const built = await buildInNode(bytes, form, { memoryStart: START, memoryBytes: BYTES, ...options });
  const { program } = built as { program: Program };
  return { call: (name) => exportedOnBoard(built, name), memory: () => program.memory() };
}

async function check(given: OpcodeModule, guarded: OpcodeModule, tier: string): Promise<void> {
  const { forms } = given;
  const windowed = await TIERS[tier](given.bytes);
  const node = new platform.Instance(new platform.Module(guarded.bytes));
  let traps = 0;
  for (const [turn, form] of forms.entries()) {
    const { name, results } = form;
    const ours = windowed.call(name);
    const nodes = nodeFunction(node, name);
    for (const values of everyNth(inputsOf(form), 5, turn)) {
      const found = ours(values);
      const expected = nodes(values);
      if (expected instanceof Trapped) traps++;
      const isSame =
        found instanceof Trapped
          ? expected instanceof Trapped && found.message.startsWith(OUT_OF_BOUNDS)
          : sameResults(results, found, expected);
      if (!isSame) expect.fail(`${name} (${values}): ${formatOutcome(found)}, Node: ${formatOutcome(expected)}`);
    }
  }
  const difference = firstDifference(windowed.memory(), nodeMemory(node, 'memory').subarray(START));
  if (difference >= 0) expect.fail(`the memories differ from byte ${START + difference} on`);
  expect(traps).toBeGreaterThan(amount(180, 1000));
}

const WINDOW = { start: START, isGuarded: false };
const GUARDED = { start: START, isGuarded: true };
const NARROW = ['i32.load', 'i32.store8', 'i32.load8_s', 'i32.store'];
const WIDE = ['i64.load', 'f64.store'];
/** `npm test` tries a sixth of the accesses on each tier, and each access on a sixth of the tiers. */
const SHARE = isFull ? 1 : 6;

describe.each(Object.keys(TIERS))('%s', (tier) => {
  const wanted = tier === 'interpreted on boards' ? NARROW : [...NARROW, ...WIDE];
  const first = Object.keys(TIERS).indexOf(tier);
  const chosen = wanted.filter((_, index) => (index + first) % SHARE === 0);
  const isWanted = ({ mnemonic }: OpcodeRow) => chosen.includes(mnemonic);
  test.each(loadRows.filter(isWanted))('$mnemonic', (row) =>
    check(loadModule(row, true, WINDOW), loadModule(row, true, GUARDED), tier),
  );
  test.each(storeRows.filter(isWanted))('$mnemonic', (row) =>
    check(storeModule(row, true, WINDOW), storeModule(row, true, GUARDED), tier),
  );

  test('instructions on many bytes', async () => {
    const { call, memory } = await TIERS[tier](BULK);
    const run = (name: string, ...values: number[]) => {
      const found = call(name)(values);
      return found instanceof Trapped ? found.message.slice(0, OUT_OF_BOUNDS.length) : (found[0] ?? 'done');
    };
    const at = (address: number) => Buffer.from(memory()).toString('latin1', address - START, address - START + 4);
    expect(at(START)).toBe('data');
    expect(run('copy', START + 8, START, 4)).toBe('done');
    expect(at(START + 8)).toBe('data');
    expect(run('fill', PAGE - 4, 97, 4)).toBe('done');
    expect(at(PAGE - 4)).toBe('aaaa');
    expect(run('init', START + 4, 2, 4)).toBe('done');
    expect(at(START + 4)).toBe('2345');
    // Zero bytes are nowhere: with a pointer below the window, as empty lists of Rust have.
    for (const name of ['copy', 'fill', 'init']) expect(run(name, 1, 1, 0), name).toBe('done');
    const outside: [name: string, ...values: number[]][] = [
      ['copy', START - 1, START, 4],
      ['copy', START, START - 1, 4],
      ['copy', PAGE - 3, START, 4],
      ['copy', -1, START, 4],
      ['fill', START - 4, 0, 4],
      ['fill', START - 1, 0, 2],
      ['fill', PAGE - 3, 0, 4],
      ['fill', 0, 0, PAGE],
      ['init', START - 1, 0, 1],
      ['init', START, 8, 4],
    ];
    for (const [name, ...values] of outside) expect(run(name, ...values), `${name} ${values}`).toBe(OUT_OF_BOUNDS);
    expect([at(START), at(START + 4), at(START + 8), at(PAGE - 4)]).toEqual(['data', '2345', 'data', 'aaaa']);
    expect(run('size')).toBe(1);
    expect([run('grow', 0), run('grow', 65536)]).toEqual([1, -1]);
  });
});

const BULK = wat(`(module
  (memory (export "memory") 1)
  (data (i32.const ${START}) "data")
  (data $passive "0123456789")
  (func (export "size") (result i32) (memory.size))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init") (param i32 i32 i32) (memory.init $passive (local.get 0) (local.get 1) (local.get 2))))`);
