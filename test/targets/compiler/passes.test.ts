// Tests the findings and changes of passes.
import { describe, expect, it } from 'vitest';
import { FunctionBuilder } from '../../../targets/compiler/intermediate/builder.js';
import { definitionOf, findDefinitions } from '../../../targets/compiler/intermediate/definitions.js';
import { dump } from '../../../targets/compiler/intermediate/dump.js';
import {
  type FunctionCode,
  type Instruction,
  Proven,
  visit,
} from '../../../targets/compiler/intermediate/instruction.js';
import { isLoad, isStore, Operation, operationName } from '../../../targets/compiler/intermediate/operation.js';
import { verify } from '../../../targets/compiler/intermediate/verify.js';
import { ELEMENT_VIEWS, espruinoCosts, espruinoPasses } from '../../../targets/compiler/javascript/espruino/passes.js';
import { nodeCosts, nodePasses } from '../../../targets/compiler/javascript/node/passes.js';
import { boundsChecks } from '../../../targets/compiler/passes/bounds-checks.js';
import { facts } from '../../../targets/compiler/passes/facts.js';
import type { ModuleAlignment } from '../../../targets/compiler/passes/module-alignment.js';
import { runPasses, simplifier } from '../../../targets/compiler/passes/runner.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';

/** The intermediate code of a function behind the passes for interpreters, a line an instruction, without indentation. */
function linesOf(source: string, without: string[] = []): string[] {
  const code = codeOf(source, new Set(without));
  runPasses(code, espruinoPasses, espruinoCosts, {
    without: new Set(without),
    canonicalNaN: true,
    minimumMemory: 65536,
  });
  return dump(code)
    .split('\n')
    .map((line) => line.trim());
}

function codeOf(source: string, without: ReadonlySet<string> = new Set()): FunctionCode {
  const code = readModule(wat(source));
  return new FunctionBuilder(code, { fuel: false, simplify: simplifier(without), costs: espruinoCosts }).build(
    code.functions.length - 1,
  );
}

/** Returns the proven facts of selected instructions. */
function provenIn(body: string, selects: (instruction: Instruction) => boolean, minimumMemory = 65536): string[] {
  const code = codeOf(`(module (memory 1) (func (param i32 i32) (result i32) (local i32 i32) ${body}))`);
  runPasses(code, nodePasses, nodeCosts, { canonicalNaN: true, minimumMemory });
  const found: string[] = [];
  visit(code.body, (instruction) => {
    if (!selects(instruction)) return;
    const facts = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].filter((fact) => instruction.has(fact));
    found.push(`${operationName(instruction.operation)}: ${facts.map((fact) => Proven[fact]).join(' ')}`);
  });
  return found;
}

const isAccess = ({ operation }: Instruction) => isLoad(operation) || isStore(operation);
const named = (name: string) => (instruction: Instruction) => operationName(instruction.operation) === name;

describe('a choice with a constant condition', () => {
  it('is replaced by the arm that it takes', () => {
    const lines = linesOf(`(module (memory 1) (func (param i32) (result i32)
      (if (i32.and (i32.shl (local.get 0) (i32.const 2)) (i32.const 3))
        (then (i32.store (i32.const 0) (i32.const 1)))
        (else (i32.store (i32.const 8) (i32.const 2))))
      (local.get 0)))`);
    expect(lines.filter((line) => line.includes('i32.store'))).toHaveLength(1);
    expect(lines.join()).toContain('8');
    expect(lines.filter((line) => /\bif\b/i.test(line))).toEqual([]);
  });
});

