// Numbers printed into a string by a format: %d, %u, %x, %c, %s, %f, with widths and precisions.
function padded(text, width, padding) {
  while (text.length < width) text = padding + text;
  return text;
}

function printed(value, base) {
  var text = '';
  do {
    text = '0123456789abcdef'[value % base] + text;
    value = Math.floor(value / base);
  } while (value > 0);
  return text;
}

function printedFloat(value, places) {
  var scale = 1;
  for (var i = 0; i < places; i++) scale *= 10;
  var whole = Math.floor(value);
  var part = Math.floor((value - whole) * scale + 0.5);
  if (part >= scale) {
    whole++;
    part -= scale;
  }
  return printed(whole, 10) + '.' + padded(printed(part, 10), places, '0');
}

function print(format, values) {
  var output = '';
  var next = 0;
  for (var i = 0; i < format.length; i++) {
    var c = format[i];
    if (c != '%') {
      output += c;
      continue;
    }
    var padding = ' ';
    var width = 0;
    var places = 6;
    c = format[++i];
    if (c == '0') {
      padding = '0';
      c = format[++i];
    }
    while (c >= '0' && c <= '9') {
      width = width * 10 + +c;
      c = format[++i];
    }
    if (c == '.') {
      places = 0;
      c = format[++i];
      while (c >= '0' && c <= '9') {
        places = places * 10 + +c;
        c = format[++i];
      }
    }
    if (c == 'd') {
      var value = values[next++];
      output += padded(value < 0 ? '-' + printed(-value, 10) : printed(value, 10), width, padding);
    } else if (c == 'u') output += padded(printed(values[next++], 10), width, padding);
    else if (c == 'x') output += padded(printed(values[next++], 16), width, padding);
    else if (c == 'c') output += String.fromCharCode(values[next++]);
    else if (c == 's') output += padded(values[next++], width, ' ');
    else if (c == 'f') output += printedFloat(values[next++], places);
    else output += c;
  }
  return output;
}

var names = ['clear', 'cloudy', 'rain'];

function run(n) {
  var random = 11;
  var sum = 0;
  while (n-- > 0) {
    for (var i = 0; i < 10; i++) {
      random = (random * 1664525 + 1013904223) >>> 0;
      var degrees = (random >>> 24) - 128;
      var eighths = (random >>> 20) & 7;
      var percent = (random >>> 8) / 168000;
      var values = [i, names[i % 3], degrees, eighths, percent, 65 + i, random];
      var text = print('%04d %8s: %d.%u C, %.2f %% %c %08x\n', values);
      sum += text.length;
      for (var at = 0; at < text.length; at++) sum = (sum * 3 + text.charCodeAt(at)) | 0;
    }
  }
  return sum;
}
