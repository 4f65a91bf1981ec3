// Prints the glue of a module: for each function that its world exports, one that takes and returns values of JavaScript; for each that
// it imports, one that the module calls. Errors of a result are thrown. The text calls the functions of a runtime:
// targets/board/typed/runtime for boards, targets/node/typed/runtime.ts for Node.

import { type Code, js, list, name, stringLiteral, type Token } from '../../compiler/javascript/trees/code.js';
import {
  braced,
  choiceOf,
  compound,
  plain,
  type Statement,
  textOf,
} from '../../compiler/javascript/trees/statement.js';
import type { BoundFunction, BoundModule, ResourceIntrinsic } from '../bind.js';
import { alignmentOf, flatTypes, hasPointers, offsetsOf, payloadOffset, sizeOf } from '../canonical.js';
import { ARGUMENTS_LENGTH, camelCase, identifierOf, pascalCase, shortName } from '../core-names.js';
import {
  type EnumerationMember,
  type Interface,
  type ManagedType,
  type NumberKind,
  numberText,
  type Parameter,
  type Resource,
  type Type,
  type TypedGlobal,
} from '../types.js';
import { checkCode, checkOf, optional } from './checks.js';
import type { Dialect } from './dialect.js';
import { ValuePrinter } from './values.js';

export interface Glue {
  /** Statements of the top level that declare functions. */
  functions: string;
  /** Statements that export. */
  exports: string;
  /** The functions that the module imports, in the order of the module's typed imports and intrinsics. */
  imports: readonly { module: string; name: string; function: string }[];
}

export function printGlue(bound: BoundModule, dialect: Dialect): Glue {
  return new GluePrinter(bound, dialect).print();
}

/** Text, or a list of bytes: memory is allocated for it once. */
const isBytes = (type: Type): boolean => type.kind === 'string' || (type.kind === 'list' && type.element.kind === 'u8');

/** A record of the parameters, if they are passed in memory. */
function tupleOf(types: readonly Type[]): Type {
  return { kind: 'tuple', types: [...types] };
}

class GluePrinter {
  private readonly bound: BoundModule;
  private readonly dialect: Dialect;
  private readonly values: ValuePrinter;
  private readonly functions: Statement[] = [];
  private readonly resources = new Map<Resource, number>();
  private readonly exported: ReadonlySet<Resource>;
  private count = 0;

  constructor(bound: BoundModule, dialect: Dialect) {
    this.bound = bound;
    this.dialect = dialect;
    this.exported = new Set(bound.world.exports.flatMap(({ resources }) => resources));
    this.values = new ValuePrinter(dialect, {
      lift: (type, handle) => this.liftHandle(type, handle),
      lower: (type, value) => this.lowerHandle(type, value),
    });
  }

  print(): Glue {
    const { bound } = this;
    const imports = [
      ...bound.imports.map((each) => ({ core: each.core, function: this.importFunction(each) })),
      ...bound.intrinsics.map((each) => ({ core: each.core, function: this.intrinsic(each) })),
    ].map(({ core, function: called }) => ({ module: core.module, name: core.name, function: called.text }));
    const exports = bound.world.exports.flatMap((each) => this.interfaceExports(each));
    const tables = [...this.resources.values()].map((id) => plain(js`const ${handles(id)}=[null];`));
    const functions = [...tables, ...this.values.functions, ...this.functions];
    return { functions: textOf(functions), exports: textOf(exports), imports };
  }

  /** Statements that export an interface, or the world's own functions. */
  private interfaceExports(each: Interface): Statement[] {
    const { exports, exported, fullNames, sliced } = this.dialect;
    const functions = this.bound.exports.filter((found) => found.interface === each);
    const members = functions
      .filter(({ function: { member } }) => member === 'function')
      .map((found) => ({
        key: identifierOf(found.function),
        value: exported(sliced ? this.slicedExport(found) : this.exportFunction(found)),
      }));
    const classes = each.resources.map((resource) => ({
      key: pascalCase(resource.name),
      value: this.class(
        resource,
        functions.filter((found) => found.function.resource === resource),
      ),
    }));
    const all = [...members, ...classes];
    if (each.name === '')
      return [...all, ...this.variables()].map(({ key, value }) =>
        plain(js`${exports}[${stringLiteral(key)}]=${value};`),
      );
    if (all.length === 0) return [];
    const object = js`{${list(all.map(({ key, value }) => js`${name(key)}:${value}`))}}`;
    const target = js`${exports}[${stringLiteral(camelCase(shortName(each.name)))}]`;
    const full = fullNames && each.name.includes('/') ? js`${exports}[${stringLiteral(each.name)}]=` : js``;
    return [plain(js`${full}${target}=${object};`)];
  }

