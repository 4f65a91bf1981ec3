// Prints how values of each type are read from linear memory and written to it, or passed as values of the core language
// (component-model/design/mvp/CanonicalABI.md, "Loading", "Storing", "Lifting", "Lowering"). A record, a variant and a list of
// anything but numbers have a function each, which all uses share.

import { type Code, js, list, name, stringLiteral, type Token } from '../../compiler/javascript/trees/code.js';
import { braced, choiceOf, plain, type Statement } from '../../compiler/javascript/trees/statement.js';
import {
  alignmentOf,
  casesOf,
  discriminantBytes,
  flatTypes,
  joined,
  offsetsOf,
  partsOf,
  payloadOffset,
  sizeOf,
} from '../canonical.js';
import { identifierOf } from '../core-names.js';
import { bitsOf, isNumber, isTaggedOption, type NumberKind, type Resource, TYPED_ARRAYS, type Type } from '../types.js';
import type { Dialect } from './dialect.js';
import { ManagedPrinter } from './managed.js';
import { composed, fieldOf, member } from './members.js';
import { TypeKeys } from './type-keys.js';
import { narrowed, widened } from './words.js';

const UNDEFINED = js`undefined`;

type Choice = Extract<Type, { kind: 'option' | 'result' }>;

const arrayOf = (kind: string): Token => name(TYPED_ARRAYS[kind as NumberKind]);
/** Ends of the names of a DataView's methods. */
const ACCESSORS: Readonly<Record<string, string>> = {
  ...{ s8: 'Int8', u8: 'Uint8', s16: 'Int16', u16: 'Uint16', s32: 'Int32', u32: 'Uint32' },
  ...{ f32: 'Float32', f64: 'Float64' },
};

type Once = (length: () => Code) => ReturnType<NonNullable<Dialect['allocateOnce']>>;

/** How handles become values: resources of the module and of the user differ. */
export interface Handles {
  lift(type: { kind: 'own' | 'borrow'; resource: Resource }, handle: Code): Code;
  lower(type: { kind: 'own' | 'borrow'; resource: Resource }, value: Code): Code;
}

/** Prints into the statements of the function at hand; the functions of types are collected. */
export class ValuePrinter {
  /** Functions for types, each before its callers. */
  readonly functions: Statement[] = [];
  private readonly dialect: Dialect;
  private readonly handles: Handles;
  private readonly ids = new Map<string, number>();
  readonly keys = new TypeKeys();
  readonly managed = new ManagedPrinter(this);
  private readonly made = new Set<string>();
  private statements: Statement[] = [];
  private temporaries = 0;
  /** The dialect's `allocateOnce` for the current function, if that allocates once. */
  private allocateOnce: Once | null = null;
  /** Whether the current function makes several objects, so that it must pin each. */
  private pinsObjects = false;

  constructor(dialect: Dialect, handles: Handles) {
    this.dialect = dialect;
    this.handles = handles;
  }

  /** The statements that an action prints. */
  captured(action: () => void): Statement[] {
    const { statements } = this;
    this.statements = [];
    action();
    const found = this.statements;
    this.statements = statements;
    return found;
  }

  /** Runs `action` for a function that allocates by `allocateOnce`, if it allocates once. */
  once(allocateOnce: Once | null, action: () => void): void {
    this.allocateOnce = allocateOnce;
    action();
    this.allocateOnce = null;
  }

  /** Runs `action` for a function that pins the objects that it makes. */
  pinning(pinsObjects: boolean, action: () => void): void {
    this.pinsObjects = pinsObjects;
    action();
    this.pinsObjects = false;
  }

  line(code: Code): void {
    this.statements.push(plain(code));
  }

  put(...statements: readonly Statement[]): void {
    this.statements.push(...statements);
  }

  /** A name for a value that is used more than once. */
  bind(value: Code): Code {
    return value.isSimple ? value : this.constant(value);
  }

  /** The value as it is at this point. */
  constant(value: Code, how: 'const' | 'let' = 'const'): Code {
    const temporary = name(`t${this.temporaries++}`);
    this.line(js`${name(how)} ${temporary}=${value};`);
    return temporary;
  }

  members(value: Code): Code {
    return this.dialect.members(value);
  }

  private place(address: Code, offset: number): Code {
    const at = offset - this.dialect.memoryStart;
    if (at === 0) return address;
    return at < 0 ? js`${address}-${-at}` : js`${address}+${at}`;
  }

