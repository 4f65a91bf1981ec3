// Parses WIT text to its syntax tree. What the component model calls unstable, and what has no form in the Canonical ABI without
// concurrency (futures, streams, async functions), is refused. Source: component-model/design/mvp/WIT.md.

import { InterfaceError } from '../interface-error.js';
import { isNumber } from '../types.js';
import type {
  Place,
  WitExternal,
  WitFileUse,
  WitFunction,
  WitInclude,
  WitInterface,
  WitInterfaceItem,
  WitPackage,
  WitParameter,
  WitPath,
  WitType,
  WitTypeDefinition,
  WitUse,
  WitWorld,
  WitWorldItem,
} from './syntax.js';
import { tokensOf, type WitFile, type WitToken } from './tokens.js';

/** Nested types of one type: a list of a list, and so on. */
const DEEPEST_TYPE = 100;
const UNSUPPORTED = ['future', 'stream', 'error-context', 'map'];

/** The packages of a file: its own one first. Throws an InterfaceError with line and column. */
export function parseWit(file: WitFile): WitPackage[] {
  return new Parser(file).file();
}

class Parser {
  private readonly file_: WitFile;
  private readonly tokens: WitToken[];
  private at = 0;
  private depth = 0;

  constructor(file: WitFile) {
    this.file_ = file;
    this.tokens = tokensOf(file);
  }

  file(): WitPackage[] {
    const own: WitPackage = { name: '', version: '', items: [] };
    const nested: WitPackage[] = [];
    while (this.token.kind !== 'end') {
      this.gates();
      if (!this.sees('package')) own.items.push(this.topItem());
      else {
        const named = this.packageName();
        if (this.takes('{')) nested.push({ ...named, items: this.until('}', () => this.topItem()) });
        else {
          this.expect(';');
          if (own.name !== '') this.fail('a file has one package', this.token);
          Object.assign(own, named);
        }
      }
    }
    return [own, ...nested];
  }

  private packageName(): { name: string; version: string } {
    this.expect('package');
    const namespace = this.name();
    this.expect(':');
    const name = `${namespace}:${this.name()}`;
    return { name, version: this.version() };
  }

  private topItem(): WitInterface | WitWorld | WitFileUse {
    this.gates();
    if (this.takes('use')) {
      const from = this.path();
      const as = this.takes('as') ? this.name() : from.name;
      this.expect(';');
      return { kind: 'file use', from, as };
    }
    const { docs } = this.token;
    const isInterface = this.one('interface', 'world') === 'interface';
    const { place } = this;
    const name = this.name();
    this.expect('{');
    if (isInterface)
      return { kind: 'interface', name, docs, place, items: this.until('}', () => this.interfaceItem()) };
    return { kind: 'world', name, docs, place, items: this.until('}', () => this.worldItem()) };
  }

  private worldItem(): WitWorldItem {
    this.gates();
    if (this.takes('include')) return this.include();
    if (!this.sees('import') && !this.sees('export')) return this.use() ?? this.typeDefinition() ?? this.unexpected();
    const { docs } = this.token;
    const kind = this.one('import', 'export') as WitExternal['kind'];
    const { place } = this;
    // `a: func()` or `a: interface {}`; but `a:b/c` is a path.
    const isNamed = this.tokens[this.at + 1]?.text === ':' && this.tokens[this.at + 3]?.text !== '/';
    if (!isNamed) {
      const what = this.path();
      this.expect(';');
      return { kind, name: what.name, docs, place, what };
    }
    const name = this.name();
    this.expect(':');
    if (this.takes('interface')) {
      this.expect('{');
      const items = this.until('}', () => this.interfaceItem());
      return { kind, name, docs, place, what: { kind: 'interface', name, docs, place, items } };
    }
    if (!this.sees('func') && !this.sees('async')) {
      this.fail('expected func or interface', this.token);
    }
    return { kind, name, docs, place, what: this.functionType(name, docs, place) };
  }