  /** Global variables as objects with a value, and enumerations as objects with names and values. */
  private variables(): { key: string; value: Code }[] {
    const { globals, enumerations } = this.bound;
    return [
      ...globals.map((each) => ({ key: identifierOf(each), value: this.variable(each) })),
      ...enumerations.map(({ name: own, members }) => ({
        key: own,
        value: this.enumeration(own, members),
      })),
    ];
  }

  /** Returns an enumeration as TypeScript prints it: values by names, and names by values. */
  private enumeration(own: string, members: readonly EnumerationMember[]): Code {
    const values = members.map((member) =>
      member.value === null
        ? js`get ${name(member.name)}(){return ${this.dialect.global(`${own}.${member.name}`)}.value;}`
        : js`${name(member.name)}:${member.value}`,
    );
    const names = new Map(members.map((member) => [member.value, member.name]));
    names.delete(null);
    const reverse = [...names].map(([value, each]) => js`${stringLiteral(String(value))}:${stringLiteral(each)}`);
    return js`{${list([...values, ...reverse])}}`;
  }

  /** `{get value(){},set value(v){}}` */
  private variable({ name: own, type, isMutable }: TypedGlobal): Code {
    const { values, dialect } = this;
    const word = js`${dialect.global(own)}.value`;
    const get = js`get value(){return ${values.lift(type, [word])};}`;
    if (!isMutable) return js`{${get}}`;
    const called = name(`$g${this.count++}`);
    const value = name('v');
    const body = values.captured(() => {
      this.keeping(this.keepsObjects([type]), () => values.line(js`${word}=${values.lower(type, value)[0]};`));
    });
    this.functions.push(braced(js`function ${called}(${value}){`, body));
    return js`{${get},set value(v){${called}(v);}}`;
  }

  /** Whether objects of these types are made in several steps: the garbage collector may run between them. */
  private keepsObjects(types: readonly Type[]): boolean {
    const made = types.filter((type) => type.kind === 'managed' && type.form !== 'reference') as ManagedType[];
    return made.length > 1 || made.some((type) => !this.values.managed.isMadeAtOnce(type));
  }

  /** Statements that make objects, which are kept until the last of them. */
  private keeping(keeps: boolean, action: () => void): void {
    const { values } = this;
    if (!keeps) {
      action();
      return;
    }
    this.keepingOnError(action);
    values.line(js`closePins();`);
  }

  /** Statements that make objects: they are kept, unless an error is thrown. */
  private keepingOnError(action: () => void): void {
    const { values } = this;
    values.line(js`openPins();`);
    values.pinning(true, () => {
      values.put(braced(js`try{`, values.captured(action)));
    });
    // Espruino loses an error if a call follows in `finally`.
    values.put(braced(js`catch(error){`, [plain(js`closePins();`), plain(js`throw error;`)]));
  }

  private keepsArguments({ function: { parameters } }: BoundFunction): boolean {
    return this.keepsObjects(parameters.map(({ type }) => type));
  }

  /** `function g0(p0,p1){}` */
  private exportFunction(each: BoundFunction): Token {
    const called = name(`$g${this.count++}`);
    const parameters = each.function.parameters.map((_, at) => name(`p${at}`));
    const body = this.callBody(each, parameters);
    this.functions.push(braced(js`function ${called}(${list(parameters)}){`, body));
    return called;
  }

  /** A call that may go in slices: what makes the words of arguments, and what reads the result, are functions of their own. */
  private slicedExport(each: BoundFunction): Token {
    const { values, dialect } = this;
    const exported = name(`$g${this.count++}`);
    const parameters = each.function.parameters.map((_, at) => name(`p${at}`));
    const keeps = this.keepsArguments(each);
    const lowering = values.captured(() => {
      const lowered = () => values.line(js`words=[${list(this.entered(each, parameters))}];`);
      if (keeps) {
        values.line(js`let words;`);
        this.keepingOnError(lowered);
        values.line(js`return words;`);
      } else values.line(js`return [${list(this.entered(each, parameters))}];`);
    });
    const result = js`r`;
    const lifting = values.captured(() => this.liftBehind(each, result));
    const isText = each.function.result?.kind === 'string' && each.postReturn === null && each.signature.spillsResult;
    const core = dialect.sliced!(each.core.name);
    const head = js`const ${exported}=typedExport(${core},(${list(parameters)})=>{`;
    const end = keeps ? js`,true);` : js`);`;
    this.functions.push(
      isText
        ? compound(head, { body: lowering, behind: js`},textOf${end}` })
        : compound(head, { body: lowering, behind: js`},(${result})=>{` }, { body: lifting, behind: js`}${end}` }),
    );
    return exported;
  }

