// A module that has every instruction a board's program can have: what the run-only runtime takes at most.
import { Immediate, opcodeTable } from '../../../src/opcodes.js';
import { wat } from '../../core/wat.js';

const NAMES: Record<string, string> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64' };
const LITERALS: Record<string, string> = { i: '3', I: '0x300000005', f: '1.5', F: '2.25' };

/** Numeric instructions, each with registers and with a constant on the right. */
function numeric(): string[] {
  return opcodeTable.flatMap(([, name, immediate, signature]) => {
    if (immediate !== Immediate.None || !signature.includes(':') || !/^[if](32|64)\./.test(name)) return [];
    if (/128|mul_wide/.test(name)) return [];
    const [parameters, [result]] = signature.split(':');
    const local = (letter: string, at: number) => `(local.get $${letter}${at})`;
    const operands = [...parameters].map(local);
    const constant = [local(parameters[0], 0), `(${NAMES[parameters[1]]}.const ${LITERALS[parameters[1]]})`];
    const forms = parameters.length > 1 ? [operands, constant] : [operands];
    return forms.map((form) => `(local.set $${result}0 (${name} ${form.join(' ')}))`);
  });
}

function memory(): string[] {
  const accesses = ['32.load', '32.load8_s', '32.load8_u', '32.load16_s', '32.load16_u'].map((name) => `i${name}`);
  accesses.push('i64.load', 'f64.load', 'f32.load');
  for (const size of ['8', '16', '32']) accesses.push(`i64.load${size}_s`, `i64.load${size}_u`);
  const loads = accesses.map((name) => `(local.set $${letterOf(name)}0 (${name} offset=4 (local.get $i1)))`);
  const stores = ['i32.store', 'i32.store8', 'i32.store16', 'i64.store', 'f64.store'].flatMap((name) => {
    const letter = letterOf(name);
    const register = `(${name} (local.get $i1) (local.get $${letter}0))`;
    return letter === 'i' ? [register, `(${name} (local.get $i1) (i32.const 5))`] : [register];
  });
  return [...loads, ...stores];
}

const letterOf = (name: string) => Object.keys(NAMES).find((letter) => name.startsWith(NAMES[letter]))!;

/** Conditional branches: comparisons, and tests for zero. */
function branches(): string[] {
  const lines: string[] = [];
  const add = (condition: string) => lines.push(`(block (br_if 0 ${condition}) (local.set $i1 (i32.const 9)))`);
  for (const [type, letter] of Object.entries({ i32: 'i', i64: 'I', f32: 'f', f64: 'F' })) {
    const integer = type.startsWith('i');
    const signs = integer ? ['eq', 'ne', 'lt_s', 'lt_u', 'le_s', 'le_u', 'gt_s', 'gt_u'] : ['eq', 'ne', 'lt', 'le'];
    for (const name of signs) {
      const condition = `(${type}.${name} (local.get $${letter}0) (local.get $${letter}1))`;
      add(condition);
      if (!integer) add(`(i32.eqz ${condition})`);
      if (type === 'i32') add(`(i32.${name} (local.get $i0) (i32.const 7))`);
    }
    if (integer) add(`(${type}.eqz (local.get $${letter}0))`);
  }
  add('(local.get $i0)');
  add('(i64.ne (local.get $I0) (i64.const 0))');
  return lines;
}

const MOVES = Object.entries(NAMES).flatMap(([letter, type]) => [
  `(local.set $${letter}0 (local.get $${letter}1))`,
  `(local.set $${letter}0 (${type}.const ${LITERALS[letter]}))`,
  `(local.set $${letter}0 (select (local.get $${letter}0) (local.get $${letter}1) (local.get $i1)))`,
  `(local.set $${letter}0 (global.get $${letter}))`,
  `(global.set $${letter} (local.get $${letter}1))`,
]);

const BULK = `(memory.init $data (local.get $i0) (local.get $i0) (local.get $i1)) (data.drop $data)
  (memory.fill (local.get $i0) (local.get $i0) (local.get $i1)) (memory.copy (local.get $i0) (local.get $i0) (local.get $i1))
  (table.init $table $elements (local.get $i0) (local.get $i0) (local.get $i1)) (elem.drop $elements)
  (table.copy (local.get $i0) (local.get $i0) (local.get $i1)) (table.fill (local.get $i0) (ref.null func) (local.get $i1))
  (table.set (local.get $i0) (table.get (local.get $i1))) (local.set $i0 (table.size))
  (local.set $i0 (table.grow (ref.null func) (local.get $i1))) (local.set $i0 (ref.is_null (table.get (local.get $i1))))
  (local.set $i0 (memory.grow (local.get $i1))) (local.set $i1 (memory.size))`;

const LOCALS = Object.entries(NAMES).map(([letter, type]) => `(local $${letter}0 ${type}) (local $${letter}1 ${type})`);
const RESULTS = Object.entries(NAMES).map(
  ([letter, type]) => `(func $return${letter} (result ${type}) (local $x ${type}) (local.get $x))`,
);

/** Without wide arithmetic, for which there is no assembler. */
export const EVERY_INSTRUCTION = wat(`(module
  (memory (export "memory") 1) (table $table 4 funcref) (elem $elements func $all) (data $data "abcdefghijkl")
  ${Object.entries(NAMES)
    .map(([letter, type]) => `(global $${letter} (mut ${type}) (${type}.const 1))`)
    .join('\n')}
  ${RESULTS.join('\n')}
  (func $all (export "all") ${LOCALS.join(' ')}
    ${[...numeric(), ...memory(), ...branches(), ...MOVES].join('\n')} ${BULK}
    (block (block (br_table 0 1 (local.get $i0))) (unreachable))
    (call $all) (call_indirect (local.get $i0)) ${Object.keys(NAMES)
      .map((letter) => `(drop (call $return${letter}))`)
      .join(' ')}
    (loop $again (br_if $again (local.get $i0))))
  (func $tail (param i32) (return_call $all))
  (func $tailIndirect (param i32) (return_call_indirect (local.get 0))))`);
