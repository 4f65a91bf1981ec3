// Finds the line of the source that an instruction comes from (DWARF 2 to 5, .debug_line).

import { readValue, type Unit } from './forms.js';
import { DebugReader, type DebugSections } from './sections.js';

export interface SourceLine {
  /** Path as the compiler got it: relative to its working directory, or absolute. */
  file: string;
  line: number;
  /** 0 where the compiler names none. */
  column: number;
}

/** Line-number programs of a module, and the names of files that they use. */
interface LineProgram {
  reader: DebugReader;
  end: number;
  smallest: number;
  lineBase: number;
  lineRange: number;
  opcodeBase: number;
  /** How many operands standard opcodes have, from the first. */
  operands: number[];
  files: string[];
}

/** The line for the byte `at` of the module; nothing where the tables name none, or are damaged. */
export function sourceLine(sections: DebugSections, at: number): SourceLine | undefined {
  const section = sections.byName.get('.debug_line');
  if (section === undefined) return undefined;
  try {
    for (let start = 0; start < section.length; ) {
      const program = readHeader(sections, section, start);
      const found = findLine(program, at - sections.codeAt);
      if (found !== undefined) return found;
      start = program.end;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

function readHeader(sections: DebugSections, section: Uint8Array, start: number): LineProgram {
  const reader = new DebugReader(section, start);
  const end = reader.unsigned(4) + start + 4;
  const version = reader.unsigned(2);
  if (version < 2 || version > 5) throw new RangeError(`lines of version ${version} are not known`);
  const addressSize = version === 5 ? reader.unsigned(2) & 255 : 4;
  const header = reader.unsigned(4) + reader.position;
  const smallest = reader.unsigned(1);
  if (version > 3) reader.unsigned(1);
  reader.unsigned(1);
  const lineBase = (reader.unsigned(1) << 24) >> 24;
  const lineRange = reader.unsigned(1);
  const opcodeBase = reader.unsigned(1);
  const operands: number[] = [];
  for (let opcode = 1; opcode < opcodeBase; opcode++) operands.push(reader.unsigned(1));
  const unit: Unit = { sections, start: 0, addressSize, textOffsets: 8, addresses: 8 };
  const files = version === 5 ? readEntries(reader, unit) : readFiles(reader);
  reader.position = header;
  return { reader, end, smallest, lineBase, lineRange, opcodeBase, operands, files };
}

/** The tables of version 5: directories, then files that name theirs. */
function readEntries(reader: DebugReader, unit: Unit): string[] {
  let directories: string[] = [];
  for (let table = 0; ; table++) {
    const formats: [content: number, form: number][] = [];
    for (let count = reader.unsigned(1); count > 0; count--) formats.push([reader.unsignedLeb(), reader.unsignedLeb()]);
    const entries: string[] = [];
    for (let count = reader.unsignedLeb(); count > 0; count--) {
      let path = '';
      let directory = 0;
      for (const [content, form] of formats) {
        const value = readValue(reader, form, unit, 0);
        if (content === 1 && typeof value === 'string') path = value;
        if (content === 2 && typeof value === 'number') directory = value;
      }
      // Directory 0 is where the compiler ran.
      entries.push(table === 0 ? path : pathIn(directory === 0 ? '' : directories[directory], path));
    }
    if (table === 1) return entries;
    directories = entries;
  }
}

/** The tables up to version 4; files count from 1. */
function readFiles(reader: DebugReader): string[] {
  const directories = [''];
  for (let text = reader.text(); text !== ''; text = reader.text()) directories.push(text);
  const files = [''];
  for (let text = reader.text(); text !== ''; text = reader.text()) {
    files.push(pathIn(directories[reader.unsignedLeb()], text));
    reader.unsignedLeb();
    reader.unsignedLeb();
  }
  return files;
}

function pathIn(directory: string | undefined, file: string): string {
  return directory === undefined || directory === '' || file.startsWith('/') ? file : `${directory}/${file}`;
}

enum Standard {
  Copy = 1,
  AdvancePc,
  AdvanceLine,
  SetFile,
  SetColumn,
  ConstAddPc = 8,
  FixedAdvancePc,
}

/** Runs the program up to the row that covers `address` (DWARF 5, 6.2.5). */
function findLine(program: LineProgram, address: number): SourceLine | undefined {
  const { reader, end, smallest, lineBase, lineRange, opcodeBase, operands, files } = program;
  let row = { address: 0, file: 1, line: 1, column: 0 };
  let before: typeof row | undefined;
  /** Appends a row; whether it is behind the address and the one before it is not. */
  const emit = (): boolean => {
    if (before !== undefined && before.address <= address && address < row.address) return true;
    before = { ...row };
    return false;
  };
  const found = (): SourceLine | undefined => {
    const { file, line, column } = before!;
    return line === 0 || files[file] === undefined ? undefined : { file: files[file], line, column };
  };
  while (reader.position < end) {
    const opcode = reader.unsigned(1);
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      row.address += smallest * Math.floor(adjusted / lineRange);
      row.line += lineBase + (adjusted % lineRange);
      if (emit()) return found();
    } else if (opcode === 0) {
      const length = reader.unsignedLeb();
      const next = reader.position + length;
      const extended = reader.unsigned(1);
      if (extended === 1) {
        if (emit()) return found();
        row = { address: 0, file: 1, line: 1, column: 0 };
        before = undefined;
      } else if (extended === 2) row.address = reader.unsigned(length - 1);
      reader.position = next;
    } else if (opcode === Standard.Copy) {
      if (emit()) return found();
    } else if (opcode === Standard.AdvancePc) row.address += smallest * reader.unsignedLeb();
    else if (opcode === Standard.AdvanceLine) row.line += reader.signedLeb();
    else if (opcode === Standard.SetFile) row.file = reader.unsignedLeb();
    else if (opcode === Standard.SetColumn) row.column = reader.unsignedLeb();
    else if (opcode === Standard.ConstAddPc) row.address += smallest * Math.floor((255 - opcodeBase) / lineRange);
    else if (opcode === Standard.FixedAdvancePc) row.address += reader.unsigned(2);
    else for (let count = operands[opcode - 1]; count > 0; count--) reader.unsignedLeb();
  }
  return undefined;
}
