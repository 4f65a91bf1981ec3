// TypeScript declarations of a typed program: its exports with the types of its world, the named types, and what the user's file has to
// give.

import type { BoundFunction, BoundModule } from '../../interfaces/bind.js';
import { camelCase, identifierOf, pascalCase, shortName } from '../../interfaces/core-names.js';
import {
  type Interface,
  isNumber,
  isTaggedOption,
  type ManagedType,
  type Resource,
  TYPED_ARRAYS,
  type Type,
  type TypedFunction,
} from '../../interfaces/types.js';
import { RESERVED_WORDS } from '../reserved-words.js';
import type { TypedInterface } from './typed-program.js';

const PAIR = '[low: number, high: number]';

/** Whether values are given to the program, which takes more than it returns, or come out of it. */
type Direction = 'given' | 'returned';

export interface TypedDeclarations {
  /** The type of what the program exports. */
  exported: string;
  /** Lines of a namespace with the named types, and with `Imports`. */
  namespace: string[];
}

export interface CallForms {
  /** Whether `async` of an export of the module runs in slices. */
  isSliced(exported: string): boolean;
  /** Whether calls can have a limit of fuel. */
  hasFuel: boolean;
}

export function typedDeclarations({ bound, users }: TypedInterface, forms: CallForms): TypedDeclarations {
  const { world, exports, imports } = bound;
  // Omit imports that the board itself provides.
  const asked = imports.filter((each) => !('host' in (users.get(each) ?? {})));
  const members = world.exports.flatMap((each) => {
    const functions = exports.filter((found) => found.interface === each);
    const lines = interfaceLines(each, functions, forms);
    if (each.name === '') return [...lines, ...variableLines(bound)];
    return [...docLines(each.docs), `${camelCase(shortName(each.name))}: {`, ...indented(lines), '};'];
  });
  const types = [...new Set([...world.imports, ...world.exports].flatMap((each) => each.types))];
  const owned = world.exports.flatMap(({ resources }) => resources);
  const others = new Set(world.imports.flatMap(({ resources }) => resources));
  const namespace = [
    ...types.flatMap(typeLines),
    ...owned.flatMap((each) => resourceLines(each, exports, 'returned')),
    ...[...others]
      .filter(({ name }) => !owned.some((each) => each.name === name))
      .flatMap((each) => resourceLines(each, imports, 'given')),
    ...importLines(world.imports, asked),
  ];
  return { exported: `{\n${indented(members).join('\n')}\n}`, namespace };
}

const indented = (lines: readonly string[]): string[] => lines.map((each) => `  ${each}`);

function docLines(docs: readonly string[]): string[] {
  if (docs.length === 0) return [];
  // A comment cannot contain its own end.
  const lines = docs.map((each) => each.replaceAll('*/', '* /'));
  return lines.length === 1 ? [`/** ${lines[0]} */`] : ['/**', ...lines.map((each) => ` * ${each}`), ' */'];
}

function variableLines({ globals, enumerations }: BoundModule): string[] {
  return [
    ...globals.map(
      (each) =>
        `${identifierOf(each)}: { ${each.isMutable ? '' : 'readonly '}value: ${typeText(each.type, 'returned')} };`,
    ),
    ...enumerations.flatMap((each) => [
      `${identifierOf(each)}: {`,
      ...each.members.map(({ name }) => `  readonly ${name}: number;`),
      '  readonly [value: number]: string;',
      '};',
    ]),
  ];
}

function interfaceLines(
  each: Interface,
  functions: readonly BoundFunction[],
  { isSliced, hasFuel }: CallForms,
): string[] {
  const own = functions.filter(({ function: { member } }) => member === 'function');
  const lines = own.flatMap(({ function: declared, core }) => {
    const parameters = parametersText(declared);
    const result = resultText(declared);
    const async = isSliced(core.name)
      ? '/** In slices, the rest of the board running between them. */'
      : '/** The same, when nothing else of the program runs: as a whole. */';
    const done = [
      ...parametersText(declared, 'given', true),
      `done: (error: Error | undefined, result: ${result}) => void`,
    ];
    return [
      ...docLines(documented(declared)),
      `${identifierOf(declared)}: {`,
      `  (${parameters.join(', ')}): ${result};`,
      `  ${async}`,
      `  async(${parameters.join(', ')}): Promise<${result}>;`,
      `  async(${done.join(', ')}): void;`,
      ...(hasFuel ? fuelLines(parameters, result) : []),
      '};',
    ];
  });
  const classes = each.resources.flatMap((resource) => classLines(resource, functions, 'returned'));
  return [...lines, ...classes];
}

