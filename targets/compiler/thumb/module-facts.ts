// Facts that the code of every function of a module relies on: offsets in the context, whether memory and tables may change, and numbers of
// function types.

import type { Cpu } from '../../../machine/thumb/cpu.js';
import { Opcode } from '../../../src/opcodes.js';
import { ExternalKind } from '../../../src/types.js';
import type { ModuleCode } from '../../module/module-code.js';
import { wordTypes } from '../intermediate/value-builder.js';
import { Context, REGISTER_WORDS, TABLE_BYTES, wordCount } from './contract.js';
import type { ModuleSurvey } from './module-survey.js';

export interface MemoryFacts {
  /** Bytes that there are in any case, from `start` on. */
  minimumBytes: number;
  /** Whether there are never more. */
  isFixed: boolean;
  /** Pages that the module declares where there are fewer bytes than that; it never grows. Otherwise null. */
  partlyBackedPages: number | null;
  pageShift: number;
  /** The first address that there is: see `MemoryType`. */
  start: number;
  /** Bytes that most accesses are about: addresses are compared with a register for them. At most the least size of memory. */
  limitBytes: number;
}

export interface FactOptions {
  /** Words of arguments or results that the context has room for. */
  words: number;
  /** Bytes that the context has for the time and for pins. */
  pinBytes: number;
  resumable: boolean;
  /** See ThumbOptions. */
  memoryBytes?: number;
}

export class ModuleFacts {
  readonly cpu: Cpu;
  readonly code: ModuleCode;
  readonly memory: MemoryFacts;
  /** Words of arguments or results in the context. */
  readonly words: number;
  /** Byte offset in the context of what is known of the time, then of pins. */
  readonly timeAt: number;
  /** Bytes of a context. */
  readonly contextBytes: number;
  /** Words of arguments on the stack that tail calls pass at most: every call leaves room for them. */
  readonly tailWords: number;
  private readonly globals: number[] = [];
  private readonly tablesAt: number;
  private readonly dataAt: number;
  private readonly elementsAt: number;
  private readonly signatures = new Map<string, number>();
  private readonly growing = new Set<number>();
  /** Indices of the tables that grow. */
  readonly grownTables: ReadonlySet<number>;
  readonly tablesChange: boolean;
  /** Calls yield, and their frames are copied. */
  readonly isResumable: boolean;

  constructor(
    cpu: Cpu,
    code: ModuleCode,
    survey: ModuleSurvey,
    { words, pinBytes, resumable, memoryBytes }: FactOptions,
  ) {
    this.isResumable = resumable;
    this.cpu = cpu;
    this.code = code;
    this.words = words;
    let at = Context.Words + words * 4;
    for (const { type } of code.globals) {
      this.globals.push(at);
      at += type === 'I' || type === 'F' ? 8 : 4;
    }
    this.tablesAt = at;
    at += code.tables.length * TABLE_BYTES;
    this.dataAt = at;
    at += code.data.length * 4;
    this.elementsAt = at;
    this.timeAt = at + code.elements.length * 4;
    this.contextBytes = this.timeAt + pinBytes;
    this.tailWords = Math.max(0, ...[...survey.tailCalled].map(stackWords));
    this.grownTables = survey.grownTables;
    this.tablesChange = survey.writesTables;
    this.memory = memoryFacts(code, survey, memoryBytes);
    if (!this.memory.isFixed) this.findGrowing(survey);
  }

  globalOffset(index: number): number {
    return this.globals[index];
  }

  /** The words of a global that never changes; null if it may, or is not known. */
  constantGlobal(index: number): [number, number] | null {
    const { code } = this;
    if (index < code.importedGlobals || code.globals[index].mutable) return null;
    const [first, ...rest] = code.initialisers[index - code.importedGlobals];
    const isConstant = first.code >= Opcode.I32Const && first.code <= Opcode.F64Const;
    return isConstant && rest.length === 0 ? [first.low, first.high] : null;
  }

