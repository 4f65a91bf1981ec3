// The kind of a host function's parameter, beyond its type; the name of the parameter in the table determines it.

import type { HostFunctionRow } from './host.js';

export enum ParameterKind {
  Integer,
  Float,
  /** Bytes, in the parameter after a pointer. */
  Length,
  /** Pointer to bytes that are read. */
  ConstantPointer,
  /** Pointer to text in UTF-8 that is read. */
  TextPointer,
  /** Pointer to bytes that are written. */
  Pointer,
  /** Index in table 0 of a function without parameters. */
  Callback,
  /** Index in table 0 of a function of three f64, or 0. */
  AccelerometerCallback,
}

const BY_NAME: Readonly<Record<string, ParameterKind>> = {
  text: ParameterKind.TextPointer,
  name: ParameterKind.TextPointer,
  data: ParameterKind.ConstantPointer,
  image: ParameterKind.ConstantPointer,
  buffer: ParameterKind.Pointer,
  receive: ParameterKind.Pointer,
  callback: ParameterKind.Callback,
  accelerometerCallback: ParameterKind.AccelerometerCallback,
};

export interface Parameter {
  name: string;
  kind: ParameterKind;
}

/** Returns the parameters of a row of module `espruino`, which has neither i64 nor f32. */
export function parametersOf({ parameters, parameterNames }: HostFunctionRow): Parameter[] {
  return parameterNames.map((name, at) => {
    if (parameters[at] === 'F') return { name, kind: ParameterKind.Float };
    const isLength = name.endsWith('Length');
    return { name, kind: isLength ? ParameterKind.Length : (BY_NAME[name] ?? ParameterKind.Integer) };
  });
}
