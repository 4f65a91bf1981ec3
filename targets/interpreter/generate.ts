// Writes src/generated/: the numbers of the register instructions and the interpreter's loop. The loop comes from the
// opcode table, the pure functions of src/numeric.ts, which are inlined, and instructions.ts. Another form of the
// interpreter (a level of verification, handlers in a table) is another way to print the same bodies.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Expression, type Node, type Pattern, parse as parseJavaScript } from 'acorn';
import { simple } from 'acorn-walk';
import { transformSync } from 'esbuild';
import { Immediate, type OpcodeRow, opcodeTable } from '../../src/opcodes.js';
import { COMMON_FUSIONS, fusions, VERIFIED_FUSIONS } from './fusions.js';
import {
  constantForms,
  instructions as fixedInstructions,
  hotNumeric,
  type Instruction,
  memoryForms,
  mirrored,
} from './instructions.js';

const NUMERIC = 'src/numeric.ts';

/** A function of numeric.ts whose body is constants and a return. */
export interface PureFunction {
  parameters: string[];
  /** Text of its constant declarations, or null if it has other statements: then it is called. */
  constants: string | null;
  result: string;
  /** How often each parameter occurs in the text. */
  uses: Map<string, number>;
}

export function readNumericFunctions(root: string): Map<string, PureFunction> {
  const code = transformSync(readFileSync(`${root}${NUMERIC}`, 'utf8'), { loader: 'ts', target: 'es2022' }).code;
  const program = parseJavaScript(code, { ecmaVersion: 2022, sourceType: 'module' });
  const functions = new Map<string, PureFunction>();
  const text = (node: Node) => code.slice(node.start, node.end);
  for (const exported of program.body) {
    const statement = exported.type === 'ExportNamedDeclaration' ? exported.declaration : exported;
    if (statement?.type !== 'FunctionDeclaration') continue;
    const parameters = statement.params.map((parameter: Pattern) => text(parameter));
    const body = statement.body.body;
    const last = body[body.length - 1];
    const uses = new Map<string, number>();
    simple(statement.body, {
      Identifier(node) {
        uses.set(node.name, (uses.get(node.name) ?? 0) + 1);
      },
    });
    const simpleBody =
      last?.type === 'ReturnStatement' && body.slice(0, -1).every((part) => part.type === 'VariableDeclaration');
    functions.set(statement.id.name, {
      parameters,
      constants: simpleBody ? body.slice(0, -1).map(text).join(' ') : null,
      result: last?.type === 'ReturnStatement' ? text(last.argument as Expression) : '',
      uses,
    });
  }
  return functions;
}

