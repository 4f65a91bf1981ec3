// Descriptions of valid values, for programs that check their arguments: a list of a kind, words for messages, and the parts of the value.

import { type Code, js, list, name, stringLiteral } from '../../compiler/javascript/trees/code.js';
import { camelCase, identifierOf } from '../core-names.js';
import { bitsOf, isNumber, isTaggedOption, type ManagedType, type NumberKind, type Type } from '../types.js';

/** Read by `checkValue` of targets/board/typed/runtime/checks.ts. */
export type Check = readonly [
  kind: string,
  words: string,
  ...more: (number | string | Check | { [key: string]: Check | 0 } | 0)[],
];

const ANY: Check = ['any', ''];

/** `nameOf` says what types of numbers are called, if not by their names in WIT. */
export function checkOf(type: Type, nameOf: (kind: NumberKind) => string = (kind) => kind): Check {
  return new Checks(nameOf).of(type);
}

/** The check of an argument that can be omitted. */
export const optional = (check: Check): Check => ['option', check[1], check];

class Checks {
  /** Records that contain themselves are checked once. */
  private readonly open = new Set<Type>();

  constructor(private readonly nameOf: (kind: NumberKind) => string) {}

  of(type: Type): Check {
    if (isNumber(type.kind)) return numberCheck(type.kind, this.nameOf(type.kind));
    switch (type.kind) {
      case 'bool':
        return ['boolean', 'true or false'];
      case 'string':
        return ['string', 'a string'];
      case 'char':
        return ['string', 'a character'];
      case 'list':
        return ['list', 'an array', this.of(type.element)];
      case 'tuple':
        return ['tuple', `an array of ${type.types.length}`, ...type.types.map((each) => this.of(each))];
      case 'option':
        if (isTaggedOption(type)) return ['variant', 'an object with a tag', { none: 0, some: this.of(type.type) }];
        return optional(this.of(type.type));
      case 'result':
        return ['variant', 'an object with a tag', { ok: this.orNothing(type.ok), err: this.orNothing(type.error) }];
      case 'enum':
        return ['enum', `one of ${type.cases.join(', ')}`, type.cases.join()];
      case 'flags':
        return ['record', 'an object', {}];
      case 'variant':
        return this.within(type, () => [
          ...(['variant', 'an object with a tag'] as const),
          Object.fromEntries(type.cases.map((each) => [each.name, this.orNothing(each.type)])),
        ]);
      case 'record':
        return this.within(type, () => [
          ...(['record', 'an object'] as const),
          Object.fromEntries(
            type.fields.map((each) => {
              const check = this.of(each.type);
              return [identifierOf(each), each.isOptional ? optional(check) : check];
            }),
          ),
        ]);
      case 'own':
      case 'borrow':
        return ['record', `an object of ${camelCase(type.resource.name)}`, {}];
      case 'managed':
        return type.isNullable ? optional(this.managed(type)) : this.managed(type);
      default:
        return ANY;
    }
  }

  private managed({ type, form, text }: ManagedType): Check {
    if (form === 'buffer') return ['record', 'an ArrayBuffer', {}];
    return form === 'reference' ? ['record', `an object of ${text}`, {}] : this.of(type);
  }

  private orNothing(type: Type | null): Check | 0 {
    return type === null ? 0 : this.of(type);
  }

  private within(type: Type, check: () => Check): Check {
    if (this.open.has(type)) return ANY;
    this.open.add(type);
    const found = check();
    this.open.delete(type);
    return found;
  }
}

function numberCheck(kind: NumberKind, text: string): Check {
  if (kind.startsWith('f')) return ['number', `a number (${text})`];
  const bits = bitsOf(kind);
  if (bits === 64) return ['pair', `two words [low, high] (${text})`];
  const [least, most] = kind.startsWith('s') ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  // 32-bit integers may be given as signed or unsigned numbers.
  if (bits === 32) return ['integer', `a whole number (${text})`, -(2 ** 31), 2 ** 32 - 1];
  return ['integer', `a whole number from ${least} to ${most} (${text})`, least, most];
}

/** Returns the check as a literal of JavaScript. */
export function checkCode(check: Check): Code {
  return js`[${list(check.map(partCode))}]`;
}

function partCode(part: Check[number]): Code {
  if (typeof part === 'number') return js`${part}`;
  if (typeof part === 'string') return stringLiteral(part);
  if (Array.isArray(part)) return checkCode(part as Check);
  const entries = Object.entries(part as { [key: string]: Check | 0 });
  return js`{${list(entries.map(([key, each]) => js`${stringLiteral(key)}:${each === 0 ? name('0') : checkCode(each)}`))}}`;
}
