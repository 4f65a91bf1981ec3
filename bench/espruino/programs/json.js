// A JSON parser that calls itself for each level: checks the text, and adds up its numbers and the lengths of its strings.
var text =
  '{"name":"sensor \\u0041","id":1729,"active":true,"rates":[0.5,12.25,-3,1e3,7.5e-1],"place":{"lat":48.2082,' +
  '"lon":16.3738,"tags":["roof","north \\"side\\"",null,[],{}]},"log":[{"t":0,"v":201},{"t":60,"v":198},' +
  '{"t":120,"v":-7},{"t":180,"v":205}], "note" : "line\\nfeed\\tand tab" }';
var at, numbers, characters, depth, deepest, error;

function accept(wanted) {
  skipSpace();
  if (text[at] != wanted) return false;
  at++;
  return true;
}

function skipSpace() {
  var c = text[at];
  while (c == ' ' || c == '\n' || c == '\t' || c == '\r') c = text[++at];
}

function isDigit(c) {
  return c >= '0' && c <= '9';
}

function string() {
  for (;;) {
    var c = text[at++];
    if (c == '"') return;
    if (c === undefined) {
      error = 1;
      return;
    }
    characters++;
    if (c != '\\') continue;
    c = text[at++];
    if (c == 'u') {
      for (var i = 0; i < 4; i++) {
        var digit = '0123456789abcdef'.indexOf(text[at].toLowerCase());
        if (digit < 0) {
          error = 2;
          return;
        }
        characters += digit;
        at++;
      }
    } else if ('"\\/bfnrt'.indexOf(c) < 0) {
      error = 3;
      return;
    }
  }
}

function number() {
  var sign = 1;
  var value = 0;
  var scale = 0;
  var exponent = 0;
  var c = text[at];
  if (c == '-') {
    sign = -1;
    c = text[++at];
  }
  if (!isDigit(c)) {
    error = 4;
    return;
  }
  while (isDigit(c)) {
    value = value * 10 + +c;
    c = text[++at];
  }
  if (c == '.') {
    c = text[++at];
    for (; isDigit(c); scale++) {
      value = value * 10 + +c;
      c = text[++at];
    }
  }
  if (c == 'e' || c == 'E') {
    c = text[++at];
    var down = c == '-';
    if (down || c == '+') c = text[++at];
    while (isDigit(c)) {
      exponent = exponent * 10 + +c;
      c = text[++at];
    }
    if (down) exponent = -exponent;
  }
  numbers += sign * value + exponent - scale;
}

function word(rest) {
  for (var i = 0; i < rest.length; i++)
    if (text[at++] != rest[i]) {
      error = 5;
      return;
    }
}

function value() {
  if (error) return;
  skipSpace();
  if (++depth > deepest) deepest = depth;
  var c = text[at];
  if (c == '{') {
    at++;
    if (!accept('}')) {
      do {
        if (!accept('"')) error = 6;
        string();
        if (!accept(':')) error = 7;
        value();
      } while (!error && accept(','));
      if (!accept('}')) error = 8;
    }
  } else if (c == '[') {
    at++;
    if (!accept(']')) {
      do value();
      while (!error && accept(','));
      if (!accept(']')) error = 9;
    }
  } else if (c == '"') {
    at++;
    string();
  } else if (c == 't') word('true');
  else if (c == 'f') word('false');
  else if (c == 'n') word('null');
  else number();
  depth--;
}

function run(n) {
  var sum = 0;
  while (n-- > 0) {
    at = numbers = characters = depth = deepest = error = 0;
    value();
    sum = (sum * 3 + numbers + characters + deepest * 100 - error * 10000) | 0;
  }
  return sum;
}
