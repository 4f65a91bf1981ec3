// The sieve of Eratosthenes: byte stores and loads with a stride.
enum { LIMIT = 8192 };

static unsigned char composite[LIMIT];

static int primes(void) {
  int count = 0;
  for (int i = 0; i < LIMIT; i++) composite[i] = 0;
  for (int i = 2; i < LIMIT; i++) {
    if (composite[i]) continue;
    count++;
    for (int j = i * 2; j < LIMIT; j += i) composite[j] = 1;
  }
  return count;
}

int run(int n) {
  int sum = 0;
  while (n-- > 0) sum += primes();
  return sum;
}
