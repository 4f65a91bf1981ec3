// Kernels that hand-written JavaScript beside them does the same work as.

#define EXPORT(name) __attribute__((export_name(#name)))

static unsigned char flags[1024];
static int numbers[256];
static unsigned table[256];

EXPORT(gcd) int gcd(int n) {
  int sum = 0;
  for (int i = 1; i <= n; i++) {
    int a = i * 7, b = n * 3;
    while (b != 0) {
      int t = a % b;
      a = b;
      b = t;
    }
    sum += a;
  }
  return sum;
}

EXPORT(sieve) int sieve(int n) {
  int count = 0;
  for (int i = 0; i < n; i++) flags[i] = 1;
  for (int i = 2; i < n; i++) {
    if (flags[i]) {
      count++;
      for (int j = i + i; j < n; j += i) flags[j] = 0;
    }
  }
  return count;
}

EXPORT(fib) int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

EXPORT(mandelbrot) int mandelbrot(int size) {
  int inside = 0;
  for (int y = 0; y < size; y++) {
    for (int x = 0; x < size; x++) {
      double cr = x * 3.0 / size - 2.0, ci = y * 2.0 / size - 1.0, zr = 0, zi = 0;
      int k = 0;
      while (k < 20 && zr * zr + zi * zi < 4.0) {
        double t = zr * zr - zi * zi + cr;
        zi = 2.0 * zr * zi + ci;
        zr = t;
        k++;
      }
      if (k == 20) inside++;
    }
  }
  return inside;
}

EXPORT(sort) int sort(int n) {
  unsigned seed = 1;
  for (int i = 0; i < n; i++) {
    seed = (seed * 75 + 74) & 65535;
    numbers[i] = (int)seed;
  }
  for (int i = 1; i < n; i++) {
    int value = numbers[i], j = i - 1;
    while (j >= 0 && numbers[j] > value) {
      numbers[j + 1] = numbers[j];
      j--;
    }
    numbers[j + 1] = value;
  }
  return numbers[n / 2];
}

EXPORT(crc) int crc(int n) {
  for (unsigned i = 0; i < 256; i++) {
    unsigned entry = i;
    for (int bit = 0; bit < 8; bit++) entry = entry & 1 ? 0xEDB88320u ^ (entry >> 1) : entry >> 1;
    table[i] = entry;
  }
  unsigned sum = ~0u;
  for (int i = 0; i < n; i++) sum = table[(sum ^ (unsigned)i) & 255] ^ (sum >> 8);
  return (int)~sum;
}

EXPORT(add64) int add64(int n) {
  unsigned long long sum = 0, step = 0x123456789ULL;
  for (int i = 0; i < n; i++) {
    sum += step;
    step ^= sum >> 3;
  }
  return (int)(sum ^ (sum >> 32));
}

static const unsigned char program[] = {0, 3, 1, 2, 0, 1, 4, 3, 2, 1, 0, 4};

EXPORT(machine) int machine(int n) {
  int a = 1, b = 2;
  for (int i = 0; i < n; i++) {
    switch (program[i % 12]) {
      case 0: a += b; break;
      case 1: b ^= a; break;
      case 2: a = a << 1; break;
      case 3: b = b - 3; break;
      default: a = a & 65535; break;
    }
  }
  return a + b;
}

static const char text[] =
    "it was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, "
    "it was the epoch of belief, it was the epoch of incredulity, it was the season of light";

EXPORT(strings) int strings(int n) {
  int hash = 0, words = 0, same = 0;
  for (int i = 0; i < n; i++) {
    int c = text[i];
    if (c == ' ') words++;
    else hash = (int)((unsigned)hash * 31 + (unsigned)c);
  }
  for (int i = 0, j = n - 1; i < j; i++, j--)
    if (text[i] == text[j]) same++;
  return hash ^ words ^ same;
}

static double left[64], right[64], product[64];

EXPORT(matrix) int matrix(int n) {
  for (int i = 0; i < n * n; i++) {
    left[i] = i + 0.5;
    right[i] = n - i;
  }
  for (int row = 0; row < n; row++) {
    for (int column = 0; column < n; column++) {
      double sum = 0;
      for (int k = 0; k < n; k++) sum += left[row * n + k] * right[k * n + column];
      product[row * n + column] = sum;
    }
  }
  return (int)product[n * n - 1];
}

static int plus(int a, int b) { return (int)((unsigned)a + (unsigned)b); }
static int minus(int a, int b) { return (int)((unsigned)a - (unsigned)b); }
static int both(int a, int b) { return a ^ b; }
static int twice(int a, int b) { return (a << 1) | (b & 1); }
static int (*const operations[])(int, int) = {plus, minus, both, twice};

EXPORT(dispatch) int dispatch(int n) {
  int value = 1;
  for (int i = 0; i < n; i++) value = operations[program[i % 12] & 3](value, i);
  return value;
}

EXPORT(hash) int hash(int n) {
  unsigned value = 2166136261u;
  for (int i = 0; i < n; i++) value = (value ^ (i & 255)) * 16777619u;
  return (int)value;
}

static unsigned char cells[256], next[256];

EXPORT(life) int life(int n) {
  for (int i = 0; i < 256; i++) cells[i] = i % 3 == 0 || i % 7 == 0;
  for (int round = 0; round < n; round++) {
    for (int i = 0; i < 256; i++) {
      int around = cells[(i - 17) & 255] + cells[(i - 16) & 255] + cells[(i - 15) & 255] + cells[(i - 1) & 255] +
                   cells[(i + 1) & 255] + cells[(i + 15) & 255] + cells[(i + 16) & 255] + cells[(i + 17) & 255];
      next[i] = around == 3 || (around == 2 && cells[i]);
    }
    for (int i = 0; i < 256; i++) cells[i] = next[i];
  }
  int count = 0;
  for (int i = 0; i < 256; i++) count += cells[i];
  return count;
}

EXPORT(random) int random(int n) {
  unsigned long long state = 1;
  for (int i = 0; i < n; i++) state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  return (int)(state >> 33);
}
