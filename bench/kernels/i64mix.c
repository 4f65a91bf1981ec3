// Mixing 64-bit integers: xorshift, multiplication, rotation, comparison.
enum { STEPS = 500 };

int run(int n) {
  unsigned long long hash = 0x9E3779B97F4A7C15ull, state = 1;
  while (n-- > 0) {
    for (int i = 0; i < STEPS; i++) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      hash = (hash ^ state) * 0x100000001B3ull;
      hash = (hash << 31) | (hash >> 33);
      if (hash < state) hash += 0x632BE59BD9B4E019ull;
    }
  }
  return (int)(hash ^ (hash >> 32));
}