  /** Lowers the arguments, calls, lifts the result. */
  private callBody(each: BoundFunction, given: readonly Code[]): Statement[] {
    const { values, dialect } = this;
    return values.captured(() => {
      const { result } = each.function;
      if (this.keepsArguments(each)) {
        const called = () => js`${dialect.core(each.core.name)}(${list(this.entered(each, given))})`;
        if (result !== null) values.line(js`let word;`);
        this.keeping(true, () => values.line(result === null ? js`${called()};` : js`word=${called()};`));
        if (result !== null) values.line(js`return ${values.lift(result, [name('word')])};`);
        return;
      }
      const call = js`${dialect.core(each.core.name)}(${list(this.entered(each, given))})`;
      if (result !== null && result.kind !== 'result' && each.postReturn === null) {
        const { spillsResult } = each.signature;
        if (!spillsResult && flatTypes(result).length === 1) {
          values.line(js`return ${values.lift(result, [call])};`);
          return;
        }
        // Read by a call, from one address.
        if (spillsResult && ['string', 'record', 'tuple', 'variant'].includes(result.kind)) {
          values.line(js`return ${values.load(result, call, 0)};`);
          return;
        }
      }
      const hasResult = each.signature.results.length > 0;
      const returned = hasResult ? values.constant(call) : js``;
      if (!hasResult) values.line(js`${call};`);
      this.liftBehind(each, returned);
    });
  }

  /** Statements behind a call: the result is returned, and what it was read from is freed in any case. */
  private liftBehind({ signature, function: { result }, postReturn }: BoundFunction, returned: Code): void {
    const { values, dialect } = this;
    const finish = (value: Code) => (postReturn === null ? js`return ${value};` : js`value=${value};`);
    const lifting = values.captured(() => {
      if (result !== null) this.liftResult(result, returned, signature.spillsResult, finish);
    });
    if (postReturn === null) values.put(...lifting);
    else {
      const after = js`${dialect.core(postReturn)}(${signature.results.length > 0 ? returned : js``});`;
      // Espruino loses an error if a call follows in `finally`.
      values.line(js`let value;`);
      values.put(braced(js`try{`, lifting), braced(js`catch(error){`, [plain(after), plain(js`throw error;`)]));
      values.line(after);
      values.line(js`return value;`);
    }
  }

  /** The words of the arguments, for which memory is made ready. */
  private entered(each: BoundFunction, given: readonly Code[]): Code[] {
    const { values, dialect } = this;
    if (dialect.checks) this.checkArguments(each, given);
    const {
      core,
      signature: { spillsParameters },
      function: { parameters },
    } = each;
    const pointers = parameters.filter(({ type }) => hasPointers(type));
    const [first] = pointers;
    const { allocateOnce } = dialect;
    const isOnce = !spillsParameters && pointers.length === 1 && isBytes(first.type);
    const at = parameters.slice(0, parameters.indexOf(first)).flatMap(({ type }) => flatTypes(type)).length;
    const once = isOnce && allocateOnce ? (length: () => Code) => allocateOnce(length, { core: core.name, at }) : null;
    if ((spillsParameters || pointers.length > 0) && once === null) for (const each of dialect.enter) values.line(each);
    let words: Code[] = [];
    values.once(once, () => {
      words = this.lowerArguments(each, given);
    });
    return words;
  }

  private checkArguments({ function: { name: own, parameters } }: BoundFunction, given: readonly Code[]): void {
    const nameOf = (kind: NumberKind) => numberText(kind, this.bound.world.convention);
    for (const [at, { name: parameter, type, isOptional }] of parameters.entries()) {
      const check = checkOf(type, nameOf);
      const what = stringLiteral(`${camelCase(own)}: ${camelCase(parameter)}`);
      this.values.line(js`checkValue(${checkCode(isOptional ? optional(check) : check)},${given[at]},${what});`);
    }
  }