describe('definitions', () => {
  /** For each Get, by what the variable is defined. */
  function definitions(body: string): string[] {
    const code = codeOf(`(module (func (param i32 i32) (result i32) (local i32) ${body}))`);
    findDefinitions(code);
    const found: string[] = [];
    visit(code.body, (instruction) => {
      if (instruction.operation !== Operation.Get) return;
      const { operation, operands, index } = definitionOf(instruction);
      found.push(`${operationName(operation)}${operation === Operation.Phi ? operands.length : ` ${index}`}`);
    });
    return found;
  }

  it('are parameters, initial values, and what was set', () => {
    expect(definitions('(local.set 2 (i32.const 7)) (i32.add (local.get 0) (local.get 2))')).toEqual([
      'Parameter 0',
      'Constant 7',
    ]);
    expect(definitions('(local.get 2)')).toEqual(['Constant 0']);
  });

  it('join behind blocks and ifs, and at the heads of loops', () => {
    expect(
      definitions(`(if (local.get 0) (then (local.set 2 (i32.const 1))) (else (local.set 2 (local.get 1))))
        (local.get 2)`),
    ).toEqual(['Parameter 0', 'Parameter 1', 'Phi2']);
    expect(
      definitions(`(block (br_if 0 (local.get 0)) (local.set 2 (i32.const 1)) (br_if 0 (local.get 1))
        (local.set 2 (i32.const 2))) (local.get 2)`),
    ).toEqual(['Parameter 0', 'Parameter 1', 'Phi3']);
    expect(
      definitions(`(loop (local.set 2 (i32.add (local.get 2) (i32.const 1))) (br_if 0 (local.get 0))) (local.get 2)`),
    ).toEqual(['Phi2', 'Parameter 0', 'i32.add 0']);
  });

  it('are one where all ways bring the same', () => {
    expect(
      definitions(`(local.set 2 (local.get 0))
        (loop (if (local.get 1) (then (local.set 2 (local.get 0)))) (br_if 0 (local.get 1)))
        (local.get 2)`),
    ).toEqual(['Parameter 0', 'Parameter 1', 'Parameter 0', 'Parameter 1', 'Parameter 0']);
  });
});

describe('facts', () => {
  it('knows that a counter stays small whose sum an access has found in memory, where the counter grew before', () => {
    const loop = `(local.set 2 (i32.const -1))
      (loop $again
        (local.set 3 (i32.add (local.get 2) (i32.const 3073)))
        (local.set 2 (i32.add (local.get 2) (i32.const 1)))
        (br_if $again (i32.load8_u (local.get 3))))
      (local.get 2)`;
    expect(provenIn(loop, named('i32.add'))).toEqual(['i32.add: Fits', 'i32.add: Fits']);
  });

  it('bounds a variable of a loop that only constants are assigned to', () => {
    const loop = (last: string) => `(loop $again
        (local.set 3 (i32.div_u (i32.const 100) (i32.add (local.get 2) (i32.const 2147483000))))
        (local.set 2 (if (result i32) (i32.load8_u (local.get 0)) (then (i32.const 600)) (else ${last})))
        (br_if $again (local.get 1)))
      (local.get 3)`;
    const sums = named('i32.add');
    expect(provenIn(loop('(i32.const 3)'), sums)).toEqual(['i32.add: Fits']);
    expect(provenIn(loop('(i32.const 700)'), sums)).toEqual(['i32.add: ']);
    expect(provenIn(loop('(local.get 0)'), sums)).toEqual(['i32.add: ']);
  });

  it('of a loop that counts up to a constant', () => {
    const loop = `(loop
      (i32.store offset=1024 (i32.shl (local.get 2) (i32.const 2)) (local.get 0))
      (br_if 0 (i32.ne (local.tee 2 (i32.add (local.get 2) (i32.const 1))) (i32.const 100))))
      (local.get 2)`;
    expect(provenIn(loop, isAccess)).toEqual(['i32.store: Bounded InBounds Aligned Scaled']);
    expect(provenIn(loop, isAccess, 1024 + 400)).toEqual(['i32.store: Bounded InBounds Aligned Scaled']);
    expect(provenIn(loop, isAccess, 1024 + 399)).toEqual(['i32.store: Bounded Aligned Scaled']);
    expect(provenIn(loop, named('i32.add'))).toEqual(['i32.add: Fits']);
  });

  it('of a loop that counts up to a variable', () => {
    const loop = (comparison: string) => `(loop
      (i32.store8 (local.get 2) (local.get 0))
      (br_if 0 (${comparison} (local.tee 2 (i32.add (local.get 2) (i32.const 1))) (local.get 0))))
      (local.get 2)`;
    expect(provenIn(loop('i32.lt_s'), isAccess)).toEqual(['i32.store8: Bounded Aligned']);
    // Memory ends below 2 GiB.
    expect(provenIn(loop('i32.ne'), named('i32.add'))).toEqual(['i32.add: Fits']);
    const unlimited =
      '(loop (br_if 0 (i32.ne (local.tee 2 (i32.add (local.get 2) (i32.const 1))) (local.get 0)))) (local.get 2)';
    expect(provenIn(unlimited, named('i32.add'))).toEqual(['i32.add: ']);
  });

  it('of accesses behind others with the same address', () => {
    const accesses = (second: number) => `(i32.store offset=8 (local.get 0) (i32.const 1))
      (i32.load offset=${second} (local.get 0))`;
    expect(provenIn(accesses(8), isAccess)[1]).toBe('i32.load: Bounded InBounds');
    expect(provenIn(accesses(9), isAccess)[1]).toBe('i32.load: Bounded');
    const sum = `(i32.store offset=8 (local.get 0) (i32.const 1))
      (i32.load offset=4 (i32.add (local.get 0) (i32.const 4)))`;
    expect(provenIn(sum, isAccess)[1]).toBe('i32.load: Bounded InBounds');
  });

  it('of conditions', () => {
    const guarded = (condition: string) => `(if (${condition}) (then (return (i32.rem_s (local.get 0) (local.get 1)))))
      (i32.const 0)`;
    expect(provenIn(guarded('local.get 1'), named('i32.rem_s'))).toEqual(['i32.rem_s: NonZero']);
    expect(provenIn(guarded('i32.gt_s (local.get 1) (i32.const 0)'), named('i32.rem_s'))).toEqual([
      'i32.rem_s: NonZero NoOverflow',
    ]);
    expect(provenIn(guarded('i32.lt_u (local.get 1) (i32.const 9)'), named('i32.rem_s'))).toEqual([
      'i32.rem_s: NoOverflow',
    ]);
    const left = `(br_if 0 (i32.const 0) (i32.le_s (local.get 1) (i32.const 0)))
      (br_if 0 (i32.lt_s (local.get 0) (i32.const 0)))
      (i32.rem_s (local.get 0) (local.get 1)) (i32.add)`;
    expect(provenIn(left, named('i32.rem_s'))).toEqual(['i32.rem_s: NonZero NoOverflow NotNegative']);
  });

  it('of induction variables', () => {
    const code = codeOf(`(module (func (param i32 i32) (result i32) (local i32 i32)
      (loop
        (local.set 3 (i32.sub (local.get 3) (i32.const 8)))
        (br_if 0 (i32.ne (local.tee 2 (i32.add (local.get 2) (i32.const 1))) (i32.const 100))))
      (i32.add (local.get 2) (local.get 3))))`);
    runPasses(code, nodePasses, nodeCosts, { canonicalNaN: true, minimumMemory: 0 });
    const [{ counter, variables, mostRounds }] = code.inductions.values();
    expect(counter.index).toBe(2);
    expect(mostRounds).toBe(99);
    expect(variables.map(({ phi, ...rest }) => ({ variable: phi.index, ...rest }))).toEqual([
      { variable: 3, step: -8, least: -792, most: 0 },
      { variable: 2, step: 1, least: 0, most: 99 },
    ]);
  });

  it('of alignment', () => {
    const body = '(i32.load offset=4 (i32.and (local.get 0) (i32.const -4)))';
    expect(provenIn(body, isAccess)).toEqual(['i32.load: Aligned']);
    const asked = `(if (i32.and (local.get 0) (i32.const 3)) (then (return (i32.const 0)))) (i32.load (local.get 0))`;
    expect(provenIn(asked, isAccess)).toEqual(['i32.load: Aligned']);
  });

  it('of products', () => {
    const product = (mask: number) => `(i32.mul (i32.and (local.get 0) (i32.const ${mask})) (i32.const 100000))`;
    expect(provenIn(product(4095), named('i32.mul'))).toEqual(['i32.mul: Exact Fits']);
    expect(provenIn(product(65535), named('i32.mul'))).toEqual(['i32.mul: Exact']);
    expect(provenIn('(i32.mul (local.get 0) (local.get 1))', named('i32.mul'))).toEqual(['i32.mul: ']);
  });
});

