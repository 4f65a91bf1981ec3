// The call graph: which function calls which, and where in the caller's frame the callee's frame begins. It is built from the lowered
// code, so it describes what the engine executes. A call through a table leads to a separate node, and from there to all possible
// callees.

import { branchesByTable, RegisterOpcode, registerLength } from '../../src/generated/register-opcodes.js';
import { ExternalKind, type Instance } from '../../src/index.js';
import { FUNCTION_DECLARED } from '../../src/parse.js';
import { Header } from '../../src/status.js';
import { FunctionColumn, type Store } from '../../src/store.js';
import type { ModuleDescription } from '../module/description.js';
import { type ElementSegment, readElementSegments } from './element-segments.js';

export enum EdgeKind {
  Call = 0,
  /** The callee takes the caller's place; also from an indirect call to its targets. */
  Tail = 1,
}

export interface Edge {
  from: number;
  to: number;
  kind: EdgeKind;
  /** Offset of the callee's frame in the caller's, in value slots. */
  offset: number;
}

/** All calls through one table with one signature. */
export interface IndirectCalls {
  /** In the module's index space. */
  table: number;
  /** Index of the function type in the store. */
  type: number;
  /** Calls in the code. */
  sites: number;
  /** Function indices. */
  targets: number[];
  /** The table may hold more than the segments say: all functions that something refers to are taken as targets. */
  open: boolean;
}

export interface CallGraph {
  /** Nodes below this are functions, by index, imported ones first; behind them stand the indirect calls. */
  functionCount: number;
  importedFunctions: number;
  nodeCount: number;
  indirect: IndirectCalls[];
  edges: Edge[];
  /** Functions that can be called from outside. */
  roots: number[];
  /** Value slots of a function's frame; 0 for imported ones and for indirect calls. */
  frames: Int32Array;
  growsMemory: boolean;
  growsTable: boolean;
}

export function callGraph(store: Store, instance: Instance, description: ModuleDescription): CallGraph {
  const scan = new CodeScan(store, instance);
  scan.scan();
  const { module } = instance;
  const segments = readElementSegments(module);
  const tables = new TableContents(store, instance, description, scan, segments);
  const { functionCount, importedFunctions, startFunction } = module;
  const roots = new Set<number>(startFunction >= 0 ? [startFunction] : []);
  for (const { kind, index } of description.exports) {
    if (kind === ExternalKind.Function) roots.add(index);
    // The host can take functions out of a table and call them.
    else if (kind === ExternalKind.Table) for (const target of tables.targets(index)) roots.add(target);
  }
  for (const { kind, index } of description.imports) {
    if (kind === ExternalKind.Table) for (const target of tables.held(index)) roots.add(target);
  }
  const edges = scan.edges;
  const indirect = [...scan.indirect.values()].map((calls, number) => {
    const targets = tables.targets(calls.table).filter((index) => typeOf(store, instance, index) === calls.type);
    for (const to of targets) edges.push({ from: functionCount + number, to, kind: EdgeKind.Tail, offset: 0 });
    return { ...calls, targets, open: tables.isOpen(calls.table) };
  });
  const nodeCount = functionCount + indirect.length;
  const frames = new Int32Array(nodeCount);
  for (let index = importedFunctions; index < functionCount; index++) {
    frames[index] = store.code[entryOf(store, instance, index) + Header.FrameWords] / 2;
  }
  return {
    functionCount,
    importedFunctions,
    nodeCount,
    indirect,
    edges,
    roots: [...roots],
    frames,
    growsMemory: scan.growsMemory,
    growsTable: scan.grownTables.size > 0,
  };
}

function entryOf(store: Store, instance: Instance, index: number): number {
  return store.functions[(instance.functionBase + index) * 4 + FunctionColumn.Entry];
}

function typeOf(store: Store, instance: Instance, index: number): number {
  return store.functions[(instance.functionBase + index) * 4 + FunctionColumn.Type];
}

/** Walks the lowered code of an instance once. */
class CodeScan {
  readonly edges: Edge[] = [];
  readonly indirect = new Map<string, Omit<IndirectCalls, 'targets' | 'open'>>();
  growsMemory = false;
  /** Tables whose entries the code changes one by one. */
  readonly changedTables = new Set<number>();
  readonly grownTables = new Set<number>();
  /** Passive segments by the tables that they are copied into. */
  readonly initialised: { table: number; segment: number }[] = [];
  readonly copied: { to: number; from: number }[] = [];

  private readonly store: Store;
  private readonly instance: Instance;
  private readonly tableIndices = new Map<number, number>();
  private readonly nodes = new Map<string, number>();

  constructor(store: Store, instance: Instance) {
    this.store = store;
    this.instance = instance;
    for (let index = instance.module.tableCount - 1; index >= 0; index--) {
      this.tableIndices.set(store.tableAddresses[instance.tableBase + index] * 4, index);
    }
  }

  scan(): void {
    const { store, instance } = this;
    const { importedFunctions, functionCount } = instance.module;
    for (let index = importedFunctions; index < functionCount; index++) {
      const last = index + 1 === functionCount;
      const end = last ? instance.codeEnd : entryOf(store, instance, index + 1) - Header.Size;
      this.scanFunction(index, entryOf(store, instance, index), end);
    }
  }

