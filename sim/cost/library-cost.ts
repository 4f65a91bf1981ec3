// Members of Espruino's library, which Espruino looks up in tables of the firmware.

import type { AnyNode } from 'acorn';

const objects = /^(Math|JSON|Object|Array|String|Number|E|Storage|Date|Graphics|Bangle|g|process)$/;
const members = new Set(
  (
    'length charCodeAt charAt indexOf lastIndexOf substr substring slice split join push pop shift unshift splice concat ' +
    'map forEach filter reduce fill set subarray reverse sort toString toFixed trim toUpperCase toLowerCase replace apply call bind ' +
    'getInt8 getUint8 getInt16 getUint16 getInt32 getUint32 getFloat32 getFloat64 setInt8 setUint8 setInt16 setUint16 setInt32 ' +
    'setUint32 setFloat32 setFloat64 buffer byteLength byteOffset'
  ).split(' '),
);

/** Whether a member of an object is one of the library's, as far as the text tells. */
export function isLibraryName(object: AnyNode, name: string): boolean {
  return members.has(name) || isLibraryObject(object);
}

/** Whether an object is one of the library's, by its name. */
export function isLibraryObject(object: AnyNode): boolean {
  return object.type === 'Identifier' && objects.test(object.name);
}
