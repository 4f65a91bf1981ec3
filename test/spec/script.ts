// The commands of a .wast script, as the specification's interpreter documents them. Modules stay source here;
// values become bits. What a script may not contain throws a SyntaxProblem with its line.
import { literalBits, type NumberType } from '../../targets/module/literal.js';
import { headOf, type List, type Node, readSExpressions, SyntaxProblem } from './s-expression.js';

export type ValueType = NumberType | 'funcref' | 'externref';

/** A value as bits, each half an int32. A null reference is -1 in `low`; any other is what the target made of it. */
export interface SpecValue {
  type: ValueType;
  low: number;
  high: number;
}

export const NULL_REFERENCE = -1;

/** The required form of a result. */
export interface Pattern extends SpecValue {
  match: 'exact' | 'nan:canonical' | 'nan:arithmetic' | 'reference';
}

export type ModuleSource =
  /** `text` is the whole of `(module …)` or its bare fields; `tree` the same, read. */
  | { form: 'text'; text: Uint8Array; tree: Node[]; line: number }
  | { form: 'quote'; text: Uint8Array; line: number }
  | { form: 'binary'; bytes: Uint8Array; line: number };

export interface Action {
  kind: 'invoke' | 'get';
  /** `$name` of an instance, '' for the latest. */
  instance: string;
  name: string;
  arguments: SpecValue[];
}

export type Command = { line: number } & (
  | { kind: 'module'; name: string; definition: boolean; module: ModuleSource }
  | { kind: 'instance'; name: string; module: string }
  | { kind: 'register'; name: string; instance: string }
  | { kind: 'action'; action: Action }
  | { kind: 'assert_return'; action: Action; expected: Pattern[] }
  | { kind: 'assert_trap'; action: Action; message: string }
  | { kind: 'assert_trap_module'; module: ModuleSource; message: string }
  | { kind: 'assert_exhaustion'; action: Action; message: string }
  | { kind: 'assert_exception'; action: Action }
  /** The module has to load and to instantiate. */
  | { kind: 'assert_valid'; module: ModuleSource }
  | { kind: 'assert_invalid' | 'assert_malformed' | 'assert_unlinkable'; module: ModuleSource; message: string }
);

/**
 * Lines of WebAssembly 2.0's scripts where a module is invalid that WebAssembly 3.0 makes valid: in its scripts, they are
 * modules. Constant expressions may read globals of the module itself.
 */
const VALID_SINCE_3: Record<string, readonly number[]> = {
  'core-2.0/data.wast': [88, 92],
  'core-2.0/elem.wast': [170, 174],
  'core-2.0/global.wast': [351, 355],
};

/** All commands of a script, whose name is its path in the suite. A file of bare module fields is one module. */
export function readScript(file: Uint8Array, script: string): Command[] {
  // A plain array, because slices of a Buffer are no copies.
  const source = new Uint8Array(file);
  const nodes = readSExpressions(source);
  if (nodes.length > 0 && !/^(module|register|invoke|get|assert_.*)$/.test(headOf(nodes[0]))) {
    const module: ModuleSource = { form: 'text', text: source, tree: nodes, line: 1 };
    return [{ kind: 'module', line: 1, name: '', definition: false, module }];
  }
  const valid = VALID_SINCE_3[script] ?? [];
  return nodes.map((node) => {
    const command = readCommand(source, node);
    if (!valid.includes(command.line)) return command;
    if (command.kind !== 'assert_invalid')
      throw new SyntaxProblem('not the assertion that is known here', command.line);
    return { kind: 'assert_valid', line: command.line, module: command.module };
  });
}

function readCommand(source: Uint8Array, node: Node): Command {
  const { line } = node;
  const head = headOf(node);
  if (node.kind !== 'list') throw new SyntaxProblem('a command is a list', line);
  const items = node.items;
  switch (head) {
    case 'module':
      return readModuleCommand(source, node);
    case 'register':
      return { kind: 'register', line, name: readName(items[1], line), instance: identifierAt(items, 2) };
    case 'invoke':
    case 'get':
      return { kind: 'action', line, action: readAction(node) };
    case 'assert_return':
      return { kind: head, line, action: readAction(items[1]), expected: items.slice(2).map(readPattern) };
    case 'assert_exception':
      return { kind: head, line, action: readAction(items[1]) };
    case 'assert_trap':
      if (headOf(items[1]) === 'module') {
        const module = readModule(source, items[1] as List);
        return { kind: 'assert_trap_module', line, module, message: readName(items[2], line) };
      }
      return { kind: head, line, action: readAction(items[1]), message: readName(items[2], line) };
    case 'assert_exhaustion':
      return { kind: head, line, action: readAction(items[1]), message: readName(items[2], line) };
    case 'assert_invalid':
    case 'assert_malformed':
    case 'assert_unlinkable':
      if (headOf(items[1]) !== 'module') throw new SyntaxProblem(`${head} takes a module`, line);
      return { kind: head, line, module: readModule(source, items[1] as List), message: readName(items[2], line) };
    default:
      throw new SyntaxProblem(`unknown command '${head}'`, line);
  }
}

