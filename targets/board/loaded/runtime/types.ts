// The full runtime: the function types of a module. Types 0 to 6 are those of blocks: nothing, or one result.

import { Feature, featureOfForm, featureOfType } from '../../../../src/features.js';
import { ValueType } from '../../../../src/types.js';
import { at, byte, count, fail, limit, refuse, s33, source } from './bytes.js';

declare const TYPES: number;
declare const TYPE_VALUES: number;
declare const signatures: string[];

enum Fixed {
  /** Types 0 to 6. */
  BlockTypes = 7,
}

/** Types of parameters, then of results, of each type from `typeAt` on. */
export const typeValues = new Uint8Array(TYPE_VALUES + Fixed.BlockTypes);
export const typeAt = new Uint16Array(TYPES + Fixed.BlockTypes);
export const typeParameters = new Uint16Array(TYPES + Fixed.BlockTypes);
export const typeResults = new Uint16Array(TYPES + Fixed.BlockTypes);
/** Numbers of types by the module's type indices: equal types share one number. */
const moduleTypes = new Uint16Array(TYPES);
let typeCount = 0;
let typeTop = 0;
let valueTop = 0;

/** `i`, `I`, `f`, `F`, `r` or `R`. */
export function typeLetter(type: number): string {
  return type > 0x7b ? 'FfIi'[type - 0x7c] : type === ValueType.FuncRef ? 'r' : 'R';
}

export function typeName(type: number): string {
  return type > 0x7b ? ['f64', 'f32', 'i64', 'i32'][type - 0x7c] : type === ValueType.FuncRef ? 'funcref' : 'externref';
}

export function isReference(type: number): boolean {
  return type === ValueType.FuncRef || type === ValueType.ExternRef;
}

function refuseType(type: number): never {
  refuse(featureOfType(type), 'type 0x' + type.toString(16));
}

export function readReferenceType(): number {
  const type = byte();
  if (!isReference(type)) refuseType(type);
  return type;
}

export function readValueType(): number {
  const type = byte();
  if (type > 0x7f || (type < 0x7c && !isReference(type))) refuseType(type);
  return type;
}

/** Reads the type of `ref.null`. Type indices are non-negative numbers. */
export function readHeapType(): number {
  const type = source[at];
  if (type < 0x40 || type > 0x7f) refuse(Feature.FunctionReferences, 'ref.null of a type index');
  return readReferenceType();
}

/** Adds a type whose values stand at `valueTop`, or finds the one that is the same. */
function intern(parameters: number, results: number): number {
  for (let type = 0; type < typeTop; type++) {
    if (typeParameters[type] !== parameters || typeResults[type] !== results) continue;
    let value = parameters + results - 1;
    while (value >= 0 && typeValues[typeAt[type] + value] === typeValues[valueTop + value]) value--;
    if (value < 0) return type;
  }
  typeAt[typeTop] = valueTop;
  typeParameters[typeTop] = parameters;
  typeResults[typeTop] = results;
  let letters = '';
  for (let value = 0; value < parameters + results; value++) {
    letters += (value === parameters ? ':' : '') + typeLetter(typeValues[valueTop + value]);
  }
  signatures[typeTop] = results === 0 ? letters + ':' : letters;
  valueTop += parameters + results;
  return typeTop++;
}

export function clearTypes(): void {
  typeCount = 0;
  typeTop = 0;
  valueTop = 0;
  intern(0, 0);
  for (let type = ValueType.I32; type >= ValueType.ExternRef; type--) {
    if (type < ValueType.F64 && !isReference(type)) continue;
    typeValues[valueTop] = type;
    intern(0, 1);
  }
}

/** Reads so many types as parameters or results are: behind those that stand from `valueTop` on. */
function readValues(before: number): number {
  const values = count();
  if (values > 1000) fail('more than 1000 parameters or results are not supported');
  limit('typeValues', valueTop + before + values - Fixed.BlockTypes + 1, TYPE_VALUES);
  for (let value = 0; value < values; value++) typeValues[valueTop + before + value] = readValueType();
  return values;
}

export function readTypes(): void {
  const entries = count();
  limit('types', entries, TYPES);
  while (typeCount < entries) {
    const form = byte();
    if (form !== 0x60) refuse(featureOfForm(form), 'type form 0x' + form.toString(16));
    const parameters = readValues(0);
    const results = readValues(parameters);
    moduleTypes[typeCount++] = intern(parameters, results);
  }
}

/** The type of a type index. */
export function typeOf(index: number): number {
  if (index >= typeCount) fail('unknown type');
  return moduleTypes[index];
}

/** A block type (5.4.1). */
export function readBlockType(first: number): number {
  // A value type is one byte, negative as a signed number.
  if ((first & 0xc0) !== 0x40) {
    const index = s33();
    if (index < 0) fail('malformed block type');
    return typeOf(index);
  }
  if (first === 0x40) {
    byte();
    return 0;
  }
  const type = readValueType();
  return type >= ValueType.F64 ? ValueType.I32 - type + 1 : isReference(type) ? ValueType.FuncRef - type + 5 : 0;
}
