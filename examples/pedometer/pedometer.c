// Counts steps: the acceleration's length goes through a low-pass filter (FIR), and what is left through a threshold with
// hysteresis. All in integers, in thousandths of g; few instructions, as a reading comes every 80 ms.
#include "tazzina.h"

/** Above the first, a step begins; below the second, it is over. */
enum { HIGH = 20, LOW = -10 };

static int32_t history[6];
static int is_up;
static int32_t steps;

/** Takes one reading; returns the steps so far. */
__attribute__((export_name("add"))) int32_t add(int32_t x, int32_t y, int32_t z) {
  // Near 1 g, half of the square differs from half of one as the length differs from one.
  int32_t length = (x * x + y * y + z * z - 1000000) / 2000;
  int32_t *h = history;
  // Seven symmetric taps, whose sum is 256; the cut-off is near 3 Hz at 12.5 readings a second.
  int32_t filtered = (6 * (length + h[5]) + 28 * (h[0] + h[4]) + 60 * (h[1] + h[3]) + 68 * h[2]) >> 8;
  h[5] = h[4], h[4] = h[3], h[3] = h[2], h[2] = h[1], h[1] = h[0], h[0] = length;
  if (!is_up && filtered > HIGH) {
    is_up = 1;
    steps++;
  } else if (filtered < LOW) is_up = 0;
  return steps;
}

static void report(void) {
  static char line[16] = "steps: ";
  int length = 7;
  for (int32_t unit = 10000; unit > 0; unit /= 10)
    if (steps >= unit || unit == 1) line[length++] = '0' + steps / unit % 10;
  print(line, length);
}

static void moved(double x, double y, double z) {
  int32_t before = steps;
  add(x * 1000, y * 1000, z * 1000);
  if (steps != before && steps % 10 == 0) report();
}

__attribute__((export_name("main"))) void start(void) { onAccelerometer(moved); }
