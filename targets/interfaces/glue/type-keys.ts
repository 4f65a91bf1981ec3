// Names a type, so that the function for it is printed once.

import type { Type } from '../types.js';

export class TypeKeys {
  private readonly named = new Map<object, number>();

  /** Returns a key that types of the same form share. Different records have different keys. */
  of(type: Type): string {
    switch (type.kind) {
      case 'list':
        return `[${this.of(type.element)}]`;
      case 'option':
        return `?${this.of(type.type)}`;
      case 'tuple':
        return `(${type.types.map((each) => this.of(each)).join()})`;
      case 'result':
        return `<${[type.ok, type.error].map((each) => (each === null ? '_' : this.of(each))).join()}>`;
      // A class has one form, and its objects one type.
      case 'managed':
        return `*${type.text}${type.isNullable ? '?' : ''}`;
      case 'own':
      case 'borrow':
        return `${type.kind}${this.identity(type.resource)}`;
      case 'record':
      case 'variant':
      case 'enum':
      case 'flags':
        return `#${this.identity(type)}`;
      default:
        return type.kind;
    }
  }

  private identity(named: object): number {
    const found = this.named.get(named) ?? this.named.size;
    this.named.set(named, found);
    return found;
  }
}
