// Prints how objects of AssemblyScript are read and made. An object is passed by its address, and lies in a heap with a garbage collector:
// what is made in several steps is kept ("pinned") until the call ends. Source: AssemblyScript's std/assembly/rt, and what
// `asc --bindings` writes.

import { type Code, js, name, type Token } from '../../compiler/javascript/trees/code.js';
import { braced, plain, type Statement } from '../../compiler/javascript/trees/statement.js';
import { BUFFER_ID } from '../assemblyscript/runtime-types.js';
import { sizeOf } from '../canonical.js';
import { bitsOf, type ManagedType, type NumberKind, type RecordType, TYPED_ARRAYS, type Type } from '../types.js';
import type { TypeKeys } from './type-keys.js';

/** Bytes of the header of an `Array`: its buffer twice, bytes of the buffer, length. */
const HEADER_BYTES = 16;

/** Prints the values in objects. */
export interface TypePrinter {
  /** Returns a value that has members: see the dialect. */
  members(value: Code): Code;
  readonly keys: TypeKeys;
  /** Whether a list of it is a typed array. */
  isArray(type: Type): boolean;
  function(key: string, label: string, print: () => { parameters: Code; body: Statement[] }): Token;
  captured(action: () => void): Statement[];
  line(code: Code): void;
  put(...statements: readonly Statement[]): void;
  bind(value: Code): Code;
  read(kind: string, address: Code, offset: number): Code;
  write(kind: string, address: Code, offset: number, value: Code): void;
  store(type: Type, value: Code, address: Code, offset: number): void;
  /** Functions that read and write a record, and read a list. */
  loader(type: RecordType): Token;
  storer(type: RecordType): Token;
  listLoader(element: Type): Token;
}

export class ManagedPrinter {
  private readonly values: TypePrinter;

  constructor(values: TypePrinter) {
    this.values = values;
  }

  /** The value of the object at an address, null for none. */
  lift(type: ManagedType, address: Code): Code {
    const numbers = this.numbersOf(type);
    switch (type.form) {
      case 'string':
        return js`objectText(${address})`;
      case 'buffer':
        return js`objectBuffer(${address})`;
      case 'reference':
        return js`referenceOf(${address})`;
      case 'view':
        return numbers ? js`objectView(${numbers},${address})` : js`${this.loader(type)}(${address})`;
      case 'array':
        return numbers ? js`objectArray(${numbers},${address})` : js`${this.loader(type)}(${address})`;
      case 'static':
        return numbers ? js`objectStatic(${numbers},${address})` : js`${this.loader(type)}(${address})`;
      case 'record':
        return js`${this.loader(type)}(${address})`;
    }
  }

  /** The address of an object that holds a value. `pins` keeps one that is made in one step, too. */
  lower(type: ManagedType, value: Code, pins: boolean): Code {
    if (type.isNullable) {
      const bound = this.values.bind(value);
      return js`${bound}==null?0:${this.made(type, bound, pins)}`;
    }
    return this.made(type, value, pins);
  }

  /** Whether an object is made in one step, so that nothing has to be kept. */
  isMadeAtOnce(type: ManagedType): boolean {
    return ['string', 'buffer', 'reference'].includes(type.form) || this.numbersOf(type) !== null;
  }

  private made(type: ManagedType, value: Code, pins: boolean): Code {
    if (type.form === 'reference') return js`addressOf(${value})`;
    if (!this.isMadeAtOnce(type))
      return js`${this.maker(type)}(${type.form === 'record' ? this.values.members(value) : value})`;
    const object = this.madeAtOnce(type, value);
    return pins ? js`pinned(${object})` : object;
  }

  private madeAtOnce(type: ManagedType, value: Code): Code {
    if (type.form === 'string') return js`makeText(${value})`;
    if (type.form === 'buffer') return js`makeBuffer(${value})`;
    const call = type.form === 'view' ? 'makeView' : type.form === 'array' ? 'makeArray' : 'makeStatic';
    return js`${name(call)}(${this.numbersOf(type)!},${type.classId},${value})`;
  }

  /** The typed array that a list is, and bytes of an element; null where it is an array of other values. */
  private numbersOf({ type, view }: ManagedType): Code | null {
    if (type.kind !== 'list' || !this.values.isArray(type.element)) return null;
    const kind = type.element.kind as NumberKind;
    return js`${name(view || TYPED_ARRAYS[kind])},${bitsOf(kind) / 8}`;
  }

  /** `object3(address)` */
  private loader(type: ManagedType): Token {
    return this.values.function(`o${this.values.keys.of(type)}`, 'object', () => {
      const whole = this.loaded(type);
      return { parameters: js`p`, body: [plain(js`return p?${whole}:null;`)] };
    });
  }

  private loaded({ type, form }: ManagedType): Code {
    if (type.kind === 'record') return js`${this.values.loader(type)}(p)`;
    const { element } = type as Extract<Type, { kind: 'list' }>;
    const list = this.values.listLoader(element);
    const word = (offset: number) => this.values.read('u32', js`p`, offset);
    const shift = Math.log2(sizeOf(element));
    if (form === 'array') return js`${list}(${word(4)},${word(12)})`;
    // The length of a view is in the view, that of an object in its header.
    return form === 'view' ? js`${list}(${word(4)},${word(8)}>>>${shift})` : js`${list}(p,${word(-4)}>>>${shift})`;
  }

  /** `make3(value)`: the object is kept. */
  private maker(type: ManagedType): Token {
    return this.values.function(`m${this.values.keys.of(type)}`, 'make', () => {
      const { values } = this;
      const body = values.captured(() => {
        if (type.type.kind === 'record') this.makeRecord(type.type, type.classId);
        else this.makeList(type);
      });
      return { parameters: js`v`, body };
    });
  }

  private makeRecord(record: RecordType, classId: number): void {
    const { values } = this;
    values.line(js`const p=pinned(newObject(${sizeOf(record)},${classId}));`);
    values.line(js`${values.storer(record)}(v,p);`);
    values.line(js`return p;`);
  }

  private makeList({ type, form, classId }: ManagedType): void {
    const { values } = this;
    const { element } = type as Extract<Type, { kind: 'list' }>;
    const bytes = sizeOf(element);
    const id = form === 'static' ? classId : BUFFER_ID;
    values.line(js`const n=lengthOf(v),start=pinned(newObject(n*${bytes},${id}));`);
    if (form !== 'static') {
      values.line(js`const header=pinned(newObject(${form === 'view' ? HEADER_BYTES - 4 : HEADER_BYTES},${classId}));`);
      values.line(js`putHeader(header,start,n*${bytes});`);
      if (form === 'array') values.write('u32', js`header`, 12, js`n`);
    }
    values.line(js`let i=0,a=start;`);
    const each = values.captured(() => {
      values.store(element, js`v[i]`, js`a`, 0);
      values.line(js`a+=${bytes};`);
    });
    values.put(braced(js`for(;i<n;i++){`, each));
    values.line(js`return ${form === 'static' ? js`start` : js`header`};`);
  }
}