  private address(address: Code, offset: number): Code {
    return offset === 0 ? address : js`${address}+${offset}`;
  }

  read(kind: string, address: Code, offset: number): Code {
    const at = this.place(address, offset);
    const method = name(`get${ACCESSORS[kind]}`);
    const { view } = this.dialect;
    return kind.endsWith('8') ? js`${view}.${method}(${at})` : js`${view}.${method}(${at},true)`;
  }

  write(kind: string, address: Code, offset: number, value: Code): void {
    const at = this.place(address, offset);
    const method = name(`set${ACCESSORS[kind]}`);
    const { view } = this.dialect;
    this.line(
      kind.endsWith('8') ? js`${view}.${method}(${at},${value});` : js`${view}.${method}(${at},${value},true);`,
    );
  }

  /** The value of a type at an address, which is simple. */
  load(type: Type, address: Code, offset: number): Code {
    const u32 = (behind = 0) => this.read('u32', address, offset + behind);
    switch (type.kind) {
      case 'bool':
        return js`${this.read('u8', address, offset)}!=0`;
      case 'char':
        return js`charOf(${u32()})`;
      case 'string':
        return js`textOf(${this.address(address, offset)})`;
      case 'list':
        return this.loadList(type.element, u32(), u32(4));
      case 'flags':
        return this.flags(type.flags, this.read(`u${alignmentOf(type) * 8}`, address, offset));
      case 'own':
      case 'borrow':
        return this.handles.lift(type, this.read('s32', address, offset));
      case 's64':
        return js`s64At(${this.place(address, offset)})`;
      case 'u64':
        return js`${this.dialect.pairs ? js`s64At` : js`u64At`}(${this.place(address, offset)})`;
      case 'managed':
        return this.managed.lift(type, u32());
      case 'record':
      case 'tuple':
        return js`${this.loader(type)}(${this.address(address, offset)})`;
      default: {
        const cases = casesOf(type);
        if (cases === null) return this.read(type.kind, address, offset);
        const found = this.read(`u${discriminantBytes(cases.length) * 8}`, address, offset);
        if (type.kind === 'enum') return js`caseOf(${stringLiteral(type.cases.join())},${found})`;
        if (type.kind === 'variant') return js`${this.loader(type)}(${this.address(address, offset)})`;
        const behind = offset + payloadOffset(cases);
        return this.choice(type as Choice, found, (payload) => this.load(payload, address, behind));
      }
    }
  }

  /** An option or result whose number is known. */
  private choice(type: Choice, found: Code, payload: (type: Type) => Code): Code {
    if (type.kind === 'option') {
      const value = payload(type.type);
      if (!isTaggedOption(type)) return js`flagOf(${found})?${value}:${UNDEFINED}`;
      return js`flagOf(${found})?{tag:"some",val:${value}}:{tag:"none"}`;
    }
    const part = (each: Type | null) => (each === null ? UNDEFINED : payload(each));
    return js`flagOf(${found})?{tag:"err",val:${part(type.error)}}:{tag:"ok",val:${part(type.ok)}}`;
  }

  private loadList(element: Type, pointer: Code, length: Code): Code {
    if (this.isArray(element)) {
      const width = bitsOf(element.kind as NumberKind) / 8;
      return js`numbersOf(${arrayOf(element.kind)},${width},${pointer},${length})`;
    }
    return js`${this.listLoader(element)}(${pointer},${length})`;
  }

  /** Whether a list of it is a typed array. */
  isArray({ kind }: Type): boolean {
    return isNumber(kind) && !(this.dialect.pairs && kind.endsWith('64') && kind !== 'f64');
  }

  /** Statements that write a value of a type to an address, which is simple. */
  store(type: Type, value: Code, address: Code, offset: number): void {
    switch (type.kind) {
      case 'bool':
        this.write('u8', address, offset, js`${value}?1:0`);
        return;
      case 'char':
        this.write('u32', address, offset, js`codeOf(${value})`);
        return;
      case 'string':
        this.line(js`putPair(${this.address(address, offset)},putText(${value}));`);
        return;
      case 'list':
        this.line(js`putPair(${this.address(address, offset)},${this.putList(type.element, value)});`);
        return;
      case 'flags':
        this.write(`u${alignmentOf(type) * 8}`, address, offset, this.flagBits(type.flags, value));
        return;
      case 'own':
      case 'borrow':
        this.write('s32', address, offset, this.handles.lower(type, value));
        return;
      case 'managed':
        this.write('u32', address, offset, this.managed.lower(type, value, false));
        return;
      case 's64':
      case 'u64':
        this.line(js`put64(${this.place(address, offset)},${value});`);
        return;
      case 'enum':
        this.write(
          `u${discriminantBytes(type.cases.length) * 8}`,
          address,
          offset,
          js`tagOf(${stringLiteral(type.cases.join())},${value})`,
        );
        return;
      case 'option':
        this.line(js`${this.storer(type)}(${value},${this.address(address, offset)});`);
        return;
      case 'record':
      case 'tuple':
      case 'variant':
      case 'result':
        this.line(js`${this.storer(type)}(${this.members(value)},${this.address(address, offset)});`);
        return;
      default:
        this.write(type.kind, address, offset, value);
    }
  }