function readModuleCommand(source: Uint8Array, list: List): Command {
  const { line, items } = list;
  const variant = items[1]?.kind === 'atom' ? items[1].text : '';
  if (variant === 'instance') {
    return { kind: 'instance', line, name: identifierAt(items, 2), module: identifierAt(items, 3) };
  }
  const definition = variant === 'definition';
  const name = identifierAt(items, definition ? 2 : 1);
  return { kind: 'module', line, name, definition, module: readModule(source, list) };
}

function readModule(source: Uint8Array, list: List): ModuleSource {
  const { line, items } = list;
  let first = 1;
  const text = source.slice(list.start, list.end);
  const keyword = items[first];
  if (keyword?.kind === 'atom' && keyword.text === 'definition') {
    // Assemblers know no definitions: blank the keyword out, so that their error positions still hold.
    text.fill(0x20, keyword.start - list.start, keyword.end - list.start);
    first++;
  }
  if (identifierAt(items, first)) first++;
  const form = items[first];
  if (form?.kind === 'atom' && (form.text === 'binary' || form.text === 'quote')) {
    const bytes = joinStrings(items.slice(first + 1));
    return form.text === 'binary' ? { form: 'binary', bytes, line } : { form: 'quote', text: bytes, line };
  }
  return { form: 'text', text, tree: items.slice(first), line };
}

function readAction(node: Node | undefined): Action {
  const head = headOf(node);
  if (node?.kind !== 'list' || (head !== 'invoke' && head !== 'get')) {
    throw new SyntaxProblem(`unknown action '${head}'`, node?.line ?? 0);
  }
  const instance = identifierAt(node.items, 1);
  const at = instance ? 2 : 1;
  const name = readName(node.items[at], node.line);
  return { kind: head, instance, name, arguments: node.items.slice(at + 1).map(readValue) };
}

function readValue(node: Node): SpecValue {
  const { match, type, low, high } = readPattern(node);
  if (match !== 'exact') throw new SyntaxProblem('a pattern is no argument', node.line);
  return { type, low, high };
}

function readPattern(node: Node): Pattern {
  const head = headOf(node);
  const operand = node.kind === 'list' && node.items[1]?.kind === 'atom' ? node.items[1].text : '';
  const number = /^([if](?:32|64))\.const$/.exec(head);
  if (number) {
    const type = number[1] as NumberType;
    if (operand === 'nan:canonical' || operand === 'nan:arithmetic') {
      return { ...fromBits(type, literalBits(type as NumberType, 'nan')), match: operand };
    }
    return { ...fromBits(type, literalBits(type, operand)), match: 'exact' };
  }
  if (head === 'ref.null') {
    return { type: operand === 'extern' ? 'externref' : 'funcref', low: NULL_REFERENCE, high: 0, match: 'exact' };
  }
  if (head === 'ref.extern' && operand !== '') {
    return { type: 'externref', low: Number(operand), high: 0, match: 'exact' };
  }
  if (head === 'ref.extern') return { type: 'externref', low: 0, high: 0, match: 'reference' };
  if (head === 'ref.func') return { type: 'funcref', low: 0, high: 0, match: 'reference' };
  throw new SyntaxProblem(`unknown value '${head}'`, node.line);
}

export function fromBits(type: ValueType, bits: bigint): SpecValue {
  return { type, low: Number(BigInt.asIntN(32, bits)), high: Number(BigInt.asIntN(32, bits >> 32n)) };
}

/** The bits of a value as an unsigned integer of its width. */
function toBits(value: SpecValue): bigint {
  const low = BigInt.asUintN(32, BigInt(value.low));
  const wide = value.type === 'i64' || value.type === 'f64';
  return wide ? (BigInt.asUintN(32, BigInt(value.high)) << 32n) | low : low;
}

/** Whether a result is what its pattern asks for. */
export function matches(value: SpecValue, pattern: Pattern): boolean {
  if (value.type !== pattern.type) return false;
  if (pattern.match === 'reference') return value.low !== NULL_REFERENCE;
  if (pattern.match === 'exact') return toBits(value) === toBits(pattern);
  const sign = 1n << (value.type === 'f32' ? 31n : 63n);
  const magnitude = toBits(value) & ~sign;
  // An arithmetic NaN has at least the bits that the canonical one has.
  const canonical = toBits(pattern);
  return pattern.match === 'nan:canonical' ? magnitude === canonical : (magnitude & canonical) === canonical;
}

export function formatValue(value: SpecValue | Pattern): string {
  if ('match' in value && value.match !== 'exact') return `${value.type} ${value.match}`;
  if (value.type === 'funcref' || value.type === 'externref') {
    return `${value.type} ${value.low === NULL_REFERENCE ? 'null' : value.low}`;
  }
  const wide = value.type === 'i64' || value.type === 'f64';
  return `${value.type} 0x${toBits(value)
    .toString(16)
    .padStart(wide ? 16 : 8, '0')}`;
}

function identifierAt(items: Node[], index: number): string {
  const node = items[index];
  return node?.kind === 'atom' && node.text.startsWith('$') ? node.text : '';
}

function joinStrings(nodes: Node[]): Uint8Array {
  return Uint8Array.from(
    nodes.flatMap((node) => {
      if (node.kind !== 'string') throw new SyntaxProblem('a module is given as strings', node.line);
      return [...node.bytes];
    }),
  );
}

// A byte order mark is part of a name.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readName(node: Node | undefined, line: number): string {
  if (node?.kind !== 'string') throw new SyntaxProblem('a string is missing', line);
  return decoder.decode(node.bytes);
}
