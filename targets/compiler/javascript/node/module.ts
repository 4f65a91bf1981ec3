// Prints a module as the body of a JavaScript function with the parameters `runtime` and `instance`, which returns the functions of
// the module.

import { Opcode } from '../../../../src/opcodes.js';
import { Reader } from '../../../../src/reader.js';
import { ExternalKind } from '../../../../src/types.js';
import type { ModuleCode } from '../../../module/module-code.js';
import { FunctionBuilder } from '../../intermediate/builder.js';
import { countUses } from '../../intermediate/instruction.js';
import { nest } from '../../intermediate/nesting.js';
import { Type } from '../../intermediate/operation.js';
import { type PassOptions, runPasses, simplifier } from '../../passes/runner.js';
import { espruinoCosts, interpreterPasses } from '../espruino/passes.js';
import { type Code, js, name, type Token } from '../trees/code.js';
import { NodeExpressionWriter, type NodeNames } from './expression.js';
import { NodeFunctionWriter } from './function.js';
import { IndirectCalls } from './indirect-call.js';
import { nodeCosts, nodePasses } from './passes.js';

/** Maximum depth of nested values: V8's parser has a stack of some 10,000 calls. */
const MOST_DEPTH = 200;

/** For the passes for Espruino, where V8 runs the text: only its own stores differ. */
const interpretedCosts = { ...espruinoCosts, canonicalStores: false };

export interface TranslationOptions {
  fuel: boolean;
  canonicalNaN: boolean;
  /** With labels and switches. */
  labels: boolean;
  /** A line for each statement, not for each function. Default: false. */
  lines?: boolean;
  /** Passes to leave out. */
  without: ReadonlySet<string>;
  /** For engines that do not optimise. Default: false. */
  interpreted?: boolean;
  /** Bytes of memory that every instance has. Default: 0. */
  minimumMemory?: number;
  /** See PassOptions. */
  observe?: PassOptions['observe'];
  /** Writes the functions. */
  writer?: typeof NodeFunctionWriter;
}

export function translate(code: ModuleCode, options: TranslationOptions): string {
  return new Translation(code, options).text();
}

/** Names of what a module consists of, and which of them were used. */
class Names implements NodeNames {
  readonly memory = name('M');
  readonly runtimeNames = new Set<string>();
  /** Declarations in front of the functions, by name. */
  readonly declarations = new Map<string, string>();
  readonly indirectCalls: IndirectCalls;
  readonly locals = new Set<string>();
  functionStart = 0;
  private readonly code: ModuleCode;
  private readonly shared: Set<number>;

  constructor(code: ModuleCode, shared: Set<number>) {
    this.code = code;
    this.shared = shared;
    this.indirectCalls = new IndirectCalls(code);
  }

  function(index: number): Token {
    return name(`f${index}`);
  }

  table(index: number): Token {
    return name(`T${index}`);
  }

  runtime(called: string): Token {
    this.runtimeNames.add(called);
    return name(called);
  }

  /** A mutable float, or what others can see, lies in a Global; the rest in a variable of the module. */
  global(index: number, word: number): Code {
    const { type, mutable } = this.code.globals[index];
    const isFloat = type === 'f' || type === 'F';
    const field = isFloat ? 'floats' : type === 'i' || type === 'I' ? 'words' : 'reference';
    if (mutable && (isFloat || this.shared.has(index))) {
      const own = `G${index}`;
      if (field === 'reference') {
        this.declarations.set(own, `const ${own}=instance.globals[${index}];`);
        return js`${this.local(own)}.reference`;
      }
      this.declarations.set(own, `const ${own}=instance.globals[${index}].${field};`);
      return js`${this.local(own)}[${word}]`;
    }
    const own = `g${index}${word === 0 ? '' : 'h'}`;
    const kind = mutable ? 'let' : 'const';
    const element = field === 'reference' ? '' : `[${word}]`;
    this.declarations.set(own, `${kind} ${own}=instance.globals[${index}].${field}${element};`);
    return name(own);
  }

  indirect(table: number, signature: string): Token {
    this.runtime('badCall');
    return name(this.indirectCalls.find(table, signature));
  }

  indirectCall(table: number, signature: string): Token {
    this.runtime('badCall');
    return name(this.indirectCalls.call(table, signature));
  }

  changesTable(index: number): void {
    this.indirectCalls.changed.add(index);
  }

  zero(): Token {
    this.declarations.set('Z', 'const Z=new Float64Array(1)[0];');
    return this.local('Z');
  }

  local(own: string): Token {
    this.locals.add(own);
    return name(`${own}_`);
  }

  nan(type: Type, low: number, high: number): Token {
    const isSingle = type === Type.F32;
    if (isSingle ? low === 0x7fc00000 : low === 0 && high === 0x7ff80000) return name('NaN');
    const own = `n${(high >>> 0).toString(16)}_${(low >>> 0).toString(16)}`;
    const made = isSingle
      ? js`${this.runtime('f32_of_bits')}(${low})`
      : js`${this.runtime('f64_of_words')}(${low},${high})`;
    this.declarations.set(own, `const ${own}=${made.print()};`);
    return name(own);
  }

