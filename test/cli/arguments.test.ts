// Tests which words of the command line are options, their values, the file, and the program's own.
import { Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { programWordsLast, valuesJoined } from '../../cli/arguments.js';
import { byteCount } from '../../cli/byte-count.js';
import { jitOption } from '../../cli/jit-option.js';

const OPTIONS = [jitOption(), new Option('-b, --board <name>'), new Option('-i, --invoke <name>')];

describe('--jit', () => {
  it.each([
    ['--jit all app.wasm', '--jit=all app.wasm'],
    ['--jit=all app.wasm', '--jit=all app.wasm'],
    ['--jit app.wasm', '--jit=hot app.wasm'],
    ['--board puckjs --jit', '--board puckjs --jit=hot'],
    ['-- --jit all', '-- --jit all'],
  ])('takes the word behind it only if that is a choice: %s', (given, expected) => {
    expect(valuesJoined(given.split(' '), OPTIONS).join(' ')).toBe(expected);
  });

  it.each([
    ['--jit all app.wasm', '--jit=all -- app.wasm'],
    ['app.wasm --jit all --board puckjs --invoke f 1', '--jit=all --board puckjs --invoke f -- app.wasm 1'],
    ['--board puckjs --jit all --invoke f app.wasm 1', '--board puckjs --jit=all --invoke f -- app.wasm 1'],
    ['--jit app.wasm', '--jit=hot -- app.wasm'],
    ['app.wasm one --jit all', '-- app.wasm one --jit all'],
  ])('does so in front of what `run` runs, and is no option behind its first argument: %s', (given, expected) => {
    expect(programWordsLast(given.split(' '), OPTIONS).join(' ')).toBe(expected);
  });
});

describe('a word of the program that looks like an option', () => {
  it.each([
    ['app.wasm --invok f 5', '--invok is like --invoke'],
    ['app.wasm --bord=puckjs', '--bord=puckjs is like --board'],
    ['app.wasm one --board puckjs', '--board is like --board'],
    ['app.wasm -- --invok f', ''],
    ['app.wasm --verbose', ''],
  ])('is told: %s', (given, expected) => {
    const told: string[] = [];
    programWordsLast(given.split(' '), OPTIONS, (word, option) => told.push(`${word} is like ${option}`));
    expect(told.join()).toBe(expected);
  });
});

describe('a number of bytes', () => {
  it('has a unit, or none', () => {
    expect(['8192', '4K', '4k', '4KiB', '1M'].map(byteCount)).toEqual([8192, 4096, 4096, 4096, 2 ** 20]);
  });

  it.each(['', '4 K', '-1', '4T', '3G', '1.5K'])('is not %j', (text) => {
    expect(() => byteCount(text)).toThrow(/^write/);
  });
});
