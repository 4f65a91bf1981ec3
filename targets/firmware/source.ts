// The source of a module in firmware: makes an instance as instantiating the module leaves it, calls imports, names traps and their
// places.

import { TRAP_COUNT, trapMessage } from '../../src/trap.js';
import type { ContextState } from '../board/native/context-state.js';
import { C_TYPES, quoted, valueLines, word } from './c-names.js';
import { answerType, startParameters } from './header.js';
import type { CInterface, NamedFunction } from './interface.js';
import { readLines, resultMember, writeLines } from './values.js';

const WORD_BYTES = 4;
const BYTES_PER_LINE = 20;
const WORDS_PER_LINE = 10;

/** The initial state of an instance. */
export interface StartState extends ContextState {
  /** Bytes of linear memory at the start, at most, and those that the firmware provides. */
  memory: { bytes: number; most: number; provided: number };
  ranges: readonly { address: number; bytes: Uint8Array }[];
  /** Entries, as byte offsets in the image, of what the module starts with. */
  starts: readonly number[];
  traps: readonly { offset: number; functionIndex: number; at: number; name: string }[];
}

export function sourceText(made: CInterface, program: string, state: StartState): string {
  const { prefix, imports, members } = made;
  return [
    `/* The start of ${program}.bin, its imports and traps. Written by "tazzina build". */`,
    `#include ${quoted(`${program}.h`)}`,
    '',
    '/* The machine code knows these offsets. */',
    '_Static_assert(sizeof(void *) == 4, "the machine code is for processors with addresses of 32 bits");',
    ...members.map(
      ({ offset, name }) => `_Static_assert(offsetof(struct ${prefix}_instance, ${name}) == ${offset}, "${name}");`,
    ),
    '',
    ...(imports.length > 0 ? bridge(made) : []),
    ...start(made, state),
    '',
    ...trapPlaces(prefix, state),
    '',
    ...trapMessages(prefix),
    '',
  ].join('\n');
}

/** Arrays are inside of functions: outside, exports might have their names. */
function dataArrays({ ranges }: StartState): string[] {
  return ranges.flatMap(({ bytes }, index) => [
    `static const uint8_t data_${index}[${bytes.length}] = {`,
    ...valueLines(Array.from(bytes, String), BYTES_PER_LINE),
    '};',
  ]);
}

/** Offsets of functions in the image. */
function tableArrays({ tables }: StartState): string[] {
  return tables.flatMap(({ entries, isAddress }, index) =>
    isAddress && entries.length > 0
      ? [
          `static const uint32_t table_${index}[${entries.length}] = {`,
          ...valueLines(entries.map(String), WORDS_PER_LINE),
          '};',
        ]
      : [],
  );
}

/** The function that the machine code calls for each import. */
function bridge({ prefix, imports }: CInterface): string[] {
  return [
    `static void ${prefix}_import_bridge(struct ${prefix}_instance *instance) {`,
    `  const struct ${prefix}_imports *imports = instance->imports;`,
    '  switch (imports == NULL ? 0xffffffffu : instance->import_number) {',
    ...imports.flatMap((each) => callback(prefix, each)),
    '  }',
    `  ${prefix}_fail(instance);`,
    '}',
    '',
  ];
}

/** Arguments leave the words before the callback is called: it may call functions of the module. */
function callback(prefix: string, named: NamedFunction): string[] {
  const { part, functionIndex, parameters, results } = named;
  const call = `imports->${part}(${['instance', ...Array.from(parameters, (_, index) => `p${index}`)].join(', ')});`;
  const lines = [
    ...Array.from(parameters, (type, index) => `${C_TYPES[type]} p${index};`),
    `if (imports->${part} == NULL) break;`,
    ...readLines(parameters, (index) => `p${index}`),
    results === '' ? call : `${answerType(prefix, named)} result = ${call}`,
    ...writeLines(results, resultMember(results)),
    'return;',
  ];
  return [`    case ${functionIndex}: {`, ...lines.map((line) => `      ${line}`), '    }'];
}