  private lowerArguments({ signature, function: { parameters } }: BoundFunction, given: readonly Code[]): Code[] {
    const { values } = this;
    if (parameters.some(({ isOptional }) => isOptional)) return this.lowerOptional(parameters, given);
    if (!signature.spillsParameters) return parameters.flatMap(({ type }, at) => values.lower(type, given[at]));
    const whole = tupleOf(parameters.map(({ type }) => type));
    const address = values.constant(this.dialect.allocate(js`${sizeOf(whole)}`, alignmentOf(whole)));
    const { offsets } = offsetsOf(parameters.map(({ type }) => type));
    for (const [at, { type }] of parameters.entries()) values.store(type, given[at], address, offsets[at]);
    return [address];
  }

  /** The module is told how many arguments are given, and puts values in the place of the others. */
  private lowerOptional(parameters: readonly Parameter[], given: readonly Code[]): Code[] {
    const { values, dialect } = this;
    const least = parameters.findIndex(({ isOptional }) => isOptional);
    let last: Code = js`${least}`;
    for (let at = least; at < parameters.length; at++) last = js`${given[at]}!==undefined?${at + 1}:${last}`;
    const count = values.constant(last);
    const words = parameters.map(({ type, isOptional }, at) => {
      if (!isOptional) return values.lower(type, given[at])[0];
      const word = values.constant(flatTypes(type)[0] === 'i64' ? js`zero64` : js`0`, 'let');
      const lowering = values.captured(() => {
        const [lowered] = values.lower(type, given[at]);
        values.line(js`${word}=${lowered};`);
      });
      values.put(choiceOf(js`${count}>${at}`, lowering));
      return word;
    });
    values.line(js`${dialect.core(ARGUMENTS_LENGTH)}(${count});`);
    return words;
  }

  /** The error of a result is thrown. */
  private liftResult(result: Type, returned: Code, isInMemory: boolean, finish: (value: Code) => Code): void {
    const { values } = this;
    if (result.kind !== 'result') {
      values.line(finish(isInMemory ? values.load(result, returned, 0) : values.lift(result, [returned])));
      return;
    }
    const { ok, error } = result;
    const behind = payloadOffset([ok, error]);
    const flag = isInMemory ? values.load({ kind: 'u8' }, returned, 0) : returned;
    const part = (type: Type) => (isInMemory ? values.load(type, returned, behind) : values.lift(type, [returned]));
    values.put(
      choiceOf(js`flagOf(${flag})`, [plain(js`throw failure(${error === null ? js`undefined` : part(error)});`)]),
    );
    if (ok !== null) values.line(finish(part(ok)));
  }

  /** `function i0(w0,w1){}`: what the module calls. */
  private importFunction(each: BoundFunction): Token {
    const { values } = this;
    const { signature, function: declared } = each;
    const called = name(`$i${this.count++}`);
    const words = signature.parameters.map((_, at) => name(`w${at}`));
    const types = declared.parameters.map(({ type }) => type);
    const body = values.captured(() => {
      const given = this.liftArguments(types, words, signature.spillsParameters);
      const { result } = declared;
      const call = this.userCall(each, given);
      if (result === null) values.line(js`${call};`);
      else if (result.kind === 'result') {
        const ok = js`{tag:"ok",val:${call}}`;
        const error = js`{tag:"err",val:errorOf(error,${result.error?.kind === 'string' ? js`true` : js`false`})}`;
        values.line(js`let value;`);
        values.put(
          braced(js`try{`, [plain(js`value=${ok};`)]),
          braced(js`catch(error){`, [plain(js`value=${error};`)]),
        );
        this.giveResult(result, js`value`, words, signature.spillsResult);
      } else this.giveResult(result, values.constant(call), words, signature.spillsResult);
    });
    this.functions.push(braced(js`function ${called}(${list(words)}){`, body));
    return called;
  }

  private giveResult(result: Type, value: Code, words: readonly Code[], isInMemory: boolean): void {
    const { values } = this;
    if (this.keepsObjects([result])) {
      values.line(js`let word;`);
      this.keeping(true, () => values.line(js`word=${values.lower(result, value)[0]};`));
      values.line(js`return word;`);
    } else if (isInMemory) values.store(result, value, words[words.length - 1], 0);
    else values.line(js`return ${values.lower(result, value)[0]};`);
  }