  /** Returns a call that writes a list, returns its address, and leaves its length in `size`. */
  private putList(element: Type, value: Code): Code {
    if (this.isArray(element)) {
      const bytes = bitsOf(element.kind as NumberKind) / 8;
      if (bytes === 1) return js`putBytes(${value})`;
      return js`putNumbers(${arrayOf(element.kind)},${value},${bytes})`;
    }
    return js`${this.listStorer(element)}(${value})`;
  }

  /** A value out of the words of the core language that it is passed as. */
  lift(type: Type, words: readonly Code[]): Code {
    const [first, second] = words;
    switch (type.kind) {
      case 'bool':
        return js`${first}!=0`;
      case 's8':
        return js`${first}<<24>>24`;
      case 'u8':
        return js`${first}&255`;
      case 's16':
        return js`${first}<<16>>16`;
      case 'u16':
        return js`${first}&65535`;
      case 'u32':
        return js`${first}>>>0`;
      case 'u64':
        return this.dialect.pairs ? first : js`BigInt.asUintN(64,${first})`;
      case 'char':
        return js`charOf(${first})`;
      case 'string':
        return js`textOf(${first},${second})`;
      case 'list':
        return this.loadList(type.element, first, second);
      case 'flags':
        return this.flags(type.flags, first);
      case 'enum':
        return js`caseOf(${stringLiteral(type.cases.join())},${first})`;
      case 'own':
      case 'borrow':
        return this.handles.lift(type, first);
      case 'managed':
        return this.managed.lift(type, first);
      case 'record':
      case 'tuple':
        return this.liftParts(type, words);
      case 'variant':
        return js`${this.lifter(type)}(${list(words)})`;
      case 'option':
      case 'result':
        return this.choice(type, first, (payload) => this.liftPayload(type, payload, words));
      default:
        return first;
    }
  }

  private liftParts(type: Extract<Type, { kind: 'record' | 'tuple' }>, words: readonly Code[]): Code {
    let at = 0;
    const parts = partsOf(type)!.map((part) => {
      const count = flatTypes(part).length;
      at += count;
      return this.lift(part, words.slice(at - count, at));
    });
    return composed(type, parts);
  }

  /** Words are those of the variant: the first says which case it is. */
  private liftPayload(type: Type, payload: Type, words: readonly Code[]): Code {
    const wide = joined(casesOf(type)!);
    const own = flatTypes(payload).map((narrow, at) => narrowed(words[at + 1], wide[at], narrow));
    return this.lift(payload, own);
  }

  /** The words that a value is passed as. */
  lower(type: Type, value: Code): Code[] {
    switch (type.kind) {
      case 'bool':
        return [js`${value}?1:0`];
      case 's8':
        return [js`${value}<<24>>24`];
      case 'u8':
        return [js`${value}&255`];
      case 's16':
        return [js`${value}<<16>>16`];
      case 'u16':
        return [js`${value}&65535`];
      case 'char':
        return [js`codeOf(${value})`];
      case 'string':
        return (
          this.lowerBytes(this.dialect.bytesOfText(value)) ?? [
            this.constant(js`putText(${value})`),
            this.constant(js`size`),
          ]
        );
      case 'list': {
        const bytes = type.element.kind === 'u8' ? this.lowerBytes(value) : null;
        return bytes ?? [this.constant(this.putList(type.element, value)), this.constant(js`size`)];
      }
      case 'flags':
        return [this.flagBits(type.flags, value)];
      case 'enum':
        return [js`tagOf(${stringLiteral(type.cases.join())},${value})`];
      case 'own':
      case 'borrow':
        return [this.handles.lower(type, value)];
      case 'managed':
        return [this.constant(this.managed.lower(type, value, this.pinsObjects))];
      case 'record': {
        const whole = this.bind(this.members(value));
        return type.fields.flatMap((field) => this.lower(field.type, js`${whole}.${name(identifierOf(field))}`));
      }
      case 'tuple': {
        const whole = this.bind(this.members(value));
        return type.types.flatMap((each, at) => this.lower(each, js`${whole}[${at}]`));
      }
      case 'option':
        return this.lowerVariant(type, this.bind(value));
      case 'variant':
      case 'result':
        return this.lowerVariant(type, this.bind(this.members(value)));
      case 's32':
      case 'u32':
        return [this.dialect.convertsIntegers ? js`${value}|0` : value];
      default:
        return [value];
    }
  }

