// The names that functions for Espruino use, and which of them have been used: views of memory, constants, tables, the runtime.

import { Type } from '../../intermediate/operation.js';
import { LateToken, name, Token, TokenKind } from '../trees/code.js';
import type { ModuleNames } from '../trees/expression.js';

/** Functions of the runtime that have the name of one of the text `numeric` with other parameters. */
const OWN = new Set(
  [
    'i32_div_s i32_div_u i32_rem_s i32_rem_u i64_div_s i64_div_u i64_rem_s i64_rem_u',
    'i32_trunc_f32_s i32_trunc_f32_u i32_trunc_f64_s i32_trunc_f64_u',
    'i64_trunc_f32_s i64_trunc_f32_u i64_trunc_f64_s i64_trunc_f64_u',
    'f64_abs f64_neg f64_copysign',
  ].flatMap((each) => each.split(' ')),
);

/** Functions for f32 that equal those for f64, because an f32 is a double here. */
const SAME: Record<string, string> = {
  own_i32_trunc_f32_s: 'own_i32_trunc_f64_s',
  own_i32_trunc_f32_u: 'own_i32_trunc_f64_u',
  own_i64_trunc_f32_s: 'own_i64_trunc_f64_s',
  own_i64_trunc_f32_u: 'own_i64_trunc_f64_u',
  i32_trunc_sat_f32_s: 'i32_trunc_sat_f64_s',
  i32_trunc_sat_f32_u: 'i32_trunc_sat_f64_u',
  i64_trunc_sat_f32_s: 'i64_trunc_sat_f64_s',
  i64_trunc_sat_f32_u: 'i64_trunc_sat_f64_u',
};

/** The name of a function of the module. */
export class FunctionName extends Token {
  readonly index: number;
  /** In front of the arguments of calls: nothing, but where a host function is called that is given the host. */
  readonly leading = new LateToken(TokenKind.Space, '');

  constructor(index: number) {
    super(TokenKind.Word, `f${index}`);
    this.index = index;
  }
}

export type ViewName = 'octets' | 'signedBytes' | 'shorts' | 'signedShorts' | 'words' | 'singles' | 'doubles';

/** Names in addition to those of every dialect. */
export interface EspruinoNames extends ModuleNames {
  /** A variable with the float of these bits. */
  float(low: number, high: number): Token;
  function(index: number): FunctionName;
  /** The place of a word of a result. */
  resultWord(type: Type, word: number): Token;
  /** A typed array over the memory from a byte on, as long as that. */
  view(name: ViewName, from?: number): Token;
  /** A list of such arrays from byte 0, 1, 2 on, to the last one before the second element. */
  viewsOf(name: ViewName): Token;
  /** Whether there is such an array. */
  hasView(name: ViewName, from: number): boolean;
  /** A variable of the runtime. */
  variable(name: string): Token;
  /** A function that looks up the number of a function in a table and checks its type. */
  tableFunction(table: number, signature: string): Token;
  /** A list of the functions of that type in a table, or null. */
  functionsOf(table: number, signature: string): Token | null;
  /** The depth that a call of a counting function takes; known when all functions are printed. */
  weight(functionIndex: number): Token;
  /** The condition that there is room for another call; known when all functions are printed. */
  readonly room: Token;
  /** The bytes of the memory: a number, or a variable of the runtime. */
  readonly limit: Token;
  /** Bytes of the memory that always exist. */
  readonly sureBytes: number;
  /** Whether stores update the sums of the blocks of memory. */
  readonly sumsBlocks: boolean;
}

export class Names implements EspruinoNames {
  readonly memory = name('bytes');
  readonly room = new LateToken(TokenKind.Word, 'room');
  readonly sureBytes: number;
  readonly sumsBlocks: boolean;
  readonly limit: Token;
  readonly views = new Map<string, [name: ViewName, from: number]>();
  /** Views of which there is one from each byte on. */
  readonly viewLists = new Map<string, ViewName>();
  readonly resultWords = new Map<string, Type>();
  readonly functions = new Map<number, FunctionName>();
  readonly weights = new Map<number, LateToken>();
  readonly indirects = new Map<string, [table: number, signature: string]>();
  readonly numbers = new Map<string, [table: number, signature: string]>();
  readonly lists = new Map<string, [table: number, signature: string]>();
  readonly floats = new Map<string, [low: number, high: number]>();
  readonly references = new Map<number, number>();
  readonly signatures = new Map<string, number>();