  /** Whether all functions that a table ever has, besides null, have the signature. */
  hasOnly(index: number, signature: string): boolean {
    if (this.tablesChange || this.isShared(index)) return false;
    return this.code.elements.every(
      ({ mode, table, entries }) =>
        mode !== 'active' ||
        table !== index ||
        entries.every((entry) => {
          const [{ code, low }] = entry;
          const isFunction = code === Opcode.RefFunc && entry.length === 1;
          return isFunction ? this.code.functions[low].signature === signature : code === Opcode.RefNull;
        }),
    );
  }

  /** Whether the host may write to a table. */
  private isShared(index: number): boolean {
    const { importedTables, exports } = this.code;
    return index < importedTables || exports.some((each) => each.kind === ExternalKind.Table && each.index === index);
  }

  /** The offset of a table's descriptor, and its size where that never changes. */
  table(index: number): { offset: number; fixedSize: number | null } {
    const { code } = this;
    const isShared = this.isShared(index);
    const fixedSize = isShared || this.grownTables.has(index) ? null : code.tables[index].minimum;
    return { offset: this.tablesAt + index * TABLE_BYTES, fixedSize };
  }

  /** Byte offset of the word that says that a data segment is dropped. */
  dataFlagOffset(index: number): number {
    return this.dataAt + index * 4;
  }

  elementFlagOffset(index: number): number {
    return this.elementsAt + index * 4;
  }

  /** Number of a signature, from 1 on; equal types have equal numbers. */
  signatureNumber(signature: string): number {
    let number = this.signatures.get(signature);
    if (number === undefined) {
      number = this.signatures.size + 1;
      this.signatures.set(signature, number);
    }
    return number;
  }

  /** Whether memory may have grown when an instruction of the function is over. */
  mayGrow(index: number): boolean {
    return this.growing.has(index);
  }

  /** The functions that may grow memory, by themselves or by what they call. */
  private findGrowing({ functions, growsMemory }: ModuleSurvey): void {
    // Without an import, an instruction or a function of the host in a table, nothing grows memory during a call.
    const { importedFunctions, tables } = this.code;
    if (!growsMemory && importedFunctions === 0 && !tables.some((_, index) => this.isShared(index))) return;
    const callers = new Map<number, number[]>();
    const open: number[] = [];
    for (const { index, callees, indirect, growsMemory } of functions) {
      let grows = growsMemory || indirect.size > 0;
      for (const callee of callees) {
        if (callee < this.code.importedFunctions) grows = true;
        else if (callers.has(callee)) callers.get(callee)!.push(index);
        else callers.set(callee, [index]);
      }
      if (grows) open.push(index);
    }
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.growing.has(next)) continue;
      this.growing.add(next);
      for (const caller of callers.get(next) ?? []) open.push(caller);
    }
  }
}

/** Words of values that do not fit registers. */
function stackWords(letters: string): number {
  return Math.max(0, wordCount(wordTypes(letters)) - REGISTER_WORDS);
}

function memoryFacts(
  code: ModuleCode,
  { growsMemory, commonBytes }: ModuleSurvey,
  memoryBytes = Number.POSITIVE_INFINITY,
): MemoryFacts {
  const { memory } = code;
  if (memory === null)
    return { minimumBytes: 0, isFixed: true, partlyBackedPages: null, pageShift: 16, start: 0, limitBytes: 0 };
  const declared = memory.minimum * memory.pageBytes - memory.start;
  const minimumBytes = Math.min(memoryBytes, declared);
  const isPartlyBacked = memoryBytes < declared;
  const isShared = code.memoryImported || code.exports.some(({ kind }) => kind === ExternalKind.Memory);
  return {
    minimumBytes,
    isFixed: isPartlyBacked || memory.minimum === memory.maximum || (!growsMemory && !isShared),
    partlyBackedPages: isPartlyBacked ? memory.minimum : null,
    pageShift: memory.pageBytes === 1 ? 0 : 16,
    start: memory.start,
    limitBytes: Math.min(minimumBytes, commonBytes),
  };
}
