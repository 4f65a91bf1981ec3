// Replaces files on a board so that a power failure at any time leaves the old or the new ones.
//
// Storage can neither rename a file nor replace one atomically: it erases the old one and then writes the new one. So new files are
// written under temporary names, beside the existing ones, with a list of them: the journal. A marker says that all of them are
// written. From then on, a small program, which the board runs at each start until it has finished, copies them to their final names.

/** Bytes of a file and their sum: what is compared. */
export interface FileState {
  size: number;
  /** Checksum of `E.CRC32`. */
  crc: number;
}

export interface JournalEntry extends FileState {
  /** Name under which it is written first. */
  from: string;
  /** Its final name. */
  to: string;
}

export interface Journal {
  /** Files in the order in which they are copied. */
  files: JournalEntry[];
  /** Files of the previous program that this one does not have. */
  erase: string[];
  /** Written where it belongs at once, because there is nothing of that name; with the file that runs at each start. */
  made: string[];
}

export const JOURNAL = '~tazzina';
/** That this file is there, says that everything before it is. */
export const MARKER = '~tazzina.go';
/** Files that firmware runs at each start, also after `reset()`. */
export const BOOT_FILES = ['.boot0', '.boot1', '.boot2', '.boot3'];

export const temporaryName = (index: number) => `~tazzina.${index}`;
/** Names the files of a program, to be erased when it is replaced. */
export const listName = (program: string) => `${program}.files`;

/** Bytes that are copied at once: they are in RAM for that. */
const COPIED = 256;

/**
 * Does what the journal says, if the marker is there; may be cut short anywhere and run again. What is copied already is
 * not copied again, and what it is copied from is erased when all of it is.
 */
export const switchProgram = `(function(s){
var j=s.readJSON("${JOURNAL}",1);
if(!j||s.read("${MARKER}")===undefined)return;
j.files.forEach(function(f){
var d=s.read(f.to),o;
if(d!==undefined&&d.length==f.size&&E.CRC32(d)==f.crc)return;
d=undefined;
s.erase(f.to);
for(o=0;o<f.size;o+=${COPIED})s.write(f.to,s.read(f.from,o,${COPIED}),o,f.size);
});
j.erase.forEach(function(n){s.erase(n)});
j.files.forEach(function(f){s.erase(f.from)});
s.erase("${MARKER}");
})(require("Storage"));`.replaceAll('\n', '');
