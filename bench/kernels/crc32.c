// CRC-32 (IEEE 802.3) over 4 KiB, by a table: byte loads, shifts, dependent table look-ups.
enum { LENGTH = 4096 };

static unsigned table[256];
static unsigned char buffer[LENGTH];

int run(int n) {
  for (unsigned i = 0; i < 256; i++) {
    unsigned entry = i;
    for (int bit = 0; bit < 8; bit++) entry = entry & 1 ? 0xEDB88320u ^ (entry >> 1) : entry >> 1;
    table[i] = entry;
  }
  for (int i = 0; i < LENGTH; i++) buffer[i] = (unsigned char)(i * 7);
  unsigned crc = ~0u;
  while (n-- > 0) {
    for (int i = 0; i < LENGTH; i++) crc = table[(crc ^ buffer[i]) & 255] ^ (crc >> 8);
  }
  return (int)~crc;
}
