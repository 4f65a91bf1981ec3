// The sun and four planets by Euler's method, as objects.
function body(x, y, z, vx, vy, vz, mass) {
  return { x: x, y: y, z: z, vx: vx, vy: vy, vz: vz, mass: mass };
}

function advance(bodies, dt) {
  for (var i = 0; i < 5; i++) {
    var p = bodies[i];
    for (var j = i + 1; j < 5; j++) {
      var q = bodies[j];
      var dx = p.x - q.x;
      var dy = p.y - q.y;
      var dz = p.z - q.z;
      var square = dx * dx + dy * dy + dz * dz;
      var pull = dt / (square * Math.sqrt(square));
      p.vx -= dx * q.mass * pull;
      p.vy -= dy * q.mass * pull;
      p.vz -= dz * q.mass * pull;
      q.vx += dx * p.mass * pull;
      q.vy += dy * p.mass * pull;
      q.vz += dz * p.mass * pull;
    }
  }
  for (i = 0; i < 5; i++) {
    p = bodies[i];
    p.x += dt * p.vx;
    p.y += dt * p.vy;
    p.z += dt * p.vz;
  }
}

function run(n) {
  var bodies = [
    body(0, 0, 0, 0, 0, 0, 39.478),
    body(4.841, -1.16, -0.104, 0.606, 2.812, -0.025, 0.0377),
    body(8.343, 4.125, -0.404, -1.011, 1.826, 0.008, 0.0113),
    body(12.894, -15.111, -0.223, 1.083, 0.869, -0.011, 0.0017),
    body(15.38, -25.919, 0.179, 0.979, 0.595, -0.035, 0.002),
  ];
  while (n-- > 0) advance(bodies, 0.001);
  return ((bodies[0].x + bodies[1].y + bodies[2].z) * 1e6) | 0;
}