  private scanFunction(index: number, entry: number, end: number): void {
    const { code } = this.store;
    for (let at = entry; at < end; ) {
      const operation = code[at];
      if (branchesByTable[operation] !== 0) {
        const table = at + registerLength[operation];
        at = table + (code[table - 1] + 1) * 2;
        continue;
      }
      this.visit(index, operation, at);
      at += registerLength[operation];
    }
  }

  private visit(from: number, operation: number, at: number): void {
    const { code } = this.store;
    const { functionBase } = this.instance;
    switch (operation) {
      case RegisterOpcode.Call:
        this.add(from, this.functionAt(code[at + 1]), EdgeKind.Call, code[at + 2] / 2);
        break;
      case RegisterOpcode.TailCall:
        this.add(from, this.functionAt(code[at + 1]), EdgeKind.Tail, 0);
        break;
      case RegisterOpcode.CallOut:
        this.add(from, code[at + 1] - functionBase, EdgeKind.Call, code[at + 2] / 2);
        break;
      case RegisterOpcode.TailCallOut:
        this.add(from, code[at + 1] - functionBase, EdgeKind.Tail, 0);
        break;
      case RegisterOpcode.CallIndirect:
        this.add(from, this.indirectNode(code[at + 2], code[at + 3]), EdgeKind.Call, code[at + 4] / 2);
        break;
      case RegisterOpcode.TailCallIndirect:
        this.add(from, this.indirectNode(code[at + 2], code[at + 3]), EdgeKind.Tail, 0);
        break;
      case RegisterOpcode.MemoryGrow:
        this.growsMemory = true;
        break;
      case RegisterOpcode.TableSet:
        this.changedTables.add(this.tableIndex(code[at + 3]));
        break;
      case RegisterOpcode.TableFill:
        this.changedTables.add(this.tableIndex(code[at + 4]));
        break;
      case RegisterOpcode.TableGrow:
        this.changedTables.add(this.tableIndex(code[at + 4]));
        this.grownTables.add(this.tableIndex(code[at + 4]));
        break;
      case RegisterOpcode.TableCopy:
        this.copied.push({ to: this.tableIndex(code[at + 4]), from: this.tableIndex(code[at + 5]) });
        break;
      case RegisterOpcode.TableInit:
        this.initialised.push({ table: this.tableIndex(code[at + 6]), segment: code[at + 5] });
        break;
    }
  }

  private add(from: number, to: number, kind: EdgeKind, offset: number): void {
    this.edges.push({ from, to, kind, offset });
  }

  private functionAt(entry: number): number {
    return this.store.code[entry + Header.Function] - this.instance.functionBase;
  }

  private tableIndex(row: number): number {
    return this.tableIndices.get(row)!;
  }

  private indirectNode(row: number, type: number): number {
    const key = `${row} ${type}`;
    const calls = this.indirect.get(key);
    if (calls) calls.sites++;
    else {
      this.nodes.set(key, this.instance.module.functionCount + this.indirect.size);
      this.indirect.set(key, { table: this.tableIndex(row), type, sites: 1 });
    }
    return this.nodes.get(key)!;
  }
}

/** The functions that each table may hold. */
class TableContents {
  private readonly contents: Set<number>[];
  private readonly open: boolean[];
  private readonly declared: number[] = [];

  constructor(
    store: Store,
    { module }: Instance,
    description: ModuleDescription,
    scan: CodeScan,
    segments: ElementSegment[],
  ) {
    this.contents = Array.from({ length: module.tableCount }, () => new Set<number>());
    this.open = this.contents.map((_, table) => scan.changedTables.has(table));
    for (const { kind, index } of [...description.imports, ...description.exports]) {
      if (kind === ExternalKind.Table) this.open[index] = true;
    }
    for (const { table, functions, unknown } of segments) if (table >= 0) this.put(table, functions, unknown);
    for (const { table, segment } of scan.initialised) {
      this.put(table, segments[segment].functions, segments[segment].unknown);
    }
    for (let changed = true; changed; ) {
      changed = false;
      for (const { to, from } of scan.copied) {
        const before = this.contents[to].size;
        const wasOpen = this.open[to];
        this.put(to, [...this.contents[from]], this.open[from]);
        changed ||= this.contents[to].size > before || this.open[to] !== wasOpen;
      }
    }
    for (let index = 0; index < module.functionCount; index++) {
      if ((store.moduleFunctionFlags[module.functionBase + index] & FUNCTION_DECLARED) !== 0) this.declared.push(index);
    }
  }

  private put(table: number, functions: number[], unknown: boolean): void {
    for (const index of functions) this.contents[table].add(index);
    if (unknown) this.open[table] = true;
  }

  /** Returns the functions that segments write into a table. */
  held(table: number): number[] {
    return [...this.contents[table]];
  }

  isOpen(table: number): boolean {
    return this.open[table];
  }

  targets(table: number): number[] {
    return this.open[table] ? this.declared : this.held(table);
  }
}
