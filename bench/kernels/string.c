// Copying, measuring, comparing, searching and reversing strings, as a C library does it.
enum { SIZE = 2048 };

static char text[SIZE], copy[SIZE];

static void copy_bytes(char *to, const char *from, int count) {
  for (; count >= 4; count -= 4, to += 4, from += 4) *(int *)to = *(const int *)from;
  while (count-- > 0) *to++ = *from++;
}

static int length(const char *string) {
  const char *end = string;
  while (*end) end++;
  return (int)(end - string);
}

static int compare(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a - *b;
}

static int find(const char *string, char wanted) {
  for (int i = 0; string[i]; i++) {
    if (string[i] == wanted) return i;
  }
  return -1;
}

static void reverse(char *string, int count) {
  for (int i = 0, j = count - 1; i < j; i++, j--) {
    char swapped = string[i];
    string[i] = string[j];
    string[j] = swapped;
  }
}

int run(int n) {
  for (int i = 0; i < SIZE - 1; i++) text[i] = (char)('a' + i % 26);
  text[SIZE - 1] = 0;
  int sum = 0;
  while (n-- > 0) {
    copy_bytes(copy, text, SIZE);
    int count = length(copy);
    sum += count + compare(text, copy);
    copy[(n * 7) & (SIZE / 2 - 1)] = '!';
    sum += compare(text, copy) + find(copy, '!');
    reverse(copy, count);
    sum += copy[n & (SIZE / 2 - 1)];
  }
  return sum;
}
