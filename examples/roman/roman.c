// Roman numerals: a result in text, or an error in text. The functions have the forms that the Canonical ABI gives them.
#include <stddef.h>
#include <stdint.h>

struct result {
  uint8_t is_error;
  const char *text;
  size_t length;
};

static struct result result;
static char digits[16];

static const struct result *text_result(uint8_t is_error, const char *text, size_t length) {
  result.is_error = is_error;
  result.text = text;
  result.length = length;
  return &result;
}

__attribute__((export_name("to-roman"))) const struct result *to_roman(uint32_t number) {
  static const char symbols[] = "M\0CMD\0CDC\0XCL\0XLX\0IXV\0IVI";
  static const uint16_t values[] = {1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1};
  size_t length = 0;
  if (number == 0 || number > 3999) {
    static const char message[] = "numbers from 1 to 3999 have numerals";
    return text_result(1, message, sizeof message - 1);
  }
  for (int at = 0; number > 0;) {
    if (number < values[at]) {
      at++;
      continue;
    }
    number -= values[at];
    digits[length++] = symbols[2 * at];
    if (symbols[2 * at + 1] != '\0') digits[length++] = symbols[2 * at + 1];
  }
  return text_result(0, digits, length);
}