  private readonly short: ReadonlySet<number>;
  private readonly displaced: ReadonlySet<string>;

  /** `short`: the tables that do not change and have few entries; `displaced`: the views that start within memory. */
  constructor(
    { memoryBytes, sumsBlocks = false }: { memoryBytes: number; sumsBlocks?: boolean },
    memoryGrows: boolean,
    short: ReadonlySet<number>,
    displaced: ReadonlySet<string>,
  ) {
    this.short = short;
    this.displaced = displaced;
    this.sureBytes = memoryBytes;
    this.sumsBlocks = sumsBlocks;
    this.limit = memoryGrows ? name('limit') : new Token(TokenKind.Number, String(memoryBytes));
  }

  function(index: number): FunctionName {
    const found = this.functions.get(index) ?? new FunctionName(index);
    this.functions.set(index, found);
    return found;
  }
  weight(functionIndex: number): LateToken {
    const found = this.weights.get(functionIndex) ?? new LateToken(TokenKind.Word, `weight${functionIndex}`);
    this.weights.set(functionIndex, found);
    return found;
  }
  table(index: number): Token {
    return name(`T${index}`);
  }
  global(index: number, word: number): Token {
    return name(`g${index}${word === 0 ? '' : 'h'}`);
  }
  indirect(table: number, signature: string): Token {
    const own = `c${table}_${this.signature(signature)}`;
    this.indirects.set(own, [table, signature]);
    return name(own);
  }
  tableFunction(table: number, signature: string): Token {
    const own = `e${table}_${this.signature(signature)}`;
    this.numbers.set(own, [table, signature]);
    return name(own);
  }
  nan(type: Type, low: number, high: number): Token {
    if (type !== Type.F32) return this.float(low, high);
    const payload = low & 0x7fffff;
    return this.float(payload << 29, (low & -2147483648) | 0x7ff00000 | (payload >> 3));
  }
  float(low: number, high: number): Token {
    const own = `n${(high >>> 0).toString(16)}_${(low >>> 0).toString(16)}`;
    this.floats.set(own, [low, high]);
    return name(own);
  }
  runtime(called: string): Token {
    const own = OWN.has(called) ? `own_${called}` : called;
    return name(SAME[own] ?? own);
  }
  view(view: ViewName, from = 0): Token {
    const text = from === 0 ? view : `${view}${from}`;
    this.views.set(text, [view, from]);
    return name(text);
  }
  viewsOf(view: ViewName): Token {
    this.view(view);
    const own = `each_${view}`;
    this.viewLists.set(own, view);
    return name(own);
  }
  hasView(name: ViewName, from: number): boolean {
    return this.displaced.has(`${name}${from}`);
  }
  variable(called: string): Token {
    return name(called);
  }
  resultWord(type: Type, word: number): Token {
    if (type === Type.I32 && word === 1) return name('highWord');
    const own = `${type === Type.I32 ? 'r' : type === Type.Reference ? 'x' : 'd'}${word}`;
    this.resultWords.set(own, type);
    return name(own);
  }
  /** A reference is the number of its function among those that have one. */
  reference(functionIndex: number): Token {
    return new Token(TokenKind.Number, String(this.referenceOf(functionIndex)));
  }
  referenceOf(functionIndex: number): number {
    return numberOf(this.references, functionIndex);
  }
  /** A list of the table's functions of that type, 0 for the others; null if the table changes or is long. */
  functionsOf(table: number, signature: string): Token | null {
    if (!this.short.has(table)) return null;
    const own = `q${table}_${this.signature(signature)}`;
    this.lists.set(own, [table, signature]);
    return name(own);
  }
  signature(signature: string): number {
    return numberOf(this.signatures, signature);
  }
}

/** The number that a key has, or gets. */
function numberOf<Key>(numbers: Map<Key, number>, key: Key): number {
  const found = numbers.get(key) ?? numbers.size;
  numbers.set(key, found);
  return found;
}
