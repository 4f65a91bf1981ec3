// Filters of samples over a ring buffer: FIR in floats and in fixed point, and a biquad.
function run(n) {
  var smooth = { coefficients: new Float32Array(16), history: new Float32Array(16), next: 0 };
  var fixed = { coefficients: new Int16Array(16), history: new Int16Array(16), next: 0 };
  var lowPass = { b0: 0.0675, b1: 0.135, b2: 0.0675, a1: -1.143, a2: 0.4128, z1: 0, z2: 0 };
  var random = 5;
  var sum = 0;
  var level = 0;
  for (var tap = 0; tap < 16; tap++) {
    var weight = tap < 8 ? tap + 1 : 16 - tap;
    smooth.coefficients[tap] = weight / 72;
    fixed.coefficients[tap] = weight * 455;
  }
  while (n-- > 0) {
    for (var i = 0; i < 200; i++) {
      random = (random * 1664525 + 1013904223) | 0;
      sum += filterFixed(fixed, random >> 16);
      level = filterBiquad(lowPass, filterFloat(smooth, random >> 16));
    }
    sum = (sum * 3 + (level | 0)) | 0;
  }
  return sum;
}

function filterFloat(filter, sample) {
  var coefficients = filter.coefficients;
  var history = filter.history;
  var at = filter.next;
  var sum = 0;
  history[at] = sample;
  filter.next = at = (at + 1) & 15;
  for (var tap = 0; tap < 16; tap++) {
    sum += coefficients[tap] * history[at];
    at = (at + 1) & 15;
  }
  return sum;
}

function filterFixed(filter, sample) {
  var coefficients = filter.coefficients;
  var history = filter.history;
  var at = filter.next;
  var sum = 16384;
  history[at] = sample;
  filter.next = at = (at + 1) & 15;
  for (var tap = 0; tap < 16; tap++) sum += coefficients[tap] * history[(at + tap) & 15];
  sum >>= 15;
  return sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum;
}

function filterBiquad(filter, sample) {
  var output = filter.b0 * sample + filter.z1;
  filter.z1 = filter.b1 * sample - filter.a1 * output + filter.z2;
  filter.z2 = filter.b2 * sample - filter.a2 * output;
  return output;
}
