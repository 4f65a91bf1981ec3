// Compression as in LZ4: literals and matches by a table of hashes, then decompression into another buffer, and a comparison.
enum { BYTES = 1500, HASHES = 256, LEAST_MATCH = 4 };

typedef unsigned char Byte;

static const char words[] = "the quick brown fox jumps over the lazy dog and then the lazy dog jumps over the quick brown fox; ";

static Byte text[BYTES], packed[BYTES + BYTES / 8 + 16], unpacked[BYTES];
static unsigned short places[HASHES];

static unsigned hash(const Byte *at) {
  unsigned word = (unsigned)(at[0] | at[1] << 8 | at[2] << 16) | (unsigned)at[3] << 24;
  return word * 2654435761u >> 24;
}

static Byte *put_length(Byte *to, unsigned length) {
  for (; length >= 255; length -= 255) *to++ = 255;
  *to++ = (Byte)length;
  return to;
}

static Byte *put_sequence(Byte *to, const Byte *literals, unsigned count, unsigned offset, unsigned match) {
  Byte *token = to++;
  unsigned more = offset ? match - LEAST_MATCH : 0;
  *token = (Byte)((count < 15 ? count : 15) << 4 | (more < 15 ? more : 15));
  if (count >= 15) to = put_length(to, count - 15);
  while (count-- > 0) *to++ = *literals++;
  *to++ = (Byte)offset;
  *to++ = (Byte)(offset >> 8);
  if (more >= 15) to = put_length(to, more - 15);
  return to;
}

static unsigned compress(Byte *to, const Byte *from, unsigned size) {
  Byte *start = to;
  const Byte *at = from, *literals = from, *end = from + size;
  for (int i = 0; i < HASHES; i++) places[i] = 0xffff;
  while (at + LEAST_MATCH < end) {
    unsigned short *place = &places[hash(at)];
    const Byte *before = from + *place;
    int isKnown = *place != 0xffff;
    *place = (unsigned short)(at - from);
    unsigned match = 0;
    if (isKnown)
      while (at + match < end && before[match] == at[match]) match++;
    if (match < LEAST_MATCH) {
      at++;
      continue;
    }
    to = put_sequence(to, literals, (unsigned)(at - literals), (unsigned)(at - before), match);
    at += match;
    literals = at;
  }
  return (unsigned)(put_sequence(to, literals, (unsigned)(end - literals), 0, 0) - start);
}

static unsigned get_length(const Byte **from, unsigned length) {
  if (length < 15) return length;
  Byte more;
  do {
    more = *(*from)++;
    length += more;
  } while (more == 255);
  return length;
}

static unsigned decompress(Byte *to, const Byte *from, const Byte *end) {
  Byte *start = to;
  while (from < end) {
    unsigned token = *from++;
    for (unsigned count = get_length(&from, token >> 4); count > 0; count--) *to++ = *from++;
    unsigned offset = from[0] | (unsigned)from[1] << 8;
    from += 2;
    if (offset == 0) break;
    const Byte *match = to - offset;
    for (unsigned count = get_length(&from, token & 15) + LEAST_MATCH; count > 0; count--) *to++ = *match++;
  }
  return (unsigned)(to - start);
}

int run(int n) {
  unsigned sum = 0;
  while (n-- > 0) {
    for (unsigned i = 0, at = (unsigned)n; i < BYTES; i++, at++) {
      if (at % 61 == 0) at += i;
      text[i] = (Byte)words[at % (sizeof words - 1)];
    }
    unsigned size = compress(packed, text, BYTES);
    unsigned back = decompress(unpacked, packed, packed + size);
    unsigned same = 0;
    while (same < back && text[same] == unpacked[same]) same++;
    sum = sum * 3 + size + same;
  }
  return (int)sum;
}
