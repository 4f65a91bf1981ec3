// Words of a text by pointers: the string functions of a C library, and what is counted with them.
enum { LINE = 1024 };

static const char article[] =
    "A module is a sequence of sections. Each section has a number, a size and contents; sections of unknown numbers are skipped. "
    "A function has a type, locals and a body, and the body is a sequence of instructions. The type of a function says what it takes "
    "and what it gives. Code that does not fit its type is refused before it runs, so that nothing is tested twice when it runs.";

static char line[LINE];

static unsigned length(const char *string) {
  const char *end = string;
  while (*end) end++;
  return (unsigned)(end - string);
}

static char *copy(char *to, const char *from) {
  char *start = to;
  while ((*to++ = *from++)) {
  }
  return start;
}

static int compare(const char *a, const char *b, unsigned most) {
  for (; most > 0; most--, a++, b++) {
    if (*a != *b) return (unsigned char)*a - (unsigned char)*b;
    if (!*a) break;
  }
  return 0;
}

static const char *find(const char *string, int wanted) {
  for (; *string; string++)
    if (*string == wanted) return string;
  return 0;
}

static const char *find_text(const char *string, const char *wanted) {
  unsigned size = length(wanted);
  for (; (string = find(string, *wanted)); string++)
    if (compare(string, wanted, size) == 0) return string;
  return 0;
}

static unsigned span(const char *string, const char *stops) {
  const char *end = string;
  while (*end && !find(stops, *end)) end++;
  return (unsigned)(end - string);
}

static char *next_word(char **rest) {
  char *word = *rest;
  while (*word && find(" .,;", *word)) word++;
  if (!*word) return 0;
  char *end = word + span(word, " .,;");
  if (*end) *end++ = 0;
  *rest = end;
  return word;
}

static void to_upper(char *string) {
  for (; *string; string++)
    if (*string >= 'a' && *string <= 'z') *string -= 'a' - 'A';
}

int run(int n) {
  unsigned sum = 0;
  while (n-- > 0) {
    copy(line, article);
    for (const char *at = line; (at = find_text(at, "function")); at++) sum += (unsigned)(at - line);
    char *rest = line, *word;
    unsigned longest = 0;
    while ((word = next_word(&rest))) {
      unsigned size = length(word);
      if (size > longest) longest = size;
      if (compare(word, "section", 7) == 0) to_upper(word);
      sum = sum * 3 + (unsigned char)word[0] + size;
    }
    sum += longest;
  }
  return (int)sum;
}
