// A map of strings to numbers with chained entries; the table doubles.
function hashOf(key) {
  var hash = -2128831035;
  for (var i = 0; i < key.length; i++) {
    hash ^= key.charCodeAt(i);
    hash = (hash + (hash << 1) + (hash << 4) + (hash << 7) + (hash << 8) + (hash << 24)) | 0;
  }
  return hash;
}

function create(size) {
  var buckets = [];
  for (var i = 0; i < size; i++) buckets[i] = null;
  return { buckets: buckets, size: size, count: 0 };
}

function grow(map) {
  var larger = create(map.size * 2);
  for (var i = 0; i < map.size; i++) {
    var entry = map.buckets[i];
    while (entry) {
      var next = entry.next;
      var bucket = entry.hash & (larger.size - 1);
      entry.next = larger.buckets[bucket];
      larger.buckets[bucket] = entry;
      entry = next;
    }
  }
  map.buckets = larger.buckets;
  map.size = larger.size;
}

function entryOf(map, key) {
  var hash = hashOf(key);
  var entry = map.buckets[hash & (map.size - 1)];
  while (entry && (entry.hash != hash || entry.key != key)) entry = entry.next;
  if (entry) return entry;
  if (map.count >= map.size) grow(map);
  var bucket = hash & (map.size - 1);
  entry = { next: map.buckets[bucket], key: key, hash: hash, value: 0 };
  map.buckets[bucket] = entry;
  map.count++;
  return entry;
}

var syllables = ['ka', 'ro', 'mi', 'te', 'lu', 'no', 'sa', 'vi'];

function makeWord(number) {
  var word = '';
  do {
    word += syllables[number & 7];
    number >>= 3;
  } while (number > 0);
  return word;
}

function run(n) {
  var random = 9;
  var sum = 0;
  while (n-- > 0) {
    var map = create(16);
    for (var i = 0; i < 400; i++) {
      random = (random * 1664525 + 1013904223) | 0;
      entryOf(map, makeWord((random >>> 20) % 150)).value += i;
    }
    for (i = 0; i < map.size; i++)
      for (var entry = map.buckets[i]; entry; entry = entry.next)
        sum = (sum * 3 + entry.value + entry.key.charCodeAt(0)) | 0;
    sum = (sum + map.count) | 0;
  }
  return sum;
}