  /** Bytes, or a string of them, that are copied here; null where the runtime does so. */
  private lowerBytes(value: Code): Code[] | null {
    const { dialect } = this;
    if (dialect.copyBytes(value, value) === null) return null;
    const bytes = this.bind(value);
    // Read once, it needs no variable.
    let length: Code | null = null;
    const lengthOnce = () => {
      length ??= this.constant(js`${bytes}.length`);
      return length;
    };
    const once = this.allocateOnce?.(lengthOnce);
    const address = once?.address ?? this.constant(dialect.allocate(lengthOnce(), 1));
    this.line(dialect.copyBytes(bytes, once?.checked ?? this.place(address, 0))!);
    return [address, length ?? js`${bytes}.length`];
  }

  private lowerVariant(type: Extract<Type, { kind: 'variant' | 'option' | 'result' }>, value: Code): Code[] {
    const cases = casesOf(type)!;
    const wide = joined(cases);
    const words = wide.map((each) => {
      const word = name(`t${this.temporaries++}`);
      this.line(js`let ${word}=${each === 'i64' ? js`zero64` : 0};`);
      return word;
    });
    return [
      this.eachCase(type, value, (payload, payloadValue) => {
        const narrow = flatTypes(payload);
        for (const [at, word] of this.lower(payload, payloadValue).entries())
          this.line(js`${words[at]}=${widened(word, narrow[at], wide[at])};`);
      }),
      ...words,
    ];
  }

  /** Statements for the payload of the case that a value is. Returns the number of the case. */
  private eachCase(
    type: Extract<Type, { kind: 'variant' | 'option' | 'result' }>,
    value: Code,
    action: (payload: Type, value: Code) => void,
  ): Code {
    if (type.kind === 'option') {
      const isTagged = isTaggedOption(type);
      const isSome = isTagged ? js`tagOf("none,some",${value}.tag)` : js`${value}==null?0:1`;
      const found = this.constant(isSome);
      this.put(
        choiceOf(
          found,
          this.captured(() => action(type.type, isTagged ? js`${value}.val` : value)),
        ),
      );
      return found;
    }
    const names = type.kind === 'result' ? ['ok', 'err'] : type.cases.map((each) => each.name);
    const found = this.constant(js`tagOf(${stringLiteral(names.join())},${value}.tag)`);
    for (const [at, payload] of casesOf(type)!.entries()) {
      if (payload === null) continue;
      this.put(
        choiceOf(
          js`${found}==${at}`,
          this.captured(() => action(payload, js`${value}.val`)),
        ),
      );
    }
    return found;
  }

  private flags(flags: readonly string[], bits: Code): Code {
    const key = `F${flags.join()}`;
    const made = this.function(key, 'flags', () => {
      const members = flags.map((each, at) => js`${member(each)}:(a>>${at}&1)!=0`);
      return { parameters: js`a`, body: [plain(js`return {${list(members)}};`)] };
    });
    return js`${made}(${bits})`;
  }

  private flagBits(flags: readonly string[], value: Code): Code {
    const key = `B${flags.join()}`;
    const made = this.function(key, 'bits', () => {
      const bits = flags.map((each, at) => js`(a.${member(each)}?${2 ** at}:0)`);
      return { parameters: js`a`, body: [plain(js`return ${list(bits, js`|`)};`)] };
    });
    return js`${made}(${value})`;
  }

