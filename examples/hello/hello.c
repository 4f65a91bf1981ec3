// Greets who is named in the arguments, or else in the environment. Fails where nobody is.
#include <stdio.h>
#include <stdlib.h>

static void greet(const char *name) {
  fputs("Hello, ", stdout);
  fputs(name, stdout);
  puts("!");
}

int main(int argc, char **argv) {
  const char *name = getenv("NAME");
  if (argc == 1 && name == NULL) {
    fputs("Whom shall I greet? Give a name, or set NAME.\n", stderr);
    return 3;
  }
  if (argc == 1) greet(name);
  for (int index = 1; index < argc; index++) greet(argv[index]);
  return 0;
}
