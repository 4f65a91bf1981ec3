// The C library's sort: any element size, a comparison by a function pointer, quicksort by pointers with insertion sort for short runs.
enum { RECORDS = 200 };

typedef unsigned long Size;
typedef int Compare(const void *, const void *);

typedef struct {
  int key;
  short order, weight;
} Record;

static Record records[RECORDS];
static Record *pointers[RECORDS];

static void swap(char *a, char *b, Size size) {
  if (((Size)a | (Size)b | size) % sizeof(int) == 0) {
    int *p = (int *)a, *q = (int *)b;
    for (Size i = 0; i < size / sizeof(int); i++) {
      int kept = p[i];
      p[i] = q[i];
      q[i] = kept;
    }
    return;
  }
  while (size-- > 0) {
    char kept = *a;
    *a++ = *b;
    *b++ = kept;
  }
}

static void sort(void *base, Size count, Size size, Compare *compare) {
  char *low = base, *high = low + (count - 1) * size;
  while (count > 7) {
    char *left = low, *right = high + size;
    swap(low, low + count / 2 * size, size);
    for (;;) {
      do left += size;
      while (left <= high && compare(left, low) < 0);
      do right -= size;
      while (compare(right, low) > 0);
      if (left >= right) break;
      swap(left, right, size);
    }
    swap(low, right, size);
    Size before = (Size)(right - low) / size, behind = (Size)(high - right) / size;
    if (before < behind) {
      sort(low, before, size, compare);
      low = right + size;
      count = behind;
    } else {
      sort(right + size, behind, size, compare);
      high = right - size;
      count = before;
    }
  }
  for (char *end = low + size; end <= high; end += size)
    for (char *at = end; at > low && compare(at - size, at) > 0; at -= size) swap(at - size, at, size);
}

static int by_key(const void *a, const void *b) {
  const Record *p = a, *q = b;
  return p->key < q->key ? -1 : p->key > q->key ? 1 : p->order - q->order;
}

static int by_weight(const void *a, const void *b) {
  const Record *p = *(Record *const *)a, *q = *(Record *const *)b;
  return p->weight == q->weight ? p->order - q->order : p->weight - q->weight;
}

int run(int n) {
  unsigned random = 7;
  unsigned sum = 0;
  while (n-- > 0) {
    for (int i = 0; i < RECORDS; i++) {
      random = random * 1664525u + 1013904223;
      records[i] = (Record){(int)(random >> 20), (short)i, (short)(random >> 8 & 63)};
      pointers[i] = &records[i];
    }
    sort(records, RECORDS, sizeof(Record), by_key);
    sort(pointers, RECORDS, sizeof(Record *), by_weight);
    for (int i = 0; i < RECORDS; i += 9) sum = sum * 31 + (unsigned)(records[i].key + pointers[i]->order);
  }
  return (int)sum;
}