  /** `load3(address)` */
  loader(type: Extract<Type, { kind: 'record' | 'tuple' | 'variant' }>): Token {
    return this.function(`L${this.keys.of(type)}`, 'load', () => {
      const address = js`a`;
      const cases = casesOf(type);
      const body = this.captured(() => {
        if (cases === null) {
          const parts = partsOf(type)!;
          const { offsets } = offsetsOf(parts);
          const values = parts.map((part, at) => this.load(part, address, offsets[at]));
          this.line(js`return ${composed(type as Extract<Type, { kind: 'record' | 'tuple' }>, values)};`);
        } else {
          const found = this.read(`u${discriminantBytes(cases.length) * 8}`, address, 0);
          const behind = payloadOffset(cases);
          this.returnCase(type as Extract<Type, { kind: 'variant' }>, found, (payload) =>
            this.load(payload, address, behind),
          );
        }
      });
      return { parameters: address, body };
    });
  }

  /** `lift3(case, words)` */
  private lifter(type: Extract<Type, { kind: 'variant' }>): Token {
    return this.function(`W${this.keys.of(type)}`, 'lift', () => {
      const words = flatTypes(type).map((_, at) => name(`w${at}`));
      const body = this.captured(() =>
        this.returnCase(type, words[0], (payload) => this.liftPayload(type, payload, words)),
      );
      return { parameters: list(words), body };
    });
  }

  private returnCase(type: Extract<Type, { kind: 'variant' }>, found: Code, payload: (type: Type) => Code): void {
    const which = this.bind(found);
    for (const [at, each] of type.cases.entries()) {
      if (each.type === null) continue;
      const value = js`{tag:${stringLiteral(each.name)},val:${payload(each.type)}}`;
      this.put(choiceOf(js`${which}==${at}`, [plain(js`return ${value};`)]));
    }
    // Cases with a payload have returned.
    this.line(js`return {tag:caseOf(${stringLiteral(type.cases.map((each) => each.name).join())},${which})};`);
  }

  /** `store3(value, address)` */
  storer(type: Extract<Type, { kind: 'record' | 'tuple' | 'variant' | 'option' | 'result' }>): Token {
    return this.function(`S${this.keys.of(type)}`, 'store', () => {
      const [value, address] = [js`v`, js`a`];
      const body = this.captured(() => {
        const cases = casesOf(type);
        if (cases === null) {
          const parts = partsOf(type)!;
          const { offsets } = offsetsOf(parts);
          for (const [at, part] of parts.entries()) {
            const own = type.kind === 'record' ? fieldOf(type.fields[at]) : js`v[${at}]`;
            this.store(part, own, address, offsets[at]);
          }
          return;
        }
        const behind = payloadOffset(cases);
        const found = this.eachCase(type as Extract<Type, { kind: 'variant' }>, value, (payload, own) =>
          this.store(payload, own, address, behind),
        );
        this.write(`u${discriminantBytes(cases.length) * 8}`, address, 0, found);
      });
      return { parameters: js`v,a`, body };
    });
  }

  /** `list3(pointer, length)` */
  listLoader(element: Type): Token {
    return this.function(`R${this.keys.of(element)}`, 'list', () => {
      const size = sizeOf(element);
      const body = this.captured(() => {
        this.line(js`const all=[];`);
        this.line(js`inMemory(a,n*${size});`);
        const inner = this.captured(() => {
          this.line(js`all.push(${this.load(element, js`a`, 0)});`);
          this.line(js`a+=${size};`);
        });
        this.put(braced(js`for(;n>0;n--){`, inner));
        this.line(js`return all;`);
      });
      return { parameters: js`a,n`, body };
    });
  }

  /** `putList3(list)`; elements may be lists, so `size` is set last. */
  private listStorer(element: Type): Token {
    return this.function(`P${this.keys.of(element)}`, 'putList', () => {
      const bytes = sizeOf(element);
      const body = this.captured(() => {
        this.line(js`const n=v.length,start=${this.dialect.allocate(js`n*${bytes}`, alignmentOf(element))};`);
        this.line(js`let i=0,a=start;`);
        const inner = this.captured(() => {
          this.store(element, js`v[i]`, js`a`, 0);
          this.line(js`a+=${bytes};`);
        });
        this.put(braced(js`for(;i<n;i++){`, inner));
        this.line(js`size=n;`);
        this.line(js`return start;`);
      });
      return { parameters: js`v`, body };
    });
  }

  /** A function of a type, printed at its first use. */
  function(key: string, label: string, print: () => { parameters: Code; body: Statement[] }): Token {
    const id = this.ids.get(key) ?? this.ids.size;
    this.ids.set(key, id);
    const called = name(`$${label}${id}`);
    if (this.made.has(key)) return called;
    this.made.add(key);
    const { parameters, body } = print();
    this.functions.push(braced(js`function ${called}(${parameters}){`, body));
    return called;
  }
}
