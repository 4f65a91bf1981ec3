// How values of attributes are written in .debug_info (DWARF 5, 7.5.6), as far as names and addresses of functions need them.

import { DebugReader, type DebugSections } from './sections.js';

/** The context that the values of a unit are read in. */
export interface Unit {
  sections: DebugSections;
  /** Byte of .debug_info at which the unit begins: references within a unit count from it. */
  start: number;
  addressSize: number;
  /** Start of the unit's part of .debug_str_offsets and .debug_addr; -1 until the unit's own entry is read. */
  textOffsets: number;
  addresses: number;
}

enum Form {
  Addr = 0x01,
  Block2 = 0x03,
  Block4 = 0x04,
  Data2 = 0x05,
  Data4 = 0x06,
  Data8 = 0x07,
  String = 0x08,
  Block = 0x09,
  Block1 = 0x0a,
  Data1 = 0x0b,
  Flag = 0x0c,
  Sdata = 0x0d,
  Strp = 0x0e,
  Udata = 0x0f,
  RefAddr = 0x10,
  Ref1 = 0x11,
  Ref2 = 0x12,
  Ref4 = 0x13,
  Ref8 = 0x14,
  RefUdata = 0x15,
  Indirect = 0x16,
  SecOffset = 0x17,
  Exprloc = 0x18,
  FlagPresent = 0x19,
  Strx = 0x1a,
  Addrx = 0x1b,
  Data16 = 0x1e,
  LineStrp = 0x1f,
  RefSig8 = 0x20,
  ImplicitConst = 0x21,
  Loclistx = 0x22,
  Rnglistx = 0x23,
  Strx1 = 0x25,
  Strx2 = 0x26,
  Strx3 = 0x27,
  Strx4 = 0x28,
  Addrx1 = 0x29,
  Addrx2 = 0x2a,
  Addrx3 = 0x2b,
  Addrx4 = 0x2c,
}

/** How many bytes forms of a fixed size take. */
const fixed: Partial<Record<Form, number>> = {
  [Form.Data1]: 1,
  [Form.Data2]: 2,
  [Form.Data4]: 4,
  [Form.Data8]: 8,
  [Form.Flag]: 1,
  [Form.SecOffset]: 4,
  [Form.RefAddr]: 4,
  [Form.RefSig8]: 8,
};
/** Blocks begin with their length, of so many bytes. */
const blocks: Partial<Record<Form, number>> = { [Form.Block1]: 1, [Form.Block2]: 2, [Form.Block4]: 4 };
const references: Partial<Record<Form, number>> = { [Form.Ref1]: 1, [Form.Ref2]: 2, [Form.Ref4]: 4, [Form.Ref8]: 8 };
const textIndices: Partial<Record<Form, number>> = {
  [Form.Strx1]: 1,
  [Form.Strx2]: 2,
  [Form.Strx3]: 3,
  [Form.Strx4]: 4,
};
const addressIndices: Partial<Record<Form, number>> = {
  [Form.Addrx1]: 1,
  [Form.Addrx2]: 2,
  [Form.Addrx3]: 3,
  [Form.Addrx4]: 4,
};

/** Addresses of code are told apart from other numbers. */
export type Value = number | string | { address: number } | undefined;

/** Reads one value, or passes it where it is of no use here. Texts and references are resolved. Throws RangeError. */
export function readValue(reader: DebugReader, form: Form, unit: Unit, implicit: number): Value {
  const bytes = fixed[form];
  if (bytes !== undefined) return reader.unsigned(bytes);
  const reference = references[form];
  if (reference !== undefined) return unit.start + reader.unsigned(reference);
  const textIndex = textIndices[form];
  if (textIndex !== undefined) return indexedText(unit, reader.unsigned(textIndex));
  const addressIndex = addressIndices[form];
  if (addressIndex !== undefined) return indexedAddress(unit, reader.unsigned(addressIndex));
  const block = blocks[form];
  if (block !== undefined) return pass(reader, reader.unsigned(block));
  switch (form) {
    case Form.Addr:
      return { address: reader.unsigned(unit.addressSize) };
    case Form.String:
      return reader.text();
    case Form.Strp:
      return textAt(unit, '.debug_str', reader.unsigned(4));
    case Form.LineStrp:
      return textAt(unit, '.debug_line_str', reader.unsigned(4));
    case Form.Strx:
      return indexedText(unit, reader.unsignedLeb());
    case Form.Addrx:
      return indexedAddress(unit, reader.unsignedLeb());
    case Form.Udata:
    case Form.Loclistx:
    case Form.Rnglistx:
      return reader.unsignedLeb();
    case Form.Sdata:
      return reader.signedLeb();
    case Form.RefUdata:
      return unit.start + reader.unsignedLeb();
    case Form.Block:
    case Form.Exprloc:
      return pass(reader, reader.unsignedLeb());
    case Form.Data16:
      return pass(reader, 16);
    case Form.FlagPresent:
      return 1;
    case Form.ImplicitConst:
      return implicit;
    case Form.Indirect:
      return readValue(reader, reader.unsignedLeb(), unit, implicit);
    default:
      throw new RangeError(`form ${form} is not known`);
  }
}

function pass(reader: DebugReader, bytes: number): undefined {
  reader.position += bytes;
}

function textAt({ sections }: Unit, name: string, at: number): string {
  const section = sections.byName.get(name);
  return section === undefined ? '' : new DebugReader(section, at).text();
}

function indexedText(unit: Unit, index: number): string {
  const offsets = unit.sections.byName.get('.debug_str_offsets');
  if (offsets === undefined || unit.textOffsets < 0) return '';
  return textAt(unit, '.debug_str', new DebugReader(offsets, unit.textOffsets + index * 4).unsigned(4));
}

function indexedAddress(unit: Unit, index: number): { address: number } {
  const addresses = unit.sections.byName.get('.debug_addr');
  if (addresses === undefined || unit.addresses < 0) return { address: 0 };
  const reader = new DebugReader(addresses, unit.addresses + index * unit.addressSize);
  return { address: reader.unsigned(unit.addressSize) };
}