  private liftArguments(types: readonly Type[], words: readonly Code[], isInMemory: boolean): Code[] {
    const { values } = this;
    if (isInMemory) {
      const { offsets } = offsetsOf(types);
      return types.map((type, at) => values.load(type, words[0], offsets[at]));
    }
    let at = 0;
    return types.map((type) => {
      const count = flatTypes(type).length;
      at += count;
      return values.lift(type, words.slice(at - count, at));
    });
  }

  private userCall(each: BoundFunction, given: readonly Code[]): Code {
    const { user } = this.dialect;
    const { member, name: own } = each.function;
    if (member === 'constructor') return js`new ${user(each)}(${list(given)})`;
    if (member === 'static') return js`${user(each)}.${name(camelCase(own))}(${list(given)})`;
    if (member === 'method') return js`${given[0]}.${name(camelCase(own))}(${list(given.slice(1))})`;
    return js`${user(each)}(${list(given)})`;
  }

  // Resources. Each has a table of handles.

  private tableOf(resource: Resource): Token {
    const id = this.resources.get(resource) ?? this.resources.size;
    this.resources.set(resource, id);
    return handles(id);
  }

  private classOf(resource: Resource): Token {
    this.tableOf(resource);
    return name(`$C${this.resources.get(resource)}`);
  }

  private liftHandle({ kind, resource }: { kind: 'own' | 'borrow'; resource: Resource }, handle: Code): Code {
    const found = js`${kind === 'own' ? js`takeHandle` : js`handleOf`}(${this.tableOf(resource)},${handle})`;
    return this.exported.has(resource) ? js`wrapped(${this.classOf(resource)},${found})` : found;
  }

  private lowerHandle({ kind, resource }: { kind: 'own' | 'borrow'; resource: Resource }, value: Code): Code {
    const table = this.tableOf(resource);
    if (!this.exported.has(resource)) return js`newHandle(${table},${value},${kind === 'own' ? js`true` : js`false`})`;
    return kind === 'own' ? js`newHandle(${table},takeRep(${value}),true)` : js`repOf(${value})`;
  }

  private intrinsic({ resource, what, isExported }: ResourceIntrinsic): Token {
    const called = name(`$i${this.count++}`);
    const table = this.tableOf(resource);
    const destructor = isExported ? this.bound.destructors.get(resource) : undefined;
    const drop = isExported
      ? destructor === undefined
        ? js`takeHandle(${table},a);`
        : js`${this.dialect.core(destructor)}(takeHandle(${table},a));`
      : js`dropHandle(${table},a);`;
    const body: Record<ResourceIntrinsic['what'], Code> = {
      new: js`return newHandle(${table},a,true);`,
      rep: js`return handleOf(${table},a);`,
      drop,
    };
    this.functions.push(braced(js`function ${called}(a){`, [plain(body[what])]));
    return called;
  }

  /** The class of a resource of the module: its constructor, methods, and `free`. */
  private class(resource: Resource, functions: readonly BoundFunction[]): Token {
    const called = this.classOf(resource);
    const table = this.tableOf(resource);
    const parametersOf = (each: BoundFunction) => each.function.parameters.map((_, at) => name(`p${at}`));
    const maker = functions.find(({ function: { member } }) => member === 'constructor');
    const parameters = maker ? parametersOf(maker) : [];
    const made = maker
      ? this.values.captured(() => {
          const call = js`${this.dialect.core(maker.core.name)}(${list(this.entered(maker, parameters))})`;
          this.values.line(js`this.rep=takeHandle(${table},${call});`);
        })
      : [plain(js`throw new Error(${stringLiteral(`${resource.name} has no constructor`)});`)];
    this.functions.push(braced(js`function ${called}(${list(parameters)}){`, made));
    for (const each of functions) {
      const { member, name: own } = each.function;
      if (member === 'constructor') continue;
      const target = member === 'static' ? called : js`${called}.prototype`;
      const given = parametersOf(each);
      const taken = member === 'method' ? given.slice(1) : given;
      const body = this.callBody(each, member === 'method' ? [js`this`, ...taken] : given);
      this.functions.push(braced(js`${target}.${name(camelCase(own))}=function(${list(taken)}){`, body));
    }
    const destructor = this.bound.destructors.get(resource);
    const free = destructor === undefined ? js`takeRep(this);` : js`${this.dialect.core(destructor)}(takeRep(this));`;
    this.functions.push(braced(js`${called}.prototype.free=function(){`, [plain(free)]));
    return called;
  }
}

const handles = (id: number): Token => name(`$H${id}`);