const pascal = (mnemonic: string) =>
  mnemonic
    .split(/[._ ]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

const floatArithmetic = /^f\d\d\.(add|sub|mul|div|sqrt|ceil|floor|trunc|nearest|min|max|demote|promote)/;
const bitwiseFloat = /^f\d\d\.(abs|neg|copysign)$/;
const noInstruction = /reinterpret|i32\.wrap_i64|128|mul_wide/;

/** Prints the body of one numeric instruction; `constant` reads the right operand from the code. */
class NumericPrinter {
  constructor(private readonly functions: Map<string, PureFunction>) {}

  find(mnemonic: string, suffix: string): string | null {
    const exact = mnemonic.replaceAll('.', '_') + suffix;
    if (this.functions.has(exact)) return exact;
    const double = exact.replaceAll('f32', 'f64');
    return this.functions.has(double) ? double : null;
  }

  body(row: OpcodeRow, constant: boolean): string {
    const mnemonic = row[1];
    const [parameters, results] = row[3].split(':');
    const bits = bitwiseFloat.test(mnemonic);
    const types = (bits ? parameters.replace(/F/g, 'I').replace(/f/g, 'i') : parameters).split('');
    const result = bits ? results.replace('F', 'I').replace('f', 'i') : results;
    // The operands as JavaScript, one for each parameter of the pure function.
    const operands: string[] = [];
    const addresses: string[] = [];
    types.forEach((type, index) => {
      const word = index + 2;
      const literal = constant && index === 1;
      if (type === 'i') operands.push(literal ? `C(${word})` : `I(${word})`);
      else if (type === 'f') operands.push(literal ? `E(${word})` : `S(${word})`);
      else if (type === 'F') operands.push(literal ? `D(${word})` : `F(${word})`);
      else if (literal) operands.push(`C(${word})`, `C(${word + 1})`);
      else {
        const name = 'pq'.charAt(index);
        addresses.push(`const ${name} = P(${word});`);
        operands.push(`R[${name}]`, `R[${name} + 1]`);
      }
    });
    if (result === 'I') {
      const high = this.find(mnemonic, '_high');
      if (high) {
        const low = this.find(mnemonic, '_low');
        const lowText = low ? this.inline([low], operands, (values) => values[0]) : operands[0];
        // The operands are read before the destination, which may be one of them, is written.
        return low
          ? `${addresses.join(' ')} ${this.inline([low, high], operands, (values) => `const l = ${values[0]}, h = ${values[1]}, d = P(1); R[d] = l; R[d + 1] = h;`)}`
          : `${addresses.join(' ')} const l = ${lowText}, h = ${this.inline([high], operands, (values) => values[0], true)}, d = P(1); R[d] = l; R[d + 1] = h;`;
      }
    }
    const name = this.find(mnemonic, '');
    if (!name) throw new Error(`src/numeric.ts has no function for ${mnemonic}`);
    const trap = this.find(mnemonic, '_trap');
    const write = (value: string): string => {
      if (result === 'i') return `I(1) = ${value};`;
      if (result === 'I') return `const l = ${value}, d = P(1); R[d] = l; R[d + 1] = highWord;`;
      const view = result === 'f' ? 'S[d]' : 'F[d >> 1]';
      if (!floatArithmetic.test(mnemonic)) return `const d = P(1); ${view} = ${value};`;
      // A NaN that comes out is the canonical one, on every machine.
      const canonical = result === 'f' ? 'R[d] = 0x7fc00000;' : '{ R[d] = 0; R[d + 1] = 0x7ff80000; }';
      return `const v = ${value}, d = P(1); ${view} = v; if (v !== v) ${canonical}`;
    };
    const names = trap ? [trap, name] : [name];
    const text = this.inline(names, operands, (values) =>
      trap ? `const t = ${values[0]}; if (t !== 0) EXIT(t) ${write(values[1])}` : write(values[0]),
    );
    return `${addresses.join(' ')} ${text}`;
  }

  /**
   * Text in which the functions' results stand for `values`. An operand that is used more than once is read into a constant;
   * with `expression`, nothing is declared and every operand is repeated.
   */
  private inline(names: string[], operands: string[], use: (values: string[]) => string, expression = false): string {
    const bound = new Map<string, string>();
    const declarations: string[] = [];
    const first = this.functions.get(names[0])!;
    const plain = (parameter: string) => parameter.replace(/^_/, '');
    first.parameters.forEach((parameter, index) => {
      const count = names.reduce((sum, name) => {
        const pure = this.functions.get(name)!;
        return sum + (pure.constants === null ? 1 : (pure.uses.get(plain(parameter)) ?? 0));
      }, 0);
      if (count > 1 && !expression) {
        declarations.push(`const ${plain(parameter)} = ${operands[index]};`);
        bound.set(plain(parameter), plain(parameter));
      } else bound.set(plain(parameter), operands[index]);
    });
    const values = names.map((name) => {
      const pure = this.functions.get(name)!;
      const substitute = (text: string) => text.replace(/\b[A-Za-z_]\w*\b/g, (word) => bound.get(word) ?? word);
      if (pure.constants === null) return `${name}(${pure.parameters.map((p) => bound.get(plain(p))).join(', ')})`;
      if (pure.constants !== '') declarations.push(substitute(pure.constants));
      return `(${substitute(pure.result)})`;
    });
    return `${declarations.join(' ')} ${use(values)}`;
  }
}

export function numericInstructions(functions: Map<string, PureFunction>): { list: Instruction[]; forms: string[][] } {
  const printer = new NumericPrinter(functions);
  const list: Instruction[] = [];
  const forms: string[][] = [];
  for (const row of opcodeTable) {
    const mnemonic = row[1];
    if (row[2] !== Immediate.None || row[3] === '' || noInstruction.test(mnemonic)) continue;
    const name = pascal(mnemonic);
    const length = 2 + row[3].indexOf(':');
    const common = { length, target: 0, conditional: false };
    let constantName = '0';
    if (constantForms.has(mnemonic)) {
      constantName = `${name}Constant`;
      const constantWords = row[3].startsWith('FF') ? 2 : row[3].startsWith('II') ? 1 : 0;
      list.push({
        ...common,
        length: length + constantWords,
        name: constantName,
        hot: true,
        body: printer.body(row, true),
      });
    }
    let registerName = '0';
    if (!mirrored.has(mnemonic)) {
      registerName = name;
      list.push({ ...common, name, hot: hotNumeric.has(mnemonic), body: printer.body(row, false) });
    }
    forms.push([String(row[0]), registerName, constantName]);
  }
  return { list, forms };
}

/** What the macros for changes of state become. `m` is an address in the memory's buffer. */
type Changes = Record<string, (...operands: string[]) => string>;

export const plainChanges: Changes = {
  WRITE8: (_, value) => `bytes[m] = ${value};`,
  WRITE16: (_, value) => `view.setInt16(m, ${value}, true);`,
  WRITE32: (_, value) => `view.setInt32(m, ${value}, true);`,
  WRITE64: (_, low, high) => `view.setInt32(m, ${low}, true); view.setInt32(m + 4, ${high}, true);`,
  WRITEF64: (_, value) => `view.setFloat64(m, ${value}, true);`,
  GLOBAL: (word, value) => `globals[${word}] = ${value};`,
  PUSH: (next, frame) => `callStack[calls] = ${next}; callStack[calls + 1] = ${frame}; calls += 2;`,
  POP: () => 'calls -= 2; pc = callStack[calls]; current = callStack[calls + 1]; FRAME',
  CHANGE: () => '',
  CHANGED: () => '',
  CHANGETABLES: () => '',
  CHANGEDTABLES: () => '',
};

/** A store that crosses words is left to the driver. */
const across = (mask: string, status: string, low: string, high = '0') =>
  `if (${mask}) { state[State.Callee] = m; state[State.Base] = ${low}; state[State.High] = ${high}; pc = NEXT; EXIT(Status.${status}) }`;
const FOLLOW_WORD =
  'memorySums[m >> 6] = (memorySums[m >> 6] + stored - memoryWords[m >> 2]) | 0; memoryWords[m >> 2] = stored;';

/** With checksums that follow. A byte or two are added in their place in the word. */
const verifiedChanges: Changes = {
  WRITE8: (_, value) =>
    `const stored = ${value}; memorySums[m >> 6] = (memorySums[m >> 6] + (((stored & 255) - bytes[m]) << ((m & 3) << 3))) | 0; bytes[m] = stored;`,
  WRITE16: (_, value) =>
    `const stored = ${value}; ${across('(m & 3) === 3', 'Store16', 'stored')} memorySums[m >> 6] = (memorySums[m >> 6] + (((stored & 65535) - view.getUint16(m, true)) << ((m & 3) << 3))) | 0; view.setInt16(m, stored, true);`,
  WRITE32: (_, value) => `const stored = ${value}; ${across('(m & 3) !== 0', 'Store32', 'stored')} ${FOLLOW_WORD}`,
  WRITE64: (_, low, high) =>
    `const stored = ${low}, storedHigh = ${high}; ${across('(m & 3) !== 0', 'Store64', 'stored', 'storedHigh')} ${FOLLOW_WORD} const above = m + 4; ${FOLLOW_WORD.replaceAll('m >>', 'above >>').replaceAll('stored', 'storedHigh')}`,
  WRITEF64: (_, value) =>
    `storedDouble[0] = ${value}; const stored = storedWords[0], storedHigh = storedWords[1]; ${across('(m & 3) !== 0', 'Store64', 'stored', 'storedHigh')} ${FOLLOW_WORD} const above = m + 4; ${FOLLOW_WORD.replaceAll('m >>', 'above >>').replaceAll('stored', 'storedHigh')}`,
  GLOBAL: (word, value) =>
    `const stored = ${value}, word = ${word}; globalSums[word >> 4] = (globalSums[word >> 4] + stored - globals[word]) | 0; globals[word] = stored;`,
  PUSH: (next, frame) =>
    `const next = ${next}; callStack[calls] = next; callStack[calls + 1] = ${frame}; frameSeals[calls >> 1] = ((next << 16) | (next >>> 16)) ^ ${frame} ^ FRAME_SEAL; calls += 2;`,
  POP: () =>
    'const next = callStack[calls - 2], outer = callStack[calls - 1]; if ((((next << 16) | (next >>> 16)) ^ outer ^ FRAME_SEAL) !== frameSeals[(calls - 2) >> 1]) EXIT(Status.Corrupt) calls -= 2; pc = next; current = outer; FRAME',
  CHANGE: (address, bytes) => `integrity.openMemory(${address}, ${bytes});`,
  CHANGED: (address, bytes) => `integrity.sealMemory(${address}, ${bytes});`,
  CHANGETABLES: () => 'integrity.openTables();',
  CHANGEDTABLES: () => 'integrity.sealTables();',
};

/** Which of the loop's forms is printed. */
export enum Variant {
  /** Verifies nothing. */
  Plain = 0,
  /** Checksums follow what is stored outside of the value slots. */
  Verified = 1,
  /** A running sum follows the value slots too. */
  VerifiedSlots = 2,
}

/** Keeps `slotSum`, the sum of the words of all slots, through every write to them. */
function followSlots(body: string): string {
  const words = /\b([RSF])\[((?:[^[\]]|\[[^\]]*\])+)\] = ([^;]+);/g;
  return body.replace(words, (_, view: string, index: string, value: string) => {
    if (view === 'R') {
      return `{ const slot = ${index}, written = ${value}; slotSum = (slotSum + written - R[slot]) | 0; R[slot] = written; }`;
    }
    if (view === 'S') {
      return `{ const slot = ${index}, before = R[slot]; S[slot] = ${value}; slotSum = (slotSum + R[slot] - before) | 0; }`;
    }
    const slot = index.replace(/ >> 1$/, '');
    return `{ const slot = ${slot}, before = (R[slot] + R[slot + 1]) | 0; F[slot >> 1] = ${value}; slotSum = (((slotSum + R[slot]) | 0) + ((R[slot + 1] - before) | 0)) | 0; }`;
  });
}

