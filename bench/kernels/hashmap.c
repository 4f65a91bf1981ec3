// A map of strings to numbers with chained entries: words and entries come from an arena, and the table doubles.
enum { ARENA = 16384 };

typedef unsigned long Size;

typedef struct Entry {
  struct Entry *next;
  const char *key;
  unsigned hash;
  int value;
} Entry;

typedef struct {
  Entry **buckets;
  unsigned size, count;
} Map;

static _Alignas(8) unsigned char arena[ARENA];
static Size used;

static void *allocate(Size bytes) {
  void *found = &arena[used];
  used += (bytes + 7) & ~7ul;
  return used <= ARENA ? found : 0;
}

static unsigned hash_of(const char *key) {
  unsigned hash = 2166136261u;
  for (; *key; key++) hash = (hash ^ (unsigned char)*key) * 16777619u;
  return hash;
}

static int is_equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static int create(Map *map, unsigned size) {
  map->buckets = allocate(size * sizeof(Entry *));
  if (!map->buckets) return 0;
  map->size = size;
  map->count = 0;
  for (unsigned i = 0; i < size; i++) map->buckets[i] = 0;
  return 1;
}

static int grow(Map *map) {
  Map larger;
  if (!create(&larger, map->size * 2)) return 0;
  for (unsigned i = 0; i < map->size; i++) {
    for (Entry *entry = map->buckets[i], *next; entry; entry = next) {
      next = entry->next;
      Entry **bucket = &larger.buckets[entry->hash & (larger.size - 1)];
      entry->next = *bucket;
      *bucket = entry;
    }
  }
  larger.count = map->count;
  *map = larger;
  return 1;
}

static Entry *find(const Map *map, const char *key, unsigned hash) {
  Entry *entry = map->buckets[hash & (map->size - 1)];
  while (entry && (entry->hash != hash || !is_equal(entry->key, key))) entry = entry->next;
  return entry;
}

static int *value_of(Map *map, const char *key) {
  unsigned hash = hash_of(key);
  Entry *entry = find(map, key, hash);
  if (entry) return &entry->value;
  if (map->count >= map->size && !grow(map)) return 0;
  Size length = 0;
  while (key[length]) length++;
  char *copy = allocate(length + 1);
  entry = allocate(sizeof(Entry));
  if (!copy || !entry) return 0;
  for (Size i = 0; i <= length; i++) copy[i] = key[i];
  Entry **bucket = &map->buckets[hash & (map->size - 1)];
  *entry = (Entry){*bucket, copy, hash, 0};
  *bucket = entry;
  map->count++;
  return &entry->value;
}

static void make_word(char *to, unsigned number) {
  static const char syllables[8][3] = {"ka", "ro", "mi", "te", "lu", "no", "sa", "vi"};
  do {
    const char *syllable = syllables[number & 7];
    *to++ = syllable[0];
    *to++ = syllable[1];
    number >>= 3;
  } while (number > 0);
  *to = 0;
}

int run(int n) {
  unsigned random = 9;
  unsigned sum = 0;
  while (n-- > 0) {
    Map map;
    used = 0;
    if (!create(&map, 16)) return -1;
    for (int i = 0; i < 400; i++) {
      char word[16];
      random = random * 1664525u + 1013904223;
      make_word(word, (random >> 20) % 150);
      int *value = value_of(&map, word);
      if (!value) return -2;
      *value += i;
    }
    for (unsigned i = 0; i < map.size; i++)
      for (const Entry *entry = map.buckets[i]; entry; entry = entry->next) sum = sum * 3 + (unsigned)(entry->value + entry->key[0]);
    sum += map.count;
  }
  return (int)sum;
}
