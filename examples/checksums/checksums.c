// The CRC-32 (of gzip and PNG) and the SHA-256 of every file in Storage.
#include "tazzina.h"

#define NAME 28
#define BLOCK 64

static uint8_t block[BLOCK];
static uint32_t hash[8];

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotated(uint32_t value, int bits) { return value >> bits | value << (32 - bits); }

static void add_block(void) {
  static uint32_t words[64];
  for (int i = 0; i < 16; i++)
    words[i] = (uint32_t)block[4 * i] << 24 | block[4 * i + 1] << 16 | block[4 * i + 2] << 8 | block[4 * i + 3];
  for (int i = 16; i < 64; i++) {
    uint32_t a = words[i - 15], b = words[i - 2];
    words[i] = words[i - 16] + words[i - 7] + (rotated(a, 7) ^ rotated(a, 18) ^ a >> 3) +
               (rotated(b, 17) ^ rotated(b, 19) ^ b >> 10);
  }
  uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4], f = hash[5], g = hash[6], h = hash[7];
  for (int i = 0; i < 64; i++) {
    uint32_t first = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g)) +
                     round_constants[i] + words[i];
    uint32_t second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
  }
  hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d, hash[4] += e, hash[5] += f, hash[6] += g, hash[7] += h;
}

static char *put_hex(char *to, uint32_t word) {
  for (int shift = 28; shift >= 0; shift -= 4) *to++ = "0123456789abcdef"[word >> shift & 15];
  return to;
}

/** Prints `crc32 sha256 name`. Returns the file's size, -1 if there is none of this name. */
__attribute__((export_name("checksum"))) int32_t checksum(const char *name, int32_t length) {
  static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  static char line[8 + 1 + 64 + 1 + NAME];
  int32_t size = storageSize(name, length);
  if (size < 0) return -1;
  uint32_t crc = ~0u;
  for (int i = 0; i < 8; i++) hash[i] = start[i];
  int32_t count;
  for (int32_t at = 0;; at += BLOCK) {
    count = storageRead(name, length, at, block, BLOCK);
    for (int i = 0; i < count; i++) {
      crc ^= block[i];
      for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xedb88320 & -(crc & 1));
    }
    if (count < BLOCK) break;
    add_block();
  }
  // A one, zeros, and the number of bits in the last eight bytes.
  block[count++] = 0x80;
  if (count > BLOCK - 8) {
    while (count < BLOCK) block[count++] = 0;
    add_block();
    count = 0;
  }
  while (count < BLOCK - 4) block[count++] = 0;
  for (int shift = 24; shift >= 0; shift -= 8) block[count++] = (uint32_t)size << 3 >> shift;
  add_block();

  char *end = put_hex(line, ~crc);
  *end++ = ' ';
  for (int i = 0; i < 8; i++) end = put_hex(end, hash[i]);
  *end++ = ' ';
  for (int i = 0; i < length; i++) *end++ = name[i];
  print(line, end - line);
  return size;
}

static int32_t next;

/** Of the program itself. */
static int is_own(const char *name) {
  const char *own = "checksums";
  if (*name == '.') return 1;
  while (*own && *own == *name) own++, name++;
  return !*own;
}

/** A file at a time: between them, the board does what else it has to do. */
static void next_file(void) {
  static char name[NAME];
  int32_t length = storageName(next++, name, NAME);
  if (length < 0) return;
  if (!is_own(name)) checksum(name, length < NAME ? length : NAME);
  setTimeout(next_file, 0);
}

__attribute__((export_name("main"))) void start(void) {
  next = 0;
  next_file();
}