describe('checks', () => {
  /** With facts, and the bounds of accesses checked by instructions. */
  function checked(body: string): string[] {
    const code = codeOf(`(module (memory 1) (global $g (mut i32) (i32.const 0))
      (func (param i32 i32) (result i32) ${body}))`);
    const passes = [...nodePasses, { name: 'bounds-checks', run: boundsChecks }];
    runPasses(code, passes, nodeCosts, { canonicalNaN: true, minimumMemory: 65536 });
    expect(verify(code)).toEqual([]);
    return dump(code, { facts: true })
      .split('\n')
      .map((line) => line.trim().replace(/Bounded | Aligned/g, ''))
      .filter((line) => /Check|load|store/.test(line));
  }

  it('are named by the accesses that rely on them', () => {
    expect(checked('(i32.store offset=8 (local.get 0) (i32.const 1)) (i32.load offset=4 (local.get 0))')).toEqual([
      '%0 = Check 12 v0',
      'i32.store+8 v0, 1 [InBounds] by %0',
      '%1 = i32.load+4 v0 [InBounds] by %0',
    ]);
    expect(checked('(i32.load (i32.const 16))')).toEqual(['%0 = i32.load 16 [InBounds]']);
  });

  it('cover addresses with an index that is small by its operation', () => {
    const chosen = (most: number) => `(i32.store offset=8 (local.get 0) (i32.const 1))
      (i32.load (i32.add (local.get 0) (i32.shl (i32.and (local.get 1) (i32.const ${most})) (i32.const 2))))`;
    expect(checked(chosen(2)).map((line) => line.replace(/^.*(Check|load).*?( by .*)?$/, '$1$2'))).toEqual([
      'Check',
      expect.stringContaining('i32.store'),
      'load by %0',
    ]);
    expect(checked(chosen(3)).filter((line) => line.includes('Check')).length).toBe(2);
  });

  it('are shared by accesses of one base', () => {
    const lines = checked('(i32.add (i32.load (local.get 0)) (i32.load offset=8 (local.get 0)))');
    expect(lines).toEqual([
      '%0 = Check 12 v0',
      '%1 = i32.load v0 [InBounds] by %0',
      '%2 = i32.load+8 v0 [InBounds] by %0',
    ]);
  });

  it('are not shared across what a trap would have to come after', () => {
    for (const between of ['(global.set $g (i32.const 1))', '(i32.store (local.get 0) (i32.const 1))']) {
      const lines = checked(`(drop (i32.load (local.get 0))) ${between} (i32.load offset=8 (local.get 0))`);
      expect(lines.filter((line) => line.includes('Check'))).toHaveLength(2);
    }
    const lines = checked(
      '(i32.load (local.get 0)) (i32.load (local.get 1)) (i32.add) (i32.load offset=8 (local.get 0)) (i32.add)',
    );
    expect(lines.filter((line) => line.includes('Check'))).toHaveLength(3);
  });

  it('are not taken from one way of two', () => {
    const lines = checked(`(if (local.get 1) (then (drop (i32.load (local.get 0))))) (i32.load (local.get 0))`);
    expect(lines.filter((line) => line.includes('Check'))).toHaveLength(2);
  });
});

