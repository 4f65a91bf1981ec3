// Parses WIT text to its syntax tree. What the component model calls unstable, and what has no form in the Canonical ABI without
// concurrency (futures, streams, async functions), is refused. Source: component-model/design/mvp/WIT.md.

import { failAt, type Place, type SourceFile } from '../source-text.js';
import { isNumber } from '../types.js';
import type {
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
import { KEYWORDS, tokensOf, type WitToken } from './tokens.js';

/** Nested types of one type: a list of a list, and so on. */
const DEEPEST_TYPE = 100;
/** A word is in lower or in upper case. */
const LABEL = /^([a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(-([a-z0-9]+|[A-Z0-9]+))*$/;
/** Semantic versioning 2.0.0. */
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;
const GATES: Readonly<Record<string, string>> = { since: 'version', unstable: 'feature', deprecated: 'version' };
const UNSUPPORTED = ['future', 'stream', 'error-context', 'map'];

/** The packages of a file: its own one first. Throws an InterfaceError with line and column. */
export function parseWit(file: SourceFile): WitPackage[] {
  return new Parser(file).file();
}

class Parser {
  private readonly tokens: WitToken[];
  private at = 0;
  private depth = 0;

  constructor(file: SourceFile) {
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
          if (own.name !== '') this.fail('a file has one package', this.token);
          if (own.items.length + nested.length > 0) this.fail('the package is named before all else', this.token);
          this.expect(';');
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
    if (kind === undefined) return undefined;
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

  /** Parses the members of a resource. */
  private members(resource: string): WitFunction[] {
    if (this.takes(';')) return [];
    this.expect('{');
    return this.until('}', () => {
      this.gates();
      if (!this.sees('constructor')) return this.function('method');
      const { docs } = this.token;
      const { place } = this;
      this.expect('constructor');
      const parameters = this.parameters();
      const given = this.takes('->') ? this.type() : null;
      if (given !== null && given.kind !== 'result')
        this.fail('a constructor that does not return the resource returns a result', this.token);
      const result: WitType = given ?? { kind: 'own', name: resource, place };
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
    if (token.isEscaped || !KEYWORDS.has(token.text)) return { kind: 'name', name: this.name(), place };
    this.at++;
    const name = token.text;
    if (isNumber(name) || name === 'bool' || name === 'char' || name === 'string') return { kind: name };
    if (UNSUPPORTED.includes(name)) this.fail(`${name} is not supported`, token);
    switch (name) {
      case 'list':
      case 'option':
        return { kind: name, type: this.inAngles(() => this.type()) };
      case 'tuple': {
        const types = this.angleList();
        return types.length > 0 ? { kind: 'tuple', types } : this.fail('a tuple has one type or more', token);
      }
      case 'own':
      case 'borrow':
        return { kind: name, name: this.inAngles(() => this.name()), place };
      case 'result':
        return this.result();
      default:
        return this.fail(`${name} is no type`, token);
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
    if (ok === null && !this.sees(',')) this.unexpected(',');
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
    return this.versionNumber();
  }

  private versionNumber(): string {
    const { token } = this;
    if (token.kind !== 'number' || !VERSION.test(token.text)) this.unexpected('a version: 1.0.0');
    this.at++;
    return token.text;
  }

  /** `@since(version = 1.0.0)` and the like change nothing here. */
  private gates(): void {
    while (this.takes('@')) {
      const { docs } = this.tokens[this.at - 1];
      const gate = this.one(...Object.keys(GATES));
      this.expect('(');
      this.expect(GATES[gate]);
      this.expect('=');
      if (gate === 'unstable') this.name();
      else this.versionNumber();
      this.expect(')');
      this.token.docs.unshift(...docs);
    }
  }

  private get token(): WitToken {
    return this.tokens[Math.min(this.at, this.tokens.length - 1)];
  }

  private get place(): Place {
    return this.token.place;
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
    const { text, isEscaped } = token;
    if (!isEscaped && KEYWORDS.has(text)) this.fail(`${text} is a word of WIT: as a name, write %${text}`, token);
    if (!LABEL.test(text)) this.fail(`${text} is no name: each word between hyphens has one case`, token);
    this.at++;
    return text;
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

  private fail(message: string, { place }: WitToken): never {
    failAt(place, message);
  }
}
