// Features of WebAssembly 3.0 that are not supported: each is refused by its name, with what to do, and never called malformed.
import { describe, expect, it } from 'vitest';
import { DecodeError, Engine, type EngineError, small, ValidationError } from '../../src/index.js';
import { assembleText } from '../../targets/module/text-format.js';
import { expectToWork, thrownBy } from './adder.js';
import { unsupportedModules } from './unsupported-modules.js';

const capacities = { ...small, modules: 2, instances: 2, definitions: 2 };

describe('a feature of WebAssembly 3.0', () => {
  it.each(unsupportedModules)('$what: $feature', ({ feature, advice, what, bytes }) => {
    const engine = new Engine(capacities);
    const error = thrownBy(() => engine.load(bytes)) as EngineError;
    expect(error.message.startsWith(`${feature}: ${what}`)).toBe(true);
    expect(error.message).toMatch(advice);
    expect(error.message).not.toMatch(/malformed|illegal|too large/);
    expect(error.message.endsWith(` at byte ${error.offset}`)).toBe(true);
    expect(error).toBeInstanceOf(what === '2 memories' ? ValidationError : DecodeError);
    expectToWork(engine);
  });
});

describe('a text', () => {
  const OLD = ['(func (param i32) get_local 0 drop)', '(memory 1) (func (drop (current_memory)))', '(table 1 anyfunc)'];
  it.each(OLD)('%s is said to be in the old format', async (fields) => {
    await expect(assembleText(`(module ${fields})`)).rejects.toThrow(
      /text format of before 2018: get_local is local.get/,
    );
  });

  it.each(['(func (param anyref))', '(type (struct (field i32)))'])('%s has its feature named', async (fields) => {
    await expect(assembleText(`(module ${fields})`)).rejects.toThrow(/garbage collection is not supported/);
  });
});
