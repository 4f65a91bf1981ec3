// Calls through a table of function pointers, chosen by the last result.
enum { STEPS = 500 };

typedef int (*Operation)(int, int);

static int add(int a, int b) { return a + b; }
static int exclusive_or(int a, int b) { return a ^ b; }
static int scale(int a, int b) { return a * 3 - b; }
static int halve(int a, int b) { return (a >> 1) + b; }

// Volatile, or clang would know what is called.
static Operation volatile operations[4] = {add, exclusive_or, scale, halve};

int run(int n) {
  int value = 1;
  while (n-- > 0) {
    for (int i = 0; i < STEPS; i++) value = operations[(value ^ i) & 3](value, i);
  }
  return value;
}
