// The header of a module in firmware: the instance, whose first words are the context, status and trap codes, an inline function for
// each export, and the functions that the source defines.

import { TRAP_COUNT, Trap, trapMessage } from '../../src/trap.js';
import { Status } from '../compiler/thumb/contract.js';
import { C_TYPES, quoted, word } from './c-names.js';
import type { CInterface, EntryName, NamedFunction, NamedGlobal } from './interface.js';
import { copyLine, parameterList, readLines, resultMember, resultStructure, resultType, writeLines } from './values.js';

export interface HeaderFacts {
  /** Base name of the files. */
  program: string;
  /** The processor's name for people. */
  processor: string;
  imageBytes: number;
  imageSum: number;
  /** Bytes of linear memory that the firmware provides. */
  memoryBytes: number;
  stackBytes: number;
}

/** `CallStackExhausted` as `CALL_STACK_EXHAUSTED`. */
const constantName = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();

export function headerText(made: CInterface, facts: HeaderFacts): string {
  const { prefix, macro, entries, imports, globals, members, hasMemory } = made;
  const instance = `struct ${prefix}_instance *instance`;
  const passed = [0, 1, 2].map((at) => (at < made.words ? `instance->words[${at}]` : '0'));
  return [
    `/* The machine code of ${facts.program}.bin, for ${facts.processor}, as functions of C. Written by "tazzina build". */`,
    `#ifndef ${macro}_H`,
    `#define ${macro}_H`,
    '',
    '#include <stddef.h>',
    '#include <stdint.h>',
    '#if __STDC_HOSTED__',
    '#include <string.h>',
    '#endif',
    '',
    '#ifdef __cplusplus',
    'extern "C" {',
    '#endif',
    '',
    '#if !__STDC_HOSTED__',
    '/* There is no string.h, but compilers expect these two of any firmware. */',
    'void *memcpy(void *, const void *, size_t);',
    'void *memset(void *, int, size_t);',
    '#endif',
    '',
    `/** Of ${facts.program}.bin. It may be anywhere, at an address that is a multiple of 4. */`,
    `#define ${macro}_IMAGE_BYTES ${facts.imageBytes}u`,
    `#define ${macro}_IMAGE_CRC32 ${word(facts.imageSum)}`,
    ...(hasMemory
      ? [
          '/** Bytes of linear memory, at an address that is a multiple of 8. */',
          `#define ${macro}_MEMORY_BYTES ${facts.memoryBytes}u`,
        ]
      : []),
    '/** Bytes of stack that calls take at most, besides functions that may recurse, callbacks and interrupts. */',
    `#define ${macro}_STACK_BYTES ${facts.stackBytes}u`,
    '',
    `enum ${prefix}_status {`,
    `  ${macro}_DONE = ${Status.Done},`,
    `  ${macro}_OUT_OF_FUEL = ${Status.OutOfFuel},`,
    `  /** ${prefix}_start has not been called, or did not return ${macro}_DONE. */`,
    `  ${macro}_NOT_STARTED = ${Status.NotStarted},`,
    '  /** And the code of the trap. */',
    `  ${macro}_TRAP = ${Status.Trap}`,
    '};',
    '',
    `enum ${prefix}_trap {`,
    ...Array.from({ length: TRAP_COUNT - 1 }, (_, index) => index + 1).flatMap((trap) => [
      `  /** ${trapMessage(trap)} */`,
      `  ${macro}_TRAP_${constantName(Trap[trap])} = ${trap}${trap + 1 < TRAP_COUNT ? ',' : ''}`,
    ]),
    '};',
    '',
    ...entryEnum(made),
    `struct ${prefix}_instance;`,
    '',
    ...importStructure(prefix, imports),
    `/** An instance of the module. Only ${prefix}_start writes what has no comment. */`,
    `struct ${prefix}_instance {`,
    ...members.flatMap(({ declaration, comment }) => [
      ...(comment === '' ? [] : [`  /** ${comment} */`]),
      `  ${declaration};`,
    ]),
    '};',
    '',
    '/**',
    ` * Makes an instance, and calls what the module starts with. Returns the status of that: ${macro}_NOT_STARTED`,
    ` * where an address is NULL or is no such multiple. Unless it returns ${macro}_DONE, calls have no effect.`,
    ' * image: the machine code, where the processor can execute it, at a multiple of 4.',
    ...(hasMemory ? [` * memory: ${macro}_MEMORY_BYTES bytes, at a multiple of 8.`] : []),
    ` * stack_end: the lowest address of the stack that calls may use. ${macro}_STACK_BYTES above it,`,
    ' *   functions that may recurse trap.',
    ...(imports.length > 0
      ? [' * imports: what the module imports. They stay there as long as the instance is used.']
      : []),
    ' * user and fuel of the instance are to be set before.',
    ' */',
    `uint32_t ${prefix}_start(${startParameters(made).join(', ')});`,
    '',
    `/** Where the module's code trapped. */`,
    `struct ${prefix}_trap_place {`,
    '  uint32_t offset;',
    '  /** Index of the function, and byte offset in the module. */',
    '  uint32_t function;',
    '  uint32_t byte;',
    '  /** "" where the module has none. */',
    '  const char *name;',
    '};',
    '',
    '/** Of the last trap. NULL where it was not in a function of the module: no stack is left, or a callback failed. */',
    `const struct ${prefix}_trap_place *${prefix}_trap_place(const struct ${prefix}_instance *instance);`,
    '',
    "/** The specification's words for a trap. */",
    `const char *${prefix}_trap_message(uint32_t trap_code);`,
    '',
    '/** For callbacks: the call of the module ends with a trap, when the callback returns and has called nothing else of it. */',
    `static inline void ${prefix}_fail(${instance}) {`,
    `  instance->trap_code = ${macro}_TRAP_HOST;`,
    `  instance->trap_offset = 0xffffffffu;`,
    `  instance->status = (uint32_t)${macro}_TRAP + (uint32_t)${macro}_TRAP_HOST;`,
    '}',
    '',
    ...(hasMemory ? pointerFunction(prefix) : []),
    '/** Calls an entry with the words of the instance. Returns the status. */',
    `static inline uint32_t ${prefix}_call(${instance}, uint32_t entry) {`,
    `  typedef uint32_t function(struct ${prefix}_instance *, uint32_t, uint32_t, uint32_t);`,
    '  /* Bit 0 says that it is Thumb code. */',
    '  function *called = (function *)((uintptr_t)instance->image + entry + 1);',
    `  if (instance->image == NULL) return instance->status = ${macro}_NOT_STARTED;`,
    `  (void)called(instance, ${passed.join(', ')});`,
    '  return instance->status;',
    '}',
    ...entries.flatMap((each) => ['', ...entryFunction(prefix, macro, each)]),
    ...globals.flatMap((each) => ['', ...globalFunctions(prefix, each)]),
    '',
    '#ifdef __cplusplus',
    '}',
    '#endif',
    '',
    '#endif',
    '',
  ].join('\n');
}

