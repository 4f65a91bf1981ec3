// The work of kernels.c as a person writes it for Espruino.
var flags = new Uint8Array(1024);
var numbers = new Int32Array(256);
var table = new Uint32Array(256);
var program = new Uint8Array([0, 3, 1, 2, 0, 1, 4, 3, 2, 1, 0, 4]);

function gcd(n) {
  var sum = 0;
  for (var i = 1; i <= n; i++) {
    var a = i * 7;
    var b = n * 3;
    while (b) {
      var t = a % b;
      a = b;
      b = t;
    }
    sum += a;
  }
  return sum;
}

function sieve(n) {
  var count = 0;
  for (var i = 0; i < n; i++) flags[i] = 1;
  for (i = 2; i < n; i++) {
    if (flags[i]) {
      count++;
      for (var j = i + i; j < n; j += i) flags[j] = 0;
    }
  }
  return count;
}

function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function mandelbrot(size) {
  var inside = 0;
  for (var y = 0; y < size; y++) {
    for (var x = 0; x < size; x++) {
      var cr = (x * 3) / size - 2;
      var ci = (y * 2) / size - 1;
      var zr = 0;
      var zi = 0;
      var k = 0;
      while (k < 20 && zr * zr + zi * zi < 4) {
        var t = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = t;
        k++;
      }
      if (k == 20) inside++;
    }
  }
  return inside;
}

function sort(n) {
  var seed = 1;
  for (var i = 0; i < n; i++) {
    seed = (seed * 75 + 74) & 65535;
    numbers[i] = seed;
  }
  for (i = 1; i < n; i++) {
    var value = numbers[i];
    var j = i - 1;
    while (j >= 0 && numbers[j] > value) {
      numbers[j + 1] = numbers[j];
      j--;
    }
    numbers[j + 1] = value;
  }
  return numbers[n >> 1];
}

function crc(n) {
  for (var i = 0; i < 256; i++) {
    var entry = i;
    for (var bit = 0; bit < 8; bit++) entry = entry & 1 ? 0xedb88320 ^ (entry >>> 1) : entry >>> 1;
    table[i] = entry;
  }
  var sum = -1;
  for (i = 0; i < n; i++) sum = table[(sum ^ i) & 255] ^ (sum >>> 8);
  return ~sum;
}

function add64(n) {
  var low = 0;
  var high = 0;
  var stepLow = 0x23456789;
  var stepHigh = 1;
  for (var i = 0; i < n; i++) {
    var sum = (low >>> 0) + (stepLow >>> 0);
    high = (high + stepHigh + (sum > 4294967295 ? 1 : 0)) | 0;
    low = sum | 0;
    stepLow ^= (low >>> 3) | (high << 29);
    stepHigh ^= high >>> 3;
  }
  return low ^ high;
}

function machine(n) {
  var a = 1;
  var b = 2;
  for (var i = 0; i < n; i++) {
    switch (program[i % 12]) {
      case 0:
        a = (a + b) | 0;
        break;
      case 1:
        b ^= a;
        break;
      case 2:
        a = a << 1;
        break;
      case 3:
        b = (b - 3) | 0;
        break;
      default:
        a = a & 65535;
        break;
    }
  }
  return (a + b) | 0;
}

var text =
  'it was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, ' +
  'it was the epoch of belief, it was the epoch of incredulity, it was the season of light';

function strings(n) {
  var hash = 0;
  var words = 0;
  var same = 0;
  for (var i = 0; i < n; i++) {
    var c = text.charCodeAt(i);
    if (c == 32) words++;
    else hash = (hash * 31 + c) | 0;
  }
  var j = n - 1;
  for (i = 0; i < j; i++) {
    if (text[i] == text[j]) same++;
    j--;
  }
  return hash ^ words ^ same;
}

var left = new Float64Array(64);
var right = new Float64Array(64);
var product = new Float64Array(64);

function matrix(n) {
  for (var i = 0; i < n * n; i++) {
    left[i] = i + 0.5;
    right[i] = n - i;
  }
  for (var row = 0; row < n; row++) {
    for (var column = 0; column < n; column++) {
      var sum = 0;
      for (var k = 0; k < n; k++) sum += left[row * n + k] * right[k * n + column];
      product[row * n + column] = sum;
    }
  }
  return product[n * n - 1] | 0;
}

var operations = [
  function (a, b) {
    return (a + b) | 0;
  },
  function (a, b) {
    return (a - b) | 0;
  },
  function (a, b) {
    return a ^ b;
  },
  function (a, b) {
    return (a << 1) | (b & 1);
  },
];

function dispatch(n) {
  var value = 1;
  for (var i = 0; i < n; i++) value = operations[program[i % 12] & 3](value, i);
  return value;
}

function hash(n) {
  var value = 2166136261;
  for (var i = 0; i < n; i++) {
    value ^= i & 255;
    value = (value + (value << 1) + (value << 4) + (value << 7) + (value << 8) + (value << 24)) | 0;
  }
  return value;
}

var cells = new Uint8Array(256);
var next = new Uint8Array(256);

function life(n) {
  for (var i = 0; i < 256; i++) cells[i] = i % 3 == 0 || i % 7 == 0;
  for (var round = 0; round < n; round++) {
    for (i = 0; i < 256; i++) {
      var around =
        cells[(i - 17) & 255] +
        cells[(i - 16) & 255] +
        cells[(i - 15) & 255] +
        cells[(i - 1) & 255] +
        cells[(i + 1) & 255] +
        cells[(i + 15) & 255] +
        cells[(i + 16) & 255] +
        cells[(i + 17) & 255];
      next[i] = around == 3 || (around == 2 && cells[i]);
    }
    cells.set(next);
  }
  var count = 0;
  for (i = 0; i < 256; i++) count += cells[i];
  return count;
}

function random(n) {
  // A state of four times 16 bits.
  var a = 1;
  var b = 0;
  var c = 0;
  var d = 0;
  for (var i = 0; i < n; i++) {
    var e = a * 0x7f2d + 0x814f;
    var f = b * 0x7f2d + a * 0x4c95 + 0xf767 + (e >>> 16);
    var g = c * 0x7f2d + b * 0x4c95 + a * 0xf42d + 0x7b7e + Math.floor(f / 65536);
    d = (d * 0x7f2d + c * 0x4c95 + b * 0xf42d + a * 0x5851 + 0x1405 + Math.floor(g / 65536)) & 65535;
    c = g & 65535;
    b = f & 65535;
    a = e & 65535;
  }
  return (c >>> 1) | (d << 15);
}
