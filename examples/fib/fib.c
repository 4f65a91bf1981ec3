// Fibonacci numbers, once by definition and once by addition. Needs no library.

unsigned fib(unsigned n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

unsigned long long fib_fast(unsigned n) {
  unsigned long long current = 0, next = 1;
  while (n-- > 0) {
    unsigned long long sum = current + next;
    current = next;
    next = sum;
  }
  return current;
}