  private include(): WitInclude {
    const from = this.path();
    const names: WitInclude['names'] = [];
    if (this.takes('with')) {
      this.expect('{');
      this.list('}', () => {
        const name = this.name();
        this.expect('as');
        names.push({ name, as: this.name() });
      });
    }
    this.takes(';');
    return { kind: 'include', from, names };
  }

  private interfaceItem(): WitInterfaceItem {
    this.gates();
    return this.use() ?? this.typeDefinition() ?? this.function();
  }

  private use(): WitUse | undefined {
    if (!this.sees('use')) return undefined;
    this.expect('use');
    const from = this.path();
    this.expect('.');
    this.expect('{');
    const names: WitUse['names'] = [];
    this.list('}', () => {
      const { place } = this;
      const name = this.name();
      names.push({ name, as: this.takes('as') ? this.name() : name, place });
    });
    this.expect(';');
    return { kind: 'use', from, names };
  }

  private function(member: WitFunction['member'] = 'function'): WitFunction {
    const { docs } = this.token;
    const { place } = this;
    const name = this.name();
    this.expect(':');
    const isStatic = member === 'method' && this.takes('static');
    return { ...this.functionType(name, docs, place), member: isStatic ? 'static' : member };
  }

  private functionType(name: string, docs: string[], place: Place): WitFunction {
    if (this.sees('async')) this.fail('async functions are not supported', this.token);
    this.expect('func');
    const parameters = this.parameters();
    const result = this.takes('->') ? this.type() : null;
    this.expect(';');
    return { kind: 'func', name, docs, place, parameters, result, member: 'function' };
  }

  private parameters(): WitParameter[] {
    this.expect('(');
    const parameters: WitParameter[] = [];
    this.list(')', () => {
      const name = this.name();
      this.expect(':');
      parameters.push({ name, type: this.type() });
    });
    return parameters;
  }

  private typeDefinition(): WitTypeDefinition | undefined {
    const { docs } = this.token;
    const kind = ['type', 'record', 'variant', 'enum', 'flags', 'resource'].find((each) => this.sees(each));
    // `type: func()` is a function of that name.
    if (kind === undefined || this.tokens[this.at + 1].text === ':') return undefined;
    this.expect(kind);
    const { place } = this;
    const named = { name: this.name(), docs, place };
    if (kind === 'type') {
      this.expect('=');
      const type = this.type();
      this.expect(';');
      return { ...named, kind, type };
    }
    if (kind === 'resource') return { ...named, kind, functions: this.members(named.name) };
    this.expect('{');
    if (kind === 'record')
      return { ...named, kind, fields: this.list('}', () => ({ ...this.declared(':'), type: this.type() })) };
    if (kind === 'variant') {
      const cases = this.list('}', () => ({ ...this.declared(), type: this.payload() }));
      return { ...named, kind, cases };
    }
    return { ...named, kind: kind as 'enum' | 'flags', members: this.list('}', () => this.declared()) };
  }

  private declared(behind?: string) {
    const { docs } = this.token;
    const { place } = this;
    const name = this.name();
    if (behind !== undefined) this.expect(behind);
    return { name, docs, place };
  }

  private payload(): WitType | null {
    if (!this.takes('(')) return null;
    const type = this.type();
    this.expect(')');
    return type;
  }

  /** Of a resource. */
  private members(resource: string): WitFunction[] {
    if (this.takes(';')) return [];
    this.expect('{');
    return this.until('}', () => {
      this.gates();
      if (!this.sees('constructor') || this.tokens[this.at + 1].text !== '(') return this.function('method');
      const { docs } = this.token;
      const { place } = this;
      this.expect('constructor');
      const parameters = this.parameters();
      const result: WitType = this.takes('->') ? this.type() : { kind: 'own', name: resource, place };
      this.expect(';');
      return { kind: 'func', name: 'constructor', docs, place, parameters, result, member: 'constructor' };
    });
  }

  private type(): WitType {
    if (++this.depth > DEEPEST_TYPE) this.fail('the type is nested too deeply', this.token);
    const type = this.innerType();
    this.depth--;
    return type;
  }