/** Replaces the macros for changes; their operands may have parentheses. */
export function expandChanges(body: string, changes: Changes): string {
  const macro =
    /\b(WRITE8|WRITE16|WRITE32|WRITE64|WRITEF64|GLOBAL|PUSH|CHANGETABLES|CHANGEDTABLES|CHANGED|CHANGE)\(|\bPOP\b/;
  let text = body;
  for (let found = macro.exec(text); found; found = macro.exec(text)) {
    const name = found[1] ?? 'POP';
    const operands: string[] = [];
    let end = found.index + found[0].length;
    for (let start = end, depth = name === 'POP' ? 0 : 1; depth > 0; end++) {
      const character = text[end];
      if (character === '(' || character === '[') depth++;
      else if (character === ')' || character === ']') depth--;
      if ((character === ',' && depth === 1) || depth === 0) {
        operands.push(text.slice(start, end).trim());
        start = end + 1;
      }
    }
    text = text.slice(0, found.index) + changes[name](...operands) + text.slice(end);
  }
  return text;
}

/** Jumps and calls are counted on their own too: damaged code, with damaged fuel in it, must not run for ever. */
const CHECK_TURN = 'state[State.Ticks] -= 1; if ((state[State.Fuel] | state[State.Ticks]) < 0) EXIT(Status.Yield)';
const TURN = 'const cost = $1; EXIT(Status.Jump)';

// Positions are summed without `| 0`: they are small, and V8's limit counts the bytes.
function expand(body: string, variant: Variant, exit: (status: string) => string): string {
  const jump = (_: string, n: string) =>
    `{ state[State.Fuel] -= C(${Number(n) + 1}); pc = C(${n}); if (state[State.Fuel] < 0) EXIT(Status.Yield) continue; }`;
  const jumps = body.replace(/JUMP\((\d+)\)/g, jump);
  const turns = jumps
    .replace(/state\[State\.Fuel\] -= (\S+); if \(state\[State\.Fuel\] < 0\) EXIT\(Status\.Yield\) continue;/g, TURN)
    .replace(
      /state\[State\.Fuel\] -= (\S+); pc = (\S+); if \(state\[State\.Fuel\] < 0\) EXIT\(Status\.Yield\) continue;/g,
      `const cost = $1; pc = $2; EXIT(Status.Jump)`,
    )
    .replaceAll('if (state[State.Fuel] < 0) EXIT(Status.Yield)', CHECK_TURN);
  const text = (variant === Variant.Plain ? jumps : turns)
    // Damaged code must not clear for ever.
    .replace(/ CLEARED\b/, variant === Variant.Plain ? '' : ' && at >= frame && at < end')
    .replace(/\bI\((\d+)\)/g, 'R[fp + C($1)]')
    .replace(/\bS\((\d+)\)/g, 'S[fp + C($1)]')
    .replace(/\bF\((\d+)\)/g, 'F[(fp + C($1)) >> 1]')
    .replace(/\bP\((\d+)\)/g, '(fp + C($1))')
    .replace(/\bC\((\d+)\)/g, 'code$1[pc]')
    .replace(/\bE\((\d+)\)/g, 'codeFloats[pc + $1]')
    .replace(/\bD\((\d+)\)/g, (_, n) => `codeDoubles[(pc + ${Number(n) + 1}) >> 1]`)
    .replace(/\bFRAME\b/g, '{ status = Status.Frame; break; }')
    .replace(/EXIT\(([^()]*)\)/g, (_, status: string) => exit(status));
  return variant === Variant.VerifiedSlots ? followSlots(text) : text;
}

/** An f64 that was computed, and its canonical NaN. */
const ARITHMETIC = /const v = ([^;]*), d = P\((\d+)\); F\[d >> 1\] = v; if \(v !== v\) \{[^}]*\}\s*$/;