  reference(functionIndex: number): Code {
    return js`instance.references[${functionIndex}]`;
  }
}

class Translation {
  private readonly code: ModuleCode;
  private readonly options: TranslationOptions;

  constructor(code: ModuleCode, options: TranslationOptions) {
    this.code = code;
    this.options = options;
  }

  text(): string {
    const { code, options } = this;
    const names = new Names(code, canReachHost(code) ? sharedGlobals(code) : allGlobals(code));
    const reachesHost = canReachHost(code);
    // A memory that can grow only while no function of the module runs is a constant: the text is run again for another one.
    const memoryFixed = !reachesHost || isMemoryFixed(code);
    const expressions = new NodeExpressionWriter(names);
    const Writer = options.writer ?? NodeFunctionWriter;
    const writer = new Writer(expressions, names, {
      memoryFixed,
      labels: options.labels,
      lines: options.lines ?? false,
    });
    const { fuel, without, canonicalNaN, interpreted = false, minimumMemory = 0, observe } = options;
    const [passes, costs] = interpreted ? [interpreterPasses, interpretedCosts] : [nodePasses, nodeCosts];
    const builder = new FunctionBuilder(code, { fuel, simplify: simplifier(without), costs });
    const functions: string[] = [];
    for (let index = code.importedFunctions; index < code.functions.length; index++) {
      const body = builder.build(index);
      runPasses(body, passes, costs, { without, canonicalNaN, minimumMemory, observe });
      countUses(body);
      nest(body, { callsMoveMemory: !memoryFixed, mostDepth: MOST_DEPTH });
      functions.push(writer.write(body));
    }
    return [
      "'use strict';",
      `const {${[...names.runtimeNames].sort().join(',')}}=runtime;`,
      'const {R,D,X,U}=runtime,{memory,segments,elements}=instance;',
      ...this.memory(memoryFixed, reachesHost),
      ...code.tables.map((_, index) => `const T${index}=instance.tables[${index}];`),
      ...[...names.declarations.values()],
      ...names.indirectCalls.text(),
      ...Array.from({ length: code.importedFunctions }, (_, index) => importedFunction(index)),
      ...functions,
      `return [${code.bodies.map((_, index) => `f${index}`).join(',')}];`,
    ].join('\n');
  }

  private memory(fixed: boolean, reachesHost: boolean): string[] {
    const { code } = this;
    if (code.memory === null) return [];
    if (!fixed) return ['let M=memory.view;', 'memory.onChange(()=>{M=memory.view;});'];
    return reachesHost ? ['const M=memory.view;'] : ['const M=memory.view;', 'instance.runAgainOnChange();'];
  }
}

/** An exported function may be made anew, so it is called through its reference. */
function importedFunction(index: number): string {
  return `const r${index}=instance.references[${index}],f${index}=r${index}.isHost?r${index}.call:(...words)=>r${index}.call(...words);`;
}

/** Globals that others can write, or that are written for others. */
function sharedGlobals(code: ModuleCode): Set<number> {
  const shared = new Set<number>();
  for (let index = 0; index < code.importedGlobals; index++) shared.add(index);
  for (const { kind, index } of code.exports) if (kind === ExternalKind.Global) shared.add(index);
  return shared;
}

/** If the module's text runs again, no global may be in a variable of the text. */
function allGlobals({ globals }: ModuleCode): Set<number> {
  return new Set(globals.keys());
}

/** Whether the memory never grows. */
function isMemoryFixed(code: ModuleCode): boolean {
  const { memory } = code;
  if (memory === null || memory.minimum === memory.maximum) return true;
  if (code.memoryImported || code.exports.some(({ kind }) => kind === ExternalKind.Memory)) return false;
  return !growsMemory(code);
}

/** Whether the bytes of the instruction are anywhere in the bodies: they may be parts of others. */
function growsMemory({ bytes, bodies, importedFunctions }: ModuleCode): boolean {
  if (bodies.length === importedFunctions) return false;
  const reader = new Reader();
  reader.reset(bytes, bodies[bodies.length - 1], bytes.length);
  const size = reader.u32();
  const end = reader.position + size;
  let at = bodies[importedFunctions];
  for (;;) {
    at = bytes.indexOf(Opcode.MemoryGrow, at + 1);
    if (at < 0 || at >= end) return false;
    if (bytes[at + 1] === 0) return true;
  }
}

/** Whether a call can lead out of the module, or to an instruction that grows memory. */
function canReachHost(code: ModuleCode): boolean {
  return (
    code.importedFunctions > 0 ||
    code.importedTables > 0 ||
    code.memoryImported ||
    growsMemory(code) ||
    hasSharedTable(code)
  );
}

function hasSharedTable(code: ModuleCode): boolean {
  return code.exports.some(({ kind }) => kind === ExternalKind.Table);
}
