// Vectors, quaternions and matrices as objects that functions take and return.
function vector(x, y, z) {
  return { x: x, y: y, z: z };
}

function quaternion(w, x, y, z) {
  return { w: w, x: x, y: y, z: z };
}

function add(a, b) {
  return vector(a.x + b.x, a.y + b.y, a.z + b.z);
}

function scale(a, by) {
  return vector(a.x * by, a.y * by, a.z * by);
}

function dot(a, b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

function cross(a, b) {
  return vector(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}

function multiply(a, b) {
  return quaternion(
    a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
    a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
    a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
    a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
  );
}

function normalised(q) {
  var size = Math.sqrt(q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z);
  return quaternion(q.w / size, q.x / size, q.y / size, q.z / size);
}

function rotation(q) {
  var w = q.w;
  var x = q.x;
  var y = q.y;
  var z = q.z;
  return [
    vector(1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
    vector(2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
    vector(2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
  ];
}

function apply(m, v) {
  return vector(dot(m[0], v), dot(m[1], v), dot(m[2], v));
}

function run(n) {
  var attitude = quaternion(1, 0, 0, 0);
  var position = vector(0, 0, 0);
  var gravity = vector(0, 0, -1);
  while (n-- > 0) {
    for (var step = 0; step < 20; step++) {
      var rate = vector(0.01 * (step % 5), 0.02 * (step % 3), -0.015 * (step % 7));
      var turn = quaternion(1, rate.x / 2, rate.y / 2, rate.z / 2);
      attitude = normalised(multiply(attitude, turn));
      var down = apply(rotation(attitude), gravity);
      position = add(position, scale(cross(down, rate), 0.1));
    }
  }
  return ((position.x + position.y * 3 + position.z * 5 + attitude.w) * 1e6) | 0;
}
