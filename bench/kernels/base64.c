// Base64: encodes bytes into a passed buffer, decodes the text again, and compares.
enum { BYTES = 600 };

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static unsigned char data[BYTES], decoded[BYTES];
static char encoded[(BYTES + 2) / 3 * 4 + 1];

static int encode(char *to, const unsigned char *from, int count) {
  char *start = to;
  for (; count >= 3; count -= 3, from += 3) {
    *to++ = digits[from[0] >> 2];
    *to++ = digits[(from[0] & 3) << 4 | from[1] >> 4];
    *to++ = digits[(from[1] & 15) << 2 | from[2] >> 6];
    *to++ = digits[from[2] & 63];
  }
  if (count > 0) {
    *to++ = digits[from[0] >> 2];
    if (count == 1) {
      *to++ = digits[(from[0] & 3) << 4];
      *to++ = '=';
    } else {
      *to++ = digits[(from[0] & 3) << 4 | from[1] >> 4];
      *to++ = digits[(from[1] & 15) << 2];
    }
    *to++ = '=';
  }
  *to = 0;
  return (int)(to - start);
}

static int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static int decode(unsigned char *to, const char *from) {
  unsigned char *start = to;
  unsigned bits = 0;
  int count = 0;
  for (; *from && *from != '='; from++) {
    int value = value_of(*from);
    if (value < 0) return -1;
    bits = bits << 6 | (unsigned)value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    *to++ = (unsigned char)(bits >> count);
  }
  return (int)(to - start);
}

int run(int n) {
  unsigned random = 3;
  unsigned sum = 0;
  while (n-- > 0) {
    for (int i = 0; i < BYTES; i++) {
      random = random * 1103515245u + 12345;
      data[i] = (unsigned char)(random >> 16);
    }
    int count = BYTES - n % 3;
    sum += (unsigned)(encode(encoded, data, count) + decode(decoded, encoded));
    for (int i = 0; i < count; i++) sum += decoded[i] == data[i];
    sum = sum * 3 + (unsigned char)encoded[n % BYTES];
  }
  return (int)sum;
}