describe('passes', () => {
  it('let variables share', () => {
    const source = `(module (memory 1) (func (export "f") (param i32) (result i32) (local i32 i32 f64)
      (local.set 1 (i32.load (local.get 0)))
      (i32.store (local.get 0) (local.get 1))
      (loop
        (local.set 2 (i32.add (local.get 0) (local.get 1)))
        (f64.store (local.get 2) (local.tee 3 (f64.load (local.get 1))))
        (f64.store offset=8 (local.get 2) (local.get 3))
        (local.set 0 (local.get 2))
        (br_if 0 (i32.lt_s (local.get 2) (i32.const 100))))
      (i32.sub (local.get 0) (i32.const 1))))`;
    // Variable 2 is the value of variable 0 at its next read; a float needs a variable of its own.
    expect(linesOf(source, [ELEMENT_VIEWS])).toEqual([
      '%0 = i32.load v0',
      'v1 = %0',
      'i32.store v0, v1',
      'loop L0',
      '%1 = i32.add v0, v1',
      'v0 = %1',
      '%2 = f64.load v1',
      'v2 = %2',
      'f64.store v0, v2',
      'f64.store+8 v0, v2',
      '%3 = i32.lt_s v0, 100',
      'if %3',
      'branch L0',
      '%4 = i32.sub v0, 1',
      'return %4',
    ]);
    expect(linesOf(source, ['coalescing'])).toContain('v0 = v2');
  });

  it('keep variables apart that differ', () => {
    const lines = linesOf(`(module (func (export "f") (param i32 i32) (result i32) (local i32)
      (loop
        (local.set 2 (local.get 0))
        (local.set 0 (local.get 1))
        (local.set 1 (local.get 2))
        (br_if 0 (i32.lt_s (local.get 0) (local.get 2))))
      (i32.sub (local.get 0) (local.get 1))))`);
    expect(lines.filter((line) => line.startsWith('v'))).toEqual(['v2 = v0', 'v0 = v1', 'v1 = v2']);
  });

  it('compute what is the same once, if it is dear and nothing was written since', () => {
    const source = (between: string) => `(module (memory 1) (func (export "f") (param i32 i32) (result i32) (local i32)
      (local.set 2 (i32.load (i32.mul (local.get 0) (local.get 1))))
      ${between}
      (i32.add (local.get 2) (i32.load (i32.mul (local.get 1) (local.get 0))))))`;
    const count = (between: string, text: string, without: string[] = []) =>
      linesOf(source(between), without).filter((line) => line.includes(text)).length;
    expect(count('', 'i32.load')).toBe(1);
    expect(count('', 'i32.load', ['common-subexpressions'])).toBe(2);
    expect(count('(i32.store (i32.const 8) (local.get 1))', 'i32.load')).toBe(2);
    expect(count('(i32.store (i32.const 8) (local.get 1))', 'i32.mul')).toBe(1);
    expect(count('(local.set 0 (i32.const 5))', 'i32.mul')).toBe(2);
  });

  it('move what does not change in a loop in front of it, if it is dear', () => {
    const source = (value: string) => `(module (memory 1) (func (export "f") (param i32 i32) (result i32)
      (loop
        (i32.store (local.get 0) ${value})
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 4)))))
      (local.get 0)))`;
    const product = '(i32.mul (local.get 1) (local.get 1))';
    const lines = linesOf(source(product));
    expect(lines.indexOf('%0 = i32.mul v1, v1')).toBeLessThan(lines.indexOf('loop L0'));
    expect(linesOf(source(product), ['loop-invariants', ELEMENT_VIEWS])[0]).toBe('loop L0');
    // Values that stay: cheap ones, and those that change or may trap.
    for (const value of [
      '(i32.xor (local.get 1) (i32.const 1))',
      '(i32.mul (local.get 0) (local.get 1))',
      '(i32.div_u (i32.const 1) (local.get 1))',
    ])
      expect(linesOf(source(value), [ELEMENT_VIEWS])[0]).toBe('loop L0');
  });

  it('use what values are known to be', () => {
    const source = `(module (memory 1) (func (export "f") (param i32) (result i32)
      (i32.and (i32.load8_u (local.get 0)) (i32.const 255))))`;
    expect(linesOf(source)).toEqual(['%0 = i32.load8_u v0', 'return %0']);
    expect(linesOf(source, ['known-values'])).toEqual(['%0 = i32.load8_u v0', '%1 = i32.and %0, 255', 'return %1']);
  });

  it('leave out shifts by what is known to be 0', () => {
    const count = '(i32.shr_u (i32.and (local.get 1) (i32.const 7)) (i32.const 3))';
    const source = `(module (func (param i32 i32) (result i32) (i32.shr_u (local.get 0) ${count})))`;
    expect(linesOf(source)).toEqual(['return v0']);
  });

  it('ask no more than is to be known', () => {
    const source = `(module (func (export "f") (param i32 i32) (result i32)
      (select (local.get 0) (local.get 1) (i32.ne (i32.sub (local.get 0) (local.get 1)) (i32.const 0)))))`;
    const [difference, choice] = ['%0 = i32.sub v0, v1', 'return %1'];
    expect(linesOf(source)).toEqual([difference, '%1 = Select %0, v0, v1', choice]);
    expect(linesOf(source, ['conditions'])).toEqual([
      difference,
      '%1 = i32.ne %0, 0',
      '%2 = Select %1, v0, v1',
      'return %2',
    ]);
  });

  it('remove what only a loop uses', () => {
    const source = `(module (func (export "f") (param i32) (result i32) (local i32)
      (loop
        (local.set 1 (i32.add (local.get 1) (i32.const 3)))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.get 0)))`;
    expect(linesOf(source)).toEqual(['loop L0', '%0 = i32.sub v0, 1', 'v0 = %0', 'if v0', 'branch L0', 'return 0']);
    expect(linesOf(source, ['dead-code']).join('')).toContain('i32.add v1, 3');
  });
});

describe('loops within each other', () => {
  /** How often facts are asked for of a global that each of so many loops reads, whose counters depend on each other. */
  function visitsOf(depth: number): number {
    const loops = '(loop global.get 0 global.set 0 '.repeat(depth);
    const ends = 'local.get 1 i32.const 1 i32.add local.tee 1 local.get 0 i32.lt_s br_if 0)'.repeat(depth);
    const code = codeOf(`(module (global (mut i32) (i32.const 0))
      (func (export "f") (param i32) (result i32) (local i32) ${loops} ${ends} local.get 1))`);
    let visits = 0;
    const alignment = {
      ofGlobal: () => {
        visits++;
        return 1;
      },
      ofParameter: () => 1,
      ofResult: () => 1,
    } as Partial<ModuleAlignment>;
    facts(code, { minimumMemory: 65536, alignment: alignment as ModuleAlignment });
    return visits;
  }

  it('are walked through in proportion to their number, however deep they are', () => {
    const visits = [40, 80].map(visitsOf);
    expect(visits[1]).toBeLessThan(visits[0] * 2.5);
  });
});
