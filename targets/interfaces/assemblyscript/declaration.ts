// Reads the declaration of TypeScript that `asc --bindings` writes beside a module. Its types are those of JavaScript; AssemblyScript's
// are in the comments: "@param name `~lib/string/String`". Anything else than such a declaration is refused, with line and column.

import { failAt, type Place, type SourceFile } from '../source-text.js';
import { type DeclarationToken, declarationTokens } from './tokens.js';

/** A type as AssemblyScript writes it, and where. */
export interface TypeText {
  text: string;
  place: Place;
}

export interface DeclaredParameter {
  name: string;
  type: TypeText;
  isOptional: boolean;
}

export interface DeclaredFunction {
  name: string;
  parameters: DeclaredParameter[];
  /** Null for none. */
  result: TypeText | null;
  place: Place;
}

export interface DeclaredGlobal {
  name: string;
  type: TypeText;
  isMutable: boolean;
  place: Place;
}

export interface DeclaredClass {
  /** With its path: `assembly/index/Point`. */
  name: string;
  classId: number;
  /** Fields of a plain object; null for an object that stays in the module. */
  fields: DeclaredParameter[] | null;
}

export interface Declaration {
  file: string;
  functions: DeclaredFunction[];
  globals: DeclaredGlobal[];
  enumerations: { name: string; members: string[] }[];
  classes: DeclaredClass[];
}

/** Exports of the runtime, which glue calls. */
const RUNTIME = ['__new', '__pin', '__unpin'];
const COLLECT = '__collect';

