// The cost of the parts of a program in Espruino, in instructions.

/** Fitted to statements that were counted: see docs/simulator.md. */
export const instructions = {
  // Reading the text, whether it runs or not.
  /** A token of one character. */
  token: 95,
  /** A further character of a name or keyword. */
  nameCharacter: 15,
  /** A further character of a number. */
  digit: 35,
  /** A further character of an operator. */
  operatorCharacter: 35,
  /** A character of a string or comment, or of space. */
  otherCharacter: 65,

  // Parsing without running: in an arm that is not taken, after `&&` and the like.
  idleOperand: 280,
  idleParentheses: 170,

  // Running.
  /** An expression of its own: a statement, an argument, an index, what is assigned. */
  expression: 210,
  parentheses: 340,
  identifier: 890,
  /** Looking through a scope that has not got the name. */
  scope: 380,
  /** A name that is passed on the way. */
  name: 25,
  /** A name of more than four characters. */
  longName: 940,
  integer: 870,
  integerDigit: 9,
  float: 380,
  floatDigit: 380,
  string: 570,
  stringCharacter: 85,
  otherLiteral: 670,
  binary: 410,
  strict: 310,
  divide: 530,
  logical: 140,
  conditional: 170,
  not: 170,
  negate: 1000,
  invert: 390,
  plus: 100,
  update: 1370,
  compound: 750,
  /** An element of a typed array. */
  element: 1120,
  writeElement: 110,
  /** Finding an item of an array, which is a list, and each step along the list. */
  item: 25,
  step: 120,
  property: 350,
  libraryProperty: 6400,
  call: 1250,
  parameter: 1250,
  /** A call of a function that is one expression; of another one that is not empty. */
  expressionBody: 2600,
  functionBody: 3560,
  construct: 4060,
  object: 470,
  objectProperty: 820,
  array: 470,
  arrayElement: 250,
  functionMade: 1180,
  functionParameter: 700,
  /** Calling a function with a body, and copying each of its characters to RAM. */
  functionText: 3600,
  functionCharacter: 60,
  /** A character of a function that is compiled. */
  compiledCharacter: 5400,

  // Statements.
  declarator: 1000,
  blockScope: 1460,
  block: 150,
  /** Passing over code that does not run. */
  passedBlock: 280,
  passedStatement: 370,
  if: 100,
  return: 670,
  loop: 1250,
  iteration: 120,
  switch: 3400,
  case: 760,
  try: 1720,
  throw: 3000,
};

/** Instructions of functions that Espruino's compiler on the board translates: their text is not read again. */
export const jittedInstructions = {
  /** Reading a variable's value. A small integer gets a JsVar of its own. */
  readVariable: 280,
  readElement: 820,
  /** A number or boolean is made a JsVar. */
  boxed: 390,
  float: 250,
  string: 400,
  this: 20,
  binary: 540,
  strict: 490,
  divide: 100,
  logical: 140,
  /** Whether a JsVar is true. */
  truth: 170,
  negate: 920,
  assign: 490,
  assignElement: 660,
  compound: 1170,
  /** `++a`, and `a++`. */
  update: 1540,
  updateBehind: 1750,
  /** An element that is read to be written. */
  changeElement: 890,
  /** An element is found. */
  element: 870,
  property: 1540,
  libraryProperty: 8300,
  /** A function of the library is called by its name. */
  libraryFunction: 2710,
  call: 1220,
  construct: 4000,
  object: 410,
  objectProperty: 570,
  array: 600,
  arrayElement: 320,
  /** A call in the function, before its names are looked up. */
  function: 3410,
  parameter: 1320,
  /** Each name in the function is held until it ends. */
  nameHeld: 50,
  lookUp: 340,
  /** A variable is made. */
  declared: 790,
  scope: 230,
  name: 20,
  longName: 1070,
};