function fuelLines(parameters: readonly string[], result: string): string[] {
  return [
    '  /** With so much fuel: used up, it throws. */',
    `  withFuel(${['limit: number', ...parameters].join(', ')}): ${result};`,
    '  /** Of the last call of the program. */',
    '  fuelUsed(): number;',
  ];
}

/** The comment of a function, and what it throws. */
function documented({ docs, result }: TypedFunction): readonly string[] {
  if (result?.kind !== 'result' || result.error === null) return docs;
  return [...docs, `Throws an error whose payload is ${typeText(result.error, 'returned')}.`];
}

const membersOf = (resource: Resource, functions: readonly BoundFunction[]): TypedFunction[] =>
  functions.map((each) => each.function).filter((each) => each.resource === resource);

const opposite = (direction: Direction): Direction => (direction === 'returned' ? 'given' : 'returned');

/** A member; `direction` is that of its result. */
function memberLines(each: TypedFunction, direction: Direction): string[] {
  const parameters = parametersText(each, opposite(direction));
  const taken = each.member === 'method' ? parameters.slice(1) : parameters;
  return [...docLines(documented(each)), `${identifierOf(each)}(${taken.join(', ')}): ${resultText(each, direction)};`];
}

/** The objects of a resource: of the module's own, which is `returned`, or of one that the user gives. */
function resourceLines(resource: Resource, functions: readonly BoundFunction[], direction: Direction): string[] {
  const methods = membersOf(resource, functions).filter(({ member }) => member === 'method');
  const free = direction === 'returned' ? 'free(): void;' : 'free?(): void;';
  return [
    ...docLines(resource.docs),
    `interface ${pascalCase(resource.name)} {`,
    ...indented([...methods.flatMap((each) => memberLines(each, direction)), free]),
    '}',
  ];
}

/** The class of a resource; `direction` is that of what its members return. */
function classLines(resource: Resource, functions: readonly BoundFunction[], direction: Direction): string[] {
  const name = pascalCase(resource.name);
  const members = membersOf(resource, functions);
  const maker = members.find(({ member }) => member === 'constructor');
  const statics = members.filter(({ member }) => member === 'static');
  return [
    ...docLines(resource.docs),
    `${name}: {`,
    ...(maker ? [`  new (${parametersText(maker, opposite(direction)).join(', ')}): app.${name};`] : []),
    ...indented(statics.flatMap((each) => memberLines(each, direction))),
    '};',
  ];
}

function importLines(interfaces: readonly Interface[], imports: readonly BoundFunction[]): string[] {
  const lines = interfaces.flatMap((each) => {
    const own = imports.filter((found) => found.interface === each);
    const functions = own.filter(({ function: { member } }) => member === 'function');
    // Methods are called on objects, not by the class.
    const classes = own.filter(({ function: { member } }) => member === 'constructor' || member === 'static');
    const members = [
      ...functions.flatMap(({ function: declared }) => [
        ...docLines(declared.docs),
        `${propertyText(identifierOf(declared))}(${parametersText(declared, 'returned').join(', ')}): ${resultText(declared, 'given')};`,
      ]),
      ...each.resources
        .filter((resource) => membersOf(resource, classes).length > 0)
        .flatMap((resource) => classLines(resource, classes, 'given')),
    ];
    if (members.length === 0) return [];
    if (each.name === '') return members;
    return [`${camelCase(shortName(each.name))}: {`, ...indented(members), '};'];
  });
  if (lines.length === 0) return [];
  return ['/** What the file of --imports exports. */', 'interface Imports {', ...indented(lines), '}'];
}

/** `done` is the last parameter of `async`. */
const isTaken = (name: string) => RESERVED_WORDS.has(name) || name === 'done';

/** `isFollowed` says that no parameter can be left out, because another one follows. */
function parametersText({ parameters }: TypedFunction, direction: Direction = 'given', isFollowed = false): string[] {
  return parameters.map(({ name, type, isOptional }) => {
    const camel = camelCase(name);
    const text = typeText(type, direction);
    const [mark, either] = !isOptional ? ['', ''] : isFollowed ? ['', ' | undefined'] : ['?', ''];
    return `${isTaken(camel) ? `${camel}_` : camel}${mark}: ${text}${either}`;
  });
}

