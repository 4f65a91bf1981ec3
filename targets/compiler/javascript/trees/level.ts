// Precedence of operators: where an expression needs brackets.

/** How tightly an expression binds (ECMAScript, 13). */
export enum Level {
  Assignment = 2,
  Or = 4,
  And = 5,
  BitOr = 6,
  BitXor = 7,
  BitAnd = 8,
  Equality = 9,
  Relation = 10,
  Shift = 11,
  Sum = 12,
  Product = 13,
  Unary = 15,
  Call = 18,
  Primary = 20,
}
