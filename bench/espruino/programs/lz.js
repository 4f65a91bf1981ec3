// Compression as in LZ4, in typed arrays, then decompression into another one, and a comparison.
var words = E.toUint8Array('the quick brown fox jumps over the lazy dog and then the lazy dog jumps over the quick brown fox; ');
var text = new Uint8Array(1500);
var packed = new Uint8Array(1704);
var unpacked = new Uint8Array(1500);
var places = new Uint16Array(256);

function hash(at) {
  var low = text[at] | (text[at + 1] << 8);
  var high = text[at + 2] | (text[at + 3] << 8);
  return (low * 2654435761 + ((high * 31153) << 16)) >>> 24;
}

function putLength(to, length) {
  for (; length >= 255; length -= 255) packed[to++] = 255;
  packed[to++] = length;
  return to;
}

function putSequence(to, literals, count, offset, match) {
  var more = offset ? match - 4 : 0;
  packed[to++] = ((count < 15 ? count : 15) << 4) | (more < 15 ? more : 15);
  if (count >= 15) to = putLength(to, count - 15);
  while (count-- > 0) packed[to++] = text[literals++];
  packed[to++] = offset;
  packed[to++] = offset >> 8;
  if (more >= 15) to = putLength(to, more - 15);
  return to;
}

function compress(size) {
  var to = 0;
  var at = 0;
  var literals = 0;
  places.fill(0xffff);
  while (at + 4 < size) {
    var place = hash(at);
    var before = places[place];
    var match = 0;
    places[place] = at;
    if (before != 0xffff) while (at + match < size && text[before + match] == text[at + match]) match++;
    if (match < 4) {
      at++;
      continue;
    }
    to = putSequence(to, literals, at - literals, at - before, match);
    at += match;
    literals = at;
  }
  return putSequence(to, literals, size - literals, 0, 0);
}

var from;

function getLength(length) {
  if (length < 15) return length;
  do {
    var more = packed[from++];
    length += more;
  } while (more == 255);
  return length;
}

function decompress(end) {
  var to = 0;
  from = 0;
  while (from < end) {
    var token = packed[from++];
    for (var count = getLength(token >> 4); count > 0; count--) unpacked[to++] = packed[from++];
    var offset = packed[from] | (packed[from + 1] << 8);
    from += 2;
    if (offset == 0) break;
    var match = to - offset;
    for (count = getLength(token & 15) + 4; count > 0; count--) unpacked[to++] = unpacked[match++];
  }
  return to;
}

function run(n) {
  var sum = 0;
  while (n-- > 0) {
    for (var i = 0, at = n; i < 1500; i++, at++) {
      if (at % 61 == 0) at += i;
      text[i] = words[at % 98];
    }
    var size = compress(1500);
    var back = decompress(size);
    var same = 0;
    while (same < back && text[same] == unpacked[same]) same++;
    sum = (sum * 3 + size + same) | 0;
  }
  return sum;
}
