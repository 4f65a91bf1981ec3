// The map of hashmap.c over one memory: entries are four words, next, key, hash and value; words end with a zero byte.
var bytes = new Uint8Array(20000);
var ints = new Int32Array(bytes.buffer);
var ARENA = 1024;
var used = 0;

// A map is three words: buckets, size and count.
var MAP = 0;
var LARGER = 16;
var WORD = 32;
var SYLLABLES = 64;
bytes.set(E.toUint8Array('karomitelunosavi'), SYLLABLES);

function allocate(size) {
  var found = ARENA + used;
  used += (size + 7) & ~7;
  return found;
}

function hashOf(key) {
  var hash = -2128831035;
  var byte;
  while ((byte = bytes[key++])) {
    hash ^= byte;
    hash = (hash + (hash << 1) + (hash << 4) + (hash << 7) + (hash << 8) + (hash << 24)) | 0;
  }
  return hash;
}

function isEqual(a, b) {
  while (bytes[a] && bytes[a] == bytes[b]) {
    a++;
    b++;
  }
  return bytes[a] == bytes[b];
}

function create(map, size) {
  var buckets = allocate(size << 2);
  ints[map >> 2] = buckets;
  ints[(map >> 2) + 1] = size;
  ints[(map >> 2) + 2] = 0;
  new Int32Array(bytes.buffer, buckets, size).fill(0);
}

function grow(map) {
  var size = ints[(map >> 2) + 1];
  create(LARGER, size * 2);
  var mask = size * 2 - 1;
  var larger = ints[LARGER >> 2] >> 2;
  var buckets = ints[map >> 2] >> 2;
  for (var i = 0; i < size; i++) {
    var entry = ints[buckets + i];
    while (entry) {
      var next = ints[entry >> 2];
      var bucket = larger + (ints[(entry >> 2) + 2] & mask);
      ints[entry >> 2] = ints[bucket];
      ints[bucket] = entry;
      entry = next;
    }
  }
  ints[map >> 2] = ints[LARGER >> 2];
  ints[(map >> 2) + 1] = size * 2;
}

function valueOf(map, key) {
  var hash = hashOf(key);
  var entry = ints[(ints[map >> 2] >> 2) + (hash & (ints[(map >> 2) + 1] - 1))];
  while (entry && (ints[(entry >> 2) + 2] != hash || !isEqual(ints[(entry >> 2) + 1], key))) entry = ints[entry >> 2];
  if (entry) return entry + 12;
  if (ints[(map >> 2) + 2] >= ints[(map >> 2) + 1]) grow(map);
  var length = 0;
  while (bytes[key + length]) length++;
  var copy = allocate(length + 1);
  entry = allocate(16);
  for (var i = 0; i <= length; i++) bytes[copy + i] = bytes[key + i];
  var bucket = (ints[map >> 2] >> 2) + (hash & (ints[(map >> 2) + 1] - 1));
  ints[entry >> 2] = ints[bucket];
  ints[(entry >> 2) + 1] = copy;
  ints[(entry >> 2) + 2] = hash;
  ints[(entry >> 2) + 3] = 0;
  ints[bucket] = entry;
  ints[(map >> 2) + 2]++;
  return entry + 12;
}

function makeWord(to, number) {
  do {
    var syllable = SYLLABLES + ((number & 7) << 1);
    bytes[to++] = bytes[syllable];
    bytes[to++] = bytes[syllable + 1];
    number >>= 3;
  } while (number > 0);
  bytes[to] = 0;
}

function run(n) {
  var random = 9;
  var sum = 0;
  while (n-- > 0) {
    used = 0;
    create(MAP, 16);
    for (var i = 0; i < 400; i++) {
      random = (random * 1664525 + 1013904223) | 0;
      makeWord(WORD, (random >>> 20) % 150);
      ints[valueOf(MAP, WORD) >> 2] += i;
    }
    for (i = 0; i < ints[(MAP >> 2) + 1]; i++)
      for (var entry = ints[(ints[MAP >> 2] >> 2) + i]; entry; entry = ints[entry >> 2])
        sum = (sum * 3 + ints[(entry >> 2) + 3] + bytes[ints[(entry >> 2) + 1]]) | 0;
    sum = (sum + ints[(MAP >> 2) + 2]) | 0;
  }
  return sum;
}
