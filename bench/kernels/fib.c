// Recursive Fibonacci numbers: calls and returns.
static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

int run(int n) {
  int sum = 0;
  // The argument depends on the sum, so that no call can be taken out of the loop.
  while (n-- > 0) sum += fib(14 + (sum & 1));
  return sum;
}
