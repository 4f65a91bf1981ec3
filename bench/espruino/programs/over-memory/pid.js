// The controller of pid.ts over one memory: objects are addresses, their fields f64, and the pointers of a room and of an array words.
var doubles = new Float64Array(4096);
var ints = new Int32Array(doubles.buffer);
var used = 16;

function allocate(size) {
  var found = used;
  used += (size + 15) & ~15;
  return found;
}

// p, i, d, most, integral and previous.
function controller(p, i, d, most) {
  var to = allocate(48);
  var at = to >> 3;
  doubles[at] = p;
  doubles[at + 1] = i;
  doubles[at + 2] = d;
  doubles[at + 3] = most;
  doubles[at + 4] = 0;
  doubles[at + 5] = 0;
  return to;
}

function next(self, wanted, measured) {
  var at = self >> 3;
  var error = wanted - measured;
  var change = measured - doubles[at + 5];
  doubles[at + 5] = measured;
  var output = doubles[at] * error + doubles[at + 1] * (doubles[at + 4] + error) - doubles[at + 2] * change;
  if (output > doubles[at + 3]) return doubles[at + 3];
  if (output < 0) return 0;
  doubles[at + 4] += error;
  return output;
}

// Temperature, loss, and the controller.
function room(temperature, loss) {
  var to = allocate(24);
  doubles[to >> 3] = temperature;
  doubles[(to >> 3) + 1] = loss;
  ints[(to >> 2) + 4] = controller(2, 0.1, 5, 100);
  return to;
}

function step(self, wanted, outside) {
  var at = self >> 3;
  var power = next(ints[(self >> 2) + 4], wanted, doubles[at]);
  doubles[at] += power * 0.02 - (doubles[at] - outside) * doubles[at + 1];
  return power;
}

function run(n) {
  var energy = 0;
  while (n-- > 0) {
    // The length, then the elements.
    var rooms = allocate(16);
    ints[rooms >> 2] = 3;
    ints[(rooms >> 2) + 1] = room(15, 0.05);
    ints[(rooms >> 2) + 2] = room(12.5, 0.03);
    ints[(rooms >> 2) + 3] = room(18, 0.08);
    for (var minute = 0; minute < 30; minute++) {
      for (var i = 0; i < ints[rooms >> 2]; i++) energy += step(ints[(rooms >> 2) + 1 + i], minute < 15 ? 21 : 17.5, 4);
    }
    for (i = 0; i < ints[rooms >> 2]; i++) energy += doubles[ints[(rooms >> 2) + 1 + i] >> 3];
  }
  return (energy * 1000) | 0;
}
