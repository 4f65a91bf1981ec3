// Functions of greeter.wit, written by hand: a string is a pointer and a length in bytes, and one that is returned is where both are.
// clang --target=wasm32 -Os -nostdlib -Wl,--no-entry,--export=__heap_base,-z,stack-size=64 greeter.c -o greeter.wasm

#include <stddef.h>
#include <stdint.h>

struct string {
  const char *bytes;
  size_t length;
};

__attribute__((import_module("$root"), import_name("show"))) void show(const char *line, size_t length);

static char greeting[80];
static struct string result = {greeting, 0};

static void append(const char *bytes, size_t length) {
  for (size_t i = 0; i < length && result.length < sizeof greeting; i++) greeting[result.length++] = bytes[i];
}

__attribute__((export_name("greet"))) struct string *greet(const char *name, size_t length) {
  result.length = 0;
  append("Hello, ", 7);
  append(name, length);
  append("!", 1);
  show(greeting, result.length);
  return &result;
}

__attribute__((export_name("checksum"))) uint32_t checksum(const uint8_t *data, size_t length) {
  uint32_t sum = 0;
  for (size_t i = 0; i < length; i++) sum += data[i];
  return sum;
}
