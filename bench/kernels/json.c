// A JSON parser that calls itself for each level: checks the text, and adds up its numbers and the lengths of its strings.
static const char document[] =
    "{\"name\":\"sensor \\u0041\",\"id\":1729,\"active\":true,\"rates\":[0.5,12.25,-3,1e3,7.5e-1],\"place\":{\"lat\":48.2082,"
    "\"lon\":16.3738,\"tags\":[\"roof\",\"north \\\"side\\\"\",null,[],{}]},\"log\":[{\"t\":0,\"v\":201},{\"t\":60,\"v\":198},"
    "{\"t\":120,\"v\":-7},{\"t\":180,\"v\":205}], \"note\" : \"line\\nfeed\\tand tab\" }";

typedef struct {
  const char *at;
  int numbers, characters, depth, deepest, error;
} Parser;

static void skip_space(Parser *p) {
  while (*p->at == ' ' || *p->at == '\n' || *p->at == '\t' || *p->at == '\r') p->at++;
}

static int accept(Parser *p, char wanted) {
  skip_space(p);
  if (*p->at != wanted) return 0;
  p->at++;
  return 1;
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static int hexadecimal(char c) {
  if (is_digit(c)) return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void string(Parser *p) {
  for (;;) {
    char c = *p->at++;
    if (c == '"') return;
    if (c == 0) {
      p->error = 1;
      p->at--;
      return;
    }
    p->characters++;
    if (c != '\\') continue;
    switch (*p->at++) {
      case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
        break;
      case 'u':
        for (int i = 0; i < 4; i++) {
          int digit = hexadecimal(*p->at);
          if (digit < 0) {
            p->error = 2;
            return;
          }
          p->characters += digit;
          p->at++;
        }
        break;
      default:
        p->error = 3;
        return;
    }
  }
}

static void number(Parser *p) {
  int sign = 1, value = 0, scale = 0, exponent = 0;
  if (*p->at == '-') sign = -1, p->at++;
  if (!is_digit(*p->at)) {
    p->error = 4;
    return;
  }
  while (is_digit(*p->at)) value = value * 10 + (*p->at++ - '0');
  if (*p->at == '.') {
    p->at++;
    for (; is_digit(*p->at); scale++) value = value * 10 + (*p->at++ - '0');
  }
  if (*p->at == 'e' || *p->at == 'E') {
    p->at++;
    int down = *p->at == '-';
    if (down || *p->at == '+') p->at++;
    while (is_digit(*p->at)) exponent = exponent * 10 + (*p->at++ - '0');
    if (down) exponent = -exponent;
  }
  p->numbers += sign * value + exponent - scale;
}

static void word(Parser *p, const char *rest) {
  for (; *rest; rest++)
    if (*p->at++ != *rest) {
      p->error = 5;
      return;
    }
}

static void value(Parser *p) {
  if (p->error) return;
  skip_space(p);
  if (++p->depth > p->deepest) p->deepest = p->depth;
  switch (*p->at) {
    case '{':
      p->at++;
      if (accept(p, '}')) break;
      do {
        if (!accept(p, '"')) p->error = 6;
        string(p);
        if (!accept(p, ':')) p->error = 7;
        value(p);
      } while (!p->error && accept(p, ','));
      if (!accept(p, '}')) p->error = 8;
      break;
    case '[':
      p->at++;
      if (accept(p, ']')) break;
      do value(p);
      while (!p->error && accept(p, ','));
      if (!accept(p, ']')) p->error = 9;
      break;
    case '"':
      p->at++;
      string(p);
      break;
    case 't':
      word(p, "true");
      break;
    case 'f':
      word(p, "false");
      break;
    case 'n':
      word(p, "null");
      break;
    default:
      number(p);
  }
  p->depth--;
}

int run(int n) {
  unsigned sum = 0;
  while (n-- > 0) {
    Parser parser = {.at = document};
    value(&parser);
    sum = sum * 3 + (unsigned)(parser.numbers + parser.characters + parser.deepest * 100 - parser.error * 10000);
  }
  return (int)sum;
}
