// Quicksort of 1,000 numbers: unpredictable branches, i32 loads and stores, recursion.
enum { LENGTH = 1000 };

static int numbers[LENGTH];

static void sort(int low, int high) {
  while (low < high) {
    int pivot = numbers[(low + high) >> 1], i = low, j = high;
    while (i <= j) {
      while (numbers[i] < pivot) i++;
      while (numbers[j] > pivot) j--;
      if (i <= j) {
        int swapped = numbers[i];
        numbers[i++] = numbers[j];
        numbers[j--] = swapped;
      }
    }
    // Recursion into the shorter part bounds the depth.
    if (j - low < high - i) {
      sort(low, j);
      low = i;
    } else {
      sort(i, high);
      high = j;
    }
  }
}

int run(int n) {
  unsigned random = 12345;
  int sum = 0;
  while (n-- > 0) {
    for (int i = 0; i < LENGTH; i++) {
      random = random * 1103515245u + 12345;
      numbers[i] = (int)(random >> 8);
    }
    sort(0, LENGTH - 1);
    sum = sum * 31 + numbers[LENGTH / 2];
  }
  return sum;
}
