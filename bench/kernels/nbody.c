// The sun and four planets by Euler's method: f64 in structures in memory, division, square root.
enum { BODIES = 5 };

typedef struct {
  double x, y, z, vx, vy, vz, mass;
} Body;

// Astronomical units, years and 4 pi^2 times the solar mass, rounded: the figures only need to be alike.
static const Body start[BODIES] = {
    {0, 0, 0, 0, 0, 0, 39.478},
    {4.841, -1.160, -0.104, 0.606, 2.812, -0.025, 0.0377},
    {8.343, 4.125, -0.404, -1.011, 1.826, 0.008, 0.0113},
    {12.894, -15.111, -0.223, 1.083, 0.869, -0.011, 0.0017},
    {15.380, -25.919, 0.179, 0.979, 0.595, -0.035, 0.0020},
};

static Body bodies[BODIES];

static void advance(double dt) {
  for (int i = 0; i < BODIES; i++) {
    Body *p = &bodies[i];
    for (int j = i + 1; j < BODIES; j++) {
      Body *q = &bodies[j];
      double dx = p->x - q->x, dy = p->y - q->y, dz = p->z - q->z;
      double square = dx * dx + dy * dy + dz * dz;
      double pull = dt / (square * __builtin_sqrt(square));
      p->vx -= dx * q->mass * pull;
      p->vy -= dy * q->mass * pull;
      p->vz -= dz * q->mass * pull;
      q->vx += dx * p->mass * pull;
      q->vy += dy * p->mass * pull;
      q->vz += dz * p->mass * pull;
    }
  }
  for (int i = 0; i < BODIES; i++) {
    Body *p = &bodies[i];
    p->x += dt * p->vx;
    p->y += dt * p->vy;
    p->z += dt * p->vz;
  }
}

int run(int n) {
  for (int i = 0; i < BODIES; i++) bodies[i] = start[i];
  while (n-- > 0) advance(0.001);
  return (int)((bodies[0].x + bodies[1].y + bodies[2].z) * 1e6);
}