function resultText({ result }: TypedFunction, direction: Direction = 'returned'): string {
  if (result === null) return 'void';
  if (result.kind !== 'result') return typeText(result, direction);
  return result.ok === null ? 'void' : typeText(result.ok, direction);
}

/** A type in TypeScript; a named one by its name. */
function typeText(type: Type, direction: Direction): string {
  switch (type.kind) {
    case 'bool':
      return 'boolean';
    case 'char':
    case 'string':
      return 'string';
    case 's64':
    case 'u64':
      return PAIR;
    case 'list': {
      const { kind } = type.element;
      const isPair = kind === 's64' || kind === 'u64';
      const array = isNumber(kind) && !isPair ? TYPED_ARRAYS[kind] : undefined;
      const inner = typeText(type.element, direction);
      const list = /[ |]/.test(inner) ? `(${inner})[]` : `${inner}[]`;
      if (array === undefined) return list;
      return direction === 'given' ? `${array} | ArrayLike<number>` : array;
    }
    case 'tuple':
      return `[${type.types.map((each) => typeText(each, direction)).join(', ')}]`;
    case 'option':
      if (isTaggedOption(type)) return `{ tag: 'none' } | { tag: 'some'; val: ${typeText(type.type, direction)} }`;
      return `${typeText(type.type, direction)} | undefined`;
    case 'result': {
      const part = (tag: string, each: Type | null) =>
        each === null ? `{ tag: '${tag}' }` : `{ tag: '${tag}'; val: ${typeText(each, direction)} }`;
      return `${part('ok', type.ok)} | ${part('err', type.error)}`;
    }
    case 'own':
    case 'borrow':
      return `app.${pascalCase(type.resource.name)}`;
    case 'managed':
      return type.isNullable ? `${managedText(type, direction)} | null` : managedText(type, direction);
    case 'record':
    case 'variant':
    case 'enum':
    case 'flags':
      return `app.${pascalCase(type.name)}`;
    default:
      return 'number';
  }
}

function managedText({ type, form, view }: ManagedType, direction: Direction): string {
  if (form === 'buffer') return 'ArrayBuffer';
  if (type.kind === 'record' && direction === 'given') {
    const optional = type.fields.filter((each) => each.isOptional).map((each) => `'${identifierOf(each)}'`);
    const name = typeText(type, direction);
    return optional.length === 0 ? name : `Omit<${name}, ${optional.join(' | ')}> & Partial<${name}>`;
  }
  if (type.kind === 'own') return `app.${pascalCase(type.resource.name)}`;
  // A view of another class than its elements have.
  if (view === 'Uint8ClampedArray') return direction === 'given' ? `${view} | ArrayLike<number>` : view;
  return typeText(type, direction);
}

const propertyText = (name: string): string => (/^[\w$]+$/.test(name) ? name : JSON.stringify(name));

/** The declaration of a named type. */
function typeLines(type: Type): string[] {
  if (type.kind === 'own') {
    const { docs, name } = type.resource;
    const lines = ['/** It stays in the module until it is freed. */', 'free(): void;'];
    return [...docLines(docs), `interface ${pascalCase(name)} {`, ...indented(lines), '}'];
  }
  if (!('name' in type)) return [];
  const name = pascalCase(type.name);
  switch (type.kind) {
    case 'record': {
      const fields = type.fields.flatMap((each) => {
        const isOption = each.type.kind === 'option' && !isTaggedOption(each.type);
        const optional = isOption ? '?' : '';
        return [...docLines(each.docs), `${identifierOf(each)}${optional}: ${typeText(each.type, 'returned')};`];
      });
      return [...docLines(type.docs), `interface ${name} {`, ...indented(fields), '}'];
    }
    case 'variant': {
      const cases = type.cases.map((each) =>
        each.type === null
          ? `{ tag: '${each.name}' }`
          : `{ tag: '${each.name}'; val: ${typeText(each.type, 'returned')} }`,
      );
      return [...docLines(type.docs), `type ${name} = ${cases.join(' | ')};`];
    }
    case 'enum':
      return [...docLines(type.docs), `type ${name} = ${type.cases.map((each) => `'${each}'`).join(' | ')};`];
    case 'flags': {
      const flags = type.flags.map((each) => `${camelCase(each)}?: boolean;`);
      return [...docLines(type.docs), `interface ${name} {`, ...indented(flags), '}'];
    }
  }
}