function start(made: CInterface, state: StartState): string[] {
  const { memory, ranges, words, tables, starts } = state;
  const { prefix, macro, imports, hasMemory, stateAt } = made;
  const isMemoryUsed = hasMemory && memory.provided > 0;
  const fails = starts.map((entry) => `${prefix}_call(instance, ${entry}) != ${macro}_DONE`);
  const value = (number: number, isAddress: boolean) => (isAddress ? `address + ${word(number)}` : word(number));
  const stateWord = (offset: number) => `instance->state[${(offset - stateAt) / WORD_BYTES}]`;
  const lines = [
    ...dataArrays(state),
    ...tableArrays(state),
    'const uint32_t address = (uint32_t)(uintptr_t)image;',
    'void *user = instance->user;',
    'const uint32_t fuel = instance->fuel;',
    'memset(instance, 0, sizeof *instance);',
    'instance->user = user;',
    'instance->fuel = fuel;',
    `instance->status = ${macro}_NOT_STARTED;`,
    'if (image == NULL || (address & 3) != 0 || stack_end == NULL) return instance->status;',
    ...(isMemoryUsed ? ['if (memory == NULL || ((uintptr_t)memory & 7) != 0) return instance->status;'] : []),
    `instance->status = ${macro}_DONE;`,
    'instance->image = (const uint8_t *)image;',
    `instance->stack_limit = (uint32_t)(uintptr_t)stack_end + ${macro}_STACK_BYTES;`,
    ...(imports.length > 0
      ? ['instance->imports = imports;', `instance->import_bridge = ${prefix}_import_bridge;`]
      : []),
    ...(hasMemory
      ? [
          'instance->memory = (uint8_t *)memory;',
          `instance->memory_bytes = ${memory.bytes};`,
          `instance->memory_most = ${memory.most};`,
          ...(isMemoryUsed ? [`memset(memory, 0, ${macro}_MEMORY_BYTES);`] : []),
        ]
      : []),
    ...ranges.map(
      ({ address }, index) => `memcpy(instance->memory + ${address}, data_${index}, sizeof data_${index});`,
    ),
    ...words.map(({ offset, value: number, isAddress }) => `${stateWord(offset)} = ${value(number, isAddress)};`),
    ...tableLines(tables, stateWord),
    ...(starts.length > 0 ? [`if (${fails.join(' || ')}) instance->image = NULL;`] : []),
    'return instance->status;',
  ];
  return [`uint32_t ${prefix}_start(${startParameters(made).join(', ')}) {`, ...lines.map((line) => `  ${line}`), '}'];
}

/** Tables do not grow: there is no more of them than their first entries. */
function tableLines(tables: StartState['tables'], stateWord: (offset: number) => string): string[] {
  let first = 0;
  return tables.flatMap(({ offset, entries, isAddress }, index) => {
    const at = first;
    first += entries.length;
    if (entries.length === 0) return [];
    return [
      `${stateWord(offset)} = (uint32_t)(uintptr_t)(instance->entries + ${at});`,
      `${stateWord(offset + WORD_BYTES)} = ${entries.length};`,
      `${stateWord(offset + 2 * WORD_BYTES)} = ${entries.length};`,
      ...(isAddress
        ? [
            `for (uint32_t index = 0; index < ${entries.length}; index++)`,
            `  instance->entries[${at} + index] = address + table_${index}[index];`,
          ]
        : []),
    ];
  });
}

function trapPlaces(prefix: string, { traps }: StartState): string[] {
  const signature = `const struct ${prefix}_trap_place *${prefix}_trap_place(const struct ${prefix}_instance *instance)`;
  if (traps.length === 0) return [`${signature} {`, '  (void)instance;', '  return NULL;', '}'];
  const rows = traps.map(
    ({ offset, functionIndex, at, name }) => `    {${offset}, ${functionIndex}, ${at}, ${quoted(name)}},`,
  );
  return [
    `${signature} {`,
    `  static const struct ${prefix}_trap_place places[${traps.length}] = {`,
    ...rows,
    '  };',
    `  for (uint32_t index = 0; index < ${traps.length}; index++)`,
    '    if (places[index].offset == instance->trap_offset) return &places[index];',
    '  return NULL;',
    '}',
  ];
}

function trapMessages(prefix: string): string[] {
  const cases = Array.from({ length: TRAP_COUNT - 1 }, (_, index) => index + 1).map(
    (trap) => `    case ${trap}: return ${quoted(trapMessage(trap))};`,
  );
  return [
    `const char *${prefix}_trap_message(uint32_t trap_code) {`,
    '  switch (trap_code) {',
    ...cases,
    '    default: return "";',
    '  }',
    '}',
  ];
}
