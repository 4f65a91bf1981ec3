// Finds what a program uses that a board's firmware leaves out, from the board's list.

import type { AnyNode } from 'acorn';
import type { Core } from '../../boards/board.js';
import type { CStack } from '../../boards/call-stack.js';

/** The facts about a board that the simulator needs. */
export interface SimulatedBoardFacts {
  name: string;
  /** `process.env.BOARD`. */
  firmware: string;
  /** The chip, whose pins have fixed addresses. */
  chip?: string;
  /** Clock rate of the processor in Hz. */
  clock: number;
  /** RAM of the chip in bytes. */
  ram?: number;
  jsVars: { count: number; bytes: number };
  /** JsVars that are free at boot. */
  freeJsVars: number;
  storage: { bytes: number; executableInPlace?: boolean };
  /** Without it, there is no machine code. */
  core?: Core;
  nativeCalls?: boolean;
  flash?: number;
  /** Modules in the firmware, which `require` finds. */
  modules: readonly string[];
  /** Parts of language and library that other boards have and this one lacks. */
  missing: readonly string[];
  /** Without it, an estimate. */
  cStack?: CStack;
}

/** Beginnings of the lists' words for syntax, and how a program's text shows it. */
const syntax: [words: RegExp, found: (node: AnyNode) => boolean][] = [
  [/^arrow functions/, (node) => node.type === 'ArrowFunctionExpression'],
  [/^classes/, (node) => node.type === 'ClassDeclaration' || node.type === 'ClassExpression'],
  [/^template literals/, (node) => node.type === 'TemplateLiteral'],
  [/^getters and setters/, (node) => node.type === 'Property' && node.kind !== 'init'],
  [
    /^(shorthand properties|object methods)/,
    (node) => node.type === 'Property' && node.kind === 'init' && (node.shorthand || node.method),
  ],
  [/^regular expressions/, (node) => node.type === 'Literal' && 'regex' in node && node.regex !== undefined],
  [/^for[- ]\(?in\)? and for/, (node) => node.type === 'ForInStatement' || node.type === 'ForOfStatement'],
];

export interface BoardFeatures {
  /** Names the syntax of a node that the board cannot parse; null if it can. */
  syntax: (node: AnyNode) => string | null;
  globals: ReadonlySet<string>;
  /** By object: members of namespaces and constructors. */
  statics: Readonly<Record<string, readonly string[]>>;
  /** Members by kind of value: `TypedArray` `Array` `String`. */
  methods: Readonly<Record<string, readonly string[]>>;
}

/** Reads a board's list: `DataView`, `E.nativeCall, E.defrag`, `Math: sqrt, pow`, or words for syntax. */
export function boardFeatures(missing: readonly string[]): BoardFeatures {
  const unparsable: [string, (node: AnyNode) => boolean][] = [];
  const globals = new Set<string>();
  const statics: Record<string, string[]> = {};
  const methods: Record<string, string[]> = {};
  for (const entry of missing) {
    const matched = syntax.find(([words]) => words.test(entry));
    if (matched) {
      unparsable.push([entry, matched[1]]);
      if (/^regular/.test(entry)) globals.add('RegExp');
      continue;
    }
    const list = /^(\w+): (.*)$/.exec(entry);
    if (list) {
      const owner = list[1] === 'ArrayBufferView' ? 'TypedArray' : list[1];
      const names = list[2].split(', ').filter((name) => /^\w+$/.test(name));
      const target = ['TypedArray', 'Array', 'String'].includes(owner) ? methods : statics;
      target[owner] = [...(target[owner] ?? []), ...names];
      continue;
    }
    for (const name of entry.split(', ')) {
      const member = /^(\w+)\.(\w+)$/.exec(name);
      if (member) statics[member[1]] = [...(statics[member[1]] ?? []), member[2]];
      else if (name === 'promises') globals.add('Promise');
      else if (/^\w+$/.test(name)) globals.add(name);
    }
  }
  return {
    syntax: (node) => unparsable.find(([, found]) => found(node))?.[0] ?? null,
    globals,
    statics,
    methods,
  };
}
