// Vectors, quaternions and matrices in f64, passed and returned by value: structures on the stack.
// As if these functions came from another file.
#define LIBRARY __attribute__((noinline)) static

typedef struct {
  double x, y, z;
} Vector;

typedef struct {
  double w, x, y, z;
} Quaternion;

typedef struct {
  Vector row[3];
} Matrix;

LIBRARY Vector add(Vector a, Vector b) { return (Vector){a.x + b.x, a.y + b.y, a.z + b.z}; }

LIBRARY Vector scale(Vector a, double by) { return (Vector){a.x * by, a.y * by, a.z * by}; }

static double dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

LIBRARY Vector cross(Vector a, Vector b) {
  return (Vector){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

LIBRARY Quaternion multiply(Quaternion a, Quaternion b) {
  return (Quaternion){
      a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
      a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
      a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
      a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
  };
}

LIBRARY Quaternion normalised(Quaternion q) {
  double size = __builtin_sqrt(q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z);
  return (Quaternion){q.w / size, q.x / size, q.y / size, q.z / size};
}

LIBRARY void rotation(Quaternion q, Matrix *to) {
  to->row[0] = (Vector){1 - 2 * (q.y * q.y + q.z * q.z), 2 * (q.x * q.y - q.w * q.z), 2 * (q.x * q.z + q.w * q.y)};
  to->row[1] = (Vector){2 * (q.x * q.y + q.w * q.z), 1 - 2 * (q.x * q.x + q.z * q.z), 2 * (q.y * q.z - q.w * q.x)};
  to->row[2] = (Vector){2 * (q.x * q.z - q.w * q.y), 2 * (q.y * q.z + q.w * q.x), 1 - 2 * (q.x * q.x + q.y * q.y)};
}

LIBRARY Vector apply(const Matrix *m, Vector v) { return (Vector){dot(m->row[0], v), dot(m->row[1], v), dot(m->row[2], v)}; }

// The attitude of a board from turn rates, and the position of its tip.
int run(int n) {
  Quaternion attitude = {1, 0, 0, 0};
  Vector position = {0, 0, 0}, gravity = {0, 0, -1};
  while (n-- > 0) {
    for (int step = 0; step < 20; step++) {
      Vector rate = {0.01 * (step % 5), 0.02 * (step % 3), -0.015 * (step % 7)};
      Quaternion turn = {1, rate.x / 2, rate.y / 2, rate.z / 2};
      attitude = normalised(multiply(attitude, turn));
      Matrix m;
      rotation(attitude, &m);
      Vector down = apply(&m, gravity);
      position = add(position, scale(cross(down, rate), 0.1));
    }
  }
  return (int)((position.x + position.y * 3 + position.z * 5 + attitude.w) * 1e6);
}
