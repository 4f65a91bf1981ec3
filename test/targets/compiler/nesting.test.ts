// The JavaScript that modules are translated to: what is nested, what is named, and how loops come out.
import { describe, expect, it } from 'vitest';
import { compileModule } from '../../../targets/node/compile-module.js';
import { wat } from '../../core/wat.js';

/** The lines of the body of the last function. */
function bodyOf(source: string, without: string[] = []): string[] {
  const { text } = compileModule(wat(source), { dialect: 'node', lines: true, without });
  const start = text.lastIndexOf('\nfunction ');
  const lines = text.slice(start + 1, text.lastIndexOf('\n}\nreturn [')).split('\n');
  return lines.slice(1);
}

describe('values', () => {
  it('are nested into trees, each sum wrapped once', () => {
    expect(
      bodyOf(`(module (func (export "f") (param i32 i32) (result i32)
        (i32.xor (i32.add (i32.add (local.get 0) (local.get 1)) (i32.const 3)) (i32.shl (local.get 1) (i32.const 35)))))`),
    ).toEqual(['return v0+v1+3^v1<<3;']);
  });

  it('keep the order of what traps and what writes', () => {
    const lines = bodyOf(`(module (memory 1) (func (export "f") (param i32) (result i32) (local i32)
      (i32.load (local.get 0))
      (i32.store (local.get 0) (i32.const 7))
      (i32.load (local.get 0))
      (i32.sub)))`);
    expect(lines.map((line) => line.replace(/,\d+\)/g, ')'))).toEqual([
      'let v1=0,m=M;',
      'const t0=m.i32(v0);',
      'm.s32(v0,7);',
      'return t0-m.i32(v0)|0;',
    ]);
  });

  it('of a variable are read before it is written', () => {
    expect(
      bodyOf(
        `(module (func (export "f") (param i32 i32) (result i32)
        (local.get 0) (local.set 0 (local.get 1)) (local.get 0) (i32.sub)))`,
        ['propagation'],
      ),
    ).toEqual(['v0|=0;', 'const t0=v0;', 'v0=v1;', 'return t0-v0|0;']);
  });

  it('that are chosen from do nothing that could be seen', () => {
    const lines = bodyOf(`(module (func (export "f") (param i32 i32) (result i32)
      (select (i32.div_u (local.get 0) (local.get 1)) (i32.const 1) (local.get 1))))`);
    expect(lines[0]).toMatch(/^const t0=i32_div_u\(v0,v1,\d+\);$/);
    expect(lines[1]).toBe('return v1?t0:1;');
  });
});

describe('accesses to f32', () => {
  const accesses = (body: string) => {
    const lines = bodyOf(`(module (memory 1) (func (export "f") (param i32 f32) (result f32) ${body}))`);
    return lines.join('').match(/\bf32_load|\bf32_store|\bm\.s?f32/g);
  };

  it('are those of DataView where no bits of a NaN can be seen', () => {
    expect(accesses('(f32.add (f32.load (local.get 0)) (f32.load offset=4 (local.get 0)))')).toEqual([
      'm.f32',
      'm.f32',
    ]);
    expect(accesses('(f32.store (local.get 0) (f32.mul (local.get 1) (f32.const 3))) (f32.const 0)')).toEqual([
      'm.sf32',
    ]);
  });

  it('keep the bits of a NaN that is only moved', () => {
    expect(accesses('(f32.load (local.get 0))')).toEqual(['f32_load']);
    expect(accesses('(f32.neg (f32.load (local.get 0)))')).toEqual(['f32_load']);
    expect(accesses('(f32.store (local.get 0) (local.get 1)) (f32.const 0)')).toEqual(['f32_store']);
    expect(accesses('(f32.store (local.get 0) (f32.load offset=4 (local.get 0))) (f32.const 0)')).toEqual([
      'f32_store',
      'f32_load',
    ]);
  });
});

