// Names of functions and of their parameters, from debugging information (DWARF 2 to 5, .debug_info).

import { readValue, type Unit, type Value } from './forms.js';
import { DebugReader, type DebugSections } from './sections.js';

export interface DebugFunction {
  /** Name in the source, with its namespaces: `shapes::Circle::area`. */
  name: string;
  /** First byte of its code in the module. */
  start: number;
  parameters: string[];
}

enum Tag {
  Class = 0x02,
  FormalParameter = 0x05,
  Structure = 0x13,
  CompileUnit = 0x11,
  Subprogram = 0x2e,
  Namespace = 0x39,
}

enum Attribute {
  Name = 0x03,
  LowPc = 0x11,
  AbstractOrigin = 0x31,
  Specification = 0x47,
  TextOffsetsBase = 0x72,
  AddressBase = 0x73,
}

interface Abbreviation {
  tag: Tag;
  hasChildren: boolean;
  /** Attribute, form and the value of an implicit constant, in turns. */
  attributes: number[];
}

/** An entry whose children are being read. */
interface Open {
  tag: Tag;
  name: string;
  function: DebugFunction | undefined;
}

const known = new WeakMap<DebugSections, readonly DebugFunction[]>();

/** Returns the functions. If the sections are damaged, returns those before the damage. */
export function debugFunctions(sections: DebugSections): readonly DebugFunction[] {
  const found = known.get(sections) ?? readFunctions(sections);
  known.set(sections, found);
  return found;
}

function readFunctions(sections: DebugSections): DebugFunction[] {
  const functions: DebugFunction[] = [];
  const info = sections.byName.get('.debug_info')!;
  // Names of declarations, by their place: definitions elsewhere refer to them.
  const names = new Map<number, string>();
  try {
    for (let at = 0; at < info.length; ) at = readUnit(sections, info, at, functions, names);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return functions;
}

/** Returns where the next unit begins. */
function readUnit(
  sections: DebugSections,
  info: Uint8Array,
  start: number,
  functions: DebugFunction[],
  names: Map<number, string>,
): number {
  const reader = new DebugReader(info, start);
  const end = reader.unsigned(4) + start + 4;
  const version = reader.unsigned(2);
  const isFive = version === 5;
  const kind = isFive ? reader.unsigned(1) : 1;
  const addressSize = isFive ? reader.unsigned(1) : 0;
  const abbreviationsAt = reader.unsigned(4);
  const unit: Unit = {
    ...{ sections, start, textOffsets: -1, addresses: -1 },
    addressSize: isFive ? addressSize : reader.unsigned(1),
  };
  // Units of types hold no functions. Skeletons refer to files that are not here.
  if (version < 2 || version > 5 || kind !== 1) return end;
  const abbreviations = readAbbreviations(sections.byName.get('.debug_abbrev')!, abbreviationsAt);
  const open: Open[] = [];
  while (reader.position < end) {
    const at = reader.position;
    const code = reader.unsignedLeb();
    if (code === 0) {
      open.pop();
      continue;
    }
    const abbreviation = abbreviations.get(code);
    if (abbreviation === undefined) throw new RangeError(`abbreviation ${code} is not there`);
    const values = readValues(reader, abbreviation, unit);
    const entry = openedBy(abbreviation.tag, at, values, open, sections, names);
    if (entry.function !== undefined) functions.push(entry.function);
    if (abbreviation.hasChildren) open.push(entry);
  }
  return end;
}

type Values = Map<Attribute, Value>;

function openedBy(
  tag: Tag,
  at: number,
  values: Values,
  open: readonly Open[],
  { codeAt }: DebugSections,
  names: Map<number, string>,
): Open {
  const own = values.get(Attribute.Name);
  const refers = values.get(Attribute.Specification) ?? values.get(Attribute.AbstractOrigin);
  const referred = typeof refers === 'number' ? names.get(refers) : undefined;
  const scope = open.filter((each) => each.tag !== Tag.CompileUnit && each.name !== '').map(({ name }) => name);
  const name = typeof own === 'string' ? own : '';
  if (tag === Tag.FormalParameter) {
    const text = name === '' ? referred : name;
    names.set(at, text ?? '');
    open.at(-1)?.function?.parameters.push(text ?? '');
  }
  if (tag !== Tag.Subprogram) {
    const names = tag === Tag.Namespace || tag === Tag.Class || tag === Tag.Structure;
    return { tag, name: names ? name : '', function: undefined };
  }
  const full = name === '' ? (referred ?? '') : [...scope, name].join('::');
  names.set(at, full);
  const low = values.get(Attribute.LowPc);
  if (typeof low !== 'object') return { tag, name, function: undefined };
  const start = codeAt + low.address;
  // Linkers give functions that they removed the address 0, or the largest.
  const isThere = low.address > 0 && low.address < 0xfffffff0;
  return { tag, name, function: isThere ? { name: full, start, parameters: [] } : undefined };
}

function readValues(reader: DebugReader, { tag, attributes }: Abbreviation, unit: Unit): Values {
  const values: Values = new Map();
  for (let index = 0; index < attributes.length; index += 3) {
    values.set(attributes[index], readValue(reader, attributes[index + 1], unit, attributes[index + 2]));
  }
  if (tag === Tag.CompileUnit) {
    unit.textOffsets = baseOf(values.get(Attribute.TextOffsetsBase));
    unit.addresses = baseOf(values.get(Attribute.AddressBase));
  }
  return values;
}

/** A part that nothing names is the first one, behind the header of its section. */
function baseOf(value: Value): number {
  return typeof value === 'number' ? value : 8;
}

function readAbbreviations(section: Uint8Array, at: number): Map<number, Abbreviation> {
  const abbreviations = new Map<number, Abbreviation>();
  const reader = new DebugReader(section, at);
  for (let code = reader.unsignedLeb(); code !== 0; code = reader.unsignedLeb()) {
    const tag = reader.unsignedLeb();
    const hasChildren = reader.unsigned(1) !== 0;
    const attributes: number[] = [];
    for (;;) {
      const attribute = reader.unsignedLeb();
      const form = reader.unsignedLeb();
      const implicit = form === 0x21 ? reader.signedLeb() : 0;
      if (attribute === 0 && form === 0) break;
      attributes.push(attribute, form, implicit);
    }
    abbreviations.set(code, { tag, hasChildren, attributes });
  }
  return abbreviations;
}
