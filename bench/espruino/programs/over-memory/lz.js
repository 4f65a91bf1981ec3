// The compression of lz.c over one memory: text, packed, unpacked, the sample and the places are addresses.
var bytes = new Uint8Array(8192);
var shorts = new Uint16Array(bytes.buffer);
var WORDS = 16;
var TEXT = 128;
var PACKED = 1632;
var UNPACKED = 3344;
var PLACES = 4848;
var FROM = 5376;
var ints = new Int32Array(bytes.buffer);
bytes.set(
  E.toUint8Array('the quick brown fox jumps over the lazy dog and then the lazy dog jumps over the quick brown fox; '),
  WORDS,
);

function hash(at) {
  var low = bytes[at] | (bytes[at + 1] << 8);
  var high = bytes[at + 2] | (bytes[at + 3] << 8);
  return (low * 2654435761 + ((high * 31153) << 16)) >>> 24;
}

function putLength(to, length) {
  for (; length >= 255; length -= 255) bytes[to++] = 255;
  bytes[to++] = length;
  return to;
}

function putSequence(to, literals, count, offset, match) {
  var more = offset ? match - 4 : 0;
  bytes[to++] = ((count < 15 ? count : 15) << 4) | (more < 15 ? more : 15);
  if (count >= 15) to = putLength(to, count - 15);
  while (count-- > 0) bytes[to++] = bytes[literals++];
  bytes[to++] = offset;
  bytes[to++] = offset >> 8;
  if (more >= 15) to = putLength(to, more - 15);
  return to;
}

function compress(to, from, size) {
  var start = to;
  var at = from;
  var literals = from;
  var end = from + size;
  for (var i = 0; i < 256; i++) shorts[(PLACES >> 1) + i] = 0xffff;
  while (at + 4 < end) {
    var place = (PLACES >> 1) + hash(at);
    var known = shorts[place];
    var before = from + known;
    var match = 0;
    shorts[place] = at - from;
    if (known != 0xffff) while (at + match < end && bytes[before + match] == bytes[at + match]) match++;
    if (match < 4) {
      at++;
      continue;
    }
    to = putSequence(to, literals, at - literals, at - before, match);
    at += match;
    literals = at;
  }
  return putSequence(to, literals, end - literals, 0, 0) - start;
}

// `from` is the address of a pointer.
function getLength(from, length) {
  if (length < 15) return length;
  do {
    var more = bytes[ints[from >> 2]++];
    length += more;
  } while (more == 255);
  return length;
}

function decompress(to, from, end) {
  var start = to;
  var pointer = FROM >> 2;
  ints[pointer] = from;
  while (ints[pointer] < end) {
    var token = bytes[ints[pointer]++];
    for (var count = getLength(FROM, token >> 4); count > 0; count--) bytes[to++] = bytes[ints[pointer]++];
    var offset = bytes[ints[pointer]] | (bytes[ints[pointer] + 1] << 8);
    ints[pointer] += 2;
    if (offset == 0) break;
    var match = to - offset;
    for (count = getLength(FROM, token & 15) + 4; count > 0; count--) bytes[to++] = bytes[match++];
  }
  return to - start;
}

function run(n) {
  var sum = 0;
  while (n-- > 0) {
    for (var i = 0, at = n; i < 1500; i++, at++) {
      if (at % 61 == 0) at += i;
      bytes[TEXT + i] = bytes[WORDS + (at % 98)];
    }
    var size = compress(PACKED, TEXT, 1500);
    var back = decompress(UNPACKED, PACKED, PACKED + size);
    var same = 0;
    while (same < back && bytes[TEXT + same] == bytes[UNPACKED + same]) same++;
    sum = (sum * 3 + size + same) | 0;
  }
  return sum;
}
