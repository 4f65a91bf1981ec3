// Base64 in typed arrays: encodes bytes, decodes the text again, and compares.
var digits = E.toUint8Array('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
var data = new Uint8Array(600);
var decoded = new Uint8Array(600);
var encoded = new Uint8Array(801);

function encode(to, from, count) {
  var at = 0;
  var i = 0;
  for (; i + 3 <= count; i += 3) {
    var a = from[i];
    var b = from[i + 1];
    var c = from[i + 2];
    to[at++] = digits[a >> 2];
    to[at++] = digits[((a & 3) << 4) | (b >> 4)];
    to[at++] = digits[((b & 15) << 2) | (c >> 6)];
    to[at++] = digits[c & 63];
  }
  if (i < count) {
    a = from[i];
    to[at++] = digits[a >> 2];
    if (i + 1 == count) {
      to[at++] = digits[(a & 3) << 4];
      to[at++] = 61;
    } else {
      b = from[i + 1];
      to[at++] = digits[((a & 3) << 4) | (b >> 4)];
      to[at++] = digits[(b & 15) << 2];
    }
    to[at++] = 61;
  }
  to[at] = 0;
  return at;
}

function valueOf(c) {
  if (c >= 65 && c <= 90) return c - 65;
  if (c >= 97 && c <= 122) return c - 71;
  if (c >= 48 && c <= 57) return c + 4;
  return c == 43 ? 62 : c == 47 ? 63 : -1;
}

function decode(to, from) {
  var at = 0;
  var bits = 0;
  var count = 0;
  for (var i = 0; from[i] && from[i] != 61; i++) {
    var value = valueOf(from[i]);
    if (value < 0) return -1;
    bits = (bits << 6) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      to[at++] = bits >> count;
    }
  }
  return at;
}

function run(n) {
  var random = 3;
  var sum = 0;
  while (n-- > 0) {
    // The bytes come from the lower 24 bits.
    for (var i = 0; i < 600; i++) {
      random = (random * 0xc64e6d + 12345) & 0xffffff;
      data[i] = random >> 16;
    }
    var count = 600 - (n % 3);
    sum += encode(encoded, data, count) + decode(decoded, encoded);
    for (i = 0; i < count; i++) if (decoded[i] == data[i]) sum++;
    sum = (sum * 3 + encoded[n % 600]) | 0;
  }
  return sum;
}