it('text for engines that do not optimise accesses memory through the DataView alone', () => {
  const source = `(module (memory 1) (func (export "f") (param i32) (result i32)
    (i32.add (i32.load (local.get 0)) (i32.add (i32.load offset=4 (local.get 0)) (i32.load offset=8 (local.get 0))))))`;
  const { text } = compileModule(wat(source), { dialect: 'node', interpreted: true });
  expect(text).not.toContain('ElementView');
  expect(text.match(/\bm\.i32\(/g)).toHaveLength(3);
});

describe('control', () => {
  it('has do-while loops where one branch, at the end, leads back', () => {
    expect(
      bodyOf(`(module (func (export "f") (param i32)
        (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`),
    ).toEqual(['v0|=0;', 'do{', 'v0=v0-1|0;', '}while(v0);']);
  });

  it('has no block that nothing branches to', () => {
    expect(
      bodyOf('(module (func (export "f") (result i32) (block (result i32) (block (result i32) (i32.const 5)))))'),
    ).toEqual(['return 5;']);
  });
});

describe('numbers for V8', () => {
  const body = (operation: string, type: string) =>
    bodyOf(`(module (func (export "f") (param f64 f64) (result ${type}) (${operation})))`);

  it('are floats where all of them may have been integers', () => {
    const zero = 'let Z_=Z;';
    expect(body('f64.lt (local.get 0) (local.get 1)', 'i32')).toEqual([zero, 'return v0-Z_<v1|0;']);
    const product = 'f64.mul (local.get 0) (f64.add (local.get 0) (f64.const 1))';
    expect(body(`f64.sub (f64.const 0.5) (${product})`, 'f64').slice(0, 2)).toEqual([
      zero,
      'const t0=0.5-v0*(v0-Z_+1);',
    ]);
  });

  it('are read as what they are where loops change them', () => {
    expect(body('local.tee 0 (f64.neg (local.get 0))', 'f64')[0]).toBe('v0=+v0;');
  });
});

describe('indirect calls', () => {
  const source = (change: string) => `(module (type $t (func (param i32) (result i32)))
    (table 8 funcref) (elem (i32.const 1) $a $b $a $c)
    (func $a (type $t) (i32.const 1)) (func $b (type $t) (i32.const 2)) (func $c)
    (func (export "f") (param i32) (result i32) (call_indirect (type $t) (i32.const 7) (local.get 0)) ${change}))`;
  const text = (change = '') => compileModule(wat(source(change)), { dialect: 'node', lines: true }).text;

  it('choose among the functions of a table that never changes', () => {
    expect(text()).toContain('case 1:case 3:return f0(a0);');
    expect(text()).toContain('case 2:return f1(a0);');
    expect(text()).not.toContain('f2(a0)');
    expect(text()).toMatch(/return c0_0\(v0,7,\d+\);/);
  });

  it('look up what may change', () => {
    expect(text('(table.set (i32.const 0) (ref.null func))')).toContain('return entry.call(a0);');
  });
});

describe('passes', () => {
  const source = `(module (memory 1) (func (export "f") (param i32) (result i32) (local i32)
    (local.set 1 (i32.mul (local.get 0) (i32.const 2)))
    (i32.store offset=8 (local.get 0) (i32.add (i32.const 1) (i32.const 2)))
    (i32.load offset=4 (local.get 0))))`;
  const [, store, load] = bodyOf(source);

  it('fold constants', () => {
    expect(store).toMatch(/,3,\d+\);$/);
    expect(bodyOf(source, ['folding', 'propagation', 'known-values'])[1]).toMatch(/,1\+2,\d+\);$/);
  });

  it('propagate constants and copies', () => {
    const copies = `(module (func (export "f") (param i32 i32) (result i32) (local i32 i32)
      (local.set 2 (local.get 0))
      (local.set 3 (i32.const 4))
      (block (br_if 0 (local.get 1)) (local.set 0 (i32.const 9)))
      (i32.add (local.get 2) (i32.add (local.get 0) (i32.sub (local.get 3) (i32.const 1))))))`;
    // Variable 0 may have been written since: variable 2 still holds what it was.
    expect(bodyOf(copies)).toEqual([
      'let v2=0,v3=0;',
      'v0|=0;',
      'v2=v0;',
      'if(!v1){',
      'v0=9;',
      '}',
      'return v2+v0+3|0;',
    ]);
    expect(bodyOf(copies, ['propagation', 'known-values']).at(-1)).toBe('return v2+v0+v3-1|0;');
    const copied = `(module (func (export "f") (param i32) (result i32) (local i32)
      (local.set 1 (local.get 0))
      (i32.mul (local.get 1) (local.get 1))))`;
    expect(bodyOf(copied)).toEqual(['let v1=0;', 'return Math.imul(v0,v0);']);
  });

  it('remove what is not used', () => {
    expect(bodyOf(source)).toHaveLength(3);
    expect(bodyOf(source, ['dead-code'])).toHaveLength(4);
  });

  it('prove addresses', () => {
    expect(store).toMatch(/^m\.s32\(\(v0>>>0\)\+8,/);
    expect(load).toMatch(/^return m\.i32\(v0\+4\|0,/);
    expect(bodyOf(source, ['facts'])[2]).toMatch(/^return m\.i32\(\(v0>>>0\)\+4,/);
  });

  it('take no address for proven that has changed since', () => {
    const lines = bodyOf(`(module (memory 1) (func (export "f") (param i32 i32) (result i32)
      (drop (i32.load (local.get 0)))
      (loop
        (drop (i32.load offset=4 (local.get 0)))
        (local.set 0 (i32.sub (local.get 0) (i32.const 8)))
        (br_if 0 (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
      (i32.load offset=4 (local.get 0))))`);
    expect(lines.filter((line) => line.includes('>>>0)+4'))).toHaveLength(2);
  });
});
