// Products of 24 by 24 matrices: f64 loads with a stride, multiplications, additions.
enum { SIZE = 24 };

static double a[SIZE][SIZE], b[SIZE][SIZE], product[SIZE][SIZE];

int run(int n) {
  for (int i = 0; i < SIZE; i++) {
    for (int j = 0; j < SIZE; j++) {
      a[i][j] = i + j;
      b[i][j] = i - j;
    }
  }
  double sum = 0;
  while (n-- > 0) {
    for (int i = 0; i < SIZE; i++) {
      for (int j = 0; j < SIZE; j++) {
        double element = 0;
        for (int k = 0; k < SIZE; k++) element += a[i][k] * b[k][j];
        product[i][j] = element;
      }
    }
    sum += product[3][5];
    // The next product is another one, and of numbers that stay exact.
    a[n % SIZE][5] = n & 7;
  }
  return (int)sum;
}
