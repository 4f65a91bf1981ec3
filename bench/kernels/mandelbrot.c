// Iteration counts of the Mandelbrot set on a 16 by 16 grid: f64 in locals, no memory.
enum { GRID = 16, ITERATIONS = 50 };

int run(int n) {
  int total = 0;
  while (n-- > 0) {
    // The grid moves, so that no pass is like the one before.
    double shift = (total & 15) / 1024.0;
    for (int y = 0; y < GRID; y++) {
      for (int x = 0; x < GRID; x++) {
        double cr = x / 8.0 - 1.5 + shift, ci = y / 8.0 - 1;
        double re = 0, im = 0;
        int k = 0;
        while (k < ITERATIONS && re * re + im * im < 4) {
          double next = re * re - im * im + cr;
          im = 2 * re * im + ci;
          re = next;
          k++;
        }
        total += k;
      }
    }
  }
  return total;
}