/** Whether text is a declaration of asc's, and no other one. */
export const isDeclaration = (text: string): boolean =>
  /^declare namespace __AdaptedExports \{/m.test(text) ||
  /^\/\*\* Exported memory \*\/\s+export declare const/m.test(text);

/** Throws an InterfaceError with file, line and column. */
export function readDeclaration(file: SourceFile): Declaration {
  return new DeclarationReader(file).read();
}

class DeclarationReader {
  private readonly file: string;
  private readonly tokens: DeclarationToken[];
  private at = 0;
  private found: Declaration;
  /** Whether the namespace of the exports has ended: the function of the bindings follows. */
  private isBehind = false;

  constructor(file: SourceFile) {
    this.file = file.name;
    this.tokens = declarationTokens(file);
    this.found = this.empty();
  }

  read(): Declaration {
    while (this.token.kind !== 'end') this.statement();
    return this.found;
  }

  private empty(): Declaration {
    return { file: this.file, functions: [], globals: [], enumerations: [], classes: [] };
  }

  private get token(): DeclarationToken {
    return this.tokens[this.at];
  }

  private fail(message: string, place = this.token.place): never {
    failAt(place, message, ['asc --bindings raw writes such a file']);
  }

  /** The token, which is passed if it has this text. */
  private accept(text: string): DeclarationToken | null {
    const { token } = this;
    if (token.kind === 'end' || token.text !== text) return null;
    this.at++;
    return token;
  }

  private expect(text: string): DeclarationToken {
    return this.accept(text) ?? this.fail(`expected ${text}, found ${this.token.text}`);
  }

  private word(): string {
    const { token } = this;
    if (token.kind !== 'word') this.fail(`expected a name, found ${token.text}`);
    this.at++;
    return token.text;
  }

  private statement(): void {
    const { docs, place } = this.token;
    this.accept('export');
    this.accept('declare');
    if (this.accept('namespace')) this.namespace();
    else if (this.accept('function')) this.function(docs, place);
    else if (this.accept('const')) this.global(place);
    else if (this.accept('enum')) this.enumeration();
    else if (this.accept('class')) this.class(docs);
    else if (this.accept('interface')) this.record(docs);
    else this.fail(`expected a declaration, found ${this.token.text}`);
  }

  /** Reads the exports of the module. */
  private namespace(): void {
    const name = this.word();
    if (name !== '__AdaptedExports') this.fail(`${name} is no namespace of asc's`);
    const { classes } = this.found;
    this.found = { ...this.empty(), classes };
    this.expect('{');
    while (!this.accept('}')) this.statement();
    this.isBehind = true;
  }

  private function(docs: readonly string[], place: Place): void {
    const name = this.word();
    this.expect('(');
    const parameters: DeclaredParameter[] = [];
    const types = typesOf(docs);
    while (!this.accept(')')) {
      const { place: own } = this.token;
      const parameter = this.word();
      const isOptional = this.accept('?') !== null;
      this.expect(':');
      this.skipType([',', ')']);
      const text = types.parameters.get(parameter);
      parameters.push({ name: parameter, type: { text: text ?? '', place: own }, isOptional });
      if (this.token.text !== ')') this.expect(',');
    }
    this.expect(':');
    const isVoid = this.token.text === 'void';
    this.skipType([';']);
    this.expect(';');
    if (this.isBehind || RUNTIME.includes(name) || (docs.length === 0 && name !== COLLECT)) return;
    for (const { name: parameter, type } of parameters)
      if (type.text === '')
        this.fail(`${name} has a parameter ${parameter} without "@param ${parameter} \`type\`"`, place);
    if (!isVoid && types.result === '') this.fail(`${name} has a result without "@returns \`type\`"`, place);
    const result = isVoid ? null : { text: types.result, place };
    this.found.functions.push({ name, parameters, result, place });
  }

  /** `{ get value(): number; set value(value: number) }`; anything else is no variable of the module. */
  private global(place: Place): void {
    const name = this.word();
    this.expect(':');
    if (!this.accept('{')) {
      this.skipType([';']);
      this.expect(';');
      return;
    }
    const type = typesOf(this.token.docs).type;
    let isMutable = false;
    while (!this.accept('}')) {
      if (this.accept('set')) isMutable = true;
      else this.expect('get');
      this.word();
      this.expect('(');
      this.skipType([')']);
      this.expect(')');
      if (this.accept(':')) this.skipType([';', '}']);
      this.accept(';');
    }
    this.accept(';');
    if (type === '') this.fail(`${name} has no "@type \`type\`"`, place);
    this.found.globals.push({ name, type: { text: type, place }, isMutable, place });
  }

  private enumeration(): void {
    const name = this.word();
    const members: string[] = [];
    this.expect('{');
    while (!this.accept('}')) {
      members.push(this.word());
      this.accept(',');
    }
    this.found.enumerations.push({ name, members });
  }

  /** `class __Internref19 extends Number { … }` */
  private class(docs: readonly string[]): void {
    const classId = this.classId('__Internref');
    while (this.token.text !== '{') {
      if (this.token.kind === 'end') this.fail('expected {, found the end');
      this.at++;
    }
    this.expect('{');
    this.skipType(['}']);
    this.expect('}');
    this.found.classes.push({ name: docs[0] ?? '', classId, fields: null });
  }

  /** `interface __Record21<TOmittable> { … }` */
  private record(docs: readonly string[]): void {
    const classId = this.classId('__Record');
    if (this.accept('<')) {
      this.word();
      this.expect('>');
    }
    this.expect('{');
    const fields: DeclaredParameter[] = [];
    while (!this.accept('}')) {
      const { docs: own, place } = this.token;
      const name = this.word();
      this.expect(':');
      const isOptional = this.skipType([';']).includes('TOmittable');
      this.expect(';');
      const text = typesOf(own).type;
      if (text === '') this.fail(`the field ${name} has no "@type \`type\`"`, place);
      fields.push({ name, type: { text, place }, isOptional });
    }
    this.found.classes.push({ name: docs[0] ?? '', classId, fields });
  }

  private classId(prefix: string): number {
    const { place } = this.token;
    const name = this.word();
    const id = name.startsWith(prefix) ? name.slice(prefix.length) : '';
    if (!/^\d{1,6}$/.test(id)) this.fail(`${name} is no class of asc's`, place);
    return Number(id);
  }

  /** Passes a type, to one of these marks outside of its brackets. Returns its words. */
  private skipType(ends: readonly string[]): string[] {
    const words: string[] = [];
    for (let depth = 0; depth > 0 || !ends.includes(this.token.text); this.at++) {
      const { kind, text } = this.token;
      if (kind === 'end') this.fail(`expected ${ends.join(' or ')}, found the end`);
      if (kind === 'word') words.push(text);
      else if ('{(<['.includes(text)) depth++;
      else if ('})>]'.includes(text) && --depth < 0) this.fail(`${text} closes nothing`);
    }
    return words;
  }
}

interface DocTypes {
  parameters: Map<string, string>;
  /** '' for none. */
  result: string;
  type: string;
}

const TAG = /^@(?<tag>param|returns|type)(?: (?<name>[^\s`]+))? `(?<type>[^`]*)`$/u;

/** The types that a comment gives. */
function typesOf(docs: readonly string[]): DocTypes {
  const found: DocTypes = { parameters: new Map(), result: '', type: '' };
  for (const line of docs) {
    const { tag, name = '', type = '' } = TAG.exec(line)?.groups ?? {};
    if (tag === 'param') found.parameters.set(name, type);
    else if (tag === 'returns') found.result = type;
    else if (tag === 'type') found.type = type;
  }
  return found;
}