/** A producer's body, taken apart: what comes before its result, and the result itself. */
function producerParts(instruction: Instruction): { prelude: string; value: string; high: string; view: string } {
  const arithmetic = /^(.*)const v = (.*), d = P\(1\); ([SF])\[d.*$/s.exec(instruction.body);
  if (arithmetic) return { prelude: arithmetic[1], value: arithmetic[2], high: '', view: arithmetic[3] };
  const plain = /^(.*)\b([ISF])\(1\) = ([^;]*);\s*$/s.exec(instruction.body);
  if (plain) return { prelude: plain[1], value: plain[3], high: '', view: plain[2] };
  const pair = /^(.*)const l = (.*), h = (.*), d = P\(1\); R\[d\] = l; R\[d \+ 1\] = h;\s*$/s.exec(instruction.body);
  if (pair) return { prelude: pair[1], value: pair[2], high: pair[3], view: 'P' };
  throw new Error(`${instruction.name} cannot be the first of a pair`);
}

const hasDestination = (name: string) => !/^(Store|Branch|Return)/.test(name.replace(/^.*(Then|Into)/, ''));

/** The instruction that does two at once. Its words: the second one's destination, the first one's, and their operands. */
function fusedInstruction(first: Instruction, second: Instruction, word: number, kept: boolean): Instruction {
  if (word === 0) return sequence(first, second);
  const operandWord = hasDestination(second.name) ? 2 : 1;
  // A value may also go into the middle of a pair.
  const joint = second.name.includes('Then') ? 'Into' : 'Then';
  const name = `${first.name}${kept ? 'Kept' : ''}${joint}${second.name}${word === operandWord ? '' : 'Second'}`;
  let next = 1;
  const secondWords = new Map<number, number>();
  if (hasDestination(second.name)) secondWords.set(1, next++);
  const firstWords = new Map<number, number>();
  if (kept) firstWords.set(1, next++);
  for (let at = 2; at < first.length; at++) firstWords.set(at, next++);
  for (let at = 1; at < second.length; at++) {
    if (at !== word && !secondWords.has(at)) secondWords.set(at, next++);
  }
  const renumber = (text: string, numbers: Map<number, number>) =>
    text.replace(/\b(JUMP|[ISFPCED])\((\d+)\)/g, (_, macro, n) => `${macro}(${numbers.get(Number(n))})`);
  const { prelude, value, high, view } = producerParts(first);
  // The second one may be a pair itself, with a value of its own.
  const x = ['x', 'y', 'z'].find((name) => !new RegExp(`\\bconst ${name}\\b`).test(second.body))!;
  // Constants of the first body, out of the way of the second's.
  const own = (text: string) =>
    renumber(text, firstWords).replace(
      /(?<![.\w])((?:a|b|c|o|m|p|q|h|k|l|t|v|[xyz]|[xyz]High|aLow|aHigh|bLow|bHigh|a0|a1|b0|b1|middle|carry)_*)\b(?!\()/g,
      '$1_',
    );
  const highPart = high === '' ? '' : `, ${x}High = ${own(high)}`;
  const keep = kept ? ` ${view}(${firstWords.get(1)}) = ${x};` : '';
  let body = second.body;
  if (view === 'P') {
    // The slot's index stands in the second body: `const p = P(2);` goes, and what is read through it is the value.
    const index = new RegExp(`const (\\w) = P\\(${word}\\);`).exec(body);
    if (!index) throw new Error(`${second.name} cannot be the second of a pair`);
    body = body.replace(index[0], '').replaceAll(`R[${index[1]}]`, x).replaceAll(`R[${index[1]} + 1]`, `${x}High`);
  } else body = body.replaceAll(`${view}(${word})`, x);
  return {
    name,
    length: next,
    hot: true,
    target: second.target === 0 ? 0 : secondWords.get(second.target)!,
    conditional: second.conditional,
    body: `${own(prelude)} const ${x} = ${own(value)}${highPart};${keep} ${renumber(body, secondWords)}`,
  };
}

/** Two instructions one after the other: all words of the first, then those of the second. */
function sequence(first: Instruction, second: Instruction): Instruction {
  const shift = first.length - 1;
  const body = second.body.replace(/\b(JUMP|[ISFPCED])\((\d+)\)/g, (_, macro, n) => `${macro}(${Number(n) + shift})`);
  return {
    name: `${first.name}And${second.name}`,
    length: first.length + second.length - 1,
    hot: true,
    target: second.target === 0 ? 0 : second.target + shift,
    conditional: second.conditional,
    body: `${first.body} ${body}`,
  };
}

/** All fused instructions; one may be the first of another pair. */
function fusedInstructions(list: Instruction[]): {
  fused: Instruction[];
  rows: [string, string, number, boolean, string][];
} {
  const byName = new Map(list.map((instruction) => [instruction.name, instruction]));
  const fused: Instruction[] = [];
  const rows: [string, string, number, boolean, string][] = [];
  const find = (name: string) => {
    const found = byName.get(name);
    if (!found) throw new Error(`there is no instruction ${name}`);
    return found;
  };
  for (const { first, second, word, kept } of fusions) {
    const instruction = fusedInstruction(find(first), find(second), word, kept);
    byName.set(instruction.name, instruction);
    fused.push(instruction);
    rows.push([first, second, word, kept, instruction.name]);
  }
  return { fused, rows };
}

const CREATE = ['createInterpreter', 'createVerifiedInterpreter', 'createSlotVerifiedInterpreter'];

/** The result of an instruction, where it is the last thing that it does, and on no condition. */
const RESULT = /(?<!\)\s*)\{ const (slot = [^;]+, written = [^;]+); slotSum = [^;]+; R\[slot\] = written; \}\s*$/;

/** Behind the switch: in the cases themselves it would make the loop longer than V8 optimises. */
const STORE_RESULT = `        if (status === Status.Running) {
          slotSum = (slotSum + written - R[slot]) | 0; R[slot] = written;
          continue;
        }
        if (status === Status.Double) {
          status = Status.Running;
          slotSum = (slotSum - R[slot] - R[slot + 1]) | 0;
          F[slot >> 1] = double;
          if (double !== double) { R[slot] = 0; R[slot + 1] = 0x7ff80000; }
          slotSum = (slotSum + R[slot] + R[slot + 1]) | 0;
          continue;
        }
`;
const CHARGE_JUMP = `        if (status === Status.Jump) {
          state[State.Fuel] -= cost; state[State.Ticks] -= 1;
          status = Status.Running;
          if ((state[State.Fuel] | state[State.Ticks]) >= 0) continue;
          status = Status.Yield;
        }
`;

/** What is looked at within the loop: a call of the rest would make it leave the loop each time. */
const VALIDATE = `      if (status === Status.Yield) {
        const grant = interval - state[State.Fuel];
        if (
          grant > 0 && state[State.Budget] >= grant && state[State.Turns] > 0 && (pc >>> 0) < state[State.CodeEnd] &&
          (calls & 1) === 0 && (calls >>> 0) <= state[State.CallLimit] + 2 && (current >>> 0) <= state[State.SlotLimit]
        ) {
          state[State.Budget] -= grant; state[State.Fuel] = interval; state[State.Ticks] = ticks; state[State.Turns] -= 1;
          status = Status.Running;
          continue;
        }
      }
`;

/** Cold instructions stand in functions of this many cases: each stays far below the size that V8 refuses to optimise. */
const COLD_CASES = 80;

/** `hotCount` is how many of the hot instructions it has. */
function printInterpreter(given: Instruction[], variant: Variant, hotCount: number): string {
  const verified = variant !== Variant.Plain;
  const followsSlots = variant === Variant.VerifiedSlots;
  const changes = verified ? verifiedChanges : plainChanges;
  const all = given.map((instruction) => ({ ...instruction, body: expandChanges(instruction.body, changes) }));
  const number = new Map(all.map((instruction, index) => [instruction.name, index]));
  const hot = all.slice(0, hotCount).filter((instruction) => instruction.hot);
  const cold = all.filter((instruction) => !instruction.hot);
  // One set of variables for all cases: each `const` would be a register of its own, and a high register doubles the code.
  const variables = new Set<string>();
  const shared = (body: string) =>
    body.replace(/\bconst ((?:[^;()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*);/g, (_, declarations: string) => {
      for (const [, name] of declarations.matchAll(/(?:^|, )(\w+) = /g)) variables.add(name);
      return `${declarations};`;
    });
  const cases = hot.map((instruction) => {
    const given = instruction.body.replace(/\bNEXT\b/g, `pc + ${instruction.length}`);
    const text = followsSlots ? given.replace(ARITHMETIC, 'const slot = P($2), double = $1;') : given;
    const expanded = expand(text, variant, (status) => `{ status = ${status}; break; }`);
    if (followsSlots && RESULT.test(expanded)) {
      const result = shared(expanded.replace(RESULT, `const $1; pc += ${instruction.length}; break;`));
      return `      case ${number.get(instruction.name)}: { // ${instruction.name}\n        ${result.trim()}\n      }`;
    }
    if (text !== given) {
      return `      case ${number.get(instruction.name)}: { // ${instruction.name}\n        ${shared(expanded)} pc += ${instruction.length}; status = Status.Double; break;\n      }`;
    }
    const body = shared(expanded);
    const leaves =
      /continue;\s*$|break; }\s*$/.test(body) &&
      !instruction.conditional &&
      !/if \([^{]*\) \{ status[^}]*\}\s*$/.test(body);
    const next = leaves ? '' : ` pc += ${instruction.length}; continue;`;
    return `      case ${number.get(instruction.name)}: { // ${instruction.name}\n        ${body.trim()}${next}\n      }`;
  });
  const groups: Instruction[][] = [];
  for (let index = 0; index < cold.length; index += COLD_CASES) groups.push(cold.slice(index, index + COLD_CASES));
  const coldFunctions = groups.map((group, index) => {
    const text = group.map((instruction) => {
      const body = expand(instruction.body, variant, (status) => `return -(${status});`).replaceAll(
        'slotSum',
        'state[State.SlotSum]',
      );
      const memory =
        (/\bmemoryBase\b/.test(body) ? 'const memoryBase = state[State.MemoryBase]; ' : '') +
        (/\bmemoryBytes\b/.test(body) ? 'const memoryBytes = state[State.MemoryBytes]; ' : '');
      return `      case ${number.get(instruction.name)}: { // ${instruction.name}\n        ${memory}${body.trim()} return pc + ${instruction.length};\n      }`;
    });
    const otherwise = index + 1 < groups.length ? `cold${index + 1}(pc, fp)` : '-Trap.Unreachable';
    return `  function cold${index}(pc: number, fp: number): number {\n    switch (code[pc]) {\n${text.join('\n')}\n      default: return ${otherwise};\n    }\n  }`;
  });
  const longest = Math.max(...all.map((instruction) => instruction.length));
  const codeViews = Array.from({ length: longest }, (_, index) => index);
  const everything = cases.join('\n') + coldFunctions.join('\n');
  const numericNames = [...readNames(everything)].sort();
  return `// Generated from src/opcodes.ts, src/numeric.ts and targets/interpreter/instructions.ts. Do not edit.

import { ${numericNames.join(', ')} } from '../numeric.js';
import { CODE_VIEWS } from '../capacities.js';
import { copyBytes, copyEntries, dataLength, dataStart, growTable, initBytes, initTable } from '../bulk.js';
${verified ? "import { FRAME_SEAL, type Integrity } from '../integrity.js';\n" : ''}import { Header, State, Status } from '../status.js';
import { FunctionColumn, type Store, TableColumn } from '../store.js';
import { Trap } from '../trap.js';
import { NULL_REFERENCE } from '../types.js';
import { wideAdd, wideMultiply, wideResult, wideSubtract } from '../wide.js';

/** Makes the loop over a store's buffers. It returns a Status or a Trap, with the machine's state in \`state\`. */
export function ${CREATE[variant]}(store: Store, state: Int32Array${verified ? ', integrity: Integrity' : ''}): () => number {
  const viewLength = store.code.length - CODE_VIEWS;
${codeViews.map((n) => `  const code${n}Buffer = new Int32Array(store.code.buffer, ${n * 4}, viewLength);`).join('\n')}
  const codeFloatBuffer = new Float32Array(store.code.buffer);
  const codeDoubleBuffer = new Float64Array(store.code.buffer);
  const slotWords = new Int32Array(store.slots);
  const slotFloats = new Float32Array(store.slots);
  const slotDoubles = new Float64Array(store.slots);
  const callStackBuffer = store.callStack;
  const globalBuffer = store.globals;
  const tableBuffer = store.tables;
  const tableEntryBuffer = store.tableEntries;
  const functionBuffer = store.functions;
  const memoryView = new DataView(store.memoryBuffer);
  const memoryArray = new Uint8Array(store.memoryBuffer);
  const instances = store.instances;
${
  verified
    ? `  const memoryWordBuffer = integrity.memoryWords, memorySumBuffer = integrity.memorySums;
  const globalSumBuffer = integrity.globalSums, frameSealBuffer = integrity.frameSeals;
  const doubleBuffer = new Float64Array(1), doubleWords = new Int32Array(doubleBuffer.buffer);
  const interval = integrity.interval, ticks = integrity.ticks;
`
    : ''
}  const code = store.code, R = slotWords, S = slotFloats, F = slotDoubles, tables = tableBuffer;
${codeViews
  .filter((n) => coldFunctions.some((text) => text.includes(`code${n}[`)))
  .map((n) => `  const code${n} = code${n}Buffer;`)
  .join('\n')}

  const tableEntries = tableEntryBuffer, view = memoryView, bytes = memoryArray;
  const memoryOf = (address: number) => store.memories[address];

${coldFunctions.join('\n\n')}

  function run(): number {
    const ${codeViews.map((n) => `code${n} = code${n}Buffer`).join(', ')};
    const codeFloats = codeFloatBuffer, codeDoubles = codeDoubleBuffer;
    const R = slotWords, S = slotFloats, F = slotDoubles, callStack = callStackBuffer;
    const globals = globalBuffer, tables = tableBuffer, tableEntries = tableEntryBuffer, functions = functionBuffer;
    const view = memoryView, bytes = memoryArray;
    const memoryBase = state[State.MemoryBase], memoryBytes = state[State.MemoryBytes];
${
  verified
    ? `    const memoryWords = memoryWordBuffer, memorySums = memorySumBuffer, globalSums = globalSumBuffer;
    const frameSeals = frameSealBuffer, storedDouble = doubleBuffer, storedWords = doubleWords;
`
    : ''
}    let pc = state[State.Counter], current = state[State.Frame], calls = state[State.Calls];
    let status${verified ? ': Status | Trap = Status.Running' : ' = 0'};${followsSlots ? '\n    let slotSum = state[State.SlotSum];' : ''}
    let ${[...variables].map((name) => `${name} = 0`).join(', ')};
    for (;;) {
      // In the inner loop the frame does not change: a variable of the loop would be stored and loaded at every instruction.
      const fp = current;
      for (;;) {
        switch (code0[pc]) {
${cases.join('\n')}
        default: {
          status = Status.Cold; break;
        }
        }
${followsSlots ? STORE_RESULT : ''}${verified ? CHARGE_JUMP : ''}        break;
      }
      if (status === Status.Frame) ${verified ? '{ status = Status.Running; continue; }' : 'continue;'}
${verified ? VALIDATE : ''}      ${followsSlots ? 'state[State.SlotSum] = slotSum; ' : ''}state[State.Counter] = pc; state[State.Frame] = current; state[State.Calls] = calls;
      return status;
    }
  }
  // What has a call in it stays out of the loop: a call in there makes the compiler keep everything in memory.
  function runAll(): number {
    for (;;) {
      const status = run();
      if (status !== Status.Cold) return status;
      const next = cold0(state[State.Counter], state[State.Frame]);
      if (next < 0) return -next;
      state[State.Counter] = next;
    }
  }
  return runAll;
}
`;
}

/** Names of functions from numeric.ts that the text calls. */
function readNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const match of text.matchAll(/\b((?:[if](?:32|64)_\w+)|imul|clz|highWord|multiplyHigh|roundToOdd|TWO_\d\d)\b/g))
    names.add(match[1]);
  return names;
}

function printFusions(all: Instruction[], rows: [string, string, number, boolean, string][]): string {
  const number = new Map(all.map((instruction, index) => [instruction.name, index]));
  const starts: number[] = [];
  const sorted: [string, string, number, boolean, string][] = [];
  for (const { name } of all) {
    starts.push(sorted.length);
    sorted.push(...rows.filter(([first]) => first === name));
  }
  starts.push(sorted.length);
  return `/** Where the fusions of an instruction start in the three tables below; the next one's start is their end. */
export const fusionStart = new Uint16Array([${starts.join(', ')}]);
/** The instruction that follows. */
export const fusionSecond = new Uint16Array([${sorted.map(([, second]) => number.get(second)).join(', ')}]);
/** Its word that reads the result; FUSION_KEPT is added where the result goes to a local variable as well. */
export const fusionWord = new Uint8Array([${sorted.map(([, , word, kept]) => (kept ? word + 16 : word)).join(', ')}]);
export const FUSION_KEPT = 16;
/** The instruction that does both. */
export const fusionResult = new Uint16Array([${sorted.map(([, , , , result]) => number.get(result)).join(', ')}]);`;
}

function printOpcodes(
  all: Instruction[],
  forms: string[][],
  rows: [string, string, number, boolean, string][],
  counts: number[],
): string {
  const enumRows = all.map((instruction, index) => `  ${instruction.name} = ${index},`);
  const targets = all.filter((instruction) => instruction.target > 0);
  const memory = opcodeTable.filter((row) => memoryForms[row[1]]);
  const put = (rows: string[], array: string) => rows.map((row) => `${array}${row}`).join('\n');
  return `// Generated from src/opcodes.ts and targets/interpreter/instructions.ts. Do not edit.

import { OPCODE_COUNT } from '../opcodes.js';

export const enum RegisterOpcode {
${enumRows.join('\n')}
}
export const REGISTER_OPCODE_COUNT = ${all.length};
/** Joined instructions of the interpreters that verify nothing, that verify, and that follow the value slots too: below this. */
export const joinedLimits = new Uint16Array([${counts.join(', ')}]);

/** Words of each instruction; a branch table has more. */
export const registerLength = new Uint8Array([${all.map((instruction) => instruction.length).join(', ')}]);
/** Word of the branch target, 0 if the instruction is no branch. */
export const branchTarget = new Uint8Array(REGISTER_OPCODE_COUNT);
${put(
  targets.map((t) => `[RegisterOpcode.${t.name}] = ${t.target};`),
  'branchTarget',
)}
/** Word from which on a 64-bit constant lies, 8-byte aligned in three words; 0 if there is none. */
export const alignedWord = new Uint8Array(REGISTER_OPCODE_COUNT);
${put(
  all.flatMap((i) => {
    const aligned = /\bD\((\d+)\)/.exec(i.body);
    return aligned ? [`[RegisterOpcode.${i.name}] = ${aligned[1]};`] : [];
  }),
  'alignedWord',
)}
/** 1 for a branch table: its last word is a count, which one more pair of target and fuel than that follow. */
export const branchesByTable = new Uint8Array(REGISTER_OPCODE_COUNT);
${put(
  all.filter((i) => i.name.endsWith('BranchTable')).map((i) => `[RegisterOpcode.${i.name}] = 1;`),
  'branchesByTable',
)}
/** 1 for an instruction that may trap. */
export const registerTraps = new Uint8Array(REGISTER_OPCODE_COUNT);
${put(
  all.filter((i) => /EXIT\((Trap\.|t\))/.test(i.body)).map((i) => `[RegisterOpcode.${i.name}] = 1;`),
  'registerTraps',
)}
${printFusions(all, rows)}
/** 1 for a conditional branch. */
export const branchConditional = new Uint8Array(REGISTER_OPCODE_COUNT);
${put(
  targets.filter((t) => t.conditional).map((t) => `[RegisterOpcode.${t.name}] = 1;`),
  'branchConditional',
)}
/** Register instruction of an opcode with all operands in slots, 0 if none. */
export const registerForm = new Uint16Array(OPCODE_COUNT);
${put([...forms.filter((f) => f[1] !== '0').map((f) => `[${f[0]}] = RegisterOpcode.${f[1]};`), ...memory.map((row) => `[${row[0]}] = RegisterOpcode.${memoryForms[row[1]]};`)], 'registerForm')}
/** The same with a constant right operand. */
export const constantForm = new Uint16Array(OPCODE_COUNT);
${put(
  forms.filter((f) => f[2] !== '0').map((f) => `[${f[0]}] = RegisterOpcode.${f[2]};`),
  'constantForm',
)}
`;
}

/** Writes src/generated below the project's root. */
export function writeGenerated(root = fileURLToPath(new URL('../../', import.meta.url))): void {
  const { list, forms } = numericInstructions(readNumericFunctions(root));
  // The reserved positions of the code hold instructions 0 and 1.
  const fixed = [...fixedInstructions];
  const switchBack = fixed.findIndex((instruction) => instruction.name === 'SwitchBack');
  fixed.splice(1, 0, fixed.splice(switchBack, 1)[0]);
  const { fused, rows } = fusedInstructions([...fixed, ...list]);
  const plain = fused.splice(VERIFIED_FUSIONS);
  const unfollowed = fused.splice(COMMON_FUSIONS);
  const ordered = [...fixed, ...list, ...fused];
  // Hot ones first, so that the main switch is dense; last of them those that not all interpreters have.
  const common = ordered.filter((i) => i.hot);
  const all = [...common, ...unfollowed, ...plain, ...ordered.filter((i) => !i.hot)];
  const verifiedCount = common.length + unfollowed.length;
  rmSync(`${root}src/generated`, { recursive: true, force: true });
  mkdirSync(`${root}src/generated`);
  writeFileSync(
    `${root}src/generated/register-opcodes.ts`,
    printOpcodes(all, forms, rows, [all.length, verifiedCount, common.length]),
  );
  writeFileSync(`${root}src/generated/interpreter.ts`, printInterpreter(all, Variant.Plain, all.length));
  const { Verified, VerifiedSlots } = Variant;
  writeFileSync(`${root}src/generated/verified-interpreter.ts`, printInterpreter(all, Verified, verifiedCount));
  writeFileSync(
    `${root}src/generated/slot-verified-interpreter.ts`,
    printInterpreter(all, VerifiedSlots, common.length),
  );
}