  private innerType(): WitType {
    const { place, token } = this;
    const name = this.name();
    if (token.isEscaped) return { kind: 'name', name, place };
    if (isNumber(name) || name === 'bool' || name === 'char' || name === 'string') return { kind: name };
    if (UNSUPPORTED.includes(name)) this.fail(`${name} is not supported`, token);
    switch (name) {
      case 'list':
      case 'option':
        return { kind: name, type: this.inAngles(() => this.type()) };
      case 'tuple':
        return { kind: 'tuple', types: this.angleList() };
      case 'own':
      case 'borrow':
        return { kind: name, name: this.inAngles(() => this.name()), place };
      case 'result':
        return this.result();
      default:
        return { kind: 'name', name, place };
    }
  }

  private inAngles<Item>(inner: () => Item): Item {
    this.expect('<');
    const item = inner();
    if (this.sees(',')) this.fail('lists of a fixed length are not supported', this.token);
    this.expect('>');
    return item;
  }

  private angleList(): WitType[] {
    this.expect('<');
    return this.list('>', () => this.type());
  }

  private result(): WitType {
    if (!this.takes('<')) return { kind: 'result', ok: null, error: null };
    const ok = this.takes('_') ? null : this.type();
    const error = this.takes(',') ? this.type() : null;
    this.expect('>');
    return { kind: 'result', ok, error };
  }

  private path(): WitPath {
    const { place } = this;
    const first = this.name();
    if (!this.takes(':')) return { package: '', name: first, version: '', place };
    const packageName = `${first}:${this.name()}`;
    this.expect('/');
    return { package: packageName, name: this.name(), version: this.version(), place };
  }

  /** `@1.2.3`, or nothing. A dot behind it, before `{`, is no part of it. */
  private version(): string {
    if (!this.takes('@')) return '';
    const { token } = this;
    if (token.kind !== 'number') this.unexpected('a version');
    this.at++;
    return token.text;
  }

  /** `@since(version = 1.0.0)` and the like change nothing here. */
  private gates(): void {
    while (this.sees('@')) {
      const { docs } = this.token;
      this.at += 2;
      this.expect('(');
      while (!this.takes(')')) {
        if (this.token.kind === 'end') this.unexpected(')');
        this.at++;
      }
      this.token.docs.unshift(...docs);
    }
  }

  private get token(): WitToken {
    return this.tokens[Math.min(this.at, this.tokens.length - 1)];
  }

  private get place(): Place {
    const { line, column } = this.token;
    return { file: this.file_.name, line, column };
  }

  private sees(text: string): boolean {
    const { token } = this;
    return token.text === text && token.kind !== 'end' && !token.isEscaped;
  }

  private takes(text: string): boolean {
    const found = this.sees(text);
    if (found) this.at++;
    return found;
  }

  private expect(text: string): void {
    if (!this.takes(text)) this.unexpected(JSON.stringify(text));
  }

  private one(...texts: string[]): string {
    const found = texts.find((each) => this.takes(each));
    return found ?? this.unexpected(texts.join(' or '));
  }

  private name(): string {
    const { token } = this;
    if (token.kind !== 'word') this.unexpected('a name');
    this.at++;
    return token.text;
  }

  private until<Item>(mark: string, item: () => Item): Item[] {
    const items: Item[] = [];
    while (!this.takes(mark)) items.push(item());
    return items;
  }

  /** Items with commas in between, and perhaps behind the last. */
  private list<Item>(mark: string, item: () => Item): Item[] {
    const items: Item[] = [];
    while (!this.takes(mark)) {
      if (items.length > 0) this.expect(',');
      if (this.takes(mark)) break;
      items.push(item());
    }
    return items;
  }

  private unexpected(expected = 'a declaration'): never {
    const { kind, text } = this.token;
    this.fail(
      `expected ${expected}, found ${kind === 'end' ? 'the end of the file' : JSON.stringify(text)}`,
      this.token,
    );
  }

  private fail(message: string, { line, column }: WitToken): never {
    throw new InterfaceError(`${this.file_.name}:${line}:${column}: ${message}`);
  }
}