/** Returns the parameters of the function that makes an instance; the source defines it. */
export function startParameters({ prefix, imports, hasMemory }: CInterface): string[] {
  return [
    `struct ${prefix}_instance *instance`,
    'const void *image',
    ...(hasMemory ? ['void *memory'] : []),
    'const void *stack_end',
    ...(imports.length > 0 ? [`const struct ${prefix}_imports *imports`] : []),
  ];
}

function entryEnum({ prefix, macro, entries }: CInterface): string[] {
  if (entries.length === 0) return [];
  const last = entries.length - 1;
  const lines = entries.map(({ part, offset }, at) => `  ${macro}_ENTRY_${part} = ${offset}${at < last ? ',' : ''}`);
  return ['/** Byte offsets in the image. */', `enum ${prefix}_entry {`, ...lines, '};', ''];
}

/** The tag of the structure with several results of a callback. */
const answerTag = (prefix: string, part: string) => `${prefix}_${part}_answer`;

function importStructure(prefix: string, imports: readonly NamedFunction[]): string[] {
  if (imports.length === 0) return [];
  const structures = imports.flatMap(({ part, results }) => resultStructure(results, answerTag(prefix, part)));
  const members = imports.flatMap(({ part, name, parameters, results }) => {
    const list = [`struct ${prefix}_instance *instance`, ...parameterList(parameters)].join(', ');
    const type = resultType(results, answerTag(prefix, part));
    return [`  /** ${quoted(name)} */`, `  ${type} (*${part})(${list});`];
  });
  return [
    ...structures,
    `/** What the module imports. A call of one that is NULL traps. A callback may call functions of the module. */`,
    `struct ${prefix}_imports {`,
    ...members,
    '};',
    '',
  ];
}

function pointerFunction(prefix: string): string[] {
  return [
    '/** Bytes of linear memory from an address on, or NULL where they are not all there. */',
    `static inline void *${prefix}_pointer(const struct ${prefix}_instance *instance, uint32_t address, uint32_t bytes) {`,
    '  if (bytes > instance->memory_bytes || address > instance->memory_bytes - bytes) return NULL;',
    '  return instance->memory + address;',
    '}',
    '',
  ];
}

/** Results are 0 after a trap. */
function entryFunction(prefix: string, macro: string, { part, name, parameters, results }: EntryName): string[] {
  const tag = `${prefix}_${part}_results`;
  const type = resultType(results, tag);
  const list = [`struct ${prefix}_instance *instance`, ...parameterList(parameters)].join(', ');
  const call = `${prefix}_call(instance, ${macro}_ENTRY_${part})`;
  const write = writeLines(parameters, (index) => `p${index}`).map((line) => `  ${line}`);
  const head = [
    ...resultStructure(results, tag),
    `/** ${quoted(name)}. See the status of the instance${results === '' ? '' : ': 0 is returned after a trap'}. */`,
    `static inline ${type} ${prefix}_${part}(${list}) {`,
  ];
  if (results === '') return [...head, ...write, `  (void)${call};`, '}'];
  return [
    ...head,
    `  ${type} result;`,
    '  memset(&result, 0, sizeof result);',
    ...write,
    `  if (${call} == ${macro}_DONE) {`,
    ...readLines(results, resultMember(results)).map((line) => `    ${line}`),
    '  }',
    '  return result;',
    '}',
  ];
}

function globalFunctions(prefix: string, { getter, setter, name, type, mutable, word: at }: NamedGlobal): string[] {
  const place = `&instance->state[${at}]`;
  const lines = [
    `/** The global ${quoted(name)}. */`,
    `static inline ${C_TYPES[type]} ${prefix}_${getter}(const struct ${prefix}_instance *instance) {`,
    `  ${C_TYPES[type]} value;`,
    `  ${copyLine('&value', place, 'value')}`,
    '  return value;',
    '}',
  ];
  if (!mutable) return lines;
  return [
    ...lines,
    `static inline void ${prefix}_${setter}(struct ${prefix}_instance *instance, ${C_TYPES[type]} value) {`,
    `  ${copyLine(place, '&value', 'value')}`,
    '}',
  ];
}

/** For the source: the declaration of a variable with the result of a callback, and the words that it becomes. */
export function answerType(prefix: string, { part, results }: NamedFunction): string {
  return resultType(results, answerTag(prefix, part));
}
