// Numbers printed into a buffer by a format with variable arguments: %d, %u, %x, %c, %s, %f, with widths and precisions.
#include <stdarg.h>

enum { SIZE = 128 };

static char buffer[SIZE];

typedef struct {
  char *at, *end;
} Output;

static void put(Output *output, char c) {
  if (output->at < output->end) *output->at++ = c;
}

static void put_padded(Output *output, const char *digits, int count, int width, char padding) {
  for (; width > count; width--) put(output, padding);
  while (count-- > 0) put(output, *digits++);
}

static void put_number(Output *output, unsigned value, unsigned base, int isNegative, int width, char padding) {
  char digits[16], *start = digits + sizeof digits;
  do {
    unsigned digit = value % base;
    *--start = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
    value /= base;
  } while (value > 0);
  if (isNegative) *--start = '-';
  put_padded(output, start, (int)(digits + sizeof digits - start), width, padding);
}

static void put_float(Output *output, double value, int places) {
  if (value < 0) {
    put(output, '-');
    value = -value;
  }
  unsigned scale = 1;
  for (int i = 0; i < places; i++) scale *= 10;
  unsigned whole = (unsigned)value, part = (unsigned)((value - whole) * scale + 0.5);
  if (part >= scale) {
    whole++;
    part -= scale;
  }
  put_number(output, whole, 10, 0, 0, ' ');
  if (places == 0) return;
  put(output, '.');
  put_number(output, part, 10, 0, places, '0');
}

static int print(char *to, int size, const char *format, ...) {
  Output output = {to, to + size - 1};
  va_list arguments;
  va_start(arguments, format);
  for (; *format; format++) {
    if (*format != '%') {
      put(&output, *format);
      continue;
    }
    char padding = ' ';
    int width = 0, places = 6;
    if (*++format == '0') padding = '0', format++;
    while (*format >= '0' && *format <= '9') width = width * 10 + *format++ - '0';
    if (*format == '.') {
      places = 0;
      for (format++; *format >= '0' && *format <= '9'; format++) places = places * 10 + *format - '0';
    }
    switch (*format) {
      case 'd': {
        int value = va_arg(arguments, int);
        put_number(&output, value < 0 ? 0u - (unsigned)value : (unsigned)value, 10, value < 0, width, padding);
        break;
      }
      case 'u':
        put_number(&output, va_arg(arguments, unsigned), 10, 0, width, padding);
        break;
      case 'x':
        put_number(&output, va_arg(arguments, unsigned), 16, 0, width, padding);
        break;
      case 'c':
        put(&output, (char)va_arg(arguments, int));
        break;
      case 's': {
        const char *string = va_arg(arguments, const char *);
        int count = 0;
        while (string[count]) count++;
        put_padded(&output, string, count, width, ' ');
        break;
      }
      case 'f':
        put_float(&output, va_arg(arguments, double), places);
        break;
      default:
        put(&output, *format);
    }
  }
  va_end(arguments);
  *output.at = 0;
  return (int)(output.at - to);
}

int run(int n) {
  static const char *const names[] = {"clear", "cloudy", "rain"};
  unsigned random = 11;
  unsigned sum = 0;
  while (n-- > 0) {
    for (int i = 0; i < 10; i++) {
      random = random * 1664525u + 1013904223;
      int degrees = (int)(random >> 24) - 128;
      sum += (unsigned)print(buffer, SIZE, "%04d %8s: %d.%u C, %.2f %% %c %08x\n", i, names[i % 3], degrees, random >> 20 & 7,
                   (random >> 8) / 168000.0, 'A' + i, random);
      for (const char *at = buffer; *at; at++) sum = sum * 3 + (unsigned char)*at;
    }
  }
  return (int)sum;
}
