// The bodies of the numeric instructions, into which the functions of src/numeric.ts are inlined.
import { Immediate, type OpcodeRow, opcodeTable } from '../../src/opcodes.js';
import { readBody, withNames } from './body.js';
import { constantForms, hotNumeric, type Instruction, mirrored, Place } from './instructions.js';
import type { PureFunction } from './numeric-functions.js';

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
  /** Whether the last body has a call in it. */
  calls = false;

  constructor(private readonly functions: Map<string, PureFunction>) {}

  find(mnemonic: string, suffix: string): string | null {
    const exact = mnemonic.replaceAll('.', '_') + suffix;
    if (this.functions.has(exact)) return exact;
    const double = exact.replaceAll('f32', 'f64');
    return this.functions.has(double) ? double : null;
  }

  body(row: OpcodeRow, constant: boolean): string {
    const mnemonic = row[1];
    this.calls = false;
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
        const trap = this.find(mnemonic, '_trap');
        if (trap && low) {
          const write = (values: string[]) =>
            `const t = ${values[0]}; if (t !== 0) EXIT(t) const l = ${values[1]}, h = ${values[2]}, d = P(1); R[d] = l; R[d + 1] = h;`;
          return `${addresses.join(' ')} ${this.inline([trap, low, high], operands, write)}`;
        }
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
      if (!floatArithmetic.test(mnemonic))
        return `const d = P(1); ${result === 'f' ? 'S[d]' : 'F[d >> 1]'} = ${value};`;
      // A NaN that comes out is the canonical one, on every machine.
      return `${result === 'f' ? 'RESULT32' : 'RESULT64'}(P(1), ${value})`;
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
      if (pure.isCalled) this.calls = true;
      const substitute = (text: string) => withNames(text, bound);
      if (pure.constants === null) return `${name}(${pure.parameters.map((p) => bound.get(plain(p))).join(', ')})`;
      if (pure.constants !== '') declarations.push(substitute(pure.constants));
      return `(${substitute(pure.result)})`;
    });
    return `${declarations.join(' ')} ${use(values)}`;
  }
}

/** `frequentForms`: bodies for frequent operands, by mnemonic; the instructions then have the others as `otherwise`. */
export function numericInstructions(
  functions: Map<string, PureFunction>,
  frequentForms: Record<string, string>,
): { list: Instruction[]; forms: string[][] } {
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
        place: Place.Main,
        body: readBody(printer.body(row, true)),
      });
    }
    let registerName = '0';
    if (!mirrored.has(mnemonic)) {
      registerName = name;
      const body = readBody(printer.body(row, false));
      const rare = printer.calls ? Place.Function : Place.Second;
      const frequent = frequentForms[mnemonic];
      if (frequent) list.push({ ...common, name, place: Place.Second, body: readBody(frequent), otherwise: body });
      else list.push({ ...common, name, place: hotNumeric.has(mnemonic) ? Place.Main : rare, body });
    }
    forms.push([String(row[0]), registerName, constantName]);
  }
  return { list, forms };
}
