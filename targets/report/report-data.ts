// The contents of a report as plain data: a board, and for each module the budget, the memory maps and the deepest calls.

import type { Bound } from '../analysis/need.js';
import type { Verdict } from '../budget/verdict.js';

export interface ReportData {
  board: ReportBoard;
  modules: ReportModule[];
}

export interface ReportBoard {
  /** The user's name for the module. */
  title: string;
  facts: Fact[];
}

export interface Fact {
  name: string;
  value: string;
}

export interface ReportModule {
  file: string;
  verdict: Verdict;
  facts: Fact[];
  /** Why it does not fit, or may not, a sentence each. */
  reasons: string[];
  /** Capacities that the module needs. */
  rows: ReportRow[];
  /** Capacities of which it needs nothing. */
  unneeded: string[];
  missingImports: string[];
  /** Remedies, one line each, the most effective first. */
  remedies: string[];
  /** The built program in RAM, flash and C stack; empty if `build` refuses the module before these are known. */
  program: MemoryMap[];
  /** An engine that holds the module. */
  ram: MemoryMap;
  flash: MemoryMap;
  calls: ReportCalls;
}

export interface ReportRow {
  capacity: string;
  needed: number;
  bound: Bound;
  available: number;
  /** The used part of the capacity; Infinity if the board has none. */
  share: number;
  verdict: Verdict;
  why: string;
}

/** A memory, drawn from the whole of it down to the parts of a part. */
export interface MemoryMap {
  title: string;
  /** Each shows the region of the one before that is marked with `zoomed`. */
  levels: MapLevel[];
  /** Facts that the drawing does not show. */
  notes: string[];
}

export interface MapLevel {
  title: string;
  /** Bytes that there are. Regions that add up to more do not fit. */
  capacity: number;
  /** In order of their addresses, or of no order that matters. */
  regions: Region[];
}

export interface Region {
  name: string;
  kind: RegionKind;
  /** Size of the drawn memory. */
  bytes: number;
  /** JsVars of the memory, if it is divided into JsVars. */
  jsVars?: number;
  /** One sentence about the region. */
  note?: string;
  /** The next level shows it. */
  zoomed?: boolean;
}

/** The kinds of regions: each has a colour. */
export type RegionKind =
  | 'firmware'
  | 'module'
  | 'reserved'
  | 'runtime'
  | 'free'
  | 'memory'
  | 'code'
  | 'slots'
  | 'calls'
  | 'tables'
  | 'scratch'
  | 'data'
  | 'variables'
  | 'stack'
  | 'heap'
  | 'other';

export interface ReportCalls {
  paths: CallPath[];
  recursion: ReportRecursion[];
  notes: string[];
}

export interface CallPath {
  /** The largest figures of the path: `12 calls`. */
  most: string[];
  steps: CallStep[];
}

export interface CallStep {
  name: string;
  /** Has no frame in the engine. */
  imported: boolean;
  valueSlots: number;
  /** Bytes of the stack in linear memory; null where the function has some, and how many is not known. */
  stackBytes: number | null;
}

export interface ReportRecursion {
  /** Names; the last calls the first. */
  cycle: string[];
  direct: boolean;
  /** The needs of one turn of the recursion. */
  calls: number;
  valueSlots: number;
  stackBytes: number;
  /** Functions that can call each other this way and others. */
  functions: number;
}
