// Types of a component binary as typed descriptions. A type gets its name where it is exported or imported under one.

import { casesOf, MOST_PARTS, partCount, partsOf } from '../canonical.js';
import { InterfaceError } from '../interface-error.js';
import { isNumber, type Resource, type Type } from '../types.js';
import type { CoreItem, FunctionType, Item, Scope, TypeItem } from './items.js';
import { damaged, entry } from './scope.js';
import { Sort, type TypeSyntax, type ValueType } from './syntax.js';

/** Words with hyphens (component-model/design/mvp/Explainer.md, "label"). Names become parts of programs. */
const LABEL = /^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/;
function label(name: string): string {
  if (!LABEL.test(name) || name.length > 200) throw damaged(`${JSON.stringify(name.slice(0, 40))} is no name`);
  return name;
}

/** The type, unless it is too large to be printed. */
function bounded(type: Type): Type {
  if (partCount(type) > MOST_PARTS)
    throw new InterfaceError(`a type of the component has more than ${MOST_PARTS} parts`);
  return type;
}

function value(given: ValueType, scope: Scope): Type {
  if (typeof given === 'string') return primitive(given);
  const item = entry<TypeItem>(scope, Sort.Type, given);
  if (item.kind !== 'value') throw damaged(`type ${given} is none of a value`);
  return item.type;
}

const primitive = (name: string): Type => ({ kind: name }) as Type;

function resourceOf(index: number, scope: Scope): Resource {
  const item = entry<TypeItem>(scope, Sort.Type, index);
  if (item.kind !== 'resource') throw damaged(`type ${index} is no resource`);
  return item.resource;
}

const optional = (given: ValueType | null, scope: Scope) => (given === null ? null : value(given, scope));
const some = <Entry>(list: readonly Entry[], what: string, most = Number.POSITIVE_INFINITY): readonly Entry[] => {
  if (list.length === 0 || list.length > most) throw damaged(`${what} of ${list.length}`);
  return list;
};

export function typeItem(syntax: TypeSyntax, scope: Scope): TypeItem {
  switch (syntax.kind) {
    case 'function': {
      const parameters = syntax.parameters.map(({ name, type }) => ({ name: label(name), type: value(type, scope) }));
      return { kind: 'function', type: { parameters, result: optional(syntax.result, scope) } };
    }
    case 'resource': {
      const functions = scope.spaces.get(Sort.CoreFunction) ?? [];
      const destructor =
        syntax.destructor === null ? null : ((functions[syntax.destructor] as CoreItem | undefined) ?? null);
      return { kind: 'resource', resource: { name: '', docs: [], owner: '' }, destructor, isImported: false };
    }
    case 'instance':
      return { kind: 'instance', definitions: syntax.definitions, scope };
    case 'component':
      throw new InterfaceError('the component imports components, which is not supported');
    default:
      return { kind: 'value', type: valueType(syntax, scope) };
  }
}

type ValueSyntax = Exclude<TypeSyntax, { kind: 'function' | 'resource' | 'instance' | 'component' }>;

function valueType(syntax: ValueSyntax, scope: Scope): Type {
  const docs: string[] = [];
  switch (syntax.kind) {
    case 'primitive':
      return primitive(syntax.name);
    case 'record': {
      const fields = some(syntax.fields, 'a record').map((each) => ({
        name: label(each.name),
        docs,
        type: value(each.type, scope),
      }));
      return bounded({ kind: 'record', name: '', docs, fields });
    }
    case 'variant': {
      const cases = some(syntax.cases, 'a variant').map((each) => ({
        name: label(each.name),
        docs,
        type: optional(each.type, scope),
      }));
      return bounded({ kind: 'variant', name: '', docs, cases });
    }
    case 'list': {
      const element = value(syntax.element, scope);
      return bounded({ kind: 'list', element });
    }
    case 'tuple': {
      const types = some(syntax.types, 'a tuple').map((each) => value(each, scope));
      return bounded({ kind: 'tuple', types });
    }
    case 'flags':
      return bounded({ kind: 'flags', name: '', docs, flags: some(syntax.names, 'flags', 32).map(label) });
    case 'enum':
      return bounded({ kind: 'enum', name: '', docs, cases: some(syntax.names, 'an enum').map(label) });
    case 'option': {
      const type = value(syntax.type, scope);
      return bounded({ kind: 'option', type });
    }
    case 'result': {
      const [ok, error] = [optional(syntax.ok, scope), optional(syntax.error, scope)];
      return bounded({ kind: 'result', ok, error });
    }
    default:
      return { kind: syntax.kind, resource: resourceOf(syntax.resource, scope) };
  }
}

/** The name under which a type is exported, unless it has one. */
export function withName({ sort, item }: Item, name: string): void {
  if (sort !== Sort.Type) return;
  if (item.kind === 'resource') item.resource.name ||= label(name);
  else if (item.kind === 'value' && 'name' in item.type) item.type.name ||= label(name);
  else if (item.kind === 'value' && !isNumber(item.type.kind)) label(name);
}

/** Whether two types of functions are the same but for the names of types. */
export function isSameFunctionType(one: FunctionType, other: FunctionType): boolean {
  const typesOf = ({ parameters, result }: FunctionType) => [...parameters.map(({ type }) => type), result];
  const namesOf = ({ parameters }: FunctionType) => parameters.map(({ name }) => name).join();
  return namesOf(one) === namesOf(other) && areSameTypes(typesOf(one), typesOf(other));
}

const areSameTypes = (some: readonly (Type | null)[], others: readonly (Type | null)[]): boolean =>
  some.length === others.length && some.every((each, at) => isSameType(each, others[at]));

function isSameType(one: Type | null, other: Type | null): boolean {
  if (one === other || one === null || other === null) return one === other;
  if (one.kind !== other.kind || labelsOf(one) !== labelsOf(other) || resourceIn(one) !== resourceIn(other))
    return false;
  return areSameTypes(componentsOf(one), componentsOf(other));
}

const componentsOf = (type: Type): readonly (Type | null)[] =>
  type.kind === 'list' ? [type.element] : (partsOf(type) ?? casesOf(type) ?? []);

const resourceIn = (type: Type): Resource | null =>
  type.kind === 'own' || type.kind === 'borrow' ? type.resource : null;

/** Names of fields, cases or flags. */
function labelsOf(type: Type): string {
  if (type.kind === 'record') return type.fields.map(({ name }) => name).join();
  if (type.kind === 'variant') return type.cases.map(({ name }) => name).join();
  if (type.kind === 'enum') return type.cases.join();
  return type.kind === 'flags' ? type.flags.join() : '';
}
