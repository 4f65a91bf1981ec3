// The contents of a report as plain data: a board, and for each module the budget, the memory maps and the deepest calls.

import type { Bound } from '../analysis/need.js';
import type { Verdict } from '../budget/verdict.js';

export interface ReportData {
  board: ReportBoard;
  modules: ReportModule[];
}

export interface ReportBoard {
  /** As the user knows it. */
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
  /** Of what the module needs anything at all. */
  rows: ReportRow[];
  /** Capacities of which it needs nothing. */
  unneeded: string[];
  missingImports: string[];
  /** One line each, those that save most first. */
  remedies: string[];
  /** Of what `build` writes: RAM, flash, C stack; none where it refuses the module before these are known. */
  program: MemoryMap[];
  /** Of an engine that holds the module. */
  ram: MemoryMap;
  flash: MemoryMap;
  calls: ReportCalls;
}

export interface ReportRow {
  capacity: string;
  needed: number;
  bound: Bound;
  available: number;
  /** Of what there is; Infinity where there is nothing. */
  share: number;
  verdict: Verdict;
  why: string;
}

/** A memory, drawn from the whole of it down to the parts of a part. */
export interface MemoryMap {
  title: string;
  /** Each shows the region of the one before that is marked with `zoomed`. */
  levels: MapLevel[];
  /** What the drawing does not say. */
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
  /** What is drawn. */
  bytes: number;
  /** Where the memory is divided into them. */
  jsVars?: number;
  /** One sentence. */
  note?: string;
  /** The next level shows it. */
  zoomed?: boolean;
}

/** By what a region is coloured. */
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
  /** What is most along it: `12 calls`. */
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
  /** What one turn takes. */
  calls: number;
  valueSlots: number;
  stackBytes: number;
  /** Functions that can call each other this way and others. */
  functions: number;
}
